"""Recurrent layers: RNN, LSTM and GRU, of several layers and in both directions; and single steps of them, as cells.

The formulas of a step are in ops/recurrent.py.

Source: https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers
"""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty, zeros
from tinygrad_edu.api.joining import cat, stack
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional._recurrent import MODES, run
from tinygrad_edu.nn.parameter import Parameter
from tinygrad_edu.nn.utils.rnn import PackedSequence

__all__ = ["GRU", "LSTM", "RNN", "RNNBase"]


class RNNBase(Module):
    """What RNN, LSTM and GRU have in common: layers, directions, parameters, and sequences of different lengths.

    Args:
        mode: "RNN_TANH", "RNN_RELU", "LSTM" or "GRU".
        input_size: How wide the input is.
        hidden_size: How wide the state is.
        num_layers: How many layers there are; each but the first gets the states of the one below.
        bias: Whether there are biases.
        batch_first: Whether batches are the first dimension of input and output, and not the second.
        dropout: The probability with which values between two layers are set to 0, in training.
        bidirectional: Whether each layer also runs from the last step to the first.
        proj_size: How wide the state h of an LSTM is, if it is narrower than c; 0 if not.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Attributes:
        weight_ih_l0: The weights of the input, of shape (gates * hidden_size, input_size); so each layer's, and
            ``weight_ih_l0_reverse`` of the other direction.
        weight_hh_l0: The weights of the state, of shape (gates * hidden_size, hidden_size).
        bias_ih_l0: Shape (gates * hidden_size,), and so `bias_hh_l0`.
        weight_hr_l0: What makes an LSTM's state narrower, of shape (proj_size, hidden_size).

    >>> tg.nn.RNNBase("GRU", 3, 4).weight_ih_l0.shape
    tinygrad_edu.Size([12, 3])
    """

    weight_ih_l0: Any

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, RNNBase.__init__, locals())
        name = type(self).__name__
        if mode not in MODES:
            raise ValueError(f"{name}: mode must be one of {', '.join(MODES)}, got {mode!r}")
        for setting, value in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
            if value <= 0:
                raise ValueError(f"{name}: {setting} must be 1 or more, got {value}")
        if not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout must be a probability, from 0 to 1, got {describe(dropout)}")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(f"{name}: proj_size must lie between 0 and hidden_size, {hidden_size}, got {proj_size}")
        if proj_size and mode != "LSTM":
            raise ValueError(f"{name}: only an LSTM can have a proj_size, got {proj_size}")
        if dropout > 0 and num_layers == 1:
            warn(f"{name}: dropout={dropout} stands between layers, and num_layers=1; it does nothing")
        self.mode = mode
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.proj_size = bidirectional, proj_size
        made = named_as(name)(empty)
        for layer in range(num_layers):
            for suffix in self._directions():
                for each, shape in self._shapes(layer).items():
                    parameter = Parameter(made(*shape, device=device, dtype=dtype))
                    self.register_parameter(f"{each}_l{layer}{suffix}", parameter)
        self.reset_parameters()

    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def _shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters of a layer, by the beginnings of their names."""
        width, sums = self.proj_size or self.hidden_size, MODES[self.mode] * self.hidden_size
        below = self.input_size if layer == 0 else width * len(self._directions())
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (sums, below), "weight_hh": (sums, width)}
        if self.bias:
            shapes |= {"bias_ih": (sums,), "bias_hh": (sums,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    def reset_parameters(self) -> None:
        """Draw all parameters anew, evenly from [-1/√hidden_size, 1/√hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def flatten_parameters(self) -> None:
        """Do nothing: PyTorch rearranges memory here, for GPUs."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [
            [getattr(self, f"{each}_l{layer}{suffix}") for each in self._shapes(layer)]
            for layer in range(self.num_layers)
            for suffix in self._directions()
        ]

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        """Run the sequences through all layers.

        Args:
            input: Shape (T, B, input_size), with `batch_first` (B, T, input_size), without a batch (T, input_size);
                or a `PackedSequence`.
            hx: The first state of each layer and direction, of shape (layers * directions, B, hidden_size), or
                without B; of an LSTM a pair of those, h and c. By default all are 0.

        Returns:
            The states of the last layer at all steps, of shape (T, B, directions * hidden_size) or as the input was;
            and the last states, as `hx`.
        """
        result, states = named_as(type(self).__name__)(self._run)(input, hx)
        return result, tuple(states) if self.mode == "LSTM" else states[0]

    def _run(self, input: Any, hx: Any) -> tuple[Any, list[Any]]:
        if isinstance(input, PackedSequence):
            rows, order = input.data, input.sorted_indices
            self._check_input(rows, 2)
            sizes, batched = tuple(input.batch_sizes.tolist()), True
        else:
            batched = as_tensor_argument(input)._data.ndim == 3
            if not batched and input._data.ndim != 2:
                raise ValueError(f"the input must have 3 dimensions, or 2 without a batch; got {describe(input)}")
            x = input if batched else input.unsqueeze(1)
            if batched and self.batch_first:
                x = x.transpose(0, 1)
            self._check_input(x, 3)
            length, count, width = x._data.shape
            if not length:
                raise RuntimeError(f"a sequence must have a step at least, got {describe(input)}")
            rows, sizes, order = x.reshape(length * count, width), (count,) * length, None
        states = self._first_states(hx, sizes[0], rows, batched)
        if order is not None:
            states = [each.index_select(1, order) for each in states]
        rows, states = self._through_layers(rows, states, sizes)
        if isinstance(input, PackedSequence):
            if order is not None:
                states = [each.index_select(1, input.unsorted_indices) for each in states]
            return PackedSequence(rows, *input[1:]), states
        result = rows.reshape(length, count, -1) if rows._data.size else rows.reshape(length, count, rows.shape[1])
        if not batched:
            return result.squeeze(1), [each.squeeze(1) for each in states]
        return result.transpose(0, 1) if self.batch_first else result, states

    def _through_layers(self, rows: Any, states: list[Any], sizes: tuple[int, ...]) -> tuple[Any, list[Any]]:
        """The states of the last layer at all steps, and the last states of all layers."""
        last: list[list[Any]] = []
        for layer in range(self.num_layers):
            outputs = []
            for suffix in self._directions():
                weights: Any = tuple(
                    getattr(self, f"{each}_l{layer}{suffix}", None)
                    for each in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
                )
                first = [each[len(last)] for each in states]
                output, after = run(self.mode, rows, first, weights, sizes, reverse=bool(suffix))
                outputs.append(output)
                last.append(after)
            rows = outputs[0] if len(outputs) == 1 else cat(outputs, 1)
            if self.dropout and layer < self.num_layers - 1:
                rows = functional.dropout(rows, self.dropout, self.training)
        return rows, [stack(each) for each in zip(*last, strict=True)]

    def _check_input(self, x: Any, dimensions: int) -> None:
        weight = self.weight_ih_l0
        if x._data.ndim != dimensions or x._data.shape[-1] != self.input_size:
            raise RuntimeError(f"the input must be {self.input_size} wide, got {describe(x)}")
        if x._data.dtype != weight._data.dtype:
            raise ValueError(f"the input must have the dtype of the weights, {weight.dtype}, got {describe(x)}")

    def _first_states(self, hx: Any, count: int, rows: Any, batched: bool) -> list[Any]:
        """The first states, of shape (layers * directions, B, width); zeros if there are none."""
        layers = self.num_layers * len(self._directions())
        widths = [self.proj_size or self.hidden_size, *([self.hidden_size] if self.mode == "LSTM" else [])]
        if hx is None:
            return [zeros(layers, count, width, dtype=rows.dtype) for width in widths]
        if self.mode == "LSTM" and not (isinstance(hx, (tuple, list)) and len(hx) == 2):
            raise RuntimeError(f"hx must be a pair of states, h and c, got {describe(hx)}")
        given = [as_tensor_argument(each, "hx") for each in (hx if self.mode == "LSTM" else [hx])]
        for each, width in zip(given, widths, strict=True):
            wanted = (layers, count, width) if batched else (layers, width)
            if each._data.shape != wanted:
                raise RuntimeError(f"hx must have the shape {wanted}, got {describe(each)}")
            if each._data.dtype != rows._data.dtype:
                raise RuntimeError(f"hx must have the dtype of the input, {rows.dtype}, got {describe(each)}")
        return given if batched else [each.unsqueeze(1) for each in given]

    def extra_repr(self) -> str:
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0}
        usual["bidirectional"] = False
        changed = [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join([str(self.input_size), str(self.hidden_size), *changed])


class RNN(RNNBase):
    """The plain recurrent layer: ``h = tanh(W x + b + V h + c)`` at each step.

    Args:
        input_size: How wide the input is.
        hidden_size: How wide the state is.
        num_layers: How many layers there are; each but the first gets the states of the one below.
        nonlinearity: "tanh" or "relu".
        bias: Whether there are biases.
        batch_first: Whether batches are the first dimension of input and output, and not the second.
        dropout: The probability with which values between two layers are set to 0, in training.
        bidirectional: Whether each layer also runs from the last step to the first.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Shape:
        Input (T, B, input_size), output (T, B, directions * hidden_size), last state (layers * directions, B,
        hidden_size). With `batch_first` input and output have B first; without a batch there is no B.

    >>> output, h = tg.nn.RNN(3, 5)(tg.zeros(7, 2, 3))
    >>> output.shape, h.shape
    (tinygrad_edu.Size([7, 2, 5]), tinygrad_edu.Size([1, 2, 5]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        settings = (num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)
        super().__init__(f"RNN_{nonlinearity.upper()}", input_size, hidden_size, *settings)
        self.nonlinearity = nonlinearity


class LSTM(RNNBase):
    """A recurrent layer with a memory c that gates write, keep and read: long short-term memory.

    Args:
        input_size: How wide the input is.
        hidden_size: How wide the memory is, and the state h.
        num_layers: How many layers there are; each but the first gets the states of the one below.
        bias: Whether there are biases.
        batch_first: Whether batches are the first dimension of input and output, and not the second.
        dropout: The probability with which values between two layers are set to 0, in training.
        bidirectional: Whether each layer also runs from the last step to the first.
        proj_size: How wide the state h is, if it is to be narrower than the memory; 0 if not.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Shape:
        As of `RNN`; the last state, and the first, is a pair, h and c.

    >>> output, (h, c) = tg.nn.LSTM(3, 5)(tg.zeros(7, 2, 3))
    >>> output.shape, h.shape, c.shape
    (tinygrad_edu.Size([7, 2, 5]), tinygrad_edu.Size([1, 2, 5]), tinygrad_edu.Size([1, 2, 5]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, proj_size, device, dtype)
        super().__init__("LSTM", input_size, hidden_size, *settings)


class GRU(RNNBase):
    """A recurrent layer whose gates say how much of the state is kept: the gated recurrent unit.

    The arguments are those of `LSTM` without `proj_size`, the shapes those of `RNN`.

    >>> output, h = tg.nn.GRU(3, 5)(tg.zeros(7, 2, 3))
    >>> output.shape, h.shape
    (tinygrad_edu.Size([7, 2, 5]), tinygrad_edu.Size([1, 2, 5]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)
        super().__init__("GRU", input_size, hidden_size, *settings)
