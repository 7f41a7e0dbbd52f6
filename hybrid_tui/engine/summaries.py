"""What the kept evaluations of a collection come to; each answer is computed once."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from hybrid_tui.comparison.summary import Figure, System
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.engine.curves import logged
from hybrid_tui.errors import unknown
from hybrid_tui.evaluation import results, summary
from hybrid_tui.evaluation.results import Evaluation

MOST_KEPT = 1024


class Summaries:
    """Reads kept evaluations; safe to use from several threads."""

    def __init__(self) -> None:
        self._figures = lru_cache(MOST_KEPT)(_figures)

    def systems(self, data: str) -> tuple[System, ...]:
        """Return the systems that were evaluated on a collection as it is now, by name.

        Raises UsageError for a collection that is not there.
        """
        folders = registry.folders()
        return tuple(
            msgspec.structs.replace(summary.system(each), logged=logged(folders.get(each.manifest.model)))
            for each in _current(data)
        )

    def figures(self, data: str, system: str, base: str = "") -> dict[str, Figure]:
        """Return a system's figures by setting, held against those of `base` where it is another.

        Raises UsageError for what was not evaluated, DataError for a damaged evaluation.
        """
        kept = {each.manifest.system: each for each in _current(data)}
        for name in filter(None, (system, base)):
            if name not in kept:
                raise unknown(f"evaluation on {data}", name, sorted(kept))
        return self._figures(_Kept(kept[system]), _Kept(kept[base]) if base not in {"", system} else None)


class _Kept:
    """An evaluation that equals those of the same key."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._key = evaluation.manifest.key, evaluation.manifest.made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _figures(kept: _Kept, base: _Kept | None) -> dict[str, Figure]:
    return summary.figures(kept.evaluation, base.evaluation if base else None)


def _current(data: str) -> list[Evaluation]:
    return results.current(data, catalog.load(data).fingerprint)
