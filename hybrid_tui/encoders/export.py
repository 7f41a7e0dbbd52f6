"""Models as plain folders of sentence-transformers, for whoever has no hybrid-tui."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybrid_tui.encoders import layout, lora, packaged
from hybrid_tui.encoders.backbones import Backbone, MaxTokens
from hybrid_tui.encoders.layout import Dense, ModelLayout
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.sources import FolderSource, HubSource, ModelSource, PackageSource
from hybrid_tui.encoders.trained import TrainedSource
from hybrid_tui.errors import UsageError, cannot
from hybrid_tui.settings import new_folder, replacing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODULES = "modules.json"
_TYPE = "sentence_transformers.models."


def export(
    spec: ModelSpec,
    folder: Path,
    *,
    overwrite: bool = False,
    also: Callable[[Path], None] = lambda _: None,
) -> Path:
    """Write a model as a folder that sentence-transformers loads; returns its absolute path.

    An adapter is merged into the weights (float32), a head becomes a Dense module after the pooling; the
    folder appears whole or not at all. What is longer than the longer of the model's two limits is cut.

    overwrite: replace an earlier export. also: writes what else belongs into the folder. Raises UsageError
    for a folder that is not empty and for a model of another kind, DataError for damaged files,
    HybridTuiError when writing fails.
    """
    folder = folder.expanduser().resolve()
    _check_free(folder, overwrite=overwrite)
    with new_folder(folder) as temporary:
        _write(spec, temporary)
        also(temporary)
        _move(temporary, folder)
    return folder


def _check_free(folder: Path, *, overwrite: bool) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file", "name a folder that does not exist yet")
    if not any(folder.iterdir()):
        return
    if not overwrite:
        raise UsageError(f"{folder} is not empty", "name another folder, or say --overwrite")
    if not (folder / MODULES).is_file():
        raise UsageError(f"{folder} is no exported model: it is left as it is", "name another folder")


def _move(temporary: Path, folder: Path) -> None:
    try:
        with new_folder(folder) as away:
            if folder.exists():
                folder.rename(away / "old")
            temporary.rename(folder)
    except OSError as error:
        raise cannot("write", folder, error) from error


def _write(spec: ModelSpec, folder: Path) -> None:
    source = spec.source
    if not isinstance(source, TrainedSource):
        _write_pretrained(source, folder, spec.name)
    elif source.manifest.tuning == "head":
        matrix = source.matrix()
        _write_pretrained(source.backbone[0], folder, source.manifest.backbone, matrix)
    elif source.manifest.tuning == "full":
        _write_network(source.encoder_layout(), folder)
    else:
        source.check_backbone()
        adapter = lora.read(source.folder)
        entry = source.backbone_as_tuned()
        if entry:
            _write_packaged(entry, folder, adapter)
        else:
            _write_network(source.base_layout(), folder, adapter)


def _write_pretrained(
    source: ModelSource, folder: Path, name: str, matrix: NDArray[np.float32] | None = None
) -> None:
    if isinstance(source, PackageSource):
        _write_packaged(source.backbone, folder, matrix=matrix)
    elif isinstance(source, FolderSource | HubSource):
        _write_network(source.open(), folder, matrix=matrix)
    else:
        raise UsageError(f"{name} cannot be exported", "export the model that it was trained upon")


def _write_packaged(
    entry: Backbone, folder: Path, adapter: Lora | None = None, matrix: NDArray[np.float32] | None = None
) -> None:
    packaged.module_of(entry).export(entry, folder, adapter)
    limits = entry.max_tokens or MaxTokens()
    opened = replace(layout.read(folder), prompts=entry.prompts, max_tokens=limits)
    _write_settings(folder, opened, entry.dimension, matrix)


def _write_network(
    opened: ModelLayout, folder: Path, adapter: Lora | None = None, matrix: NDArray[np.float32] | None = None
) -> None:
    from transformers import AutoTokenizer

    from hybrid_tui.encoders import transformer

    if opened.adapter_base:
        raise UsageError(f"{opened.folders[0]} is an adapter of another tool and cannot be exported")
    network = transformer.network(opened.transformer, adapter)
    network.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(
        opened.transformer, local_files_only=True, trust_remote_code=False
    )
    tokenizer.save_pretrained(folder)
    _write_settings(folder, opened, network.config.hidden_size, matrix)


def _write_settings(
    folder: Path, opened: ModelLayout, width: int, matrix: NDArray[np.float32] | None = None
) -> None:
    """Write what sentence-transformers adds to a folder of transformers.

    width: of the token vectors. matrix: of a head, shape (dimension, dimension).
    """
    names = ["", "1_Pooling"]
    _json(folder / "1_Pooling" / "config.json", _pooling(opened.poolings, width))
    for step in _steps(opened, matrix):
        names.append(f"{len(names)}_{'Normalize' if step is None else 'Dense'}")
        _write_step(folder / names[-1], step)
    kinds = [name.partition("_")[2] or "Transformer" for name in names]
    modules = [
        {"idx": number, "name": str(number), "path": name, "type": _TYPE + kind}
        for number, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    _json(folder / MODULES, modules)
    limits = {"max_seq_length": max(opened.max_tokens), "do_lower_case": opened.lower_case}
    _json(folder / "sentence_bert_config.json", limits)
    query, passage = opened.prompts
    # encode_document takes "document", which sentence-transformers sets to nothing where it is not there.
    prompts = {"query": query, "document": passage, "passage": passage}
    _json(folder / "config_sentence_transformers.json", {"prompts": prompts})


def _pooling(poolings: tuple[str, ...], width: int) -> dict[str, Any]:
    """Return the settings of a pooling; the words of old versions where they can say it."""
    if len(poolings) > 1:
        return {"embedding_dimension": width, "pooling_mode": list(poolings)}
    old = {name: key for key, name in layout.OLD_POOLINGS.items()}
    return {
        "word_embedding_dimension": width,
        **dict.fromkeys(old.values(), False),
        old[poolings[0]]: True,
    }


def _steps(
    opened: ModelLayout, matrix: NDArray[np.float32] | None
) -> Iterator[Dense | NDArray[np.float32] | None]:
    """Yield what comes after the pooling: dense layers, heads, and None, which normalises."""
    yield from opened.after
    if not opened.after or opened.after[-1] is not None:
        yield None
    if matrix is not None:
        yield matrix
        yield None


def _write_step(folder: Path, step: Dense | NDArray[np.float32] | None) -> None:
    from safetensors.numpy import save

    if isinstance(step, Dense):
        shutil.copytree(step.weights.parent, folder, ignore=lambda _, names: _others(names))
    elif step is None:
        _json(folder / "config.json", {})
    else:
        size = len(step)
        identity = "torch.nn.modules.linear.Identity"
        facts = {"in_features": size, "out_features": size, "bias": False, "activation_function": identity}
        _json(folder / "config.json", facts)
        with replacing(folder / "model.safetensors", "wb") as file:
            file.write(save({"linear.weight": step}, metadata={"format": "pt"}))


def _others(names: list[str]) -> set[str]:
    return set(names) - {"config.json", "model.safetensors"}


def _json(path: Path, content: object) -> None:
    with replacing(path) as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
