"""Tensor: a NumPy array that remembers which operation made it.

The class itself is short: what a tensor is. Its place in the graph is in `_tensor_gradients.py`, its operators
are in `_operators.py`, and all that it can compute is a function in `api/`, whose file says what is a method.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from tinygrad_edu import _printing, dtypes
from tinygrad_edu._device import device as device_type
from tinygrad_edu._errors import describe
from tinygrad_edu._layout import contiguous_format, memory_format, strided
from tinygrad_edu._layout import layout as layout_type
from tinygrad_edu._memory import address, bytes_under, extent, owner
from tinygrad_edu._missing import AbsentFromTensors
from tinygrad_edu._operators import TensorOperators
from tinygrad_edu._size import Size, size_of_lengths
from tinygrad_edu._tensor_gradients import TensorGradients
from tinygrad_edu.api._arguments import in_range
from tinygrad_edu.api._making import new_shape
from tinygrad_edu.api._reading import named, named_as
from tinygrad_edu.api.activation import ActivationMethods
from tinygrad_edu.api.arithmetic import ArithmeticMethods
from tinygrad_edu.api.assignment import AssignmentMethods
from tinygrad_edu.api.axes import AxesMethods
from tinygrad_edu.api.blending import BlendingMethods
from tinygrad_edu.api.choice import ChoiceMethods
from tinygrad_edu.api.comparison import ComparisonMethods
from tinygrad_edu.api.conversion import ConversionMethods, item
from tinygrad_edu.api.creation import CreationMethods, tensor
from tinygrad_edu.api.cumulative import CumulativeMethods
from tinygrad_edu.api.decompositions import DecompositionsMethods
from tinygrad_edu.api.diagonals import DiagonalsMethods
from tinygrad_edu.api.differences import DifferencesMethods
from tinygrad_edu.api.distinct import DistinctMethods
from tinygrad_edu.api.exponential import ExponentialMethods
from tinygrad_edu.api.extremes import ExtremesMethods
from tinygrad_edu.api.filling import FillingMethods
from tinygrad_edu.api.floats import FloatsMethods
from tinygrad_edu.api.histograms import HistogramsMethods
from tinygrad_edu.api.indexing import IndexingMethods
from tinygrad_edu.api.integers import IntegersMethods
from tinygrad_edu.api.matmul import MatmulMethods
from tinygrad_edu.api.matrices import MatricesMethods
from tinygrad_edu.api.matrix_powers import MatrixPowersMethods
from tinygrad_edu.api.norms import NormsMethods
from tinygrad_edu.api.order import OrderMethods
from tinygrad_edu.api.picking import PickingMethods
from tinygrad_edu.api.powers import PowersMethods
from tinygrad_edu.api.products import ProductsMethods
from tinygrad_edu.api.putting import PuttingMethods
from tinygrad_edu.api.questions import QuestionsMethods
from tinygrad_edu.api.reduction import ReductionMethods
from tinygrad_edu.api.repeating import RepeatingMethods
from tinygrad_edu.api.rounding import RoundingMethods
from tinygrad_edu.api.sampling import SamplingMethods
from tinygrad_edu.api.scattering import ScatteringMethods
from tinygrad_edu.api.shape import ShapeMethods
from tinygrad_edu.api.solving import SolvingMethods
from tinygrad_edu.api.special import SpecialMethods
from tinygrad_edu.api.splitting import SplittingMethods
from tinygrad_edu.api.statistics import StatisticsMethods
from tinygrad_edu.api.storage import StorageMethods
from tinygrad_edu.api.stretching import StretchingMethods
from tinygrad_edu.api.trigonometric import TrigonometricMethods
from tinygrad_edu.api.windows import WindowsMethods
from tinygrad_edu.autograd.graph import TensorBase, joined
from tinygrad_edu.ops.shape import clone

__all__ = ["Tensor"]


@joined
class TensorMethods(
    TensorOperators,
    ArithmeticMethods,
    IntegersMethods,
    FloatsMethods,
    BlendingMethods,
    PowersMethods,
    ExponentialMethods,
    TrigonometricMethods,
    SpecialMethods,
    RoundingMethods,
    ChoiceMethods,
    ComparisonMethods,
    ActivationMethods,
    ReductionMethods,
    StatisticsMethods,
    NormsMethods,
    ExtremesMethods,
    DistinctMethods,
    HistogramsMethods,
    OrderMethods,
    CumulativeMethods,
    DifferencesMethods,
    ShapeMethods,
    AxesMethods,
    StretchingMethods,
    WindowsMethods,
    StorageMethods,
    SplittingMethods,
    RepeatingMethods,
    IndexingMethods,
    PickingMethods,
    PuttingMethods,
    ScatteringMethods,
    AssignmentMethods,
    MatmulMethods,
    ProductsMethods,
    MatricesMethods,
    SolvingMethods,
    DecompositionsMethods,
    MatrixPowersMethods,
    DiagonalsMethods,
    ConversionMethods,
    QuestionsMethods,
    CreationMethods,
    FillingMethods,
    SamplingMethods,
):
    """All that tensors can compute, as methods; each family stands at the end of its file in `api/`."""

    __slots__ = ()


class Tensor(TensorGradients, TensorMethods, AbsentFromTensors):
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

    >>> x = tg.Tensor([1, 2])
    >>> x.shape, x.dtype, x.requires_grad
    (tinygrad_edu.Size([2]), tinygrad_edu.float32, False)
    """

    __slots__ = ()

    def __new__(cls, *data: Any) -> Self:
        if len(data) == 1 and isinstance(data[0], TensorBase):
            source: Any = data[0]
            detached: Self = source.detach()
            return detached
        if len(data) == 1 and isinstance(data[0], (list, tuple, np.ndarray)) and not isinstance(data[0], Size):
            return cls.wrap(named_as("Tensor")(tensor)(data[0], dtype=dtypes.get_default_dtype())._data)
        return cls.wrap(np.empty(named_as("Tensor")(new_shape)(data or (0,)), dtype=dtypes.default()))

    # What it is

    @property
    def shape(self) -> Size:
        """The lengths of the dimensions."""
        return size_of_lengths(self._data.shape)

    @named
    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of dimension `dim`.

        >>> tg.zeros(2, 3).size(), tg.zeros(2, 3).size(1)
        (tinygrad_edu.Size([2, 3]), 3)
        """
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
        """The number of dimensions.

        >>> tg.zeros(2, 3).dim()
        2
        """
        return self.ndim

    ndimension = dim

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        itemsize: int = self._data.itemsize
        return itemsize

    def element_size(self) -> int:
        """The bytes per element.

        >>> tg.zeros(2).element_size()
        4
        """
        return self.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements together."""
        nbytes: int = self._data.nbytes
        return nbytes

    @named
    def stride(self, dim: int | None = None) -> Any:
        """The steps, in elements, from one value to the next along each dimension, or along `dim`.

        >>> tg.zeros(2, 3).stride()
        (3, 1)
        """
        array = self.owned_array()
        steps = tuple(step // self.itemsize for step in array.strides)
        if array.size == 0 and not any(steps):  # NumPy gives arrays without values no steps
            steps = tuple(math.prod(max(length, 1) for length in array.shape[k + 1 :]) for k in range(array.ndim))
        return steps if dim is None else steps[in_range(dim, self.ndim)]

    def is_contiguous(self, memory_format: memory_format = contiguous_format) -> bool:
        """Whether the values lie in memory row by row, which is the only `memory_format`.

        >>> tg.zeros(2, 3).is_contiguous(), tg.zeros(2, 3).T.is_contiguous()
        (True, False)
        """
        _check_format("is_contiguous", memory_format)
        return bool(self.owned_array().flags.c_contiguous)

    def contiguous(self, memory_format: memory_format = contiguous_format) -> Tensor:
        """The tensor with its values row by row in memory, the only `memory_format`: itself, or a copy.

        >>> tg.zeros(2, 3).T.contiguous().stride()
        (2, 1)
        """
        _check_format("contiguous", memory_format)
        return self if self.is_contiguous() else clone(self, in_rows=True)

    @property
    def layout(self) -> layout_type:
        """What it is made of: `strided` arrays, always."""
        return strided

    @property
    def is_sparse(self) -> bool:
        """Whether only some of the values are kept: never."""
        return False

    def get_device(self) -> int:
        """-1: the number of the GPU that it is on, if it were.

        >>> tg.ones(2).get_device()
        -1
        """
        return -1

    @property
    def is_cuda(self) -> bool:
        """Whether the values are on a GPU: never."""
        return False

    def data_ptr(self) -> int:
        """The address of the first element: equal for tensors that share memory from there.

        >>> x = tg.zeros(2, 3)
        >>> x.view(6).data_ptr() == x.data_ptr()
        True
        """
        return int(self.owned_array().ctypes.data)

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
        copied: Tensor
        if id(self) in memo:
            copied = memo[id(self)]
            return copied
        copied = type(self).wrap(self._data, requires_grad=self._requires_grad)
        if type(self._data) is np.ndarray:
            copied._data, copied._stamp = _copied_with_memory(self._data, self._stamp, memo)
        memo[id(self)] = copied
        gradient = self.owned_gradient()
        if gradient is not None:
            copied._grad = gradient.__deepcopy__(memo) if gradient.is_leaf else gradient.detach().clone()
        return copied

    def __reduce__(self) -> Any:
        return _unpickled, (type(self), self.owned_array(), self.requires_grad)


def _copied_with_memory(array: np.ndarray, stamp: Any, memo: dict[int, Any]) -> tuple[np.ndarray, Any]:
    """A copy of `array`, and its stamp, in a copy of the memory that it shares, made once for all who share it."""
    if array.size == 0:
        return array.copy(), [0]
    copies = memo.setdefault(id(_copied_with_memory), ({}, {}))  # kept alive: what their ids stand for
    memories, stamps = copies
    whole = owner(array)
    if id(whole) not in memories:
        memories[id(whole)] = whole, bytes_under(whole).copy()
    if id(stamp) not in stamps:
        stamps[id(stamp)] = stamp, [0]
    start = address(array) - extent(whole)[0]
    copied: np.ndarray = np.ndarray(array.shape, array.dtype, memories[id(whole)][1], start, array.strides)
    return copied, stamps[id(stamp)][1]


def _check_format(operation: str, given: Any) -> None:
    if given is not contiguous_format:
        error = NotImplementedError if isinstance(given, memory_format) else TypeError
        raise error(f"{operation}: memory_format={given} is not supported; values lie row by row")


def _unpickled(tensor_type: Any, array: np.ndarray, requires_grad: bool) -> Tensor:
    tensor: Tensor = tensor_type.wrap(array if array.ndim else array[()], requires_grad=requires_grad)
    return tensor


TensorBase.result_type = Tensor
