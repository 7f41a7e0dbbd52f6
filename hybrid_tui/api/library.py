"""The models and collections that there are: listed, described, added, removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from hybrid_tui.api.records import (
    CollectionInfo,
    Kind,
    KnownCollection,
    KnownModel,
    ModelInfo,
    SamplerInfo,
)
from hybrid_tui.corpus import catalog, description, starter, variants
from hybrid_tui.corpus.collection_files import CollectionEntry
from hybrid_tui.encoders import hub, model, registry, user_models
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.sources import HubSource, PackageSource
from hybrid_tui.evaluation import results
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.sampling import samplers

_SECTIONS = ("settings", "losses", "data", "versions", "hardware", "figures")


@dataclass(frozen=True)
class Library:
    """Every model and every collection that has a name."""

    models: tuple[KnownModel, ...]
    collections: tuple[KnownCollection, ...]


@dataclass(frozen=True)
class Added:
    """What a path was kept as; not `new` where the very same was there already."""

    name: str
    new: bool


def collection_infos() -> tuple[CollectionInfo, ...]:
    """Return the collections of the catalog, in short."""
    return tuple(
        CollectionInfo(
            entry.name,
            tuple(entry.languages),
            entry.queries,
            entry.passages,
            tuple(variants.kept_names(entry.name)),
        )
        for entry in catalog.entries()
    )


def model_infos() -> tuple[ModelInfo, ...]:
    """Return the models that can be named, in short."""
    return tuple(
        ModelInfo(
            spec.name,
            spec.summary,
            spec.available,
            spec.note,
            str(spec.source.facts().get("sampler", "")),
            tuple(each.name for each in spec.manifest.data) if spec.manifest else (),
        )
        for spec in model.specs()
    )


def sampler_infos() -> tuple[SamplerInfo, ...]:
    """Return the samplers that a model can be trained with."""
    return tuple(SamplerInfo(name, samplers.summary(name)) for name in samplers.SAMPLERS)


def library() -> Library:
    """Return every model and every collection that has a name, and how many evaluations of it are kept."""
    kept = results.kept()
    of_model = Counter(each.manifest.model for each in kept)
    of_collection = Counter(each.manifest.collection for each in kept)
    return Library(
        tuple(_known_model(spec, of_model[spec.name]) for spec in model.specs()),
        tuple(_known_collection(entry, of_collection[entry.name]) for entry in catalog.entries()),
    )


def _known_collection(entry: CollectionEntry, evaluations: int) -> KnownCollection:
    return KnownCollection(
        entry.name,
        entry.languages,
        entry.items,
        entry.queries,
        entry.passages,
        own=entry.name != starter.NAME,
        evaluations=evaluations,
        problem=entry.problem,
    )


def _known_model(spec: ModelSpec, evaluations: int) -> KnownModel:
    folder = registry.find(spec.name) if spec.name not in BACKBONES else None
    made = spec.provenance
    return KnownModel(
        spec.name,
        made.backbone or spec.name,
        made.tuning,
        made.sampler,
        _size(spec, folder),
        note=spec.note,
        own=bool(folder and not registry.is_shipped(folder)),
        evaluations=evaluations,
    )


def _size(spec: ModelSpec, folder: Path | None) -> int:
    """Return the bytes of a model's files on this machine, those of a backbone that it stands on left out."""
    return sum(file.stat().st_size for file in _files(spec, folder) if file.is_file())


def _files(spec: ModelSpec, folder: Path | None) -> Iterator[Path]:
    if folder:
        yield from folder.rglob("*")
    elif isinstance(spec.source, PackageSource):
        yield from (file for each in spec.source.files if (file := each.find()))
    elif isinstance(spec.source, HubSource) and (cached := hub.cached(spec.source.hub_id)):
        yield from cached.rglob("*")


def describe(kind: Kind, name: str) -> tuple[tuple[str, str], ...]:
    """Return what there is to tell of a model or a collection: names and values in words.

    Raises UsageError for a name that is none, DataError for what is damaged.
    """
    facts = model_facts(name) if kind == "model" else _collection_in_short(name)
    kept = [each for each in results.kept() if name in {each.manifest.model, each.manifest.collection}]
    if kept:
        facts["evaluations"] = [_evaluation(each, kind) for each in kept]
    told = {key.replace("_", " "): in_words(value) for key, value in facts.items()}
    return tuple((key, value) for key, value in told.items() if value)


def model_facts(name: str) -> dict[str, Any]:
    """Return how a model was trained and is loaded, ready for JSON, without loading it.

    Raises UsageError for an unknown name, DataError for a damaged folder.
    """
    spec = model.resolve(name)
    made = msgspec.to_builtins(spec.manifest) if spec.manifest else {}
    return spec.describe() | {section: made[section] for section in _SECTIONS if section in made}


def collection_facts(name: str) -> dict[str, Any]:
    """Return what a collection, or one split of it, holds, ready for JSON; `remarks` are in words.

    Raises UsageError for an unknown name, DataError for a damaged collection.
    """
    collection = catalog.load(name)
    entry = next(entry for entry in catalog.entries() if entry.name == name.partition(":")[0])
    origin = {key: value for key, value in asdict(entry).items() if key in {"source", "reader", "added"}}
    return (
        description.describe(collection)
        | origin
        | {"remarks": [*entry.notes, *description.remarks(collection)]}
    )


def _collection_in_short(name: str) -> dict[str, Any]:
    facts = collection_facts(name)
    for side in ("queries", "passages"):
        counts = facts[side]["by_language"]
        facts[side] = f"{facts[side]['total']:,}: " + ", ".join(f"{lang} {n:,}" for lang, n in counts.items())
    return facts


def _evaluation(each: Evaluation, kind: Kind) -> str:
    made = each.manifest
    named = f"{made.system} on {made.collection}" if kind == "model" else made.system
    return f"{named}, {made.made[:10]}"


def in_words(value: Any) -> str:
    """Return a fact as text; several are a line each where they are long."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "\n".join(f"{key} = {in_words(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        apart = "\n" if any(isinstance(each, dict) or " " in str(each) for each in value) else ", "
        return apart.join(map(in_words, value))
    return str(value)


def add(kind: Kind, path: str, name: str = "") -> Added:
    """Keep what a path holds, a collection under its file's name unless told otherwise.

    Raises UsageError for a name that is taken or not allowed, DataError for what cannot be used,
    HybridTuiError when writing fails.
    """
    if kind == "model":
        spec, new = user_models.add(Path(path), name)
        return Added(spec.name, new)
    entry, new = catalog.add(name or Path(path).expanduser().stem, str(Path(path).expanduser()))
    return Added(entry.name, new)


def remove(kind: Kind, name: str) -> None:
    """Remove a model or a collection of the user's; UsageError for any other."""
    (user_models.remove if kind == "model" else catalog.remove)(name)
