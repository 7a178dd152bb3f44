"""Lines that change tensors in place: results, views, leaves where nothing is recorded, gradients."""

from __future__ import annotations

from .generator import FLOATS, Kind, Seen, Writer

UNARY = ("exp_", "sin_", "tanh_", "sigmoid_", "neg_", "relu_", "square_", "abs_", "zero_", "sqrt_", "floor_", "sign_")
BINARY = ("mul_", "add_", "mul_", "add_", "sub_", "div_", "pow_", "eq_", "gt_", "remainder_", "copy_")
SIGNS = ("+=", "*=", "-=", "/=")


def unary(w: Writer) -> str | None:
    """A function of the tensor itself."""
    x = _changeable(w)
    if x is None:
        return None
    choices = [f"{each}()" for each in UNARY]
    choices += [f"fill_({w.number()})", f"clamp_({w.one(['-1, 1', '0.5', 'max=0.7'])})"] * 2
    choices += [f"masked_fill_({x.name} > {w.number()}, {w.number()})"]
    choices += [f"normal_({w.number()}, 0)", "uniform_(0.5, 0.5)", "bernoulli_(1)"]
    if len(x.shape) == 2:
        choices += ["tril_()", "triu_()"]
    if x.shape:
        choices += [f"cumsum_({w.dim(len(x.shape))})"]
    return f"{x.name}.{w.one(choices)}"


def binary(w: Writer) -> str | None:
    """A function of it and another."""
    x = _changeable(w)
    if x is None:
        return None
    y = w.fitting(x.shape, exactly=w.chance(0.97))
    if w.chance(0.4):
        return f"{x.name} {w.one(SIGNS)} {y}"
    name = w.one(BINARY)
    if name == "copy_" and y[0] in "-0123456789":
        return None
    return f"{x.name}.{name}({y})"


def places(w: Writer) -> str | None:
    """Some places of it."""
    x = _changeable(w)
    if x is None:
        return None
    index = w.index(x.shape, repeated=False) if x.shape else "..."  # PyTorch doesn't say which of the values stays
    if w.chance(0.12) and x.shape and x.size:
        d = w.dim(len(x.shape))
        source = w.pick(lambda t: t.shape == x.shape and t.dtype == x.dtype)
        value = source.name if source is not None and w.chance(0.6) else str(w.number())
        return f"{x.name}.scatter_({d}, {w.order(x.shape, d)}, {value})"
    if w.chance(0.1):
        index = f"{x.name} > {w.number()}"
        return f"{x.name}[{index}] = {w.number()}"
    value = w.fitting(w.one([(), (), x.shape[1:], x.shape]))
    return f"{x.name}[{index}] {w.one(['=', '=', '=', '+=', '*='])} {value}"


def view_of_it(w: Writer) -> str | None:
    """A view that nobody keeps."""
    x = _changeable(w)
    if x is None:
        return None
    n = x.name
    views = [
        f"{n}[{w.index(x.shape, advanced=False)}]",
        f"{n}.view(-1)",
        f"{n}.detach()",
        f"{n}.data",
        f"{n}.reshape(-1)",
    ]
    views += [f"{n}.expand(2, {', '.join(map(str, x.shape))})"] if x.shape else []
    views += [f"{n}.T"] if len(x.shape) == 2 else []
    return f"{w.one(views)}.{w.one(['mul_', 'add_', 'fill_'])}({w.number()})"


def by_function(w: Writer) -> str | None:
    """A user's operation in place."""
    x = _changeable(w)
    return x and f"{w.new()} = Twice.apply({x.name})"


def leaf(w: Writer) -> str | None:
    """A leaf that requires a gradient, where nothing is recorded; seldom where it is."""
    x = w.pick(lambda t: t.is_leaf and t.requires_grad)
    if x is None:
        return None
    change = w.one([f"{x.name}.mul_({w.number()})", f"{x.name} -= {w.number()}", f"{x.name}.fill_({w.number()})"])
    if w.chance(0.3):
        return f"{x.name}.data.{w.one(['mul_', 'add_'])}({w.number()})"
    return change if w.chance(0.1) else f"with torch.no_grad(): {change}"


def gradient(w: Writer) -> str | None:
    """A gradient that was added up."""
    x = w.pick(lambda t: t.has_grad)
    if x is None:
        return None
    return w.one([f"{x.name}.grad.{w.one(['zero_()', 'mul_(2)', 'fill_(1.5)'])}", f"{x.name}.grad = None"])


def _changeable(w: Writer) -> Seen | None:
    """A result, or what doesn't require a gradient; seldom a leaf that does."""
    wanted = w.chance(0.05)
    return w.pick(lambda t: t.dtype in (*FLOATS, "int64") and (wanted or not (t.requires_grad and t.is_leaf)))


CHANGING: dict[Kind, float] = {
    unary: 2.0,
    binary: 3.0,
    places: 2.0,
    view_of_it: 0.6,
    by_function: 0.2,
    leaf: 1.0,
    gradient: 0.7,
}
