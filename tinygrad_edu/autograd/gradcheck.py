"""Checking gradients: the analytic ones that the engine computes against central differences.

`gradcheck` is for the gradients of a function, `gradgradcheck` for those of its gradients; what fails
raises a `GradcheckError`, which says what kind of `Mistake` it looks like. Here are their options; the
work is done in gradient_checks/, which is loaded when a check runs.

Source: https://docs.pytorch.org/docs/stable/notes/gradcheck.html
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from tinygrad_edu._signatures import checked

__all__ = ["GradcheckError", "Mistake", "gradcheck", "gradgradcheck"]

EPS, ATOL, RTOL = 1e-6, 1e-5, 1e-3  # PyTorch's defaults, for float64


class Mistake(enum.Enum):
    """The kinds of mistake that `gradcheck` tells apart; each one's value says what it is.

    >>> from tinygrad_edu.autograd import Mistake
    >>> Mistake.SIGN.value
    'the sign is flipped'
    """

    SIGN = "the sign is flipped"
    FACTOR = "it is off by a constant factor"
    BROADCAST = "the sum over a broadcast axis is missing"
    TRANSPOSED = "it is transposed"
    MISSING = "a term is missing"
    KINK = "the function has no derivative here"
    NONDETERMINISTIC = "it is not deterministic"
    DTYPE = "it has the wrong dtype"
    ORDER = "it depends on the order of evaluation"
    OTHER = "it is none of the usual mistakes"


class GradcheckError(RuntimeError):
    """Raised by `gradcheck` and `gradgradcheck` when a gradient is wrong.

    Attributes:
        mistake: What kind of mistake it looks like.
        operation: The name of the function that was checked, or of the operation that made the output.
        derivative: 1 if the gradient is wrong, 2 if the gradient of the gradient is.
        input: The number of the input, among the tensors of the arguments, or None if it is not one input's.
        output: The number of the output, or None.
        index: Where in the input, or None.
        analytic: The derivative that backward gives there, or None.
        numerical: The derivative that differences give there, or None.

    >>> from tinygrad_edu.autograd import GradcheckError, elementwise, gradcheck
    >>> cosine = elementwise(np.cos, name="cosine", x=lambda g, x: g * np.sin(x))
    >>> try:
    ...     gradcheck(cosine, tg.tensor([0.0, 1.0], dtype=tg.float64, requires_grad=True))
    ... except GradcheckError as error:
    ...     print(error.mistake.name, error.index)
    SIGN (1,)
    """

    def __init__(
        self,
        message: str,
        *,
        mistake: Mistake = Mistake.OTHER,
        operation: str = "",
        derivative: int = 1,
        input: int | None = None,
        output: int | None = None,
        index: tuple[int, ...] | None = None,
        analytic: float | None = None,
        numerical: float | None = None,
    ) -> None:
        super().__init__(message)
        self.mistake = mistake
        self.operation = operation
        self.derivative = derivative
        self.input = input
        self.output = output
        self.index = index
        self.analytic = analytic
        self.numerical = numerical


@checked
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

    >>> from tinygrad_edu.autograd import gradcheck
    >>> x = tg.tensor([0.5, -1.0], dtype=tg.float64, requires_grad=True)
    >>> gradcheck(lambda x: x.sigmoid() * x, x)
    True
    """
    from tinygrad_edu.gradient_checks import checks

    checks.refuse(
        "gradcheck",
        check_batched_grad=check_batched_grad,
        check_batched_forward_grad=check_batched_forward_grad,
        check_forward_ad=check_forward_ad,
        masked=bool(masked),
    )
    if not check_backward_ad:
        raise ValueError("gradcheck: check_backward_ad=False leaves nothing to check; leave it out")
    comparison = checks.of_gradients(func, inputs, checks.Tolerances(eps, atol, rtol, nondet_tol))
    try:
        comparison.run(fast_mode, check_undefined_grad, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


@checked
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

    >>> from tinygrad_edu.autograd import gradgradcheck
    >>> x = tg.tensor([0.5, -1.0], dtype=tg.float64, requires_grad=True)
    >>> gradgradcheck(lambda x: x.tanh(), x)
    True
    """
    from tinygrad_edu.gradient_checks import checks

    checks.refuse(
        "gradgradcheck",
        check_batched_grad=check_batched_grad,
        check_fwd_over_rev=check_fwd_over_rev,
        masked=masked,
    )
    if not check_rev_over_rev:
        raise ValueError("gradgradcheck: check_rev_over_rev=False leaves nothing to check; leave it out")
    tolerances = checks.Tolerances(eps, atol, rtol, nondet_tol)
    comparison = checks.of_gradients_of_gradients(func, inputs, grad_outputs, tolerances, gen_non_contig_grad_outputs)
    try:
        comparison.run(fast_mode, check_undefined_grad, check_grad_dtypes)
    except GradcheckError:
        if not raise_exception:
            return False
        first = checks.first_mistake(func, inputs, tolerances)
        if first is not None:
            raise first from None
        raise
    return True
