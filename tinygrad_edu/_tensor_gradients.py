"""A tensor's place in the graph: its gradient, the way back from it, and what listens on the way.

Source: https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Self

from tinygrad_edu._errors import describe, warn
from tinygrad_edu.api._making import check_requires_grad
from tinygrad_edu.api._reading import named
from tinygrad_edu.autograd import engine
from tinygrad_edu.autograd.graph import Hook, Hooks, Node, RemovableHandle, TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["TensorGradients"]


class TensorGradients(TensorBase):
    """The methods of `Tensor` that concern gradients."""

    __slots__ = ()

    @property
    def requires_grad(self) -> bool:
        """Whether gradients with respect to it, or to what it was made from, are wanted."""
        self.edge()
        return self._requires_grad

    @requires_grad.setter
    @named
    def requires_grad(self, flag: bool) -> None:
        if not self.is_leaf:
            if not flag:
                raise RuntimeError(
                    "requires_grad: this tensor is the result of a recorded operation and can't stop requiring a "
                    "gradient; use .detach() for a tensor outside the graph"
                )
            return
        if flag:
            check_requires_grad(self._data)
        self._requires_grad = bool(flag)

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
            if not isinstance(gradient, TensorBase):
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

        Source: the article, 「勾配 (gradient)」;
        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html

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
        detached: Tensor = self.result_type.wrap(self.owned_array())
        detached._stamp = self._stamp
        return detached

    def detach_(self) -> Self:
        """Take this tensor itself out of the graph.

        >>> y = tg.ones(2, requires_grad=True) * 2
        >>> y.detach_().requires_grad
        False
        """
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
        if not isinstance(values, TensorBase):
            raise TypeError(f"data: wanted a tensor, got {describe(values)}")
        if self._requires_grad:
            check_requires_grad(values._data)
        self.note_change()  # what was saved from here before is no longer what this tensor holds
        self._data = values.owned_array()
        self._stamp, self._view = values._stamp, None

    def requires_grad_(self, requires_grad: bool = True) -> Self:
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

        >>> x = tg.tensor(3.0, requires_grad=True)
        >>> y = x * x
        >>> y.retain_grad()
        >>> (2 * y).backward()
        >>> y.grad
        tensor(2.)
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
        _check_hook("register_hook", hook)
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
        _check_hook("register_post_accumulate_grad_hook", hook)
        return RemovableHandle(self._own_hooks().afterwards, hook)

    def _own_hooks(self) -> Hooks:
        holder: Any = self if self._node is None else self._node
        name = "_hooks" if holder is self else "hooks"
        hooks: Hooks | None = getattr(holder, name)
        if hooks is None:
            hooks = Hooks()
            setattr(holder, name, hooks)
        return hooks


def _check_hook(operation: str, hook: object) -> None:
    if not callable(hook):
        raise TypeError(f"{operation}: a hook must be a function, got {describe(hook)}")
