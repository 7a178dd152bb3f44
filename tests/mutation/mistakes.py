"""The mistakes that people make in a derivative, as changes of its syntax tree.

A `Mistake` puts one tree in place of another, somewhere in a function. `mistakes` lists all that fit a
function; that some are caught by a crash rather than by a wrong number makes them no less caught.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

SIGN = "sign"
FACTOR = "factor"
DROPPED = "dropped term"
SWAPPED = "swapped operands"
SAVED = "wrong saved value"
BROADCAST = "broadcast sum"
AXIS = "axis"
TIE = "tie rule"
CONSTANT = "constant"
FUNCTION = "wrong function"
BRANCH = "wrong branch"

KINDS = (SIGN, FACTOR, DROPPED, SWAPPED, SAVED, BROADCAST, AXIS, TIE, CONSTANT, FUNCTION, BRANCH)

Function = ast.Lambda | ast.FunctionDef

_SUMMING = {"sum", "sum_of", "add_up", "reduce", "reduce_to", "sum_to", "spread", "expand", "_unstretched"}
_NOT_CALCULUS = {"asarray", "constant", "float", "isinstance", "number", "tolist", "tuple", "type"}
_COMMUTATIVE = {"add", "max", "maximum", "min", "minimum", "multiply", "not_equal", "vdot", "vecdot"}
_COMMUTATIVE |= {"_log_sum", "_square_of_radius", "_sums_of_products", "plus", "product", "swapaxes", "times"}
_CONFUSED = [("sin", "cos"), ("log", "log1p"), ("exp", "expm1"), ("floor", "ceil"), ("maximum", "minimum")]
_CONFUSED_WITH = {a: b for pair in _CONFUSED for a, b in (pair, pair[::-1])}
_EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_OPPOSITES: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}


def averaged(g: Any, shape: tuple[int, ...]) -> Any:
    """Return `g` so that its sum over the directions in which `shape` was stretched becomes a mean."""
    return g * float(np.prod(shape) / max(np.prod(g.shape), 1))


def off_by_one(dim: Any) -> Any:
    """Return the dimension before, or those before."""
    return dim - 1 if isinstance(dim, int) else tuple(each - 1 for each in dim)


CALLED_BY_MISTAKES = {each.__name__: each for each in (averaged, off_by_one)}


class Mistake(NamedTuple):
    """One wrong derivative: `right` stands in the function, `wrong` is put there."""

    kind: str
    right: ast.AST
    wrong: ast.AST

    def described(self, function: Function) -> str:
        """Return the change as source; of names and numbers, with what is around them."""
        around = self.right
        while isinstance(around, ast.Name | ast.Constant):
            around = next((node for node in _code_of(function) if around in ast.iter_child_nodes(node)), function)
        return f"{ast.unparse(around)} => {ast.unparse(_with(around, self))}"


class Context(NamedTuple):
    """What else is known of the function that mistakes are made in."""

    saved: frozenset[str] = frozenset()  # the values that a rule could ask for
    shapes: frozenset[str] = frozenset()  # the shapes that it could ask for
    is_rule: bool = False  # whether it returns a gradient
    gives_list: bool = False  # a list of them
    stretched: str | None = None  # the shape of an operand that may have been broadcast

    def common_with(self, other: Context) -> Context:
        """What is known of a function that two operations share."""
        stretched = self.stretched if self.stretched == other.stretched else None
        return self._replace(saved=self.saved & other.saved, shapes=self.shapes & other.shapes, stretched=stretched)


def mistakes(function: Function, context: Context) -> Iterator[Mistake]:
    """Yield every mistake that can be made in `function`."""
    axes = _in_axis_arguments(function)
    results = _results(function) if context.is_rule else []
    for node in _code_of(function):
        if node in results:
            yield from _in_result(node, context)
        for kind, wrong in _in_node(node):
            yield Mistake(AXIS if kind == CONSTANT and node in axes else kind, node, wrong)
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                alike = next((each for each in (context.saved, context.shapes) if name in each), {name})
                yield from (Mistake(SAVED, node, ast.Name(other, ast.Load())) for other in sorted(alike - {name}))
            case ast.If(test=test):
                yield from (Mistake(BRANCH, test, ast.Constant(always)) for always in (True, False))


def _code_of(function: Function) -> Iterator[ast.AST]:
    """Walk over what a function does: not its arguments, annotations and docstring."""
    waiting: list[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "args") or isinstance(node, ast.Call):
                children = value if isinstance(value, list) else [value]
                waiting += [child for child in children if isinstance(child, ast.AST)]


def _results(function: Function) -> list[ast.AST]:
    if isinstance(function, ast.Lambda):
        return [function.body]
    return [node.value for node in _code_of(function) if isinstance(node, ast.Return) and node.value is not None]


def _in_axis_arguments(function: Function) -> set[ast.AST]:
    keywords = [node for node in ast.walk(function) if isinstance(node, ast.keyword)]
    return {part for each in keywords if each.arg in ("axis", "dim", "dims") for part in ast.walk(each.value)}


def _in_result(node: ast.AST, context: Context) -> Iterator[Mistake]:
    """Yield mistakes in the gradient as a whole; where it is several, in each."""
    match node:
        case (
            ast.BinOp(op=ast.Mult(), right=ast.Constant(value=0))
            | ast.Call(func=ast.Name(id="flat"))
            | ast.Call(func=ast.Attribute(attr="where"), args=[ast.Constant(value=False), _, ast.Constant(value=0)])
        ):
            return  # no factor of 0 is wrong
        case ast.List(elts=several) | ast.Tuple(elts=several):
            for each in several:
                yield from _in_result(each, context._replace(gives_list=False))
            return
        case ast.IfExp(body=ast.Constant(value=None), orelse=other):
            yield from _in_result(other, context)
            return
    for kind, formula in ((SIGN, "-{}"), (FACTOR, "2 * {}"), (FACTOR, "1.0001 * {}")):
        if context.gives_list:
            formula = f"[None if each is None else {formula.format('each')} for each in {{}}]"
        yield Mistake(kind, node, _filled(formula, node))
    if context.stretched:
        yield Mistake(BROADCAST, node, _filled(f"averaged({{}}, {context.stretched})", node))


def _filled(formula: str, node: ast.AST) -> ast.AST:
    return ast.parse(formula.format(f"({ast.unparse(node)})"), mode="eval").body


def _in_node(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the mistakes at one node, as their kind and what stands there instead."""
    match node:
        case ast.BinOp():
            yield from _in_arithmetic(node)
        case ast.AugAssign(target=target, op=op, value=value):
            yield DROPPED, ast.Pass()
            if opposite := _OPPOSITES.get(type(op)):
                yield (SIGN if opposite in (ast.Add, ast.Sub) else FACTOR), ast.AugAssign(target, opposite(), value)
        case ast.Expr(value=ast.Call()):
            yield DROPPED, ast.Pass()
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield SIGN, operand
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
            yield TIE, operand
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            if edge := _EDGES.get(type(op)):
                yield TIE, ast.Compare(left, [edge()], [right])
            if not isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
                yield SWAPPED, ast.Compare(right, [op], [left])
        case ast.Constant(value=bool(value)):
            yield CONSTANT, ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield CONSTANT, ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield CONSTANT, ast.Constant(value * 2 or 1.0)
        case ast.Name(id=name, ctx=ast.Load()) if name.isupper():
            yield CONSTANT, ast.BinOp(node, ast.Mult(), ast.Constant(2))
        case ast.Name(id="dim" | "dims", ctx=ast.Load()):
            yield AXIS, ast.Call(ast.Name("off_by_one", ast.Load()), [node], [])
        case ast.Attribute(value=value, attr="T" | "mT"):
            yield SWAPPED, value
        case ast.IfExp(body=body, orelse=orelse):
            yield from ((BRANCH, body), (BRANCH, orelse))
        case ast.BoolOp(op=op, values=values):
            yield TIE, ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.Call():
            yield from _in_call(node)


def _in_arithmetic(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    a, b = node.left, node.right
    match node.op:
        case ast.Add():
            yield from ((SIGN, ast.BinOp(a, ast.Sub(), b)), (DROPPED, a), (DROPPED, b))
        case ast.Sub():
            yield from ((SIGN, ast.BinOp(a, ast.Add(), b)), (SWAPPED, ast.BinOp(b, ast.Sub(), a)))
            yield from ((DROPPED, a), (DROPPED, ast.UnaryOp(ast.USub(), b)))
        case ast.Mult():
            yield from ((FACTOR, a), (FACTOR, b), (FACTOR, ast.BinOp(a, ast.Div(), b)))
        case ast.Div():
            yield from ((FACTOR, a), (FACTOR, ast.BinOp(a, ast.Mult(), b)), (SWAPPED, ast.BinOp(b, ast.Div(), a)))
        case ast.Pow():
            yield from ((FACTOR, a), (SWAPPED, ast.BinOp(b, ast.Pow(), a)))
        case ast.MatMult():
            yield from ((FACTOR, a), (FACTOR, b), (SWAPPED, ast.BinOp(b, ast.MatMult(), a)))
        case ast.BitAnd():
            yield from ((TIE, ast.BinOp(a, ast.BitOr(), b)), (TIE, a), (TIE, b))
        case ast.BitOr():
            yield from ((TIE, ast.BinOp(a, ast.BitAnd(), b)), (TIE, a), (TIE, b))


def _in_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            pass
        case _:
            return
    if name in _NOT_CALCULUS or any(isinstance(each, ast.Starred) for each in node.args):
        return
    if name == "where":
        condition, a, b = node.args
        yield from ((TIE, a), (TIE, b), (SWAPPED, ast.Call(node.func, [condition, b, a], node.keywords)))
        return
    if len(node.args) > 1 and name not in _COMMUTATIVE:
        first, second, *others = node.args
        if ast.unparse(first) != ast.unparse(second):
            yield SWAPPED, ast.Call(node.func, [second, first, *others], node.keywords)
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
    ):
        yield (BROADCAST if name in _SUMMING else FUNCTION), node.func.value
    elif node.args and not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
        yield (BROADCAST if name in _SUMMING else FUNCTION), node.args[0]
    if isinstance(node.func, ast.Attribute) and name in _CONFUSED_WITH:
        other = ast.Attribute(node.func.value, _CONFUSED_WITH[name], ast.Load())
        yield FUNCTION, ast.Call(other, node.args, node.keywords)


def compiled(function: Function, mistake: Mistake | None, context: Context) -> CodeType:
    """Return the code of `function` with a mistake made; what the mistake needs is an argument more.

    Without a mistake, everything that any mistake could need is one.
    """
    tree: Any = _with(function, mistake or Mistake("", function.args, function.args))
    needed = context.saved | context.shapes
    if mistake:
        needed &= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    taken = tree.args
    missing = sorted(needed - {each.arg for each in (*taken.args, *taken.kwonlyargs)})
    in_place_of_defaults: list[Any] = [None] * len(taken.kwonlyargs)  # which the function itself has
    tree.args = ast.arguments(
        [], [*taken.args, *map(ast.arg, missing)], taken.vararg, taken.kwonlyargs, in_place_of_defaults, taken.kwarg, []
    )
    whole = ast.Expression(tree) if isinstance(tree, ast.Lambda) else ast.Module([tree], [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # Python sees some of the mistakes, too
        mode = "eval" if isinstance(tree, ast.Lambda) else "exec"
        outer = compile(ast.fix_missing_locations(whole), "<planted>", mode)
    return next(each for each in outer.co_consts if isinstance(each, CodeType))


def _with(node: Any, mistake: Mistake) -> Any:
    """Return a copy of a tree in which the mistake is made."""
    if isinstance(node, list):
        return [_with(each, mistake) for each in node]
    if not isinstance(node, ast.AST):
        return node
    if node is mistake.right:
        return ast.copy_location(mistake.wrong, node)
    copy = type(node)(**{name: _with(value, mistake) for name, value in ast.iter_fields(node)})
    return ast.copy_location(copy, node)
