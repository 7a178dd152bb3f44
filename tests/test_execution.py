"""How a program is executed is NumPy's choice: what asks for something else changes nothing, or says so."""

from __future__ import annotations

from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.backends import cudnn
from tinygrad_edu.cuda import amp


def test_compile_gives_back_what_it_gets() -> None:
    model = nn.Linear(2, 1)
    assert tg.compile(model, mode="max-autotune") is model

    @tg.compile
    def double(x: tg.Tensor) -> tg.Tensor:
        return 2 * x

    assert double(tg.ones(1)).tolist() == [2.0]
    assert tg.compile(fullgraph=True)(model) is model
    with pytest.raises(TypeError, match="compile: wanted a module or a function, got int 3"):
        tg.compile(wrong(3))


def test_another_number_of_threads_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="set the environment variable OPENBLAS_NUM_THREADS=977"):
        tg.set_num_threads(977)


def test_settings_of_libraries_that_aren_t_here_can_be_set() -> None:
    cudnn.benchmark = True
    try:
        assert tg.backends.cudnn.benchmark
    finally:
        cudnn.benchmark = False
    tg.backends.cuda.matmul.allow_tf32 = False


def test_casting_on_the_cpu_says_that_it_doesn_t() -> None:
    with pytest.warns(UserWarning, match="autocast: nothing is cast here"), tg.autocast("cpu"):
        y = tg.ones(2) @ tg.ones(2)
    assert y.dtype == tg.float32

    @amp.autocast()
    def double(x: tg.Tensor) -> tg.Tensor:
        return 2 * x

    assert double(tg.ones(1)).tolist() == [2.0]
    with pytest.raises(TypeError, match="autocast: device_type must be 'cpu' or 'cuda', got"):
        tg.autocast(wrong(tg.float16))


def test_the_state_of_random_numbers_comes_back() -> None:
    state = tg.get_rng_state()
    first = tg.rand(3)
    tg.set_rng_state(state)
    with tg.random.fork_rng():
        assert tg.equal(first, tg.rand(3))
    assert tg.equal(first, tg.rand(3))
    with tg.random.fork_rng(enabled=False):
        tg.rand(3)
    assert not tg.equal(first, tg.rand(3))
    with pytest.raises(TypeError, match=r"wanted what get_state\(\) returned"):
        tg.set_rng_state(wrong(3))


def test_defaults_and_limits_refuse_in_words() -> None:
    with pytest.raises(TypeError, match="set_default_dtype: wanted a floating-point dtype such as"):
        tg.set_default_dtype(tg.int64)
    with pytest.raises(TypeError, match="finfo: wanted a dtype of floating-point numbers, got dtype"):
        tg.finfo(tg.int8)
    with pytest.raises(ValueError, match="profile must be one of default, short, full, got str 'long'"):
        tg.set_printoptions(profile="long")
    wrong: list[dict[str, Any]] = [{"precision": 1.5}, {"linewidth": "a"}, {"edgeitems": -1}, {"sci_mode": 3}]
    for options in wrong:
        with pytest.raises((TypeError, ValueError), match=f"set_printoptions: {next(iter(options))} (must|can't) be"):
            tg.set_printoptions(**options)
    assert repr(tg.tensor([1.23456])) == "tensor([1.2346])"
    with pytest.raises(TypeError, match="LongTensor: wanted a tensor of int64, got a float32 tensor"):
        tg.LongTensor(tg.ones(2))
