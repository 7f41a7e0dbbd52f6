"""Figures of the kept evaluations of a collection, each computed once."""

from __future__ import annotations

import msgspec

from hybrid_tui.comparison.setting_summary import EvaluatedSystem, Point, SettingFigure
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import registry
from hybrid_tui.errors import unknown
from hybrid_tui.evaluation import results, setting_figures
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.training.log_reader import finished_log, has_log

_Key = tuple[str, str]
"""What an evaluation is of, and when it was made."""


class Summaries:
    """Reads kept evaluations; safe to use from several threads."""

    def __init__(self) -> None:
        self._systems: dict[_Key, EvaluatedSystem] = {}
        self._figures: dict[tuple[_Key, _Key | None], dict[str, SettingFigure]] = {}

    def systems(self, data: str) -> tuple[EvaluatedSystem, ...]:
        """Return the systems that were evaluated on a collection as it is now, by name.

        Raises UsageError for a collection that is not there.
        """
        folders = registry.folders()
        return tuple(
            msgspec.structs.replace(self._system(each), logged=has_log(folders.get(each.manifest.model)))
            for each in _current(data)
        )

    def _system(self, evaluation: Evaluation) -> EvaluatedSystem:
        key = _key(evaluation)
        if key not in self._systems:
            self._systems[key] = setting_figures.system(evaluation)
        return self._systems[key]

    def figures(self, data: str, system: str, base: str = "") -> dict[str, SettingFigure]:
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
            self._figures[key] = setting_figures.figures(found, other)
        return self._figures[key]

    def curve(self, model: str) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
        """Return (step, loss) of a model's training, thinned by means, and of its validation pairs.

        Raises UsageError for a model without a log, DataError for a broken one.
        """
        log = finished_log(model)
        return tuple(log.losses), tuple(log.validations)


def _key(evaluation: Evaluation) -> _Key:
    return evaluation.manifest.key, evaluation.manifest.made


def _current(data: str) -> list[Evaluation]:
    return results.current(data, catalog.load(data).fingerprint)
