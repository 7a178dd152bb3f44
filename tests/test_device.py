"""There is one device, and the question for another is answered in words."""

from __future__ import annotations

import pytest

import tinygrad_edu as tg


def test_the_cpu_is_everywhere() -> None:
    device = tg.device("cuda" if tg.cuda.is_available() else "cpu")
    assert str(device) == "cpu"
    assert repr(device) == "device(type='cpu')"
    assert (device.type, device.index) == ("cpu", None)
    assert tg.zeros(2).device == device
    assert tg.zeros(2, device=device).to(device).to("cpu").cpu().device == tg.device(device)
    assert tg.cuda.device_count() == 0
    assert not tg.zeros(2).is_cuda


def test_a_numbered_cpu() -> None:
    device = tg.device("cpu", 0)
    assert device == tg.device("cpu:0")
    assert device != tg.device("cpu")
    assert (str(device), device.index) == ("cpu:0", 0)
    assert hash(device) == hash(tg.device("cpu:0"))
    assert device != "cpu:0"


@pytest.mark.parametrize("place", ["cuda", "cuda:1", "cpu:1", "nowhere"])
def test_any_other_place_is_refused(place: str) -> None:
    for attempt in (
        lambda: tg.device(place),
        lambda: tg.zeros(2, device=place),
        lambda: tg.zeros(2).to(place),
        lambda: tg.rand(2, device=place),
    ):
        with pytest.raises(RuntimeError, match=f"{place}.*only 'cpu' exists here"):
            attempt()
    with pytest.raises(RuntimeError, match="no GPU"):
        tg.zeros(2).cuda()
