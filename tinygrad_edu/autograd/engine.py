"""The walk back: from results to leaves, each node once, gradients that meet are added.

The walk takes the node that was made last, asks it for the gradients of its operands, and hands
those on; a heap keeps the nodes that have a gradient waiting, youngest first. As every operation is
younger than its operands, a node's turn comes only when all that used its result have handed their
gradients in. There is no recursion, so depth is limited by memory alone.

A gradient may be shared (``x + y`` hands one array to both sides), so none is ever changed in place,
except sums that were made here and that nobody else can hold. A leaf gets an array of its own.

Source: the article, 「勾配 (gradient)」; Griewank and Walther, Evaluating Derivatives (2008),
chapter 3, for reverse accumulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush, heappushpop
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._constants import unit
from tinygrad_edu._errors import describe
from tinygrad_edu._large_arrays import is_whole, room_for_result
from tinygrad_edu._numpy_warnings import here_ignoring_errors
from tinygrad_edu._signatures import checked
from tinygrad_edu.autograd.grad_mode import enable_grad, recording, set_grad_enabled
from tinygrad_edu.autograd.graph import Edge, Hooks, Node, TensorBase, constant
from tinygrad_edu.autograd.placed import Placed

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["backward", "grad"]


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    *,
    inputs: Any = None,
) -> None:
    """Compute the gradient of `tensors` and add it to the ``grad`` of every leaf they come from.

    Args:
        tensors: A tensor or a sequence of them.
        grad_tensors: For each, the gradient to start from, of its shape; None means 1 and is allowed
            for tensors of one element only.
        retain_graph: Keep what the graph has saved, to walk it again; by default as `create_graph`.
        create_graph: Record the computation of the gradient too, for derivatives of higher order.
        inputs: The only tensors to add a gradient to; all leaves by default.

    Raises:
        RuntimeError: If a tensor needs no gradient, has several elements and no starting gradient,
            or comes from a graph that was freed or changed in place.

    Source: the article, 「勾配 (gradient)」;
    https://docs.pytorch.org/docs/stable/generated/torch.autograd.backward.html

    >>> w = tg.tensor([3.0, 4.0], requires_grad=True)
    >>> tg.autograd.backward((w**2).sum())
    >>> w.grad
    tensor([6., 8.])
    """
    if retain_graph is not None and retain_graph is not False and retain_graph is not True:
        raise TypeError(f"backward: retain_graph must be True or False, got {describe(retain_graph)}")
    if create_graph is not False and create_graph is not True:
        raise TypeError(f"backward: create_graph must be True or False, got {describe(create_graph)}")
    edges, parts = _starts("backward", tensors, grad_tensors, create_graph)
    retain = create_graph if retain_graph is None else retain_graph
    if inputs is None:
        for leaf, g in walk(edges, parts, retain, create_graph).items():
            if (
                leaf._grad is None
                and leaf._hooks is None
                and g.dtype is leaf._data.dtype  # and so an array: a tensor's dtype isn't NumPy's
                and leaf._requires_grad
                and leaf._node is None
            ):
                leaf._grad = g
            else:
                _arrive_at_leaf(leaf, g, create_graph)
        return
    chosen = _sequence(inputs)
    if not chosen:
        raise RuntimeError("backward: inputs is empty; leave it out to add a gradient to every leaf")
    targets = {_target("backward", each) for each in chosen}
    for each in chosen:
        each.retain_grad()  # a result gets its gradient on the way
    found = walk(edges, parts, retain, create_graph, targets)
    for each in {id(each): each for each in chosen}.values():
        if each._node is None and each in found:
            g = found[each]
            _arrive(each, g if create_graph else g.copy(), create_graph)


@checked
def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor, ...]:
    """The gradients of `outputs` with respect to `inputs`; no tensor's ``grad`` changes.

    Args:
        outputs: A tensor or a sequence of them; with several, their gradients are added.
        inputs: A tensor or a sequence of them, leaves or results on the way.
        grad_outputs: For each output the gradient to start from (the vector of the vector-Jacobian
            product); None means 1 and is allowed for outputs of one element only.
        retain_graph: Keep what the graph has saved, to walk it again; by default as `create_graph`.
        create_graph: Record the computation of the gradients too, for derivatives of higher order.
        only_inputs: Accepted for PyTorch's sake; must be True.
        allow_unused: Give None for an input that the outputs don't depend on, instead of an error.
        is_grads_batched: Not supported: must be False.
        materialize_grads: Give zeros instead of None for unused inputs.

    Returns:
        A tuple with the gradient of each input, in order.

    Raises:
        RuntimeError: As `backward`; and if an input is unused and `allow_unused` isn't True.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html

    >>> x = tg.tensor(3.0, requires_grad=True)
    >>> (first,) = tg.autograd.grad(x**3, x, create_graph=True)
    >>> (second,) = tg.autograd.grad(first, x)
    >>> first.item(), second.item()
    (27.0, 18.0)
    """
    if not only_inputs:
        raise ValueError("autograd.grad: only_inputs=False is not supported; use backward()")
    if is_grads_batched:
        raise ValueError("autograd.grad: is_grads_batched=True is not supported; call grad once for each row")
    if materialize_grads and allow_unused is False:
        raise ValueError("autograd.grad: materialize_grads=True fills in unused inputs, so allow_unused can't be False")
    allowed = materialize_grads if allow_unused is None else allow_unused
    chosen = _sequence(inputs)
    if not chosen:
        raise RuntimeError("autograd.grad: inputs is empty, but a gradient is by something")
    targets = [_target("autograd.grad", each) for each in chosen]
    edges, parts = _starts("autograd.grad", outputs, grad_outputs, create_graph)
    retain = create_graph if retain_graph is None else retain_graph
    found = walk(edges, parts, retain, create_graph, set(targets))
    for edge, g in found.items():
        if isinstance(edge, TensorBase) and edge._hooks is not None:
            found[edge] = _left_by_hooks(edge._hooks, g, create_graph)
    results: list[Any] = []
    for number, (each, edge) in enumerate(zip(chosen, targets, strict=True)):
        g = found.get(edge)
        if g is None and not allowed:
            raise RuntimeError(
                f"autograd.grad: the outputs don't depend on input {number} ({describe(each)}); "
                "pass allow_unused=True to get None for it"
            )
        if g is None:
            zeros = np.zeros_like(each._data) if materialize_grads else None
            results.append(None if zeros is None else each.result_type.wrap(zeros, requires_grad=create_graph))
        else:
            g = _in_dtype_of(each, g)
            results.append(_own(g) if isinstance(g, TensorBase) else each.result_type.wrap(g.copy()))
    return tuple(results)


def walk(
    edges: Sequence[Edge],
    parts: Sequence[Any],
    retain: bool,
    differentiable: bool,
    targets: set[Edge] | None = None,
) -> dict[Edge, Any]:
    """The gradients that arrive at the leaves, or at `targets` if given, by leaf or node.

    The hooks of nodes are called on the way; those of leaves are left to the caller.

    Args:
        edges: Where to start.
        parts: For each, the gradient to start from (an array; a tensor if `differentiable`).
        retain: Whether to keep the saved values for another walk.
        differentiable: Whether to compute on tensors and record.
        targets: The leaves and nodes whose gradient is asked for; the rest of the graph is left alone.
    """
    context = here_ignoring_errors()
    if differentiable:
        context.run(recording.set, True)
    return context.run(_walk, edges, parts, retain, differentiable, targets)


def _walk(
    edges: Sequence[Edge],
    parts: Sequence[Any],
    retain: bool,
    differentiable: bool,
    targets: set[Edge] | None,
) -> dict[Edge, Any]:
    """The work of `walk`, in a context of its own."""
    useful = None if targets is None else _leading_to(targets, edges)
    arrived: dict[Edge, Any] = {}  # the gradient so far of each leaf, and of each node whose turn is to come
    summed: set[Edge] = set()  # those whose gradient is an array that was made here: nobody else can hold it
    heap: list[tuple[int, Node]] = []  # the nodes whose turn is to come, the youngest first
    last: Node | None = None  # but for the one handed to last: in a chain it is next, without a heap (W4)
    g = None
    while True:
        if useful is not None:
            parts = [part if edge in useful else None for edge, part in zip(edges, parts, strict=False)]
        for edge, part in zip(edges, parts):  # noqa: B905 - pull() returns one part for each edge
            if part is None:
                continue
            if edge not in arrived:
                if isinstance(edge, Node):
                    if last is not None:
                        heappush(heap, (-last.order, last))
                    last = edge
                elif not differentiable and (part is g or (part.base is not None and not is_whole(part))):
                    part = part.copy()  # a leaf gets an array of its own: see `Node.pull`
                arrived[edge] = part
            elif type(part) is not ndarray and type(part) is not Placed:  # a number; a tensor, which records the sum
                arrived[edge] = arrived[edge] + part
            elif edge not in summed:
                arrived[edge] = _sum(arrived[edge], part)
                summed.add(edge)
            elif type(part) is Placed:
                part.add_to(arrived[edge])
            else:
                arrived[edge] += part  # a seventh less time for a large weight that is used a hundred times
        if last is not None:
            node = heappushpop(heap, (-last.order, last))[1] if heap else last
            last = None
        elif heap:
            node = heappop(heap)[1]
        else:
            return arrived
        # the youngest: all that used its result have handed their gradients in
        g = arrived.pop(node)
        if type(g) is Placed:
            g = g.copy()
        edges = node.edges
        if node.hooks is not None:
            g = _through_hooks(node.hooks, g, differentiable)
        if useful is not None and targets is not None:
            if node in targets:
                arrived[node] = g  # asked for, so it stays
            if useful.isdisjoint(edges):
                edges = parts = ()
                continue
        parts = node.pull(g, differentiable, retain)


def _sum(a: Any, b: Any) -> Any:
    """The sum of two gradients, a new array."""
    return np.add(a, b, out=room_for_result(a)) if type(a) is type(b) is ndarray else a + b


def _leading_to(targets: set[Edge], starts: Sequence[Edge]) -> set[Edge]:
    """The targets and every node from which one of them can be reached."""
    seen: set[Edge] = set(starts)
    stack = list(seen)
    while stack:
        edge = stack.pop()
        if isinstance(edge, Node):
            fresh = [each for each in edge.edges if each not in seen]
            seen.update(fresh)
            stack.extend(fresh)
    useful = targets & seen
    for node in sorted((each for each in seen if isinstance(each, Node)), key=lambda node: node.order):
        if not useful.isdisjoint(node.edges):
            useful.add(node)
    return useful


def _through_hooks(hooks: Hooks, g: Any, differentiable: bool) -> Any:
    """The gradient as the hooks leave it; one that changes it in place reaches no other use of the array."""
    as_tensor = g if isinstance(g, TensorBase) else TensorBase.result_type.wrap(g.copy())
    for hook in list(hooks.values()):
        with set_grad_enabled(differentiable):
            replaced = hook(as_tensor)
        if replaced is not None:
            as_tensor = _checked(replaced, as_tensor)
    for reference in hooks.keepers:
        keeper = reference()
        if keeper is not None:
            _add_to_grad(keeper, as_tensor if isinstance(g, TensorBase) else as_tensor._data.copy())
    return as_tensor if isinstance(g, TensorBase) else as_tensor._data


def _checked(replaced: Any, g: Any) -> Any:
    """What a hook returned in the place of a gradient."""
    is_tensor = isinstance(replaced, TensorBase)
    if is_tensor and (replaced._data.shape, replaced._data.dtype) == (g._data.shape, g._data.dtype):
        return replaced
    raise (RuntimeError if is_tensor else TypeError)(
        f"a hook must return None or a tensor of the gradient's shape {g._data.shape} and dtype {g._data.dtype}, "
        f"got {describe(replaced)}"
    )


def _left_by_hooks(hooks: Hooks, g: Any, differentiable: bool) -> Any:
    """The gradient of a leaf as its hooks leave it."""
    g = _through_hooks(hooks, g, differentiable)
    return g if differentiable else g.copy()  # a hook may have kept what it saw or returned


def _arrive(tensor: Any, g: Any, differentiable: bool) -> None:
    """Add a gradient to the tensor's ``grad``, with all the hooks of a leaf."""
    hooks = tensor._hooks if tensor._node is None else None
    if hooks is not None:
        g = _left_by_hooks(hooks, g, differentiable)
    if tensor._requires_grad:  # or a leaf has been told since it was used that it doesn't
        _add_to_grad(tensor, g)
    if hooks is not None:
        for hook in list(hooks.afterwards.values()):
            if (returned := hook(tensor)) is not None:
                raise (RuntimeError if isinstance(returned, TensorBase) else TypeError)(
                    f"a hook after accumulation must return None, got {describe(returned)}; what it changes is the "
                    "grad of the tensor that it is given"
                )


def _arrive_at_leaf(leaf: Any, g: Any, differentiable: bool) -> None:
    """Add a gradient to what was a leaf when it was used, unless none is wanted of it any more."""
    if leaf._node is not None:
        raise RuntimeError(
            f"backward: {describe(leaf)} was a leaf that required a gradient when it was used, and has become the "
            "result of a change in place since, so its gradient has no place to go; make the change on a copy"
        )
    _arrive(leaf, g, differentiable)


def _add_to_grad(tensor: Any, g: Any) -> None:
    """Add a gradient that has arrived, an array or a recorded tensor, to the tensor's ``grad``."""
    existing = tensor.owned_gradient()
    if constant(g).shape != tensor._data.shape:
        raise RuntimeError(f"backward: a gradient of shape {constant(g).shape} arrived at {describe(tensor)}")
    g = _in_dtype_of(tensor, g)
    if isinstance(g, TensorBase):
        with enable_grad():
            tensor._grad = tensor.result_type.clone(g) if existing is None else existing + g
    elif existing is None:
        tensor._grad = g
    elif tensor._node is None:
        existing.write(existing._data + g)
    else:  # a result's is a new tensor each time, as in PyTorch
        tensor._grad = existing._data + g


def _own(g: Any) -> Any:
    """A recorded gradient that may be changed in place: alone in its memory."""
    with enable_grad():
        return g.result_type.clone(g)


def _in_dtype_of(tensor: Any, g: Any) -> Any:
    """A gradient, an array or a recorded tensor, in the dtype of `tensor`."""
    if constant(g).dtype == tensor._data.dtype:
        return g
    return tensor.result_type.to(g, tensor.dtype) if isinstance(g, TensorBase) else g.astype(tensor._data.dtype)


def _sequence(tensors: Any) -> list[Any]:
    if isinstance(tensors, (TensorBase, np.ndarray)) or not isinstance(tensors, Iterable):
        return [tensors]
    return list(tensors)


def _target(operation: str, tensor: Any) -> Edge:
    """The edge at which the gradient of `tensor` arrives."""
    if not isinstance(tensor, TensorBase):
        raise TypeError(f"{operation}: every input must be a tensor, got {describe(tensor)}")
    edge = tensor.edge()
    if not tensor._requires_grad:
        raise RuntimeError(
            f"{operation}: an input is {describe(tensor)} that doesn't require a gradient; "
            "make it with requires_grad=True before it is used"
        )
    return edge


def _starts(operation: str, tensors: Any, gradients: Any, differentiable: bool) -> tuple[Sequence[Edge], Sequence[Any]]:
    """The edge of each result, and the gradient that the walk starts from there."""
    if gradients is None and isinstance(tensors, TensorBase):
        return (tensors.edge(),), (_start(operation, tensors, None, differentiable),)
    tensors = _sequence(tensors)
    gradients = [None] * len(tensors) if gradients is None else _sequence(gradients)
    if len(gradients) != len(tensors):
        raise RuntimeError(f"{operation}: got {len(tensors)} tensors but {len(gradients)} gradients to start from")
    edges: list[Edge] = []
    parts: list[Any] = []
    for tensor, g in zip(tensors, gradients, strict=True):
        if not isinstance(tensor, TensorBase):
            raise TypeError(f"{operation}: wanted a tensor, got {describe(tensor)}")
        edge = tensor.edge()
        part = _start(operation, tensor, g, differentiable)
        edges.append(edge)
        parts.append(part.copy() if edge is tensor and not differentiable else part)  # a leaf keeps what arrives
    return edges, parts


def _start(operation: str, tensor: TensorBase, g: Any, differentiable: bool) -> Any:
    """The gradient to start from at one result: an array, or a tensor if `differentiable`."""
    data = tensor._data
    if not tensor._requires_grad:
        raise RuntimeError(
            f"{operation}: got {describe(tensor)} that doesn't require a gradient and was computed from none that "
            "does; set requires_grad=True on the tensors to differentiate by, before computing with them"
        )
    if g is None:
        if data.size != 1:
            raise RuntimeError(
                f"{operation}: a gradient starts from one number, but got {describe(tensor)}; reduce it first, for "
                "example with .sum() or .mean(), or pass the gradient to start from, of the same shape"
            )
        start = np.ones_like(data) if data.ndim else unit(data.dtype)
    else:
        if not isinstance(g, TensorBase):
            raise TypeError(f"{operation}: the gradient to start from must be a tensor or None, got {describe(g)}")
        if g._data.shape != data.shape:
            raise RuntimeError(
                f"{operation}: the gradient to start from must have the shape {data.shape} of the tensor, "
                f"got {describe(g)}"
            )
        if differentiable:
            return _in_dtype_of(tensor, g)
        start = g._data if g._data.dtype == data.dtype else g._data.astype(data.dtype)
        start = start if start.ndim else start[()]  # a number, as 0-d results mostly are
    return tensor.result_type.wrap(start) if differentiable else start
