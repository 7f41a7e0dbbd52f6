"""Systems and collections that calls take where none are named: those of the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from hybrid_tui.settings import load_config

Names = str | Sequence[str] | None
"""One name, several, or None for those of the configuration."""


def data_name(data: str | None) -> str:
    """Return the collection that is meant."""
    return data or load_config().data


def system_names(systems: Names) -> list[str]:
    """Return the systems that are meant, each once."""
    if isinstance(systems, str):
        return [systems]
    return list(dict.fromkeys(systems or load_config().models))
