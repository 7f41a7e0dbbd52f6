"""Each pane against the first one: what moved, what differs, panes that scroll together."""

from __future__ import annotations

from hybrid_tui.comparison.export import system
from hybrid_tui.comparison.overlap import SAME, Overlap, overlap
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.render.facts import overlap_facts, relevance_facts
from hybrid_tui.tui.render.hits import HitRow, one_line
from hybrid_tui.tui.render.terms import Terms
from hybrid_tui.tui.search.asking import Asking
from hybrid_tui.tui.search.search_request import SearchRequest
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.pane import Pane


class Comparing(Asking):
    """The part of the search screen that compares rankings; the base is the first pane's."""

    def __init__(self, link: EngineLink, asked: SearchRequest) -> None:
        super().__init__(link, asked)
        self.pinned = ""
        self._only_moved = False
        self._together = False
        self._place = (0, 0)

    def compare(self) -> None:
        """Draw what the panes have found, each against the first."""
        base, *others = self.row.panes
        found = {pane: known for pane in others if (known := _against(base.found, pane.found))}
        differ = {passage for each in found.values() for passage in _differing(each)}
        for pane in (base, *others):
            if pane.found:
                role = ["base"] if pane is base and found else []
                self._draw(pane, pane.found, base.ranking, found.get(pane), differ, role)

    def _draw(
        self,
        pane: Pane,
        answer: messages.Found,
        base: Ranking | None,
        found: Overlap | None,
        differ: set[str],
        role: list[str],
    ) -> None:
        ranking = answer.ranking
        rows = [
            HitRow(hit, found.sign(hit.passage_id) if found else "", hit.passage_id == self.pinned)
            for hit in (*ranking.hits, *(_gone(base, found) if base and found else ()))
        ]
        facts = relevance_facts(ranking, answer.figures) + (overlap_facts(found) if found else role)
        if self._only_moved:
            rows = [row for row in rows if row.hit.passage_id in differ and row.move != SAME]
            facts.append("differences only" if rows else "no differences")
        count = sum(row.gone for row in rows)
        foot = f"gone: {count}, in the top {len(base.hits)} of {one_line(system(base))} only" if base else ""
        pane.draw(tuple(rows), facts, Terms.of(ranking.query), foot)

    def action_differences(self) -> None:
        """Show only what differs from the base, or everything again."""
        self._only_moved = not self._only_moved
        self.compare()
        self.say("only what differs from the first pane" if self._only_moved else "all passages")

    def action_together(self) -> None:
        """Let the panes scroll together, or each alone again."""
        self._together = not self._together
        self.say("panes scroll together" if self._together else "each pane scrolls alone")
        if self._together:
            self._lead(self.row.front.hits)

    def on_hit_list_moved(self, event: HitList.Moved) -> None:
        """Take the other panes along."""
        if self._together:
            self._lead(event.hits)

    def on_hit_list_came(self, event: HitList.Came) -> None:
        """Let a pane that was behind take its place."""
        if self._together:
            self.call_after_refresh(event.hits.follow, self._place)

    def _lead(self, hits: HitList) -> None:
        self._place = hits.place
        for pane in self.row.panes:
            if pane.hits is not hits:
                pane.hits.follow(self._place)


def _against(base: messages.Found | None, other: messages.Found | None) -> Overlap | None:
    """Compare two answers; None where one is missing, or answers something else."""
    if not base or not other:
        return None
    one, two = base.ranking, other.ranking
    if (one.data, one.query, one.query_lang, one.langs) != (two.data, two.query, two.query_lang, two.langs):
        return None
    return overlap(_ids(one), _ids(two))


def _ids(ranking: Ranking) -> list[str]:
    return [hit.passage_id for hit in ranking.hits]


def _differing(found: Overlap) -> set[str]:
    return {passage for passage, move in found.moves.items() if move != 0} | set(found.gone)


def _gone(base: Ranking, found: Overlap) -> list[Hit]:
    return [hit for hit in base.hits if hit.passage_id in found.gone]
