"""What the panes show: each answer against that of the first pane, the base."""

from __future__ import annotations

from collections.abc import Sequence

from hybrid_tui.comparison.overlap import SAME, Overlap, overlap
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.comparison.stage_words import stage_words
from hybrid_tui.engine import messages
from hybrid_tui.tui.render.facts import overlap_facts, relevance_facts
from hybrid_tui.tui.render.hits import HitRow, one_line
from hybrid_tui.tui.render.terms import Terms
from hybrid_tui.tui.widgets.pane import PaneContent


class Comparison:
    """Turns answers into rows and facts; `only_differences` leaves out what all panes rank the same."""

    def __init__(self) -> None:
        self.only_differences = False

    def contents(
        self, answers: Sequence[messages.Found | None], pinned: str = ""
    ) -> list[PaneContent | None]:
        """Return what each pane shows; None for one that has no answer.

        answers: the panes' from left to right, one or more. pinned: the id of a passage to mark.
        """
        base = answers[0]
        overlaps = [None, *(_against(base, other) for other in answers[1:])]
        differing = {passage for found in overlaps if found for passage in _differing(found)}
        contents: list[PaneContent | None] = []
        for at, (answer, found) in enumerate(zip(answers, overlaps, strict=True)):
            if answer is None:
                contents.append(None)
                continue
            hits = answer.ranking.hits
            if base and found:
                hits += tuple(hit for hit in base.ranking.hits if hit.passage_id in found.gone)
            rows = [
                HitRow(hit, found.sign(hit.passage_id) if found else "", hit.passage_id == pinned)
                for hit in hits
            ]
            role = ["base"] if at == 0 and any(overlaps) else []
            facts = relevance_facts(answer.ranking, answer.figures)
            facts += overlap_facts(found) if found else role
            facts += filter(None, [stage_words(answer.ranking.system, answer.ranking.seconds)])
            if self.only_differences:
                rows = [row for row in rows if row.hit.passage_id in differing and row.move != SAME]
                facts.append("differences only" if rows else "no differences")
            foot = _foot(rows, base.ranking) if base else ""
            contents.append(PaneContent(tuple(rows), tuple(facts), Terms.of(answer.ranking.query), foot))
        return contents


def _foot(rows: list[HitRow], base: Ranking) -> str:
    gone = sum(row.gone for row in rows)
    return f"gone: {gone}, in the top {len(base.hits)} of {one_line(base.system)} only"


def _against(base: messages.Found | None, other: messages.Found | None) -> Overlap | None:
    """Compare two answers; None where one is missing, lacks passages, or answers something else."""
    if not base or not other:
        return None
    one, two = base.ranking, other.ranking
    if (
        one.missing
        or two.missing
        or (one.data, one.query, one.query_lang, one.langs)
        != (two.data, two.query, two.query_lang, two.langs)
    ):
        return None
    return overlap([hit.passage_id for hit in one.hits], [hit.passage_id for hit in two.hits])


def _differing(found: Overlap) -> set[str]:
    return {passage for passage, move in found.moves.items() if move != 0} | set(found.gone)
