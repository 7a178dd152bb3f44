"""Anomaly detection: where a NaN in a gradient comes from.

    with autograd.detect_anomaly():
        loss = model(x).log().sum()
        loss.backward()          # an error names the first operation that made a NaN or an infinity, and its line

The switch is one for the whole program, as in PyTorch. While it is off nothing is watched and nothing costs time;
turned on, it puts a watch around operations and nodes (anomalies.py), which makes a program several times as slow.

Source: https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
"""

from __future__ import annotations

from tinygrad_edu._errors import describe, warn

__all__ = ["detect_anomaly", "is_anomaly_check_nan_enabled", "is_anomaly_enabled", "set_detect_anomaly"]

_state = {"enabled": False, "check_nan": True}


def is_anomaly_enabled() -> bool:
    """Whether anomalies are being detected.

    >>> tg.is_anomaly_enabled()
    False
    """
    return _state["enabled"]


def is_anomaly_check_nan_enabled() -> bool:
    """Whether gradients are looked at for NaNs while anomalies are being detected.

    >>> with tg.autograd.set_detect_anomaly(True, check_nan=False):
    ...     tg.is_anomaly_check_nan_enabled()
    False
    """
    return _state["check_nan"]


def _switch(enabled: bool, check_nan: bool) -> None:
    if enabled or _state["enabled"]:
        from tinygrad_edu.autograd import anomalies

        anomalies.watch(enabled, check_nan)
    _state.update(enabled=enabled, check_nan=check_nan)


class set_detect_anomaly:
    """Turn the detection of anomalies on or off: at once when called, and for a stretch in a ``with`` statement.

    Args:
        mode: True to detect, False not to.
        check_nan: Whether a NaN in a gradient is an error. An error of another kind in a backward is told where the
            operation was called, in either case.

    Raises:
        TypeError: If an argument is neither True nor False.

    >>> with tg.autograd.set_detect_anomaly(True):
    ...     tg.is_anomaly_enabled()
    True
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        for name, value in (("mode", mode), ("check_nan", check_nan)):
            if not isinstance(value, bool):
                raise TypeError(f"{type(self).__name__}: {name} must be True or False, got {describe(value)}")
        self._before = (_state["enabled"], _state["check_nan"])
        _switch(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        _switch(*self._before)


class detect_anomaly(set_detect_anomaly):
    """A stretch in which a NaN in a gradient is an error that says where it comes from.

    The error names the first operation, forward or on the way back, that made a NaN or an infinity out of finite
    numbers; the line that called it; the values there; and the usual cause. What is watched is what is called inside,
    so the forward belongs inside, too.

    Args:
        check_nan: As for `set_detect_anomaly`.

    Raises:
        TypeError: If `check_nan` is neither True nor False.
        RuntimeError: In a backward, if a gradient has become NaN.

    >>> import warnings
    >>> x = tg.tensor([4.0, 0.0], requires_grad=True)
    >>> try:
    ...     with warnings.catch_warnings(action="ignore"), tg.autograd.detect_anomaly():
    ...         (x.sqrt() * x).sum().backward()
    ... except RuntimeError as error:
    ...     print(str(error).splitlines()[0])
    Function 'SqrtBackward0' returned nan values in its 0th output.
    """

    def __init__(self, check_nan: bool = True) -> None:
        if not isinstance(check_nan, bool):
            raise TypeError(f"detect_anomaly: check_nan must be True or False, got {describe(check_nan)}")
        self._check_nan = check_nan
        self._before = (_state["enabled"], _state["check_nan"])

    def __enter__(self) -> None:
        warn("Anomaly Detection has been enabled: it makes programs several times as slow, so turn it off afterwards")
        self._before = (_state["enabled"], _state["check_nan"])
        _switch(True, self._check_nan)
