"""Random numbers: streams that can be repeated, stored and kept apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg

DRAWS: list[Callable[[tg.Generator | None], tg.Tensor]] = [
    lambda generator: tg.rand(20, generator=generator),
    lambda generator: tg.randn(20, generator=generator),
    lambda generator: tg.randint(1000, (20,), generator=generator),
    lambda generator: tg.randperm(20, generator=generator),
    lambda generator: tg.normal(0.0, 1.0, (20,), generator=generator),
    lambda generator: tg.normal(tg.zeros(20), 1.0, generator=generator),
    lambda generator: tg.bernoulli(tg.full((50,), 0.5), generator=generator),
    lambda generator: tg.multinomial(tg.ones(50), 20, generator=generator),
    lambda generator: tg.rand_like(tg.zeros(20), generator=generator),
    lambda generator: tg.randn_like(tg.zeros(20), generator=generator),
    lambda generator: tg.empty(20).uniform_(generator=generator),
    lambda generator: tg.empty(20).normal_(generator=generator),
    lambda generator: tg.empty(50).bernoulli_(generator=generator),
]


@pytest.mark.parametrize("draw", DRAWS)
def test_the_same_seed_gives_the_same_numbers(draw: Callable[[tg.Generator | None], tg.Tensor]) -> None:
    tg.manual_seed(3)
    first, next_one = draw(None), draw(None)
    assert not tg.equal(first, next_one)
    tg.manual_seed(3)
    assert tg.equal(first, draw(None))
    assert tg.equal(draw(tg.Generator().manual_seed(5)), draw(tg.Generator().manual_seed(5)))


@pytest.mark.parametrize("draw", DRAWS)
def test_a_generator_of_one_s_own_leaves_the_default_one_alone(
    draw: Callable[[tg.Generator | None], tg.Tensor],
) -> None:
    tg.manual_seed(3)
    state = tg.default_generator.get_state()
    draw(tg.Generator())
    assert tg.equal(tg.default_generator.get_state(), state)


def test_a_stream_goes_on_from_a_stored_state() -> None:
    generator = tg.Generator().manual_seed(1)
    tg.rand(3, generator=generator)
    state = generator.get_state()
    wanted = tg.randn(4, generator=generator)
    other = tg.Generator()
    other.set_state(state)
    assert tg.equal(tg.randn(4, generator=other), wanted)
    assert other.initial_seed() == 1


def test_seeds() -> None:
    assert tg.manual_seed(-1) is tg.default_generator
    assert tg.initial_seed() == 2**64 - 1
    drawn = tg.seed()
    assert tg.initial_seed() == drawn
    assert tg.Generator().initial_seed() == tg.Generator().initial_seed()


def test_what_is_no_seed_or_state_is_refused() -> None:
    wrong: Any = 1.5
    with pytest.raises(TypeError, match="the seed must be an integer, got float"):
        tg.manual_seed(wrong)
    with pytest.raises(TypeError, match="the seed must be an integer, got bool"):
        tg.manual_seed(True)
    for no_state in (3, {"seed": 1}, tg.zeros(48)):
        wrong = no_state
        with pytest.raises(TypeError, match=r"wanted what get_state\(\) returned, a uint8 tensor; got"):
            tg.Generator().set_state(wrong)
    with pytest.raises(RuntimeError, match=r"returned, 48 bytes; got 5056\. The states of other libraries"):
        tg.Generator().set_state(tg.zeros(5056, dtype=tg.uint8))
    with pytest.raises(ValueError, match="only 'cpu' exists"):
        tg.Generator("cuda")
