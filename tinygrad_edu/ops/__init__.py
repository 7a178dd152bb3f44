"""The derivative table: every differentiable operation, its forward and its derivatives side by side.

A family is a file. `TABLE` is all of it, by name: tests walk it, so an operation without a property
test fails the suite.
"""

from types import MappingProxyType

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops import (
    activation,
    arithmetic,
    attention,
    axes,
    batch_norm,
    blending,
    choice,
    comparison,
    conversion,
    convolution,
    ctc_loss,
    cumulative,
    decompositions,
    diagonals,
    embedding,
    exponential,
    extremes,
    floats,
    folding,
    gates,
    indexing,
    joining,
    layer_norm,
    loss,
    matmul,
    matrices,
    matrix_powers,
    norms,
    order,
    padding,
    picking,
    pooling,
    powers,
    products,
    putting,
    recurrent,
    reduction,
    rounding,
    scattering,
    shape,
    solving,
    special,
    stretching,
    trigonometric,
    windows,
)

__all__ = ["TABLE"]

_FAMILIES = (
    arithmetic,
    blending,
    floats,
    powers,
    exponential,
    trigonometric,
    special,
    rounding,
    choice,
    comparison,
    activation,
    gates,
    reduction,
    norms,
    extremes,
    order,
    cumulative,
    shape,
    axes,
    stretching,
    conversion,
    joining,
    indexing,
    diagonals,
    windows,
    picking,
    putting,
    scattering,
    matmul,
    products,
    matrices,
    solving,
    decompositions,
    matrix_powers,
    layer_norm,
    padding,
    convolution,
    batch_norm,
    pooling,
    folding,
    embedding,
    attention,
    recurrent,
    loss,
    ctc_loss,
)

TABLE = MappingProxyType(
    {member.name: member for family in _FAMILIES for member in vars(family).values() if isinstance(member, Primitive)}
)

for _member in TABLE.values():
    _member.trust()
