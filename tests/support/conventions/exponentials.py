"""Exponential functions far out."""

from __future__ import annotations

import numpy as np
from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg

EXPONENTIALS = [
    Convention("logsumexp with -inf", lambda x: x.logsumexp(0), [[-inf, 0.0, 0.0]], [[0, 0.5, 0.5]]),
    Convention("logsumexp of -inf alone", lambda x: x.logsumexp(0), [[-inf, -inf]], [[nan, nan]]),
    Convention("logsumexp with inf", lambda x: x.logsumexp(0), [[inf, 0.0]], [[nan, 0]]),
    Convention("logsumexp of large values", lambda x: x.logsumexp(0), [[1000.0, 1000.0]], [[0.5, 0.5]]),
    Convention("logcumsumexp after -inf", lambda x: x.logcumsumexp(0), [[-inf, -inf, 0.0]], [[nan, nan, 1]]),
    Convention("logcumsumexp with -inf", lambda x: x.logcumsumexp(0), [[0.0, -inf, 0.0]], [[2.5, 0, 0.5]], [[0, 0, 0]]),
    Convention("logcumsumexp with inf", lambda x: x.logcumsumexp(0), [[0.0, inf, 0.0]], [[1, nan, 0]]),
    Convention("logcumsumexp after inf", lambda x: x.logcumsumexp(0), [[inf, 0.0, 0.0]], [[nan, 0, 0]]),
    Convention("softmax with -inf", lambda x: x.softmax(0)[1], [[-inf, 0.0, 0.0]], [[0, 0.25, -0.25]]),
    Convention("log_softmax with -inf", lambda x: x.log_softmax(0)[1], [[-inf, 0.0, 0.0]], [[0, 0.5, -0.5]]),
    Convention("log_softmax of -inf alone", lambda x: x.log_softmax(0), [[-inf, -inf]], [[nan, nan]]),
    Convention("softmax with inf", lambda x: x.softmax(0), [[inf, 0.0]], [[nan, nan]]),
    Convention("softmax of -inf alone", lambda x: x.softmax(0), [[-inf, -inf]], [[nan, nan]]),
    Convention("log_softmax of large values", lambda x: x.log_softmax(0)[0], [[0.0, 2000.0]], [[1, -1]]),
    Convention("logaddexp of infinities", lambda x, y: tg.logaddexp(x, y), [[inf, -inf], [0.0, 0.0]], [[1, 0], [0, 1]]),
    Convention("logaddexp of equal infinities", lambda x, y: tg.logaddexp(x, y), [[inf], [inf]], [[nan], [nan]]),
    Convention("xlogy at (0, 0)", lambda x, y: tg.xlogy(x, y), [[0.0, 1.0], [0.0, 0.0]], [[0, -inf], [nan, inf]]),
    Convention(
        "xlog1py at (0, -1)",
        lambda x, y: tg.special.xlog1py(x, y),
        [[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0], [-1.0, -2.0, 1.0, nan, -1.0, 0.0, -0.5]],
        [[0, 0, np.log(2), nan, -inf, 0, -np.log(2)], [nan, 0, 0, nan, inf, 1, 0]],
    ),
    Convention("logit at -0", lambda x: tg.logit(x), [-0.0], [inf]),  # of many such PyTorch says -inf
    Convention("logit at 0, 1 and beyond", lambda x: tg.logit(x), [[0.0, 1.0, 2.0]], [[inf, inf, nan]]),
    Convention("logit beyond its bounds", lambda x: tg.logit(x, 0.25), [[0.1, 0.5, 0.9]], [[0, 4, 0]]),
    Convention("sigmoid far out", lambda x: x.sigmoid(), [[-1000.0, 1000.0, -inf, inf]], [[0, 0, 0, 0]]),
    Convention("tanh far out", lambda x: x.tanh(), [[-1000.0, 1000.0, -inf, inf]], [[0, 0, 0, 0]]),
    Convention("exp overflowing", lambda x: x.exp(), [[1000.0, -1000.0]], [[inf, 0]]),
]
