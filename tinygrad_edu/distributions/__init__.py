"""Probability distributions: densities, samples, means and entropies of tensors of parameters; ``torch.distributions``.

Samples come from the package's generator.

Source: https://docs.pytorch.org/docs/stable/distributions.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.distributions import constraints as constraints
from tinygrad_edu.distributions.bernoulli import *
from tinygrad_edu.distributions.beta import *
from tinygrad_edu.distributions.categorical import *
from tinygrad_edu.distributions.dirichlet import *
from tinygrad_edu.distributions.distribution import *
from tinygrad_edu.distributions.exponential import *
from tinygrad_edu.distributions.gamma import *
from tinygrad_edu.distributions.independent import *
from tinygrad_edu.distributions.kl import *
from tinygrad_edu.distributions.laplace import *
from tinygrad_edu.distributions.multinomial import *
from tinygrad_edu.distributions.multivariate_normal import *
from tinygrad_edu.distributions.normal import *
from tinygrad_edu.distributions.poisson import *
from tinygrad_edu.distributions.uniform import *

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)


__dir__ = _listing(__name__, "constraints", "kl")
