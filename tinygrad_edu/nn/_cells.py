"""Single steps of recurrent layers, for loops of one's own.

Source: https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers
"""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty, zeros
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional._recurrent import run
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "RNNCellBase"]


class RNNCellBase(Module):
    """What the cells have in common: the parameters of one layer, and the first state.

    Args:
        input_size: How wide the input is.
        hidden_size: How wide the state is.
        bias: Whether there are biases.
        num_chunks: How many sums each unit has.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Attributes:
        weight_ih: The weights of the input, of shape (num_chunks * hidden_size, input_size).
        weight_hh: The weights of the state, of shape (num_chunks * hidden_size, hidden_size).
        bias_ih: Shape (num_chunks * hidden_size,), or None; and so `bias_hh`.

    >>> tg.nn.RNNCellBase(3, 4, bias=True, num_chunks=2).weight_hh.shape
    tinygrad_edu.Size([8, 4])
    """

    weight_ih: Any
    weight_hh: Any
    bias_ih: Any
    bias_hh: Any

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, RNNCellBase.__init__, locals())
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        made, sums = named_as(type(self).__name__)(empty), num_chunks * hidden_size
        self.weight_ih = Parameter(made(sums, input_size, device=device, dtype=dtype))
        self.weight_hh = Parameter(made(sums, hidden_size, device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(made(sums, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters anew, evenly from [-1/√hidden_size, 1/√hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _step(self, mode: str, input: Any, states: Any, count: int) -> list[Any]:
        """The states after a step; `count` are wanted, and are 0 if there are none."""
        return named_as(type(self).__name__)(self._checked_step)(mode, input, states, count)

    def _checked_step(self, mode: str, input: Any, states: Any, count: int) -> list[Any]:
        x = as_tensor_argument(input)
        batched = x._data.ndim == 2
        if not batched and x._data.ndim != 1:
            raise ValueError(f"the input must have 2 dimensions, or 1 without a batch; got {describe(x)}")
        x = x if batched else x.unsqueeze(0)
        if states is None:
            states = [zeros(x.shape[0], self.hidden_size, dtype=x.dtype)] * count
        else:
            if not isinstance(states, (tuple, list)) or len(states) != count:
                raise TypeError(f"hx must be a pair of states, h and c, got {describe(states)}")
            wanted = (x._data.shape[0], self.hidden_size) if batched else (self.hidden_size,)
            for each in states:
                if as_tensor_argument(each, "hx")._data.ndim not in (1, 2):
                    raise ValueError(f"hx must have the shape {wanted}, got {describe(each)}")
                if each._data.shape != wanted or each._data.dtype != x._data.dtype:
                    raise RuntimeError(f"hx must have the shape {wanted} and dtype {x.dtype}, got {describe(each)}")
            states = states if batched else [each.unsqueeze(0) for each in states]
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh, None)
        _, after = run(mode, x, states, weights, (len(x._data),))
        return after if batched else [each.squeeze(0) for each in after]

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        return text if self.bias is True else f"{text}, bias={self.bias}"


class RNNCell(RNNCellBase):
    """One step of an `RNN`.

    Args:
        input_size: How wide the input is.
        hidden_size: How wide the state is.
        bias: Whether there are biases.
        nonlinearity: "tanh" or "relu".
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Shape:
        Input (B, input_size), state (B, hidden_size); or both without B.

    >>> cell = tg.nn.RNNCell(3, 5)
    >>> cell(tg.zeros(2, 3), tg.zeros(2, 5)).shape
    tinygrad_edu.Size([2, 5])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        check_arguments(self, RNNCell.__init__, locals())
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The state after a step from `hx`, which is 0 by default."""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"RNNCell: nonlinearity must be 'tanh' or 'relu', got {self.nonlinearity!r}")
        mode = f"RNN_{self.nonlinearity.upper()}"
        result: Tensor = self._step(mode, input, None if hx is None else [hx], 1)[0]
        return result

    def extra_repr(self) -> str:
        text = super().extra_repr()
        return text if self.nonlinearity == "tanh" else f"{text}, nonlinearity={self.nonlinearity}"


class LSTMCell(RNNCellBase):
    """One step of an `LSTM`.

    Args:
        input_size: How wide the input is.
        hidden_size: How wide the states h and c are.
        bias: Whether there are biases.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Shape:
        Input (B, input_size), states (B, hidden_size); or all without B.

    >>> h, c = tg.nn.LSTMCell(3, 5)(tg.zeros(2, 3))
    >>> h.shape, c.shape
    (tinygrad_edu.Size([2, 5]), tinygrad_edu.Size([2, 5]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """The states h and c after a step from those of `hx`, which are 0 by default."""
        h, c = self._step("LSTM", input, hx, 2)
        return h, c


class GRUCell(RNNCellBase):
    """One step of a `GRU`; the arguments are those of `LSTMCell`, the shapes those of `RNNCell`.

    >>> tg.nn.GRUCell(3, 5)(tg.zeros(2, 3)).shape
    tinygrad_edu.Size([2, 5])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The state after a step from `hx`, which is 0 by default."""
        result: Tensor = self._step("GRU", input, None if hx is None else [hx], 1)[0]
        return result
