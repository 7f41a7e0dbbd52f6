"""Names of kept evaluations, read from their manifests alone: loads in an instant."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hybrid_tui import settings

MANIFEST = "manifest.json"


class KeptName(NamedTuple):
    """What was evaluated: a collection, and a system as `system_name` writes it."""

    collection: str
    system: str


def folders() -> list[Path]:
    """Return the folders of kept evaluations, sorted."""
    root = evaluations_dir()
    return sorted(path for path in root.iterdir() if not path.name.startswith(".")) if root.is_dir() else []


def evaluations_dir() -> Path:
    """Folder of all evaluations; it need not exist."""
    return settings.data_dir() / "evaluations"


def kept_names() -> Iterator[KeptName]:
    """Yield what was evaluated, in no order; those whose manifest cannot be read are left out."""
    for folder in folders():
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            found = json.loads((folder / MANIFEST).read_bytes())
            named = [str(found[field]) for field in ("collection", "model", "correction", "fitted_on")]
            yield KeptName(named[0], str(found.get("written") or system_name(*named)))


def system_name(collection: str, model: str, correction: str, fitted_on: str) -> str:
    """Return what a model under a correction is called: `me5-small`, `me5-small+center`.

    One that was fitted on another collection says so: `me5-small+center@starter`.
    """
    elsewhere = fitted_on.rpartition("@")[0]
    name = model if correction == "none" else f"{model}+{correction}"
    return f"{name}@{elsewhere}" if elsewhere not in {"", collection} else name
