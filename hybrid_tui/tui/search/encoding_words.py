"""What a pane tells of passages that are not encoded yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from textual.dom import DOMNode

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine import messages
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.render.spans import rough
from hybrid_tui.tui.search_request import so_far

CHOOSES = {"model": "search.model", "language": "search.passage_languages", "split": "search.collection"}
"""The action that chooses each kind of what is quicker."""


def offer(ranking: Ranking, estimate: messages.EncodingEstimate) -> list[str]:
    """Return what is missing, how long it is likely to take, and which key starts it."""
    takes = " · ".join([*_needs(estimate), *_about(estimate)])
    if ranking.hits:
        return [so_far(ranking), f"Enter in the query encodes the rest: {takes}"]
    what = "passages" if estimate.texts <= ranking.missing else "passages and queries"
    return [f"{estimate.texts:,} {what} are not encoded yet", f"Enter encodes them: {takes}"]


def turn(before: str, estimate: messages.EncodingEstimate) -> list[str]:
    """Return for which model a pane waits, and how long it is likely to take then."""
    return [f"waits for {before}", *(f"then {time}" for time in _about(estimate))]


def _about(estimate: messages.EncodingEstimate) -> list[str]:
    return [rough(estimate.seconds)] if estimate.seconds else []


def _needs(estimate: messages.EncodingEstimate) -> list[str]:
    return [f"needs {estimate.needs}"] if estimate.needs else []


def quicker(node: DOMNode, estimate: messages.EncodingEstimate, shown: Collection[str] = ()) -> Iterator[str]:
    """Yield what would be answered sooner, the quickest of each kind, with the key that chooses it.

    shown: models that need no pane more.
    """
    kinds = set(CHOOSES)
    for each in estimate.quicker:
        if each.kind in kinds and each.name not in shown:
            kinds.remove(each.kind)
            key = fill_keys(node, f"{{{CHOOSES[each.kind]}}}")
            name = f"{language_name(each.name)} alone" if each.kind == "language" else each.name
            takes = rough(each.seconds) if each.seconds else "encoded already"
            yield f"{key} {name}: {takes}"
