"""What functions with several results return: tuples whose places have names, under the name of the function.

PyTorch's types: they are printed as its are, made of any sequence of the right length, and can't be changed.

Source: https://docs.pytorch.org/docs/stable/generated/torch.max.html, whose result is a ``torch.return_types.max``
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

    Tensors = tuple[Tensor, ...]
else:
    Tensors = tuple

__all__ = [
    "aminmax",
    "cummax",
    "cummin",
    "histogram",
    "kthvalue",
    "linalg_eigh",
    "linalg_lstsq",
    "linalg_qr",
    "linalg_slogdet",
    "linalg_svd",
    "max",
    "median",
    "min",
    "mode",
    "nanmedian",
    "qr",
    "slogdet",
    "sort",
    "svd",
    "topk",
]


class Results(Tensors):
    """A tuple with a name for each place: those that the class below annotates, in order.

    Raises:
        TypeError: If it is made of more or fewer results.

    >>> values, indices = found = tg.max(tg.tensor([1.0, 5.0, 3.0]), dim=0)
    >>> found.values is values, found.indices is found[1]
    (True, True)
    """

    __slots__ = ()

    names: ClassVar[tuple[str, ...]] = ()
    n_fields: ClassVar[int] = 0
    n_sequence_fields: ClassVar[int] = 0
    n_unnamed_fields: ClassVar[int] = 0

    def __init_subclass__(cls) -> None:
        """Make a property of each annotation."""
        if cls.__annotations__:
            cls.names = tuple(cls.__annotations__)
            cls.n_fields = cls.n_sequence_fields = len(cls.names)
            for place, name in enumerate(cls.names):
                setattr(cls, name, property(itemgetter(place)))

    def __new__(cls, results: Sequence[Any]) -> Self:
        """Name the results of a sequence."""
        self = super().__new__(cls, results)
        if len(self) != cls.n_fields:
            raise TypeError(f"{cls.__name__}: got {len(self)} results, wanted {cls.n_fields}: {', '.join(cls.names)}")
        return self

    def __repr__(self) -> str:
        named = [f"{name}={value!r}" for name, value in zip(self.names, self, strict=True)]
        return f"{type(self).__module__}.{type(self).__name__}(\n" + ",\n".join(named) + ")"


class ValuesAndIndices(Results):
    """Values that were picked along a dimension, and where they stood."""

    __slots__ = ()

    values: Tensor
    indices: Tensor


class aminmax(Results):
    """The smallest and the largest values."""

    __slots__ = ()

    min: Tensor
    max: Tensor


class histogram(Results):
    """How many values are in each bin, and where the bins begin and end."""

    __slots__ = ()

    hist: Tensor
    bin_edges: Tensor


class cummax(ValuesAndIndices):
    """The largest values up to each place."""

    __slots__ = ()


class cummin(ValuesAndIndices):
    """The smallest values up to each place."""

    __slots__ = ()


class kthvalue(ValuesAndIndices):
    """The k-th smallest values."""

    __slots__ = ()


class max(ValuesAndIndices):
    """The largest values."""

    __slots__ = ()


class median(ValuesAndIndices):
    """The values in the middle."""

    __slots__ = ()


class min(ValuesAndIndices):
    """The smallest values."""

    __slots__ = ()


class mode(ValuesAndIndices):
    """The most frequent values."""

    __slots__ = ()


class nanmedian(ValuesAndIndices):
    """The values in the middle, NaN left out."""

    __slots__ = ()


class sort(ValuesAndIndices):
    """The values in order."""

    __slots__ = ()


class topk(ValuesAndIndices):
    """The largest values, or the smallest."""

    __slots__ = ()


class linalg_eigh(Results):
    """The eigenvalues of symmetric matrices, the smallest first, and their eigenvectors as columns."""

    __slots__ = ()

    eigenvalues: Tensor
    eigenvectors: Tensor


class linalg_lstsq(Results):
    """What solves a system best, what that leaves over, the ranks, and the singular values."""

    __slots__ = ()

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


class linalg_qr(Results):
    """Columns at right angles to each other, and an upper triangle."""

    __slots__ = ()

    Q: Tensor
    R: Tensor


class linalg_slogdet(Results):
    """The sign of determinants, and the logarithm of their size."""

    __slots__ = ()

    sign: Tensor
    logabsdet: Tensor


class linalg_svd(Results):
    """Left singular vectors as columns, singular values, and right singular vectors as rows."""

    __slots__ = ()

    U: Tensor
    S: Tensor
    Vh: Tensor


class qr(Results):
    """Columns at right angles to each other, and an upper triangle."""

    __slots__ = ()

    Q: Tensor
    R: Tensor


class slogdet(Results):
    """The sign of determinants, and the logarithm of their size."""

    __slots__ = ()

    sign: Tensor
    logabsdet: Tensor


class svd(Results):
    """Left singular vectors, singular values, and right singular vectors; vectors as columns."""

    __slots__ = ()

    U: Tensor
    S: Tensor
    V: Tensor
