"""The functions and methods of tensors against PyTorch's own, where that is installed.

What has a rule of the same name is compared by test_rows_parity.py on drawn calls; here are operators,
functions without a rule, the forms of arguments, corners and errors, as expressions (expressions.py).
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from parity.expressions import DTYPES, PAIRS, agree, listed, values

OPERATORS = ["a+b", "a-b", "a*b", "a/b", "a==b", "a!=b", "a<b", "a<=b", "a>b", "a>=b", "a&b", "a|b", "a^b"]
FUNCTIONS = [
    "m.logical_and(a, b)",
    "m.logical_xor(a, b)",
    "m.add(a, b, alpha=2)",
    "m.sub(a, b, alpha=2)",
    "m.where(a > 0, a, b)",
    "m.result_type(a, b)",
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_tensors_meet_as_in_pytorch(first: str, second: str) -> None:
    for a, b in itertools.product([(3,), ()], [(3,), ()]):
        for expression in OPERATORS + FUNCTIONS:
            agree(expression, a=values(first, *a), b=values(second, *b))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_division_with_a_whole_result_rounds_as_in_pytorch(first: str, second: str) -> None:
    for a, b in itertools.product([(3,), ()], [(3,), ()]):
        divisor = values(second, *b)
        divisor[divisor == 0] = 1
        for expression in ("a//b", "a%b", "m.div(a, b, rounding_mode='trunc')", "m.div(a, b, rounding_mode='floor')"):
            agree(expression, a=values(first, *a), b=divisor, gradient=False)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("number", [0, 1, -1, 3, 2.5, -2.5, 0.0, True, False])
def test_a_number_beside_a_tensor_means_what_it_means_in_pytorch(dtype: str, number: Any) -> None:
    for shape in ((3,), ()):
        for expression in [*OPERATORS, "m.where(a > 0, a, b)", "m.clamp(a, b)", "m.eq(a, b)"]:
            agree(expression, a=values(dtype, *shape), b=number)
            if expression in OPERATORS:
                agree(
                    expression.replace("a", "_").replace("b", "a").replace("_", "b"), a=values(dtype, *shape), b=number
                )


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint8"])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 0.5, -1.5, 2.0])
def test_powers(dtype: str, number: float) -> None:
    base = np.abs(values(dtype, 4)) if number == 0.5 else values(dtype, 4)
    agree("a ** b", a=base, b=number)
    exponent = base if dtype.startswith("float") else np.abs(base)  # 2 ** tensor([-1]) is refused here
    agree("b ** a", a=exponent, b=abs(number), gradient=number != 0)


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "&", "|", "^"])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_in_place_the_tensor_s_dtype_stays_or_the_operation_is_refused(operator: str, first: str, second: str) -> None:
    name = {"+": "add", "-": "sub", "*": "mul", "/": "div", "&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor"}
    for shape in ((3,), ()):
        agree(f"a.detach().clone().{name[operator]}_(b.detach())", a=values(first, 3), b=values(second, *shape))


ONE_TENSOR = [
    *[f"a.{name}()" for name in ("isnan", "isinf", "isfinite", "logical_not")],
    *["-a", "+a", "abs(a)", "a.numpy()", "a.tolist()", "a.dtype", "a.type()", "a.is_floating_point()"],
    *["a.double()", "a.float()", "a.half()", "a.long()", "a.int()", "a.short()", "a.bool()", "a.to(m.float64)"],
    *["m.zeros_like(a)", "m.full_like(a, 2)", "a.new_zeros(2)", "a.new_full((2,), 1)", "a.new_tensor([1, 2])"],
    *["a.requires_grad", "a.is_leaf", "a.ndim", "a.numel()", "a.element_size()", "a.is_contiguous()"],
    *["m.numel(a)", "m.is_tensor(a)", "m.is_floating_point(a)", "list(a.flatten())", "a.detach()", "a.data"],
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("expression", ONE_TENSOR)
def test_functions_of_one_tensor(expression: str, dtype: str) -> None:
    for shape in ((3,), (), (0,), (2, 3), (2, 0)):
        agree(expression, a=values(dtype, *shape))
    if np.dtype(dtype).kind == "f":
        agree(expression, a=np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 0.5, -1.5, 2.5], dtype=dtype))


REDUCTIONS = ["sum", "mean", "prod", "var", "std", "amax", "amin", "argmax", "argmin", "all", "any", "max", "min"]
DIMS = [0, -1, 1, (0,), (0, 1), (-1, 0), [0, 1], (0, 0), 5, -4]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "int32", "uint8", "bool"])
@pytest.mark.parametrize("name", [*REDUCTIONS, "logsumexp", "count_nonzero", "cumsum", "norm"])
def test_reductions(name: str, dtype: str) -> None:
    if dtype == "bool" and name in ("argmax", "argmin"):
        return  # here they find the first True
    for shape in ((2, 3), (3,), (), (0,), (2, 0), (0, 3), (2, 3, 4), (1, 1)):
        a = values(dtype, *shape)
        if name not in ("cumsum", "logsumexp"):
            agree(f"a.{name}()", a=a, rtol=1e-4)
        for dim in DIMS:
            agree(f"m.{name}(a, dim=b)", a=a, b=dim, rtol=1e-4)
            if name not in ("count_nonzero", "cumsum"):
                agree(f"a.{name}(dim=b, keepdim=True)", a=a, b=dim, rtol=1e-4)


@pytest.mark.parametrize(
    "arguments",
    ["True", "False", "0, True", "0, False, True", "0, unbiased=False", "dim=0, correction=0", "correction=2"],
)
def test_spread_takes_its_arguments_in_every_form(arguments: str) -> None:
    for shape in ((2, 3), (3,), (1,)):
        for name in ("var", "std"):
            agree(f"a.{name}({arguments})", a=values("float64", *shape))


@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "int64"])
def test_reductions_convert_first(dtype: str) -> None:
    for source, name in itertools.product(["int64", "bool", "uint8"], ["sum", "mean", "prod"]):
        agree(f"a.{name}(dtype=m.{dtype})", a=values(source, 2, 3))
        agree(f"a.{name}(0, dtype=m.{dtype})", a=values(source, 2, 3))


@pytest.mark.parametrize(
    "expression",
    [
        "m.max(a, b)",
        "a.min(b)",
        "m.max(a, other=b)",
        "a.max(0).values",
        "a.min(-1).indices",
        "a.argmax(keepdim=True)",
        "a.max(keepdim=True)",
        "a.sum(0, 1)",
        "a.sort()",
        "a.sort(0, descending=True)",
        "a.argsort(-1)",
        "a.topk(2)",
        "a.topk(1, 0, largest=False)",
        "a.topk(9)",
        "a.detach().unique()",
        "m.unique(a.detach(), return_inverse=True, return_counts=True)",
        "a.norm(p=1)",
        "a.norm(p=3, dim=1)",
        "m.norm(a, float('inf'))",
        "a.tril()",
        "a.triu(1)",
        "m.diag(a)",
        "m.diag(a[0])",
        "m.diag(a[0], -1)",
        "a.roll(1)",
        "a.roll((1, 2), (0, 1))",
        "a.nonzero()",
        "m.nonzero(a, as_tuple=True)",
        "a.repeat_interleave(m.tensor([1, 2]), 0)",
    ],
)
def test_extremes_order_and_parts(expression: str) -> None:
    agree(expression, a=values("float64", 2, 3), b=values("float64", 2, 3))


def test_ties_share_or_take_the_first() -> None:
    a = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 0.0]])
    for expression in ("a.max()", "a.amax(1)", "a.amin(0)", "a.max(1)", "a.argmax(1)", "a.min(0)", "m.maximum(a, a)"):
        agree(expression, a=a)


NUMPY_NAMES = """
a.sum(axis=1) | a.sum(axis=(0, -1), keepdims=True) | m.mean(a, axis=0) | a.max(axis=1, keepdims=True)
a.std(axis=-1, keepdims=True) | m.var_mean(a, axis=0) | a.argmax(axis=0) | m.all(a, axis=1) | m.cumsum(a, axis=1)
m.softmax(a, axis=-1) | m.cat([a, a], axis=1) | m.stack([a, a], axis=-1) | a.squeeze(axis=0) | a.unsqueeze(axis=2)
a.sort(axis=0) | a.index_select(axis=1, index=m.tensor([1])) | m.sum(a, dim=0, axis=1) | m.sum(a, 0, axis=1)
a.sum(axis=5) | a.sum(axis='a') | m.exp(a, axis=0) | m.cumsum(a) | a.detach().cumsum_(axis=1) | a.sum(keepdims=1)
m.count_nonzero(a, axis=1) | m.logsumexp(a, axis=(0, 1)) | a.transpose(axis=0) | m.diff(a, axis=0) | m.amax(a, axis=())
"""


@pytest.mark.parametrize("expression", listed(NUMPY_NAMES))
def test_numpy_s_names_of_arguments_are_taken(expression: str) -> None:
    agree(expression, a=values("float64", 2, 3))


SHAPING = """
a.reshape(4, 6) | a.reshape((-1,)) | a.reshape([2, -1]) | a.reshape(5, 5) | a.reshape(-1, -1) | a.view(-1, 2)
a.view(5) | a.transpose(0, 1).view(24) | a.transpose(0, 1).reshape(24) | a.permute(2, 0, 1)
a.permute((2, 0, 1)) | a.permute(0, 1) | a.permute(0, 0, 1) | m.permute(a, (-1, 0, 1)) | a.transpose(0, -1)
a.transpose(0, 3) | m.swapaxes(a, axis0=0, axis1=1) | a.mT | a[0].T | a[0].t() | a.t() | m.movedim(a, 0, 2)
m.moveaxis(a, (0, 1), (1, 2)) | a.unsqueeze(0) | a.unsqueeze(-1) | a.unsqueeze(5) | a[:1].squeeze()
a[:1].squeeze((0, 1)) | a.squeeze(1) | a.squeeze(7) | a.flatten() | a.flatten(1)
a.flatten(start_dim=1, end_dim=2) | a.flatten(2, 1) | a.unflatten(2, (2, -1)) | a.unflatten(2, (3, -1))
a.ravel() | a[:1].expand(5, -1, -1) | a.expand(-1, 2, 3, 4) | a.expand(2, 3, 5) | a[:1].expand(size=(2, 3, 4))
a.broadcast_to((2, 3, 4)) | m.broadcast_tensors(a, a[0]) | a.flip(0) | a.flip((0, -1)) | m.flip(a, (0, 0))
a.expand_as(m.zeros(5, 2, 3, 4)) | m.cat([a, a]) | m.cat((a, a), dim=-1) | m.cat([a, a[0]]) | m.cat([])
m.cat([a, m.tensor([])]) | m.concatenate([a, a], axis=1) | m.cat([m.tensor(1), m.tensor(2)])
m.cat([m.tensor([1]), m.tensor([2.5])]) | m.cat([m.tensor([True]), a.flatten()]) | m.stack([a, a])
m.stack([a, a], -1) | m.stack([a, a[0]]) | m.stack([]) | m.hstack([a, a]) | m.vstack([a, a]) | a.split(1)
a.split(2, 1) | a.split([1, 2], 1) | a.split([1, 2]) | m.split(a, 0) | a.chunk(2) | a.chunk(3, -1) | a.chunk(0)
a.unbind(1) | m.unbind(a, -1) | a.repeat(2, 1, 1) | a.repeat(2) | a.repeat(2, 1, 1, 2) | a.tile(2)
a.tile(2, 1) | a.tile((3, 1, 2)) | a.tile(()) | a.tile(0, 1, 1) | a.tile(1, 1, 1, 1) | m.tile(a[0], (2,)) | a.tile(-1)
m.tile(a, (1, 1, 1, 2)) | a.repeat_interleave(2) | a.repeat_interleave(2, 0) | a.select(1, -1) | a.select(0, 5)
a.narrow(1, -2, 2) | a.narrow(1, 2, 2) | a.index_select(0, m.tensor([1, 0, 1]))
a.index_select(0, m.tensor([5])) | a.index_select(0, m.tensor([-1]))
m.gather(a, 2, m.tensor([[[3], [1], [0]]])) | m.gather(a, 0, m.tensor([[[5]]])) | m.gather(a, 0, m.tensor([0]))
m.take_along_dim(a, m.argmax(a, 1, keepdim=True), 1) | m.take_along_dim(a, m.argsort(a, -1), -1)
m.scatter(a, 2, m.tensor([[[3, 1]], [[0, 2]]]), 7) | m.scatter(a, 0, m.tensor([[[5]]]), 7)
a.masked_fill(a > 0, 2.5) | a.masked_fill(a > 0, m.tensor([3.0])) | a.masked_select(a > 0)
m.masked_select(a, a[0] > 0) | m.where(a > 0) | m.where(a > 0, 1.0, 0)
m.where(a > 0, a, m.tensor(0, dtype=m.float64)) | m.where(a > 0, a) | m.where(a, a, 0) | m.clamp(a, -1, 1)
m.clamp(a, 1, -1) | m.clamp(a, min=m.zeros(4, dtype=a.dtype)) | m.clamp(a) | a.clamp(max=0)
a.sum_to_size(2, 1, 1) | a.int().sum_to_size(1, 4) | (a > 0).sum_to_size(3, 1) | a.int().sum_to_size(a.shape)
a.contiguous() | a.permute(2, 1, 0).stride() | a.size(-1) | a.size(5) | a.shape.numel()
a.shape[1:] | m.meshgrid(m.arange(2), m.arange(3), indexing='xy') | a.detach() | a.view_as(m.zeros(24))
a.reshape_as(m.zeros(24))
"""


@pytest.mark.parametrize("expression", listed(SHAPING))
def test_shapes_and_parts(expression: str) -> None:
    agree(expression, a=values("float64", 2, 3, 4), shared=True)
    agree(expression, a=values("int64", 2, 3, 4), shared=True)


EMPTY_AND_SINGLE = """
a.reshape(-1) | a.reshape(0) | a.reshape(0, -1) | a.view(-1) | a.flatten() | a.squeeze() | a.unsqueeze(0)
a.sum() | a.T | a.split(1) | a.chunk(2) | a.unbind() | m.cat([a, a]) | m.stack([a, a]) | a.flip(0) | a[...]
a[None] | a[0] | a[:] | a.tolist() | a.softmax(0) | a.log_softmax(-1) | a.max(0) | a.argmax() | a.prod() | a + a
m.where(a > 0, a, 0) | a.sort() | a.cumsum(0) | a.index_select(0, m.tensor([0])) | a.transpose(0, -1)
a.expand(2, 3) | a.masked_select(a > 0) | a.mean() | a @ a | len(a)
"""


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1,)], ids=str)
@pytest.mark.parametrize("expression", listed(EMPTY_AND_SINGLE))
def test_tensors_of_no_values_or_no_dimensions(expression: str, shape: tuple[int, ...]) -> None:
    agree(expression, a=values("float64", *shape), shared="repeat" not in expression)


@pytest.mark.parametrize("first", [(), (3,), (2, 3), (3, 3), (0,), (0, 3), (3, 0), (5, 2, 3), (2, 1, 2, 3)], ids=str)
@pytest.mark.parametrize("second", [(), (3,), (3, 2), (0,), (3, 0), (0, 3), (5, 3, 2), (1, 3, 2), (4, 3, 2)], ids=str)
def test_products_of_every_rank(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    for expression in (
        "a @ b",
        "m.mm(a, b)",
        "m.bmm(a, b)",
        "m.mv(a, b)",
        "m.dot(a, b)",
        "m.inner(a, b)",
        "m.outer(a, b)",
    ):
        agree(expression, a=values("float64", *first), b=values("float64", *second))
        agree(expression, a=values("int64", *first), b=values("int64", *second))


INDICES = """
0 | -1 | 5 | None | ... | slice(1, None) | slice(None, None, 2) | slice(None, None, -1) | True | False | (0, 1)
(..., 0) | (0, None, 1) | (slice(None), 1) | (0, 1, 2, 3) | [0, 1] | [1, 1, 0] | [] | [5] | [[0, 1], [1, 0]]
[True, False] | [None, 0] | [True, False, True] | m.tensor([1, 1]) | m.tensor(1)
m.tensor([0, 1], dtype=m.int32) | m.tensor([0, 1], dtype=m.int8) | m.tensor([0, 1], dtype=m.uint8)
m.tensor([0.0]) | m.tensor(True) | m.tensor([[0, 1]]) | (m.tensor([0, 1]), m.tensor([0, 2]))
(m.tensor([0, 1]), slice(None), m.tensor([0, 2])) | (slice(None), [0, 2]) | (0, slice(None), [0, 2])
([0, 1], slice(None), 0) | ([0, 1], None, [0, 1]) | ([[0], [1]], [0, 1]) | ([0, 1], [0, 1, 2]) | a > 0
a[0] > 0 | (0, a[0] > 0) | (a > 0, 0) | np.array([0, 1]) | np.int64(1) | (True, [0, 1]) | 1.0 | range(2)
(None, None) | slice(-100, 100) | slice(2, 1)
"""


@pytest.mark.filterwarnings("ignore:indexing with dtype torch.uint8:UserWarning")
@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3), (3,), ()], ids=str)
@pytest.mark.parametrize("index", listed(INDICES))
def test_indexing_picks_and_puts_the_same_places(index: str, shape: tuple[int, ...]) -> None:
    a = values("float64", *shape)
    agree(f"a[{index}]", a=a, shared=True)
    for value in (2, -2.5):
        changed = f"(x := a.detach().clone(), x.__setitem__({index}, b), x)[2]"
        if "uint8" not in index:  # PyTorch reads such a mask, but doesn't write through it
            agree(changed, a=a, b=value)
            agree(changed.replace("a.detach().clone()", "(a * 1)"), a=a, b=value)


MAKING_AND_ASKING = """
m.tensor(1) | m.tensor(1.0) | m.tensor([True, 2.5]) | m.tensor([]) | m.tensor(np.float64(1))
m.tensor([np.float32(1), 2.0]) | m.tensor(np.arange(3)) | m.tensor('a') | m.tensor([[1, 2], [3]])
m.tensor([1.7, -1.7], dtype=m.int32) | m.tensor(300, dtype=m.uint8) | m.tensor(-1, dtype=m.uint8)
m.tensor(1e300) | m.tensor([1], requires_grad=True) | m.tensor([m.tensor(1.5), 2]) | m.as_tensor(2.5)
m.asarray([1, 2.0]) | m.from_numpy([1]) | m.zeros(2, 3) | m.zeros((2, 3)) | m.zeros(size=(2,)) | m.zeros()
m.zeros(-1) | m.zeros(2.0) | m.zeros(m.tensor(2)) | m.ones(3, dtype=m.bool) | m.full((2,), 1)
m.full((2,), True) | m.full(2, 3) | m.full((2,), 300, dtype=m.uint8) | m.full((2,), 1.5, dtype=m.int64)
m.arange(5) | m.arange(5.0) | m.arange(5, 1, -1) | m.arange(5, 1) | m.arange(0, 1, 0.1) | m.arange(end=4)
m.arange(1, 2.5, 0.5) | m.arange(-0.9, 3, dtype=m.int64) | m.arange(float('inf')) | m.linspace(0, 1, 7)
m.linspace(0, 1, 1) | m.linspace(0, 10, 4, dtype=m.int32) | m.linspace(0, 1, -1) | m.eye(2, 3) | m.eye(-1)
m.full_like(m.ones(2, dtype=m.int64), 7.9) | m.rand(2, dtype=m.int64)
m.rand(2, requires_grad=True).requires_grad | m.randint(5, (2,)).dtype | m.randint(high=5, size=(2,)).shape
m.randint(5, 5, (2,)) | m.randperm(5).dtype | m.randperm(-1) | m.normal(m.zeros(2, dtype=m.float64)).dtype
m.normal(0.0, 1.0) | m.normal(0.0, -1.0, (2,)) | m.normal(0.0, 1.0, (2,), dtype=m.float64).dtype
m.bernoulli(m.tensor([0, 1])) | m.bernoulli(m.tensor([2.0])) | m.bernoulli(m.zeros(2), 1.0)
m.multinomial(m.tensor([0.0, 1.0]), 3, True) | m.multinomial(m.tensor([1.0, 1.0]), 3) | m.Tensor([1, 2])
m.Tensor(2, 3).shape | m.Tensor(2.5) | m.Size([2, 3])[1:] | m.Size((2,)) + m.Size((3,)) | repr(m.Size([2, 3]))
m.Size([2, 3]) | m.Size() | m.Size([]).numel() | m.Size((2, 3)).numel() | m.Size([2, 3]) * 2 | m.Size((4, 0)) == (4, 0)
m.Size([2, 3])[-1] | m.Size(m.ones(2, 3).shape) | m.Size(range(3)) | m.Size(2) | m.Size([2.5]) | m.Size(['a'])
m.float32.itemsize | m.ones(2).to('cpu', m.float64) | m.ones(2).to(m.ones(1, dtype=m.int8))
m.ones(2).to('cuda') | m.ones(2).to(3) | m.ones(2).type(m.int64) | m.tensor([1, 2]).item()
m.tensor([[1]]).item() | bool(m.tensor([])) | bool(m.tensor([1, 2])) | float(m.ones(2)) | int(m.tensor(2.7))
[1, 2, 3][m.tensor(1)] | [1, 2, 3][m.tensor(1.0)] | f'{m.tensor(1.23456):.2f}' | f'{m.tensor([1, 2])}'
f'{m.tensor([1.5]):.1f}' | 2 in m.tensor([1, 2]) | len(m.tensor(1)) | sum([m.tensor(1), m.tensor(2)])
m.tensor([1, 2]) == None | m.tensor([1, 2]) == [1, 2] | m.tensor([1, 2]) + 'a' | m.tensor([1, 2]) + [1, 2]
-m.tensor([True]) | m.tensor([1.0]) @ 2 | m.tensor([5]) ** -1 | m.tensor([0.0]) ** 0 | m.tensor([7]) % -3
m.tensor([-7.0]) % 3 | 7 % m.tensor([-3]) | m.tensor([1]) // 0 | m.tensor([1.0]) // 0 | m.tensor([1.0]) % 0
m.tensor([1]) / 0 | m.tensor([200], dtype=m.uint8) + 100 | m.tensor(5, dtype=m.uint8) - 10
m.tensor([5], dtype=m.uint8) < 300 | m.tensor([5]) < 5.5 | m.tensor([1.0, 2.0]) + np.float64(1.5)
np.float32(2) * m.tensor([1.0]) | m.tensor([1, 2]) * np.float64(1.5) | np.float64(2) ** m.tensor([1.0])
m.tensor([1.0]) * np.array([1.0, 2.0]) | m.tensor([1, 2]) == np.array([1, 2]) | m.equal(m.ones(2), m.ones(3))
m.allclose(m.ones(2), m.ones(2)) | m.allclose(m.ones(2), m.ones(2, dtype=m.float64))
m.ones(2).fill_(m.ones(2)) | m.ones(2, dtype=m.uint8).fill_(300) | m.ones(2).copy_(m.ones(3))
m.zeros(2).uniform_(1, 0) | m.zeros(2, dtype=m.int64).normal_() | m.zeros(2).bernoulli_(m.tensor([0.0, 1.0]))
m.tensor([1]).div_(2)
"""


@pytest.mark.parametrize("expression", listed(MAKING_AND_ASKING))
def test_making_converting_and_asking(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shape", [(), (1,), (2, 3), (2, 2, 2), (0,), (2, 0), (30,), (1001,), (40, 30), (3, 400, 2)], ids=str
)
def test_tensors_are_printed_alike(dtype: str, shape: tuple[int, ...]) -> None:
    agree("repr(a.detach())", a=values(dtype, *shape), gradient=False)


@pytest.mark.parametrize(
    "numbers",
    [
        [1.5],
        [1, 2, 3.5],
        [0.1, 100.0],
        [1e-5, 1.0],
        [1e5, 1.5],
        [1e9],
        [1000.5, 0.001],
        [float("nan")],
        [1e8, 1.0],
        [float("inf"), 1.0],
        [float("nan"), 1.5, -2.0],
        [0.0, 0.5],
        [123456.789],
        [-1.0, -2.5],
        [1e20, 1e-20],
    ],
    ids=str,
)
def test_numbers_are_printed_alike(numbers: list[float]) -> None:
    for dtype in ("float32", "float64"):
        agree("repr(a.detach())", a=np.array(numbers, dtype=dtype), gradient=False)
