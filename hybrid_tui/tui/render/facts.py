"""Figures of a ranking as a few words for a pane's header."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.comparison.overlap import DOWN, UP, Overlap
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.comparison.trained_mark import marked
from hybrid_tui.engine.messages import RankFigures

BETWEEN, DOT = "  ", " · "


def relevance_facts(ranking: Ranking, figures: RankFigures | None) -> list[str]:
    """Return how the relevant passages are ranked: exactly, or in what is shown; [] for typed queries.

    † behind a figure of a model that was trained on the collection's questions.
    """
    if figures:
        distance = [f"rank distance {figures.distance:,}"] if figures.relevant > 1 else []
        precision = marked(f"AP {figure(figures.ap, 3)}", ranking.trained_on)
        return [precision, f"best #{figures.best:,}", *distance]
    known = [hit.relevant for hit in ranking.hits if hit.relevant is not None]
    return [f"{sum(known)} relevant in top {len(ranking.hits)}"] if known else []


def overlap_facts(found: Overlap) -> list[str]:
    """Return how alike a ranking is to the base."""
    return [
        f"RBO {figure(found.rbo, 3)}",
        f"{found.shared}/{found.depth} shared",
        f"{UP}{found.up} {DOWN}{found.down}",
    ]


def packed(facts: Sequence[str], width: int) -> list[str]:
    """Put facts on as few lines of `width` cells as their order allows; one that is wider has its own.

    Such a fact goes on behind its dots, as far as it has any.
    """
    lines: list[str] = []
    for fact in (part for each in facts for part in _parts(each, width)):
        longer = f"{lines[-1]}{BETWEEN}{fact}" if lines else fact
        if lines and cell_len(longer) > width:
            lines.append(fact)
        else:
            lines[-1:] = [longer]
    return lines


def _parts(fact: str, width: int) -> list[str]:
    """Return a fact in parts of at most that width, as far as it has dots to part it at."""
    parts: list[str] = []
    for each in fact.split(DOT):
        longer = f"{parts[-1]}{DOT}{each}" if parts else each
        if parts and cell_len(longer) > width - len(DOT):
            parts[-1] += DOT.rstrip()
            parts.append(each)
        else:
            parts[-1:] = [longer]
    return parts if cell_len(fact) > width else [fact]
