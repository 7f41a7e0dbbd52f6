"""The files of a model's folder that are loaded: settings, vocabularies, weights; never code or pickles."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from hybrid_tui.encoders import json_files
from hybrid_tui.errors import DataError

FILES = ("*.json", "*.safetensors", "*.txt", "*.model")
"""What is read of a folder: settings, weights, vocabularies."""

_VOCABULARIES = ("tokenizer.json", "*.model", "vocab.*")


class MissingFileError(DataError):
    """A folder lacks a file that every model has: it is no model, or a copy that is not finished."""


def weights(folder: Path, stem: str) -> list[Path]:
    """Return the safetensors files of a network's weights, those that an index names included.

    stem: the file's name before its ending. Raises MissingFileError where there are none, DataError for an
    index that names anything but safetensors inside the folder.
    """
    whole, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
    if whole.is_file():
        return [whole]
    if not index.is_file():
        raise MissingFileError(
            f"{folder} has no {stem}.safetensors",
            "an unfinished copy? Other formats (.bin, .pt) are not read, since such files can run code: "
            "load the model where you trust it, and save it again with save_pretrained",
        )
    named = sorted({str(name) for name in json_files.table(index).get("weight_map", {}).values()})
    for name in named:
        path = PurePosixPath(name)
        if path.suffix != ".safetensors" or path.is_absolute() or ".." in path.parts:
            raise DataError(
                f"{index} names {name!r}, which is no safetensors file inside the folder",
                "load the model where you trust it, and save it again with save_pretrained",
            )
        if not (folder / name).is_file():
            raise MissingFileError(f"{folder} has no {name}, which its index names", "copy the model again")
    return [folder / name for name in named]


def loaded(folders: tuple[Path, ...]) -> list[Path]:
    """Return every file that may be read of a model's folders, sorted, shards in sub-folders included."""
    found = {file for folder in folders for pattern in FILES for file in folder.glob(pattern)}
    for index in [file for file in found if file.name.endswith(".safetensors.index.json")]:
        stem = index.name.removesuffix(".safetensors.index.json")
        if not (index.parent / f"{stem}.safetensors").is_file():
            found.update(weights(index.parent, stem))
    return sorted(found)


def check_vocabulary(folder: Path) -> None:
    """Raise MissingFileError unless a folder has a tokenizer: without one, every word would be unknown."""
    if not any(True for pattern in _VOCABULARIES for _ in folder.glob(pattern)):
        raise MissingFileError(
            f"{folder} has no tokenizer",
            "copy tokenizer.json, or the vocabulary, from where the model came from",
        )


def check_architecture(folder: Path) -> None:
    """Raise DataError for a network that transformers has not built in or quantised, before it is loaded."""
    config = json_files.table(folder / "config.json", needed=False)
    if quantised := config.get("quantization_config") or config.get("compression_config"):
        method = quantised.get("quant_method") if isinstance(quantised, dict) else quantised
        raise DataError(
            f"{folder} has quantised weights ({method}), which cannot be run here",
            "choose the model's float32, float16 or bfloat16 weights",
        )
    kind = config.get("model_type")
    if not isinstance(kind, str) or _is_known(kind):
        return
    if config.get("auto_map"):
        raise DataError(
            f"{folder} needs code of its own (model type {kind!r}), which is never run here",
            "choose a model whose type transformers has built in",
        )
    raise DataError(
        f"{folder}: transformers {version('transformers')} has no model type {kind!r}",
        "a newer transformers may: pip install --upgrade transformers",
    )


def _is_known(kind: str) -> bool:
    package = find_spec("transformers")
    roots = (package and package.submodule_search_locations) or ()
    if kind.isidentifier() and any(Path(root, "models", kind).is_dir() for root in roots):
        return True  # told without importing transformers, which takes seconds
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    return kind in CONFIG_MAPPING
