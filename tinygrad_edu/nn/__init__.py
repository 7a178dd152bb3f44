"""Building blocks of neural networks (ニューラルネットワーク): modules, parameters, layers, losses.

Source: https://docs.pytorch.org/docs/stable/nn.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.nn import functional as functional
from tinygrad_edu.nn import init as init
from tinygrad_edu.nn import parallel as parallel
from tinygrad_edu.nn import parameter as parameter
from tinygrad_edu.nn import utils as utils
from tinygrad_edu.nn._activation import *
from tinygrad_edu.nn._attention import *
from tinygrad_edu.nn._batch_norm import *
from tinygrad_edu.nn._cells import *
from tinygrad_edu.nn._containers import *
from tinygrad_edu.nn._convolution import *
from tinygrad_edu.nn._distance import *
from tinygrad_edu.nn._dropout import *
from tinygrad_edu.nn._embedding import *
from tinygrad_edu.nn._gates import *
from tinygrad_edu.nn._images import *
from tinygrad_edu.nn._layer_norm import *
from tinygrad_edu.nn._lazy import *
from tinygrad_edu.nn._linear import *
from tinygrad_edu.nn._loss import *
from tinygrad_edu.nn._margin_loss import *
from tinygrad_edu.nn._module import *
from tinygrad_edu.nn._padding import *
from tinygrad_edu.nn._parameter_containers import *
from tinygrad_edu.nn._perceptron import *
from tinygrad_edu.nn._pooling import *
from tinygrad_edu.nn._recurrent import *
from tinygrad_edu.nn._transformer import *
from tinygrad_edu.nn.parameter import Parameter as Parameter
from tinygrad_edu.nn.parameter import UninitializedBuffer as UninitializedBuffer
from tinygrad_edu.nn.parameter import UninitializedParameter as UninitializedParameter

from tinygrad_edu.nn import modules as modules  # isort: skip - which answers all names above

if not TYPE_CHECKING:  # type checkers follow the stars
    __all__ = [name for name in dir() if not name.startswith("_") and name != "TYPE_CHECKING"]
    __getattr__ = _otherwise(__name__)


__dir__ = _listing(__name__)
