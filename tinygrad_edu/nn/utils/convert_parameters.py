"""Parameters as one long vector, and back.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
"""

from __future__ import annotations

from collections.abc import Iterable

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.joining import cat

__all__ = ["parameters_to_vector", "vector_to_parameters"]


@named
def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The values of all parameters, one after the other, in one dimension.

    >>> tg.nn.utils.parameters_to_vector([tg.ones(2), tg.zeros(1, 2)])
    tensor([1., 1., 0., 0.])
    """
    return cat([as_tensor_argument(each, "a parameter").reshape(-1) for each in parameters])


@named
def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Cut `vec` up and make its pieces the values of the parameters, in order.

    Raises:
        RuntimeError: If `vec` doesn't hold exactly as many values.

    >>> w = tg.zeros(1, 2)
    >>> tg.nn.utils.vector_to_parameters(tg.tensor([1.0, 2.0]), [w])
    >>> w
    tensor([[1., 2.]])
    """
    vector = as_tensor_argument(vec, "vec")
    chosen = [as_tensor_argument(each, "a parameter") for each in parameters]
    count = sum(each.numel() for each in chosen)
    if vector.ndim != 1 or vector.numel() != count:
        raise RuntimeError(f"the parameters hold {count} values, got {describe(vec)}")
    start = 0
    for each in chosen:
        piece = vector[start : start + each.numel()].detach()
        each.data = piece.reshape(each.shape).clone()
        start += each.numel()
