"""What belongs to a rule of the derivative table, and what to write where it is missing.

A rule in ops/x.py has its public function in api/x.py, or in nn/functional/_x: one family, one name on both
floors. Its tests come from one row in support/elementwise/ or support/cases/.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

from support.package import ROOT, home_of, modules, original

import tinygrad_edu as tg
from tinygrad_edu import linalg
from tinygrad_edu.autograd import Primitive
from tinygrad_edu.nn import functional
from tinygrad_edu.ops.table import TABLE

OPS, API = "tinygrad_edu.ops.", "tinygrad_edu.api."
FUNCTIONAL, LINALG = "tinygrad_edu.nn.functional._", "tinygrad_edu.linalg._"

# The rules that no public function is called by, and who calls them.
INNER = {
    "avg_pool": "nn.functional.avg_pool2d and the like",
    "col2im": "nn.functional.fold, and the gradient of unfold",
    "compared": "eq_, lt_ and their like",
    "constant_pad_nd": "nn.functional.pad, with a constant",
    "convolution": "nn.functional.conv2d and the like",
    "correlation": "the gradient of a convolution by its weight",
    "add_rows": "the gradient of embedding, and the sums of embedding_bag",
    "ctc": "nn.functional.ctc_loss, whose log_probs are those of probabilities that sum to 1",
    "copy_slices": "a change in place of a view, seen from its base",
    "discounted": "the gradients of cumprod and logcumsumexp: what lies ahead counts less and less",
    "gru": "nn.GRU and nn.GRUCell",
    "lstm": "nn.LSTM and nn.LSTMCell",
    "rnn": "nn.RNN and nn.RNNCell",
    "index": "x[index], with arrays",
    "gate": "the gradient of relu: passes where the ramp rose",
    "normal_cdf": "the part that gelu lets pass, where it is differentiated",
    "scatter_extreme": "scatter_reduce and index_reduce, with 'amax' and 'amin'",
    "scale": "the second operand of add and sub, times alpha",
    "log_abs_det": "slogdet and logdet",
    "pseudo_inverse": "linalg.pinv, pinverse and linalg.lstsq, which say from where on singular values count as 0",
    "qr_factors": "qr and linalg.qr: Q, and R below it",
    "svd_factors": "svd and linalg.svd: U, below it the singular values, and below them V",
    "eigh_factors": "linalg.eigh: the eigenvalues, and the eigenvectors below them",
    "sum_with_product": "addmm, addmv, baddbmm and addbmm, which give their operands its shapes",
    "im2col": "nn.functional.unfold",
    "max_pool": "nn.functional.max_pool2d and the like",
    "pick_of_windows": "max_pool2d and the like, with return_indices",
    "put_into_windows": "the gradient of max_pool2d and the like",
    "share_with_windows": "the gradient of avg_pool2d and the like",
    "put_sum": "the gradients of index and gather: the sum of what goes back to one place",
    "transposed_convolution": "nn.functional.conv_transpose2d and the like",
    "trunc_divide": "div, with rounding_mode='trunc'",
}

# The files of functions that have no rules, and why.
WITHOUT_RULES = {
    "assignment": "what is put into a tensor overwrites a part of it: ops/indexing.py",
    "contractions": "they are made of products of matrices: ops/matmul.py",
    "creation": "what is made has no past",
    "differences": "compositions of sub, add and sum",
    "distinct": "the results are outside the graph",
    "filling": "what is made has no past",
    "integers": "the results are integers",
    "histograms": "counts have no gradient, and weights go to their places: ops/indexing.py",
    "numpy_protocol": "hands NumPy's calls to the other files",
    "questions": "the answers are no tensors",
    "ranges": "what is made has no past",
    "repeating": "what is repeated is stretched, and copied: ops/stretching.py",
    "statistics": "compositions of picking, products and sums",
    "sampling": "what is drawn has no past",
    "storage": "memory isn't computed",
    "splitting": "a piece is picked by a slice: ops/indexing.py",
}


def families(floor: str) -> list[str]:
    """The names of the public files of a floor, but the whole table; all files of nn.functional count as public."""
    named = [each.__name__.removeprefix(floor) for each in modules() if each.__name__.startswith(floor)]
    return [name for name in named if "." not in name and not name.startswith("_") and name != "table"]


def family_of(name: str) -> str:
    """The family of a rule: the name of the file in ops/ that defines it, and doesn't import it."""
    return next(family for family, rules in rules_by_family().items() if any(each is TABLE[name] for each in rules))


@cache
def rules_by_family() -> dict[str, list[Primitive]]:
    """What each file in ops/ defines, and doesn't import."""
    defined = {}
    for module in modules():
        if module.__name__.startswith(OPS):
            tree = ast.parse((ROOT / home_of(module.__name__)).read_text(encoding="utf-8"))
            imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            imported = {alias.asname or alias.name for node in imports for alias in node.names}
            defined[module.__name__.removeprefix(OPS)] = [
                each for name, each in vars(module).items() if isinstance(each, Primitive) and name not in imported
            ]
    return defined


def public_functions(name: str) -> dict[str, Any]:
    """The functions and methods of that name that users see, by how they are written: tg.exp, F.softplus, Tensor.to."""
    places: dict[str, Any] = {f"tg.{name}": tg, f"F.{name}": functional, f"Tensor.{name}": tg.Tensor}
    places |= {f"linalg.{name}": linalg, f"special.{name}": tg.special}
    found = {written: inspect.getattr_static(place, name, None) for written, place in places.items()}
    return {written: each for written, each in found.items() if inspect.isfunction(original(each))}


def misplaced(primitive: Primitive) -> str | None:
    """What to do if the public function of a rule is missing, or stands in the file of another family."""
    name, family = primitive.name, family_of(primitive.name)
    homes = {original(each).__module__ for each in public_functions(name).values()}
    wanted = (API + family, FUNCTIONAL + family, LINALG + family, f"tinygrad_edu.{family}")
    if any(home == each or home.startswith(each + ".") for home in homes for each in wanted):
        return None
    if homes:
        found = " and ".join(sorted(home_of(home) for home in homes))
        of_networks = all(home.startswith(FUNCTIONAL) for home in homes)
        where = f"nn/functional/_{family}.py (or a file in a folder _{family}/)" if of_networks else f"api/{family}.py"
        return (
            f"the rule {name} stands in tinygrad_edu/ops/{family}.py, but its function in {found}: one family, one "
            f"name on both floors. Move the function to tinygrad_edu/{where}, or the rule to the other's family"
        )
    operands = [{"x": "input", "y": "other"}.get(each, each) for each in primitive.operands]  # PyTorch's names
    signature = ", ".join([*(f"{each}: Tensor" for each in operands), *(f"{each}: ..." for each in primitive.params)])
    passed = ", ".join([*operands, *(f"{each}={each}" for each in primitive.params)])
    return f"""\
the rule {name} in tinygrad_edu/ops/{family}.py has no public function. Write it in tinygrad_edu/api/{family}.py
(or in tinygrad_edu/nn/functional/_{family}.py, if only networks need it), with its name in that file's __all__:

    def {name}({signature}) -> Tensor:
        ...
        return {family}.{name}({passed})

If only other functions and rules call it, add it to INNER in tests/support/rules.py instead:

    "{name}": "...",  # who calls it"""


def row_to_write(primitive: Primitive) -> str:
    """What to write if a rule has no row in support/elementwise/ or support/cases/."""
    name, operands, settings = primitive.name, primitive.operands, primitive.params
    drawn = ", ".join(f"{each}=st.sampled_from([...])" for each in settings if each not in ("dim", "keepdim"))
    if primitive.elementwise:
        calls = f"pointwise({', '.join(['ANY'] * len(operands) + [drawn] * bool(drawn))})"
        slopes = "".join("lambda ...: ..., " for _ in operands).rstrip()
        place, row = family_of(name).upper(), f"Row({calls}, Exact(lambda ...: ..., ({slopes})))"
    elif {"dim", "keepdim"} <= set(settings):
        place, row = "ALONG_DIMENSIONS", f"reduction({drawn})"
    elif settings == ("dim",) and len(operands) == 1 and not primitive.variadic:
        place, row = "ALONG_DIMENSIONS", "_along_one_dimension()"
    else:
        place, row = "the dict of its kind", f"_{name}()"
    file = f"elementwise/{family_of(name)}.py" if primitive.elementwise else "cases/"
    text = f"""\
the rule {name} has no row in tests/support/{file}, from which its tests come. Add to {place} there:

    "{name}": {row},
"""
    if row == f"_{name}()":
        arrays = "".join("draw(arrays(...)), " for _ in operands).rstrip()
        given = ", ".join(f'"{each}": ...' for each in settings)
        return f"""{text}
and before that dict how a call is drawn, with operands that fit each other:

    @st.composite
    def _{name}(draw: st.DrawFn) -> Case:
        return Case(({arrays}), {{{given}}})"""
    return f"""{text}
Its operands are then any numbers, and Exact has the result and the slopes in mpmath's arithmetic. Where
the derivative has a corner or a pole, take another domain of tests/support/arrays.py, such as NONZERO or
POSITIVE; what the gradient is at that point itself goes to tests/support/conventions/."""
