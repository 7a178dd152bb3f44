"""What to say of what isn't here: of a name, that PyTorch has it, perhaps, and what to use instead; of a package.

Modules ask when a name is missing (`_importing.otherwise`). The words belong to names of one module, or to all names of
a form; of others, the nearest name that is there is told. Tensors have such names as attributes, for a ``__getattr__``
would slow down all others (benchmarks W3 and W4).
"""

from __future__ import annotations

import re
import sys
from typing import Any

__all__ = ["ABSENT_FROM_TENSORS", "AbsentFromTensors", "instead_of", "no_such_name", "not_installed"]

COMPLEX = "complex numbers aren't supported; keep real and imaginary parts in two tensors"
DENSE = "sparse tensors aren't supported; use dense ones"
QUANTIZED = "quantized numbers aren't supported; use float32, or int8 tensors as what they are"
ONE_PLACE = "there is one CPU and no GPU; use the module itself"
ONE_SAMPLER = "there is one process, which sees all samples; use RandomSampler, or DataLoader(shuffle=True)"
NO_GRAPHS = "programs aren't compiled or exported; use the module itself, and save its state_dict()"
WIDER = "there are no such numbers in NumPy; use float32, or float16 where memory is short"
SCIPY = "use scipy.special on x.detach().numpy(); a gradient is lost there"
POLYNOMIAL = "use numpy.polynomial for its coefficients, and powers of x"
INNER = "it is a part of PyTorch's inside; use the function or the layer that stands on it"

# By module; "*" is any name.
INSTEAD: dict[str, dict[str, str]] = {
    "": {
        "export": NO_GRAPHS,
        "fx": NO_GRAPHS,
        "fft": "use numpy.fft on x.detach().numpy()",
        "stft": "use numpy.fft on x.detach().numpy()",
        "istft": "use numpy.fft on x.detach().numpy()",
        "hub": "download the file yourself, and read it with load()",
        "nested": "pad the tensors to one length, with nn.utils.rnn.pad_sequence",
        "masked": "use masked_fill, masked_select or where",
        "multiprocessing": "use Python's own multiprocessing",
        "set_default_device": "there is one device, the CPU",
        "vmap": "use func.vmap",
        "storage": "use x.numpy() for the memory of a tensor",
        "from_dlpack": "use from_numpy(np.from_dlpack(x))",
        "to_dlpack": "use x.numpy(), which has __dlpack__",
        "frombuffer": "use from_numpy(np.frombuffer(...))",
        "lu": "use linalg.solve, linalg.inv or linalg.det",
        "lobpcg": "use linalg.eigh",
        "symeig": "use linalg.eigh",
        "eig": "its results are complex, which isn't supported; linalg.eigh is for symmetric matrices",
        "lstsq": "use linalg.lstsq",
        "solve": "use linalg.solve",
        "range": "use arange, which doesn't include the end",
        **dict.fromkeys(("channels_last", "channels_last_3d"), "values lie row by row; leave memory_format= out"),
    },
    "nn": {
        "SyncBatchNorm": "there is one process; use BatchNorm1d, 2d or 3d",
        "DataParallel": ONE_PLACE,
        "FractionalMaxPool2d": "use MaxPool2d or AdaptiveMaxPool2d",
        "FractionalMaxPool3d": "use MaxPool3d or AdaptiveMaxPool3d",
        "AdaptiveLogSoftmaxWithLoss": "use Linear with CrossEntropyLoss",
        "NLLLoss2d": "use NLLLoss",
        "Container": "use Module",
        "CrossMapLRN2d": "use LocalResponseNorm",
        "Buffer": "use register_buffer",
        "LinearCrossEntropyLoss": "use Linear with CrossEntropyLoss",
        "LinearCrossEntropyOptions": "use Linear with CrossEntropyLoss",
    },
    "nn.functional": {
        "fractional_max_pool2d": "use max_pool2d or adaptive_max_pool2d",
        "fractional_max_pool3d": "use max_pool3d or adaptive_max_pool3d",
        **{
            f"{kind}{n}d_with_indices": f"use {kind}{n}d with return_indices=True"
            for kind in ("max_pool", "adaptive_max_pool")
            for n in (1, 2, 3)
        },
        **{f"fractional_max_pool{n}d_with_indices": f"use max_pool{n}d with return_indices=True" for n in (2, 3)},
        "conv_tbc": "use conv1d, on a tensor of shape (N, C, L)",
        "linear_cross_entropy": "use linear and cross_entropy",
        **dict.fromkeys(("grouped_mm", "scaled_grouped_mm", "scaled_mm"), "use matmul"),
    },
    "nn.utils": {
        "prune": "multiply weights by masks yourself, in the module's forward",
        **dict.fromkeys(
            ("fuse_conv_bn_eval", "fuse_linear_bn_eval"), "use the two layers one after the other, in eval()"
        ),
        **dict.fromkeys(("fuse_conv_bn_weights", "fuse_linear_bn_weights"), "use the two layers themselves"),
        **{f"convert_conv{n}d_weight_memory_format": "there is one memory format; leave it out" for n in (2, 3)},
    },
    "nn.parallel": {"*": ONE_PLACE},
    "optim": {
        "SparseAdam": "gradients are dense; use Adam",
        "Adafactor": "use AdamW",
        "Muon": "use AdamW",
    },
    "autograd": {
        "forward_ad": "use autograd.functional.jvp",
        "profiler": "use Python's cProfile",
    },
    "distributed": {"*": "there is one process; use the model and the loader themselves"},
    "onnx": {"*": NO_GRAPHS},
    "jit": {"*": NO_GRAPHS},
    "profiler": {"*": "use Python's cProfile, or time.perf_counter"},
    "func": {
        "linearize": "use jvp",
        "functionalize": "programs are run as they are written; leave it out",
        "stack_module_state": "call one module after the other, and stack the results",
    },
    "distributions": {
        "Binomial": "use Multinomial with two classes, or a sum of Bernoulli",
        "OneHotCategorical": "use Multinomial with total_count=1",
        "LogNormal": "use Normal, and exp() of its samples",
        "HalfNormal": "use Normal, and abs() of its samples",
        "Chi2": "use Gamma(df / 2, 0.5)",
        "LowRankMultivariateNormal": "use MultivariateNormal",
        "RelaxedBernoulli": "use nn.functional.gumbel_softmax",
        "RelaxedOneHotCategorical": "use nn.functional.gumbel_softmax",
    },
    "linalg": {
        "eig": "its results are complex, which isn't supported; eigh is for symmetric matrices",
        "eigvals": "its results are complex, which isn't supported; eigvalsh is for symmetric matrices",
        **{f"{name}_ex": f"use {name}, which raises a LinAlgError" for name in ("inv", "solve", "cholesky")},
        **dict.fromkeys(("lu", "lu_factor", "lu_factor_ex", "lu_solve"), "use solve, inv, det or slogdet"),
        **dict.fromkeys(("ldl_factor", "ldl_factor_ex", "ldl_solve"), "use solve or eigh"),
        "householder_product": "use qr",
    },
    "special": {
        **dict.fromkeys(("gammainc", "gammaincc", "zeta", "erfcx", "airy_ai"), SCIPY),
        **dict.fromkeys(("bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1"), SCIPY),
        **{f"modified_bessel_{name}": f"use {name}" for name in ("i0", "i1")},
        **dict.fromkeys(("modified_bessel_k0", "modified_bessel_k1"), SCIPY),
        **dict.fromkeys(("scaled_modified_bessel_k0", "scaled_modified_bessel_k1", "spherical_bessel_j0"), SCIPY),
        **{
            f"{kind}_polynomial_{letter}": POLYNOMIAL
            for kind, letters in (
                ("chebyshev", "tuvw"),
                ("shifted_chebyshev", "tuvw"),
                ("laguerre", "l"),
                ("legendre", "p"),
            )
            for letter in letters
        },
        **{f"hermite_polynomial_{kind}": POLYNOMIAL for kind in ("h", "he")},
        "log_ndtr": "use ndtr(x).log(), where x isn't far below 0",
    },
    "cuda": {
        **dict.fromkeys(
            (f"{kind}Tensor" for kind in ("Float", "Double", "Half", "Long", "Int", "Short", "Char", "Byte", "Bool")),
            "there is no GPU here; use the type of the same name of tinygrad_edu itself",
        ),
        **dict.fromkeys(("Stream", "Event", "stream"), "there is no GPU here; use time.perf_counter to measure"),
    },
    "utils": {
        "tensorboard": "write the numbers to a file, or draw them with viz.plot_learning",
        "checkpoint": "memory is freed as the walk goes back; call the function itself",
    },
    "utils.data": {"DistributedSampler": ONE_SAMPLER},
    "utils.data.distributed": {"*": ONE_SAMPLER},
    "Tensor": {
        "share_memory_": "workers are threads, which share memory as it is; leave it out",
        "is_shared": "workers are threads, which share memory as it is",
        "pin_memory": "there is no GPU to copy to; leave it out",
        **dict.fromkeys(("apply_", "map_"), "use operations on the whole tensor, or x.numpy()"),
        **dict.fromkeys(
            ("storage", "untyped_storage"),
            "use x.numpy() for the memory of a tensor; data_ptr() says where it lies, and nbytes how long it is",
        ),
        "mps": "there is no GPU here; use .to(device) with the device that is available",
        "xpu": "there is no GPU here; use .to(device) with the device that is available",
    },
}

# Of all modules, by the whole name.
FORMS = {
    r"c(float|double|half)|[cC]omplex\w*|angle|conj\w*|real|imag|isreal|polar|view_as_(real|complex)\w*": COMPLEX,
    r"is_(complex|conj|neg)|resolve_(conj|neg)": COMPLEX,
    r"(to_)?sparse\w*|(cc?ol|crow|row)_indices\w*|coalesce|dsmm|hs?p?mm|smm|spmm|sspaddmm|\w*SparseTensor": DENSE,
    r"float[48]_\w+|bfloat16|BFloat16\w+|u?int[1-7]|uint(16|32|64)|bits\w+": WIDER,
    r"(de)?quantiz\w*|q(u?int|scheme|_)\w*|ao|qat|fake_quantize\w*|fbgemm_\w+": QUANTIZED,
    r"(cudnn|miopen|mkldnn|native|fused|_)_?\w+|unsafe_\w+|sym_\w+|Sym\w+": INNER,
    r"(detach|expand|permute|split|squeeze|t|transpose|unbind|unsqueeze|view)_copy": "use clone() of that view",
    r"\w*Storage": "use x.numpy() for the memory of a tensor",
}


def instead_of(module: str, name: str) -> str:
    """What to use instead of a name that isn't in a module; empty if nothing is known."""
    own = INSTEAD.get(module, {})
    of_form = (words for form, words in FORMS.items() if re.fullmatch(form, name))
    return own.get(name) or own.get("*") or next(of_form, "")


def no_such_name(module: str, name: str) -> AttributeError:
    """The error for a name that a module lacks."""
    words = "" if name.startswith("__") else instead_of(module.removeprefix("tinygrad_edu").removeprefix("."), name)
    if not words and not name.startswith("_"):
        import difflib

        near = difflib.get_close_matches(name, dir(sys.modules[module]), n=1)
        words = f"did you mean {near[0]!r}?" if near else "not all that PyTorch has is here"
    return AttributeError(f"module {module!r} has no attribute {name!r}" + (f": {words}" if words else ""), name=name)


# Of PyTorch's tensors, what has words above; of other names Python itself tells the nearest.
_OF_FORMS = """
angle cdouble cfloat chalf conj conj_physical conj_physical_ imag is_complex is_conj is_neg isreal real resolve_conj
resolve_neg bfloat16 ccol_indices coalesce col_indices crow_indices row_indices smm sparse_dim sparse_mask
sparse_resize_ sparse_resize_and_clear_ sspaddmm to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc
to_sparse_csr dequantize q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qscheme
unsafe_chunk unsafe_split unsafe_split_with_sizes
"""
ABSENT_FROM_TENSORS = (*INSTEAD["Tensor"], *_OF_FORMS.split())


class _Absent:
    """A name that tensors lack: whoever asks for it is told what to use instead."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, owner: object, kind: type) -> Any:
        words = instead_of("Tensor", self.name)
        raise AttributeError(f"'Tensor' object has no attribute {self.name!r}: {words}", name=self.name, obj=owner)


class AbsentFromTensors:
    """The last base of `Tensor`: what its other bases have comes first."""

    __slots__ = ()

    def __dir__(self) -> list[str]:
        """The names that it has."""
        return sorted({*super().__dir__()} - {*ABSENT_FROM_TENSORS})


for _name in ABSENT_FROM_TENSORS:
    setattr(AbsentFromTensors, _name, _Absent(_name))


def not_installed(package: str) -> str:
    """What to say after "needs" of a package that isn't there: it, and how to install it, in a clone as well."""
    return f"{package}, which isn't installed here; install it with: pip install {package}"
