"""Data to learn from: handwritten digits, bundled and complete, and toy sets in the plane.

Digits (5,000 + 1,000 images of MNIST in the package) and MNIST (60,000 + 10,000, read from files) are
data sets for a `DataLoader`; to_vectors and to_images turn their pixels into a network's inputs.
make_xor and make_spirals draw points. read_idx and write_idx know the files that MNIST comes in.
"""

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.datasets.digits import Digits
from tinygrad_edu.datasets.idx import read_idx, write_idx
from tinygrad_edu.datasets.images import LabelledImages, to_images, to_vectors, works_on_stacks
from tinygrad_edu.datasets.mnist import MNIST
from tinygrad_edu.datasets.toy import make_spirals, make_xor

__all__ = [
    "MNIST",
    "Digits",
    "LabelledImages",
    "make_spirals",
    "make_xor",
    "read_idx",
    "to_images",
    "to_vectors",
    "works_on_stacks",
    "write_idx",
]

__dir__ = _listing(__name__)
