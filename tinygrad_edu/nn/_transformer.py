"""Transformers: layers of attention and of a small network for each step, with sums around both.

A layer changes its input x in two steps (the decoder's in three, with attention to the encoder's result in the middle):

    x ← norm(x + attention(x))    x ← norm(x + network(x))    where network(x) = W2 activation(W1 x)

or, with `norm_first`, x ← x + attention(norm(x)), and so on; the sums then lead from the input to the end untouched.

Source: Vaswani et al., Attention is all you need (2017), https://arxiv.org/abs/1706.03762; Xiong et al., On layer
normalization in the transformer architecture (2020), https://arxiv.org/abs/2002.04745
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._making import check_options
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import full
from tinygrad_edu.api.matrices import triu
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._attention import MultiheadAttention
from tinygrad_edu.nn._containers import ModuleList
from tinygrad_edu.nn._dropout import Dropout
from tinygrad_edu.nn._layer_norm import LayerNorm
from tinygrad_edu.nn._linear import Linear
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn._shared import SharedConstructor

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


class _Layer(SharedConstructor):
    """What layers of encoder and decoder have in common: attentions, a network for each step, a norm for each."""

    _attentions: tuple[str, ...]
    self_attn: Any
    multihead_attn: Any

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        _check_settings(self, type(self).__init__, locals())
        types: dict[str, Any] = {"device": device, "dtype": dtype}
        for name in self._attentions:
            attention = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, **types)
            self.register_module(name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias, **types)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias, **types)
        self.norm_first = norm_first
        numbers = range(1, len(self._attentions) + 2)
        for number in numbers:
            self.register_module(f"norm{number}", LayerNorm(d_model, layer_norm_eps, bias=bias, **types))
        for number in numbers:
            self.register_module(f"dropout{number}", Dropout(dropout))
        self.activation: Any = getattr(functional, activation) if isinstance(activation, str) else activation

    def _through(self, x: Tensor, *steps: Callable[[Tensor], Tensor]) -> Tensor:
        """The result of the steps, each with a sum around it, and a norm before that or after."""
        for number, step in enumerate(steps, 1):
            norm, dropout = getattr(self, f"norm{number}"), getattr(self, f"dropout{number}")
            x = x + dropout(step(norm(x))) if self.norm_first else norm(x + dropout(step(x)))
        return x

    def _network(self, x: Tensor) -> Tensor:
        result: Tensor = self.linear2(self.dropout(self.activation(self.linear1(x))))
        return result


class TransformerEncoderLayer(_Layer):
    """A layer of an encoder: attention of a sequence to itself, and a network for each step.

    Args:
        d_model: How wide input and output are.
        nhead: How many heads the attention has.
        dim_feedforward: How wide the network is inside.
        dropout: The probability with which values are set to 0, in training.
        activation: "relu", "gelu" or a function: the network's.
        layer_norm_eps: What the norms add to variances.
        batch_first: Whether batches are the first dimension, and not the second.
        norm_first: Whether norms come before attention and network, and not after the sums.
        bias: Whether linear layers and norms have biases.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Shape:
        Input and output (S, N, d_model); with `batch_first` (N, S, d_model), without a batch (S, d_model).

    >>> layer = tg.nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)
    >>> layer(tg.zeros(5, 3, 8)).shape
    tinygrad_edu.Size([5, 3, 8])
    """

    _attentions = ("self_attn",)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """The sequence, changed.

        Args:
            src: The sequence.
            src_mask: Which steps don't see which, as `MultiheadAttention` takes it.
            src_key_padding_mask: Which steps are none, likewise.
            is_causal: `src_mask` is that of `Transformer.generate_square_subsequent_mask`.
        """

        def attended(x: Tensor) -> Any:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]

        return self._through(src, attended, self._network)


class TransformerDecoderLayer(_Layer):
    """A layer of a decoder: attention of a sequence to itself, then to what the encoder made; and a network.

    The arguments are those of `TransformerEncoderLayer`.

    Shape:
        Input and output (T, N, d_model), the encoder's result (S, N, d_model); with `batch_first` N comes first.

    >>> layer = tg.nn.TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)
    >>> layer(tg.zeros(5, 3, 8), tg.zeros(5, 4, 8)).shape
    tinygrad_edu.Size([5, 3, 8])
    """

    _attentions = ("self_attn", "multihead_attn")

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The sequence `tgt`, changed; `memory` is what the encoder made. Masks are as in `TransformerEncoderLayer`."""

        def attended(x: Tensor) -> Any:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]

        def looked_up(x: Tensor) -> Any:
            masks = (memory_key_padding_mask, False, memory_mask)
            return self.multihead_attn(x, memory, memory, *masks, is_causal=memory_is_causal)[0]

        return self._through(tgt, attended, looked_up, self._network)


class TransformerEncoder(Module):
    """Layers of an encoder, one after the other.

    Args:
        encoder_layer: The layer that each of them begins as a copy of.
        num_layers: How many there are.
        norm: What comes after the last, such as a `LayerNorm`; or nothing.
        enable_nested_tensor: Accepted for PyTorch's sake; there are no nested tensors here.
        mask_check: Likewise.

    >>> layer = tg.nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16)
    >>> tg.nn.TransformerEncoder(layer, num_layers=2)(tg.zeros(3, 5, 8)).shape
    tinygrad_edu.Size([3, 5, 8])
    """

    def __init__(
        self,
        encoder_layer: Any,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        check_arguments(self, type(self).__init__, locals())
        self.layers = _copies(self, encoder_layer, num_layers)
        self.num_layers = num_layers
        self.norm = norm
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """The sequence, changed by all layers; the arguments are those of a layer."""
        for layer in self.layers:
            src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask, is_causal=is_causal is True)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """Layers of a decoder, one after the other.

    Args:
        decoder_layer: The layer that each of them begins as a copy of.
        num_layers: How many there are.
        norm: What comes after the last, such as a `LayerNorm`; or nothing.

    >>> layer = tg.nn.TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16)
    >>> tg.nn.TransformerDecoder(layer, num_layers=2)(tg.zeros(3, 5, 8), tg.zeros(4, 5, 8)).shape
    tinygrad_edu.Size([3, 5, 8])
    """

    def __init__(self, decoder_layer: Any, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        check_arguments(self, type(self).__init__, locals())
        self.layers = _copies(self, decoder_layer, num_layers)
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """The sequence `tgt`, changed by all layers; the arguments are those of a layer."""
        for layer in self.layers:
            tgt = layer(
                tgt,
                memory,
                tgt_mask=tgt_mask,
                memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=tgt_is_causal is True,
                memory_is_causal=memory_is_causal,
            )
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """An encoder, and a decoder that looks at what it made.

    Args:
        d_model: How wide input and output are.
        nhead: How many heads each attention has.
        num_encoder_layers: How many layers the encoder has.
        num_decoder_layers: How many layers the decoder has.
        dim_feedforward: How wide the networks are inside.
        dropout: The probability with which values are set to 0, in training.
        activation: "relu", "gelu" or a function: the networks'.
        custom_encoder: An encoder in place of the usual one.
        custom_decoder: A decoder likewise.
        layer_norm_eps: What the norms add to variances.
        batch_first: Whether batches are the first dimension, and not the second.
        norm_first: Whether norms come before attention and network, and not after the sums.
        bias: Whether linear layers and norms have biases.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Shape:
        Input of the encoder (S, N, d_model), of the decoder (T, N, d_model); output (T, N, d_model). With
        `batch_first` N comes first.

    >>> model = tg.nn.Transformer(8, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16)
    >>> model(tg.zeros(4, 5, 8), tg.zeros(3, 5, 8)).shape
    tinygrad_edu.Size([3, 5, 8])
    """

    encoder: Any
    decoder: Any

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = functional.relu,
        custom_encoder: Any | None = None,
        custom_decoder: Any | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        _check_settings(self, Transformer.__init__, locals())
        types: dict[str, Any] = {"device": device, "dtype": dtype}
        settings = (dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, **types)

        if custom_encoder is None:
            first = TransformerEncoderLayer(d_model, nhead, *settings, **types)
            custom_encoder = TransformerEncoder(first, num_encoder_layers, norm())
        self.encoder = custom_encoder
        if custom_decoder is None:
            last = TransformerDecoderLayer(d_model, nhead, *settings, **types)
            custom_decoder = TransformerDecoder(last, num_decoder_layers, norm())
        self.decoder = custom_decoder
        self._reset_parameters()
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def _reset_parameters(self) -> None:
        for parameter in self.parameters():
            if parameter.dim() > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """What the decoder makes of `tgt`, looking at what the encoder made of `src`; masks are those of the layers."""
        batch = 0 if self.batch_first else 1
        if src.dim() == 3 and src.shape[batch] != tgt.shape[batch]:
            raise RuntimeError(f"Transformer: src and tgt must have one batch, got {describe(src)} and {describe(tgt)}")
        if src.shape[-1] != self.d_model or tgt.shape[-1] != self.d_model:
            raise RuntimeError(
                f"Transformer: src and tgt must be {self.d_model} wide, got {describe(src)} and {describe(tgt)}"
            )
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        result: Tensor = self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )
        return result

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: element_type | None = None) -> Tensor:
        """The mask by which each of `sz` steps sees itself and what was before: -∞ above the diagonal, else 0.

        >>> tg.nn.Transformer.generate_square_subsequent_mask(3)
        tensor([[0., -inf, -inf],
                [0., 0., -inf],
                [0., 0., 0.]])
        """
        made = named_as("generate_square_subsequent_mask")(full)
        return triu(made((sz, sz), -math.inf, device=device, dtype=dtype), 1)


def _check_settings(owner: Module, constructor: Callable[..., None], settings: Mapping[str, Any]) -> None:
    """Refuse settings of layers that don't go together, before any part is made."""
    check_arguments(owner, constructor, settings)
    name, width, heads = type(owner).__name__, settings["d_model"], settings["nhead"]
    if width <= 0 or heads <= 0 or width % heads:
        raise ValueError(f"{name}: d_model must be a multiple of nhead, got {width} and {heads}")
    if settings["dim_feedforward"] < 0:
        raise ValueError(f"{name}: dim_feedforward must not be negative, got {settings['dim_feedforward']}")
    if not 0 <= settings["dropout"] <= 1:
        raise ValueError(f"{name}: dropout must be a probability, from 0 to 1, got {describe(settings['dropout'])}")
    activation = settings["activation"]
    if isinstance(activation, str) and activation not in ("relu", "gelu"):
        raise RuntimeError(f"{name}: activation must be 'relu', 'gelu' or a function, got {activation!r}")
    named_as(name)(check_options)(device=settings["device"])


def _copies(owner: Module, layer: Any, count: int) -> ModuleList:
    """Layers that begin alike, and have parameters of their own."""
    if not isinstance(layer, Module):
        raise TypeError(f"{type(owner).__name__}: the layer must be a module, got {describe(layer)}")
    return ModuleList([copy.deepcopy(layer) for _ in range(count)])
