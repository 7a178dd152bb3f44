"""A look inside: the recorded graph, backpropagation step by step, what a model is made of, why a gradient is missing.

These are for people who want to see or to mend; no training loop needs them, and nothing here changes a tensor.
"""

from tinygrad_edu.inspection.explanation import *
from tinygrad_edu.inspection.graph import *
from tinygrad_edu.inspection.missing_gradient import *
from tinygrad_edu.inspection.summary import *
