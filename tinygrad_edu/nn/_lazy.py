"""Lazy layers: those that find out from their first input how many features or channels it has.

``LazyLinear(10)`` is `Linear` without its first argument. Its parameters are there from the start, so that an optimizer
may hold them, but have no shape yet. When the layer is first called it makes the layer that it stands for, takes over
its values, and becomes one of that class.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.modules.lazy.LazyModuleMixin.html
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.nn import _batch_norm, _convolution, _linear
from tinygrad_edu.nn._hooks import take_away
from tinygrad_edu.nn._members import BUFFER, PARAMETER
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter, UninitializedBuffer, UninitializedParameter, is_lazy

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyLinear",
]


class _Lazy(Module):
    """What a lazy layer has besides the class that it becomes."""

    cls_to_become: ClassVar[type[Module]]
    _dims: ClassVar[tuple[int, ...]] = ()  # how many dimensions an input may have; () for any
    _unbatched: ClassVar[int] = 0  # how many an input without a batch has

    def __init_subclass__(cls) -> None:
        """Give the class the signature of what it becomes, without the argument that it finds out."""
        of_class: Any = cls.cls_to_become.__init__
        taken = inspect.signature(of_class)
        me, _, *others = taken.parameters.values()
        signature = taken.replace(parameters=[me, *others])

        def make(self: Any, *args: Any, **kwargs: Any) -> None:
            try:
                signature.bind(self, *args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{type(self).__name__}.__init__() {error}; wanted {signature}") from None
            _Lazy.__init__(self, *args, **kwargs)

        vars(make)["__signature__"], make.__annotations__ = signature, of_class.__annotations__
        make.__name__, make.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
        lazy: Any = cls
        lazy.__init__ = make
        super().__init_subclass__()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        made: Any = super().__init__  # that of the class that it becomes
        made(0, *args, **kwargs)
        self._arguments = args, kwargs
        for name, tensor in [*self.named_parameters(recurse=False), *self.named_buffers(recurse=False)]:
            if isinstance(tensor, Parameter):
                setattr(self, name, UninitializedParameter(dtype=tensor.dtype))
            elif tensor.dim():
                setattr(self, name, UninitializedBuffer(dtype=tensor.dtype))
        self.register_forward_pre_hook(_become_what_it_is)

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer has no shape yet."""
        return any(is_lazy(each) for _, each in self._of_kind(PARAMETER, BUFFER))

    def initialize_parameters(self, input: Tensor) -> None:
        """Give parameters and buffers the shape that `input` asks for, and their first values."""
        name, dims = type(self).__name__, input.dim()
        if dims < 1 or (self._dims and dims not in self._dims):
            wanted = " or ".join(f"{each}-d" for each in self._dims) or "at least 1-d"
            raise RuntimeError(f"{name}: wanted an input that is {wanted}, got {describe(input)}")
        place = -1 if not self._dims else 0 if dims == self._unbatched else 1
        args, kwargs = self._arguments
        kind: Any = self.cls_to_become
        made = kind(input.shape[place], *args, **kwargs)
        with no_grad():
            for each, tensor in self._of_kind(PARAMETER, BUFFER):
                if is_lazy(tensor):
                    values = getattr(made, each)
                    tensor.materialize(values.shape)
                    tensor.copy_(values)
        kept = {each: value for each, value in vars(made).items() if each[0] != "_" and each not in made._members}
        del kept["training"], self._arguments
        vars(self).update(kept)


def _become_what_it_is(module: Any, args: tuple[Any, ...]) -> None:
    """The hook that waits for the first input."""
    module.initialize_parameters(*args)
    take_away(module, _become_what_it_is)
    module.__class__ = module.cls_to_become


class LazyLinear(_Lazy, _linear.Linear):
    """`Linear` whose `in_features` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyLinear(2)
    >>> layer(tg.zeros(5, 3)).shape
    tinygrad_edu.Size([5, 2])
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    """

    cls_to_become = _linear.Linear


class LazyConv1d(_Lazy, _convolution.Conv1d):
    """`Conv1d` whose `in_channels` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyConv1d(5, kernel_size=2)
    >>> layer(tg.zeros(2, 3, 4)).shape
    tinygrad_edu.Size([2, 5, 3])
    """

    cls_to_become = _convolution.Conv1d
    _dims = (2, 3)
    _unbatched = 2


class LazyConv2d(_Lazy, _convolution.Conv2d):
    """`Conv2d` whose `in_channels` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyConv2d(5, kernel_size=2)
    >>> layer(tg.zeros(2, 3, 4, 4)).shape
    tinygrad_edu.Size([2, 5, 3, 3])
    """

    cls_to_become = _convolution.Conv2d
    _dims = (3, 4)
    _unbatched = 3


class LazyConv3d(_Lazy, _convolution.Conv3d):
    """`Conv3d` whose `in_channels` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyConv3d(5, kernel_size=2)
    >>> layer(tg.zeros(2, 3, 4, 4, 4)).shape
    tinygrad_edu.Size([2, 5, 3, 3, 3])
    """

    cls_to_become = _convolution.Conv3d
    _dims = (4, 5)
    _unbatched = 4


class LazyConvTranspose1d(_Lazy, _convolution.ConvTranspose1d):
    """`ConvTranspose1d` whose `in_channels` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyConvTranspose1d(5, kernel_size=2)
    >>> layer(tg.zeros(2, 3, 4)).shape
    tinygrad_edu.Size([2, 5, 5])
    """

    cls_to_become = _convolution.ConvTranspose1d
    _dims = (2, 3)
    _unbatched = 2


class LazyConvTranspose2d(_Lazy, _convolution.ConvTranspose2d):
    """`ConvTranspose2d` whose `in_channels` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyConvTranspose2d(5, kernel_size=2)
    >>> layer(tg.zeros(2, 3, 4, 4)).shape
    tinygrad_edu.Size([2, 5, 5, 5])
    """

    cls_to_become = _convolution.ConvTranspose2d
    _dims = (3, 4)
    _unbatched = 3


class LazyConvTranspose3d(_Lazy, _convolution.ConvTranspose3d):
    """`ConvTranspose3d` whose `in_channels` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyConvTranspose3d(5, kernel_size=2)
    >>> layer(tg.zeros(2, 3, 4, 4, 4)).shape
    tinygrad_edu.Size([2, 5, 5, 5, 5])
    """

    cls_to_become = _convolution.ConvTranspose3d
    _dims = (4, 5)
    _unbatched = 4


class LazyBatchNorm1d(_Lazy, _batch_norm.BatchNorm1d):
    """`BatchNorm1d` whose `num_features` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyBatchNorm1d()
    >>> layer(tg.zeros(2, 3, 4)).shape
    tinygrad_edu.Size([2, 3, 4])
    """

    cls_to_become = _batch_norm.BatchNorm1d
    _dims = (2, 3)


class LazyBatchNorm2d(_Lazy, _batch_norm.BatchNorm2d):
    """`BatchNorm2d` whose `num_features` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyBatchNorm2d()
    >>> layer(tg.zeros(2, 3, 4, 4)).shape
    tinygrad_edu.Size([2, 3, 4, 4])
    """

    cls_to_become = _batch_norm.BatchNorm2d
    _dims = (4,)


class LazyBatchNorm3d(_Lazy, _batch_norm.BatchNorm3d):
    """`BatchNorm3d` whose `num_features` are those of its first input; the other arguments are the same.

    >>> layer = tg.nn.LazyBatchNorm3d()
    >>> layer(tg.zeros(2, 3, 4, 4, 4)).shape
    tinygrad_edu.Size([2, 3, 4, 4, 4])
    """

    cls_to_become = _batch_norm.BatchNorm3d
    _dims = (5,)
