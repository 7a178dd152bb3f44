"""Operations in place: the ones with an underscore at the end.

``x.mul_(y)`` computes what ``x.mul(y)`` does, writes it into the memory of ``x``, and puts ``x`` in
the result's place in the graph. Whoever shares the memory sees the change, and the graph follows:

- a *view* that is changed changes its base: the base becomes "itself with that part overwritten";
- other views of the base find their place again when they are next used (`TensorBase.follow_base`);
- a value that an earlier operation saved is marked as changed, and backward refuses it in words.

Source: https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_fits, in_dtype, wrap
from tinygrad_edu.api.indexing import in_our_words, split_index
from tinygrad_edu.api.sampling import draw
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import UNCHANGING, TensorBase, part_shown
from tinygrad_edu.ops import indexing as ops
from tinygrad_edu.random import Generator

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.api.arithmetic import Number

__all__ = [
    "bernoulli_",
    "copy_",
    "fill_",
    "in_place",
    "normal_",
    "requires_grad_",
    "setitem",
    "uniform_",
    "zero_",
]

_KIND_ORDER = {"b": 0, "i": 1, "u": 1, "f": 2}


def in_place(function: Callable[..., Any]) -> Callable[..., Tensor]:
    """Return the method that computes `function` of a tensor and writes the result into the tensor."""
    name = f"{function.__name__}_"

    @functools.wraps(function)
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        check_writable(name, self)
        changed: Tensor = replace(name, self, function(self, *args, **kwargs))
        return changed

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Do what `{function.__name__}` does, in place: the tensor itself changes and is returned."
    return method


def check_writable(operation: str, target: Any) -> None:
    """Refuse a recorded change of a leaf that requires a gradient: its gradient would lose its meaning."""
    base = target if target._view is None else target._view.base
    if is_grad_enabled() and base._requires_grad and base._node is None:
        what = "a view of a leaf" if base is not target else "a leaf"
        raise RuntimeError(
            f"{operation}: {describe(target)} is {what} tensor that requires a gradient and can't be changed in place "
            "while recording; do it inside 'with tinygrad_edu.no_grad():', or compute a new tensor"
        )


def replace(operation: str, target: Any, result: Any) -> Any:
    """Write `result`, computed from `target`, into its memory and put `target` in its place in the graph."""
    data, values = target._data, result._data
    if values.shape != data.shape:
        raise RuntimeError(
            f"{operation}: the result has shape {values.shape}, which doesn't fit into {describe(target)} in place"
        )
    result = _converted(operation, result, target)
    if result._requires_grad:
        _keep_old_values(result._node, data)
        if target._view is None:
            target.become_result_of(result._node)
        else:
            _record_overwriting(target, result)
    write(operation, target, result._data)
    return target


def _record_overwriting(target: Any, values: Any) -> None:
    """Make the graph say: `target` (or the part of its base that it shows) now holds `values`."""
    view = target._view
    base, steps = (target, ()) if view is None else (view.base, view.steps)
    node = ops.overwrite.record(base, values, part=functools.partial(part_shown, steps))
    base.become_result_of(node)


def _converted(operation: str, values: Any, target: Any) -> Any:
    """Return a tensor of values in the dtype of `target`, unless that would change their kind."""
    source, wanted = values._data.dtype, target._data.dtype
    if source == wanted:
        return values
    if _KIND_ORDER[source.kind] > _KIND_ORDER[wanted.kind]:
        raise RuntimeError(
            f"{operation}: the result is {source.name} and can't be put into {describe(target)} in place; "
            "use the form without the underscore"
        )
    return in_dtype(values, wanted)


def write(operation: str, target: Any, values: Any) -> None:
    """Write values into the memory of `target`, with an error in words where that can't be done."""
    try:
        target.write(values)
    except ValueError:
        data = target._data
        why = (
            "its memory is read-only or shown several times (it was expanded); use .clone() first"
            if not data.flags.writeable
            else f"values of shape {np.shape(values)} don't broadcast to it"
        )
        raise RuntimeError(f"{operation}: can't write into {describe(target)}: {why}") from None


def _keep_old_values(node: Any, data: Any) -> None:
    """Give the node a copy of what it saved from the memory that is about to change."""
    if node is None or not node.saved or not isinstance(data, np.ndarray):
        return
    held = [isinstance(each, np.ndarray) and np.may_share_memory(each, data) for each in node.saved]
    if any(held):
        node.saved = tuple(each.copy() if mine else each for each, mine in zip(node.saved, held, strict=True))
        node.stamps = tuple(UNCHANGING if mine else stamp for stamp, mine in zip(node.stamps, held, strict=True))


def fill_(self: Tensor, value: Tensor | Number) -> Tensor:
    """Set every value to `value`, a number or a 0-d tensor.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros(2).fill_(3)
        tensor([3., 3.])
    """
    if isinstance(value, TensorBase) and value._data.ndim:
        raise RuntimeError(f"fill_: wanted a number or a 0-d tensor, got {describe(value)}")
    return _assign("fill_", self, value)


def zero_(self: Tensor) -> Tensor:
    """Set every value to 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ones(2).zero_()
        tensor([0., 0.])
    """
    return _assign("zero_", self, 0)


def copy_(self: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Set the values to those of `src`, which may broadcast and have another dtype; gradients flow to it.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros(2, 2).copy_(tg.tensor([1, 2]))
        tensor([[1., 2.],
                [1., 2.]])
    """
    return _assign("copy_", self, as_tensor_argument("copy_", src, "src"))


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Do ``self[index] = value``.

    Raises:
        IndexError: If the index doesn't fit the tensor.
        RuntimeError: If the value doesn't fit the place.
    """
    check_writable("setitem", self)
    view, places = split_index(self, index)
    try:
        target = ops.select(self, index=view) if view else self
        if places is None:
            _assign("setitem", target, value)
        else:
            _put("setitem", target, places, value)
    except IndexError as error:
        raise IndexError(f"setitem: {in_our_words(error)}; indexed was {describe(self)}") from None


def uniform_(self: Tensor, from_: float = 0, to: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn evenly from [from_, to).

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty(3).uniform_(5, 5)
        tensor([5., 5., 5.])
    """
    check_writable("uniform_", self)
    _refuse_integers("uniform_", self)
    if to < from_:
        raise RuntimeError(f"uniform_: wanted from <= to, got from={from_} and to={to}")
    numbers = draw(generator).random(self._data.shape, dtype=np.float64 if self._data.itemsize == 8 else np.float32)
    write("uniform_", self, numbers * (to - from_) + from_)
    return self


def normal_(self: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn from a normal distribution.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty(3).normal_(5, 0)
        tensor([5., 5., 5.])
    """
    check_writable("normal_", self)
    _refuse_integers("normal_", self)
    if std < 0:
        raise RuntimeError(f"normal_: the standard deviation can't be negative, got {std}")
    width = np.float64 if self._data.itemsize == 8 else np.float32
    write("normal_", self, draw(generator).standard_normal(self._data.shape, dtype=width) * std + mean)
    return self


def bernoulli_(self: Tensor, p: float | Tensor = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill with 1 (with probability `p`, a number or a tensor that broadcasts) and 0.

    Raises:
        RuntimeError: If a probability lies outside [0, 1].

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.empty(3).bernoulli_(1.0)
        tensor([1., 1., 1.])
    """
    check_writable("bernoulli_", self)
    chances = p._data if isinstance(p, TensorBase) else p
    if not np.all((chances >= 0) & (chances <= 1)):
        raise RuntimeError(f"bernoulli_: probabilities must lie in [0, 1], got {describe(p)}")
    write("bernoulli_", self, draw(generator).random(self._data.shape) < chances)
    return self


def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Ask for gradients with respect to this tensor (or no longer), and return it.

    Raises:
        RuntimeError: As setting ``requires_grad``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.zeros(2).requires_grad_().requires_grad
        True
    """
    self.requires_grad = requires_grad
    return self


def _assign(operation: str, target: Tensor, value: Any) -> Tensor:
    """Replace all values of `target` by `value`, which may broadcast."""
    check_writable(operation, target)
    values = _fitting(operation, value, target)
    if is_grad_enabled() and (values.requires_grad or target.requires_grad):
        if values._data.shape != target._data.shape:
            values = _stretched(operation, values, target._data.shape, target)
        _record_overwriting(target, values)
    write(operation, target, values._data)
    return target


def _put(operation: str, target: Any, index: tuple[Any, ...], value: Any) -> None:
    """Do ``target[index] = value`` for an index that gives no view."""
    values = _fitting(operation, value, target)
    values = _stretched(operation, values, target._data[index].shape, target)
    if is_grad_enabled() and (values.requires_grad or target.requires_grad):
        if target._view is not None:
            _assign(operation, target, ops.put(target, values, index=index))
            return
        target.become_result_of(ops.put.record(target, values, index=index))
    target.owned_array()[index] = values._data
    target.note_change()


def _stretched(operation: str, values: Any, shape: tuple[int, ...], target: Any) -> Any:
    try:
        np.broadcast_to(values._data, shape)
    except ValueError:
        # NumPy also lets extra dimensions of length 1 in front go.
        squeezed = values._data.shape[max(values._data.ndim - len(shape), 0) :]
        if values._data.size != np.prod(squeezed, dtype=int) or len(squeezed) == values._data.ndim:
            raise RuntimeError(
                f"{operation}: values of shape {values._data.shape} don't fit the shape {shape} of the place in "
                f"{describe(target)}"
            ) from None
        return _stretched(operation, values.reshape(squeezed), shape, target)
    return values.expand(shape)


def _refuse_integers(operation: str, target: Any) -> None:
    if target._data.dtype.kind != "f":
        raise TypeError(f"{operation}: real numbers need a floating-point tensor, got {describe(target)}")


def _fitting(operation: str, value: Any, target: Any) -> Any:
    """Return a tensor, number, list or array as a tensor in the dtype of `target`."""
    dtype = target._data.dtype
    if not isinstance(value, TensorBase):
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{operation}: wanted a number or a tensor, got {describe(value)}")
        check_fits(operation, value, dtype)
        value = wrap(array)
    return in_dtype(value, dtype)
