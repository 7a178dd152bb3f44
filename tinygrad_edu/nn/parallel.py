"""What PyTorch has for training on several GPUs: there is none here.

Source: https://docs.pytorch.org/docs/stable/nn.html#dataparallel-layers-multi-gpu-distributed
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import otherwise as _otherwise

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
