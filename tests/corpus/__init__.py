"""The corpus that the gradient-checking kit is held against: operations as users write them, wrong ones and right ones.

    python -m tests.corpus              all of them: 5 searches for each wrong one, 1,000 examples of each right one
    python -m tests.corpus cubic sinc   those that are named; --examples, --seeds and --processes say how many

A wrong operation must be found within hypothesis's usual 100 examples, its example shrunk to at most four
values, and its mistake named: the message matches the words that stand beside it. A right one, however hard,
must raise no alarm. What the kit doesn't manage is listed in missed.py, which fails as soon as it does.
A short form of all of this runs in tests/testing/test_corpus.py.

    wrong_places   wrong in one region, at one point, at one scale, by a factor near 1
    wrong_shapes   wrong at one size, in one layout, in how axes are summed, moved and picked
    wrong_uses     wrong in what it makes of g, of its outputs, of how it is called, in the second derivative
    hard_places    right at kinks, ties, poles and edges, at all scales
    hard_shapes    right with several operands, in reductions, orders and layers
"""
