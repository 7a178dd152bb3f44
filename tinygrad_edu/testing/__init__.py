"""Property tests of gradients, for anyone's operation: three lines in anyone's pytest suite.

    from tinygrad_edu.testing import check_gradients, positive, reals

    def test_my_operation():
        check_gradients(my_operation, positive(), reals())

hypothesis draws inputs from the domains that are stated, the first and second derivatives are held
against differences, and what fails is shrunk to the smallest example and named. It needs
hypothesis and pytest.
"""

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._missing import not_installed

try:
    from tinygrad_edu.testing.domains import (
        Domain,
        away_from,
        between,
        constant,
        distinct,
        magnitudes,
        nonzero,
        not_whole,
        positive,
        reals,
        unit_interval,
    )
    from tinygrad_edu.testing.examples import depending
    from tinygrad_edu.testing.models import model_inputs, modules
    from tinygrad_edu.testing.properties import check_gradients, gradient_test
    from tinygrad_edu.testing.strategies import broadcastable_tensors, dtypes, shapes, tensors
except ModuleNotFoundError as error:
    if error.name not in ("hypothesis", "pytest"):
        raise
    raise ModuleNotFoundError(
        f"tinygrad_edu.testing: property tests need {not_installed(error.name)}", name=error.name
    ) from None

__all__ = [
    "Domain",
    "away_from",
    "between",
    "broadcastable_tensors",
    "check_gradients",
    "constant",
    "depending",
    "distinct",
    "dtypes",
    "gradient_test",
    "magnitudes",
    "model_inputs",
    "modules",
    "nonzero",
    "not_whole",
    "positive",
    "reals",
    "shapes",
    "tensors",
    "unit_interval",
]

__dir__ = _listing(__name__)
