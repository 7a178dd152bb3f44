"""Right arguments that one function alone takes. Of layers, losses, modules and optimizers."""

from __future__ import annotations

from typing import Any

from support.right.makers import (
    MATRIX,
    PLACES,
    SQUARE,
    STACK,
    VECTOR,
    constant,
    leaf,
    of_shape,
    reals,
    whole,
    with_buffer,
)
from support.right.spatial import SPATIAL

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

SEQUENCES = of_shape(3, 2, 4)
ENCODER_AND_DECODER = ("TransformerEncoderLayer", "TransformerDecoderLayer")
OF_HEADS: dict[str, Any] = {
    **dict.fromkeys(("query", "key", "value"), SEQUENCES),
    "embed_dim_to_check": constant(4),
    "num_heads": constant(2),
    "in_proj_weight": of_shape(12, 4),
    "in_proj_bias": of_shape(12),
    "out_proj_weight": of_shape(4, 4),
    "out_proj_bias": of_shape(4),
    "bias_k": constant(None),
    "bias_v": constant(None),
    "add_zero_attn": constant(False),
    "dropout_p": constant(0.0),
}

OF_NETWORKS: dict[str, dict[str, Any]] = {
    "batch_norm": {"running_mean": constant(None), "running_var": constant(None), "training": constant(True)},
    "group_norm": {"num_groups": constant(3)},
    "instance_norm": {"input": STACK},
    "GroupNorm": {"num_groups": constant(2), "num_channels": constant(4)},
    **{each: {"x1": MATRIX, "x2": MATRIX} for each in ("cosine_similarity", "pairwise_distance")},
    "bilinear": {"input1": of_shape(2, 3), "input2": of_shape(2, 2), "weight": of_shape(4, 3, 2)},
    "cosine_embedding_loss": {"target": whole(1, -1)},
    "gaussian_nll_loss": {"var": MATRIX},
    "multi_margin_loss": {"target": whole(0, 2)},
    "multilabel_margin_loss": {"target": whole([0, -1, 1], [2, 1, 0])},
    "glu": {"input": of_shape(3, 2)},
    "GLU": {},
    "prelu": {"weight": VECTOR},
    **SPATIAL,
    "eye_": {"tensor": SQUARE},
    "linear": {"weight": MATRIX},
    **{each: {"input": PLACES, "weight": MATRIX} for each in ("embedding", "embedding_bag")},
    "scaled_dot_product_attention": dict.fromkeys(("query", "key", "value"), SEQUENCES),
    "multi_head_attention_forward": OF_HEADS,
    "MultiheadAttention": {"embed_dim": constant(4), "num_heads": constant(2)},
    **{each: {"d_model": constant(4), "nhead": constant(2)} for each in ENCODER_AND_DECODER},
    "Transformer": {
        **{each: constant(4) for each in ("d_model", "dim_feedforward")},
        **{each: constant(1) for each in ("nhead", "num_encoder_layers", "num_decoder_layers")},
    },
    "TransformerEncoder": {"encoder_layer": lambda: nn.TransformerEncoderLayer(4, 2, 4), "num_layers": constant(1)},
    "TransformerDecoder": {"decoder_layer": lambda: nn.TransformerDecoderLayer(4, 2, 4), "num_layers": constant(1)},
    "generate_square_subsequent_mask": {"sz": constant(3)},
    "RNNBase": {"mode": constant("GRU")},
    "RNNCellBase": {"bias": constant(True)},
    "from_pretrained": {"embeddings": MATRIX},
    **{each: {"normalized_shape": constant((3,))} for each in ("layer_norm", "rms_norm")},
    **{each: {"normalized_shape": constant(3)} for each in ("LayerNorm", "RMSNorm")},
    "one_hot": {"tensor": whole(0, 2)},
    "nll_loss": {"target": whole(0, 2)},
    "cross_entropy": {"target": whole(0, 2)},
    "ctc_loss": {
        "log_probs": of_shape(3, 2, 4),
        "targets": whole([1], [2]),
        **{each: constant((length, length)) for each, length in (("input_lengths", 3), ("target_lengths", 1))},
    },
    "calculate_gain": {"nonlinearity": constant("relu")},
    "vector_to_parameters": {"vec": of_shape(12)},
    "add_param_group": {"param_group": lambda: {"params": [leaf(3)]}},
    "Parameter": {},
    "Perceptron": {"weight": constant([1.0, 2.0]), "bias": constant(0.5)},
    "Unflatten": {"unflattened_size": constant((3, 1))},
    "Optimizer": {"defaults": dict},
    "Module.__call__": {"*": [MATRIX]},
    "get_buffer": {"self": lambda: with_buffer(), "target": constant("b")},
    "get_parameter": {"target": constant("weight")},
    "get_submodule": {"target": constant("")},
    "add_module": {"name": constant("a"), "module": nn.ReLU},
    "register_module": {"name": constant("a"), "module": nn.ReLU},
    "to_empty": {"device": constant("cpu")},
    "set_submodule": {"target": constant("a"), "module": nn.ReLU},
    "register_buffer": {"name": constant("a")},
    "register_parameter": {"name": constant("a"), "param": lambda: nn.Parameter(reals(3))},
    "apply": {"fn": constant(lambda module: None)},
    "Module.load_state_dict": {"state_dict": lambda: nn.Linear(3, 2).state_dict()},
    "SGD.load_state_dict": {"state_dict": lambda: optim.SGD([leaf(2, 3)], lr=0.1).state_dict()},
    "Module.type": {"dst_type": constant(tg.float64)},
    "ModuleDict.update": {"modules": lambda: {"b": nn.ReLU()}},
    "ParameterDict.update": {"parameters": lambda: {"b": leaf(3)}},
    "ParameterDict.__setitem__": {"key": constant("b"), "value": VECTOR},
    "ParameterList.__setitem__": {"value": VECTOR},
    "ParameterList.append": {"value": VECTOR},
    "ParameterList.extend": {"values": lambda: [reals(3)]},
    "extend": {"modules": lambda: [nn.ReLU()]},
    "ModuleDict.pop": {"key": constant("a")},
    "pop": {"key": constant(0)},
}
