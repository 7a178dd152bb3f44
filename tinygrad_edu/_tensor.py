"""Tensor: a NumPy array that remembers which operation made it.

The class itself is short: what a tensor is (shape, dtype, graph). All that it can compute is a function
in `api/`, whose file says what of it is a method; operators are in `_operators.py`.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import weakref
from typing import Any, Self

import numpy as np

from tinygrad_edu import _printing, dtypes
from tinygrad_edu._device import device as device_type
from tinygrad_edu._errors import describe, warn
from tinygrad_edu._operators import TensorOperators
from tinygrad_edu._size import Size
from tinygrad_edu.api._arguments import as_shape, in_range
from tinygrad_edu.api._making import check_requires_grad
from tinygrad_edu.api._reading import named, named_as
from tinygrad_edu.api.activation import ActivationMethods
from tinygrad_edu.api.arithmetic import ArithmeticMethods
from tinygrad_edu.api.assignment import AssignmentMethods
from tinygrad_edu.api.choice import ChoiceMethods
from tinygrad_edu.api.comparison import ComparisonMethods
from tinygrad_edu.api.conversion import ConversionMethods, item
from tinygrad_edu.api.creation import CreationMethods, tensor
from tinygrad_edu.api.cumulative import CumulativeMethods
from tinygrad_edu.api.exponential import ExponentialMethods
from tinygrad_edu.api.extremes import ExtremesMethods
from tinygrad_edu.api.filling import FillingMethods
from tinygrad_edu.api.indexing import IndexingMethods
from tinygrad_edu.api.joining import JoiningMethods
from tinygrad_edu.api.matmul import MatmulMethods
from tinygrad_edu.api.matrices import MatricesMethods
from tinygrad_edu.api.powers import PowersMethods
from tinygrad_edu.api.questions import QuestionsMethods
from tinygrad_edu.api.reduction import ReductionMethods
from tinygrad_edu.api.rounding import RoundingMethods
from tinygrad_edu.api.sampling import SamplingMethods
from tinygrad_edu.api.shape import ShapeMethods
from tinygrad_edu.api.trigonometric import TrigonometricMethods
from tinygrad_edu.autograd import engine
from tinygrad_edu.autograd.graph import Hook, Hooks, Node, RemovableHandle, TensorBase

__all__ = ["Tensor"]


class Tensor(
    TensorOperators,
    ArithmeticMethods,
    PowersMethods,
    ExponentialMethods,
    TrigonometricMethods,
    RoundingMethods,
    ChoiceMethods,
    ComparisonMethods,
    ActivationMethods,
    ReductionMethods,
    ExtremesMethods,
    CumulativeMethods,
    ShapeMethods,
    JoiningMethods,
    IndexingMethods,
    AssignmentMethods,
    MatmulMethods,
    MatricesMethods,
    ConversionMethods,
    QuestionsMethods,
    CreationMethods,
    FillingMethods,
    SamplingMethods,
):
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
        if len(data) == 1 and isinstance(data[0], TensorBase):
            return data[0].detach()  # type: ignore[attr-defined, no-any-return]
        if len(data) == 1 and isinstance(data[0], (list, tuple, np.ndarray)) and not isinstance(data[0], Size):
            return cls.wrap(tensor(data[0], dtype=dtypes.float32)._data)
        return cls.wrap(np.empty(named_as("Tensor")(as_shape)(data or (0,)), dtype=np.float32))

    # What it is

    @property
    def shape(self) -> Size:
        """The lengths of the dimensions."""
        return Size(self._data.shape)

    @named
    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of dimension `dim`."""
        if dim is None:
            return self.shape
        if self.ndim == 0:
            raise IndexError("size: a 0-d tensor has no dimensions")
        return self._data.shape[in_range(dim, self.ndim)]

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.of_numpy(self._data.dtype)

    @property
    def device(self) -> device_type:
        """The place of the values: always the CPU."""
        return device_type("cpu")

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        ndim: int = self._data.ndim
        return ndim

    def dim(self) -> int:
        """The number of dimensions."""
        return self.ndim

    ndimension = dim

    def numel(self) -> int:
        """The number of values."""
        size: int = self._data.size
        return size

    nelement = numel

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        itemsize: int = self._data.itemsize
        return itemsize

    def element_size(self) -> int:
        """The bytes per element."""
        return self.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements together."""
        nbytes: int = self._data.nbytes
        return nbytes

    @named
    def stride(self, dim: int | None = None) -> Any:
        """The steps, in elements, from one value to the next along each dimension, or along `dim`."""
        steps = tuple(step // self.itemsize for step in self.owned_array().strides)
        return steps if dim is None else steps[in_range(dim, self.ndim)]

    def is_contiguous(self) -> bool:
        """Whether the values lie in memory row by row."""
        return bool(self.owned_array().flags.c_contiguous)

    def contiguous(self) -> Tensor:
        """The tensor with its values row by row in memory: itself, or a copy."""
        return self if self.is_contiguous() else self.clone()

    @property
    def is_cuda(self) -> bool:
        """Whether the values are on a GPU: never."""
        return False

    def is_floating_point(self) -> bool:
        """Whether the elements are real numbers."""
        return bool(self._data.dtype.kind == "f")

    def data_ptr(self) -> int:
        """The address of the first element: equal for tensors that share memory from there."""
        return int(self.owned_array().ctypes.data)

    # Its place in the graph

    @property
    def requires_grad(self) -> bool:
        """Whether gradients with respect to it, or to what it was made from, are wanted."""
        self.edge()
        return self._requires_grad

    @requires_grad.setter
    @named
    def requires_grad(self, wanted: bool) -> None:
        if not self.is_leaf:
            if not wanted:
                raise RuntimeError(
                    "requires_grad: this tensor is the result of a recorded operation and can't stop requiring a "
                    "gradient; use .detach() for a tensor outside the graph"
                )
            return
        if wanted:
            check_requires_grad(self._data)
        self._requires_grad = bool(wanted)

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
        """The gradient that backward has added up here, or None.

        Results on the way keep none; asking one for it gives a warning.
        """
        gradient: Tensor | None = self.owned_gradient()
        if gradient is None and self._node is not None and not self.retains_grad:
            warn(
                f"grad: {describe(self)} is the result of an operation, and those keep no gradient; call retain_grad() "
                "on it before backward(), or ask the leaf that it was computed from"
            )
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

        >>> x = tg.tensor(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        engine.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def detach(self) -> Tensor:
        """A tensor with the same memory, outside the graph.

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
    @named
    def data(self, values: Tensor) -> None:
        if not isinstance(values, Tensor):
            raise TypeError(f"data: wanted a tensor, got {describe(values)}")
        if self._requires_grad:
            check_requires_grad(values._data)
        self.note_change()  # what was saved from here before is no longer what this tensor holds
        self._data = values.owned_array()
        self._stamp, self._view = values._stamp, None

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask for gradients with respect to this tensor (or no longer), and return it.

        Raises:
            RuntimeError: As setting ``requires_grad``.

        >>> tg.zeros(2).requires_grad_().requires_grad
        True
        """
        self.requires_grad = requires_grad
        return self

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

        >>> x = tg.tensor(3.0, requires_grad=True)
        >>> handle = x.register_hook(lambda g: g * 10)
        >>> (x * x).backward()
        >>> x.grad
        tensor(60.)
        """
        if not self.requires_grad:
            raise RuntimeError(f"register_hook: {describe(self)} doesn't require a gradient, so none will arrive")
        return RemovableHandle(self._own_hooks(), hook)

    def register_post_accumulate_grad_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook` with this leaf whenever a backward has added to its ``grad``.

        Args:
            hook: A function of the tensor; it may use ``grad`` and set it to None, for example to change
                each parameter as soon as its gradient is there.

        Returns:
            A handle whose `remove()` takes the hook away.

        Raises:
            RuntimeError: If the tensor isn't a leaf, or doesn't require a gradient.

        >>> x = tg.tensor(3.0, requires_grad=True)
        >>> handle = x.register_post_accumulate_grad_hook(lambda leaf: print(leaf.grad))
        >>> (x * x).backward()
        tensor(6.)
        """
        if not self.requires_grad:
            raise RuntimeError(
                f"register_post_accumulate_grad_hook: {describe(self)} doesn't require a gradient, so none will arrive"
            )
        if self._node is not None:
            raise RuntimeError(
                f"register_post_accumulate_grad_hook: {describe(self)} is a result, and only leaves add gradients up; "
                "use register_hook"
            )
        return RemovableHandle(self._own_hooks().afterwards, hook)

    def _own_hooks(self) -> Hooks:
        holder: Any = self if self._node is None else self._node
        name = "_hooks" if holder is self else "hooks"
        hooks: Hooks | None = getattr(holder, name)
        if hooks is None:
            hooks = Hooks()
            setattr(holder, name, hooks)
        return hooks

    def __repr__(self) -> str:
        return _printing.tensor_text(self)

    def __format__(self, spec: str) -> str:
        if self.ndim == 0:
            return format(item(self), spec)
        if spec:
            raise TypeError(f"format: {spec!r} formats one number, got {describe(self)}; use .item() of a single value")
        return str(self)

    def __copy__(self) -> Tensor:
        copied = type(self).wrap(self.owned_array(), requires_grad=self.requires_grad)
        copied._stamp = self._stamp
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "deepcopy: only leaf tensors can be copied deeply, this is the result of a recorded operation; "
                "use .clone() or .detach().clone()"
            )
        copied = type(self).wrap(self._data.copy(), requires_grad=self._requires_grad)
        copied._grad = None if self._grad is None else self.owned_gradient().detach().clone()
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> Any:
        return _unpickled, (type(self), self.owned_array(), self.requires_grad)


def _unpickled(tensor_type: Any, array: np.ndarray, requires_grad: bool) -> Tensor:
    tensor: Tensor = tensor_type.wrap(array if array.ndim else array[()], requires_grad=requires_grad)
    return tensor


TensorBase.result_type = Tensor
