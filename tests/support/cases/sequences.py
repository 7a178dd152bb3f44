"""The calls of rules. Of what models of sequences are made of: normalisation, attention, recurrence."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import arrays, shapes
from support.elementwise import Case, Cases


@st.composite
def _norm_of_samples(draw: st.DrawFn, biased: bool) -> Case:
    batch, sample = draw(shapes(max_dims=2)), draw(shapes(min_dims=1, max_dims=2, min_side=1))
    factors = [draw(st.none() | arrays(sample)) for _ in range(1 + biased)]
    settings = {"dims": len(sample), "eps": draw(st.sampled_from([0.1, 0.5]))}
    return Case((draw(arrays((*batch, *sample))), *factors), settings)


@st.composite
def _embedding(draw: st.DrawFn) -> Case:
    rows, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    index = draw(hnp.arrays(np.int64, draw(shapes(max_dims=2)), elements=st.integers(0, rows - 1)))
    return Case((draw(arrays((rows, width))),), {"index": index, "factors": None})  # with others it is no derivative


@st.composite
def _add_rows(draw: st.DrawFn) -> Case:
    count, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    index = draw(hnp.arrays(np.int64, draw(shapes(max_dims=2)), elements=st.integers(0, count - 1)))
    return Case((draw(arrays((*index.shape, width))),), {"index": index, "count": count})


@st.composite
def _attention(draw: st.DrawFn) -> Case:
    length, seen, width, out = draw(st.tuples(*[st.integers(1, 3)] * 4))
    drawn = draw(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=2, min_side=1, max_side=2))
    ends = ((length, width), (seen, width), (seen, out))
    operands = [draw(arrays((*batch, *end))) for batch, end in zip(drawn.input_shapes, ends, strict=True)]
    shape = (*drawn.result_shape, length, seen)
    mask = draw(st.none() | arrays(draw(st.sampled_from([shape, (length, seen), (seen,)]))))
    dropped = draw(st.none() | hnp.arrays(np.float32, shape, elements=st.sampled_from([0, 2])))
    return Case((*operands, mask), {"scale": draw(st.sampled_from([1.0, 0.5])), "dropped": dropped})


@st.composite
def _ctc(draw: st.DrawFn) -> Case:
    """Calls with frames enough for every text: one for each letter, and one between two that are alike."""
    count, classes, blank = draw(st.integers(1, 2)), draw(st.integers(2, 3)), draw(st.integers(0, 1))
    letter = st.sampled_from([each for each in range(classes) if each != blank])
    texts = draw(st.lists(st.lists(letter, max_size=2), min_size=count, max_size=count))
    needed = [len(text) + sum(a == b for a, b in pairwise(text)) for text in texts]
    frames = np.array([draw(st.integers(max(each, 1), 4)) for each in needed])
    longest = max(map(len, texts))
    labels = np.array(
        [
            [blank, *(at for each in text for at in (each, blank))] + [blank] * 2 * (longest - len(text))
            for text in texts
        ]
    )
    x = draw(arrays((int(frames.max()) + draw(st.integers(0, 1)), count, classes)))
    lengths = np.array([2 * len(text) + 1 for text in texts])
    settings = {"labels": labels, "frames": frames, "states": lengths, "zero_infinity": draw(st.booleans())}
    return Case((x,), settings)


@st.composite
def _recurrent(draw: st.DrawFn, sums: int, *, biased: bool = False, projected: bool = False) -> Case:
    sizes = draw(st.sampled_from([(1,), (2, 2), (2, 1), (1, 1, 1)]))
    rows, count, width = sum(sizes), sizes[0], draw(st.integers(1, 2))
    narrow = draw(st.sampled_from([1, width])) if projected else width
    operands: list[Any] = [draw(arrays((rows, sums * width))), draw(arrays((sums * width, narrow)))]
    if biased:
        operands.append(draw(arrays((sums * width,))))
    operands.append(draw(arrays((count, narrow))))
    if projected:
        operands.append(draw(arrays((count, width))))
        operands.append(draw(arrays((narrow, width))) if narrow < width or draw(st.booleans()) else None)
    return Case(tuple(operands), {"sizes": sizes, "reverse": draw(st.booleans())})


@st.composite
def _rnn(draw: st.DrawFn) -> Case:
    """Calls with relu only where its corner is far: of positive operands."""
    case = draw(_recurrent(1))
    if not draw(st.booleans()):
        return case._replace(params=case.params | {"relu": False})
    return Case(tuple(0.2 * np.abs(each) + 0.1 for each in case.operands), case.params | {"relu": True})


OF_SEQUENCES: dict[str, Cases] = {
    "add_rows": _add_rows(),
    "ctc": _ctc(),
    "embedding": _embedding(),
    "layer_norm": _norm_of_samples(biased=True),
    "scaled_dot_product_attention": _attention(),
    "gru": _recurrent(3, biased=True),
    "lstm": _recurrent(4, projected=True),
    "rnn": _rnn(),
    "rms_norm": _norm_of_samples(biased=False),
}
