"""Languages of a source, brought into the codes of `languages.standard_codes`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from hybrid_tui import languages
from hybrid_tui.corpus.notes import Notes


def codes(found: Iterable[str], notes: Notes) -> dict[str, str]:
    """Return our code of each language by the source's, noting what differs; what is none stays."""
    told = languages.standard_codes(found)
    changed = sorted((theirs, ours) for theirs, ours in told.items() if ours and ours != theirs)
    if changed:
        read = ", ".join(f"{theirs} as {ours}" for theirs, ours in changed)
        notes.say(f"languages are read under other codes: {read}")
    return {theirs: ours or theirs for theirs, ours in told.items()}


def standardised(frames: Sequence[pl.DataFrame], notes: Notes) -> list[pl.DataFrame]:
    """Return tables of one source with our codes in their column `lang`, where they have one."""
    langs = [frame["lang"].drop_nulls().unique() for frame in frames if "lang" in frame.columns]
    told = codes({code for each in langs for code in each}, notes)
    return [
        frame.with_columns(pl.col("lang").replace(told)) if "lang" in frame.columns else frame
        for frame in frames
    ]
