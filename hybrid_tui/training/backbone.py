"""Backbones opened for training: models of sentence-transformers, frozen but for what is tuned."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, NamedTuple

import torch

from hybrid_tui import settings
from hybrid_tui.encoders import layout
from hybrid_tui.encoders.backbones import MaxTokens, Prompts
from hybrid_tui.encoders.layout import ModelLayout
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.sources import FolderSource, HubSource, PackageSource
from hybrid_tui.encoders.transformer import quieten
from hybrid_tui.errors import UsageError
from hybrid_tui.training.batches import Collate, collator
from hybrid_tui.training.settings import Settings

_SEED = 67_280_421_310_720
"""Adapters of seed 1 start as torch's own default seed has it."""


class OpenedBackbone(NamedTuple):
    """A model of sentence-transformers, its prompts and limits as they are without training."""

    model: Any
    prompts: Prompts
    limits: MaxTokens
    pooling: str


def opened(spec: ModelSpec, options: Settings, device: str) -> OpenedBackbone:
    """Load a backbone, frozen but for what is trained.

    LoRA (arXiv 2106.09685) sits on every linear layer, without dropout, which takes a fifth of the time on a
    CPU. "full" trains the word table only where `options.train_words` says so.
    options: whose tuning is "lora" or "full". device: of torch, such as "cpu" or "cuda".
    Raises UsageError for a backbone that cannot be trained this deep, DataError for one that does not load.
    """
    quieten()
    torch.manual_seed(_SEED + options.seed)
    found = _layout(spec)
    model = _sentence_transformer(found, device)
    if options.tuning == "lora":
        _add_lora(model, options.rank)
    elif not options.train_words:
        model[0].auto_model.get_input_embeddings().requires_grad_(requires_grad=False)
    for name, parameter in model.named_parameters():
        if ".pooler." in name:  # no embedding comes from there
            parameter.requires_grad_(requires_grad=False)
    if options.gradient_checkpointing:
        model[0].auto_model.gradient_checkpointing_enable({"use_reentrant": False})
    return OpenedBackbone(model, found.prompts, found.max_tokens, " + ".join(found.poolings))


def collator_of(opened: OpenedBackbone, options: Settings) -> Collate:
    """Return the function that tokenizes a batch's texts, cut where training or backbone asks for it."""
    asked = MaxTokens(options.query_tokens, options.passage_tokens)
    limits = MaxTokens(*map(min, asked, opened.limits))
    return collator(opened.model.tokenizer, opened.prompts, limits)


def _layout(spec: ModelSpec) -> ModelLayout:
    if isinstance(spec.source, PackageSource):
        return layout.read(_exported(spec.name, spec.source), spec.backbone)
    if isinstance(spec.source, FolderSource | HubSource):
        found = spec.source.open()
        if not found.adapter_base:
            return found
    raise UsageError(f"{spec.name} is no backbone", "train on a backbone: hybrid-tui models list names some")


def _exported(name: str, source: PackageSource) -> Path:
    """Return the folder of a packaged backbone's weights as float32, made at the first call."""
    folder = settings.cache_dir() / "backbones" / f"{name}-{source.fingerprint()}"
    if not folder.is_dir():
        with settings.new_folder(folder) as scratch:
            source.module.export(source.backbone, scratch)
            if not folder.exists():
                scratch.rename(folder)
    return folder


def _sentence_transformer(found: ModelLayout, device: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    # Eager attention is the quickest of torch's on a CPU for short texts, and SDPA on a GPU.
    attention = {"attn_implementation": "eager" if device == "cpu" else "sdpa"}
    kwargs: dict[str, Any] = {
        "trust_remote_code": False,
        "local_files_only": True,
        "model_kwargs": attention,
        "device": device,
    }
    with warnings.catch_warnings(action="ignore"):
        if not found.plain:
            return SentenceTransformer(str(found.folders[0]), **kwargs)
        words = Transformer(str(found.transformer), model_kwargs=attention)
        pooling = Pooling(words.get_embedding_dimension(), pooling_mode=found.poolings)
        return SentenceTransformer(modules=[words, pooling, Normalize()], device=device)


def _add_lora(model: Any, rank: int) -> None:
    from peft import LoraConfig

    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.add_adapter(
        LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=rank,
            lora_alpha=2 * rank,
            lora_dropout=0.0,
            target_modules="all-linear",
        )
    )


def save_adapter(model: Any, options: Settings, folder: Path) -> None:
    """Write the LoRA weights of a trained model into `folder`, in peft's layout, float32.

    `options.lora_scale` is a factor of the adapter's alpha, so that all which was learned is still there.
    """
    from peft import get_peft_model_state_dict
    from safetensors.torch import save

    words = model[0].auto_model
    tensors = {
        f"base_model.model.{name}": tensor.detach().cpu().contiguous()
        for name, tensor in get_peft_model_state_dict(words).items()
        if "pooler." not in name
    }
    with settings.replacing(folder / "adapter_model.safetensors", "wb") as file:
        file.write(save(tensors, metadata={"format": "pt"}))
    config = words.peft_config["default"]
    config.base_model_name_or_path = options.backbone
    config.lora_alpha *= options.lora_scale
    config.inference_mode = True
    config.save_pretrained(str(folder))
