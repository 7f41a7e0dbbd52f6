"""Tiny random checkpoints of transformers, made on the spot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    AutoModel,
    BertConfig,
    Gemma3TextConfig,
    ModernBertConfig,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
    XLMRobertaConfig,
)

TEXTS = ["river", "", "a mountain and a river", "moon " * 40, "Der Fluss", "a moon", "unknown words only"]
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
WORDS = ("a", "and", "river", "mountain", "moon", "Der", "Fluss", "der", "fluss", "Query", "Passage", ":")
SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "vocab_size": len(SPECIAL) + len(WORDS),
    "pad_token_id": 1,
}
DECODER = {"num_key_value_heads": 1, "head_dim": 8, "bos_token_id": 0, "eos_token_id": 2}
CONFIGS: dict[str, Callable[[int], PretrainedConfig]] = {
    "bert": lambda length: BertConfig(max_position_embeddings=length, **SIZES),
    "xlm-roberta": lambda length: XLMRobertaConfig(max_position_embeddings=length + 2, **SIZES),
    "modernbert": lambda length: ModernBertConfig(
        max_position_embeddings=length, local_attention=8, bos_token_id=0, eos_token_id=2, **SIZES
    ),
    "qwen3": lambda length: Qwen3Config(max_position_embeddings=length, **SIZES, **DECODER),
    "gemma3_text": lambda length: Gemma3TextConfig(
        max_position_embeddings=length, sliding_window=8, use_bidirectional_attention=True, **SIZES, **DECODER
    ),
}


def checkpoint(
    folder: Path, kind: str = "bert", max_length: int = 32, network: Any = AutoModel, **settings: Any
) -> Path:
    """Write a random model of transformers and its tokenizer; settings: of its configuration."""
    torch.manual_seed(3)
    if kind == "bert":
        config = BertConfig(max_position_embeddings=max_length, **SIZES, **settings)
    else:
        config = XLMRobertaConfig(max_position_embeddings=max_length + 2, **SIZES, **settings)
    made = network.from_config(config)
    for weights in made.parameters():  # the usual start is so near zero that every text looks alike
        torch.nn.init.normal_(weights, std=0.4)
    made.save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate((*SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>", length=20)  # to be ignored
    names = dict(zip(("bos", "pad", "eos", "unk", "mask"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=max_length,
        **{f"{name}_token": token for name, token in names.items()},
    ).save_pretrained(folder)
    return folder
