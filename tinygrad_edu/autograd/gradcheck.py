"""Checking gradients: the analytic ones that the engine computes against central differences.

`gradcheck` is for the gradients of a function, `gradgradcheck` for those of its gradients. What they
compare, and how, is in comparison.py; how they find out what a wrong gradient looks like, in
investigation.py and patterns.py.

Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.checking.comparison import SEED, Comparison
from tinygrad_edu.autograd.checking.diagnosis import GradcheckError, Mistake
from tinygrad_edu.autograd.checking.naming import Names
from tinygrad_edu.autograd.checking.nesting import Numbered, as_tuple, differentiable, leaves, path_to
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.numerical import movable

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

EPS, ATOL, RTOL = 1e-6, 1e-5, 1e-3  # PyTorch's defaults, for float64


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = EPS,
    atol: float = ATOL,
    rtol: float = RTOL,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Check the gradients of `func` at `inputs` against central differences.

    What fails is diagnosed: the error says at which value of which input, and whether it looks like a
    flipped sign, a factor, a missing sum or term, a transposition, a corner of the function, and so on
    (see `Mistake`). For that the function is called at some more points.

    In float32 no step is short enough for the default tolerances. So for inputs of less than float64 there
    is a warning, and what was left at its default is replaced: `eps` by the `difference_step` of each
    input, at a scale of 1 unless all its values are smaller or one is above 100; `rtol` by that step for
    values of 1, 7e-3 in float32; and `atol` allows for ten roundings of the output, too. A right function
    passes with that, and one that is off by a few per cent doesn't.

    Args:
        func: A function of tensors that returns a tensor or several, in tuples, lists or dicts.
        inputs: A tensor or a tuple of arguments, which may be tuples, lists and dicts of tensors in turn;
            the tensors with ``requires_grad=True`` are checked. They should be float64, and are moved in
            place while `func` is called (and moved back).
        eps: The step of the differences.
        atol: An analytic value a and a numerical value n agree if ``|a - n| <= atol + rtol |n|``.
        rtol: See `atol`.
        raise_exception: Raise an error that says what is wrong; otherwise return False.
        nondet_tol: By how much two backward passes may differ.
        check_undefined_grad: Check that an output that nothing used counts as one with gradient 0.
        check_grad_dtypes: Check that the rules of operations of your own answer in the dtype of their operands;
            otherwise the engine converts what they return.
        check_batched_grad: Not supported: must be False.
        check_batched_forward_grad: Not supported: must be False.
        check_forward_ad: Not supported: must be False.
        check_backward_ad: Must be True.
        fast_mode: Compare random projections of the Jacobian instead of all its entries.
        masked: For sparse tensors, which are not supported: must not be True.

    Returns:
        True if all agree.

    Raises:
        GradcheckError: If a gradient is wrong, or a rule of the user's own fails; it says where and how.
        ValueError: If no input requires a gradient, or nothing is left to check.
        RuntimeError: If the values of an input can't be moved one at a time: it shows some memory several times, or
            shares it with another argument.
        NotImplementedError: For the options that are not supported.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html

    Example:
        >>> import tinygrad_edu as tg
        >>> from tinygrad_edu.autograd.gradcheck import gradcheck
        >>> x = tg.tensor([0.5, -1.0], dtype=tg.float64, requires_grad=True)
        >>> gradcheck(lambda x: x.sigmoid() * x, x)
        True
    """
    _refuse(
        "gradcheck",
        check_batched_grad=check_batched_grad,
        check_batched_forward_grad=check_batched_forward_grad,
        check_forward_ad=check_forward_ad,
        masked=bool(masked),
    )
    if not check_backward_ad:
        raise ValueError("gradcheck: check_backward_ad=False leaves nothing to check; leave it out")
    arguments = as_tuple(inputs)
    names = Names(
        "gradcheck",
        1,
        func,
        arguments,
        input=lambda number: f"input {number}{_where(arguments, number)}",
        output=lambda number: f"output {number}",
    )
    comparison = _comparison(func, arguments, names, eps, atol, rtol, nondet_tol)
    try:
        comparison.run(fast_mode, check_undefined_grad, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = EPS,
    atol: float = ATOL,
    rtol: float = RTOL,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """Check the gradients of the gradients of `func`, with respect to `inputs` and `grad_outputs`.

    Args:
        func: A function as for `gradcheck`.
        inputs: Its arguments, as for `gradcheck`.
        grad_outputs: For each output, the gradient that its backward starts from; random ones that
            require a gradient by default.
        eps: As in `gradcheck`, like the other options that it has too.
        atol: As in `gradcheck`.
        rtol: As in `gradcheck`.
        gen_non_contig_grad_outputs: Let the random `grad_outputs` not lie in memory row by row.
        raise_exception: As in `gradcheck`.
        nondet_tol: As in `gradcheck`.
        check_undefined_grad: As in `gradcheck`.
        check_grad_dtypes: As in `gradcheck`.
        check_batched_grad: Not supported: must be False.
        check_fwd_over_rev: Not supported: must be False.
        check_rev_over_rev: Must be True.
        fast_mode: As in `gradcheck`.
        masked: Not supported: must be False.

    Returns:
        True if all agree.

    Raises:
        GradcheckError: As `gradcheck`. Its `derivative` is 2 if the first derivative is right and only its own
            gradient is wrong, as when a rule computes with values taken out of tensors; 1 if not even that.
        ValueError: As `gradcheck`.
        RuntimeError: As `gradcheck`.
        NotImplementedError: For the options that are not supported.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradgradcheck.html

    Example:
        >>> import tinygrad_edu as tg
        >>> from tinygrad_edu.autograd.gradcheck import gradgradcheck
        >>> x = tg.tensor([0.5, -1.0], dtype=tg.float64, requires_grad=True)
        >>> gradgradcheck(lambda x: x.tanh(), x)
        True
    """
    _refuse(
        "gradgradcheck",
        check_batched_grad=check_batched_grad,
        check_fwd_over_rev=check_fwd_over_rev,
        masked=masked,
    )
    if not check_rev_over_rev:
        raise ValueError("gradgradcheck: check_rev_over_rev=False leaves nothing to check; leave it out")
    arguments = as_tuple(inputs)
    count = len(arguments)
    checked = [number for number, _ in _checked_inputs("gradgradcheck", arguments)]
    if grad_outputs is None:
        with enable_grad():
            starts = _random_gradients(func(*arguments), gen_non_contig_grad_outputs)
    else:
        starts = tuple(leaves(grad_outputs))

    def gradients_of_func(*everything: Any) -> tuple[Any, ...]:
        with enable_grad():
            outputs = [each for _, each in differentiable(func(*everything[:count]))]
            wanted = [each for _, each in differentiable(everything[:count])]
            try:
                return grad(outputs, wanted, everything[count:], create_graph=True, allow_unused=True)
            except (RuntimeError, TypeError, ValueError, IndexError) as error:
                raise GradcheckError(
                    f"{names.opening}: its gradient has no gradient: {error}", **names.context
                ) from error

    names = Names(
        "gradgradcheck",
        2,
        func,
        arguments,
        input=lambda number: _input_or_start(arguments, number),
        output=lambda number: f"the gradient of input {checked[number]}",
        closing=" The first derivative is right; what is wrong is how it depends on the inputs and on grad_outputs.",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of less than float64: once is enough
        comparison = _comparison(gradients_of_func, (*arguments, *starts), names, eps, atol, rtol, nondet_tol)
    try:
        comparison.run(fast_mode, check_undefined_grad, check_grad_dtypes)
    except GradcheckError:
        if not raise_exception:
            return False
        first = _first_mistake(func, inputs, eps=eps, atol=atol, rtol=rtol, nondet_tol=nondet_tol)
        if first is not None:
            raise first from None
        raise
    return True


def _first_mistake(func: Callable[..., Any], inputs: Any, **options: Any) -> GradcheckError | None:
    """Return what is wrong with the first derivative already, if anything is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            gradcheck(func, inputs, check_grad_dtypes=True, **options)
        except GradcheckError as error:
            return None if error.mistake is Mistake.KINK else error
    return None


def _comparison(
    func: Callable[..., Any],
    arguments: tuple[Any, ...],
    names: Names,
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
) -> Comparison:
    """Return the comparison to make; with less than float64, defaults give way to what suits the dtype."""
    inputs = _checked_inputs(names.check, arguments)
    precision = max(float(np.finfo(each._data.dtype).eps) for _, each in inputs)
    coarse = precision > float(np.finfo(np.float64).eps)
    return Comparison(
        func,
        arguments,
        inputs,
        eps=None if coarse and eps == EPS else eps,
        atol=atol,
        rtol=(3 * precision) ** (1 / 3) if coarse and rtol == RTOL else rtol,
        nondet_tol=nondet_tol,
        names=names,
        rounding=precision if coarse and atol == ATOL else 0.0,
    )


def _checked_inputs(operation: str, arguments: tuple[Any, ...]) -> Numbered:
    """Return the inputs to check, with their numbers; refuse or warn of those that can't be checked well."""
    inputs = differentiable(arguments)
    if not inputs:
        raise ValueError(
            f"{operation}: no input requires a gradient; make those to check with requires_grad=True and dtype float64"
        )
    for number, tensor in inputs:
        name = f"input {number}{_where(arguments, number)}"
        data = tensor.owned_array()
        if data.dtype != np.float64:
            warnings.warn(
                f"{operation}: {name} is {describe(tensor)}; differences in less than float64 are coarse, so "
                "only coarse mistakes are found; pass float64 inputs",
                UserWarning,
                stacklevel=4,
            )
        obstacle = movable(data)
        if obstacle:
            raise RuntimeError(f"{operation}: {name} is {describe(tensor)} {obstacle}")
    tensors = [(number, each) for number, each in enumerate(leaves(arguments)) if isinstance(each, TensorBase)]
    for (number, one), (other_number, other) in itertools.combinations(tensors, 2):
        moved = one._requires_grad or other._requires_grad
        if moved and one is not other and np.shares_memory(one._data, other._data):
            raise RuntimeError(
                f"{operation}: inputs {number} and {other_number} share memory, so moving a value of one moves the "
                "other; pass a .clone() of one of them"
            )
    return inputs


def _where(arguments: Any, number: int) -> str:
    """Return where a nested input is to be found, in brackets."""
    path = path_to(arguments, number)
    return f" (inputs{path})" if path else ""


def _input_or_start(arguments: tuple[Any, ...], number: int) -> str:
    """Return the name of an input of `gradgradcheck`: those of the function, then the gradients to start from."""
    count = len(leaves(arguments))
    return f"input {number}{_where(arguments, number)}" if number < count else f"grad_output {number - count}"


def _random_gradients(results: Any, apart: bool) -> tuple[Any, ...]:
    """Return for each differentiable result a tensor of its shape, from [-1, 1), that requires a gradient."""
    generator = np.random.default_rng(SEED)
    starts = []
    for _, output in differentiable(results):
        shape, dtype = output._data.shape, output._data.dtype
        if apart and shape:
            shape = (*shape[:-1], 2 * shape[-1])
        values = generator.uniform(-1, 1, shape).astype(dtype)
        if apart and shape:
            values = values[..., ::2]
        starts.append(output.result_type.wrap(values, requires_grad=True))
    return tuple(starts)


def _refuse(operation: str, **options: bool) -> None:
    """Refuse options that PyTorch has and this package doesn't."""
    reasons = {
        "check_batched_grad": "gradients are not batched here",
        "check_batched_forward_grad": "there is no forward mode",
        "check_forward_ad": "there is no forward mode",
        "check_fwd_over_rev": "there is no forward mode",
        "masked": "there are no sparse tensors",
    }
    for name, wanted in options.items():
        if wanted:
            raise NotImplementedError(f"{operation}: {name}=True is not supported ({reasons[name]}); leave it out")
