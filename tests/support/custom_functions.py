"""Custom operations in PyTorch's form, each of which does what a `Function` may do."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.autograd import Function

__all__ = ["Double", "Exp", "Multiply", "Scale"]


class Exp(Function):
    """Saves its result."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (y,) = ctx.saved_tensors
        return g * y


class Multiply(Function):
    """Saves its arguments; asks which gradients are wanted."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        return g * y if ctx.needs_input_grad[0] else None, g * x if ctx.needs_input_grad[1] else None


class Scale(Function):
    """setup_context instead of a ctx in forward; an argument that is no tensor."""

    @staticmethod
    def forward(x: Any, factor: float) -> Any:
        return x * factor

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        _, ctx.factor = inputs
        assert output.shape == inputs[0].shape

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * ctx.factor, None


class Double(Function):
    """Changes its argument in place; saves what it holds now; has a second result if asked."""

    @staticmethod
    def forward(ctx: Any, x: Any, several: bool = False) -> Any:
        x.mul_(2)
        ctx.mark_dirty(x)
        ctx.save_for_backward(x)
        return (x, x * 3) if several else x

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any = 0) -> Any:
        ctx.held = ctx.saved_tensors[0].tolist()
        return (g * 2 + h * 6, None)[: len(ctx.needs_input_grad)]
