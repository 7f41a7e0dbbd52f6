"""The app's first view as plain text, for a stream that nothing can be drawn on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from hybrid_tui.api.bias import bias
from hybrid_tui.api.collections import load_collection
from hybrid_tui.api.questions import questions
from hybrid_tui.api.records import Question
from hybrid_tui.api.search import search
from hybrid_tui.cli import escaping, output
from hybrid_tui.cli.heatmap import HeatmapTable
from hybrid_tui.cli.pane_text import pane_lines
from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.errors import Cancelled, HybridTuiError
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.render.wrap import wrap
from hybrid_tui.tui.session import Session

SECONDS = 10.0
"""What takes longer is not computed here, but told."""
K = 10
"""Passages that are compared."""
SIGNS = "● relevant, · not relevant; = ▲2 ▼3 new: rank compared with the base; † trained on these questions"
OPENED = (
    "This is the app's first view as text, since standard input and output are no terminal that can "
    "draw. In one, `hybrid-tui explore` opens the app (in a container: docker run -it; over SSH: ssh -t), "
    "and `hybrid-tui serve` shows it in a browser."
)


def show(begun: Session, width: int) -> None:
    """Print what the app would begin with, `width` cells wide: a query's answers, and a heatmap of bias.

    Without a query it is the collection's first question. What takes long is left out and told.
    Raises what `api.search.search` raises.
    """
    question = begun.question if begun.query else _first_question(begun.data)
    text = question.text if question else begun.query
    panes = [(system, _ranking(begun, text, question, system)) for system in begun.panes]
    for line in (*wrap(_about(begun.data, panes, question), width), *wrap(text, width), ""):
        escaping.say(line)
    for line in (*pane_lines(panes, width), *wrap(SIGNS, width), ""):
        escaping.say(line)
    for line in (*_heatmap(begun.data, begun.panes[0], width), *wrap(OPENED, width)):
        escaping.say(line)


def _first_question(data: str) -> Question | None:
    collection = load_collection(data)
    codes = collection.languages
    found, _ = questions(collection, "en" if "en" in codes else codes[0], limit=1)
    return found[0] if found else None


def _about(data: str, panes: Sequence[tuple[str, Ranking | str]], question: Question | None) -> str:
    found = next((each for _, each in panes if isinstance(each, Ranking)), None)
    if not found:
        return data
    among = f"{len(found.langs)} languages" if len(found.langs) > 1 else language_name(found.langs[0])
    kind = "question" if question else "query"
    return f"{data}: {found.pool:,} passages in {among}, {kind} in {language_name(found.query_lang)}"


def _late(end: float) -> bool:
    return time.monotonic() > end


def _ranking(begun: Session, text: str, question: Question | None, system: str) -> Ranking | str:
    """Return the answer of a system, or why there is none."""
    try:
        found = search(
            text,
            system,
            begun.data,
            query_id=question.query_id if question else "",
            query_lang=question.lang if question else begun.query_lang,
            langs=begun.langs,
            k=K,
            cancelled=_until_late(),
        )
    except Cancelled:
        return f"{begun.data} is not encoded yet: hybrid-tui evaluate -m {system} -d {begun.data} does that"
    return found.rankings[0]


def _until_late() -> Callable[[], bool]:
    return partial(_late, time.monotonic() + SECONDS)


def _heatmap(data: str, system: str, width: int) -> list[str]:
    """Return a system's heatmap, numbers without colours, or why there is none."""
    try:
        (heatmap,) = bias(system, data, cancelled=_until_late()).heatmaps
    except Cancelled:
        told = f"the heatmap of {system} takes longer: hybrid-tui bias -m {system} -d {data} shows it"
        return [*wrap(told, width), ""]
    except HybridTuiError as error:
        return [*wrap(f"no heatmap of {system}: {error.whole}", width), ""]
    drawn = HeatmapTable(heatmap.matrix, Scale.of(heatmap.matrix), heatmap.name)
    console = output.console()
    lines = drawn.__rich_console__(console, console.options.update_width(width))
    return [line.plain for line in lines]
