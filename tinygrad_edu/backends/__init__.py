"""Settings of libraries that PyTorch computes with and that aren't here, for programs that set them.

Source: https://docs.pytorch.org/docs/stable/backends.html
"""

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.backends import cuda as cuda
from tinygrad_edu.backends import cudnn as cudnn
from tinygrad_edu.backends import mps as mps

__all__ = ["cuda", "cudnn", "mps"]

__dir__ = _listing(__name__, "cuda", "cudnn", "mps")
