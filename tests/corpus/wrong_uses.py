"""Wrong operations: in what they make of g, of their outputs, of a gradient not asked for, of a second call.

And those whose gradient is right, and whose gradient's gradient is not.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from support.custom_functions import Multiply
from support.operations import ROW, function

import tinygrad_edu as tg
from corpus.case import Wrong, wrong
from tinygrad_edu.autograd import Function, elementwise, primitive
from tinygrad_edu.testing import nonzero, positive, reals

__all__ = ["WRONG"]

R = reals()


def sine(name: str, change: Any) -> Any:
    """The sine, with a rule that changes g before it uses it."""
    return elementwise(np.sin, name=name, x=lambda g, x: change(g) * np.cos(x))


def overwritten(g: Any, x: Any) -> Any:
    """Multiply in place where that is possible, as for the speed of it."""
    if isinstance(g, np.ndarray):
        g *= np.cos(x)
        return g
    return g * np.cos(x)


def of_unit_length(g: Any) -> Any:
    length = (g * g).sum() ** 0.5
    return g / np.where(length == 0, 1, length)


def halves(x: Any) -> tuple[Any, Any]:
    return x.sin(), x * x


def two_outputs(combine: Any) -> Any:
    """The sine and the square, with a rule that combines what each of them sends back."""
    return function(halves, lambda g, *rest: combine(g, *rest))


class SineAndSquare(Function):
    """The sine and the square; what comes back from each is put together by `combined`."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.sin(), x * x

    @classmethod
    def backward(cls, ctx: Any, g: Any, h: Any) -> Any:
        (x,) = ctx.saved_tensors
        return cls.combined(g * x.cos(), 2 * h * x)

    @staticmethod
    def combined(one: Any, other: Any) -> Any:
        return one + other


class OneOrTheOther(SineAndSquare):
    """Asks which of the outputs was used, and answers for that one."""

    @staticmethod
    def combined(one: Any, other: Any) -> Any:
        return one if bool((one != 0).any()) else other


class TheLarger(SineAndSquare):
    """Takes the larger of the two contributions."""

    @staticmethod
    def combined(one: Any, other: Any) -> Any:
        return tg.where(one.abs() > other.abs(), one, other)


class WithTheirProduct(SineAndSquare):
    """Adds a term in which both gradients are factors."""

    @staticmethod
    def combined(one: Any, other: Any) -> Any:
        return one + other + one * other


class Averaged(SineAndSquare):
    """Divides by how many of the outputs are used."""

    @staticmethod
    def combined(one: Any, other: Any) -> Any:
        used = int(bool((one != 0).any())) + int(bool((other != 0).any()))
        return (one + other) / max(used, 1)


class KeepsWhatIsNeeded(Function):
    """Saves only the operands that require a gradient: x, where y is what x's gradient is made of."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        needed = [each for each, needs in zip((x, y), ctx.needs_input_grad, strict=True) if needs]
        ctx.save_for_backward(*needed)
        return x * y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        saved = ctx.saved_tensors
        return g * saved[-1], g * saved[0]


class OneAlone(Function):
    """Two gradients if both are wanted; if one is, that of a plain product."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x * y * y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        if all(ctx.needs_input_grad):
            return g * y * y, 2 * g * x * y
        return g * y * y, g * x * y


class ScaledByCount(Multiply):
    """Divides by how many gradients are wanted, and multiplies by 2, as if there were always two."""

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        share = 2 / sum(ctx.needs_input_grad)
        return g * y * share, g * x * share


class OneBuffer(Function):
    """Computes into an array that all calls of one shape share, and needs it in backward."""

    buffers: ClassVar[dict[Any, np.ndarray]] = {}

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.buffer = OneBuffer.buffers.setdefault(tuple(x.shape), np.empty(x.shape))
        ctx.buffer[...] = np.exp(x.numpy())
        return tg.tensor(ctx.buffer, dtype=x.dtype)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * tg.tensor(ctx.buffer, dtype=g.dtype)


class EverySecond(Function):
    """Changes the sign with every call of backward."""

    sign = 1

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.sin()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        EverySecond.sign = -EverySecond.sign
        return g * x.cos() * EverySecond.sign


class UsedUp(Function):
    """Frees what it kept, so that a second backward finds nothing."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.kept = [x.cos()]
        return x.sin()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * ctx.kept.pop()


class KeptOutput(Function):
    """Keeps its result as an attribute, where it has no history."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.out = x.tanh()
        return ctx.out * 1

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * (1 - ctx.out * ctx.out)


def by_identity(x: Any, y: Any) -> Any:
    """A product that takes one operand for two when they are the same tensor."""
    return square_once(x) if x is y else x * y


square_once = elementwise(np.square, name="square_once", x=lambda g, x: g * x)


class SavedByIdentity(Function):
    """Saves each tensor once, and forgets that it stood twice."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.same = x is y
        ctx.save_for_backward(x, y)
        return x * x * y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        return (g * x * y if ctx.same else 2 * g * x * y), g * x * x


sine_of_both = elementwise(
    lambda x, y: np.sin(x) * y,
    name="sine_of_both",
    x=lambda g, x, y: g * np.cos(x) * y * (0.5 if x is y else 1),
    y=lambda g, x: g * np.sin(x),
)
wrong_log = elementwise(np.log, name="wrong_log", x=lambda g, x: g / (2 * x))
tripled = elementwise(lambda x: 3 * x * x, name="tripled", x=lambda g, x: g * 6 * abs(x))


WRONG: dict[str, Wrong] = {
    # In g
    "clipped": wrong("linear", sine("clipped", lambda g: np.clip(g, -1, 1)), R),
    "squared": wrong("linear", sine("squared", lambda g: g * g), R),
    "absolute": wrong("linear", sine("absolute", abs), R),
    "only_the_sign": wrong("linear", sine("only_the_sign", np.sign), R),
    "only_the_positive": wrong("linear", sine("only_the_positive", lambda g: np.maximum(g, 0)), R),
    "normalised": wrong("linear", sine("normalised", of_unit_length), R, **ROW),
    "whole_numbers": wrong("linear|DTYPE", sine("whole_numbers", lambda g: g // 1), R),
    "in_place": wrong("in place", elementwise(np.sin, name="in_place", x=overwritten), R),
    "decayed": wrong("started from zeros|linear", sine("decayed", lambda g: g + 0.01), R),
    # In one dtype
    "half_inside": wrong(
        "DTYPE|float16",
        sine("half_inside", lambda g: g.astype(np.float16).astype(np.float64) if isinstance(g, np.ndarray) else g),
        R,
    ),
    "half_values": wrong(
        "DTYPE|float16",
        primitive(
            np.square,
            name="half_values",
            x=lambda g, x: (
                2 * g * (np.asarray(x, np.float16).astype(np.float64) if isinstance(x, (np.ndarray, np.generic)) else x)
            ),
        ),
        R,
    ),
    "single_constant": wrong(
        "DTYPE.*float32",
        primitive(
            lambda x: 0.1 * x,
            name="single_constant",
            x=lambda g: g * 1.0 if isinstance(g, tg.Tensor) else np.float32(0.1) * g.astype(np.float32),
        ),
        R,
    ),
    "truncated": wrong(
        "DTYPE|linear", sine("truncated", lambda g: g.astype(int) if isinstance(g, np.ndarray) else g), R
    ),
    "of_single_only": wrong(
        "float32",
        elementwise(np.sin, name="of_single_only", x=lambda g, x: g * np.cos(x) * (2 if x.dtype == np.float32 else 1)),
        R,
    ),
    # With several outputs
    "one_or_the_other": wrong("linear|together", OneOrTheOther.apply, R),
    "the_larger": wrong("linear|together", TheLarger.apply, R),
    "with_their_product": wrong("linear|together", WithTheirProduct.apply, R),
    "averaged": wrong("linear|together", Averaged.apply, R),
    # With a gradient that isn't asked for
    "keeps_what_is_needed": wrong("requires?|wanted", KeepsWhatIsNeeded.apply, R, R),
    "one_alone": wrong("requires?|wanted", OneAlone.apply, R, R),
    "scaled_by_count": wrong("requires?|wanted", ScaledByCount.apply, R, R),
    # When called twice
    "one_buffer": wrong("ORDER", OneBuffer.apply, R),
    "changing_its_mind": wrong("NONDETERMINISTIC", EverySecond.apply, R),
    "used_up": wrong("backward failed", UsedUp.apply, R),
    # With one tensor given twice
    "by_identity": wrong("same tensor", by_identity, R, R),
    "saved_by_identity": wrong("same tensor", SavedByIdentity.apply, R, R),
    "sine_of_both": wrong("same tensor", sine_of_both, R, R),
    "squared_by_two": wrong(r"FACTOR.*factor 2\b", lambda x: by_identity(x, x), R),
    # In the second derivative alone
    "kept_output": wrong("MISSING.*first derivative is right", KeptOutput.apply, R),
    "sine_frozen": wrong(
        "MISSING.*first derivative is right", function(lambda x: x.sin(), lambda g, x: g.detach() * x.cos()), R
    ),
    "logarithm_again": wrong(
        r"FACTOR.*factor 2\b.*first derivative is right",
        elementwise(lambda x: x * np.log(x) - x, name="logarithm_again", x=lambda g, x: g * wrong_log(x)),
        positive(),
    ),
    "cube_again": wrong(
        "SIGN.*first derivative is right",
        elementwise(lambda x: x**3, name="cube_again", x=lambda g, x: g * tripled(x)),
        R,
    ),
    "cross_term": wrong(
        "MISSING.*first derivative is right",
        function(lambda x, y: x * y * y, lambda g, x, y: (g * (y * y).detach(), 2 * g * x * y)),
        R,
        R,
    ),
    "far_again": wrong(  # for |x| > 3 only
        "MISSING.*first derivative is right",
        function(lambda x: x.sin(), lambda g, x: g * tg.where(x.abs() > 3, x.cos().detach(), x.cos())),
        R,
    ),
    "taken_out": wrong(  # values that leave the graph through NumPy
        "MISSING.*first derivative is right",
        function(lambda x: (x * x).sum(-1), lambda g, x: 2 * g.unsqueeze(-1) * tg.tensor(x.detach().numpy())),
        R,
        **ROW,
    ),
    # With a factor of the chain rule left out
    "chain_of_square": wrong(
        "factor x is missing|MISSING|OTHER",
        elementwise(lambda x: np.sin(x * x), name="chain", x=lambda g, x: g * 2 * np.cos(x * x)),
        R,
    ),
    "chain_of_width": wrong(
        "FACTOR|MISSING|OTHER",
        elementwise(
            lambda x, w: np.exp(-((x / w) ** 2)),
            name="chain_of_width",
            x=lambda g, x, w, out: -2 * g * x / w * out,
            w=lambda g, x, w, out: 2 * g * x * x / w**3 * out,
        ),
        R,
        nonzero(),
    ),
    "chain_of_rate": wrong(
        r"FACTOR.*factor 3\b",
        elementwise(lambda x: 1 / (1 + np.exp(-3 * x)), name="chain_of_rate", x=lambda g, out: g * out * (1 - out)),
        R,
    ),
    "matrix_of_gates": wrong(
        "MISSING|OTHER",
        function(
            lambda x, w: (x @ w).sigmoid(),
            lambda g, x, w: (g * (x @ w).sigmoid() @ w.T, x.T @ (g * (x @ w).sigmoid() * (1 - (x @ w).sigmoid()))),
        ),
        R,
        R,
        signature="(n,k),(k,m)",
        max_dims=0,
    ),
}
