"""What a model is made of: its layers, the shapes that they put out, their parameters, and the memory of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api.filling import zeros
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.nn import Module, Parameter

__all__ = ["Layer", "Summary", "summary"]


class Layer(NamedTuple):
    """A line of a summary.

    Attributes:
        name: The path of the layer in the model; "" of the model itself.
        kind: Its class.
        depth: How many modules it stands in.
        output_shape: What it put out; None if it wasn't called.
        parameters: How many numbers its own parameters have.
        output_bytes: The memory of what it put out.
        calls: How often it was called.
    """

    name: str
    kind: str
    depth: int
    output_shape: Any
    parameters: int
    output_bytes: int
    calls: int


class Summary(NamedTuple):
    """What a model is made of; made by `summary`, and printed as a table.

    Attributes:
        layers: A line for each module, in the order in which they are registered.
        input_shape: What was put in.
        total_params: How many numbers all parameters have.
        trainable_params: How many of them are learned.
        param_bytes: The memory of the parameters.
        output_bytes: The memory of what the layers put out.
        notes: What the model holds, and doesn't know of.
    """

    layers: tuple[Layer, ...]
    input_shape: Any
    total_params: int
    trainable_params: int
    param_bytes: int
    output_bytes: int
    notes: tuple[str, ...]

    def __str__(self) -> str:
        rows = [("layer", "output shape", "parameters")]
        for each in self.layers:
            label = f"{'  ' * each.depth}{each.kind}" + (f" {each.name.rpartition('.')[2]}" if each.name else "")
            again = f" (called {each.calls} times)" if each.calls > 1 else ""
            shape = "not called" if each.output_shape is None else f"{each.output_shape}{again}"
            rows.append((label, shape, f"{each.parameters:,}" if each.parameters else "-"))
        widths = [max(len(row[place]) for row in rows) for place in range(3)]
        lines = [f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows]
        rule = "-" * len(lines[0])
        return "\n".join(
            [
                lines[0].rstrip(),
                rule,
                *lines[1:],
                rule,
                f"parameters: {self.total_params:,}, of which {self.trainable_params:,} are learned",
                f"memory: {_size(self.param_bytes)} of parameters, {_size(self.output_bytes)} of what layers put out "
                f"for an input of {self.input_shape}",
                *(f"note: {each}" for each in self.notes),
            ]
        )


def summary(model: Module, input: Any) -> Summary:
    """What a model is made of, as a table: layers, the shapes that they put out, parameters, memory.

    The model is called once, in evaluation mode and without recording; it is left as it was.

    Args:
        model: Any module.
        input: What to call it with: a tensor, a tuple of arguments, or the shape of a float32 tensor of zeros,
            such as ``(1, 784)``.

    Raises:
        TypeError: If `model` is no module, or `input` none of those.

    >>> model = tg.nn.Sequential(tg.nn.Linear(784, 50), tg.nn.ReLU(), tg.nn.Linear(50, 10))
    >>> print(tg.inspection.summary(model, (100, 784)))
    layer       output shape  parameters
    ------------------------------------
    Sequential  (100, 10)              -
      Linear 0  (100, 50)         39,250
      ReLU 1    (100, 50)              -
      Linear 2  (100, 10)            510
    ------------------------------------
    parameters: 39,760, of which 39,760 are learned
    memory: 155.3 KiB of parameters, 43.0 KiB of what layers put out for an input of (100, 784)
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: wanted a module, got {describe(model)}")
    arguments = _arguments(input)
    seen: dict[int, tuple[Any, int, int]] = {}
    training = {module: module.training for module in model.modules()}

    def note(module: Module, _: Any, output: Any) -> None:
        calls = seen.get(id(module), (None, 0, 0))[2] + 1
        seen[id(module)] = (_shape(output), sum(each._data.nbytes for each in _tensors(output)), calls)

    handles = [module.register_forward_hook(note) for module in training]
    try:
        model.eval()
        with no_grad():
            model(*arguments)
    finally:
        for handle in handles:
            handle.remove()
        for module, was in training.items():
            module.training = was
    layers = tuple(_layer(name, module, seen) for name, module in model.named_modules())
    parameters = list(model.parameters())
    return Summary(
        layers,
        _shape(arguments if len(arguments) > 1 else arguments[0]),
        sum(each.numel() for each in parameters),
        sum(each.numel() for each in parameters if each.requires_grad),
        sum(each._data.nbytes for each in parameters),
        sum(layer.output_bytes for layer in layers if not _has_parts(model, layer.name)),
        tuple(unregistered(model)),
    )


def _arguments(input: Any) -> tuple[Any, ...]:
    if isinstance(input, Tensor):
        return (input,)
    if isinstance(input, Sequence) and input and all(isinstance(each, int | np.integer) for each in input):
        return (zeros(*input),)
    if isinstance(input, tuple) and input:
        return input
    raise TypeError(
        f"summary: input must be a tensor, a tuple of arguments, or a shape such as (1, 784); got {describe(input)}"
    )


def _layer(name: str, module: Module, seen: dict[int, tuple[Any, int, int]]) -> Layer:
    shape, size, calls = seen.get(id(module), (None, 0, 0))
    own = sum(each.numel() for each in module.parameters(recurse=False))
    return Layer(name, type(module).__name__, name.count(".") + 1 if name else 0, shape, own, size, calls)


def _has_parts(model: Module, name: str) -> bool:
    return any(True for _ in model.get_submodule(name).children())


def _tensors(output: Any) -> Iterator[Tensor]:
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, dict):
        yield from _tensors(list(output.values()))
    elif isinstance(output, tuple | list):
        for each in output:
            yield from _tensors(each)


def _shape(output: Any) -> Any:
    """The shape of a tensor; of several, a tuple of their shapes."""
    if isinstance(output, Tensor):
        return tuple(output.shape)
    return tuple(tuple(each.shape) for each in _tensors(output))


def unregistered(model: Module) -> Iterator[str]:
    """What is held in plain lists and dicts, so that ``parameters()`` doesn't find it."""
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            parts = list(value.values()) if isinstance(value, dict) else value
            if name.startswith("_") or not isinstance(parts, list | tuple):
                continue
            for kind, instead in ((Module, "nn.ModuleList or nn.ModuleDict"), (Parameter, "nn.ParameterList")):
                if any(isinstance(each, kind) for each in parts):
                    place = f"{path}.{name}" if path else name
                    yield (
                        f"{place} holds {kind.__name__.lower()}s in a plain {type(value).__name__}, where parameters() "
                        f"doesn't find them, so that no optimizer learns them; make it an {instead}"
                    )


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:.1f} {unit}" if unit != "B" else f"{count} B"
        size /= 1024
    raise AssertionError
