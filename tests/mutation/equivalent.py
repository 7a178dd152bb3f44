"""Mistakes that are none: each gives the same gradient as the right rule, for the reason that stands above it.

The run holds this list against the table: what is listed must still be there to be planted, and must survive.
"""

from __future__ import annotations

_BY_REASON = {
    "below the digits that differences know; tests/ops/test_ulps.py counts them": [
        "sinc.x | tie rule | np.abs(x) < 0.5 => np.abs(x) <= 0.5",
    ],
    "a list that is there twice has the same last member": [
        "sinc.x | constant | _SLOPE_OF_SINC[-1] => (_SLOPE_OF_SINC * 2)[-1]",
    ],
    "1 and -1 are their own reciprocals": [
        "_of_half_turns() | factor | function(pi * (x - whole)) * np.where(whole % 2, -1, 1).astype(whole.dtype)"
        " => function(pi * (x - whole)) / np.where(whole % 2, -1, 1).astype(whole.dtype)",
    ],
    "rules ask for cosines alone, which are even": [
        "_of_half_turns() | swapped operands | x - whole => whole - x",
    ],
    "the result has the sign of the operand": [
        "selu.x | wrong saved value | x <= 0 => out <= 0",
        "i1e.x | wrong saved value | sign(x) => sign(out)",
    ],
    "0 divided by what isn't 0 is 0 anyway": [
        "_over() | tie rule | (constant(x) == 0) & (constant(divisor) == 0) => constant(x) == 0",
    ],
    "the short way and the long way give the same; the short one is faster": [
        "cross_entropy.x | wrong branch | slope if isinstance(g, np.generic) and g is unit(g.dtype) else g * slope"
        " => g * slope",
        "cross_entropy.x | wrong function | unit(g.dtype) => g.dtype",
        "linear.x | wrong branch | type(g) is ndarray and g.ndim == 2 and (g.size < _FEW) => False",
        *(
            f"linear.x | {kind}"
            for kind in (
                "tie rule | g.ndim == 2 => g.ndim != 2",
                "constant | g.ndim == 2 => g.ndim == 3",
                "tie rule | g.size < _FEW => g.size <= _FEW",
                "swapped operands | g.size < _FEW => _FEW < g.size",
                "constant | g.size < _FEW => g.size < _FEW * 2",
            )
        ),
        *(f"linear.{x} | wrong branch | g.ndim > 2 => True" for x in ("weight", "bias")),
        *(f"linear.{x} | tie rule | g.ndim > 2 => g.ndim >= 2" for x in ("weight", "bias")),
        "linear.weight | wrong branch | g.T.dot(x) if type(g) is ndarray and g.size < MANY else g.T @ x => g.T @ x",
        "linear.weight | tie rule | g.size < MANY => g.size <= MANY",
        "linear.weight | swapped operands | g.size < MANY => MANY < g.size",
        "linear.weight | constant | g.size < MANY => g.size < MANY * 2",
        "linear.bias | wrong branch | adder_of_rows(len(g), g.dtype)(g) if type(g) is ndarray else g.sum(0)"
        " => g.sum(0)",
        "pow.x | wrong branch | y == 2 => False",
        "relu.x | wrong branch | type(g) is np.ndarray => False",
        "select.x | wrong branch | put_sum(g, index=index, shape=x_shape) if isinstance(g, TensorBase) else"
        " placed(g, index, x_shape) => put_sum(g, index=index, shape=x_shape)",
        "scaled_dot_product_attention.back | wrong branch | np.ascontiguousarray(v.mT) if type(g) is ndarray else v.mT"
        " => v.mT",
        "scaled_dot_product_attention.back | wrong function | np.ascontiguousarray(v.mT) => v.mT",
        "relu.x | wrong branch | None if g.size < _FEW else room_for_result(g) => None",
        "relu.x | wrong branch | None if g.size < _FEW else room_for_result(g) => room_for_result(g)",
        "relu.x | tie rule | g.size < _FEW => g.size <= _FEW",
        "relu.x | swapped operands | g.size < _FEW => _FEW < g.size",
        "relu.x | constant | g.size < _FEW => g.size < _FEW * 2",
        "relu.x | wrong branch | isfinite(row.dot(row)) => False",
        "relu.x | wrong branch | (out != zero).astype(g.dtype) if room is None else np.not_equal(out, zero, out=room)"
        " => (out != zero).astype(g.dtype)",
        "cdist.x | wrong branch | p == 1 => False",
        "cdist.x | constant | p == 1 => p == 2",
        "_bell() | wrong branch | type(y) is not ndarray => True",
        "product() | wrong branch | type(x) is type(y) is ndarray => False",
        "sigmoid.x | wrong branch | type(out) is not np.ndarray => True",
        "_others() | wrong branch | isinstance(x, np.ndarray) => False",
        "times() | wrong branch | type(fresh) is ndarray and (type(factor) is ndarray or type(factor) is float)"
        " => False",
        "times() | tie rule | type(factor) is ndarray or type(factor) is float => type(factor) is ndarray and"
        " type(factor) is float",
        "over() | wrong branch | type(fresh) is type(dividend) is ndarray => False",
        "less_than_one() | wrong branch | type(fresh) is ndarray => False",
        "less() | wrong branch | type(fresh) is ndarray => False",
        "plus() | wrong branch | type(fresh) is ndarray => False",
        "index_put.values | wrong branch | take(g, index=index) if is_unique(index)"
        " else np.where(_last_writers(index, x_shape), take(g, index=index), 0)"
        " => np.where(_last_writers(index, x_shape), take(g, index=index), 0)",
        "is_unique() | wrong function | any((isinstance(part, np.ndarray) and part.dtype != bool for part in index))"
        " => (isinstance(part, np.ndarray) and part.dtype != bool for part in index)",
        "_scaled() | wrong branch | x if by == 1 else scale(x, by=by) => scale(x, by=by)",
        "_cofactors() | wrong branch | _cofactors_by_svd(x) if isinstance(x, np.ndarray) else _minors(x) => _minors(x)",
        "scaled_dot_product_attention.back | wrong branch | type(g) is not ndarray => True",
        "scaled_dot_product_attention.back | wrong branch | sums_of_rows(g_ev) if type(g) is ndarray"
        " else sum_of(g_ev, dim=(len(g.shape) - 1,), keepdim=True)"
        " => sum_of(g_ev, dim=(len(g.shape) - 1,), keepdim=True)",
        "ctc.x | wrong branch | type(g) is not ndarray => True",
        "_sums() | wrong branch | add_up(x, (0, 2), True) if isinstance(x, ndarray)"
        " else sum_of(x, dim=(0, 2), keepdim=True) => sum_of(x, dim=(0, 2), keepdim=True)",
        "_sums_of_products() | wrong branch | not (isinstance(x, ndarray) and isinstance(y, ndarray))"
        " or x.shape[2] == 1 => True",
        "_sums_of_products() | tie rule | x.shape[2] == 1 => x.shape[2] != 1",
        "_sums_of_products() | constant | x.shape[2] == 1 => x.shape[2] == 2",
    ],
    "however many rows are looked at at a time, their slopes are the same": [
        f"_in_blocks() | {mistake}"
        for size, values in [("y.shape[-2] * product(x.shape)", "max(1, y.shape[-2] * product(x.shape))")]
        for mistake in (
            "wrong branch | step >= rows or not isinstance(x, np.ndarray) => True",
            "tie rule | step >= rows => step > rows",
            "tie rule | not isinstance(x, np.ndarray) => isinstance(x, np.ndarray)",
            f"wrong function | max(1, rows * _MANY // {values}) => 1",
            f"constant | max(1, rows * _MANY // {values}) => max(2, rows * _MANY // {values})",
            *(f"factor | rows * _MANY => {other}" for other in ("rows", "_MANY", "rows / _MANY")),
            "constant | rows * _MANY => rows * (_MANY * 2)",
            f"wrong function | {values} => 1",
            f"constant | {values} => max(2, {size})",
            *(f"factor | {size} => {other}" for other in size.split(" * ")),
        )
    ],
    "what is already as wanted stays so: a sum over no dimension, a reshape to the same shape, a stretch that the"
    " operation after it does itself": [
        "unstretched() | wrong branch | g if g.shape == shape else reduce_to(g, shape=shape)"
        " => reduce_to(g, shape=shape)",
        "spread() | wrong branch | not keepdim => True",
        "_others() | broadcast sum | expand(reshape(x, shape=(rows, 1, n)), shape=(rows, n, n))"
        " => reshape(x, shape=(rows, 1, n))",
        "_others() | constant | keepdim=False => keepdim=True",
        "median.x, nanmedian.x | constant | shared_by_equals(g, x, out, tuple(range(x.ndim)), False)"
        " => shared_by_equals(g, x, out, tuple(range(x.ndim)), True)",
        "along() | constant | sparse=True => sparse=False",
        "offsets() | constant | sparse=True => sparse=False",
        "_sums_of_products() | constant | add_up(np.vecdot(x, y), 0, True) => add_up(np.vecdot(x, y), 0, False)",
    ],
    "a result of x is an array of its dtype where x is": [
        "relu.x | wrong saved value | out.dtype => x.dtype",
        "sigmoid.x | wrong saved value | type(out) => type(x)",
        "sigmoid.x | wrong saved value | out.dtype => x.dtype",
    ],
    "ties were decided before": [
        "maximum.x | tie rule | x < y => x <= y",
        "maximum.y | tie rule | y < x => y <= x",
        "minimum.x | tie rule | x > y => x >= y",
        "minimum.y | tie rule | y > x => y >= x",
    ],
    "x is below y just where it is below the larger of the two; so too with the smaller": [
        "maximum.x | wrong saved value | x < y => x < out",
        "maximum.y | wrong saved value | y < x => y < out",
        "minimum.x | wrong saved value | x > y => x > out",
        "minimum.y | wrong saved value | y > x => y > out",
        "fmax.x | wrong saved value | _is_first(x, y) => _is_first(x, out)",
        "fmax.y | wrong saved value | _is_first(x, y) => _is_first(x, out)",
        "fmin.x | wrong saved value | -y => -out",
        "fmin.y | wrong saved value | -y => -out",
    ],
    "a step leads away from x just where it leads to another number": [
        "nextafter.x | wrong saved value | x == y => x == out",
    ],
    "no logarithm that is infinite or NaN makes 0 of another x than 0": [
        "xlogy.x | wrong saved value | x == 0 => out == 0",
        "xlog1py.x | wrong saved value | x == 0 => out == 0",
    ],
    "x times a number that is 1 from 3 on, and below 3 no larger, is below 3 just where x is": [
        "hardswish.x | wrong saved value | x < 3 => out < 3",
    ],
    "out = min(max(x, low), high): a value is beyond a bound just where it is beyond what the bound made of it": [
        "clamp.x | wrong saved value | _inside(x, low, high) => _inside(x, low, out)",
        "clamp.low | wrong saved value | x < low => x < out",
        "clamp.low | wrong saved value | _inside(low, None, high) => _inside(low, None, out)",
        "clamp.high | wrong saved value | _above(_raised(x, low), high) => _above(_raised(x, low), out)",
        "hardtanh.x | wrong saved value | x <= min_val => out <= min_val",
        "hardtanh.x | wrong saved value | x >= max_val => out >= max_val",
    ],
    "the bound is never None where its own gradient is asked for": [
        "_above() | wrong branch | False if high is None else x > high => x > high",
        "_above() | constant | False if high is None else x > high => True if high is None else x > high",
    ],
    "any number will do: it only keeps 0 / 0 and its like out of a place that isn't chosen, or counts 0 times": [
        "cdist.x | constant | np.where(constant(apart) == 0, 1, shares) => np.where(constant(apart) == 0, 2, shares)",
        "cdist.x | constant | np.where(equal, 1, out) => np.where(equal, 2, out)",
        "cdist.x | constant | np.where(equal, 1, out) => np.where(equal, 2, out) (again)",
        "sinc.x | constant | np.where(near, x, 0) => np.where(near, x, 1)",
        "sinc.x | constant | np.where(near, 1, x) => np.where(near, 2, x)",
        "_over() | constant | np.where(x == 0, 1, x) => np.where(x == 0, 2, x)",
        "_over() | constant | np.where(both, 1, divisor) => np.where(both, 2, divisor)",
        "std.x | constant | np.where(out == 0, 1, out) => np.where(out == 0, 2, out)",
        "norm.x | constant | np.where(out == 0, 1, out) => np.where(out == 0, 2, out)",
        "_differentiated_parts() | constant | np.where(constant(sums) == 0, 1, sums)"
        " => np.where(constant(sums) == 0, 2, sums)",
    ],
    "the slope of softplus is exp(x) to the last digit, wherever below -38 that begins": [
        "softplus.x | tie rule | x < -40 => x <= -40",
        "softplus.x | constant | -40 => -41",
    ],
    "a gate is open or closed, to the last digit, long before it counts as far out": [
        f"{helper}() | constant | {right} => {wrong}"
        for helper in ("_score", "_slope_of_score")
        for right, wrong in (
            ("-_FAR", "-(_FAR * 2)"),
            ("np.minimum(np.maximum(x, -_FAR), _FAR)", "np.minimum(np.maximum(x, -_FAR), _FAR * 2)"),
        )
    ],
    "a reciprocal that is infinite is one of next to no x, and so is twice it": [
        "pow.x | constant | 1 / constant(x) => 2 / constant(x)",
    ],
    "next to no x is finite to the power of 1 and of 2, and is multiplied by 0": [
        "pow.x | constant | np.where((y == 0) & np.isinf(1 / constant(x)), 1, y - 1)"
        " => np.where((y == 0) & np.isinf(1 / constant(x)), 2, y - 1)",
    ],
    "beside a number, y has the type of the result": [
        "pow.y | wrong saved value | constant(out) => constant(y)",
    ],
    "a number stretches nothing, and no more do weights, of which x has a column each": [
        "prelu.x | broadcast sum | np.where(x > 0, g, weight * g) => averaged(np.where(x > 0, g, weight * g), x_shape)",
        "pow.x | broadcast sum | y * times(pow(x, y - 1), g) if y != 0 else flat(g)"
        " => averaged(y * times(pow(x, y - 1), g) if y != 0 else flat(g), x_shape)",
        "pow.x | broadcast sum | times(2 * x, g) => averaged(times(2 * x, g), x_shape)",
    ],
    "the order of the dimensions is the same when all are one less": [
        "permute.x | axis | undoing(dims) => undoing(off_by_one(dims))",
    ],
    "beside as many vectors as there are dimensions, there is nothing left over": [
        f"svd_factors.x | {kind} | {side} > s.shape[-1] => {other}"
        for side in ("rows", "columns")
        for kind, other in (("wrong branch", "True"), ("tie rule", f"{side} >= s.shape[-1]"))
    ],
    "a factor of a square matrix is as wide as the matrix, and of its dtype": [
        "cholesky.x | wrong saved value | identity(out) => identity(x)",
        "eigh_factors.x | wrong saved value | identity(out) => identity(x)",
    ],
    "the engine hands out each gradient in the type of its tensor": [
        "to.x | wrong function | cast(g, dtype=x_dtype) => g",
        "amax.x, amin.x | wrong function | add_up(chosen.astype(np.int64), dim, keepdim).astype(values.dtype)"
        " => add_up(chosen.astype(np.int64), dim, keepdim)",
        "_of_half_turns() | wrong function | np.where(whole % 2, -1, 1).astype(whole.dtype)"
        " => np.where(whole % 2, -1, 1)",
    ],
    "all operands of an LSTM are of one dtype, and its weight has a column for each value of h": [
        *(
            f"lstm.back | wrong saved value | x.dtype => {other}.dtype{again}"
            for other in ("c", "h", "out", "weight")
            for again in ("", " (again)", " (again) (again)", " (again) (again) (again)")
        ),
        "lstm.back | wrong saved value | h.shape => weight.shape",
        "lstm.back | wrong saved value | h.shape => weight.shape (again)",
    ],
    "room that nothing is put into may be of any size": [
        "lstm.back | wrong branch | 0 if projection is None else len(x) => len(x)",
        "lstm.back | constant | 0 if projection is None else len(x) => 1 if projection is None else len(x)",
        *(
            f"lstm.back | wrong saved value | projection is None => {other} is None (again)"
            for other in ("c", "h", "out", "weight", "x")
        ),
    ],
    "a square matrix is as high as it is wide, and its exponential, too": [
        "matrix_exp.x | wrong saved value | x.shape => out.shape",
        "matrix_exp.x | wrong saved value | np.zeros_like(x) => np.zeros_like(out)",
        "matrix_exp.x | constant | -1 => -2",
        "_minors() | constant | -1 => -2",
    ],
    "1 and -1 are their own reciprocals; so are the determinants of rotations and reflections": [
        "_minors() | factor | minors * (-1) ** (places[:, None] + places)"
        " => minors / (-1) ** (places[:, None] + places)",
        "_cofactors_by_svd() | factor | u * others[..., None, :] @ vh * (np.linalg.det(u) * np.linalg.det(vh))"
        "[..., None, None] => u * others[..., None, :] @ vh / (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]",
        "_cofactors_by_svd() | factor | np.linalg.det(u) * np.linalg.det(vh) => np.linalg.det(u) / np.linalg.det(vh)",
    ],
    "True and False are 1 and 0": [
        "_triangle() | wrong function | int(unitriangular) => unitriangular",
        "rnn.back | wrong function | (states > 0).astype(states.dtype) => states > 0",
    ],
    "NumPy finds the length that is negative, whichever it is": [
        "gru.back | constant | -1 => -2",
    ],
    "a product has no order, and what is as long as it must be passes a check of lengths": [
        "offsets() | swapped operands | zip(np.indices(size, sparse=True), stride, strict=True)"
        " => zip(stride, np.indices(size, sparse=True), strict=True)",
        "offsets() | constant | strict=True => strict=False",
        "plain_loop() | constant | strict=True => strict=False",
        "steps() | constant | strict=True => strict=False",
    ],
    "a logarithm so low is that of 0, and nothing lies between it and those of probabilities": [
        "_forward_recursion() | constant | np.where(states < 2, y[0], LOWEST)"
        " => np.where(states < 2, y[0], LOWEST * 2)",
        "_forward_recursion() | constant | np.where(skips, before[:, :-2], LOWEST)"
        " => np.where(skips, before[:, :-2], LOWEST * 2)",
        "_forward_recursion() | constant | value=LOWEST => value=LOWEST * 2",
        "_log_probability() | constant | np.where(states > 1, at_letter, LOWEST)"
        " => np.where(states > 1, at_letter, LOWEST * 2)",
        "_log_probability() | tie rule | constant(log_p) > LOWEST / 2 => constant(log_p) >= LOWEST / 2",
        "_log_probability() | factor | LOWEST / 2 => LOWEST",
        "_log_probability() | constant | LOWEST / 2 => LOWEST * 2 / 2",
        "_log_probability() | constant | LOWEST / 2 => LOWEST / 3",
        "_of_states() | constant | np.maximum(x, LOWEST) => np.maximum(x, LOWEST * 2)",
    ],
    "a text has an odd number of states": [
        "_log_probability() | constant | states > 1 => states > 2",
    ],
}

EQUIVALENT = {name: reason for reason, names in _BY_REASON.items() for name in names}
