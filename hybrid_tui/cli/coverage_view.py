"""Training data on the terminal: what there is, what is there twice, what each sampler can draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hybrid_tui.cli import escaping

if TYPE_CHECKING:
    from hybrid_tui.api.collections import FeasibilityReport, TrainingDataFacts

SHOWN = 10
"""Sources and licences that are spelled out; the rest are counted."""


def as_json(found: FeasibilityReport) -> dict[str, Any]:
    """Return a report ready for JSON."""
    facts = found.facts
    return {
        "data_sets": [each._asdict() for each in facts.sets],
        "rows": facts.rows,
        "items": facts.items,
        "languages": facts.languages,
        "items_by_languages": {
            row: dict(zip(facts.matrix.columns, counts, strict=True))
            for row, counts in zip(facts.matrix.rows, facts.matrix.counts, strict=True)
        },
        "repeated": facts.repeated._asdict() | {"linked_items": found.linked},
        "lengths": [each._asdict() for each in facts.lengths],
        "sources": facts.sources,
        "licences": facts.licences,
        "negatives": facts.negatives._asdict(),
        "notes": list(facts.notes),
        "samplers": [each._asdict() for each in found.samplers],
        "problem": found.problem,
    }


def show(found: FeasibilityReport, told: Sequence[str] = ()) -> None:
    """Print a report, without the notes that were told."""
    from hybrid_tui.cli import heatmap

    facts = found.facts
    escaping.say(
        f"training data: {facts.rows:,} rows of {facts.items:,} items in {len(facts.languages)} languages"
    )
    for each in facts.sets:
        escaping.say(f"{each.name}: {each.kind}, {each.rows:,} rows of {each.items:,} items")
    for label, counts in (("sources", facts.sources), ("licences", facts.licences)):
        escaping.say(f"{label}: {_counted(counts)}")
    twice = facts.repeated
    escaping.say(f"item and language there twice: {twice.rows:,} rows, of which the first is used")
    escaping.say(
        f"the same text in several items: {twice.queries:,} queries, {twice.passages:,} passages; "
        f"{found.linked:,} items are linked by them and never meet in a batch"
    )
    _show_negatives(facts)
    _show_languages(facts)
    heatmap.show([facts.matrix], [""])
    _show_samplers(found)
    for note in facts.notes:
        if note not in told:
            escaping.say(f"note: {note}")


def _show_negatives(facts: TrainingDataFacts) -> None:
    found = facts.negatives
    if not found.rows:
        return
    escaping.say(found.counted)
    if found.warning:
        escaping.say(f"note: {found.warning}")


def _counted(counts: dict[str, int]) -> str:
    told = [f"{name or 'not told'} ({rows:,} rows)" for name, rows in list(counts.items())[:SHOWN]]
    rest = len(counts) - len(told)
    return ", ".join([*told, *([f"{rest:,} more"] if rest else [])])


def _show_languages(facts: TrainingDataFacts) -> None:
    """Print the rows of each language, and how long its texts are: half, 95 % and all of them at most."""
    marks = ("median", "p95", "most")
    columns = ["language", "rows", *(f"{role} {mark}" for role in ("query", "passage") for mark in marks)]
    lengths = {(each.role, each.lang): each for each in facts.lengths}
    rows = []
    for lang in sorted(facts.languages):
        both = [lengths.get((role, lang)) for role in ("query", "passage")]
        cells = [f"{getattr(each, mark):,}" if each else "-" for each in both for mark in marks]
        rows.append([lang, f"{facts.languages[lang]:,}", *cells])
    escaping.say("characters of texts:")
    escaping.table(columns, rows, numeric=tuple(columns[1:]))


def _show_samplers(found: FeasibilityReport) -> None:
    if found.problem:
        escaping.say(f"no sampler can draw from it: {found.problem}")
        return
    columns = ("sampler", "languages", "pairs", "largest batch", "steps an epoch", "batch")
    rows = [
        [name, *(f"{number:,}" for number in (langs, pairs, most, steps, batch))]
        for name, langs, pairs, most, batch, steps, _ in found.samplers
    ]
    escaping.table(columns, rows, numeric=columns[1:])
    for each in found.samplers:
        if each.problem:
            escaping.say(f"note: {each.sampler}: {each.problem}")
