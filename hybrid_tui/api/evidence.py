"""Evidence recall by language, and the gap between original and translated documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hybrid_tui.api.defaults import Names, data_name
from hybrid_tui.api.evaluations import evaluate
from hybrid_tui.api.progress import Cancelled, Progress
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation import evidence as measuring
from hybrid_tui.evaluation.evidence import EvidenceLine as EvidenceLine
from hybrid_tui.evaluation.grouping import grouping
from hybrid_tui.evaluation.resampling import DRAWS
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest

CUT_OFFS = (5, 100)


@dataclass(frozen=True, eq=False)
class EvidenceResult:
    """Evidence recall of systems on a collection, and their gaps to the original one, "" for none.

    lines: of each system, for each cut-off: of all evidence, then of each language. items, queries: questions
    that are asked, and the sub-queries that ask them.
    """

    collection: str
    original: str
    items: int
    queries: int
    lines: dict[str, tuple[EvidenceLine, ...]]
    notes: tuple[str, ...]

    @property
    def drawn(self) -> str:
        """What the gaps are drawn from, such as "120 questions drawn"; "" without an original."""
        gaps = (line.gap for lines in self.lines.values() for line in lines)
        return drawn_words(gap.drawn for gap in gaps if gap)

    @property
    def table(self) -> pl.DataFrame:
        """A row a system, cut-off and language ("" for all); original and gap are null without one."""
        rows = [
            {
                "system": system,
                "k": line.k,
                "lang": line.language,
                "items": line.items,
                "documents": line.documents,
                "recall": line.recall,
                "low": line.low,
                "high": line.high,
                "original": line.gap and line.gap.b,
                "gap": line.gap and line.gap.difference,
                "gap_low": line.gap and line.gap.low,
                "gap_high": line.gap and line.gap.high,
                "holm": line.gap and line.gap.holm,
            }
            for system, lines in self.lines.items()
            for line in lines
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def evidence(
    systems: Names = None,
    data: str | None = None,
    *,
    original: str = "",
    k: Sequence[int] = CUT_OFFS,
    draws: int = DRAWS,
    seed: int = 0,
    group_by: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> EvidenceResult:
    """Measure how much of the evidence of each question its sub-queries find in their first k together.

    The texts that ask an item in one language are its sub-queries. original: the collection of the same
    documents before they were translated; the language gap is the recall there less the recall here.
    draws, seed, group_by: of intervals and tests. Raises UsageError for unknown names and cut-offs below 1,
    DataError where the original has none of the evidence.
    """
    if not k or min(k) < 1:
        raise UsageError("evidence is looked for in the first k documents", "ask for a cut-off of 1 or more")
    here = evaluate(systems, data, progress=progress, cancelled=cancelled)
    there = evaluate(systems, original, progress=progress, cancelled=cancelled) if original else None
    test = PairedTest(draws=draws, seed=seed, group_by=group_by)
    notes = list(here.notes)
    lines: dict[str, tuple[EvidenceLine, ...]] = {}
    for at, each in enumerate(here.evaluations):
        other = there.evaluations[at] if there else None
        told = [cut for cut in dict.fromkeys(k) if all(_deep(one, cut) for one in (each, other) if one)]
        untold = ", ".join(str(cut) for cut in dict.fromkeys(k) if cut not in told)
        if untold:
            notes.append(f"{each.manifest.system} does not rank so many documents a query: {untold}")
        groups = grouping(each.manifest, group_by)
        found, before = _of(each), _of(other) if other else None
        lines[each.manifest.system] = tuple(
            line for cut in told for line in measuring.lines(found, cut, groups, before, test)
        )
    ranks = here.evaluations[0].ranks
    return EvidenceResult(
        data_name(data),
        original,
        ranks.queries["item_id"].n_unique(),
        ranks.queries.height,
        lines,
        tuple(notes),
    )


def _of(evaluation: Evaluation) -> pl.DataFrame:
    about = evaluation.manifest
    collection = catalog.load(about.collection)
    if collection.fingerprint != about.collection_fingerprint:
        raise DataError(
            f"{about.collection} is no longer what {about.system} was evaluated on", "import the run again"
        )
    return measuring.evidence(evaluation.ranks, collection)


def _deep(evaluation: Evaluation, k: int) -> bool:
    """Return whether every query of an evaluation is ranked up to k."""
    depth = evaluation.ranks.depth
    return depth is None or bool((depth[:, -1] >= k).all())
