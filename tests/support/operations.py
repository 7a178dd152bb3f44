"""Operations that a user might write: some with a mistake planted in the derivative, some right.

Each `Trial` is an operation with what `check_gradients` needs to know of it. The mistaken ones come
in the forms in which operations are written: `elementwise`, `primitive`, `Function`, and plain
compositions that leave the graph where they shouldn't.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, Mistake, elementwise, primitive
from tinygrad_edu.testing import away_from, between, distinct, nonzero, positive, reals, tensors, unit_interval


class Trial(NamedTuple):
    """An operation, its inputs and options for `check_gradients`, and what is wrong with it."""

    operation: Callable[..., Any]
    inputs: tuple[Any, ...]
    options: dict[str, Any]
    mistake: Mistake | None


def trial(operation: Callable[..., Any], *inputs: Any, mistake: Mistake | None = None, **options: Any) -> Trial:
    return Trial(operation, inputs, options, mistake)


def function(forward: Callable[..., Any], backward: Callable[..., Any]) -> Callable[..., Any]:
    """Return a Function of tensors: `backward` gets g and the inputs."""

    class Written(Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            ctx.save_for_backward(*inputs)
            return forward(*inputs)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return backward(g, *ctx.saved_tensors)

    return Written.apply


class Square(Function):
    """Right: it saves its input where changes are seen."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 2 * g * ctx.saved_tensors[0]


class Remembers(Function):
    """Keeps its input in the class, where the next call overwrites it."""

    input: Any

    @staticmethod
    def forward(_ctx: Any, x: Any) -> Any:
        Remembers.input = x
        return x.sin()

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g * Remembers.input.cos()


class AnotherMask(Function):
    """Dropout that draws a mask in forward, and another in backward."""

    generator = np.random.default_rng(0)

    @staticmethod
    def mask(x: Any) -> Any:
        return tg.tensor(AnotherMask.generator.uniform(1, 2, x.shape), dtype=x.dtype)

    @staticmethod
    def forward(_ctx: Any, x: Any) -> Any:
        return x * 1.5

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g * AnotherMask.mask(g)


class Narrow(Function):
    """Hands its gradient on in float32."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.sin()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return (g * x.cos()).float()


wrong_cosine = elementwise(np.cos, name="wrong_cosine", x=lambda g, x: g * np.sin(x))


running_sum: Any = primitive(lambda x: np.cumsum(x, -1), name="running_sum", x=lambda g: running_sum(g))
MIXER = np.array([[1.0, 2.0], [3.0, 5.0]])


def shared_softmax(x: Any) -> Any:
    """Softmax that takes its denominator for a constant."""
    powers = x.exp()
    return powers / powers.sum(-1, keepdim=True).detach()


def counted(x: Any) -> Any:
    """A constant beside its input, of which no gradient is ever asked."""
    with tg.no_grad():
        scale = x * 2
    return scale * 1.0 + x * 0


R = reals()
COARSE = between(-1, 1, step=0.5)  # full of ties and zeros
ROW: dict[str, Any] = {"signature": "(n)"}
MATRIX: dict[str, Any] = {"signature": "(n,k)", "max_dims": 0}
SQUARE: dict[str, Any] = {"signature": "(n,n)", "max_dims": 0}
TWO_MATRICES: dict[str, Any] = {"signature": "(n,k),(k,m)", "max_dims": 0}

MISTAKEN: dict[str, Trial] = {
    # The sign
    "cosine": trial(elementwise(np.cos, name="cosine", x=lambda g, x: g * np.sin(x)), R, mistake=Mistake.SIGN),
    "difference": trial(
        elementwise(lambda x, y: x - y, name="difference", x=lambda g: g, y=lambda g: g), R, R, mistake=Mistake.SIGN
    ),
    "reciprocal": trial(function(lambda x: 1 / x, lambda g, x: g / (x * x)), nonzero(), mistake=Mistake.SIGN),
    # A constant factor
    "square": trial(elementwise(np.square, name="square", x=lambda g, x: g * x), R, mistake=Mistake.FACTOR),
    "logarithm": trial(
        elementwise(np.log2, name="logarithm", x=lambda g, x: g / x), positive(), mistake=Mistake.FACTOR
    ),
    "half_squares": trial(
        function(lambda x: (x * x).sum(-1) / 2, lambda g, x: 2 * g.unsqueeze(-1) * x), R, mistake=Mistake.FACTOR, **ROW
    ),
    "leak": trial(
        elementwise(lambda x: np.where(x > 0, x, 0.1 * x), name="leak", x=lambda g, x: g * np.where(x > 0, 2.0, 0.2)),
        COARSE,  # the corner at 0 among them
        mistake=Mistake.FACTOR,
    ),
    "own_square": trial(lambda x: x.detach() * x, R, mistake=Mistake.FACTOR),
    # The sum over a broadcast axis
    "sum_of_two": trial(
        primitive(lambda x, y: x + y, name="sum_of_two", x=lambda g: g, y=lambda g: g),
        R,
        R,
        mistake=Mistake.BROADCAST,
    ),
    "bias": trial(
        primitive(lambda x, b: x + b, name="bias", x=lambda g: g, b=lambda g: g[0]),
        R,
        R,
        signature="(n,k),(k)",
        max_dims=0,
        mistake=Mistake.BROADCAST,
    ),
    "scale": trial(
        function(lambda x, s: x * s, lambda g, x, s: (g * s, (g * x).mean())),
        R,
        R,
        signature="(n),()",
        max_dims=0,
        mistake=Mistake.BROADCAST,
    ),
    # Transposed
    "turned": trial(
        primitive(lambda x: x.T.copy(), name="turned", x=lambda g: g), R, mistake=Mistake.TRANSPOSED, **SQUARE
    ),
    "running_sum": trial(running_sum, R, mistake=Mistake.TRANSPOSED, **ROW),
    "mixed": trial(
        primitive(lambda x: x @ MIXER, name="mixed", x=lambda g: g @ MIXER),
        R,
        signature="(2)",
        max_dims=0,
        mistake=Mistake.TRANSPOSED,
    ),
    # A missing term
    "fixed_weight": trial(lambda x, w: x * w.detach(), R, R, mistake=Mistake.MISSING),
    "power": trial(
        elementwise(lambda x, y: x**y, name="power", x=lambda g, x, y: g * y * x ** (y - 1), y=lambda g: 0 * g),
        positive(),
        R,
        mistake=Mistake.MISSING,
    ),
    "counted": trial(counted, R, mistake=Mistake.MISSING),
    "softmax": trial(shared_softmax, R, mistake=Mistake.MISSING, **ROW),
    # Not twice alike
    "noisy": trial(AnotherMask.apply, R, mistake=Mistake.NONDETERMINISTIC),
    # In another type
    "narrow": trial(Narrow.apply, R, mistake=Mistake.DTYPE),
    # As the last call left it
    "remembers": trial(Remembers.apply, R, mistake=Mistake.ORDER),
    # Something else
    "tangent": trial(elementwise(np.tanh, name="tangent", x=lambda g, x: g * (1 - x * x)), R, mistake=Mistake.OTHER),
    "cube": trial(elementwise(lambda x: x**3, name="cube", x=lambda g, x: g * 3 * x), R, mistake=Mistake.OTHER),
    # The second derivative alone
    "smooth": trial(function(lambda x: x.exp(), lambda g, x: g * x.exp().detach()), R, mistake=Mistake.MISSING),
    "sine": trial(elementwise(np.sin, name="sine", x=lambda g, x: g * wrong_cosine(x)), R, mistake=Mistake.SIGN),
}


class Halves(Function):
    """Two results of one input, a view and a product."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.T.clone(), x * x

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g.T + 2 * h * x


RIGHT: dict[str, Trial] = {
    # Corners, jumps and poles within the domain
    "relu": trial(tg.relu, COARSE),
    "clamp": trial(lambda x: x.clamp(-0.5, 0.5), COARSE),
    "distance": trial(lambda x, y: (x - y).abs(), COARSE, COARSE),
    "rounded": trial(lambda x: x.floor() * x + x.round(), R),
    "root": trial(tg.sqrt, between(0, 1)),
    "norm": trial(lambda x: x.norm(), COARSE, **ROW),
    "quotient": trial(lambda x, y: x / y, R, COARSE),
    "leaky": trial(lambda x: tg.where(x > 0, x, 0.1 * x), COARSE),
    # Ties
    "larger": trial(tg.maximum, COARSE, COARSE),
    "largest": trial(lambda x: x.amax(-1), COARSE, **ROW),
    "picked": trial(lambda x: x.max(0).values, COARSE, **MATRIX),
    "distinct": trial(lambda x: x.min(-1).values, distinct(), **ROW),
    # Ill scaled
    "steep": trial(lambda x: (10 * x).exp(), R),
    "large": trial(lambda x, y: 1e6 * x * y, R, R),
    "small": trial(lambda x: 1e-9 * x.sin(), R),
    "ninth_power": trial(lambda x: x**9, R),
    "quick": trial(lambda x: (1000 * x).sin(), R),
    "cancelling": trial(lambda x: (x + 1e8) - 1e8 + x, R),
    "far": trial(lambda x: x * x, between(-1e6, 1e6)),
    "near": trial(tg.log, between(1e-6, 1e-5)),
    # Several results, views, broadcasting, other shapes
    "several": trial(lambda x, y: (x * y, y.exp() * 1e4, x.sum()), R, R),
    "halves": trial(Halves.apply, R, **MATRIX),
    "views": trial(lambda x: x.T[::2].reshape(-1).flip(0) * x[0, 0], R, **MATRIX),
    "affine": trial(lambda x, w, b: (x @ w + b).tanh(), R, R, R, signature="(n,k),(k,m),(m)", max_dims=0),
    "where": trial(lambda c, x, y: tg.where(c > 0, x * y, y), away_from(0), R, R),
    "whole_power": trial(lambda x, n: x**n, R, st.sampled_from([0, 1, 2, 3])),
    "entropy": trial(lambda p: -(p * p.log()).sum(), unit_interval()),
    "given_tensors": trial(lambda x: x.cumsum(0).softmax(0), tensors(shape=(3, 2))),
}
