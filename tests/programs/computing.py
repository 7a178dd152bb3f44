"""Lines that make tensors, and lines that compute with them: leaves, views, results."""

from __future__ import annotations

from .generator import Kind, Writer

COMMON = ("exp", "sin", "tanh", "sigmoid", "abs", "square", "neg", "relu")
SMOOTH = ("sqrt", "log", "reciprocal", "rsqrt", "cos", "expm1", "log1p")
COPIES = ("clone", "positive")
STEPS = ("sign", "floor", "round", "trunc")
UNARY = COMMON + SMOOTH + COPIES + STEPS
BINARY = ("+", "-", "*", "*", "*", "/", "**")
TWO = ("maximum", "minimum", "mul", "div", "pow", "add", "remainder")
COMPARED = (">", "<", ">=", "==", "!=")
REDUCTIONS = ("sum", "sum", "mean", "prod", "amax", "amin", "logsumexp", "var", "std", "norm")


def leaf(w: Writer) -> str:
    """A tensor of real numbers that most often requires a gradient."""
    return f"{w.new()} = {w.constant(w.shape(), requires_grad=w.chance(0.75))}"


def other_tensor(w: Writer) -> str:
    """A tensor of another kind or origin."""
    shape = w.shape()
    whole = w.literal(shape, lambda: w.random.randint(0, 3))
    return f"{w.new()} = " + w.one(
        [
            f"torch.zeros({shape}, dtype=torch.{w.one(w.dtypes)})",
            f"torch.ones({shape}, dtype=torch.{w.one(w.dtypes)}, requires_grad=True)",
            f"torch.arange({w.random.randint(1, 6)}, dtype=torch.{w.one(w.dtypes)}, requires_grad=True)",
            f"torch.tensor({whole}, dtype=torch.{w.one(['int64', 'int32', 'uint8'])})",
            f"torch.tensor({w.literal(shape, lambda: w.chance(0.5))}, dtype=torch.bool)",
            f"torch.full({shape}, {w.number()}, dtype=torch.{w.one(w.dtypes)})",
        ]
    )


def unary(w: Writer) -> str | None:
    """A function of one tensor, by elements."""
    x = w.real()
    return x and f"{w.new()} = {x.name}.{w.one(UNARY)}()"


def binary(w: Writer) -> str | None:
    """An operator or a function of two."""
    x = w.real()
    if x is None:
        return None
    y = w.fitting(x.shape)
    form = w.random.random()
    if form < 0.6:
        sign = w.one(BINARY)
        return (
            f"{w.new()} = {x.name} {sign} {y}" if w.chance(0.8) or sign == "**" else f"{w.new()} = {y} {sign} {x.name}"
        )
    if form < 0.7:
        return f"{w.new()} = {x.name}.add({y}, alpha={w.random.randint(2, 3)})"
    if form < 0.8:
        return f"{w.new()} = {x.name} {w.one(COMPARED)} {y}"
    two = w.one(TWO)
    if y[0] in "-0123456789" and two in ("maximum", "minimum"):
        return None
    return f"{w.new()} = {x.name}.{two}({y})"


def itself(w: Writer) -> str | None:
    """A tensor with itself."""
    x = w.real()
    return x and f"{w.new()} = {x.name} {w.one(['*', '+', '-', '/'])} {x.name}"


def view(w: Writer) -> str | None:
    """What shares the memory, where it can."""
    x = w.pick()
    if x is None:
        return None
    n, size, ndim = x.name, x.size, len(x.shape)
    choices = [f"{n}[{w.index(x.shape, advanced=False)}]"] * 4
    choices += [f"{n}.reshape({each})" for each in ("-1", f"1, {size}", f"{size}, 1")] if size else []
    choices += (
        [f"{n}.view(-1)", f"{n}.ravel()", f"{n}.flatten()", f"{n}.squeeze()", f"{n}.contiguous()"] if size else []
    )
    choices += [f"{n}.detach()", f"{n}.data", f"{n}.unsqueeze({w.random.randint(-ndim - 1, ndim)})"]
    choices += [f"{n}.view_as({n})", f"{n}.expand_as({n})", f"{n}.to({n}.dtype)"]
    for shape in ((2, *x.shape), (3, 2), (2, 2), (2,), x.shape):
        choices.append(f"{n}.expand({shape})" if w.chance(0.7) else f"{n}.broadcast_to({shape})")
    if size == 6:
        choices += [f"{n}.reshape(2, 3)", f"{n}.view(3, 2)"]
    if size == 4:
        choices += [f"{n}.reshape(2, 2)", f"{n}.view(2, 2)"]
    if ndim:
        d = w.dim(ndim)
        length = x.shape[d]
        choices += [f"{n}.squeeze({d})", f"{n}.movedim(0, -1)", f"{n}.flatten({w.one([0, -1])})"]
        if length:
            start = w.random.randrange(length)
            choices += [f"{n}.select({d}, {start})", f"{n}.narrow({d}, {start}, {length - start})"]
    if ndim == 2:
        choices += [
            f"{n}.T",
            f"{n}.t()",
            f"{n}.transpose(0, 1)",
            f"{n}.permute(1, 0)",
            f"{n}.mT",
            f"{n}.swapaxes(0, -1)",
        ] * 2
    return f"{w.new()} = {w.one(choices)}"


def several(w: Writer) -> str | None:
    """An operation with several results."""
    x = w.pick(lambda t: t.is_float and len(t.shape) and t.size and max(t.shape) <= 3)
    if x is None:
        return None
    d = w.random.randrange(len(x.shape))
    length = x.shape[d]
    two = f"{w.new()}, {w.new()} = {x.name}."
    form = w.one(["max", "min", "sort", "topk", "unbind", "split", "chunk", "Both", "var_mean"])
    if form in ("max", "min", "sort"):
        return f"{two}{form}({d})"
    if form == "topk":
        return f"{two}topk({w.random.randint(1, length)}, {d})"
    if form == "Both":
        y = w.pick(lambda t: t.is_float and t.shape == x.shape and t.dtype == x.dtype)
        return y and f"{two.partition('=')[0]}= Both.apply({x.name}, {y.name})"
    if form == "var_mean":
        return f"{two.partition('=')[0]}= torch.var_mean({x.name}, {d})" if length > 1 else None
    if length == 1:
        return None
    if form == "unbind":
        return f"{', '.join(w.new() for _ in range(length))} = {x.name}.unbind({d})"
    return f"{two}{form}({'2' if form == 'chunk' else (length + 1) // 2}, {d})"


def picked(w: Writer) -> str | None:
    """A copy of places of a tensor."""
    x = w.pick(lambda t: len(t.shape) and t.size)
    if x is None:
        return None
    n = x.name
    d = w.dim(len(x.shape))
    choices = [f"{n}[{w.index(x.shape)}]"] * 4
    choices += [
        f"{n}.index_select({d}, {w.indices((2,), x.shape[d])})",
        f"{n}[{n} > {w.number()}]",
        f"{n}.masked_select({n} < {w.number()})",
        f"{n}.gather({d}, {w.indices(x.shape, x.shape[d])})",
        f"{n}[{w.indices(w.one([(2,), (), (2, 2)]), x.shape[0])}]",
    ]
    return f"{w.new()} = {w.one(choices)}"


def reduction(w: Writer) -> str | None:
    """A reduction, over all or along a dimension."""
    x = w.pick(lambda t: t.is_float and t.size)
    if x is None:
        return None
    name = w.one(REDUCTIONS)
    few = name in ("var", "std")
    if not x.shape or (name not in ("logsumexp",) and w.chance(0.4)):
        return f"{w.new()} = {x.name}.{name}()" if not few or x.size > 1 else None
    if name == "logsumexp" or w.chance(0.7):
        d = w.dim(len(x.shape))
        if few and x.shape[d] < 2:
            return None
        dim = f"dim={d}" if name == "norm" else str(d)
        return f"{w.new()} = {x.name}.{name}({dim}{', keepdim=True' if w.chance(0.3) else ''})"
    return f"{w.new()} = {x.name}.{w.one(['max', 'min', 'sum', 'mean'])}()"


def along(w: Writer) -> str | None:
    """Results of the operand's shape, that mix its values, or put them elsewhere."""
    x = w.real()
    if x is None:
        return None
    n, ndim = x.name, len(x.shape)
    d = w.dim(ndim)
    choices = [
        f"{n}.clamp({w.one(['-1, 1', '0.5', 'max=0.7'])})",
        f"{n}.repeat({w.one(['2, 1', '1, 2'] if ndim == 2 else ['2', '1', '2, 1'])})",
    ]
    choices += [
        f"{n}.masked_fill({n} > {w.number()}, {w.number()})",
        f"torch.where({n} > {w.number()}, {n}, {w.fitting(x.shape)})",
    ]
    choices += [f"{n}.to(torch.{w.one(w.dtypes)})", f"{n}.double()", f"Cube.apply({n})"]
    if ndim:
        choices += [
            f"{n}.cumsum({d})",
            f"{n}.softmax({d})",
            f"{n}.log_softmax({d})",
            f"{n}.flip({d})",
            f"{n}.roll(1, {d})",
        ]
    if ndim == 2:
        choices += [f"{n}.tril()", f"{n}.triu(1)"]
        other = w.pick(
            lambda t: t.is_float and t.dtype == x.dtype and len(t.shape) in (1, 2) and t.shape[0] == x.shape[1]
        )
        if other:
            choices += [f"{n} @ {other.name}", f"{n}.matmul({other.name})"]
    if ndim == 1:
        other = w.pick(lambda t: t.shape == x.shape and t.dtype == x.dtype)
        if other:
            choices += [f"{n}.dot({other.name})", f"{n} @ {other.name}"]
    return f"{w.new()} = {w.one(choices)}"


def joined(w: Writer) -> str | None:
    """Several tensors as one."""
    x = w.real()
    y = x and w.pick(lambda t: t.shape == x.shape and t.is_float)
    if x is None or y is None:
        return None
    join = w.one(["stack", "cat"]) if x.shape else "stack"
    return f"{w.new()} = torch.{join}([{x.name}, {y.name}]{w.one(['', ', -1'])})"


def asked(w: Writer) -> str | None:
    """A question, whose answer is compared."""
    x = w.pick()
    question = w.one(["requires_grad", "is_leaf", "grad", "is_contiguous()", "shape", "sum().item()"])
    return x and f"{w.new()} = {x.name}.{question}"


COMPUTING: dict[Kind, float] = {
    leaf: 1.0,
    other_tensor: 0.4,
    unary: 2.0,
    binary: 4.0,
    itself: 0.7,
    view: 5.0,
    several: 1.2,
    picked: 1.5,
    reduction: 1.0,
    along: 1.5,
    joined: 0.5,
    asked: 0.7,
}
