"""Functions of functions beside PyTorch's: derivatives and their nesting, batches, modules as functions, errors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER

import tinygrad_edu as tg

from .expressions import listed

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # PyTorch's own use of it

DERIVATIVES = listed("""\
F.grad(lambda x: (x * x).sum())(x) | F.grad(lambda x, y: (x * y.sin()).sum(), argnums=1)(x, y)
F.grad(lambda x, y: (x * y.sin()).sum(), argnums=(0, 1))(x, y) | F.grad(lambda x, y: (x * y).sum(), argnums=-1)(x, y)
F.grad(lambda x, y: (x * y).sum(), (1, 0))(x, y) | F.grad(lambda x: ((x**3).sum(), x + 1), has_aux=True)(x)
F.grad(lambda x: m.ones(()))(x) | F.grad(lambda x: x[0] * x[1] / x[2])(x) | F.grad(lambda s: s**3)(x.sum())
F.grad(F.grad(lambda s: s**4))(x.sum()) | F.grad(F.grad(F.grad(lambda s: s.sin())))(x[0]) | F.grad(m.sum)(w)
F.grad(lambda d: (d["a"] * d["b"][0]).sum())({"a": x, "b": [y]})["b"][0] | F.grad(lambda x, k: (x * k).sum())(x, k=y)
F.grad(lambda p: (p[0] * p[1]).sum())((x, y)) | F.grad(lambda x: x[:0].sum())(x) | F.grad(lambda x: x.sum())(x[:0])
F.grad_and_value(lambda x: (x * x).sum())(x) | F.grad_and_value(lambda x: ((x * x).sum(), x), has_aux=True)(x)
F.grad_and_value(lambda x, y: x @ y, argnums=(0, 1))(x, y)
F.grad(lambda x: F.grad(lambda y: (x * y * y).sum())(y).sum())(x)
F.grad(lambda x: (x * F.grad(lambda y: (x * y * y).sum())(x)).sum())(x) | F.vjp(lambda x: x * x, x)[1](y)
F.vjp(lambda x: x * x, x)[0] | F.vjp(lambda x, y: (x * y, y.exp()), x, y)[1]((y, x)) | F.vjp(lambda x: w @ x, x)[1](v)
F.vjp(lambda x: (x * x, x), x, has_aux=True)[2] | F.vjp(lambda x: {"k": x.exp()}, x)[1]({"k": y})
F.vjp(m.sum, w)[1](x[0])
F.vjp(lambda x: y, x)[1](y) | F.jvp(lambda x: x * x, (x,), (y,)) | F.jvp(lambda x, y: x * y, (x, y), (y, x))
F.jvp(lambda x: (x * x, x.sum()), (x,), (y,)) | F.jvp(lambda x: (x * x, x), (x,), (y,), has_aux=True)
F.jvp(lambda x: w @ x, (x,), (y,)) | F.jvp(lambda x: y, (x,), (y,)) | F.jvp(F.grad(lambda x: (x**3).sum()), (x,), (y,))
F.jacrev(lambda x: x * x)(x) | F.jacrev(lambda x: w @ x)(x) | F.jacrev(lambda x: w * x)(x)
F.jacrev(lambda x: x.sum())(x)
F.jacrev(lambda x: (x * x, x), has_aux=True)(x) | F.jacrev(lambda x, y: (x * y, y.sum()), argnums=(0, 1))(x, y)
F.jacrev(lambda x, y: x * y, argnums=1)(x, y) | F.jacrev(lambda x, y: x * y, argnums=(1,))(x, y)
F.jacrev(lambda x: y)(x)
F.jacrev(F.jacrev(lambda x: (x**3)))(x) | F.jacrev(lambda x: x[:0])(x) | F.jacrev(lambda x: x * x, chunk_size=1)(x)
F.jacrev(lambda d: d["a"] * 2)({"a": x})["a"] | F.jacfwd(lambda x: x * x)(x) | F.jacfwd(lambda x: w @ x)(x)
F.jacfwd(lambda x: (x * x, x), has_aux=True)(x) | F.jacfwd(lambda x, y: (x * y).sum(), (0, 1))(x, y)
F.jacfwd(F.jacrev(lambda x: (x**3).sum()))(x) | F.jacfwd(lambda x: x * x, randomness="same")(x)
F.hessian(lambda x: (x**3).sum())(x) | F.hessian(lambda x: x**3)(x)
F.hessian(lambda x, y: (x * y * y).sum(), (0, 1))(x, y)
F.hessian(lambda x, y: (x * y * y).sum(), argnums=1)(x, y) | F.hessian(lambda x: x[0] * x[1].exp() + x[2])(x)
F.hessian(lambda w: (w @ x).square().sum())(w) | F.hessian(lambda x: x.sum())(x) | F.hessian(lambda s: s.sin())(x[1])
F.vmap(F.grad(lambda x: (x**2).sum()))(w) | F.vmap(F.grad(lambda x, r: (x * r).sum() ** 2), in_dims=(None, 0))(x, w)
F.vmap(F.hessian(lambda x: (x**3).sum()))(w) | F.jacrev(F.vmap(lambda r: r.sum() * r))(w)""")

BATCHES = listed("""\
F.vmap(lambda a: a * a.sum())(w) | F.vmap(lambda a: a, in_dims=1)(w) | F.vmap(lambda a: a * 2, in_dims=1, out_dims=1)(w)
F.vmap(lambda a: a * 2, -1, -1)(w) | F.vmap(lambda a, b: (a + b, b), in_dims=(0, None))(w, x) | F.vmap(m.dot)(w, w)
F.vmap(lambda a, b: a + b, in_dims=(0, 1))(w, w.T) | F.vmap(m.dot, in_dims=(0, None))(w, x)
F.vmap(lambda a: a.sum())(x)
F.vmap(lambda d: d["a"] * d["b"], in_dims=({"a": 0, "b": None},))({"a": x, "b": y}) | F.vmap(lambda d: d["a"])({"a": x})
F.vmap(lambda a: [a, {"k": a * 2}])(x)[1]["k"] | F.vmap(lambda a: m.ones(2))(x) | F.vmap(lambda a: a)(w[:0])
F.vmap(lambda a: (a, a.sum()), out_dims=(1, 0))(w) | F.vmap(lambda a, k: a * k)(x, k=y)
F.vmap(F.vmap(lambda s: s * s))(w)
F.vmap(lambda p: p[0] * p[1])((x, y)) | F.vmap(lambda p: p[0] * p[1], in_dims=((0, None),))((x, y))
F.vmap(lambda a: a * 2, chunk_size=1)(w) | F.vmap(lambda a: a.max(), randomness="same")(w) | F.vmap(m.argmax)(w)
F.vmap(lambda a, b: a @ b, in_dims=(None, 1), out_dims=1)(w, w.T) | F.vmap(lambda a: (a > 0).long())(w)""")

WRONG = listed("""\
F.grad(lambda x: x * x)(x) | F.grad(lambda x: 3.0)(x) | F.grad(lambda x: x.sum())(m.tensor([1, 2]))
F.grad(m.sum, 2)(x)
F.grad(lambda x: x.sum().reshape(1))(x) | F.grad(lambda x: x.sum(), argnums=-2)(x)
F.grad(lambda x: x.sum(), has_aux=True)(x)
F.grad(lambda x, y: x.sum(), argnums=1)(x, 3.0) | F.vjp(lambda x: x * x, x)[1](v) | F.vjp(lambda x: 2.0, x)
F.vjp(lambda x: (x, x), x)[1]((x,)) | F.jvp(lambda x: x * x, x, x) | F.jvp(lambda x: x * x, (x,), (v,))
F.jvp(lambda x: x * x, (x,), (x, x)) | F.jvp(lambda x: x * x, (x,), x) | F.jacrev(lambda x: 2.0)(x)
F.jacrev(lambda x: x, argnums=1)(x) | F.jacfwd(lambda x: 2.0)(x) | F.hessian(lambda x: 2.0)(x)
F.vmap(lambda a: a)(3.0)
F.vmap(lambda a, b: a + b)(x, v) | F.vmap(lambda a: 3.0)(x) | F.vmap(lambda a: a, in_dims=None)(x)
F.vmap(lambda a: a, in_dims=(None,))(x) | F.vmap(lambda a: a, randomness="x")(x) | F.vmap(lambda a: m.rand(1))(x)
F.vmap(lambda a: a, in_dims=2)(x) | F.vmap(lambda a: a, out_dims=2)(x) | F.vmap(lambda a, b: a * b)(x)
F.vmap(lambda a: a, in_dims=(0, 0))(x) | F.vmap(lambda a: (a, a), out_dims=(0,))(x)
F.vmap(lambda a: a, in_dims="0")(x)""")


def given(m: Any, dtype: str, needs: bool) -> dict[str, Any]:
    shapes = {"x": (3,), "y": (3,), "v": (2,), "w": (2, 3)}
    drawn = np.random.default_rng(4)
    made = {name: drawn.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    names = {name: m.tensor(each.tolist(), dtype=getattr(m, dtype), requires_grad=needs) for name, each in made.items()}
    return {"m": m, "F": m.func, **names}


def written_out(expression: str) -> str:
    """An expression with the names by which functions are known."""
    return re.sub(r"\bF\.", "m.func.", expression)


def numbers(result: Any) -> Any:
    if isinstance(result, (tuple, list)):
        return [numbers(each) for each in result]
    return str(result.dtype).rpartition(".")[2], tuple(result.shape), result.requires_grad, result.detach().numpy()


def same(mine: Any, theirs: Any, expression: str) -> None:
    if isinstance(theirs, list):
        assert len(mine) == len(theirs), expression
        for ours, other in zip(mine, theirs, strict=True):
            same(ours, other, expression)
        return
    assert mine[:3] == theirs[:3], expression
    np.testing.assert_allclose(mine[3], theirs[3], rtol=2e-5, atol=2e-5, err_msg=expression)


@pytest.mark.parametrize("expression", DERIVATIVES + BATCHES)
def test_values(expression: str) -> None:
    for dtype in ("float32", "float64"):
        mine, theirs = (numbers(eval(expression, given(m, dtype, needs=False))) for m in (tg, torch))
        same(mine, theirs, expression)
        LEDGER.agreed(written_out(expression), "value", **given(tg, dtype, needs=False))


@pytest.mark.parametrize("expression", DERIVATIVES + BATCHES)
def test_results_can_be_differentiated_in_turn(expression: str) -> None:
    """By tensors that require a gradient: those given, and those that the function knows."""

    def gradients(m: Any) -> Any:
        names = given(m, "float64", needs=True)
        result = eval(expression, names)
        flat = list(result) if isinstance(result, (tuple, list)) else [result]
        while any(isinstance(each, (tuple, list)) for each in flat):
            flat = [inner for each in flat for inner in (each if isinstance(each, (tuple, list)) else [each])]
        total = sum((each.sin().sum() for each in flat if each.requires_grad), m.zeros((), dtype=m.float64))
        leaves = [names[name] for name in "xyvw"]
        if not total.requires_grad:
            return [np.zeros(tuple(each.shape)) for each in leaves]
        found = m.autograd.grad(total, leaves, allow_unused=True)
        pairs = zip(found, leaves, strict=True)
        return [np.zeros(tuple(leaf.shape)) if each is None else each.numpy() for each, leaf in pairs]

    for mine, theirs in zip(gradients(tg), gradients(torch), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12, err_msg=expression)
    LEDGER.agreed(written_out(expression), "gradient", **given(tg, "float64", needs=True))


@pytest.mark.parametrize("expression", WRONG)
def test_wrong_calls(expression: str) -> None:
    with pytest.raises(Exception, match=r".") as theirs:
        eval(expression, given(torch, "float32", needs=False))
    with pytest.raises(Exception, match=r".") as mine:
        eval(expression, given(tg, "float32", needs=False))
    allowed = {type(theirs.value), RuntimeError if theirs.type in (AssertionError, TypeError) else theirs.type}
    assert mine.type in allowed, (mine.value, theirs.value)
    if "lambda a, b: a * b" not in expression:  # the words of Python, of the user's own function
        name = re.match(r"F\.(\w+)", expression)
        assert name
        assert str(mine.value).startswith((f"{name[1]}:", "movedim:")), mine.value


def test_no_gradient_is_left_on_the_arguments() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    tg.func.grad(lambda x: (x * x).sum())(x)
    tg.func.jacrev(lambda x: x * x)(x)
    assert x.grad is None


def test_under_no_grad_results_are_constants() -> None:
    for m in (tg, torch):
        x = m.tensor([1.0, 2.0], requires_grad=True)
        with m.no_grad():
            found = m.func.grad(lambda x: (x**2).sum())(x)
        assert not found.requires_grad
        assert found.tolist() == [2.0, 4.0]


def test_random_numbers_in_batches() -> None:
    x = tg.zeros(4, 2)
    tg.manual_seed(1)
    different = tg.func.vmap(lambda a: a + tg.rand(2), randomness="different")(x)
    assert len({tuple(row) for row in different.tolist()}) == 4
    same_ones = tg.func.vmap(lambda a: a + tg.rand(2), randomness="same")(x)
    assert len({tuple(row) for row in same_ones.tolist()}) == 1
    with pytest.raises(RuntimeError, match="the function drew random numbers"):
        tg.func.vmap(lambda a: a + tg.rand(2))(x)


CALLS = listed("""\
F.functional_call(net, {"0.weight": W}, x) | F.functional_call(net, {"0.weight": W, "2.bias": b}, (x,))
F.functional_call(net, ({"0.weight": W}, {"2.bias": b}), x) | F.functional_call(net, {}, (x,))
F.functional_call(net, {"nope": W}, x)
F.functional_call(net, {"0.weight": W}, (), {"input": x})
F.functional_call(net, {"0.weight": W}, None, kwargs={"input": x})
F.functional_call(net, dict(net.named_parameters()), x, strict=True)
F.functional_call(net, {"0.weight": W}, x, strict=True)
F.functional_call(net, {**dict(net.named_parameters()), "c": W}, x, strict=True)
F.functional_call(net, {"0.weight": W[:, :2]}, x)
F.functional_call(tied, {"0.weight": W}, x) | F.functional_call(tied, {"0.weight": W}, x, tie_weights=False)
F.functional_call(norm.eval(), {"running_mean": b.repeat(2)[:3]}, x[None])
F.functional_call(net, {"0.weight": 3.0}, x)
F.grad(lambda p: F.functional_call(net, p, x).sum())(dict(net.named_parameters()))["0.weight"]
F.jacrev(lambda p: F.functional_call(net, p, x))({"2.bias": b, "0.weight": W})["0.weight"]
F.vmap(F.grad(lambda p, x: F.functional_call(net, p, x).sum()), (None, 0))({"0.weight": W}, X)["0.weight"]""")


@pytest.mark.parametrize("expression", CALLS)
def test_modules_as_functions(expression: str) -> None:
    def called(m: Any) -> Any:
        net = m.nn.Sequential(m.nn.Linear(3, 3), m.nn.Tanh(), m.nn.Linear(3, 2))
        tied = m.nn.Sequential(m.nn.Linear(3, 3), m.nn.Linear(3, 3))
        tied[1].weight = tied[0].weight
        norm = m.nn.BatchNorm1d(3)
        drawn = np.random.default_rng(8)
        for each in (net, tied):
            for parameter in each.parameters():
                parameter.data = m.tensor(drawn.standard_normal(tuple(parameter.shape)).tolist())
        W, b, x, X = (m.tensor(drawn.standard_normal(shape).tolist()) for shape in [(3, 3), (2,), (3,), (4, 3)])
        names = {"m": m, "F": m.func, "net": net, "tied": tied, "norm": norm, "W": W, "b": b, "x": x, "X": X}
        before = [id(each) for each in net.parameters()]
        try:
            result = numbers(eval(expression, names))
        except Exception as error:  # both have one
            result = type(error).__name__
        assert [id(each) for each in net.parameters()] == before
        assert all(isinstance(each, m.nn.Parameter) for each in net.parameters())
        return result

    mine, theirs = called(tg), called(torch)
    if isinstance(theirs, str) or isinstance(mine, str):
        assert type(theirs) is type(mine), (mine, theirs)
    else:
        same(mine, theirs, expression)
        LEDGER.agreed(written_out(expression), "value")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("F.grad(3)", "grad: wanted a function, got int 3"),
        ("F.vmap('f')", "vmap: wanted a function, got str 'f'"),
        ("F.grad(m.sum, argnums='x')", "grad: argnums must be an integer or a tuple of them, got str 'x'"),
        ("F.jacrev(m.sum, has_aux=1)", "jacrev: has_aux must be True or False, got int 1"),
        ("F.jvp(m.sum, (x,), (x,), strict=True)", "jvp: strict=True is not supported"),
        ("F.functional_call(m.nn.ReLU(), 3, x)", "functional_call: parameter_and_buffer_dicts must be a dict or"),
        ("F.functional_call(m.nn.ReLU(), {}, x, 3)", "functional_call: kwargs must be a dict or None, got int 3"),
        ("F.functional_call(3, {}, x)", "functional_call: module must be a module, got int 3"),
    ],
)
def test_what_has_no_sense_is_refused_in_words(expression: str, words: str) -> None:
    with pytest.raises((TypeError, RuntimeError, NotImplementedError), match=re.escape(words)):
        eval(expression, given(tg, "float32", needs=False))
