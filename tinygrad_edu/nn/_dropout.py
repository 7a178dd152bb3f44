"""Dropout as a layer: active while training, nothing in evaluation.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
"""

from __future__ import annotations

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional._dropout import check_probability

__all__ = ["Dropout"]


class Dropout(Module):
    """While training, sets each value to 0 with probability `p` and divides the others by ``1 - p``.

    Args:
        p: The probability, from 0 to 1.
        inplace: Write the result into the input itself.

    Raises:
        ValueError: If `p` isn't a probability.

    Example:
        >>> import tinygrad_edu as tg
        >>> layer = tg.nn.Dropout(0.2)
        >>> layer.eval()(tg.ones(3))
        tensor([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        named_as("Dropout")(check_probability)(p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Silence random values, if the module is training."""
        return functional.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"p={self.p}, inplace={self.inplace}"
