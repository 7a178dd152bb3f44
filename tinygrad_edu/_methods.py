"""What tensors can do: the functions of `api/` as methods of `Tensor`, under the same names.

A method whose name ends with an underscore works in place. Written out here are only those that
take their sizes one by one, ``x.view(2, 3)``, where the function takes a tuple, and the short names
of conversions.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api import (
    activation,
    arithmetic,
    comparison,
    conversion,
    creation,
    elementary,
    extremes,
    filling,
    indexing,
    inplace,
    joining,
    matrices,
    questions,
    reduction,
    sampling,
)
from tinygrad_edu.api import matmul as products
from tinygrad_edu.api import shape as shaping
from tinygrad_edu.api._reading import as_shape
from tinygrad_edu.api.inplace import in_place
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.shape import reduce_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinygrad_edu._tensor import Tensor

__all__ = ["TensorMethods"]

_TYPE_NAMES = {
    "float16": "HalfTensor",
    "float32": "FloatTensor",
    "float64": "DoubleTensor",
    "uint8": "ByteTensor",
    "int8": "CharTensor",
    "int16": "ShortTensor",
    "int32": "IntTensor",
    "int64": "LongTensor",
    "bool": "BoolTensor",
}


class TensorMethods(TensorBase):
    """The methods of `Tensor` that compute, change, convert or copy."""

    __slots__ = ()

    # Arithmetic and comparisons

    add = arithmetic.add
    sub = subtract = arithmetic.sub
    mul = multiply = arithmetic.mul
    div = divide = true_divide = arithmetic.div
    floor_divide = arithmetic.floor_divide
    remainder = arithmetic.remainder
    pow = arithmetic.pow
    maximum = arithmetic.maximum
    minimum = arithmetic.minimum
    clamp = clip = arithmetic.clamp
    eq = comparison.eq
    ne = not_equal = comparison.ne
    lt = less = comparison.lt
    le = less_equal = comparison.le
    gt = greater = comparison.gt
    ge = greater_equal = comparison.ge
    logical_and = comparison.logical_and
    logical_or = comparison.logical_or
    logical_xor = comparison.logical_xor
    logical_not = comparison.logical_not
    bitwise_and = comparison.bitwise_and
    bitwise_or = comparison.bitwise_or
    bitwise_xor = comparison.bitwise_xor
    bitwise_not = comparison.bitwise_not
    isnan = comparison.isnan
    isinf = comparison.isinf
    isfinite = comparison.isfinite
    isclose = comparison.isclose
    allclose = comparison.allclose
    equal = comparison.equal

    def where(self: Any, condition: Tensor, other: Any) -> Tensor:
        """Return this tensor where `condition` is True and `other` elsewhere."""
        chosen: Tensor = arithmetic.where(condition, self, other)
        return chosen

    # Elementary functions

    abs = absolute = elementary.abs
    neg = negative = elementary.neg
    positive = elementary.positive
    exp = elementary.exp
    expm1 = elementary.expm1
    log = elementary.log
    log2 = elementary.log2
    log10 = elementary.log10
    log1p = elementary.log1p
    sqrt = elementary.sqrt
    rsqrt = elementary.rsqrt
    reciprocal = elementary.reciprocal
    square = elementary.square
    sin = elementary.sin
    cos = elementary.cos
    tan = elementary.tan
    tanh = elementary.tanh
    sigmoid = elementary.sigmoid
    relu = elementary.relu
    sign = elementary.sign
    floor = elementary.floor
    ceil = elementary.ceil
    trunc = elementary.trunc
    round = elementary.round
    softmax = activation.softmax
    log_softmax = activation.log_softmax

    # Reductions, extremes and order

    sum = reduction.sum
    mean = reduction.mean
    prod = reduction.prod
    var = reduction.var
    std = reduction.std
    norm = reduction.norm
    cumsum = reduction.cumsum
    all = reduction.all
    any = reduction.any
    count_nonzero = reduction.count_nonzero
    logsumexp = reduction.logsumexp
    max = extremes.max
    min = extremes.min
    amax = extremes.amax
    amin = extremes.amin
    argmax = extremes.argmax
    argmin = extremes.argmin
    sort = extremes.sort
    argsort = extremes.argsort
    topk = extremes.topk
    unique = extremes.unique

    # Products and matrices

    matmul = products.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    inner = products.inner
    outer = products.outer
    tril = matrices.tril
    triu = matrices.triu
    diag = matrices.diag
    trace = matrices.trace

    # Shapes and parts

    transpose = swapdims = shaping.transpose
    swapaxes = shaping.swapaxes
    t = shaping.t
    movedim = moveaxis = shaping.movedim
    unsqueeze = shaping.unsqueeze
    flatten = shaping.flatten
    ravel = shaping.ravel
    unflatten = shaping.unflatten
    broadcast_to = shaping.broadcast_to
    clone = shaping.clone
    chunk = joining.chunk
    unbind = joining.unbind
    repeat_interleave = joining.repeat_interleave
    roll = joining.roll
    select = indexing.select
    narrow = indexing.narrow
    index_select = indexing.index_select
    gather = indexing.gather
    scatter = indexing.scatter
    take_along_dim = indexing.take_along_dim
    masked_fill = indexing.masked_fill
    masked_select = indexing.masked_select
    nonzero = indexing.nonzero

    def reshape(self: Any, *lengths: Any, shape: Any = None) -> Tensor:
        """Return the same values in another shape; see `tinygrad_edu.reshape`."""
        return shaping.reshape(self, as_shape("reshape", lengths, shape))

    def view(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """Return the same memory in another shape.

        Raises:
            RuntimeError: If that needs a copy; `reshape` makes one.
        """
        if len(lengths) == 1 and isinstance(lengths[0], dtypes.dtype):
            raise NotImplementedError("view: reading memory as another dtype is not supported; use .to(dtype)")
        return shaping.view(self, as_shape("view", lengths, size))

    def view_as(self: Any, other: Tensor) -> Tensor:
        """Return the same memory in the shape of `other`."""
        return shaping.view(self, other.shape)

    def reshape_as(self: Any, other: Tensor) -> Tensor:
        """Return the same values in the shape of `other`."""
        return shaping.reshape(self, other.shape)

    def permute(self: Any, *order: Any, dims: Any = None) -> Tensor:
        """Return a view with the dimensions in the order given."""
        return shaping.permute(self, as_shape("permute", order, dims))

    def squeeze(self: Any, *dims: Any, dim: Any = None) -> Tensor:
        """Return a view without the dimensions of length 1: all of them, or those in `dim`."""
        return shaping.squeeze(self, as_shape("squeeze", dims, dim) if dims or dim is not None else None)

    def expand(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """Return a view stretched to the lengths given, in which -1 keeps one; the values aren't copied.

        Raises:
            RuntimeError: If a length other than 1 would have to stretch.
        """
        return shaping.expand(self, as_shape("expand", lengths, size))

    def expand_as(self: Any, other: Tensor) -> Tensor:
        """Return a view stretched to the shape of `other`."""
        return shaping.expand(self, other.shape, "expand_as")

    def sum_to_size(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """Return the sum over the directions in which a tensor of `size` would be stretched to this one.

        Raises:
            RuntimeError: If a tensor of `size` can't be stretched to this one's shape.
        """
        shape = as_shape("sum_to_size", lengths, size)
        extra = self.ndim - len(shape)
        if extra < 0 or builtins.any(n not in (1, m) for n, m in zip(shape, self.shape[extra:], strict=True)):
            raise RuntimeError(f"sum_to_size: {describe(self)} isn't a stretched tensor of shape {shape}")
        summed: Tensor = reduce_to(self, shape=shape)
        return summed

    def repeat(self: Any, *counts: Any, repeats: Any = None) -> Tensor:
        """Return the tensor repeated along each dimension: a copy.

        Raises:
            RuntimeError: If there are fewer counts than dimensions.
        """
        times = as_shape("repeat", counts, repeats)
        if len(times) < self.ndim:
            raise RuntimeError(f"repeat: wanted at least {self.ndim} counts for {describe(self)}, got {len(times)}")
        return joining.tile(self, times)

    def tile(self: Any, *counts: Any, dims: Any = None) -> Tensor:
        """Return the tensor repeated along each dimension; missing counts in front are 1."""
        return joining.tile(self, as_shape("tile", counts, dims))

    def flip(self: Any, *axes: Any, dims: Any = None) -> Tensor:
        """Return a copy with the order along the dimensions given reversed."""
        return shaping.flip(self, as_shape("flip", axes, dims))

    def split(
        self: Any, split_size: builtins.int | Sequence[builtins.int], dim: builtins.int = 0
    ) -> tuple[Tensor, ...]:
        """Return views of consecutive pieces along `dim`; see `tinygrad_edu.split`."""
        return joining.split(self, split_size, dim)

    @property
    def T(self: Any) -> Tensor:
        """The tensor with its dimensions in reverse order."""
        return shaping.permute(self, tuple(range(self.ndim))[::-1])

    @property
    def mT(self: Any) -> Tensor:
        """The tensor with its last two dimensions swapped.

        Raises:
            RuntimeError: If it has fewer than two.
        """
        if self.ndim < 2:
            raise RuntimeError(f"mT: wanted a matrix or a batch of them, got {describe(self)}")
        return shaping.transpose(self, -2, -1)

    # Types, Python and NumPy

    to = conversion.to
    type_as = conversion.type_as
    item = conversion.item
    tolist = conversion.tolist
    numpy = conversion.numpy
    is_nonzero = questions.is_nonzero
    bernoulli = sampling.bernoulli
    multinomial = sampling.multinomial

    def type(self: Any, dtype: dtypes.dtype | None = None) -> Any:
        """Return the tensor in another dtype; without an argument, the name of its type."""
        if dtype is None:
            return f"tinygrad_edu.{_TYPE_NAMES[self.dtype.name]}"
        return conversion.to(self, dtype=dtype)

    def float(self: Any) -> Tensor:
        """Return the tensor as float32."""
        return conversion.to(self, dtypes.float32)

    def double(self: Any) -> Tensor:
        """Return the tensor as float64."""
        return conversion.to(self, dtypes.float64)

    def half(self: Any) -> Tensor:
        """Return the tensor as float16."""
        return conversion.to(self, dtypes.float16)

    def long(self: Any) -> Tensor:
        """Return the tensor as int64, rounding toward 0."""
        return conversion.to(self, dtypes.int64)

    def int(self: Any) -> Tensor:
        """Return the tensor as int32, rounding toward 0."""
        return conversion.to(self, dtypes.int32)

    def short(self: Any) -> Tensor:
        """Return the tensor as int16, rounding toward 0."""
        return conversion.to(self, dtypes.int16)

    def byte(self: Any) -> Tensor:
        """Return the tensor as uint8."""
        return conversion.to(self, dtypes.uint8)

    def bool(self: Any) -> Tensor:
        """Return which values aren't zero, as bools."""
        return conversion.to(self, dtypes.bool)

    def cpu(self: Any) -> Tensor:
        """Return the tensor itself: it is on the CPU already."""
        itself: Tensor = self
        return itself

    def cuda(self: Any, device: Any = None) -> Tensor:
        """Refuse: there is no GPU here.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(
            "cuda: there is no GPU here; use .to(device), with device from tinygrad_edu.cuda.is_available()"
        )

    def new_tensor(self: Any, data: Any, *, dtype: dtypes.dtype | None = None, **options: Any) -> Tensor:
        """Return a new tensor with a copy of `data` and, by default, this tensor's dtype."""
        return creation.tensor(data, dtype=dtype or self.dtype, **options)

    def new_zeros(
        self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None, **options: Any
    ) -> Tensor:
        """Return zeros of shape `size` and, by default, of this tensor's dtype."""
        return filling.zeros(*lengths, size=size, dtype=dtype or self.dtype, **options)

    def new_ones(
        self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None, **options: Any
    ) -> Tensor:
        """Return ones of shape `size` and, by default, of this tensor's dtype."""
        return filling.ones(*lengths, size=size, dtype=dtype or self.dtype, **options)

    def new_empty(
        self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None, **options: Any
    ) -> Tensor:
        """Return an uninitialised tensor of shape `size` and, by default, of this tensor's dtype."""
        return filling.empty(*lengths, size=size, dtype=dtype or self.dtype, **options)

    def new_full(self: Any, size: Any, fill_value: Any, *, dtype: dtypes.dtype | None = None, **options: Any) -> Tensor:
        """Return `fill_value` in shape `size` and, by default, in this tensor's dtype."""
        return filling.full(size, fill_value, dtype=dtype or self.dtype, **options)

    # In place

    add_ = in_place(arithmetic.add)
    sub_ = subtract_ = in_place(arithmetic.sub)
    mul_ = multiply_ = in_place(arithmetic.mul)
    div_ = divide_ = true_divide_ = in_place(arithmetic.div)
    floor_divide_ = in_place(arithmetic.floor_divide)
    remainder_ = in_place(arithmetic.remainder)
    pow_ = in_place(arithmetic.pow)
    clamp_ = clip_ = in_place(arithmetic.clamp)
    abs_ = absolute_ = in_place(elementary.abs)
    neg_ = negative_ = in_place(elementary.neg)
    exp_ = in_place(elementary.exp)
    expm1_ = in_place(elementary.expm1)
    log_ = in_place(elementary.log)
    log2_ = in_place(elementary.log2)
    log10_ = in_place(elementary.log10)
    log1p_ = in_place(elementary.log1p)
    sqrt_ = in_place(elementary.sqrt)
    rsqrt_ = in_place(elementary.rsqrt)
    reciprocal_ = in_place(elementary.reciprocal)
    square_ = in_place(elementary.square)
    sin_ = in_place(elementary.sin)
    cos_ = in_place(elementary.cos)
    tan_ = in_place(elementary.tan)
    tanh_ = in_place(elementary.tanh)
    cumsum_ = in_place(reduction.cumsum)
    tril_ = in_place(matrices.tril)
    triu_ = in_place(matrices.triu)
    sigmoid_ = in_place(elementary.sigmoid)
    relu_ = in_place(elementary.relu)
    sign_ = in_place(elementary.sign)
    floor_ = in_place(elementary.floor)
    ceil_ = in_place(elementary.ceil)
    trunc_ = in_place(elementary.trunc)
    round_ = in_place(elementary.round)
    eq_ = in_place(comparison.eq)
    ne_ = in_place(comparison.ne)
    lt_ = in_place(comparison.lt)
    le_ = in_place(comparison.le)
    gt_ = in_place(comparison.gt)
    ge_ = in_place(comparison.ge)
    logical_and_ = in_place(comparison.logical_and)
    logical_or_ = in_place(comparison.logical_or)
    logical_xor_ = in_place(comparison.logical_xor)
    logical_not_ = in_place(comparison.logical_not)
    bitwise_and_ = in_place(comparison.bitwise_and)
    bitwise_or_ = in_place(comparison.bitwise_or)
    bitwise_xor_ = in_place(comparison.bitwise_xor)
    bitwise_not_ = in_place(comparison.bitwise_not)
    masked_fill_ = in_place(indexing.masked_fill)
    scatter_ = in_place(indexing.scatter)
    fill_ = inplace.fill_
    zero_ = inplace.zero_
    copy_ = inplace.copy_
    uniform_ = inplace.uniform_
    normal_ = inplace.normal_
    bernoulli_ = inplace.bernoulli_
    requires_grad_ = inplace.requires_grad_
