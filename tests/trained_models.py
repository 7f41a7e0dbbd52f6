"""Trained models made up on the spot: random heads and adapters, with manifests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from hybrid_tui.choices import Tuning
from hybrid_tui.encoders import model
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.manifest import DataUsed, ModelManifest, write

E5_LAYERS = 12
DATA = DataUsed(
    name="pairs",
    sha256="0" * 64,
    items=3,
    rows=9,
    languages={"de": 3, "en": 6},
    sources={"somewhere": 9},
    licences={"CC0-1.0": 9},
)


def manifest(
    name: str = "mine", backbone: str = "me5-small", tuning: Tuning = "head", **told: Any
) -> ModelManifest:
    """A manifest; `told` replaces fields."""
    entry = BACKBONES.get(backbone)
    fields: dict[str, Any] = {
        "backbone_fingerprint": model.resolve(backbone).fingerprint,
        "sampler": "hybrid",
        "seed": 7,
        "steps": 40,
        "languages": ["de", "en"],
        "created": "2026-01-02T03:04:05+00:00",
        "version": "0.1.0",
        "query_prompt": entry.prompts.query if entry else "Query: ",
        "passage_prompt": entry.prompts.passage if entry else "Passage: ",
        "pooling": entry.pooling if entry else "mean",
        "seconds": 1.5,
        "settings": {"batch_size": 8, "rate": 0.001, "half": True, "langs": ["de", "en"], "loss": "[/x]"},
        "losses": {"last": 0.25},
        "data": [DATA],
        "versions": {"torch": "2.9"},
        "hardware": {"gpu": "none", "cores": 2},
    }
    return ModelManifest(name=name, backbone=backbone, tuning=tuning, **(fields | told))


def head(
    folder: Path,
    backbone: str = "me5-small",
    dimension: int = 384,
    *,
    noise: int = 0,
    half: bool = False,
    **told: Any,
) -> Path:
    """Write a model with a head near the identity into `folder`; `noise` chooses which."""
    made = manifest(folder.name, backbone, "head", **told)
    change = np.random.default_rng(noise).normal(scale=0.3 / dimension**0.5, size=(dimension, dimension))
    weight = torch.from_numpy(np.eye(dimension) + change).to(torch.float16 if half else torch.float32)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"weight": weight}, folder / "head.safetensors")
    write(made, folder)
    return folder


def e5_shapes() -> dict[str, tuple[int, int]]:
    """(out, in) of every linear layer of me5-small by its name in transformers."""
    kinds = {
        **{f"attention.self.{kind}": (384, 384) for kind in ("query", "key", "value")},
        "attention.output.dense": (384, 384),
        "intermediate.dense": (1536, 384),
        "output.dense": (384, 1536),
    }
    return {
        f"encoder.layer.{layer}.{kind}": shape for layer in range(E5_LAYERS) for kind, shape in kinds.items()
    }


def lora(
    folder: Path,
    backbone: str = "me5-small",
    shapes: dict[str, tuple[int, int]] | None = None,
    *,
    noise: int = 5,
    **told: Any,
) -> Path:
    """Write a model with a random adapter (float16, rank 2) into `folder`; `noise` chooses which."""
    torch.manual_seed(noise)
    tensors = {}
    for name, (out, inner) in (shapes or e5_shapes()).items():
        prefix = f"base_model.model.{name}"
        tensors[f"{prefix}.lora_A.weight"] = (torch.randn(2, inner) / inner**0.5).half()
        tensors[f"{prefix}.lora_B.weight"] = (torch.randn(out, 2) / 8).half()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 1, "use_rslora": False, "bias": "none"}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    write(manifest(folder.name, backbone, "lora", **told), folder)
    return folder
