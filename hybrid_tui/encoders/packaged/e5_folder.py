"""multilingual-e5-small as a folder that sentence-transformers and transformers load, to train it further."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hybrid_tui.encoders.backbones import Prompts
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.encoders.packaged import e5_tokenizer
from hybrid_tui.encoders.packaged.e5_file import E5File
from hybrid_tui.settings import replacing

_MODULES = (
    ("", "sentence_transformers.models.Transformer"),
    ("1_Pooling", "sentence_transformers.models.Pooling"),
    ("2_Normalize", "sentence_transformers.models.Normalize"),
)


def write(file: E5File, folder: Path, prompts: Prompts, pad_id: int, adapter: Lora | None = None) -> None:
    """Write the model into `folder`, weights as float32; the folder is made if need be.

    adapter: merged into the weights. Raises DataError when the adapter does not fit or the tokenizer's file
    is missing or damaged, HybridTuiError when writing fails.
    """
    from safetensors.torch import save

    weights = {"embeddings.word_embeddings.weight": file.word_table(), **dict(file.weights())}
    if adapter:
        adapter.merge(lambda name: weights[f"{name}.weight"])
    with replacing(folder / "model.safetensors", "wb") as opened:
        opened.write(save(weights, metadata={"format": "pt"}))
    with replacing(folder / "tokenizer.json") as opened:
        opened.write(e5_tokenizer.build(file).to_str())
    for name, content in _settings(file, prompts, pad_id).items():
        with replacing(folder / name) as opened:
            json.dump(content, opened, indent=2)


def _settings(file: E5File, prompts: Prompts, pad_id: int) -> dict[str, Any]:
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
            "pad_token_id": pad_id,
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
        "config_sentence_transformers.json": {"prompts": prompts._asdict()},
    }
