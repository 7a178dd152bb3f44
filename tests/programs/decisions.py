"""Where this package and PyTorch differ on purpose: each with the reason, and the narrowest condition that says it.

A decision of which the numbers must be right all the same (`confirmed`) holds only where the recomputation finds no
fault in them, or can't say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .judge import Disagreement


class Decision(NamedTuple):
    """A difference that is meant."""

    reason: str
    kind: str = ""  # a pattern that is the disagreement's kind
    ours: str = ""  # a pattern that its text has
    theirs: str = ""  # a pattern that PyTorch's error has
    line: str = ""  # a pattern that its line has
    state: str = ""  # what tensors of special kinds PyTorch holds
    program: str = ""  # a pattern that some line before it, or itself, has
    confirmed: bool = False  # whether the recomputation must agree

    def holds(self, lines: Sequence[str], found: Disagreement) -> bool:
        """Whether a disagreement is this one."""
        return bool(
            re.fullmatch(self.kind or ".*", found.kind)
            and re.search(self.state, found.state)
            and re.search(self.ours, found.text)
            and re.search(self.theirs, found.theirs)
            and re.search(self.line, lines[found.line])
            and re.search(self.program, "\n".join(lines[: found.line + 1]))
        )


INFERENCE = "inference_mode: tensors made inside stay ordinary ones, as its docstring says"
UNRECORDED = "a view made under no_grad requires no gradient, as no_grad says; PyTorch's does if its base does"
KEPT = "a gradient may depend on a result on the way: where a rule keeps the result, as PyTorch's of expm1 does"
QUOTIENT = "a gradient may depend on a result on the way: where a rule keeps the result, as that of a quotient does"
ON_THE_WAY = "a view stays on the way from its own views when only the numbers of its base change"
FLAT = "zeros in the gradient of what is flat, or of the product of one number, are recorded, too; PyTorch's seldom"
FLATTENED = (
    r"(\.((sign|round|floor|trunc)_?|prod|(eq|ne|gt|lt|ge|le|normal|uniform|bernoulli|zero|fill)_)\("
    r"|(?P<answer>v\d+) = v\d+ [=<>!]=? .*\n(.*\n)*.*\.copy_\((?P=answer)\))"  # what a comparison answered
    r".*(\n.*)*create_graph=True"
)
NUMBERS_ALONE = r"no_grad|inference_mode|optim|\.detach\(\)|\.data"  # ways to change them outside the graph
CRASHED = "a fault of PyTorch's own, which ends the process: here the program runs to its end"
LAYOUT = (
    "the layout of a gradient, of a reduction, and of what is computed from operands that lie differently, is NumPy's"
)
NEEDED = "a value that was changed in place is needed by one rule and not by the other's: "

DECISIONS: tuple[Decision, ...] = (
    Decision(INFERENCE, state="inference tensor"),
    Decision(INFERENCE, "computed", theirs="[Ii]nference tensor|inference mode", confirmed=True),
    Decision(
        UNRECORDED,
        "requires_grad|is_leaf|retains_grad|grad|refused|kind|answer",
        state="view made without recording",
    ),
    Decision(
        UNRECORDED,
        "computed",
        theirs="a (view of a )?leaf Variable|change requires_grad flags of leaf|on non-leaf",
        state="view made without recording",
        confirmed=True,
    ),
    Decision(UNRECORDED, "computed", theirs="leaf variable has been moved into the graph interior", confirmed=True),
    Decision(UNRECORDED, "computed", theirs="can't optimize a non-leaf", program=r"(no_grad|inference_mode)\(\): v"),
    Decision(
        "random real numbers are refused by whole numbers, also where there are none",
        "refused",
        ours=r"real numbers need a floating-point tensor, got an? \w+ tensor of shape \(.*\b0\b",
    ),
    Decision("retains_grad is False of a leaf, of one that was a result, too", "retains_grad", program=r"\.detach_\("),
    Decision(
        "a view made under no_grad joins the graph when it or its base is changed while recording, or that is refused",
        "computed",
        theirs="created in (no_grad|inference) mode and (its base or another view of it|is being modified)",
        confirmed=True,
    ),
    Decision(
        "parts of unbind, split and chunk are views like others: they may be changed in place",
        "computed",
        theirs="output of a function that returns multiple views",
        confirmed=True,
    ),
    Decision(
        "an operand that shares memory with what is changed is read before anything is written",
        "computed",
        theirs="refers? to a single memory location",
        confirmed=True,
    ),
    Decision(
        "an operand that shares memory with what is changed is read before anything is written",
        "values",
        line=r"_\(|[-+*/]= |\] = ",
        state="operands that overlap",
        confirmed=True,
    ),
    Decision(
        "x[places] = values brings them to the dtype of x, as x[:] = values does",
        "computed",
        theirs="Index put requires the source and destination dtypes match",
    ),
    Decision(
        "a hook isn't called, or sees zeros, for a result that nobody used; PyTorch gives it None",
        "computed",
        theirs="'?NoneType'?",
        line=r"backward\(|autograd\.grad\(",
        program="register_hook",
        confirmed=True,
    ),
    Decision(
        "a second walk through a graph is refused only if it needs what was freed, and PyTorch frees more",
        "computed",
        theirs="backward through the graph a second time",
        confirmed=True,
    ),
    Decision(NEEDED + "ours needs it", "refused", ours="that it needs for its derivative was changed in place"),
    Decision(
        NEEDED + "PyTorch's needs it",
        "computed",
        theirs="has been modified by an inplace operation|saved tensor that has been detached in-place",
        confirmed=True,
    ),
    Decision(
        "a change through .data is seen: PyTorch computes with the changed values",
        "grad values|values",
        program=r"\.data",
        confirmed=True,
    ),
    Decision(
        QUOTIENT,
        "kind",
        line=r"autograd\.grad\(",
        program="create_graph=True",
    ),
    Decision(
        QUOTIENT,
        "values",
        line=r"autograd\.grad\(.*materialize_grads=True",
        program=r"( /= | / |div_?\().*(\n.*)*create_graph=True",
    ),
    Decision(
        QUOTIENT,
        "computed",
        theirs="appears to not have been used in the graph",
        line=r"autograd\.grad\(",
        program=r"( /= | / |div_?\().*(\n.*)*create_graph=True",
        confirmed=True,
    ),
    Decision(
        QUOTIENT,
        "refused",
        ours="through div: the values that it had saved were freed",
        program="create_graph=True",
    ),
    Decision(
        "what is stretched can be filled, but not changed place by place: PyTorch calls that deprecated",
        "refused",
        ours="its memory is shown several times",
        line=r"^(?!.*\.(fill_|zero_)\()",
    ),
    Decision(
        "the sign of a 0 that relu and clamp leave is the processor's choice of the larger of two zeros",
        "values|grad values",
        ours="inf",
        program=r"\.(relu|clamp)_?\(",
    ),
    Decision(
        "whole numbers require no gradient; PyTorch's do when a number with a gradient was put into them",
        "requires_grad|is_leaf",
        state="whole numbers that require a gradient",
    ),
    Decision(
        "whole numbers require no gradient; PyTorch's do when a number with a gradient was put into them",
        "answer",
        line=r"\.(is_leaf|requires_grad)$",
        state="whole numbers that require a gradient",
    ),
    Decision(
        "whole numbers require no gradient; PyTorch's do when a number with a gradient was put into them",
        "computed",
        theirs="Autograd not support dtype",
        state="whole numbers that require a gradient",
    ),
    Decision(
        "a view of what became a result is no leaf; PyTorch takes it for one that it isn't asked about before",
        "computed",
        theirs="a leaf Variable that requires grad",
        state="^(?!.*view made without recording)",
        confirmed=True,
    ),
    Decision(
        "what a Function changes in place outside of recording keeps its place in the graph, as what mul_ changes",
        "requires_grad|is_leaf|computed|refused|answer|grad|grad values|retains_grad|memory",
        program=r"(no_grad|inference_mode)\(\): v\d+ = Twice",
    ),
    Decision(
        "the kept gradient of a result that leads to none of the inputs isn't filled",
        "grad|grad values",
        program=r"inputs=|autograd\.grad\(",
        confirmed=True,
    ),
    Decision(
        "a hook of a view stays when only the numbers of its base change",
        "grad values|grad|values",
        program=NUMBERS_ALONE,
        confirmed=True,
    ),
    Decision(
        "the kept gradient of a view stays when only the numbers of its base change",
        "computed",
        theirs="'NoneType' object",
        line=r"\.grad\b",
        program=rf"({NUMBERS_ALONE})(.*\n)*.*backward",
        confirmed=True,
    ),
    Decision(
        "a hook of a view that is changed sees the gradient of what the view was, as that of any tensor does",
        "grad values|grad|values",
        program=r"\b(v\d+)\.register_hook\(.*(\n.*)*\n.*\b\1(\.\w+_\(| ?[-+*/]= |\[.*\] [-+*/]?= )",
        confirmed=True,
    ),
    Decision(
        "the kept gradient of a view that is changed is filled, as that of any tensor is",
        "grad",
        program=r"\b(v\d+)\.retain_grad\(.*(\n.*)*\n.*\b\1(\.\w+_\(| ?[-+*/]= |\[.*\] [-+*/]?= )",
        confirmed=True,
    ),
    Decision(
        "whether the gradient of nothing requires one, with no numbers in it",
        "requires_grad",
        ours=r"requires_grad is True",
        program=r"torch\.(zeros|ones)\(\(?0",
    ),
    Decision(
        ON_THE_WAY,
        "computed|kind",
        theirs="^$|appears to not have been used in the graph",
        line=r"autograd\.grad\(",
        program=NUMBERS_ALONE,
        confirmed=True,
    ),
    Decision(ON_THE_WAY, "requires_grad", program=rf"({NUMBERS_ALONE})(.*\n)+.*materialize_grads=True"),
    Decision(
        ON_THE_WAY,
        "refused",
        ours="the values that it had saved were freed",
        program=rf"({NUMBERS_ALONE})(.*\n)+.*(inputs=|autograd\.grad\()",
    ),
    Decision(
        "what ravel and flatten copy is a tensor of its own; PyTorch's is a view of a copy",
        "computed",
        theirs="Can't detach views in-place",
        program=r"\b(v\d+) = v\d+\.(ravel|flatten)\(.*(\n.*)*\1\.detach_\(",
    ),
    Decision(
        "what ravel and flatten copy is a tensor of its own; PyTorch's is a view of a copy",
        "grad|grad values",
        program=r"\.(ravel|flatten)\(.*(\n.*)*(retain_grad|inputs=)",
        confirmed=True,
    ),
    Decision(FLAT, "requires_grad|is_leaf", ours="requires_grad is True|is_leaf is False", program=FLATTENED),
    Decision(FLAT, "answer", line=r"\.(is_leaf|requires_grad)$", program=FLATTENED, confirmed=True),
    Decision(FLAT, "computed", theirs="can't retain_grad on Tensor", program=FLATTENED, confirmed=True),
    Decision(
        KEPT,
        "refused",
        ours="the outputs don't depend on input",
        line=r"autograd\.grad\(",
        program=r"\.expm1\(.*(\n.*)*create_graph=True",
    ),
    Decision(
        "a view that is changed in place is another node than the result that the operation's rule keeps",
        "refused",
        ours="the outputs don't depend on input",
        line=r"autograd\.grad\(",
        program=r"\.(sigmoid|tanh|exp|expm1|sqrt|rsqrt|reciprocal|div|true_divide)_\(.*(\n.*)*create_graph=True",
    ),
    Decision(
        FLAT,
        "computed",
        theirs=r"(element \d of t|differentiated T)ensors does not require grad",
        program=FLATTENED,
        confirmed=True,
    ),
    Decision(FLAT, "refused", ours="the values that it had saved were freed", program=FLATTENED),
    Decision(
        "what a view was is on the way from its own view that was changed; in PyTorch that leads past it to the base",
        "grad values",
        line=r"\.backward\(",
        program=r"\b(v\d+)\.retain_grad\(\)(.*\n)+(v\d+) = \1\..*\n(.*\n)*\3\.\w+_\(",
        confirmed=True,
    ),
    Decision(FLAT, "computed", theirs="cannot register a hook on a tensor that doesn't require", program=FLATTENED),
    Decision(
        "the sign of a 0 that a product of vectors or matrices leaves is the choice of the library that adds up",
        "values",
        ours="inf",
        line=r"/|div|reciprocal|rsqrt",
        program=r" @ |matmul|mv\(|mm\(|dot\(|einsum",
        confirmed=True,
    ),
    Decision(
        "a remainder of 0 has the sign of the divisor, as Python's",
        "grad values|values",
        ours="inf",
        program="remainder",
    ),
    Decision(
        "detach_ leaves the graph in inference_mode, too",
        "requires_grad|is_leaf|answer|computed|refused",
        program=r"inference_mode\(\): v\d+\.detach_\(",
    ),
    Decision(
        LAYOUT,
        "memory|answer",
        state="laid out otherwise",
    ),
    Decision(
        LAYOUT,
        "values",
        line=r"\w_\(| [-+*/@]= |\] = ",
        state="laid out otherwise",
        program=r"\.(reshape|ravel|flatten)\(",
    ),
    Decision(
        LAYOUT,
        "computed",
        theirs="view size is not compatible",
        state="laid out otherwise",
    ),
    Decision(
        "where the largest is NaN, the gradient goes there; PyTorch's is NaN everywhere",
        "grad values|values",
        ours="nan",
        program=r"amax|amin|\.max\(\)|\.min\(\)",
    ),
    Decision(
        "the variance of equal numbers is 0; what PyTorch's is off by may decide what comes of it",
        "values|grad values",
        ours="inf|nan",
        program=r"\.(var|std|var_mean)\(",
        confirmed=True,
    ),
    Decision(
        "the third derivative of a square, zeros, isn't recorded; PyTorch's is",
        "requires_grad|is_leaf",
        ours="requires_grad is False|is_leaf is True",
        program=r"\.square_?\((.*\n)*.*autograd\.grad\(.*create_graph=True(.*\n)*.*autograd\.grad\(.*create_graph=True",
    ),
    Decision(
        LAYOUT,
        "refused",
        ours="don't lie in memory in the order|made without recording",
        state="laid out otherwise",
    ),
    Decision("a fault of PyTorch's own", "computed", theirs="INTERNAL ASSERT FAILED|ZeroTensors are immutable"),
    Decision("the mean of infinities is infinite, also beside their variance", "values", line="var_mean"),
    Decision(
        "a power of True or False has a gradient",
        "computed",
        theirs="with a bool tensor is not supported",
        line=r"backward\(|autograd\.grad\(",
        confirmed=True,
    ),
    Decision(
        "the gradient of a tensor by itself is a copy of where it started, not that tensor",
        "requires_grad|is_leaf|computed|answer|refused|kind",
        program=r"autograd\.grad\(.*requires_grad=True",
    ),
    Decision(
        "autograd.grad gives what the hooks of a result have left, also where PyTorch gives what came to them",
        "values",
        line=r"autograd\.grad\(.*\[",
        program=r"register_hook",
    ),
    Decision(
        "sums are added up in another order: where one is a whole number but for rounding, that decides whether "
        "something negative has such a power",
        "values|grad values",
        ours="nan",
        line=r"\*\*|pow",
        program=r"\.(sum|mean|var|std|prod|cumsum|cumprod|norm)\(|@",
    ),
    Decision(
        "0 to the power 0 is flat in its base; PyTorch's second derivatives multiply that by an infinite slope",
        "values|grad values",
        ours=r"the other's .*nan",
        line=r"autograd\.grad\(|backward\(",
        program=r"(\*\*|pow).*(\n.*)*create_graph=True",
    ),
    Decision(
        "what is 0 but for rounding has any sign",
        "values|grad values",
        line=r"\.((sign|floor|trunc|round|ceil|eq|ne|lt|gt|le|ge)_?|sort|topk|max|min)\(| [<>]=? ",
        program=r"autograd\.grad\(|backward\(|\.(std|var)\(",
        confirmed=True,
    ),
    Decision(
        "what is 0 but for rounding has any sign",
        "values|grad values",
        ours="nan",
        line=r"\*\*|pow",
        program=r"\b(v\d+) / \1\b.*(\n.*)*autograd\.grad\(",
        confirmed=True,
    ),
    Decision(
        "what is 0 but for rounding has any inverse, and any logarithm",
        "values|grad values",
        ours=r"inf|nan|\d{15}\.0|e\+1[5-9]",
        line=r"reciprocal|rsqrt|div|log| / ",
        program=r"autograd\.grad\(|backward\(",
        confirmed=True,
    ),
    Decision(
        "what follows the gradient of a leaf is called for one that stopped asking, too, as PyTorch's, and finds none",
        "error",
        ours="'NoneType' object has no attribute",
        program=r"register_post_accumulate_grad_hook\((.*\n)+.*(requires_grad_\(False\)|detach_)",
    ),
    Decision("the gradient of a tensor is an array of its own", "memory", line=r"autograd\.grad\("),
    Decision(
        "of nearly equal float16 numbers few digits are left, by which others are divided",
        "values",
        line=r"/=? ",
        program=r"float16(.*\n)*.*\.(mean|sum)\(",
        confirmed=True,
    ),
    Decision(
        "the gradient of a float16 number over itself is the difference of two large ones, and has few digits",
        "grad values",
        line=r"backward\(",
        program=r"float16(.*\n)*.*\b(v\d+)(\.div\(| / )\2\b",
        confirmed=True,
    ),
)


def decision(lines: Sequence[str], found: Disagreement) -> Decision | None:
    """Return the decision that a disagreement is; None if it is a fault of one of the two."""
    return next((each for each in DECISIONS if each.holds(lines, found)), None)
