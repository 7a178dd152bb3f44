"""Where PyTorch isn't followed on purpose: what the words of a disagreement look like, and the reason.

`python -m tests.parity` shows the reasons that it met. A disagreement that no line here is about is a fault.
"""

from __future__ import annotations

import re

DECISIONS: dict[str, str] = {
    r"not implemented for '|linalg\.vander supports .* but got Half": (
        "PyTorch has no code for that dtype on a CPU; here it is computed"
    ),
    r"dtype=<class 'numpy\.float32'>\) is|=np\.float32\(1\.0\)\) is taken": (
        "NumPy's numbers and dtypes are taken wherever Python's are"
    ),
    r"=(1e\+300|10{30})\) is taken; .*(without overflow|int too big to convert)": (
        "a number that a float32 can't hold becomes infinite, as NumPy rounds"
    ),
    r"(dx|dim|other|unbiased|layout|device|pin_memory|requires_grad)=None\) is taken; .*TypeError": (
        "an option that is given as None is left out"
    ),
    r"(size|dims|repeats|shape)=None\) is taken; .*(got multiple values|got \((Tensor, )?int, int)": (
        "a size that is given as None is left out, where there are lengths"
    ),
    r"(flip|tile)\(.*argument 'dims'.*must be tuple of ints, not int|sum_to_size\(size=1\) is taken": (
        "a function and its method have one signature: lengths and dimensions one by one, or in a tuple"
    ),
    r"(celu|logit|dist|lin|log|std|var|mean|multi_margin_loss|softplus|lstsq|rrelu)(space)?_?\(\w+=nan\)(:| is )": (
        "settings that aren't numbers have no meaning that results could have"
    ),
    r"(dist|norm|distance|range|var|var_mean|nll_loss|lp_pool\dd|attention|shrink|kaiming_\w+|lstsq)_?\(\w+=1e\+300": (
        "a number that a float32 can't hold is what it is in the settings; in PyTorch it becomes infinite on the way"
    ),
    r"lstsq\(rcond=np\.float32\(1\.0\)\) is \[": (
        "singular values below rcond times the largest count as 0; PyTorch's default driver asks an estimate of them"
    ),
    r"(var|std|var_mean|std_mean)\(dim=\(\)\): the gradient": "PyTorch divides by the wrong number of values",
    r"cholesky_(inverse|solve)\((tensors [^)]*)?\): the": "only one triangle is read, so the other one has no gradient",
    r"dist\((p=-1\.5|tensors [^)]*)?\): the second order": "at distance 0 the slope is 0, as that of a norm",
    r"tg\.(Tensor\.)?put_?\(.*: the gradient|index_put_?\(tensors two at a time\): the gradient": (
        "of values that are put in one place, the last one counts, and it alone has a gradient"
    ),
    r"tg\.(Tensor\.)?put_?\(tensors column by column\) is \[": (
        "of values that are put in one place, the last one counts, in the order of the index"
    ),
    r"logdet\(tensors two at a time\): the gradient": "a determinant below 0 has no logarithm, which has no slope",
    r"((arc|a)tan2|soft_margin_loss)\(.*uint8.*gradient": "PyTorch's gradient is computed in uint8, and wraps around",
    r"(a(rc)?(cos|sin|tan)h?|mvlgamma|multigammaln)\((input=tensor\(\[\[\[|tensors negative).*second order": (
        "at a pole both are infinite or NaN, by different formulas"
    ),
    r"cl(am|i)p_?\(max=tensor\(.* is taken; .*invalid combination": (
        "one bound may be a number and the other a tensor"
    ),
    r"cumulative_trapezoid\(dx=True\) is taken": "a bool is a number, as in arithmetic",
    r"logsumexp\(dim=\(\)\) is taken": "PyTorch reduces all and fails to write the result",
    r"combinations\(r=99\) is taken": "PyTorch counts what it would make before it looks whether there is any",
    r"tg\.random\.Generator\((tensors [^)]*)?\) is": "what PyTorch has under that name is Python's type of generators",
    r"histogram\((input=tensor\(0\.1250\)|tensors (other numbers|0-d))\) is": (
        "PyTorch rounds the edge otherwise that this value is on"
    ),
    r"tg\.dtype\((tensors [^)]*)?\) is": "a type, of which PyTorch makes no instances",
    r"(typename|Tensor\.type)\(.* instead of 'torch\.": "the names of types begin with this package's",
    r"get_rng_state\(.* is uint8|set_rng_state\(.* is taken; .*(CPUGeneratorImpl|RNG state)": (
        "a state is of the library's own generator"
    ),
    r"data_ptr\(": "each library's memory is elsewhere",
    r"(as_strided|storage_offset|stride)\(tensors": "PyTorch is given copies of the values, which lie otherwise",
    r"are_deterministic_algorithms_enabled\(": "all algorithms here are deterministic",
    r"get_float32_matmul_precision\(": "float32 is computed in float32, whatever else is allowed",
    r"get_num_threads\(": "each library has threads of its own",
    r"isin\(tensors column by column\) is taken": "PyTorch fails over the order in which values lie",
    r"multi(label)?_margin_loss\(tensors no rows\) is": "the mean of nothing is NaN; PyTorch shows what was in memory",
    r"pixel_unshuffle\(tensors no rows\) is": "PyTorch gives an empty image back as it was",
    r"(GRU|LSTM|RNN|RNNBase|RandomSampler)\(\w+=1\) is": "0 and 1 are taken for False and True",
    r"_stacklevel=.* is taken": "a setting that has no meaning here",
    r"clip_grad_value_\(.*nested_tensorlist": "without gradients there is nothing to clip; PyTorch fails over no list",
    r"tg\.autograd\.grad\(.*appears to not have been used": "PyTorch is given copies, which no result depends on",
}


def decision(fault: str) -> str | None:
    """The reason why a disagreement stays; None if it is a fault."""
    return next((reason for words, reason in DECISIONS.items() if re.search(words, fault)), None)
