"""Functions of angles (in radians), and the hyperbolic ones."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise
from tinygrad_edu.ops._fresh import less_than_one, times

sin = elementwise(np.sin, x=lambda g, x: g * np.cos(x))
cos = elementwise(np.cos, x=lambda g, x: -g * np.sin(x))
tan = elementwise(np.tan, x=lambda g, out: g * (1 + out * out))
tanh = elementwise(np.tanh, x=lambda g, out: times(less_than_one(out * out), g))
