"""What a person types, as what it stands for."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.errors import UsageError


def path_of(text: str) -> Path:
    """Return a typed path, `~` being a home folder. Raises UsageError where there can be no such file."""
    try:
        path = Path(text).expanduser()
        path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"there can be no file of that name: {error}") from error
    return path
