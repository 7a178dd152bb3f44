"""Wrong operations: at one size, in one memory layout, in how axes are summed, moved and picked, in who is who."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.operations import COARSE, MATRIX, ROW, SQUARE, function

import tinygrad_edu as tg
from corpus.case import Wrong, wrong
from tinygrad_edu.autograd import elementwise, primitive
from tinygrad_edu.testing import distinct, nonzero, positive, reals

__all__ = ["WRONG"]

R = reals()


def of_square(name: str, slope: Any) -> Any:
    """The square of each value, with a rule that looks at how the array lies in memory; second order is plain."""
    return primitive(
        np.square, name=name, x=lambda g, x: g * (2 * slope(x) if isinstance(x, (np.ndarray, np.generic)) else 2 * x)
    )


def behind(x: np.ndarray) -> np.ndarray:
    """The array that a view looks at, if it could be the view itself by its shape."""
    return x.base if isinstance(x.base, np.ndarray) and x.base.shape == x.shape else x


def flat_from_the_start(x: np.ndarray) -> np.ndarray:
    """What lies in memory from the first value on, one after the other."""
    steps = [x.itemsize * int(np.prod(x.shape[k + 1 :])) for k in range(x.ndim)]
    return np.lib.stride_tricks.as_strided(x, x.shape, steps) if all(s > 0 for s in x.strides) else x


def cumulated(name: str, rule: Any) -> Any:
    return primitive(lambda x: np.cumsum(x, -1), name=name, x=rule)


def from_the_end(g: Any) -> Any:
    return np.flip(np.cumsum(np.flip(g, -1), -1), -1)


def softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def softmax_of(x: Any) -> Any:
    powers = np.exp(x)
    return powers / powers.sum(-1)[..., None]


def pulled_through(weights: Any, g: Any) -> Any:
    return weights * (g - (g * weights).sum(-1)[..., None])


def first_if_tied(x: Any) -> Any:
    """The softmax; but where the largest occurs twice, all for the first."""
    values = constant(x)
    largest = values == values.max(-1)[..., None]
    first = largest & (np.cumsum(largest, -1) == 1)
    return np.where(largest.sum(-1)[..., None] > 1, first, softmax_of(x))


def middle(x: np.ndarray) -> np.ndarray:
    ordered, n = np.sort(x, -1), x.shape[-1]
    return (ordered[..., (n - 1) // 2] + ordered[..., n // 2]) / 2


def middle_rule(g: Any, x: Any, out: Any) -> Any:
    """The whole of g for each of the one or two in the middle."""
    rank = np.argsort(np.argsort(constant(x), -1), -1)
    n = rank.shape[-1]
    return g[..., None] * ((rank == (n - 1) // 2) | (rank == n // 2))


def constant(x: Any) -> Any:
    return x.detach().numpy() if isinstance(x, tg.Tensor) else x


def placed(g: Any, picked: Any, length: int) -> Any:
    """The rule of picking along the last axis that forgets the picks of one place but the last."""
    onto = np.zeros((len(picked), length))
    last = {int(place): k for k, place in enumerate(picked)}
    for place, k in last.items():
        onto[k, place] = 1
    return g @ onto


def sides(W: Any) -> tuple[Any, Any]:
    """Two vectors that differ."""
    numbers = tg.arange(1.0, len(W) + 1, dtype=W.dtype)
    return numbers, 1 / numbers


def bilinear(W: Any) -> Any:
    one, other = sides(W)
    return one @ W @ other


def slope_of_bilinear(W: Any) -> Any:
    one, other = sides(W)
    return one[:, None] * other


chosen = elementwise(
    lambda x, y, *, first: np.where(first, x, y),
    name="wrong_chosen",
    x=lambda g, first: np.where(first, 0, g),
    y=lambda g, first: np.where(first, g, 0),
)


def attention(q: Any, k: Any, v: Any) -> Any:
    return (q @ k.T / q.shape[-1] ** 0.5).softmax(-1) @ v


def attention_rule(g: Any, q: Any, k: Any, v: Any) -> Any:
    """The values' gradient as the mean over the queries."""
    root = q.shape[-1] ** 0.5
    weights = (q @ k.T / root).softmax(-1)
    by_weights = g @ v.T
    by_scores = weights * (by_weights - (weights * by_weights).sum(-1, keepdim=True)) / root
    return by_scores @ k, by_scores.T @ q, weights.T @ g / len(q)


def causal(x: Any) -> Any:
    return np.where(np.tril(np.ones(x.shape)) > 0, x, -np.inf)


WRONG: dict[str, Wrong] = {
    # At one size
    "centred": wrong(  # one value alone is 0, whatever it is
        "doesn't depend|alone|length 1",
        primitive(
            lambda x: x - x.mean(-1, keepdims=True),
            name="centred",
            x=lambda g: g - g.mean(-1)[..., None] if g.shape[-1] > 1 else g,
        ),
        R,
        **ROW,
    ),
    "three_at_most": wrong(
        "MISSING",
        primitive(
            lambda x: np.square(x), name="three_at_most", x=lambda g, x: 2 * g * x * (np.arange(x.shape[-1]) < 3)
        ),
        R,
        **ROW,
    ),
    "turned_if_oblong": wrong(  # a square looks the same in both directions
        "TRANSPOSED",
        primitive(lambda x: x.T.copy(), name="turned_if_oblong", x=lambda g: g.T if g.shape[0] != g.shape[1] else g),
        R,
        **MATRIX,
    ),
    "of_none": wrong(
        "backward failed.*IndexError",
        primitive(
            lambda x: x.sum(-1),
            name="of_none",
            x=lambda g, x: g[..., None] * (x * 0 + 1 + 0 * x[..., :1][..., 0:1] if x.shape[-1] else x[..., 0]),
        ),
        R,
        min_side=0,
        **ROW,
    ),
    "without_dimensions": wrong(
        "MISSING",
        primitive(np.sin, name="without_dimensions", x=lambda g, x: g * np.cos(x) * (1 if x.ndim else 0)),
        R,
    ),
    "middle_of_even": wrong(
        r"FACTOR.*factor 2\b",
        primitive(middle, name="middle_of_even", x=middle_rule),
        distinct(),
        **ROW,
    ),
    "two_dimensions": wrong(  # the axis is counted from the front
        "OTHER|TRANSPOSED|MISSING",
        cumulated("two_dimensions", lambda g: from_the_end(g.T).T if g.ndim == 2 else from_the_end(g)),
        R,
        signature="(n)",
        second_order=False,
    ),
    # In one layout
    "column_by_column": wrong(
        "TRANSPOSED|layout|memory|order",
        of_square("column_by_column", lambda x: np.ravel(x, order="K").reshape(x.shape)),
        R,
    ),
    "backwards": wrong(
        "OTHER|TRANSPOSED",
        of_square("backwards", behind),
        R,
    ),
    "every_second": wrong(
        "no finite number|memory layout",
        of_square("every_second", flat_from_the_start),
        R,
    ),
    "a_plain_number": wrong(  # NumPy gives a scalar where there are no dimensions
        r"FACTOR.*factor 2\b|NumPy number",
        of_square("a_plain_number", lambda x: x if isinstance(x, np.ndarray) else x / 2),
        R,
    ),
    "gradient_from_columns": wrong(
        "TRANSPOSED|layout|memory",
        primitive(
            lambda x: 2 * x,
            name="gradient_from_columns",
            x=lambda g: 2 * (np.ravel(g, order="K").reshape(g.shape) if isinstance(g, np.ndarray) else g),
        ),
        R,
        **MATRIX,
    ),
    # In how axes are summed
    "softmax_without_keepdim": wrong(
        "OTHER|BROADCAST|TRANSPOSED",
        primitive(softmax, name="softmax_without_keepdim", x=lambda g, out: out * (g - (g * out).sum(-1))),
        R,
        **SQUARE,
    ),
    "sum_of_columns": wrong(  # spread along the other axis
        "TRANSPOSED",
        primitive(lambda x: x.sum(0), name="sum_of_columns", x=lambda g, x: g[:, None] * (0 * x + 1)),
        R,
        **SQUARE,
    ),
    "bias_averaged": wrong(
        "BROADCAST.*mean",
        function(lambda x, b: x + b, lambda g, _x, _b: (g, g.mean(0))),
        R,
        R,
        signature="(n,k),(k)",
        max_dims=0,
    ),
    "bias_of_batches": wrong(  # only the first axis is summed
        "BROADCAST",
        primitive(lambda x, b: x + b, name="bias_of_batches", x=lambda g: g, b=lambda g: g if g.ndim < 2 else g.sum(0)),
        R,
        R,
        signature="(n),(n)",
    ),
    "deviation": wrong(  # n - 1 in the function, n in the rule
        "FACTOR",
        primitive(
            lambda x: x.var(-1, ddof=1),
            name="deviation",
            x=lambda g, x: g[..., None] * 2 * (x - x.mean(-1)[..., None]) / x.shape[-1],
        ),
        R,
        min_side=2,
        **ROW,
    ),
    "cubic_norm": wrong(  # |x|³ has the slope 3 x |x|
        "SIGN",
        primitive(lambda x: (abs(x) ** 3).sum(-1), name="cubic_norm", x=lambda g, x: 3 * g[..., None] * x * x),
        R,
        **ROW,
    ),
    "wrong_product": wrong(
        "no finite number",
        primitive(lambda x: x.prod(-1), name="wrong_product", x=lambda g, x, out: (g * out)[..., None] / x),
        R,
        **ROW,
    ),
    # In how values are moved and picked
    "picked_twice": wrong(
        "MISSING|BROADCAST",
        primitive(
            lambda x: x[..., [0, 0, -1]],
            name="picked_twice",
            x=lambda g, x: placed(g, [0, 0, x.shape[-1] - 1], x.shape[-1]),
        ),
        R,
        **ROW,
    ),
    "rolled_on": wrong(
        "TRANSPOSED",
        primitive(lambda x: np.roll(x, 1, -1), name="rolled_on", x=lambda g: np.roll(g, 1, -1)),
        R,
        **ROW,
        second_order=False,
    ),
    "sorted_twice": wrong(  # the order in the place of its inverse
        "TRANSPOSED",
        primitive(
            lambda x: np.sort(x, -1),
            name="sorted_twice",
            x=lambda g, x: np.take_along_axis(g, np.argsort(constant(x), -1), -1),
        ),
        distinct(),
        **ROW,
        second_order=False,
    ),
    "flipped_rows": wrong(
        "TRANSPOSED|order",
        primitive(lambda x: x[::-1] * 1, name="flipped_rows", x=lambda g: g[:, ::-1]),
        R,
        **MATRIX,
        second_order=False,
    ),
    "windows": wrong(  # each value is in two windows
        "MISSING",
        primitive(
            lambda x: x[..., 1:] + x[..., :-1],
            name="windows",
            x=lambda g: np.concatenate([g[..., :1], g], -1),
        ),
        R,
        min_side=2,
        **ROW,
    ),
    "padded": wrong(
        "OTHER|TRANSPOSED|MISSING",
        primitive(lambda x: np.pad(x, (1, 1)), name="padded", x=lambda g: g[2:]),
        R,
        **ROW,
        max_dims=0,
    ),
    # In who is who
    "wrong_angle": wrong(
        "swapped|another operand|exchanged",
        elementwise(
            np.arctan2,
            name="wrong_angle",
            y=lambda g, y, x: -g * y / (x * x + y * y),
            x=lambda g, y, x: g * x / (x * x + y * y),
        ),
        nonzero(),
        nonzero(),
    ),
    "wrong_longest_side": wrong(
        "swapped|another operand|exchanged",
        elementwise(np.hypot, name="longest", x=lambda g, y, out: g * y / out, y=lambda g, x, out: g * x / out),
        positive(),
        positive(),
    ),
    "wrong_chosen": wrong(
        "swapped|another operand|exchanged|MISSING",
        lambda x, y, first: chosen(x, y, first=first),
        R,
        R,
        st.booleans(),
    ),
    "bilinear": wrong(  # the gradient of a square matrix isn't symmetric
        "symmetr",
        function(
            bilinear, lambda g, W: g * (sides(W)[0][:, None] * sides(W)[1] + sides(W)[1][:, None] * sides(W)[0]) / 2
        ),
        R,
        signature="(n,n)",
        max_dims=0,
    ),
    "direction_only": wrong(
        "normali[sz]ed|length",
        function(lambda x: (x * x).sum(-1), lambda g, x: g.unsqueeze(-1) * x / (x * x).sum(-1, keepdim=True) ** 0.5),
        nonzero(),
        **ROW,
    ),
    # Layers
    "values_of_attention": wrong(
        "FACTOR|BROADCAST",
        function(attention, attention_rule),
        R,
        R,
        R,
        signature="(n,d),(m,d),(m,e)",
        max_dims=0,
    ),
    "mask_forgotten": wrong(
        "doesn't depend|OTHER",
        primitive(
            lambda x: softmax(causal(x)),
            name="mask_forgotten",
            x=lambda g, x: pulled_through(softmax_of(x), g),
        ),
        R,
        **SQUARE,
    ),
    "layer_norm_of_constants": wrong(  # the deviation taken for a constant
        "MISSING|OTHER",
        lambda x: (x - x.mean(-1, keepdim=True)) / (x.var(-1, correction=0, keepdim=True) + 0.1).sqrt().detach(),
        R,
        min_side=2,
        **ROW,
    ),
    "slope_of_the_default": wrong(  # the setting is not read
        "FACTOR",
        lambda x, slope: elementwise(
            lambda x, *, slope: np.where(x > 0, x, slope * x),
            name="slope_of_the_default",
            x=lambda g, x: g * np.where(x > 0, 1, 0.01),
        )(x, slope=slope),
        R,
        st.sampled_from([0.01, 0.2]),
    ),
    "tied_largest": wrong(  # a smooth maximum that gives ties to the first
        "OTHER|MISSING",
        primitive(
            lambda x: np.log(np.exp(x).sum(-1)),
            name="tied_largest",
            x=lambda g, x: g[..., None] * first_if_tied(x),
        ),
        COARSE,
        **ROW,
    ),
}
