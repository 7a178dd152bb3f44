"""Lines about gradients: walks back, of first and second order, hooks, flags, optimizers."""

from __future__ import annotations

from .generator import Kind, Seen, Writer

HOOKS = ("lambda g: g * 3", "lambda g: None", "lambda g: -g", "lambda g: g.clone().mul_(2)", "lambda g: g + 1")
OPTIMIZERS = ("SGD([{}], lr=0.5)", "SGD([{}], lr=0.1, momentum=0.9)", "Adam([{}], lr=0.1)")


def backward(w: Writer) -> str | None:
    """A walk back that fills the gradients of leaves."""
    y = _result(w)
    if y is None:
        return None
    options = ""
    if w.chance(0.55):
        options = "retain_graph=True"
    elif w.chance(0.1):
        options = "create_graph=True"
    if w.chance(0.08):
        x = w.pick(lambda t: t.requires_grad)
        options += f"{', ' if options else ''}inputs=[{x.name}]" if x else ""
    if w.chance(0.15):
        z = _result(w)
        if z is not None:
            options = f"{', ' if options else ''}{options}"
            return f"torch.autograd.backward([{y.name}, {z.name}], [{_start(w, y)}, {_start(w, z)}]{options})"
    if not y.shape and w.chance(0.7):
        return f"{y.name}.backward({options})"
    if w.chance(0.3):
        return f"{y.name}.sum().backward({options})"
    return f"{y.name}.backward({_start(w, y)}{', ' if options else ''}{options})"


def grad(w: Writer) -> str | None:
    """Gradients as results, which may be differentiated in turn."""
    y, x = _result(w), w.pick(lambda t: t.requires_grad)
    if y is None or x is None:
        return None
    options = w.one(["", ", create_graph=True", ", create_graph=True", ", retain_graph=True", ", create_graph=True"])
    options += w.one(["", "", ", allow_unused=True", ", materialize_grads=True"])
    start = f", {_start(w, y)}" if y.shape and w.chance(0.6) else ""
    of = y.name if start or not y.shape else f"{y.name}.sum()"
    z = w.pick(lambda t: t.requires_grad)
    if z is not None and z != x and w.chance(0.3):
        return f"{w.new()}, {w.new()} = torch.autograd.grad({of}, [{x.name}, {z.name}]{start}{options})"
    return f"{w.new()}, = torch.autograd.grad({of}, {x.name}{start}{options})"


def hook(w: Writer) -> str | None:
    """A function that sees a gradient, and may replace it."""
    x = w.pick(lambda t: t.requires_grad)
    if x is None:
        return None
    if w.chance(0.15) and x.is_leaf:
        return f"{x.name}.register_post_accumulate_grad_hook({w.one(['double_grad', 'forget_grad'])})"
    if w.chance(0.2) and "handle" in w.others:
        return f"{w.one(w.others['handle'])}.remove()"
    name = f"handle{len(w.others.setdefault('handle', []))}"
    w.others["handle"].append(name)
    return f"{name} = {x.name}.register_hook({w.one(HOOKS)})"


def flag(w: Writer) -> str | None:
    """What a tensor wants of gradients."""
    x = w.real()
    changes = ["retain_grad()"] * 3
    if x is not None and not x.is_view and not x.has_views:
        changes += ["requires_grad_()", "requires_grad_(False)", "detach_()"]
    return x and f"{x.name}.{w.one(changes)}"


def optimizer(w: Writer) -> str | None:
    """An optimizer, its step, its fresh start."""
    if w.others.get("opt") and w.chance(0.8):
        return f"{w.one(w.others['opt'])}.{w.one(['step()', 'step()', 'zero_grad()', 'zero_grad(set_to_none=False)'])}"
    x = w.pick(lambda t: t.requires_grad and t.is_leaf and t.dtype != "float16")
    if x is None:
        return None
    name = f"opt{len(w.others.setdefault('opt', []))}"
    w.others["opt"].append(name)
    return f"{name} = torch.optim.{w.one(OPTIMIZERS).format(x.name)}"


def _result(w: Writer) -> Seen | None:
    return w.pick(lambda t: t.requires_grad and not (t.is_leaf and w.chance(0.9)))


def _start(w: Writer, y: Seen) -> str:
    """A gradient to start from, as text."""
    return w.constant(y.shape, y.dtype, requires_grad=w.chance(0.05))


DIFFERENTIATING: dict[Kind, float] = {backward: 2.0, grad: 1.3, hook: 0.8, flag: 1.0, optimizer: 0.5}
