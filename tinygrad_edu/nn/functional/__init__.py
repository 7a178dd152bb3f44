"""The functions that layers and losses are made of: ``import tinygrad_edu.nn.functional as F``.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.api.matmul import linear as linear
from tinygrad_edu.nn.functional._activation import *
from tinygrad_edu.nn.functional._attention import *
from tinygrad_edu.nn.functional._batch_norm import *
from tinygrad_edu.nn.functional._convolution import *
from tinygrad_edu.nn.functional._ctc_loss import *
from tinygrad_edu.nn.functional._distance import *
from tinygrad_edu.nn.functional._dropout import *
from tinygrad_edu.nn.functional._embedding import *
from tinygrad_edu.nn.functional._folding import *
from tinygrad_edu.nn.functional._gates import *
from tinygrad_edu.nn.functional._grid import *
from tinygrad_edu.nn.functional._heads import *
from tinygrad_edu.nn.functional._layer_norm import *
from tinygrad_edu.nn.functional._loss.article import *
from tinygrad_edu.nn.functional._loss.binary import *
from tinygrad_edu.nn.functional._loss.classification import *
from tinygrad_edu.nn.functional._loss.likelihood import *
from tinygrad_edu.nn.functional._loss.margin import *
from tinygrad_edu.nn.functional._loss.regression import *
from tinygrad_edu.nn.functional._padding import *
from tinygrad_edu.nn.functional._pooling.adaptive import *
from tinygrad_edu.nn.functional._pooling.fixed import *
from tinygrad_edu.nn.functional._pooling.unpooling import *
from tinygrad_edu.nn.functional._resizing import *
from tinygrad_edu.nn.functional._response import *
from tinygrad_edu.nn.functional._shuffling import *
from tinygrad_edu.nn.functional._sparse import *

if not TYPE_CHECKING:  # type checkers follow the stars
    __all__ = [name for name in dir() if not name.startswith("_") and name != "TYPE_CHECKING"]
    __getattr__ = _otherwise(__name__)


__dir__ = _listing(__name__)
