"""The folders of trained models, the user's own and those that ship with the package: loads in an instant."""

from __future__ import annotations

import re
from pathlib import Path

from hybrid_tui import settings
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.errors import UsageError

MANIFEST = "model.toml"
"""The file that makes a folder one of a trained model."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def user_models_dir() -> Path:
    """Folder of the models that the user trained or added; it need not exist."""
    return settings.data_dir() / "models"


def check_name(name: str) -> None:
    """Raise UsageError unless a trained model can be called `name`."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"a model cannot be named {name!r}",
            "use at most 100 of the letters a-z and A-Z, digits, '.', '_', '-', first a letter or digit",
        )
    if name in BACKBONES:
        raise UsageError(f"{name} is the name of a backbone", "choose another name")


def find(name: str) -> Path | None:
    """Return the folder of the trained model called `name`, the user's before the shipped one."""
    if not _NAME.fullmatch(name):
        return None
    return next(
        (root / name for root in _roots() if (root / name / MANIFEST).is_file()),
        None,
    )


def folders() -> dict[str, Path]:
    """Return the folders of all trained models by name, in order of name."""
    found = {
        file.parent.name: file.parent
        for root in reversed(_roots())
        for file in root.glob(f"*/{MANIFEST}")
        if _NAME.fullmatch(file.parent.name)
    }
    return dict(sorted(found.items()))


def changed(name: str) -> int:
    """Return when the trained model called `name` was written, in nanoseconds; 0 where there is none."""
    folder = find(name)
    return (folder / MANIFEST).stat().st_mtime_ns if folder else 0


def is_shipped(folder: Path) -> bool:
    """Tell whether a model's folder belongs to the package."""
    return folder.parent == settings.shipped_dir()


def _roots() -> tuple[Path, Path]:
    return user_models_dir(), settings.shipped_dir()
