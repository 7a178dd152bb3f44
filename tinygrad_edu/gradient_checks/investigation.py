"""The investigation after a mismatch: `gradcheck` looks closer, and elsewhere, until it can name the mistake.

1.  Is the function the same when it is called twice? Does its gradient depend on other calls, is it of
    another dtype, does it multiply by the gradient it is given?
2.  Has the function a derivative here? See corners.py.
3.  At the point and at some others nearby, what is the pattern (patterns.py)?

Passing checks pay for none of this.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu.autograd.gradcheck import GradcheckError, Mistake
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.numerical import difference_step
from tinygrad_edu.gradient_checks.corners import OneSided, corner, seen_closely
from tinygrad_edu.gradient_checks.nesting import Numbered
from tinygrad_edu.gradient_checks.patterns import Finding, Sample, recognise, recognise_part
from tinygrad_edu.gradient_checks.refusals import answers, misfit, narrowed

if TYPE_CHECKING:
    from tinygrad_edu.gradient_checks.comparison import Comparison

__all__ = ["explained", "named", "narrow_answer", "refusal", "written"]

POINTS = 5  # to look at besides the one that was asked about
PATTERN = 1e-3  # how near values must come to a pattern, relatively


def explained(
    comparison: Comparison,
    outputs: Numbered,
    place: int,
    output: tuple[int, Any],
    analytic: np.ndarray,
    numerical: np.ndarray,
) -> GradcheckError:
    """The error that says what is wrong with the derivatives of `output` by input number `place`."""
    _expect_one_value(comparison, output[0])
    narrow_answer(comparison, outputs, analytic, numerical)
    if np.isfinite(analytic).all():
        comparison.start_from_zeros(outputs)
    comparison.run_in_other_orders()
    tensor = comparison.inputs[place][1]
    atol = comparison.tolerance(tensor, output[1])
    wrong = ~comparison.agree(analytic, numerical, atol)
    _expect_precision(comparison, place, output, analytic, numerical, wrong)
    usable = np.isfinite(numerical)
    numerical = numerical.copy()
    corners: dict[tuple[int, int], OneSided] = {}
    for row in np.flatnonzero(wrong.any(axis=1)):
        seen = seen_closely(comparison, tensor, output[0], int(row), analytic[row], numerical[row], wrong[row])
        for column, look in seen.items():
            usable[row, column] = look.usable
            numerical[row, column] = look.numerical
            if not look.usable:
                corners[int(row), column] = look
        if any(not look.usable for look in seen.values()):  # an infinite slope makes the others 0 · inf
            usable[row] &= np.isfinite(analytic[row])
    still_wrong = wrong & usable & ~comparison.agree(analytic, numerical, atol)
    if not still_wrong.any():
        spot = _worst(analytic, numerical, wrong)
        finding = corner(corners.get(spot), float(analytic[spot]))
    else:
        spot = _worst(analytic, numerical, still_wrong)
        here = Sample(analytic, numerical, usable, _flat(tensor), _flat(output[1]))
        samples = [here, *_samples_around(comparison, place, output, partial(_settled, comparison, output))]
        finding = recognise(
            samples,
            tensor._data.shape,
            output[1]._data.shape,
            _noise(comparison, tensor, output[1], samples),
            max(comparison.rtol, PATTERN),
            comparison.names.rule,
        )
    return _error(comparison, place, output, spot, analytic, numerical, finding)


def named(
    comparison: Comparison,
    outputs: Numbered,
    place: int,
    output: tuple[int, Any],
    analytic: np.ndarray,
    numerical: np.ndarray,
    wrong: np.ndarray,
    usable: np.ndarray,
    tolerance: float,
    nearby: Callable[[Any], tuple[np.ndarray, np.ndarray]],
) -> GradcheckError:
    """The error that says what is wrong with derivatives that are known to be wrong, and to exist.

    Args:
        comparison: What was compared.
        outputs: The differentiable results.
        place: Which of the inputs.
        output: Which of the results.
        analytic: The derivatives that backward gives.
        numerical: Those that differences give.
        wrong: Which are wrong.
        usable: Which can be trusted.
        tolerance: How near two derivatives must come to be the same.
        nearby: Computes the derivatives by a tensor where the inputs are now, and which of them can be trusted.
    """
    _expect_one_value(comparison, output[0])
    if usable.any():
        narrow_answer(comparison, outputs, analytic[usable], numerical[usable])
    if np.isfinite(analytic).all():
        comparison.start_from_zeros(outputs)
    comparison.run_in_other_orders()
    tensor = comparison.inputs[place][1]
    spot = _worst(analytic, numerical, wrong)
    here = Sample(analytic, numerical, usable, _flat(tensor), _flat(output[1]))
    elsewhere = list(_samples_around(comparison, place, output, nearby))
    largest = max(float(np.max(np.abs(s.numerical), where=s.usable, initial=0)) for s in (here, *elsewhere))
    samples = [here, *elsewhere]
    atol = max(min(tolerance, PATTERN * largest), float(np.finfo(np.float64).eps) * largest)
    rule = comparison.names.rule
    finding = recognise(samples, tensor._data.shape, output[1]._data.shape, atol, PATTERN, rule)
    if finding.mistake is Mistake.OTHER:
        apart = [np.abs(s.analytic - s.numerical) > atol + PATTERN * np.abs(s.numerical) for s in samples]
        finding = recognise_part(samples, [wrong, *apart[1:]], atol, PATTERN, rule) or finding
        if elsewhere and not any((each & s.usable).any() for each, s in zip(apart[1:], elsewhere, strict=True)):
            finding = finding._replace(
                words=f"{finding.words} At all points nearby it is right: it is wrong there alone. Look for a "
                "comparison such as x == 0, a where() or an if."
            )
    return _error(comparison, place, output, spot, analytic, numerical, finding)


def _samples_around(
    comparison: Comparison,
    place: int,
    output: tuple[int, Any],
    nearby: Callable[[Any], tuple[np.ndarray, np.ndarray]],
) -> Iterator[Sample]:
    """Yield the derivatives of the same output by the same input at other points, as `nearby` gives them."""
    generator = np.random.default_rng(1)
    tensor = comparison.inputs[place][1]
    for _ in range(POINTS):
        with _moved([each.owned_array() for _, each in comparison.inputs], generator), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the first call has shown them
            try:
                found = [each for each in comparison.outputs() if each[0] == output[0]]
                if found and found[0][1]._data.shape != output[1]._data.shape:
                    continue
                numerical, usable = nearby(tensor)
                analytic = comparison.jacobians(found)[place] if found else np.zeros(numerical.shape)
            except Exception:
                continue
            result = _flat(found[0][1] if found else output[1])
            yield Sample(analytic, numerical, usable & np.isfinite(analytic), _flat(tensor), result)


def _settled(comparison: Comparison, output: tuple[int, Any], tensor: Any) -> tuple[np.ndarray, np.ndarray]:
    """The differences by `tensor`, and which of them a shorter step confirms."""
    coarse = comparison.differences(tensor, [output[0]])
    fine = comparison.differences(tensor, [output[0]], comparison.step(tensor) / 4)
    return coarse, np.abs(coarse - fine) <= 4 * comparison.tolerance(tensor, output[1]) + PATTERN * np.abs(fine)


def _error(
    comparison: Comparison,
    place: int,
    output: tuple[int, Any],
    spot: tuple[int, int],
    analytic: np.ndarray,
    numerical: np.ndarray,
    finding: Finding,
) -> GradcheckError:
    names = comparison.names
    if names.all_tested and np.isfinite(analytic[spot]) and finding.mistake is not Mistake.KINK:
        finding = _unrecorded(finding, names.rule)
    number, tensor = comparison.inputs[place]
    here, there = _index(spot[0], tensor._data.shape), _index(spot[1], output[1]._data.shape)
    closing = "" if finding.mistake is Mistake.KINK else names.closing
    verdict = "can't be checked here" if finding.mistake is Mistake.KINK else "is wrong"
    return GradcheckError(
        f"{names.opening}: the gradient of {names.output(output[0])} with respect to {names.input(number)} {verdict}, "
        f"worst at output{written(there)} by input{written(here)}: analytic {analytic[spot]:.6g}, numerical "
        f"{numerical[spot]:.6g}. {finding.words}{closing}",
        mistake=finding.mistake,
        input=number,
        output=output[0],
        index=here,
        analytic=float(analytic[spot]),
        numerical=float(numerical[spot]),
        **names.context,
    )


def refusal(
    comparison: Comparison, outputs: Numbered, starts: Sequence[np.ndarray], error: Exception
) -> GradcheckError:
    """The story of a backward that raised `error`: which rule gave what, and what it looks like."""
    names = comparison.names
    for (_, output), start in zip(outputs, starts, strict=True):
        with contextlib.suppress(RuntimeError, TypeError, ValueError, IndexError):
            for answer in answers(output, start):
                finding = misfit(answer)
                if finding is not None:
                    number = next((k for k, each in comparison.inputs if each.edge() is answer.edge), None)
                    return GradcheckError(
                        f"{names.check}: {answer.node.operation}: its gradient of {answer.operand} can't be "
                        f"used. {finding.words}",
                        mistake=finding.mistake,
                        operation=answer.node.operation,
                        derivative=names.derivative,
                        input=number,
                    )
    return GradcheckError(f"{names.opening}: backward failed: {type(error).__name__}: {error}", **names.context)


def narrow_answer(
    comparison: Comparison, outputs: Numbered, analytic: np.ndarray | None = None, numerical: np.ndarray | None = None
) -> None:
    """Raise an error if a rule answers in another dtype than its operand's.

    With the derivatives given, only if they are so near to each other that rounding explains the gap.
    """
    if analytic is not None and numerical is not None:
        gap, largest = np.abs(analytic - numerical).max(), np.abs(numerical).max()
        if not gap <= PATTERN * largest:
            return
    for number, output in outputs:
        for answer in answers(output, np.ones_like(np.asarray(output._data))):
            finding = narrowed(answer)
            if finding is not None:
                names = comparison.names
                raise GradcheckError(
                    f"{names.check}: {answer.node.operation}: its gradient of {answer.operand} has the wrong "
                    f"dtype. {finding.words}",
                    mistake=finding.mistake,
                    operation=answer.node.operation,
                    derivative=names.derivative,
                    input=next((k for k, each in comparison.inputs if each.edge() is answer.edge), None),
                    output=number,
                )


def _expect_one_value(comparison: Comparison, number: int) -> None:
    """Raise an error if the function gives other values when it is called again."""
    names = comparison.names
    first = comparison.values([number])
    for _ in range(3):
        gap = np.nan_to_num(np.abs(comparison.values([number]) - first))
        if gap.size and gap.max() > 0:
            raise GradcheckError(
                f"{names.opening}: the function itself is not deterministic: {names.output(number)} differs by "
                f"{gap.max():.6g} between two calls with the same inputs, so there is nothing that differences could "
                "measure; fix its random numbers (with manual_seed inside, or draw them before and pass them in)",
                mistake=Mistake.NONDETERMINISTIC,
                output=number,
                **names.context,
            )


def _expect_precision(
    comparison: Comparison,
    place: int,
    output: tuple[int, Any],
    analytic: np.ndarray,
    numerical: np.ndarray,
    wrong: np.ndarray,
) -> None:
    """Raise an error if the differences are noise at this step, but agree at one that is wide enough for float32."""
    number, tensor = comparison.inputs[place]
    step, wide = comparison.step(tensor), difference_step(np.asarray(tensor._data, np.float32))
    if step > wide / 10:
        return
    other = comparison.differences(tensor, [output[0]], 0.7 * step)
    unsettled = np.abs(other - numerical) > np.abs(analytic - numerical) / 5
    coarse = comparison.differences(tensor, [output[0]], wide)
    agree = np.abs(analytic - coarse) <= comparison.atol + 0.01 * np.abs(coarse)
    if np.all(agree[wrong]) and np.any(unsettled[wrong]):
        names = comparison.names
        raise GradcheckError(
            f"{names.opening}: {names.output(output[0])} is too coarse for differences at a step of {step:.3g}, as if "
            f"computed in less than float64 somewhere inside; at a step of {wide:.3g} they agree with the gradient. "
            "This is not necessarily a mistake: keep float64 all the way, or pass a wider eps and tolerances",
            mistake=Mistake.DTYPE,
            input=number,
            output=output[0],
            **names.context,
        )


def _unrecorded(finding: Finding, rule: str) -> Finding:
    """Say what a wrong gradient means where every recorded derivative is known to be right."""
    if finding.mistake is Mistake.MISSING:
        return finding
    pattern = "A term is missing." if finding.mistake is Mistake.OTHER else finding.words.partition(" Look for ")[0]
    return Finding(
        Mistake.MISSING if finding.mistake is Mistake.OTHER else finding.mistake,
        f"{pattern} Every operation that was recorded is one of the package's own, whose derivatives are tested, so a "
        f"part of the computation wasn't recorded. In {rule}, look for values that leave the graph: detach(), .data, "
        ".item(), .numpy(), no_grad(), or a constant computed before.",
    )


@contextlib.contextmanager
def _moved(places: Sequence[np.ndarray], generator: np.random.Generator) -> Iterator[None]:
    """Change each value by up to a fifth, and those that are 0 by up to a tenth of the largest; then change them back.

    So positive values stay positive, and those within (0, 0.8) or so stay below 1.
    """
    before = [each.copy() for each in places]
    try:
        for place, values in zip(places, before, strict=True):
            unit = float(np.abs(values).max(initial=0)) or 1.0
            change = generator.uniform(-0.2, 0.2, values.shape) * values
            zero = np.where(values == 0, generator.uniform(-0.1, 0.1, values.shape) * unit, 0)
            place[...] = values + change + zero
        yield
    finally:
        for place, values in zip(places, before, strict=True):
            place[...] = values


def _noise(comparison: Comparison, tensor: Any, output: Any, samples: Sequence[Sample]) -> float:
    """The size that a derivative may seem to have that is 0: small beside the derivatives that there are."""
    usable = [np.abs(np.concatenate([s.analytic[s.usable], s.numerical[s.usable]])) for s in samples]
    sizes = np.concatenate(usable)
    largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0))
    precision = max(float(np.finfo(tensor._data.dtype).eps), comparison.rounding)
    magnitude = max(float(np.abs(s.output).max(initial=0)) for s in samples)
    rounding = 8 * precision * magnitude / comparison.step(tensor)
    return max(rounding, min(4 * comparison.tolerance(tensor, output), PATTERN * largest))


def _flat(tensor: TensorBase) -> np.ndarray:
    return np.ravel(tensor._data).astype(np.float64)


def _worst(analytic: np.ndarray, numerical: np.ndarray, among: np.ndarray) -> tuple[int, int]:
    gap = np.abs(analytic - numerical)
    row, column = np.unravel_index(np.argmax(np.where(among, np.where(np.isnan(gap), np.inf, gap), -1)), gap.shape)
    return int(row), int(column)


def _index(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(each) for each in np.unravel_index(number, shape)) if shape else ()


def written(index: tuple[int, ...]) -> str:
    """An index in brackets."""
    return f"[{', '.join(map(str, index)) or '()'}]"
