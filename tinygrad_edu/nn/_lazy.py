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
from tinygrad_edu.nn._members import BUFFER, PARAMETER, UNSAVED_BUFFER
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
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
]


class LazyModuleMixin:
    """What makes a module lazy: a base class in front of the one that it becomes, for lazy modules of a program's own.

    Its ``__init__`` makes parameters without a shape (`UninitializedParameter`), and its ``initialize_parameters``
    takes the first input and gives them one, if they still have none.

    Attributes:
        cls_to_become: The class that the module is of from its first call on; None if it stays what it is.

    >>> from tinygrad_edu.nn.modules.lazy import LazyModuleMixin
    >>> class Scale(LazyModuleMixin, tg.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.weight = tg.nn.UninitializedParameter()
    ...
    ...     def initialize_parameters(self, x):
    ...         if self.has_uninitialized_params():
    ...             self.weight.materialize(x.shape[-1:])
    ...             tg.nn.init.ones_(self.weight)
    ...
    ...     def forward(self, x):
    ...         return x * self.weight
    >>> scale = Scale()
    >>> scale(tg.zeros(2, 3)).shape, scale.weight.shape
    (tinygrad_edu.Size([2, 3]), tinygrad_edu.Size([3]))
    """

    cls_to_become: ClassVar[type[Any] | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        module: Any = self
        module.register_forward_pre_hook(_become_what_it_is, with_kwargs=True)

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer has no shape yet."""
        module: Any = self
        return any(is_lazy(each) for _, each in module._of_kind(PARAMETER, BUFFER, UNSAVED_BUFFER))

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Give parameters and buffers the shape that the first input asks for, and first values: a class says how.

        Raises:
            NotImplementedError: If the class doesn't.
        """
        raise NotImplementedError(f"{type(self).__name__}: initialize_parameters isn't written; write it")


class _Lazy(LazyModuleMixin, Module):
    """What a lazy layer has besides the class that it becomes."""

    cls_to_become: ClassVar[type[Module]]
    _dims: ClassVar[tuple[int, ...]] = ()  # how many dimensions an input may have; () for any
    _defaults: ClassVar[dict[str, Any]] = {}  # where they are other ones than those of the class that it becomes
    _unbatched: ClassVar[int] = 0  # how many an input without a batch has

    def __init_subclass__(cls) -> None:
        """Give the class the signature of what it becomes, without the argument that it finds out."""
        of_class: Any = cls.cls_to_become.__init__
        taken = inspect.signature(of_class)
        me, _, *others = taken.parameters.values()
        others = [each.replace(default=cls._defaults.get(each.name, each.default)) for each in others]
        signature = taken.replace(parameters=[me, *others])

        def make(self: Any, *args: Any, **kwargs: Any) -> None:
            try:
                bound = signature.bind(self, *args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{type(self).__name__}.__init__() {error}; wanted {signature}") from None
            bound.apply_defaults()
            _Lazy.__init__(*bound.args, **bound.kwargs)

        vars(make)["__signature__"], make.__annotations__ = signature, of_class.__annotations__
        make.__name__, make.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
        lazy: Any = cls
        lazy.__init__ = make
        super().__init_subclass__()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(0, *args, **kwargs)  # of the class that it becomes
        self._arguments = args, kwargs
        for name, tensor in [*self.named_parameters(recurse=False), *self.named_buffers(recurse=False)]:
            if isinstance(tensor, Parameter):
                setattr(self, name, UninitializedParameter(dtype=tensor.dtype))
            elif tensor.dim():
                setattr(self, name, UninitializedBuffer(dtype=tensor.dtype))

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


def _become_what_it_is(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """The hook that waits for the first input."""
    module.initialize_parameters(*args, **kwargs)
    if module.has_uninitialized_params():
        raise RuntimeError(f"{type(module).__name__}: initialize_parameters left some without a shape, got {args}")
    take_away(module, _become_what_it_is)
    if module.cls_to_become is not None:
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


class LazyInstanceNorm1d(_Lazy, _batch_norm.InstanceNorm1d):
    """`InstanceNorm1d` whose `num_features` are those of its first input.

    As in PyTorch, `affine` and `track_running_stats` are True if left out.

    >>> layer = tg.nn.LazyInstanceNorm1d()
    >>> layer(tg.zeros(2, 3, 4)).shape
    tinygrad_edu.Size([2, 3, 4])
    """

    cls_to_become = _batch_norm.InstanceNorm1d
    _defaults: ClassVar[dict[str, Any]] = {"affine": True, "track_running_stats": True}
    _dims = (2, 3)
    _unbatched = 2


class LazyInstanceNorm2d(_Lazy, _batch_norm.InstanceNorm2d):
    """`InstanceNorm2d` whose `num_features` are those of its first input.

    As in PyTorch, `affine` and `track_running_stats` are True if left out.

    >>> layer = tg.nn.LazyInstanceNorm2d()
    >>> layer(tg.zeros(2, 3, 4, 4)).shape
    tinygrad_edu.Size([2, 3, 4, 4])
    """

    cls_to_become = _batch_norm.InstanceNorm2d
    _defaults: ClassVar[dict[str, Any]] = {"affine": True, "track_running_stats": True}
    _dims = (3, 4)
    _unbatched = 3


class LazyInstanceNorm3d(_Lazy, _batch_norm.InstanceNorm3d):
    """`InstanceNorm3d` whose `num_features` are those of its first input.

    As in PyTorch, `affine` and `track_running_stats` are True if left out.

    >>> layer = tg.nn.LazyInstanceNorm3d()
    >>> layer(tg.zeros(2, 3, 4, 4, 4)).shape
    tinygrad_edu.Size([2, 3, 4, 4, 4])
    """

    cls_to_become = _batch_norm.InstanceNorm3d
    _defaults: ClassVar[dict[str, Any]] = {"affine": True, "track_running_stats": True}
    _dims = (4, 5)
    _unbatched = 4
