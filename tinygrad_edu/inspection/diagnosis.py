"""What is probably wrong with a training step: the usual mistakes, looked for in the graph and in the model."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.inspection._names import names_in, names_of_caller
from tinygrad_edu.inspection._recorded import Recorded, Vertex, recorded, walk
from tinygrad_edu.inspection.summary import unregistered
from tinygrad_edu.nn import Module

__all__ = ["Diagnosis", "diagnose"]

VANISHED = 1e-7  # of the largest gradient of a parameter by the largest of any
GROWN = 2.0  # times the first loss
SOFTMAXES = ("softmax", "log_softmax")
TWICE = {  # what wants scores, and what makes probabilities of them: a softplus is a part of binary cross-entropy
    **dict.fromkeys(("cross_entropy", *SOFTMAXES), SOFTMAXES),
    "softplus": ("sigmoid",),
}


class Diagnosis(tuple[str, ...]):
    """What was found, a sentence each; nothing if nothing was. Made by `diagnose`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(f"- {each}" for each in self) or "nothing unusual was found"

    __repr__ = __str__


def diagnose(loss: Tensor, model: Module | None = None, losses: Sequence[float] = ()) -> Diagnosis:
    """Look for the usual mistakes of a training step, and say what to do about each.

    Call it where ``loss.backward()`` would stand. It looks whether the loss depends on all parameters, whether
    gradients of an earlier step are left, for a softmax before a loss that has one itself or along the wrong
    dimension, for dead ReLUs, vanishing gradients and numbers that aren't finite, for modules in plain lists, for the
    mode of the model, and at the losses so far. Nothing changes.

    Args:
        loss: What training makes small.
        model: The model that is trained.
        losses: Those of the steps so far, the latest last.

    Raises:
        TypeError: If `loss` is no tensor, or `model` no module.

    >>> model = tg.nn.Linear(2, 3)
    >>> probabilities = model(tg.ones(4, 2)).softmax(1)
    >>> print(tg.inspection.diagnose(tg.nn.functional.cross_entropy(probabilities, tg.tensor([0, 1, 2, 0])), model))
    - softmax comes before cross_entropy, which has a softmax of its own: give it the scores as they are
    """
    if not isinstance(loss, Tensor):
        raise TypeError(f"diagnose: loss must be a tensor, got {describe(loss)}")
    if model is not None and not isinstance(model, Module):
        raise TypeError(f"diagnose: model must be a module, got {describe(model)}")
    frame = sys._getframe(1)
    names = names_of_caller(frame) if model is None else names_in("diagnose", model, frame)
    found = [*_of_losses(loss, losses), *_of_model(model, loss)]
    if loss.requires_grad:
        graph = recorded(loss, names)
        found += [*_of_parameters(graph, model), *_of_operations(graph), *_of_gradients(graph, loss, names)]
    return Diagnosis(dict.fromkeys(found))


def _of_losses(loss: Tensor, losses: Sequence[float]) -> Iterator[str]:
    numbers = [float(each) for each in losses]
    if not np.isfinite(loss._data).all():
        yield (
            "the loss isn't finite: it may have grown out of range (a smaller learning rate helps), or come from the "
            "log of 0, a division by 0 or the like; 'with autograd.detect_anomaly():' names the operation"
        )
    elif len(numbers) > 2 and not numbers[-1] <= GROWN * max(numbers[0], 1e-12):
        yield (
            f"the loss has grown, from {numbers[0]:.4g} to {numbers[-1]:.4g}: the learning rate is too large; try a "
            "tenth of it"
        )


def _of_model(model: Module | None, loss: Tensor) -> Iterator[str]:
    if not loss.requires_grad:
        yield (
            "nothing was recorded for the loss, so backward() can't go anywhere: it was computed under no_grad, from "
            "what .detach(), .item(), .numpy() or tensor(...) took out of the graph, or from tensors without "
            "requires_grad=True"
        )
    if model is None:
        return
    yield from unregistered(model)
    modes = [
        type(each).__name__ for each in model.modules() if "Dropout" in type(each).__name__ or _is_batch_norm(each)
    ]
    if loss.requires_grad and modes and not model.training:
        yield f"the model is in evaluation mode, in which {modes[0]} does something else: call model.train()"
    if not loss.requires_grad and modes and model.training:
        yield (
            f"the model is in training mode and nothing is recorded: if this is an evaluation, call model.eval(), for "
            f"{modes[0]} does something else in training"
        )


def _is_batch_norm(module: Module) -> bool:
    return "BatchNorm" in type(module).__name__


def _of_parameters(graph: Recorded, model: Module | None) -> Iterator[str]:
    reached = {vertex.edge for vertex in graph.vertices}
    parameters = [] if model is None else [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    missed = [name for name, parameter in parameters if parameter not in reached]
    if missed:
        yield (
            f"the loss doesn't depend on {', '.join(missed)}: between them something was taken out of the graph "
            "(.detach(), .data, .item(), .numpy(), tensor(...), no_grad), or they aren't used"
        )
    left = [name for name, parameter in parameters if parameter.owned_gradient() is not None and parameter in reached]
    if left:
        yield (
            f"{', '.join(left)} already have a gradient, to which backward() adds: call optimizer.zero_grad() before "
            "it, unless gradients are summed over several batches on purpose"
        )


def _of_operations(graph: Recorded) -> Iterator[str]:
    for vertex in graph.vertices:
        for _, source in vertex.operands:
            if source.operation not in TWICE.get(vertex.operation, ()):
                continue
            if source.operation == "sigmoid":
                yield (
                    "sigmoid comes before binary_cross_entropy_with_logits, which has a sigmoid of its own: give it "
                    "the scores as they are, or take binary_cross_entropy"
                )
            else:
                yield (
                    f"{source.operation} comes before {vertex.operation}, which has a softmax of its own: give it the "
                    "scores as they are"
                )
        settings = _settings(vertex)
        if vertex.operation in ("softmax", "log_softmax") and settings.get("dim") == 0 and np.ndim(settings["out"]) > 1:
            yield (
                f"{vertex.operation} along dim 0 of {np.shape(settings['out'])} makes the samples of a batch compete "
                "with each other: classes lie along the last dimension, dim=-1"
            )
        if vertex.operation == "relu" and vertex.value is not None and vertex.value.ndim > 1:
            dead = np.count_nonzero((vertex.value <= 0).all(0))
            units = vertex.value[0].size
            if len(vertex.value) > 1 and dead > units / 2:
                yield (
                    f"{dead} of the {units} units of a relu are 0 for all {len(vertex.value)} samples, and learn "
                    "nothing: their biases are far negative; a smaller learning rate, another initialisation or "
                    "leaky_relu keeps units alive"
                )


def _settings(vertex: Vertex) -> dict[str, Any]:
    node = vertex.edge
    if not isinstance(node, PrimitiveNode) or node.saved is None:
        return {}
    return dict(zip(node.plan.names, node.saved, strict=True))


def _of_gradients(graph: Recorded, loss: Tensor, names: dict[str, Any]) -> Iterator[str]:
    try:
        walk(graph, np.ones_like(loss._data))
    except RuntimeError as error:
        yield f"backward() will be refused: {error}"
        return
    sizes = {
        vertex.name: float(np.abs(vertex.gradient).max())
        for vertex in graph.vertices
        if not vertex.operation and vertex.name and vertex.gradient is not None and vertex.gradient.size
    }
    odd = [name for name, size in sizes.items() if not np.isfinite(size)]
    if odd and np.isfinite(loss._data).all():
        yield (
            f"the gradient of {', '.join(odd)} isn't finite although the loss is: a slope is infinite, as that of sqrt "
            "or log at 0, or of a norm of zeros; 'with autograd.detect_anomaly():' names the operation"
        )
    largest = max((size for size in sizes.values() if np.isfinite(size)), default=0.0)
    vanished = [name for name, size in sizes.items() if size < VANISHED * largest]
    if vanished:
        yield (
            f"the gradient of {', '.join(vanished)} has vanished, or is 0: less than {VANISHED:g} of the largest one; "
            "saturated activations or a deep network without normalisation do that"
        )
