"""Derivatives of functions: Jacobians, Hessians, and their products with vectors.

A function y = f(x) of n values with m results has at each point a best straight approximation,

    f(x + v) ≈ f(x) + J v    for small v,    with the m × n numbers J[i, j] = ∂y_i / ∂x_j,

its Jacobian J. There are two ways to multiply it by a vector, and neither needs the matrix itself:

- J v, the Jacobian-vector product (`jvp`), goes forwards: how the results move when the inputs move in
  the direction v. It is the directional derivative.
- uᵀ J, the vector-Jacobian product (`vjp`), goes backwards: how the results, weighed by u, depend on
  each input. It is what ``backward`` computes, and with one result and u = 1 it is the gradient.

The matrix comes from those row by row: `jacobian` goes back once from each result. The Hessian H of a
function with one result is the Jacobian of its gradient: H[i, j] = ∂²y / ∂x_i ∂x_j (`hessian`), and
vᵀ H (`vhp`) and H v (`hvp`) too cost only a walk or two, however many entries H has.

**Forwards by going back twice.** The engine only walks back: it computes uᵀ J. But that is linear in u,
with the Jacobian Jᵀ; so a walk back through the first walk, starting from v, computes vᵀ Jᵀ, which is
J v. The value of u doesn't matter: it is 0 here.

Tensors of any shape take the place of the vectors; several of them, in a tuple, are one long vector.

Source: https://docs.pytorch.org/docs/stable/autograd.html#functional-higher-level-api; for going back
twice, J. Townsend, A new trick for calculating Jacobian vector products (2017),
https://j-towns.github.io/2017/06/12/A-new-trick.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import checked
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.linearisation import Linearisation

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

    Tensors: TypeAlias = Tensor | tuple[Tensor, ...]

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


@checked
def vjp(
    func: Callable[..., Any],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(*inputs)`` and the vector-Jacobian product vᵀ J there.

    Args:
        func: A function of tensors that returns a tensor or a tuple of them.
        inputs: The point: a floating-point tensor, or a tuple of them if `func` takes several. They
            are left as they are, and nothing is added to their ``grad``.
        v: The weight of each result: tensors of the shapes of the outputs. None means 1 and is
            allowed for a single output of one element.
        create_graph: Record the computation, so that both results can be differentiated in turn.
        strict: Refuse what doesn't depend on an input, instead of giving zeros for it.

    Returns:
        The outputs of `func`, and a tensor of each input's shape and dtype: each a tensor, or a tuple
        if `func` returns one, or if `inputs` is one.

    Raises:
        TypeError: If `inputs`, `v` or what `func` returns aren't tensors or tuples of them, or an
            input isn't floating-point.
        RuntimeError: If `v` doesn't fit the outputs; with ``strict=True`` if there is no dependence.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.vjp.html

    >>> x = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> tg.autograd.functional.vjp(lambda x: (x * x).sum(1), x, tg.tensor([1.0, 10.0]))
    (tensor([ 5., 25.]), tensor([[ 2.,  4.],
            [60., 80.]]))
    """
    with enable_grad():
        point = Linearisation("vjp", func, inputs, create_graph, strict)
        weights = point.along_outputs(v)
        product = point.backwards(point.outputs, weights, "the outputs don't depend on input {}")
        return point.as_outputs(point.outputs), point.as_inputs(product)


@checked
def jvp(
    func: Callable[..., Any],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(*inputs)`` and the Jacobian-vector product J v there: how it moves along `v`.

    It is computed by going back twice (see the top of this file): about three times the work of `vjp`.

    Args:
        func: As in `vjp`.
        inputs: As in `vjp`.
        v: The direction: tensors of the shapes of the inputs. None means 1 and is allowed for a
            single input of one element.
        create_graph: As in `vjp`.
        strict: As in `vjp`.

    Returns:
        The outputs of `func`, and a tensor of each output's shape and dtype: each a tensor, or a
        tuple if `func` returns one.

    Raises:
        TypeError: As `vjp`; and if an output isn't floating-point.
        RuntimeError: If `v` doesn't fit the inputs; with ``strict=True`` if there is no dependence.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jvp.html

    >>> x, along = tg.tensor([1.0, 2.0, 3.0]), tg.tensor([1.0, 0.0, -1.0])
    >>> tg.autograd.functional.jvp(lambda x: x * x, x, along)
    (tensor([1., 4., 9.]), tensor([ 2.,  0., -6.]))
    """
    with enable_grad():
        point = Linearisation("jvp", func, inputs, create_graph, strict)
        direction = point.along_inputs(v)
        product = point.forwards(point.outputs, direction, "output {} doesn't depend on the inputs")
        return point.as_outputs(point.outputs), point.as_outputs(product)


@checked
def jacobian(
    func: Callable[..., Any],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The Jacobian of `func` at `inputs`: the derivative of each result by each input value.

    It goes back once from each value that `func` returns.

    Args:
        func: As in `vjp`.
        inputs: As in `vjp`.
        create_graph: Record the computation, so that the Jacobian can be differentiated in turn.
        strict: As in `vjp`.
        vectorize: Accepted for PyTorch's sake, and ignored: there it takes all the steps back at
            once, with the same result. As there, not together with `strict`.
        strategy: Must be ``"reverse-mode"``.

    Returns:
        For an output of shape S and an input of shape T a tensor of shape S + T in the input's dtype,
        where ``[i, j]`` is ∂output[i] / ∂input[j]. If `inputs` is a tuple, a tuple of those, one for
        each input; if `func` returns a tuple, a tuple of all that, one for each output.

    Raises:
        TypeError: As `vjp`.
        RuntimeError: With ``strict=True`` if an output doesn't depend on an input, or together with
            ``vectorize=True``.
        NotImplementedError: For ``strategy="forward-mode"``.
        ValueError: For any other strategy.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html

    >>> tg.autograd.functional.jacobian(lambda x: x * x, tg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    >>> by_x, by_y = tg.autograd.functional.jacobian(lambda x, y: x.exp() * y, (tg.zeros(2), tg.tensor(3.0)))
    >>> by_x.shape, by_y.shape
    (tinygrad_edu.Size([2, 2]), tinygrad_edu.Size([2]))
    """
    _check_way("jacobian", strict, vectorize, strategy=strategy)
    with enable_grad():
        point = Linearisation("jacobian", func, inputs, create_graph, strict)
        found = [point.rows(each, f"output {i} doesn't depend on input {{}}") for i, each in enumerate(point.outputs)]
        blocks = tuple(point.as_inputs(row) for row in found)
    return blocks[0] if point.one_output else blocks


@checked
def hessian(
    func: Callable[..., Any],
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The Hessian of `func` at `inputs`: its second derivatives, by each pair of input values.

    It is the Jacobian of the gradient, and goes back once from each value of the gradient.

    Args:
        func: A function of tensors that returns one number: a tensor of one element.
        inputs: As in `vjp`.
        create_graph: Record the computation, so that the Hessian can be differentiated in turn.
        strict: Refuse a function that doesn't depend on an input, or whose gradient doesn't, instead
            of giving zeros for it.
        vectorize: As in `jacobian`.
        outer_jacobian_strategy: Must be ``"reverse-mode"``.

    Returns:
        For an input of shape S a tensor of shape S + S, where ``[i, j]`` is ∂²func / ∂input[i] ∂input[j].
        If `inputs` is a tuple, a tuple of tuples, with the Hessian by inputs i and j at ``[i][j]``.

    Raises:
        TypeError: As `vjp`.
        RuntimeError: If `func` doesn't return a single number; and as `jacobian`.
        NotImplementedError: For ``outer_jacobian_strategy="forward-mode"``.
        ValueError: For any other strategy.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.hessian.html

    >>> tg.autograd.functional.hessian(lambda x: x[0] ** 2 * x[1], tg.tensor([3.0, 5.0]))
    tensor([[10.,  6.],
            [ 6.,  0.]])
    """
    _check_way("hessian", strict, vectorize, outer_jacobian_strategy=outer_jacobian_strategy)
    with enable_grad():
        point = Linearisation("hessian", func, inputs, create_graph, strict)
        found = [
            point.rows(each, f"the gradient by input {i} doesn't depend on input {{}}")
            for i, each in enumerate(point.gradient())
        ]
        blocks = tuple(point.as_inputs(row) for row in found)
    return blocks[0] if point.one_input else blocks


@checked
def vhp(
    func: Callable[..., Any],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(*inputs)`` and the product vᵀ H of a vector with the Hessian there.

    It goes back twice, from the result and from the gradient; the Hessian itself is never made.

    Args:
        func: A function of tensors that returns one number: a tensor of one element.
        inputs: As in `vjp`.
        v: Tensors of the shapes of the inputs. None means 1 and is allowed for a single input of one
            element.
        create_graph: As in `vjp`.
        strict: As in `hessian`.

    Returns:
        The output of `func`, and a tensor of each input's shape and dtype, in a tuple if `inputs` is one.

    Raises:
        TypeError: As `vjp`.
        RuntimeError: If `v` doesn't fit the inputs or `func` doesn't return a single number; with
            ``strict=True`` if there is no dependence.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.vhp.html

    >>> x = tg.tensor([1.0, 2.0])
    >>> tg.autograd.functional.vhp(lambda x: (x**3).sum(), x, tg.tensor([1.0, -1.0]))
    (tensor(9.), tensor([  6., -12.]))
    """
    with enable_grad():
        point = Linearisation("vhp", func, inputs, create_graph, strict)
        vector = point.along_inputs(v)
        product = point.backwards(point.gradient(), vector, "the gradient doesn't depend on input {}")
        return point.as_outputs(point.outputs), point.as_inputs(product)


@checked
def hvp(
    func: Callable[..., Any],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(*inputs)`` and the product H v of the Hessian there with a vector.

    It says how the gradient moves when the inputs move in the direction `v`. The Hessian of a smooth
    function is symmetric, and then `vhp` returns the same with less work.

    Args:
        func: As in `vhp`.
        inputs: As in `vjp`.
        v: As in `vhp`.
        create_graph: As in `vjp`.
        strict: As in `hessian`.

    Returns:
        As `vhp`.

    Raises:
        TypeError: As `vjp`.
        RuntimeError: As `vhp`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.hvp.html

    >>> x = tg.tensor([1.0, 2.0])
    >>> tg.autograd.functional.hvp(lambda x: (x**3).sum(), x, tg.tensor([1.0, -1.0]))
    (tensor(9.), tensor([  6., -12.]))
    """
    with enable_grad():
        point = Linearisation("hvp", func, inputs, create_graph, strict)
        vector = point.along_inputs(v)
        product = point.forwards(point.gradient(), vector, "the gradient by input {} doesn't depend on the inputs")
        return point.as_outputs(point.outputs), point.as_inputs(product)


def _check_way(operation: str, strict: bool, vectorize: bool, **strategy: str) -> None:
    """Refuse the ways to compute a matrix of derivatives that PyTorch has and this package doesn't."""
    ((name, value),) = strategy.items()
    if value == "forward-mode":
        raise NotImplementedError(
            f'{operation}: {name}="forward-mode" is not supported, as there is no forward mode; leave it out: the '
            "result is the same"
        )
    if value != "reverse-mode":
        raise ValueError(f'{operation}: {name} must be "reverse-mode", got {describe(value)}')
    if strict and vectorize:
        raise RuntimeError(f"{operation}: strict=True and vectorize=True don't go together; leave vectorize out")
