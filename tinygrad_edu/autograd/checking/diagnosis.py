"""What kind of mistake a wrong gradient looks like: the words of `gradcheck`'s errors.

`Mistake` lists the kinds; `GradcheckError` carries one, with the place and the two values that disagree.
How they are told apart: by patterns in the Jacobians (patterns.py), by looking closer at the point and
at others (investigation.py), and by what a rule returned before the engine refused it (refusals.py).
"""

from __future__ import annotations

import enum

__all__ = ["GradcheckError", "Mistake"]


class Mistake(enum.Enum):
    """The kinds of mistake that `gradcheck` tells apart; each one's value says what it is.

    Example:
        >>> from tinygrad_edu.autograd.checking.diagnosis import Mistake
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

    Example:
        >>> import numpy as np
        >>> import tinygrad_edu as tg
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
