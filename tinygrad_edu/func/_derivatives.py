"""Derivatives as functions of functions: gradients, Jacobians, Hessians and their products with vectors.

`grad` makes of a function f the function f′, `jacrev` of f its Jacobian, and they nest: ``grad(grad(f))`` is f″. What
the products are is told in autograd/functional.py, whose functions do the same at one point. Arguments and results may
be dicts, lists and tuples of tensors.

Source: https://docs.pytorch.org/docs/stable/func.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import checked
from tinygrad_edu.func._evaluation import Evaluation, check_settings
from tinygrad_edu.func._trees import filled

__all__ = ["grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp"]

ArgNums = int | tuple[int, ...]


def grad(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient of `func`.

    Args:
        func: A function that returns one number: a tensor of no dimensions.
        argnums: By which positional argument; a tuple for several, whose gradients come in a tuple.
        has_aux: Whether `func` returns a pair, of that number and of anything else. Then the gradient comes in a pair
            with that.

    Raises:
        RuntimeError: When it is called: if `func` doesn't return one number, or `argnums` isn't there.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.grad.html

    >>> tg.func.grad(lambda x: (x**3).sum())(tg.tensor([1.0, 2.0]))
    tensor([ 3., 12.])
    >>> tg.func.grad(tg.func.grad(lambda x: x**3))(tg.tensor(2.0))
    tensor(12.)
    """
    both = _gradient("grad", func, argnums, has_aux)

    @_named(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def grad_and_value(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient of `func`, and its value: a pair.

    Args:
        func: As in `grad`.
        argnums: As in `grad`.
        has_aux: Whether `func` returns a pair, as in `grad`; then so is the value.

    Raises:
        RuntimeError: As in `grad`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.grad_and_value.html

    >>> tg.func.grad_and_value(lambda x: (x**2).sum())(tg.tensor([1.0, 2.0]))
    (tensor([2., 4.]), tensor(5.))
    """
    return _gradient("grad_and_value", func, argnums, has_aux)


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """``func(*primals)``, and the function that multiplies a vector by the Jacobian there: vᵀ J.

    Args:
        func: The function.
        primals: The point.
        has_aux: Whether `func` returns a pair, of what is differentiated and of anything else, which then comes third.

    Returns:
        The value and a function of a vector in its form. That returns a tuple: for each of `primals` one product.

    Raises:
        RuntimeError: If the vector doesn't have the value's form and shapes.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.vjp.html

    >>> value, product = tg.func.vjp(lambda x: x**2, tg.tensor([1.0, 2.0]))
    >>> value, product(tg.ones(2))
    (tensor([1., 4.]), (tensor([2., 4.]),))
    """
    call = Evaluation("vjp", func, primals, {}, tuple(range(len(primals))), has_aux)

    def product(cotangents: Any) -> Any:
        starts = call.fitting(cotangents, call.output, "cotangents")
        return call.finished(call.in_form(call.back(starts)))

    return _with_aux(call, has_aux, call.value(), product)


@checked
def jvp(
    func: Callable[..., Any], primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False
) -> tuple[Any, ...]:
    """``func(*primals)``, and the product of the Jacobian there with a vector: J v.

    There is no forward mode here: it goes back twice.

    Args:
        func: The function.
        primals: The point: a tuple.
        tangents: The vector: a tuple in its form.
        strict: Must be False.
        has_aux: As in `vjp`.

    Raises:
        RuntimeError: If `primals` and `tangents` aren't tuples of the same form and shapes.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.jvp.html

    >>> tg.func.jvp(lambda x: x**2, (tg.tensor([1.0, 2.0]),), (tg.tensor([1.0, 0.0]),))
    (tensor([1., 4.]), tensor([2., 0.]))
    """
    if strict:
        raise NotImplementedError("jvp: strict=True is not supported; leave it out")
    for name, each in (("primals", primals), ("tangents", tangents)):
        if not isinstance(each, tuple):
            raise RuntimeError(f"jvp: {name} must be a tuple, one for each argument of func; got {describe(each)}")
    call = Evaluation("jvp", func, primals, {}, tuple(range(len(primals))), has_aux)
    product = call.along(call.fitting(tangents, primals, "tangents"))
    return _with_aux(call, has_aux, call.value(), call.finished(filled(call.output, product)))


@checked
def jacrev(
    func: Callable[..., Any],
    argnums: ArgNums = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Callable[..., Any]:
    """The function that computes the Jacobian of `func`: it goes back once from each value of the result.

    Args:
        func: The function.
        argnums: By which positional argument; a tuple for several.
        has_aux: Whether `func` returns a pair, of what is differentiated and of anything else. Then the Jacobian comes
            in a pair with that.
        chunk_size: Accepted for PyTorch's sake; there it says how many steps back are taken at once.

    Returns:
        Of an output of shape S and an input of shape T the Jacobian has the shape S + T. In the place of each output it
        stands in the form of the input, or of a tuple of inputs.

    Raises:
        RuntimeError: When it is called, if `func` doesn't return tensors, or `argnums` isn't there.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.jacrev.html

    >>> tg.func.jacrev(lambda x: x**2)(tg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    return _jacobian("jacrev", func, argnums, has_aux)


@checked
def jacfwd(
    func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Callable[..., Any]:
    """The function that computes the Jacobian of `func`, as `jacrev`: there is no forward mode here.

    Args:
        func: As in `jacrev`.
        argnums: As in `jacrev`.
        has_aux: As in `jacrev`.
        randomness: Accepted for PyTorch's sake: `func` is called once.

    Raises:
        RuntimeError: As in `jacrev`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.jacfwd.html

    >>> tg.func.jacfwd(lambda x: x.sum() * x)(tg.tensor([1.0, 2.0]))
    tensor([[4., 1.],
            [2., 5.]])
    """
    return _jacobian("jacfwd", func, argnums, has_aux)


def hessian(func: Callable[..., Any], argnums: ArgNums = 0) -> Callable[..., Any]:
    """The function that computes the second derivatives of `func`: the Jacobian of its Jacobian.

    Args:
        func: As in `jacrev`.
        argnums: As in `jacrev`.

    Raises:
        RuntimeError: As in `jacrev`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.func.hessian.html

    >>> tg.func.hessian(lambda x: (x**3).sum())(tg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return _jacobian("hessian", _jacobian("hessian", func, argnums, False), argnums, False)


def _gradient(operation: str, func: Callable[..., Any], argnums: ArgNums, has_aux: bool) -> Callable[..., Any]:
    """The function of the gradient and the value."""
    check_settings(operation, func, argnums, has_aux)

    @_named(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        call = Evaluation(operation, func, args, kwargs, argnums, has_aux)
        if len(call.outputs) != 1 or call.output is not call.outputs[0] or call.output.dim() != 0:
            raise RuntimeError(
                f"{operation}: the function must return one number, a tensor of no dimensions, got "
                f"{describe(call.output)}; reduce it, for example with .sum(), or use vjp or jacrev"
            )
        found = call.finished(call.in_form(call.back(None)))
        return found, (call.value(), call.finished(call.aux)) if has_aux else call.value()

    return both


def _jacobian(operation: str, func: Callable[..., Any], argnums: ArgNums, has_aux: bool) -> Callable[..., Any]:
    check_settings(operation, func, argnums, has_aux)

    @_named(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        call = Evaluation(operation, func, args, kwargs, argnums, has_aux)
        found = call.finished(filled(call.output, [call.in_form(call.rows(each)) for each in call.outputs]))
        return (found, call.finished(call.aux)) if has_aux else found

    return jacobian


def _with_aux(call: Evaluation, has_aux: bool, *results: Any) -> tuple[Any, ...]:
    return (*results, call.finished(call.aux)) if has_aux else results


def _named(func: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that gives a function the name and the words of `func`."""
    return functools.wraps(func)
