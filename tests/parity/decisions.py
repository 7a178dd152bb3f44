"""Where PyTorch isn't followed on purpose: what the words of a disagreement look like, and the reason.

`python -m tests.parity` shows the reasons that it met. A disagreement that no line here is about is a fault.
"""

from __future__ import annotations

import re

DECISIONS: dict[str, str] = {
    r"not implemented for '|linalg\.vander supports .* but got Half": (
        "PyTorch has no code for that dtype on a CPU; here it is computed"
    ),
    r"<class 'numpy\.float32'>\)|np\.float32\(1\.0\)": "NumPy's numbers and dtypes are taken wherever Python's are",
    r"without overflow|int too big to convert": "a number that a float32 can't hold becomes infinite, as NumPy rounds",
    r"=None\) is taken|multiple values for argument": "an option that is given as None is left out",
    r"argument 'dims'|argument 'size'|missing 1 required positional arguments: \"(dims|size)\"": (
        "a function and its method have one signature: lengths and dimensions one by one, or in a tuple"
    ),
    r"=(nan|1e\+300)\)(:| is )": "settings that aren't finite have no meaning that results could have",
    r"(var|std|var_mean|std_mean)\(dim=\(\)\): the gradient": "PyTorch divides by the wrong number of values",
    r"cholesky_(inverse|solve)\(\): the": "only one triangle is read, so the other one has no gradient",
    r"dist\((p=-1\.5)?\): the second order": "at distance 0 the slope is 0, as that of a norm",
    r"tg\.(Tensor\.)?put_?\(": "of values that are put in one place, the last one counts, and it alone has a gradient",
    r"((arc|a)tan2|soft_margin_loss)\(.*uint8.*gradient": "PyTorch's gradient is computed in uint8, and wraps around",
    r"(dist|mvlgamma|multigammaln)\(.*(bool tensor is not supported|be a boolean tensor)": (
        "bools become numbers beside numbers, as in other functions"
    ),
    r"(a(rc)?(cos|sin|tan)h?|mvlgamma|multigammaln)\(input=tensor\(\[\[\[.*second order": (
        "at a pole both are infinite or NaN, by different formulas"
    ),
    r"clamp_?\(max=|clip_?\(max=|trapz\(dx=|cumulative_trapezoid\(dx=True|logsumexp\(dim=\(\)": (
        "taken in more forms than PyTorch's several signatures take"
    ),
    r"tg\.random\.Generator\(\) is": "what PyTorch has under that name is Python's type of generators",
    r"histogram\(input=tensor\(0\.1250\)\) is": "PyTorch rounds the edge otherwise that this value is on",
    r"combinations\(r=99\)": "PyTorch counts what it would make before it looks whether there is any",
    r"set_rng_state\(\)": "the state of NumPy's generator is a dict, not bytes",
    r"tg\.(device|dtype)\(\)": "a type, of which PyTorch makes no instances",
    r"(GRU|LSTM|RNN|RNNBase|RandomSampler)\(\w+=1\)": "0 and 1 are taken for False and True",
    r"_stacklevel=": "a setting that has no meaning here",
    r"lstsq\(rcond=": "singular values below rcond times the largest count as 0, by every driver",
    r"clip_grad_value_\(.*nested_tensorlist": "without gradients there is nothing to clip; PyTorch fails over an empty list",
    r"tg\.autograd\.grad\(": "PyTorch is given copies, which no result depends on",
    r"(hsplit|vsplit|dsplit|tensor_split|solve_triangular|normal|tile)\(": "one signature where PyTorch has several",
}


def decision(fault: str) -> str | None:
    """The reason why a disagreement stays; None if it is a fault."""
    return next((reason for words, reason in DECISIONS.items() if re.search(words, fault)), None)
