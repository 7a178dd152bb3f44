"""Right arguments of what lives in rooms of its own: func, distributions, optim.swa_utils, nn.utils.rnn."""

from __future__ import annotations

from typing import Any

from support.right.makers import MATRIX, VECTOR, constant, leaf, reals, whole

import tinygrad_edu as tg
from tinygrad_edu import distributions, nn, optim

SQUARES: dict[str, Any] = {"func": constant(lambda x: (x * x).sum())}


def sequences() -> Any:
    return [reals(3, 2), reals(1, 2)]


def packed() -> Any:
    return nn.utils.rnn.pack_sequence(sequences())


def normal() -> Any:
    return distributions.Normal(reals(2, 3), 1.0)


def of_linear() -> dict[str, Any]:
    return {"weight": reals(2, 3), "bias": reals(2)}


OF_FUNC: dict[str, dict[str, Any]] = {
    **{f"tg.func.{each}": SQUARES for each in ("grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "vmap")},
    "tg.func.vjp": {"*": [constant(lambda *x: (x[0] * x[0]).sum()), MATRIX]},
    "tg.func.jvp": {
        "func": constant(lambda *x: sum(each * each for each in x) + reals(3)),
        "primals": lambda: (reals(3),),
        "tangents": lambda: (reals(3),),
    },
    "functional_call": {
        "module": lambda: nn.Linear(3, 2),
        "parameter_and_buffer_dicts": of_linear,
        "args": MATRIX,
    },
}

OF_DISTRIBUTIONS: dict[str, dict[str, Any]] = {
    **{each: {"loc": MATRIX, "scale": constant(1.0)} for each in ("Normal", "Laplace")},
    **{each: {"rate": VECTOR} for each in ("Exponential", "Poisson")},
    "Gamma": {"concentration": VECTOR, "rate": VECTOR},
    "Beta": {"concentration1": VECTOR, "concentration0": VECTOR},
    "Dirichlet": {"concentration": VECTOR},
    "Uniform": {"low": constant(0.0), "high": VECTOR},
    "tg.distributions.Bernoulli": {"probs": constant(0.5)},
    "Categorical": {"probs": VECTOR},
    "Multinomial": {"probs": VECTOR},
    "MultivariateNormal": {"loc": reals(2).clone, "covariance_matrix": lambda: tg.eye(2)},
    "Independent": {"base_distribution": normal, "reinterpreted_batch_ndims": constant(1)},
    "kl_divergence": dict.fromkeys(("p", "q"), normal),
    "register_kl": {each: constant(type(each, (distributions.Distribution,), {})) for each in ("type_p", "type_q")},
    "tg.distributions.Normal.log_prob": {"value": MATRIX},
    "tg.distributions.Normal.cdf": {"value": MATRIX},
    "tg.distributions.Normal.icdf": {"value": lambda: reals(2, 3).sigmoid()},
    "tg.distributions.Normal.expand": {"*": [], "batch_shape": constant((4, 2, 3))},
    "tg.distributions.Normal.sample_n": {"n": constant(2)},
    "set_default_validate_args": {"value": constant(True)},
}

OF_AVERAGES: dict[str, dict[str, Any]] = {
    "SWALR": {"optimizer": lambda: optim.SGD([leaf(2, 3)], lr=0.1), "swa_lr": constant(0.05)},
    "AveragedModel": {"model": lambda: nn.Linear(3, 2)},
    "update_bn": {"model": lambda: nn.Sequential(nn.BatchNorm1d(3)), "loader": lambda: [reals(2, 3), reals(4, 3)]},
}

OF_PACKING: dict[str, dict[str, Any]] = {
    "PackedSequence": {"data": MATRIX, "batch_sizes": whole(1, 1)},
    "invert_permutation": {"permutation": whole(1, 0, 2)},
    "pack_padded_sequence": {"input": lambda: reals(3, 2, 2), "lengths": lambda: [3, 1]},
    **{each: {"sequences": sequences} for each in ("pack_sequence", "pad_sequence")},
    "pad_packed_sequence": {"sequence": packed},
    "unpack_sequence": {"packed_sequences": packed},
    "unpad_sequence": {"padded_sequences": lambda: reals(3, 2, 2), "lengths": whole(3, 1)},
}

OF_ROOMS = OF_FUNC | OF_DISTRIBUTIONS | OF_AVERAGES | OF_PACKING
