"""Names that older programs use, limits of dtypes, defaults, and stand-ins for what isn't here, beside PyTorch's."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values
from support.evidence import LEDGER

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

TYPES = """
m.FloatTensor([1, 2.5]) | m.FloatTensor(2, 3).shape | m.FloatTensor(2, 3).dtype | m.FloatTensor()
m.FloatTensor((1, 2))
m.FloatTensor(np.ones(3)) | m.FloatTensor(2.5) | m.FloatTensor([[1], [2, 3]]) | m.FloatTensor(m.Size([2])).shape
m.FloatTensor(m.ones(2)) | m.FloatTensor(m.ones(2, dtype=m.float64)) | m.LongTensor(m.ones(2)) | m.LongTensor([1.7, 2])
m.LongTensor([[1, 2], [3, 4]]) | m.LongTensor(3).dtype | m.DoubleTensor([1]) | m.HalfTensor([1.5]) | m.IntTensor([1])
m.ShortTensor([1]) | m.CharTensor([-1]) | m.ByteTensor([1, 2]) | m.BoolTensor([True, False]) | m.BoolTensor([0, 2])
m.FloatTensor(-1) | m.FloatTensor('a') | m.FloatTensor([1, 2]).type() | isinstance(m.ones(2), m.FloatTensor)
isinstance(m.ones(2), m.LongTensor) | isinstance(m.arange(2), m.LongTensor) | isinstance(3, m.FloatTensor)
m.ones(2).type(m.LongTensor) | m.ones(2).type('torch.LongTensor') | m.ones(2).type('torch.NoTensor') | m.ones(2).char()
m.typename(m.ones(2)).rpartition('.')[2] | m.typename(3) | m.typename(m.nn.ReLU()).rpartition('.')[2]
"""

LIMITS = """
m.finfo(m.float32).eps | m.finfo(m.float64).max | m.finfo(m.float16).tiny | m.finfo().bits | m.finfo(m.int64)
m.finfo(m.float32).smallest_normal | m.finfo(m.float32).min | m.finfo(m.float32).dtype | m.finfo(m.float32).resolution
repr(m.finfo(m.float32)) | repr(m.finfo(m.float16)) | repr(m.finfo(m.float64)) | m.iinfo(m.int8).min
m.iinfo(m.uint8).max
m.iinfo(m.int64).max | m.iinfo(m.int32).bits | m.iinfo(m.float32) | repr(m.iinfo(m.int16)) | m.iinfo(m.int8).dtype
m.finfo(m.float32) == m.finfo(m.float32) | m.finfo(3) | m.iinfo(m.bool)
"""

SPACED = """
m.logspace(0, 2, 3) | m.logspace(-1, 1, steps=5, base=2) | m.logspace(0, 1, 1) | m.logspace(0, 1, 0)
m.logspace(0, 1, -1)
m.logspace(0, 3, 4, dtype=m.int64) | m.logspace(0, 2, 3, dtype=m.float64) | m.logspace(2, 0, 5) | m.logspace(0, 1, 2.5)
m.logspace(0, 1, 3, base=0.5, requires_grad=True).requires_grad | m.logspace(start=0, end=1, steps=2)
"""

STAND_INS = """
m.autograd.Variable(m.ones(2), True, False) | m.distributed.is_initialized()
issubclass(m.optim.lr_scheduler._LRScheduler, m.optim.lr_scheduler.LRScheduler) | m.nn.Linear(1, 1).share_memory()
m.cuda.is_available() | m.cuda.device_count() | m.cuda.get_device_name(0) | m.cuda.current_device()
m.cuda.empty_cache()
m.cuda.memory_allocated() | m.cuda.max_memory_allocated() | m.cuda.memory_reserved() | m.cuda.manual_seed(1)
m.cuda.manual_seed_all(1) | m.cuda.synchronize() | m.backends.cudnn.enabled | m.backends.cudnn.benchmark
m.backends.cudnn.deterministic | m.backends.cudnn.is_available() | m.backends.cudnn.version()
m.backends.mps.is_available() | m.backends.mps.is_built() | m.backends.cuda.matmul.allow_tf32
m.backends.cuda.is_built() | m.accelerator.is_available() | m.accelerator.current_accelerator()
m.accelerator.device_count() | m.get_num_threads() >= 1 | m.set_num_threads(0) | m.set_num_threads('a')
m.strided | m.contiguous_format | m.preserve_format | m.ones(2).layout | m.ones(2).is_sparse | m.ones(2).get_device()
m.ones(2, 3).T.clone(memory_format=m.contiguous_format).stride() | m.zeros(2, layout=m.strided) | m.version.cuda
m.zeros_like(m.ones(2, 3).T, memory_format=m.contiguous_format).stride() | m.nn.modules.utils._pair(3)
m.ones(2, 3).T.contiguous(memory_format=m.contiguous_format).stride() | m.nn.modules.utils._triple((1, 2, 3))
isinstance(m.nn.MSELoss(), m.nn.modules.loss._Loss) | m.nn.modules.loss._Loss(reduction='sum').reduction
isinstance(m.nn.BatchNorm2d(3), m.nn.modules.batchnorm._BatchNorm)
isinstance(m.nn.InstanceNorm2d(3), m.nn.modules.batchnorm._BatchNorm) | len(m.nn.Linear(1, 1)._forward_hooks)
isinstance(m.nn.ConvTranspose2d(3, 3, 3), m.nn.modules.conv._ConvNd) | m.ones(2).is_contiguous(memory_format=3)
(lambda n: (n.register_forward_hook(print), n._forward_hooks.clear(), n(m.ones(1, 1)).shape)[2])(m.nn.Linear(1, 1))
m.zeros(9).random_(5, 6) | m.zeros(9).random_(1) | m.zeros(9).random_(0) | m.zeros(9, dtype=m.uint8).random_(300)
m.zeros(9, dtype=m.bool).random_(3) | m.zeros(9, dtype=m.bool).random_().dtype
m.zeros(0).random_() | m.zeros(9).random_('a')
m.zeros(2, 3).T.random_(3, to=4) | m.zeros(9, dtype=m.half).random_(10**5) | m.zeros(9).random_(1, 2, 3)
m.zeros(()).random_(1)
m.zeros(9, dtype=m.int8).random_(-1, 0) | m.zeros(9).random_(to=1) | m.ones(2, requires_grad=True).random_()
m.set_float32_matmul_precision('high') | m.use_deterministic_algorithms(False)
m.amp.GradScaler(enabled=False).scale(m.tensor(3.0)) | m.amp.GradScaler(enabled=False).get_scale()
m.amp.GradScaler(enabled=False).state_dict() | m.amp.GradScaler(enabled=False).is_enabled()
"""


@pytest.mark.filterwarnings("ignore:.*GradScaler:UserWarning", "ignore:.*GradScaler:FutureWarning")
@pytest.mark.parametrize("expression", listed(TYPES + LIMITS + SPACED + STAND_INS))
def test_old_names_and_stand_ins(expression: str) -> None:
    agree(expression)


@pytest.fixture
def doubles() -> Iterator[None]:
    """Numbers are float64 by default, in both."""
    for m in (tg, torch):
        m.set_default_dtype(m.float64)
    yield
    for m in (tg, torch):
        m.set_default_dtype(m.float32)


DEFAULTS = """
m.tensor(1.5).dtype | m.tensor([1.5, 2]).dtype | m.tensor([]).dtype | m.tensor(1).dtype | m.zeros(2).dtype
m.ones(2).dtype
m.empty(2).dtype | m.full((2,), 1.5).dtype | m.full((2,), 1).dtype | m.eye(2).dtype | m.rand(2).dtype | m.randn(2).dtype
m.arange(3).dtype | m.arange(3.0).dtype | m.linspace(0, 1, 3).dtype | m.logspace(0, 1, 3).dtype | m.Tensor([1]).dtype
m.Tensor(2).dtype | m.tensor([1]).sqrt().dtype | (m.tensor([1]) / 2).dtype | (m.tensor([1]) * 1.5).dtype
(m.tensor([1.0], dtype=m.float32) * 1.5).dtype | m.arange(3).float().dtype | m.nn.Linear(2, 1).weight.dtype
m.FloatTensor([1]).dtype | m.normal(0.0, 1.0, (2,)).dtype | m.where(m.tensor([True]), 1.0, 2.0).dtype | m.finfo().dtype
m.get_default_dtype() | repr(m.tensor([1.5])) | repr(m.tensor([1.5], dtype=m.float32)) | m.as_tensor(2.5).dtype
m.as_tensor(np.float32(2.5)).dtype | m.tensor([1, 2]).mean(dtype=m.float32).dtype | m.tensor([True]).exp().dtype
"""


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize("expression", listed(DEFAULTS))
def test_another_default_dtype(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize("wrong", ["m.int64", "3", "m.LongTensor"])
def test_what_can_t_be_the_default(wrong: str) -> None:
    agree(f"m.set_default_dtype({wrong})")
    agree(f"m.set_default_tensor_type({wrong})")


OPTIONS: list[dict[str, Any]] = [
    {"precision": 2},
    {"precision": 8},
    {"sci_mode": True},
    {"sci_mode": False},
    {"linewidth": 30},
    {"threshold": 10},
    {"threshold": 10, "edgeitems": 1},
    {"profile": "short"},
    {"profile": "full"},
    {"profile": "short", "precision": 6},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_print_options(options: dict[str, Any]) -> None:
    numbers = [values("float32", 5, 6), values("float64", 3) * 1e6, values("int64", 40), values("float32", 4) * 1e-5]
    try:
        for m in (tg, torch):
            m.set_printoptions(**options)
        for each in numbers:
            agree("repr(a.detach())", a=each, gradient=False)
        LEDGER.count("tg.set_printoptions", ["value"])
    finally:
        for m in (tg, torch):
            m.set_printoptions(profile="default")


def test_functions_take_the_same_arguments() -> None:
    for name in ("set_printoptions", "compile", "typename"):
        mine, theirs = (inspect.signature(getattr(m, name)).parameters.values() for m in (tg, torch))
        assert [(each.name, each.default) for each in mine] == [(each.name, each.default) for each in theirs], name
    for name in ("autocast", "GradScaler"):
        mine, theirs = (inspect.signature(getattr(m.amp, name)).parameters.values() for m in (tg, torch))
        assert [(each.name, each.default) for each in mine] == [(each.name, each.default) for each in theirs], name


def test_a_program_with_mixed_precision_runs() -> None:
    losses = []
    for m in (tg, torch):
        w = m.tensor(np.ones(3, dtype=np.float32), requires_grad=True)
        optimizer, scaler = m.optim.SGD([w], lr=0.1), m.amp.GradScaler("cuda", enabled=False)
        for _ in range(3):
            optimizer.zero_grad()
            with m.autocast("cuda", dtype=m.float16, enabled=False):
                loss = (w**2).sum()
            scaler.scale(loss).backward()
            scaler.unscale_(optimizer)
            scaler.step(optimizer)
            scaler.update()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(losses[1])
