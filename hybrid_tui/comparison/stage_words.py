"""What the stages of a system took, in words."""

from __future__ import annotations

from collections.abc import Mapping

from hybrid_tui.comparison.retriever_names import kind

OWN = ("encode", "search")
"""What the retriever itself does, before other stages."""


def by_part(system: str, seconds: Mapping[str, float]) -> dict[str, float]:
    """Return the milliseconds of each part of a system: its retriever under its kind, stages by their names.

    system: its written form. seconds: of `Ranking.seconds`.
    """
    found: dict[str, float] = {}
    for name, took in seconds.items():
        part = kind(system.partition("+")[0]) if name in OWN else name
        found[part] = found.get(part, 0.0) + 1000 * took
    return found


def stage_words(system: str, seconds: Mapping[str, float]) -> str:
    """Return what each part took, "dense 12 · query 3 · fuse 41 ms"; empty where there is one part alone."""
    parts = by_part(system, seconds)
    told = " · ".join(f"{name} {took:,.0f}" for name, took in parts.items())
    return f"{told} ms" if len(parts) > 1 else ""


def total_words(seconds: Mapping[str, float]) -> str:
    """Return what all of it took, "56 ms"; empty where nothing was measured."""
    return f"{1000 * sum(seconds.values()):,.0f} ms" if seconds else ""
