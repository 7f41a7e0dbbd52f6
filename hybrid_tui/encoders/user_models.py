"""The user's trained models: adding a folder, removing one."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import msgspec

from hybrid_tui.encoders import layout, model, registry, trained
from hybrid_tui.encoders import manifest as manifests
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.folder_files import FILES
from hybrid_tui.encoders.manifest import ENCODER
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.encoders.trained import TrainedSource
from hybrid_tui.errors import DataError, UsageError, cannot, unknown
from hybrid_tui.settings import new_folder

_KINDS = (*FILES, "*.md", "*.jsonl")


def add(path: Path, name: str = "") -> tuple[ModelSpec, bool]:
    """Copy a trained model's folder to the user's models, checked by loading it where its backbone is here.

    name: what it is called from then on, by default as its manifest says. Returns the model, and False
    where the very same was there already. Raises UsageError for a name that is taken or not allowed,
    DataError for a folder that is no trained model or a damaged one, HybridTuiError when writing fails.
    """
    path = path.expanduser().resolve()
    if not (path / registry.MANIFEST).is_file():
        raise _not_trained(path)
    found = trained.read(path)
    name = name or found.manifest.name
    registry.check_name(name)
    wanted = ModelSpec(name, found)
    taken = registry.find(name)
    if taken:
        if not _same(TrainedSource(taken, manifests.read(taken)), found):
            raise UsageError(f"there is another model named {name}: {taken}", "choose another name")
        return model.resolve(name), False
    check(wanted)
    _copy(found, registry.user_models_dir() / name)
    return model.resolve(name), True


def _not_trained(path: Path) -> DataError:
    """Build the error for a folder without a manifest; it may be a model all the same, as exports are."""
    problem = f"{path} is not a trained model: it has no {registry.MANIFEST}"
    try:
        layout.read(path)
    except DataError:
        return DataError(problem, "name its folder")
    return DataError(
        problem, f"it can be used where it is, by its folder: hybrid-tui evaluate -m {shlex.quote(str(path))}"
    )


def check(spec: ModelSpec) -> None:
    """Load a model where its backbone is on this machine, as `model.load` does.

    Raises DataError for weights that are damaged, do not fit the backbone or give embeddings without sense.
    """
    told = spec.fingerprint
    if spec.available:
        try:
            model.load(spec, "cpu")
        except DataError as error:
            raise DataError(f"{spec.name} ({told}): {error}", error.hint) from error


def removable(name: str) -> Path:
    """Return the folder of a user's model; UsageError, with the reason, for a name that is none."""
    folder = registry.find(name)
    if name in BACKBONES:
        raise UsageError(f"{name} is a backbone, which is no model of yours to remove")
    if folder is None or registry.is_shipped(folder):
        if folder:
            raise UsageError(f"{name} ships with hybrid-tui and cannot be removed")
        own = [known for known, at in registry.folders().items() if not registry.is_shipped(at)]
        raise unknown("model of yours", name, own, "" if own else "you have added none")
    return folder


def remove(name: str) -> None:
    """Remove a user's model; it is gone from the list before its files are. Raises as `removable` does."""
    folder = removable(name)
    with new_folder(folder) as temporary:
        try:
            folder.rename(temporary / "removed")
        except OSError as error:
            raise cannot("remove", folder, error) from error


def _same(one: TrainedSource, other: TrainedSource) -> bool:
    """Tell whether two models are the same but for their names."""
    renamed = msgspec.structs.replace(one.manifest, name=other.manifest.name)
    return renamed == other.manifest and one.fingerprint() == other.fingerprint()


def _copy(source: TrainedSource, folder: Path) -> None:
    """Copy what a model consists of, and nothing else: no pickles, no checkpoints."""
    with new_folder(folder) as temporary:
        try:
            for file in _parts(source):
                at = temporary / file.relative_to(source.folder)
                at.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, at)
            manifests.write(msgspec.structs.replace(source.manifest, name=folder.name), temporary)
            temporary.rename(folder)
        except OSError as error:
            raise cannot("write", folder, error) from error


def _parts(source: TrainedSource) -> set[Path]:
    """Return the files that a model consists of; DataError for a link that leads out of its folder."""
    found = {file for kind in _KINDS for file in source.folder.glob(kind)}
    if source.manifest.tuning == "full":
        found |= {file for kind in _KINDS for file in (source.folder / ENCODER).rglob(kind)}
    for file in found:
        if not file.resolve().is_relative_to(source.folder.resolve()):
            raise DataError(
                f"{file} is a link to {file.resolve()}, out of the model's folder: it is not followed",
                "replace it by the file itself, if you trust it",
            )
    return {file for file in found if file.is_file()}
