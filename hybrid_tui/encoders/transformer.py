"""Models that transformers can load: hub models, local folders, with what sentence-transformers adds.

sentence-transformers itself is not imported: that takes seconds. Weights are read from safetensors alone,
and no code of a model's folder is ever run.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer, normalizers
from torch import Tensor, nn

from hybrid_tui.encoders.layout import Dense, ModelLayout
from hybrid_tui.encoders.loaded_backbones import BackboneNetwork, LoadedBackbone, SharedTokenizer
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.encoders.pooling import PoolingHead
from hybrid_tui.encoders.torch_encoder import TorchEncoder, place
from hybrid_tui.errors import DataError, HybridTuiError, explained

_loading = Lock()
"""transformers sets torch's default precision while it loads, for all threads."""


class HiddenStates(BackboneNetwork):
    """A model of transformers, called as `TorchEncoder` calls its models."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.width = model.config.hidden_size

    def forward(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """Return the last hidden states, shape (batch, length, width), for ids and mask (batch, length)."""
        attention = None if mask is None else mask.long()
        hidden: Tensor = self.model(input_ids=ids, attention_mask=attention).last_hidden_state
        return hidden

    def weight(self, name: str) -> Tensor:
        """Return a module's weights, as `BackboneNetwork` says."""
        weight: Tensor = self.model.get_parameter(f"{name}.weight")
        return weight


class Normalize(nn.Module):
    """Scales vectors to length 1."""

    def forward(self, vectors: Tensor) -> Tensor:
        """Return unit vectors of the shape of `vectors`, (batch, width)."""
        return nn.functional.normalize(vectors, dim=1)


def load(
    layout: ModelLayout,
    fingerprint: str,
    device: str | None = None,
    base: ModelLayout | None = None,
    lora: Lora | None = None,
    backbone: str = "",
) -> TorchEncoder:
    """Load a folder's model; `base` is the model that it changes when it is an adapter.

    lora: an adapter that is merged into the model. backbone: the model's fingerprint without that, where it
    is another one.

    Raises DataError for files that cannot be used, naming them; UsageError for an unknown device.
    """
    where = place(device)
    loaded = where.shared_backbone(backbone or fingerprint, lambda: _loaded(layout, base))
    if base:
        layout = layout.upon(base)
    width = loaded.network.width * len(layout.poolings)
    after, dimension = _after(layout.after, width)
    return TorchEncoder(
        loaded,
        lora,
        PoolingHead(layout.poolings, after),
        prompts=layout.prompts,
        max_tokens=layout.max_tokens,
        dimension=dimension,
        fingerprint=fingerprint,
        place=where,
    )


def _loaded(layout: ModelLayout, base: ModelLayout | None) -> LoadedBackbone:
    with _loading:
        model, unused = _network((base or layout).transformer, None)
        if base:
            model = _adapted(model, layout.transformer)
            layout = layout.upon(base)
        tokenizer, pad_id = _tokenizer(layout, base)
    return LoadedBackbone(HiddenStates(model), SharedTokenizer(tokenizer, pad_id), _unused(unused))


def network(folder: Path, lora: Lora | None = None) -> Any:
    """Return the model of transformers in a folder, float32, with an adapter merged into it if given."""
    return _network(folder, lora)[0]


def _network(folder: Path, lora: Lora | None) -> tuple[Any, list[str]]:
    quieten()
    model, unused = _model(folder)
    if lora:
        lora.merge(lambda name: model.get_submodule(name).weight)
    return model, unused


def _unused(names: list[str]) -> tuple[str, ...]:
    """Return a note on weights that the network has no place for; a pooler's give no embedding anyway."""
    names = [name for name in names if "pooler." not in name]
    if not names:
        return ()
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (f"its weights {names[0]}{more} are not used: its config.json has no place for them",)


def quieten() -> None:
    """Keep transformers' progress bars and reports off the screen."""
    from transformers.utils import logging

    quiet: Any = logging
    quiet.set_verbosity_error()
    quiet.disable_progress_bar()


def _unusable(folder: Path, error: Exception) -> HybridTuiError:
    known = None if isinstance(error, RecursionError) else explained(error)
    if known:
        return HybridTuiError(f"{folder} cannot be loaded: {known}", known.hint)
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return DataError(f"{folder} cannot be loaded: {reason}", "fetch or copy the model again")


def _model(folder: Path) -> tuple[Any, list[str]]:
    """Return the model, and the names of weights that it has no place for."""
    from transformers import AutoModel

    try:
        model, report = AutoModel.from_pretrained(
            folder,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise _unusable(folder, error) from error
    if model.config.is_encoder_decoder:
        raise DataError(f"{folder}: {type(model).__name__} has a decoder too; only encoders can be run here")
    missing = sorted(name for name in report["missing_keys"] if not name.startswith("pooler."))
    if missing:
        raise DataError(f"{folder}: the weights lack {missing[0]} and {len(missing) - 1} more")
    return model, sorted(report["unexpected_keys"])


def _adapted(model: Any, folder: Path) -> Any:
    try:
        peft = import_module("peft")
    except ImportError as error:
        raise DataError(
            f"{folder} is an adapter, which the package peft loads", "pip install peft"
        ) from error
    try:
        with warnings.catch_warnings(action="ignore"):
            return peft.PeftModel.from_pretrained(model, folder, use_safetensors=True).merge_and_unload()
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise _unusable(folder, error) from error


def _tokenizer(layout: ModelLayout, base: ModelLayout | None) -> tuple[Tokenizer, int]:
    from transformers import AutoTokenizer

    has_own = not base or (layout.transformer / "tokenizer_config.json").is_file()
    folder = layout.transformer if has_own or not base else base.transformer
    try:
        loaded = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        tokenizer: Tokenizer = loaded.backend_tokenizer
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError, ImportError) as error:
        raise _unusable(folder, error) from error
    if layout.lower_case:
        known = [tokenizer.normalizer] if tokenizer.normalizer else []
        tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), *known])
    return tokenizer, loaded.pad_token_id or 0


def _after(steps: tuple[Dense | None, ...], width: int) -> tuple[nn.Sequential, int]:
    """Return what follows the pooling, and the length of the vectors that come out."""
    modules: list[nn.Module] = []
    for step in steps:
        if step is None:
            modules.append(Normalize())
            continue
        linear = _linear(step.weights, width)
        width = linear.out_features
        modules += [linear, getattr(nn, step.activation)()]
    return nn.Sequential(*modules), width


def _linear(weights: Path, width: int) -> nn.Linear:
    try:
        state = {name.removeprefix("linear."): tensor.float() for name, tensor in load_file(weights).items()}
        with torch.device("meta"):
            linear = nn.Linear(width, len(state["weight"]), bias="bias" in state)
        linear.load_state_dict(state, assign=True)
    except (OSError, RuntimeError, KeyError, SafetensorError) as error:
        raise _unusable(weights, error) from error
    return linear
