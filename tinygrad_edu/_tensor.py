"""Tensor: a NumPy array that remembers which operation made it.

The class itself is short: what a tensor is (shape, dtype, graph), and Python's operators. All that
it can compute is a function in `functions/`, which is its method here under the same name; an
underscore at the end means in place.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from tinygrad_edu import _printing, dtypes
from tinygrad_edu._words import describe
from tinygrad_edu.autograd import engine
from tinygrad_edu.autograd.graph import Hook, Hooks, Node, RemovableHandle, TensorBase, clock
from tinygrad_edu._device import device as device_type
from tinygrad_edu.functions import (
    arithmetic,
    comparison,
    conversion,
    creation,
    elementary,
    indexing,
    inplace,
    normalising,
    numpy_protocol,
    products,
    reduction,
    shaping,
)
from tinygrad_edu.functions._arguments import as_shape, in_range
from tinygrad_edu.functions.inplace import in_place
from tinygrad_edu.ops import elementwise
from tinygrad_edu.ops.shape import reduce_to

__all__ = ["Size", "Tensor"]

_OPERANDS = (TensorBase, int, float, bool, np.ndarray, np.generic)


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple of lengths.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros(2, 3).shape.numel()
        6
    """

    __slots__ = ()

    def numel(self) -> int:
        """Return how many values a tensor of this shape holds."""
        return int(np.prod(self, dtype=np.int64))

    def __repr__(self) -> str:
        return f"tinygrad_edu.Size({list(self)})"


def _operator(function: Callable[..., Tensor], primitive: Any = None) -> Callable[[Tensor, Any], Any]:
    """Return the method of a binary operator; what isn't a tensor or number may know better itself.

    Two tensors of one type need nothing of what `function` does before it calls its `primitive`: they
    go there straight (benchmark W4), and to the function if that fails, for an error in words.
    """

    def method(self: Tensor, other: Any) -> Any:
        if primitive is not None and type(other) is Tensor and self._data.dtype is other._data.dtype:
            try:
                return primitive(self, other)
            except (TypeError, ValueError):
                pass
        return function(self, other) if isinstance(other, _OPERANDS) else NotImplemented

    return method


def _reflected(function: Callable[..., Tensor]) -> Callable[[Tensor, Any], Any]:
    """Return the method of a binary operator whose left side is something else than a tensor."""

    def method(self: Tensor, other: Any) -> Any:
        return function(other, self) if isinstance(other, _OPERANDS) else NotImplemented

    return method


class Tensor(TensorBase):
    """A multi-dimensional array of one element type, with gradients.

    Make one with `tinygrad_edu.tensor` and its neighbours. ``Tensor(data)`` makes a float32 one, and
    ``Tensor(2, 3)`` an uninitialised one of that shape, as in PyTorch.

    Attributes:
        shape: The lengths of its dimensions, a `Size`.
        dtype: The element type.
        grad: The gradient that backward has added up, or None.
        grad_fn: The graph node of the operation that made it, or None.
        requires_grad: Whether gradients with respect to it, or to what it was made from, are wanted.
        is_leaf: Whether it was made by the user and not by a recorded operation.
    """

    __slots__ = ()

    def __new__(cls, *data: Any) -> Self:
        if len(data) == 1 and not isinstance(data[0], int):
            values = creation.tensor(data[0], dtype=dtypes.float32)._data
        else:
            values = np.empty(as_shape("Tensor", data or (0,)), dtype=np.float32)
        return cls.wrap(values)

    # What it is

    @property
    def shape(self) -> Size:
        """The lengths of the dimensions."""
        return Size(self._data.shape)

    def size(self, dim: int | None = None) -> Any:
        """Return the shape, or the length of dimension `dim`."""
        return self.shape if dim is None else self._data.shape[in_range("size", dim, self.ndim)]

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.of_numpy(self._data.dtype)

    @property
    def device(self) -> device_type:
        """Where the values are: always on the CPU."""
        return device_type("cpu")

    @property
    def ndim(self) -> int:
        """How many dimensions there are."""
        ndim: int = self._data.ndim
        return ndim

    def dim(self) -> int:
        """Return how many dimensions there are."""
        return self.ndim

    def numel(self) -> int:
        """Return how many values there are."""
        size: int = self._data.size
        return size

    nelement = numel

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        itemsize: int = self._data.itemsize
        return itemsize

    def element_size(self) -> int:
        """Return the bytes per element."""
        return self.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements together."""
        nbytes: int = self._data.nbytes
        return nbytes

    def stride(self, dim: int | None = None) -> Any:
        """Return the steps, in elements, from one value to the next along each dimension, or along `dim`."""
        steps = tuple(step // self.itemsize for step in self.owned_array().strides)
        return steps if dim is None else steps[in_range("stride", dim, self.ndim)]

    def is_contiguous(self) -> bool:
        """Return whether the values lie in memory row by row."""
        return bool(self.owned_array().flags.c_contiguous)

    def contiguous(self) -> Tensor:
        """Return the tensor with its values row by row in memory: itself, or a copy."""
        return self if self.is_contiguous() else self.clone()

    def is_floating_point(self) -> bool:
        """Return whether the elements are real numbers."""
        return bool(self._data.dtype.kind == "f")

    def data_ptr(self) -> int:
        """Return the address of the first element: equal for tensors that share memory from there."""
        return int(self.owned_array().ctypes.data)

    # Its place in the graph

    @property
    def requires_grad(self) -> bool:
        """Whether gradients with respect to it, or to what it was made from, are wanted."""
        self.edge()
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if not self.is_leaf:
            if not wanted:
                raise RuntimeError(
                    "requires_grad: this tensor is the result of a recorded operation and can't stop requiring a "
                    "gradient; use .detach() for a tensor outside the graph"
                )
            return
        if wanted:
            creation.check_requires_grad("requires_grad", self._data)
        self._requires_grad = bool(wanted)

    requires_grad_ = inplace.requires_grad_

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user and not by a recorded operation."""
        self.edge()
        return self._node is None

    @property
    def grad_fn(self) -> Node | None:
        """The graph node of the operation that made it, or None for a leaf."""
        self.edge()
        return self._node

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backward has added up here, or None."""
        gradient: Tensor | None = self._grad
        return gradient

    @grad.setter
    def grad(self, gradient: Tensor | None) -> None:
        if gradient is not None:
            if not isinstance(gradient, Tensor):
                raise TypeError(f"grad: wanted a tensor or None, got {describe(gradient)}")
            if gradient._data.shape != self._data.shape or gradient._data.dtype != self._data.dtype:
                raise RuntimeError(f"grad: wanted the shape and dtype of {describe(self)}, got {describe(gradient)}")
        self._grad = gradient

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add the gradient of this tensor to the ``grad`` of every leaf it comes from.

        Args:
            gradient: What to start from, of this tensor's shape; may be left out for a single value.
            retain_graph: Keep what the graph has saved, to walk it again; by default as `create_graph`.
            create_graph: Record the computation of the gradient too, for derivatives of higher order.
            inputs: The only tensors to add a gradient to; all leaves by default.

        Raises:
            RuntimeError: As `autograd.backward`.

        Source: the article's section 14; https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html

        Example:
            >>> import tinygrad_edu as tg
            >>> x = tg.tensor(3.0, requires_grad=True)
            >>> (x * x).backward()
            >>> x.grad
            tensor(6.)
        """
        engine.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def detach(self) -> Tensor:
        """Return a tensor with the same memory, outside the graph.

        Example:
            >>> import tinygrad_edu as tg
            >>> x = tg.tensor([1.0], requires_grad=True)
            >>> (x * 2).detach().requires_grad
            False
        """
        detached = Tensor.wrap(self.owned_array())
        detached._stamp = self._stamp
        return detached

    def detach_(self) -> Tensor:
        """Take this tensor itself out of the graph."""
        if self._view is not None:
            raise RuntimeError("detach_: a view can't leave the graph of its base; use detach()")
        self._node, self._requires_grad = None, False
        return self

    @property
    def data(self) -> Tensor:
        """The values outside the graph: as `detach`. Setting it replaces the values."""
        return self.detach()

    @data.setter
    def data(self, values: Tensor) -> None:
        if not isinstance(values, Tensor):
            raise TypeError(f"data: wanted a tensor, got {describe(values)}")
        if self._requires_grad:
            creation.check_requires_grad("data", values._data)
        self._stamp[0] = clock()  # what was saved from here before is no longer what this tensor holds
        self._data = values.owned_array()
        self._stamp, self._view = values._stamp, None

    def retain_grad(self) -> None:
        """Keep the gradient of this result in ``grad`` too, as for leaves.

        Raises:
            RuntimeError: If it doesn't require a gradient.
        """
        if not self.requires_grad:
            raise RuntimeError(f"retain_grad: {describe(self)} doesn't require a gradient")
        if self._node is not None:
            hooks = self._own_hooks()
            if self not in {reference() for reference in hooks.keepers}:
                hooks.keepers.append(weakref.ref(self))

    @property
    def retains_grad(self) -> bool:
        """Whether this is a result that keeps its gradient."""
        hooks = None if self._node is None else self._node.hooks
        return hooks is not None and any(reference() is self for reference in hooks.keepers)

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook` with the gradient of this tensor whenever it is computed.

        Args:
            hook: A function of the gradient; what it returns, unless None, takes its place.

        Returns:
            A handle whose `remove()` takes the hook away.

        Raises:
            RuntimeError: If the tensor doesn't require a gradient.

        Example:
            >>> import tinygrad_edu as tg
            >>> x = tg.tensor(3.0, requires_grad=True)
            >>> handle = x.register_hook(lambda g: g * 10)
            >>> (x * x).backward()
            >>> x.grad
            tensor(60.)
        """
        if not self.requires_grad:
            raise RuntimeError(f"register_hook: {describe(self)} doesn't require a gradient, so none will arrive")
        return RemovableHandle(self._own_hooks(), hook)

    def _own_hooks(self) -> Hooks:
        holder: Any = self if self._node is None else self._node
        name = "_hooks" if holder is self else "hooks"
        hooks: Hooks | None = getattr(holder, name)
        if hooks is None:
            hooks = Hooks()
            setattr(holder, name, hooks)
        return hooks

    # Operators

    __add__ = _operator(arithmetic.add, elementwise.add)
    __radd__ = _operator(arithmetic.add)
    __sub__ = _operator(arithmetic.sub, elementwise.sub)
    __rsub__ = _reflected(arithmetic.sub)
    __mul__ = _operator(arithmetic.mul, elementwise.mul)
    __rmul__ = _operator(arithmetic.mul)
    __truediv__ = _operator(arithmetic.div)
    __rtruediv__ = _reflected(arithmetic.div)
    __floordiv__ = _operator(arithmetic.floor_divide)
    __rfloordiv__ = _reflected(arithmetic.floor_divide)
    __mod__ = _operator(arithmetic.remainder)
    __rmod__ = _reflected(arithmetic.remainder)
    __pow__ = _operator(arithmetic.pow)
    __rpow__ = _reflected(arithmetic.pow)
    __and__ = _operator(comparison.bitwise_and)
    __rand__ = _reflected(comparison.bitwise_and)
    __or__ = _operator(comparison.bitwise_or)
    __ror__ = _reflected(comparison.bitwise_or)
    __xor__ = _operator(comparison.bitwise_xor)
    __rxor__ = _reflected(comparison.bitwise_xor)
    __eq__ = _operator(comparison.eq)  # type: ignore[assignment]
    __ne__ = _operator(comparison.ne)  # type: ignore[assignment]
    __lt__ = _operator(comparison.lt)
    __le__ = _operator(comparison.le)
    __gt__ = _operator(comparison.gt)
    __ge__ = _operator(comparison.ge)
    __hash__ = object.__hash__  # tensors are told apart as objects, not by their values
    __neg__ = elementary.neg
    __pos__ = elementary.positive
    __abs__ = elementary.abs
    __invert__ = comparison.bitwise_not

    def __matmul__(self, other: Any) -> Any:
        return products.matmul(self, _as_operand(other)) if isinstance(other, _OPERANDS) else NotImplemented

    def __rmatmul__(self, other: Any) -> Any:
        return products.matmul(_as_operand(other), self) if isinstance(other, _OPERANDS) else NotImplemented

    __iadd__ = in_place(arithmetic.add)
    __isub__ = in_place(arithmetic.sub)
    __imul__ = in_place(arithmetic.mul)
    __itruediv__ = in_place(arithmetic.div)
    __ifloordiv__ = in_place(arithmetic.floor_divide)
    __imod__ = in_place(arithmetic.remainder)
    __ipow__ = in_place(arithmetic.pow)
    __iand__ = in_place(comparison.bitwise_and)
    __ior__ = in_place(comparison.bitwise_or)
    __ixor__ = in_place(comparison.bitwise_xor)

    __getitem__ = indexing.getitem
    __setitem__ = inplace.setitem

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("len: a 0-d tensor has no length")
        return int(self._data.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iter: a 0-d tensor can't be iterated over")
        return iter(shaping.unbind(self))

    def __contains__(self, value: Any) -> bool:
        return bool(np.any(comparison.eq(self, value)._data))

    __bool__ = conversion.is_nonzero

    def __float__(self) -> float:
        return float(conversion.item(self))

    def __int__(self) -> int:
        return int(conversion.item(self))

    def __index__(self) -> int:
        number = conversion.item(self)
        if isinstance(number, float):
            raise TypeError(f"index: only integers can be an index, got {describe(self)}")
        return int(number)

    def __repr__(self) -> str:
        return _printing.tensor_text(self)

    def __format__(self, spec: str) -> str:
        return format(conversion.item(self), spec) if self.ndim == 0 else object.__format__(self, spec)

    def __copy__(self) -> Tensor:
        return self.detach() if self.is_leaf else self.clone()

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "deepcopy: only leaf tensors can be copied deeply, this is the result of a recorded operation; "
                "use .clone() or .detach().clone()"
            )
        copied = type(self).wrap(self._data.copy(), requires_grad=self._requires_grad)
        copied._grad = None if self._grad is None else self._grad.detach().clone()
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError("pickle: only leaf tensors can be pickled; use .detach() first")
        return _unpickled, (type(self), self.owned_array(), self._requires_grad)

    __array__ = conversion.array_of
    __array_ufunc__ = numpy_protocol.array_ufunc
    __array_function__ = numpy_protocol.array_function
    __array_priority__ = 1000

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

    def where(self, condition: Tensor, other: Any) -> Tensor:
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
    softmax = normalising.softmax
    log_softmax = normalising.log_softmax

    # Reductions

    sum = reduction.sum
    mean = reduction.mean
    prod = reduction.prod
    var = reduction.var
    std = reduction.std
    max = reduction.max
    min = reduction.min
    amax = reduction.amax
    amin = reduction.amin
    argmax = reduction.argmax
    argmin = reduction.argmin
    all = reduction.all
    any = reduction.any
    count_nonzero = reduction.count_nonzero
    logsumexp = reduction.logsumexp

    # Products

    matmul = products.matmul
    mm = products.mm
    bmm = products.bmm
    mv = products.mv
    dot = products.dot
    inner = products.inner
    outer = products.outer

    # Shapes

    transpose = swapaxes = swapdims = shaping.transpose
    t = shaping.t
    movedim = moveaxis = shaping.movedim
    unsqueeze = shaping.unsqueeze
    flatten = shaping.flatten
    unflatten = shaping.unflatten
    broadcast_to = shaping.broadcast_to
    clone = shaping.clone
    split = shaping.split
    chunk = shaping.chunk
    unbind = shaping.unbind
    repeat_interleave = shaping.repeat_interleave
    select = indexing.select
    narrow = indexing.narrow
    index_select = indexing.index_select
    gather = indexing.gather
    take_along_dim = indexing.take_along_dim
    masked_fill = indexing.masked_fill
    masked_select = indexing.masked_select

    def reshape(self, *shape: Any) -> Tensor:
        """Return the same values in another shape; see `tinygrad_edu.reshape`."""
        return shaping.reshape(self, as_shape("reshape", shape))

    def view(self, *shape: Any) -> Tensor:
        """Return the same memory in another shape.

        Raises:
            RuntimeError: If that needs a copy; `reshape` makes one.
        """
        if len(shape) == 1 and isinstance(shape[0], dtypes.dtype):
            raise NotImplementedError("view: reading memory as another dtype is not supported; use .to(dtype)")
        viewed = shaping.reshape(self, as_shape("view", shape))
        if viewed._view is None and self.numel():
            raise RuntimeError(
                f"view: the values of {describe(self)} don't lie in memory in the order that shape "
                f"{tuple(viewed.shape)} needs; use .reshape(...), which copies them"
            )
        return viewed

    def view_as(self, other: Tensor) -> Tensor:
        """Return the same memory in the shape of `other`."""
        return self.view(other.shape)

    def reshape_as(self, other: Tensor) -> Tensor:
        """Return the same values in the shape of `other`."""
        return self.reshape(other.shape)

    def permute(self, *dims: Any) -> Tensor:
        """Return a view with the dimensions in the order `dims`."""
        return shaping.permute(self, as_shape("permute", dims))

    def squeeze(self, *dim: Any) -> Tensor:
        """Return a view without the dimensions of length 1: all of them, or those in `dim`."""
        return shaping.squeeze(self, as_shape("squeeze", dim) if dim else None)

    def expand(self, *sizes: Any) -> Tensor:
        """Return a view stretched to `sizes`, in which -1 keeps a length; the values aren't copied.

        Raises:
            RuntimeError: If a length other than 1 would have to stretch.
        """
        expanded: Tensor = shaping._expanded("expand", self, as_shape("expand", sizes))
        return expanded

    def expand_as(self, other: Tensor) -> Tensor:
        """Return a view stretched to the shape of `other`."""
        return self.expand(other.shape)

    def sum_to_size(self, *size: Any) -> Tensor:
        """Return the sum over the directions in which a tensor of `size` would be stretched to this one."""
        summed: Tensor = reduce_to(self, shape=as_shape("sum_to_size", size))
        return summed

    def repeat(self, *repeats: Any) -> Tensor:
        """Return the tensor repeated along each dimension."""
        times = as_shape("repeat", repeats)
        if len(times) < self.ndim:
            raise RuntimeError(f"repeat: wanted at least {self.ndim} counts for {describe(self)}, got {len(times)}")
        return shaping.tile(self, times)

    def tile(self, *dims: Any) -> Tensor:
        """Return the tensor repeated along each dimension; missing counts in front are 1."""
        return shaping.tile(self, as_shape("tile", dims))

    def flip(self, *dims: Any) -> Tensor:
        """Return a copy with the order along `dims` reversed."""
        return shaping.flip(self, as_shape("flip", dims))

    @property
    def T(self) -> Tensor:  # noqa: N802 - PyTorch's spelling
        """The tensor with its dimensions in reverse order."""
        return shaping.permute(self, tuple(range(self.ndim))[::-1])

    @property
    def mT(self) -> Tensor:  # noqa: N802 - PyTorch's spelling
        """The tensor with its last two dimensions swapped."""
        return shaping.transpose(self, -2, -1)

    # Types, Python and NumPy

    to = conversion.to
    type_as = conversion.type_as
    item = conversion.item
    tolist = conversion.tolist
    numpy = conversion.numpy
    is_nonzero = conversion.is_nonzero

    def type(self, dtype: dtypes.dtype | None = None) -> Any:
        """Return the tensor in another dtype; without an argument, the name of its type."""
        return f"tinygrad_edu.{self.dtype.name}" if dtype is None else self.to(dtype)

    def float(self) -> Tensor:
        """Return the tensor as float32."""
        return self.to(dtypes.float32)

    def double(self) -> Tensor:
        """Return the tensor as float64."""
        return self.to(dtypes.float64)

    def half(self) -> Tensor:
        """Return the tensor as float16."""
        return self.to(dtypes.float16)

    def long(self) -> Tensor:
        """Return the tensor as int64, rounding toward 0."""
        return self.to(dtypes.int64)

    def int(self) -> Tensor:
        """Return the tensor as int32, rounding toward 0."""
        return self.to(dtypes.int32)

    def bool(self) -> Tensor:
        """Return which values aren't zero, as bools."""
        return self.to(dtypes.bool)

    def byte(self) -> Tensor:
        """Return the tensor as uint8."""
        return self.to(dtypes.uint8)

    def cpu(self) -> Tensor:
        """Return the tensor itself: it is on the CPU already."""
        return self

    def new_zeros(self, *size: Any, dtype: dtypes.dtype | None = None, requires_grad: Any = False) -> Tensor:
        """Return zeros of shape `size` and, by default, of this tensor's dtype."""
        return creation.zeros(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)

    def new_ones(self, *size: Any, dtype: dtypes.dtype | None = None, requires_grad: Any = False) -> Tensor:
        """Return ones of shape `size` and, by default, of this tensor's dtype."""
        return creation.ones(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)

    def new_tensor(self, data: Any, dtype: dtypes.dtype | None = None, requires_grad: Any = False) -> Tensor:
        """Return a new tensor with a copy of `data` and, by default, this tensor's dtype."""
        return creation.tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)

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
    fill_ = inplace.fill_
    zero_ = inplace.zero_
    copy_ = inplace.copy_
    uniform_ = inplace.uniform_
    normal_ = inplace.normal_
    bernoulli_ = inplace.bernoulli_


def _as_operand(value: Any) -> Any:
    """Return what stands beside a tensor in ``@`` as a tensor."""
    return value if isinstance(value, TensorBase) else creation.as_tensor(value)


def _unpickled(tensor_type: Any, array: np.ndarray, requires_grad: bool) -> Tensor:
    tensor: Tensor = tensor_type.wrap(array if array.ndim else array[()], requires_grad=requires_grad)
    return tensor


TensorBase.result_type = Tensor
