"""A look inside: the recorded graph, backpropagation step by step, what a model is made of, and what is wrong with it.

These are for people who want to see or to mend; no training loop needs them, and nothing here changes a tensor.
"""

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.inspection.diagnosis import *
from tinygrad_edu.inspection.explanation import *
from tinygrad_edu.inspection.graph import *
from tinygrad_edu.inspection.missing_gradient import *
from tinygrad_edu.inspection.summary import *

__dir__ = _listing(__name__)
