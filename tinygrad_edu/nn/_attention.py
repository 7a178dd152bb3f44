"""Attention with several heads as a layer.

Source: Vaswani et al., Attention is all you need (2017), https://arxiv.org/abs/1706.03762;
https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import init
from tinygrad_edu.nn._linear import Linear
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional._heads import Projections, attend
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["MultiheadAttention"]


class NonDynamicallyQuantizableLinear(Linear):
    """A linear layer under the name that PyTorch prints for the one inside of `MultiheadAttention`."""


class MultiheadAttention(Module):
    """Attention with several heads, each with projections of its own.

    Args:
        embed_dim: How wide queries and results are.
        num_heads: How many heads there are; `embed_dim` must be a multiple.
        dropout: The probability with which each weight is set to 0, in training.
        bias: Whether the linear layers have biases.
        add_bias_kv: Whether every sequence ends with a key and a value that are learned.
        add_zero_attn: Whether a key and a value of 0 follow.
        kdim: How wide keys are, `embed_dim` by default.
        vdim: How wide values are, `embed_dim` by default.
        batch_first: Whether batches are the first dimension, and not the second.
        device: Only the CPU exists.
        dtype: The type of the parameters, float32 by default.

    Attributes:
        in_proj_weight: The weights that make queries, keys and values, one below the other, of shape
            (3 * embed_dim, embed_dim); or None, and they are `q_proj_weight`, `k_proj_weight` and `v_proj_weight`.
        in_proj_bias: Their biases, or None.
        out_proj: The linear layer that mixes the heads.
        bias_k: The key that is learned, or None.
        bias_v: Its value.

    Shape:
        Queries (L, N, embed_dim), keys (S, N, kdim), values (S, N, vdim); results (L, N, embed_dim), and weights
        (N, L, S). With `batch_first` N comes first; without a batch there is no N.

    >>> layer = tg.nn.MultiheadAttention(8, num_heads=2, batch_first=True)
    >>> x = tg.zeros(5, 3, 8)
    >>> result, weights = layer(x, x, x)
    >>> result.shape, weights.shape
    (tinygrad_edu.Size([5, 3, 8]), tinygrad_edu.Size([5, 3, 3]))
    """

    in_proj_weight: Any
    q_proj_weight: Any
    k_proj_weight: Any
    v_proj_weight: Any
    in_proj_bias: Any
    bias_k: Any
    bias_v: Any

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, MultiheadAttention.__init__, locals())
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim must be a multiple of num_heads, got {embed_dim} and {num_heads}"
            )
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn

        made = named_as("MultiheadAttention")(empty)

        def parameter(wanted: bool, *shape: int) -> Any:
            return Parameter(made(*shape, device=device, dtype=dtype)) if wanted else None

        same = self._qkv_same_embed_dim
        if same:
            self.register_parameter("in_proj_weight", parameter(True, 3 * embed_dim, embed_dim))
        for name, width in (("q", embed_dim), ("k", self.kdim), ("v", self.vdim)):
            self.register_parameter(f"{name}_proj_weight", parameter(not same, embed_dim, width))
        if not same:
            self.register_parameter("in_proj_weight", None)
        self.register_parameter("in_proj_bias", parameter(bias, 3 * embed_dim))
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, device=device, dtype=dtype)
        self.register_parameter("bias_k", parameter(add_bias_kv, 1, 1, embed_dim))
        self.register_parameter("bias_v", parameter(add_bias_kv, 1, 1, embed_dim))
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for name, parameter in self.named_parameters(recurse=False):
            if name.endswith("weight"):
                init.xavier_uniform_(parameter)
            elif name == "in_proj_bias":
                init.zeros_(parameter)
                init.zeros_(self.out_proj.bias)
            else:
                init.xavier_normal_(parameter)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """What comes of values when queries look at keys; see `functional.multi_head_attention_forward`.

        Args:
            query: The queries before their projection.
            key: The keys likewise.
            value: The values likewise.
            key_padding_mask: Shape (N, S): True where a key is none, or what is added to its scores.
            need_weights: Whether the weights are returned, too; without them it is faster.
            attn_mask: Shape (L, S) or (N * num_heads, L, S): True where a query doesn't see a key, or what is added
                to its score.
            average_attn_weights: Whether weights are the mean over the heads.
            is_causal: `attn_mask` is that of `Transformer.generate_square_subsequent_mask`.

        Returns:
            The results, and the weights or None.
        """
        return named_as("MultiheadAttention")(attend)(
            (query, key, value),
            self._projections(),
            self.num_heads,
            batch_first=self.batch_first,
            add_zero_attn=self.add_zero_attn,
            dropout_p=self.dropout if self.training else 0.0,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )

    def _projections(self) -> Projections:
        weights = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        if self.in_proj_weight is not None:
            weights = self.in_proj_weight.chunk(3)
        biases = (None, None, None) if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        out = self.out_proj
        return Projections(weights, biases, out.weight, out.bias, self.bias_k, self.bias_v)
