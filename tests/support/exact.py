"""The exact result of each elementwise operation, and its exact slopes, in mpmath's arithmetic of any precision.

One belongs to a rule of the derivative table, whose row in elementwise/ has it, or to a function that is made of
several. Beside it stands how far the floats may be from it, in units in the last place (see support/ulps.py).

None means: not asked here, but a convention of tests/support/conventions/.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mpmath import mp

mp.prec = 200  # bits


def nothing(*_: Any) -> tuple[Any, ...]:
    return ()


class Exact(NamedTuple):
    """An operation in exact arithmetic.

    Attributes:
        value: Its result.
        slopes: The derivative with respect to each operand.
        call: The operation of a library, this one or PyTorch; by default its function of that name.
        limit: How many units in the last place the result may be off.
        slope_limit: The same of the gradients.
        last_place_of: The number whose last place counts for the gradients, if it is larger than theirs: a difference
            from 1 has no digits beyond those of 1.
        on_the_way: Numbers that the formula passes through, here as in PyTorch. Where one of them is no normal float,
            nothing is asked of the result.
        on_the_way_back: The same of the gradients.
        probabilities: Whether the operands lie between 0 and 1.
    """

    value: Callable[..., Any]
    slopes: tuple[Callable[..., Any], ...]
    call: Callable[..., Any] | None = None
    limit: float = 4
    slope_limit: float = 4
    last_place_of: float = 0
    on_the_way: Callable[..., tuple[Any, ...]] = nothing
    on_the_way_back: Callable[..., tuple[Any, ...]] = nothing
    probabilities: bool = False


def one(*_: Any) -> Any:
    return mp.mpf(1)


def nought(*_: Any) -> Any:
    return mp.mpf(0)


def softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def slope_of_sigmoid(x: Any) -> Any:
    return 1 / (2 + mp.exp(x) + mp.exp(-x))


def log1p(x: Any) -> Any:
    return mp.log1p(x) if abs(x) < 0.5 else mp.log(1 + x)


def quotient(x: Any, y: Any) -> Any:
    return x / y if x or y else mp.nan


slopes_of_quotient = (lambda x, y: 1 / y if y else None, lambda x, y: -x / y**2 if y else None)


def half_at_a_tie(x: Any, y: Any) -> Any:
    return mp.mpf("0.5") if x == y else mp.mpf(x > y)


def power(x: Any, y: Any) -> Any:
    if y == 0 or x == 1:
        return mp.mpf(1)
    if x <= 0 and (x == 0 or mp.isinf(x) or mp.isinf(y)):
        return None
    if mp.isinf(x) or mp.isinf(y):
        return mp.inf if (x > 1) == (y > 0) else mp.mpf(0)
    if x < 0 and y != int(y):
        return mp.nan
    doublings = y * mp.log(abs(x), 2)
    if abs(doublings) > 9999:  # beyond any float
        return mp.mpf(2) ** (9999 * mp.sign(doublings)) * (-1 if x < 0 and y % 2 else 1)
    return x**y


def power_by_base(x: Any, y: Any) -> Any:
    if y == 0:
        return mp.mpf(0)
    if mp.isinf(y) or (x < 0 and abs(y) >= 2**24):  # y - 1 is rounded, and may be even as y is
        return None
    rest = power(x, y - 1)
    return None if rest is None else y * rest


def power_by_exponent(x: Any, y: Any) -> Any:
    return power(x, y) * mp.log(x) if 0 < x < mp.inf and abs(y) < mp.inf else None


def parts_of_power(x: Any, y: Any) -> tuple[Any, ...]:
    parts = (power(x, y), power(x, y - 1))
    return tuple(each for each in parts if each is not None)


def log_of_probability(rest: Any) -> Any:
    """The logarithm of 1 - rest, from -100 on."""
    return max(mp.log1p(-rest), mp.mpf(-100)) if rest < 1 else mp.mpf(-100)


def log_from_100(x: Any) -> Any:
    return max(mp.log(x), mp.mpf(-100)) if x else mp.mpf(-100)


def entropy(x: Any, target: Any) -> Any:
    return -(target * log_from_100(x) + (1 - target) * log_of_probability(x))


def entropy_by_input(x: Any, target: Any) -> Any:
    return (x - target) / max(x * (1 - x), mp.mpf(1e-12))  # PyTorch's bound


def entropy_by_target(x: Any, _target: Any) -> Any:
    return log_of_probability(x) - log_from_100(x)


def of_networks(name: str, **settings: Any) -> Callable[..., Any]:
    return lambda library, *operands: getattr(library.nn.functional, name)(*operands, **settings)


def entropy_of_score(target: float) -> Exact:
    """The cross-entropy of two classes for a score; of infinite scores, where PyTorch has NaN, nothing is asked."""

    def call(library: Any, x: Any) -> Any:
        targets = library.full_like(x, target)
        return library.nn.functional.binary_cross_entropy_with_logits(x, targets, reduction="none")

    return Exact(
        lambda x: target * softplus(-x) + (1 - target) * softplus(x) if abs(x) < mp.inf else None,
        (lambda x: (1 - target) * sigmoid(x) - target * sigmoid(-x) if abs(x) < mp.inf else None,),
        call,
        last_place_of=0 if target in (0, 1) else 1,
    )


def raised(exponent: float, slope_limit: float = 4) -> Exact:
    """The power to a number."""
    return Exact(
        lambda x: power(x, mp.mpf(exponent)),
        (lambda x: power_by_base(x, mp.mpf(exponent)),),
        lambda _library, x: x**exponent,
        slope_limit=slope_limit,
        on_the_way_back=lambda x: parts_of_power(x, mp.mpf(exponent)),
    )


SLOPE_OF_POWERS = 800  # the slope has x^(y-1), where y - 1 is rounded, and that counts log x times; so in PyTorch


def gelu_by_tanh(x: Any) -> Any:
    """GELU's approximation, as 2u with u of the paper, and the slope of that."""
    score = 2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x**3)
    slope = 2 * mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf(0.044715) * x**2)
    return score, slope


# Functions that users call by one name, and that are made of several operations, or of one with a setting.
MADE_OF_SEVERAL: dict[str, Exact] = {
    "gelu by tanh": Exact(
        lambda x: x * sigmoid(gelu_by_tanh(x)[0]),
        (lambda x: sigmoid(gelu_by_tanh(x)[0]) + x * gelu_by_tanh(x)[1] * slope_of_sigmoid(gelu_by_tanh(x)[0]),),
        of_networks("gelu", approximate="tanh"),
        slope_limit=40,  # of x (1 - p), where 1 - p has no digits beyond those of 1, and is multiplied
        limit=800,  # the rounding of the score counts as often as that is large
        last_place_of=1,  # a sum of two numbers of either sign
        on_the_way=lambda x: (mp.exp(-gelu_by_tanh(x)[0]),),
    ),
    "logsigmoid": Exact(lambda x: -softplus(-x), (lambda x: sigmoid(-x),), of_networks("logsigmoid")),
    "entropy of a score for class 0": entropy_of_score(0.0),
    "entropy of a score for class 1": entropy_of_score(1.0),
    "entropy of a score for 0.25": entropy_of_score(0.25),
    "x ** 2": raised(2),
    "x ** 3": raised(3),
    "x ** -1": raised(-1),
    "x ** 0.5": raised(0.5),
    "x ** 0.3": raised(0.3, SLOPE_OF_POWERS),
    "x ** -1.7": raised(-1.7, SLOPE_OF_POWERS),
    "x ** 0": raised(0),
}
