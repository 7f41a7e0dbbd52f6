"""What the kept evaluations of a collection come to; each answer is computed once."""

from __future__ import annotations

import msgspec

from hybrid_tui.comparison.summary import Figure, System
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.engine.curves import logged
from hybrid_tui.errors import unknown
from hybrid_tui.evaluation import results, summary
from hybrid_tui.evaluation.results import Evaluation

_Key = tuple[str, str]
"""What an evaluation is of, and when it was made."""


class Summaries:
    """Reads kept evaluations; safe to use from several threads."""

    def __init__(self) -> None:
        self._systems: dict[_Key, System] = {}
        self._figures: dict[tuple[_Key, _Key | None], dict[str, Figure]] = {}

    def systems(self, data: str) -> tuple[System, ...]:
        """Return the systems that were evaluated on a collection as it is now, by name.

        Raises UsageError for a collection that is not there.
        """
        folders = registry.folders()
        return tuple(
            msgspec.structs.replace(self._system(each), logged=logged(folders.get(each.manifest.model)))
            for each in _current(data)
        )

    def _system(self, evaluation: Evaluation) -> System:
        key = _key(evaluation)
        if key not in self._systems:
            self._systems[key] = summary.system(evaluation)
        return self._systems[key]

    def figures(self, data: str, system: str, base: str = "") -> dict[str, Figure]:
        """Return a system's figures by setting, held against those of `base` where it is another.

        Raises UsageError for what was not evaluated, DataError for a damaged evaluation.
        """
        kept = {each.manifest.system: each for each in _current(data)}
        for name in filter(None, (system, base)):
            if name not in kept:
                raise unknown(f"evaluation on {data}", name, sorted(kept))
        found, other = kept[system], kept[base] if base not in {"", system} else None
        key = _key(found), _key(other) if other else None
        if key not in self._figures:
            self._figures[key] = summary.figures(found, other)
        return self._figures[key]


def _key(evaluation: Evaluation) -> _Key:
    return evaluation.manifest.key, evaluation.manifest.made


def _current(data: str) -> list[Evaluation]:
    return results.current(data, catalog.load(data).fingerprint)
