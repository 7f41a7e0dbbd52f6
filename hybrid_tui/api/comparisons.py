"""Two systems compared: difference, interval, p, and a verdict against a margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.evaluations import evaluate
from hybrid_tui.api.progress import Cancelled, Progress
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.trained_mark import marked
from hybrid_tui.comparison.verdicts import MARGIN, rule
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import compare as comparing
from hybrid_tui.evaluation.compare import Line as Line
from hybrid_tui.evaluation.contamination import shared_items
from hybrid_tui.evaluation.metric_tables import SETTINGS as SETTINGS
from hybrid_tui.evaluation.resampling import DRAWS
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.sentences import in_words
from hybrid_tui.evaluation.significance import PairedTest

MOST_DIFFERENT = 5


@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """B less A, in each setting.

    overall: of all query languages. by_language: of each. most_different: the items where the two differ
    most, by setting, with `a`, `b`, `difference` and `question`. notes: what is to be kept in mind.
    a_trained, b_trained: how many of the questions a model of each was trained on, which marks it (†).
    """

    collection: str
    a: str
    b: str
    metric: str
    overall: tuple[Line, ...]
    by_language: tuple[Line, ...]
    most_different: dict[str, list[dict[str, Any]]]
    notes: tuple[str, ...]
    a_trained: int = 0
    b_trained: int = 0

    def marked(self, a: str, b: str) -> tuple[str, str]:
        """Return names of A and B, marked where a model was trained on these questions."""
        return marked(a, self.a_trained), marked(b, self.b_trained)

    @property
    def table(self) -> pl.DataFrame:
        """Setting, query language ("" for all), everything of `Comparison.plain`, and queries left out."""
        return pl.DataFrame(
            [
                {"setting": line.setting, "query_lang": line.language}
                | line.comparison.plain()
                | {"left_out": line.left_out}
                for line in (*self.overall, *self.by_language)
            ]
        )

    def in_words(self) -> dict[str, str]:
        """Return what came out in each setting, in a sentence."""
        names = self.marked(self.a, self.b)
        return {line.setting: in_words(line.comparison, *names) for line in self.overall}

    @property
    def drawn(self) -> str:
        """What was drawn, such as "240 paragraphs drawn, design effect 1.7"."""
        return drawn_words(each.comparison.drawn for each in self.overall)

    @property
    def rule(self) -> str:
        """The rule of the verdicts, in words."""
        return rule(self.overall[0].comparison.margin)

    def _repr_html_(self) -> str:
        columns = ("setting", "query_lang", "items", "a", "b", "difference", "low", "high", "holm", "verdict")
        return self.table.select(columns)._repr_html_()


def compare(
    a: str | Sequence[str],
    b: str | Sequence[str],
    data: str | None = None,
    *,
    metric: str = "mAP",
    settings: Sequence[str] = SETTINGS,
    margin: float = MARGIN,
    draws: int = DRAWS,
    seed: int = 0,
    group_by: str = "",
    family: Sequence[str] = (),
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ComparisonResult:
    """Compare two systems on a collection, each MODEL, MODEL+CORRECTION or an imported run.

    a, b: several of each are its training seeds. metric: such as "nDCG@10", or "rank_distance". margin: how
    much worse is still not worse. draws, seed: of the tests' random draws. group_by: what is drawn whole, by
    default the coarsest level with 20 groups. family: the settings that p is adjusted over, fixed beforehand;
    by default all. Raises UsageError for unknown names, DataError where there is nothing to compare.
    """
    metric = comparing.check_names(metric, [*settings, *family])
    sides = [[side] if isinstance(side, str) else list(side) for side in (a, b)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    every = evaluate(names, data, progress=progress, cancelled=cancelled)
    made = dict(zip(names, every.evaluations, strict=True))
    of_a, of_b = ([made[name] for name in side] for side in sides)
    test = PairedTest(margin=margin, draws=draws, seed=seed, group_by=group_by)
    overall = comparing.lines(of_a, of_b, metric, settings, test=test, family=family)
    told = " and ".join(sides[0]), " and ".join(sides[1])
    if not overall:
        raise DataError(
            f"nothing to compare: {told[0]} or {told[1]} has no {metric} in {', '.join(settings)}",
            "choose another --setting, or a collection with several languages",
        )
    by_language = comparing.lines(of_a, of_b, metric, settings, by_language=True, test=test, family=family)
    items = {
        line.setting: _with_question(
            of_a[0], comparing.most_different(of_a[0], of_b[0], metric, line.setting, MOST_DIFFERENT)
        )
        for line in overall
    }
    return ComparisonResult(
        data_name(data),
        told[0],
        told[1],
        metric,
        tuple(overall),
        tuple(by_language),
        items,
        tuple(every.notes),
        *(max(shared_items(each.manifest) for each in side) for side in (of_a, of_b)),
    )


def _with_question(evaluation: Evaluation, items: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the items with their question, in English where there is one."""
    queries = catalog.load(evaluation.manifest.collection).queries
    found = []
    for row in items.iter_rows(named=True):
        versions = queries.filter(item_id=row["item_id"])
        texts = dict(versions.select("lang", "text").iter_rows())
        first = next(iter(texts.values()), row["item_id"])  # the id where the collection has changed since
        found.append(row | {"question": texts.get("en", first)})
    return found
