"""Random numbers: one generator type, one default generator, one way to seed both.

Every random draw in the package takes a `Generator` or falls back on `default_generator`, so that
`manual_seed` alone makes a run repeatable. The numbers come from NumPy's PCG64 and differ from
PyTorch's for the same seed; what is promised is that the same seed gives the same numbers twice.

Source: https://docs.pytorch.org/docs/stable/generated/torch.Generator.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cached_property
from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.api._arguments import wrap
from tinygrad_edu.autograd.graph import TensorBase

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "Generator",
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]

_DEFAULT_SEED = 67280421310721  # PyTorch's own default, so that `initial_seed()` agrees
_STATE = Struct("<Q16s16sII")  # the seed, and what NumPy keeps: state, increment, and half of a draw that was left


class Generator:
    """A stream of random numbers with a seed and a state of its own.

    Args:
        device: Accepted for PyTorch's sake; only ``"cpu"`` exists here.

    Attributes:
        numpy: The `numpy.random.Generator` that draws.

    Raises:
        ValueError: If `device` is not the CPU.

    >>> first = tg.rand(2, generator=tg.Generator().manual_seed(7))
    >>> again = tg.rand(2, generator=tg.Generator().manual_seed(7))
    >>> bool((first == again).all())
    True
    """

    def __init__(self, device: str = "cpu") -> None:
        if str(device) != "cpu":
            raise ValueError(f"Generator: got device={device!r}, but only 'cpu' exists here")
        self._seed = _DEFAULT_SEED

    @cached_property
    def numpy(self) -> np.random.Generator:
        """NumPy's generator; made at the first draw, because loading NumPy's half of it takes time."""
        return np.random.default_rng(self._seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream again from `seed` and return the generator itself.

        A seed is an integer of up to 64 bits; a negative one counts from 2**64, as in PyTorch.
        """
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise TypeError(f"manual_seed: the seed must be an integer, got {type(seed).__name__}")
        if not -(2**63) <= seed < 2**64:
            raise ValueError(f"manual_seed: the seed must fit 64 bits, got {seed}")
        self._seed = int(seed) % 2**64
        self.__dict__.pop("numpy", None)
        return self

    def seed(self) -> int:
        """Start the stream from a seed drawn from the operating system and return that seed."""
        drawn = int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
        self.manual_seed(drawn)
        return drawn

    def __repr__(self) -> str:
        return f"Generator(device='cpu', initial_seed={self._seed})"

    def initial_seed(self) -> int:
        """The seed that the stream last started from."""
        return self._seed

    def get_state(self) -> Tensor:
        """The state of the stream: a uint8 tensor of 48 bytes that `set_state` takes back."""
        bits: Any = self.numpy.bit_generator.state
        state, inc = (bits["state"][name].to_bytes(16, "little") for name in ("state", "inc"))
        packed = _STATE.pack(self._seed, state, inc, bits["has_uint32"], bits["uinteger"])
        return wrap(np.frombuffer(packed, np.uint8).copy())

    def set_state(self, new_state: Tensor) -> None:
        """Put the stream back where it was when `get_state` returned `new_state`.

        Raises:
            TypeError: If it isn't a tensor of bytes.
            RuntimeError: If it has another length than a state.
        """
        if not isinstance(new_state, TensorBase) or new_state.dtype is not dtypes.uint8:
            raise TypeError(f"set_state: wanted what get_state() returned, a uint8 tensor; got {describe(new_state)}")
        packed = new_state.numpy().tobytes()
        if len(packed) != _STATE.size:
            raise RuntimeError(
                f"set_state: wanted what get_state() returned, {_STATE.size} bytes; got {len(packed)}. The states of "
                "other libraries' generators have no meaning for this one"
            )
        self._seed, state, inc, has_uint32, uinteger = _STATE.unpack(packed)
        self.numpy.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(inc, "little")},
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }


default_generator = Generator()
thread_generator: ContextVar[Generator | None] = ContextVar("thread_generator", default=None)


def _current() -> Generator:
    """The generator that is drawn from by default: a worker of a `DataLoader` has one of its own."""
    return thread_generator.get() or default_generator


def manual_seed(seed: int) -> Generator:
    """Seed the default generator, so that everything random after it can be repeated.

    >>> _ = tg.manual_seed(0)
    >>> first = tg.randn(3)
    >>> _ = tg.manual_seed(0)
    >>> tg.equal(first, tg.randn(3))
    True
    """
    return _current().manual_seed(seed)


def seed() -> int:
    """Seed the default generator from the operating system and return the seed.

    >>> tg.seed() == tg.initial_seed()
    True
    """
    return _current().seed()


def initial_seed() -> int:
    """The seed that the default generator last started from.

    >>> _ = tg.manual_seed(7)
    >>> tg.initial_seed()
    7
    """
    return _current().initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator: a uint8 tensor that `set_rng_state` takes back.

    >>> state = tg.get_rng_state()
    >>> first = tg.rand(2)
    >>> tg.set_rng_state(state)
    >>> tg.equal(first, tg.rand(2))
    True
    """
    return _current().get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Put the default generator back where it was when `get_rng_state` returned `new_state`.

    Raises:
        TypeError: If it isn't a tensor of bytes.
        RuntimeError: If it has another length than a state.

    >>> tg.set_rng_state(tg.get_rng_state())
    """
    _current().set_state(new_state)


def fork_rng(devices: Any = None, enabled: bool = True, *, device_type: Any = "cuda") -> Any:
    """A block after which the default generator is where it was before.

    Args:
        devices: Accepted for PyTorch's sake; there are no other generators.
        enabled: Whether it is put back.
        device_type: Accepted for PyTorch's sake; changes nothing.

    Raises:
        TypeError: If `enabled` isn't True or False.

    >>> _ = tg.manual_seed(0)
    >>> with tg.random.fork_rng():
    ...     first = tg.rand(2)
    >>> tg.equal(first, tg.rand(2))
    True
    """
    if not isinstance(enabled, bool):
        raise TypeError(f"fork_rng: enabled must be True or False, got {type(enabled).__name__}")
    return _forked() if enabled else contextlib.nullcontext()


@contextlib.contextmanager
def _forked() -> Iterator[None]:
    before = _current().get_state()
    try:
        yield
    finally:
        _current().set_state(before)


def draw(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator behind `generator`, or behind the default one."""
    return (_current() if generator is None else generator).numpy


def below(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values drawn from [low, high), with those that rounding lifted to `high` set to the largest number before it.

    `values` is a new array, of the type that the numbers will have; it changes in place.
    """
    element = values.dtype.type
    np.minimum(values, np.nextafter(element(high), element(low)), out=values)
    return values


def width_of_draws(dtype: np.dtype) -> Any:
    """The type in which real numbers are drawn that will have `dtype`: float64 for float64, else float32."""
    return np.float64 if dtype.itemsize == 8 else np.float32


__dir__ = _listing(__name__)
