"""Checking gradients: the analytic ones that the engine computes against central differences.

`gradcheck` is for the gradients of a function, `gradgradcheck` for those of its gradients. What they
compare, and how, is in comparison.py.

Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.comparison import SEED, Comparison, GradcheckError, Numbered, as_tuple, differentiable
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
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

    Args:
        func: A function of tensors that returns a tensor or a tuple of them.
        inputs: A tensor or a tuple of arguments; those with ``requires_grad=True`` are checked. They
            should be float64, and are moved in place while `func` is called (and moved back).
        eps: The step of the differences.
        atol: An analytic value a and a numerical value n agree if ``|a - n| <= atol + rtol |n|``.
        rtol: See `atol`.
        raise_exception: Raise an error that says what is wrong; otherwise return False.
        nondet_tol: By how much two backward passes may differ.
        check_undefined_grad: Check that an output that nothing used counts as one with gradient 0.
        check_grad_dtypes: Accepted for PyTorch's sake: a gradient always has its input's dtype here.
        check_batched_grad: Not supported: must be False.
        check_batched_forward_grad: Not supported: must be False.
        check_forward_ad: Not supported: must be False.
        check_backward_ad: Must be True.
        fast_mode: Compare random projections of the Jacobian instead of all its entries.
        masked: For sparse tensors, which are not supported: must not be True.

    Returns:
        True if all agree.

    Raises:
        GradcheckError: If a gradient is wrong; it names the input, the output and the worst entry.
        ValueError: If no input requires a gradient, or nothing is left to check.
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
    check = Comparison(func, arguments, _checked_inputs(arguments), eps, atol, rtol, nondet_tol)
    try:
        check.run(fast_mode, check_undefined_grad)
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
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
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
        func: A function of tensors that returns a tensor or a tuple of them.
        inputs: A tensor or a tuple of arguments; those with ``requires_grad=True`` are checked.
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
        GradcheckError: As `gradcheck`; the outputs it names are the gradients of `inputs`.
        ValueError: As `gradcheck`.
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
    wanted = [each for _, each in _checked_inputs(arguments)]
    if grad_outputs is None:
        with enable_grad():
            starts = _random_gradients(func(*arguments), gen_non_contig_grad_outputs)
    else:
        starts = as_tuple(grad_outputs)

    def gradients_of_func(*everything: Any) -> tuple[Any, ...]:
        with enable_grad():
            outputs = [each for _, each in differentiable(func(*everything[: len(arguments)]))]
            found = grad(outputs, wanted, everything[len(arguments) :], create_graph=True, allow_unused=True)
        return tuple(each for each in found if each is not None)

    return gradcheck(
        gradients_of_func,
        (*arguments, *starts),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        fast_mode=fast_mode,
    )


def _checked_inputs(arguments: tuple[Any, ...]) -> Numbered:
    """Return the inputs to check, with their numbers; warn of those that can't be checked well."""
    inputs = differentiable(arguments)
    if not inputs:
        raise ValueError(
            "gradcheck: no input requires a gradient; make those to check with requires_grad=True and dtype float64"
        )
    for number, tensor in inputs:
        data = tensor.owned_array()
        if data.dtype != np.float64:
            warnings.warn(
                f"gradcheck: input {number} is {describe(tensor)}; differences in less than float64 are too coarse for "
                "the tolerances, so the check will probably fail",
                UserWarning,
                stacklevel=3,
            )
        stretched = [length > 1 and step == 0 for length, step in zip(data.shape, data.strides, strict=True)]
        if data.size and any(stretched):
            raise RuntimeError(
                f"gradcheck: input {number} is {describe(tensor)} that shows some memory several times (it was "
                "expanded), so its values can't be moved one at a time; pass a .clone() of it"
            )
    return inputs


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
