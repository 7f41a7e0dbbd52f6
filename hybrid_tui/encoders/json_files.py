"""JSON files of a model's folder, read with errors that name the file and the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hybrid_tui.errors import DataError


def read(path: Path) -> Any:
    """Return a file's content; DataError where it cannot be read, is no JSON or is nested too deeply."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from error
    except RecursionError as error:
        raise DataError(f"{path}: its JSON is nested too deeply") from error
    except (UnicodeDecodeError, OSError) as error:
        raise DataError(f"cannot read {path}: {error}") from error


def table(path: Path, *, needed: bool = True) -> dict[str, Any]:
    """Return a file's JSON object; an empty one for a missing file that is not `needed`. Raises DataError."""
    if not needed and not path.is_file():
        return {}
    content = read(path)
    if not isinstance(content, dict):
        raise DataError(f"{path}: not a JSON object")
    return content
