"""Merging: one model of several that were tuned upon the same backbone, by their weights alone."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from hybrid_tui.choices import MergeMethod
from hybrid_tui.encoders import json_files, linear_head, lora, manifest, model, registry, user_models
from hybrid_tui.encoders.manifest import HEAD_WEIGHTS, DataUsed, ModelManifest
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.trained import TrainedSource
from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.settings import new_folder, replacing
from hybrid_tui.version import __version__

if TYPE_CHECKING:
    from torch import Tensor

SAMPLER = "merged"
METHODS: tuple[MergeMethod, ...] = get_args(MergeMethod)
DENSITY = 0.2
"""The share of changes, the largest, that `ties` keeps of each model (arXiv 2306.01708)."""
ALIKE = (
    "backbone_fingerprint",
    "tuning",
    "query_prompt",
    "passage_prompt",
    "pooling",
    "query_tokens",
    "passage_tokens",
)
"""What models must have in common to be merged."""


def merge(
    name: str, models: Sequence[str], weights: Sequence[float] = (), method: MergeMethod = "linear"
) -> ModelSpec:
    """Make a model of the user's whose change to the backbone is made of those of other models.

    models: trained ones, by name or folder; LoRA or heads. weights: of each, equal by default.
    method: `linear`, the weighted sum of their changes, exactly (a soup, arXiv 2203.05482); `ties`, trimmed,
    with one sign elected for each weight (arXiv 2306.01708), for LoRA at the rank of all together.
    Raises UsageError for a name that is taken, wrong weights, and models that do not fit together; DataError
    for damaged files, HybridTuiError when writing fails.
    """
    registry.check_name(name)
    if registry.find(name):
        raise UsageError(f"there is a model named {name} already", "choose another --name")
    if method not in METHODS:
        raise unknown("method", method, list(METHODS))
    sources = [_trained(each) for each in models]
    parts = _weights(weights, models)
    _check_alike(models, sources)
    started = time.monotonic()
    target = registry.user_models_dir() / name
    with new_folder(target) as scratch:
        if sources[0].manifest.tuning == "head":
            _write_head(sources, parts, method, scratch)
        else:
            _write_adapter(sources, parts, method, scratch)
        settings = {"models": [*models], "weights": [f"{each:g}" for each in parts], "method": method}
        made = _manifest(name, [each.manifest for each in sources], settings, time.monotonic() - started)
        manifest.write(made, scratch)
        user_models.check(ModelSpec(name, TrainedSource(scratch, made)))
        scratch.rename(target)
    return model.resolve(name)


def _trained(name: str) -> TrainedSource:
    source = model.resolve(name).source
    if not isinstance(source, TrainedSource):
        raise UsageError(f"{name} is no trained model", "name models of `hybrid-tui train` on one backbone")
    if source.manifest.tuning == "full":
        raise UsageError(f"{name} is fully tuned", "LoRA and heads can be merged")
    return source


def _weights(weights: Sequence[float], models: Sequence[str]) -> list[float]:
    if len(models) < 2:
        raise UsageError("one model alone cannot be merged", "name two or more")
    if not weights:
        return [1 / len(models)] * len(models)
    if len(weights) != len(models):
        raise UsageError(f"{len(weights)} weights for {len(models)} models", "give one for each, as .5,.5")
    if not all(map(math.isfinite, weights)) or not any(weights):
        raise UsageError(
            f"no weights: {', '.join(f'{each:g}' for each in weights)}", "give numbers, as .5,.5"
        )
    return list(weights)


def _check_alike(models: Sequence[str], sources: Sequence[TrainedSource]) -> None:
    first = sources[0].manifest
    for name, each in zip(models[1:], sources[1:], strict=True):
        for field in ALIKE:
            one, other = getattr(first, field), getattr(each.manifest, field)
            if one != other:
                told = field.replace("_", " ")
                raise UsageError(
                    f"{models[0]} and {name} cannot be merged: {told} {one!r} and {other!r}",
                    "merge models of one backbone, tuned alike",
                )


def _write_head(
    sources: Sequence[TrainedSource], weights: Sequence[float], method: MergeMethod, folder: Path
) -> None:
    import torch
    from safetensors.torch import save

    heads = [torch.from_numpy(linear_head.read(each.folder)) for each in sources]
    whole = torch.eye(len(heads[0]))
    changed = _summed(method)([head - whole for head in heads], torch.tensor(weights, dtype=whole.dtype))
    with replacing(folder / HEAD_WEIGHTS, "wb") as file:
        file.write(save({linear_head.TENSOR: whole + changed}))


def _write_adapter(
    sources: Sequence[TrainedSource], weights: Sequence[float], method: MergeMethod, folder: Path
) -> None:
    from safetensors.torch import save

    adapters = [lora.read(each.folder) for each in sources]
    names = list(dict.fromkeys(name for each in adapters for name in each.pairs))
    tensors: dict[str, Tensor] = {}
    ranks = set()
    for name in names:
        there = [(each, weight) for each, weight in zip(adapters, weights, strict=True) if name in each.pairs]
        down, up = _concatenated(name, there) if method == "linear" else _trimmed(name, there)
        ranks.add(len(down))
        prefix = f"base_model.model.{name}"
        tensors |= {f"{prefix}.lora_A.weight": down.contiguous(), f"{prefix}.lora_B.weight": up.contiguous()}
    if len(ranks) > 1:
        raise UsageError("the models adapt different parts of the backbone", "merge models tuned alike")
    with replacing(folder / lora.WEIGHTS, "wb") as file:
        file.write(save(tensors, metadata={"format": "pt"}))
    config = json_files.table(sources[0].folder / lora.CONFIG)
    config |= {"r": max(ranks), "lora_alpha": max(ranks), "use_rslora": False}
    with replacing(folder / lora.CONFIG) as file:
        json.dump(config, file, indent=2, sort_keys=True)


def _concatenated(name: str, there: Sequence[tuple[lora.Lora, float]]) -> tuple[Tensor, Tensor]:
    """Return A and B, of the rank of all together, whose product is the weighted sum of the changes."""
    import torch

    downs = [each.pairs[name][0] for each, _ in there]
    ups = [weight * each.scale(name) * each.pairs[name][1] for each, weight in there]
    return torch.cat(downs), torch.cat(ups, dim=1)


def _trimmed(name: str, there: Sequence[tuple[lora.Lora, float]]) -> tuple[Tensor, Tensor]:
    """Return A and B whose product is nearest to what `ties` makes of the changes, at the same rank."""
    import torch

    changes = [each.scale(name) * each.pairs[name][1] @ each.pairs[name][0] for each, _ in there]
    found = _ties(changes, torch.tensor([float(weight) for _, weight in there]))
    rank = sum(len(each.pairs[name][0]) for each, _ in there)
    left, strengths, right = torch.linalg.svd(found, full_matrices=False)
    roots = strengths[:rank].sqrt()
    return roots[:, None] * right[:rank], left[:, :rank] * roots


def _summed(method: MergeMethod) -> Callable[[list[Tensor], Tensor], Tensor]:
    return _ties if method == "ties" else _linear


def _linear(changes: list[Tensor], weights: Tensor) -> Tensor:
    import torch

    found: Tensor = torch.tensordot(weights, torch.stack(changes), dims=1)
    return found


def _ties(changes: list[Tensor], weights: Tensor) -> Tensor:
    """Return peft's merge by TIES; weights that add to 1 are the paper's mean over those that agree."""
    from peft.utils.merge_utils import ties

    found: Tensor = ties(changes, weights * len(changes), DENSITY)
    return found


def _manifest(
    name: str, merged: Sequence[ModelManifest], settings: dict[str, Any], seconds: float
) -> ModelManifest:
    data: dict[str, DataUsed] = {each.sha256: each for made in merged for each in made.data}
    return msgspec.structs.replace(
        merged[0],
        name=name,
        sampler=SAMPLER,
        seed=0,
        steps=sum(each.steps for each in merged),
        languages=sorted({lang for each in merged for lang in each.languages}),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        seconds=round(seconds, 3),
        settings=settings,
        losses={},
        data=[*data.values()],
        versions={package: version(package) for package in ("torch", "peft")},
        hardware={"device": "cpu"},
        figures={},
    )
