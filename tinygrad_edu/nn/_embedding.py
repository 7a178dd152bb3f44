"""Layers that look rows up in a table.

Source: https://docs.pytorch.org/docs/stable/nn.html#sparse-layers
"""

from __future__ import annotations

from typing import Any, Self

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional, init
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["Embedding", "EmbeddingBag"]


class _Table(Module):
    """What the two have in common: a table of `num_embeddings` rows, and the settings of its gradient."""

    weight: Parameter
    padding_idx: int | None

    def _make_table(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        values: Any,
        freeze: bool,
        device: Any,
        dtype: element_type | None,
    ) -> None:
        """Keep the settings, and make the table: of `values`, if there are any."""
        name = type(self).__name__
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"{name}: padding_idx must be one of the {num_embeddings} rows, got {padding_idx}")
        self.padding_idx = padding_idx if padding_idx is None else padding_idx % num_embeddings
        if values is None:
            made = named_as(name)(empty)
            table = made(num_embeddings, embedding_dim, device=device, dtype=dtype)
            self.weight = Parameter(table, requires_grad=not freeze)
            self.reset_parameters()
            return
        if tuple(values.shape) != (num_embeddings, embedding_dim):
            raise ValueError(
                f"{name}: _weight must have the shape {(num_embeddings, embedding_dim)}, got {describe(values)}"
            )
        self.weight = Parameter(values, requires_grad=not freeze)

    def reset_parameters(self) -> None:
        """Draw the rows anew, from a normal distribution; that of the padding is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    @classmethod
    def _of(cls, embeddings: Tensor, freeze: bool, **settings: Any) -> Self:
        """A layer whose table is given."""
        if not isinstance(embeddings, Tensor) or embeddings.dim() != 2:
            raise ValueError(
                f"{cls.__name__}.from_pretrained: embeddings must be a tensor of 2 dimensions, "
                f"got {describe(embeddings)}"
            )
        rows, columns = embeddings.shape
        kind: Any = cls
        layer: Self = kind(rows, columns, _weight=embeddings, **settings)
        layer.weight.requires_grad_(not freeze)
        return layer

    def _shown(self, *names: str) -> str:
        """The size of the table, and those of the settings that differ from their defaults."""
        defaults = {"padding_idx": None, "max_norm": None, "norm_type": 2, "scale_grad_by_freq": False}
        set_ones = [name for name in names if getattr(self, name) != defaults[name]]
        settings = [f"{name}={getattr(self, name)!r}" for name in set_ones]
        return ", ".join([str(self.num_embeddings), str(self.embedding_dim), *settings])


class Embedding(_Table):
    """A table with a row for each number, word or symbol: what is learned is what they mean.

    Args:
        num_embeddings: How many rows the table has.
        embedding_dim: How long they are.
        padding_idx: The row that stays 0, as it gets no gradient; a negative one counts from the end.
        max_norm: Longer rows among those picked are shortened to this norm, in the table itself.
        norm_type: The p of that norm.
        scale_grad_by_freq: Divide each row's gradient by how often the input names it.
        sparse: Not supported: must be False.
        device: Only the CPU exists.
        dtype: The type of the table, float32 by default.

    Attributes:
        weight: A Parameter of shape (num_embeddings, embedding_dim), normally distributed at first.

    Shape:
        Input (*), int64 or int32; output (*, embedding_dim).

    >>> layer = tg.nn.Embedding(10, 3)
    >>> layer(tg.tensor([[1, 2], [4, 4]])).shape
    tinygrad_edu.Size([2, 2, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, Embedding.__init__, locals())
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        self._make_table(num_embeddings, embedding_dim, padding_idx, _weight, _freeze, device, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Self:
        """A layer with a given table.

        Args:
            embeddings: The table, whose memory the layer shares.
            freeze: Whether it stays as it is: no gradient is computed.
            padding_idx: As of the layer, and so the others.

        >>> layer = tg.nn.Embedding.from_pretrained(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        >>> layer(tg.tensor(1))
        tensor([3., 4.])
        """
        return cls._of(
            embeddings,
            freeze,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
        )

    def forward(self, input: Tensor) -> Tensor:
        return functional.embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    def extra_repr(self) -> str:
        text = self._shown("padding_idx", "max_norm", "norm_type", "scale_grad_by_freq")
        return text + (", sparse=True" if self.sparse else "")


class EmbeddingBag(_Table):
    """A table of which it gives the mean, sum or largest values of the rows that a bag of numbers names.

    Args:
        num_embeddings: How many rows the table has.
        embedding_dim: How long they are.
        max_norm: Longer rows among those picked are shortened to this norm, in the table itself.
        norm_type: The p of that norm.
        scale_grad_by_freq: Divide each row's gradient by how often the input names it.
        mode: "mean", "sum" or "max".
        sparse: Not supported: must be False.
        include_last_offset: The last of the offsets is the end of the last bag.
        padding_idx: Numbers that are left out of their bag.
        device: Only the CPU exists.
        dtype: The type of the table, float32 by default.

    Attributes:
        weight: A Parameter of shape (num_embeddings, embedding_dim), normally distributed at first.

    Shape:
        Input (bags, length), or (numbers) and the offsets of the bags; output (bags, embedding_dim).

    >>> layer = tg.nn.EmbeddingBag(10, 3, mode="sum")
    >>> layer(tg.tensor([1, 2, 4, 4]), tg.tensor([0, 1])).shape
    tinygrad_edu.Size([2, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, EmbeddingBag.__init__, locals())
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        self.mode, self.include_last_offset = mode, include_last_offset
        self._make_table(num_embeddings, embedding_dim, padding_idx, _weight, False, device, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> Self:
        """A layer with a given table.

        Args:
            embeddings: The table, whose memory the layer shares.
            freeze: Whether it stays as it is: no gradient is computed.
            max_norm: As of the layer, and so the others.

        >>> layer = tg.nn.EmbeddingBag.from_pretrained(tg.tensor([[1.0, 2.0], [3.0, 4.0]]))
        >>> layer(tg.tensor([[0, 1]]))
        tensor([[2., 3.]])
        """
        return cls._of(
            embeddings,
            freeze,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )

    def forward(self, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None) -> Tensor:
        return functional.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        text = f"{self._shown('max_norm', 'norm_type', 'scale_grad_by_freq')}, mode={self.mode!r}"
        return text if self.padding_idx is None else f"{text}, padding_idx={self.padding_idx}"
