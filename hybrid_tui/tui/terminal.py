"""Terminal set-up before the app starts: who reorders right-to-left text, and how wide characters are."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hybrid_tui.settings import Bidi
from hybrid_tui.tui.render.bidi import Order

EXPLICIT = "\x1b[8l"
"""ECMA-48 bi-directional support mode reset: the terminal shall draw cells in the order given."""
IMPLICIT = "\x1b[8h"
"""The mode set again: the terminal reorders, as most do by default."""

ANSWER_SECONDS = 0.3
# A letter with a spacing vowel sign: two cells in terminals that follow the C library's wcwidth (xterm,
# VTE, tmux), one in those that go by grapheme cluster and in the tables of rich.
_PROBE = "\u0915\u093e"


@contextmanager
def prepared(bidi: Bidi = "app") -> Iterator[None]:
    """Agree with the terminal on who orders cells, and measure Indic text as it does.

    bidi: `app` tells the terminal to leave the order to it, `terminal` to see to it, `off` tells it nothing.
    """
    if cells_drawn(_PROBE) != 1:
        give_spacing_marks_a_cell()
    Order.by_app = bidi == "app"
    if bidi != "off":
        _write(EXPLICIT if bidi == "app" else IMPLICIT)
    try:
        yield
    finally:
        Order.by_app = True
        if bidi != "off":
            _write(IMPLICIT)


def who_orders(wanted: Bidi, environment: Mapping[str, str]) -> Bidi:
    """Return who puts right-to-left text in its order, where `auto` leaves that open.

    The app, but for terminals that reorder whatever they are told.
    """
    if wanted != "auto":
        return wanted
    stubborn = (
        "KONSOLE_VERSION" in environment
        or environment.get("TERM_PROGRAM") == "Apple_Terminal"
        or environment.get("TERM", "").startswith("mlterm")
    )
    return "terminal" if stubborn else "app"


def cells_drawn(text: str) -> int | None:
    """Ask the terminal by how many cells `text` moves its cursor; None where it does not say in time."""
    try:
        import termios
        import tty

        stdin = sys.stdin.fileno()
        before = termios.tcgetattr(stdin)
    except (ImportError, OSError, ValueError, termios.error):
        return None
    try:
        tty.setcbreak(stdin, termios.TCSANOW)
        _write(f"\r{text}\x1b[6n\r\x1b[K")
        return _column_told(stdin)
    finally:
        termios.tcsetattr(stdin, termios.TCSANOW, before)


def _column_told(stdin: int) -> int | None:
    heard = b""
    end = time.monotonic() + ANSWER_SECONDS
    while select.select([stdin], [], [], max(0, end - time.monotonic()))[0]:
        read = os.read(stdin, 64)
        heard += read
        if told := re.search(rb"\x1b\[\d+;(\d+)R", heard):
            return int(told[1]) - 1
        if not read:
            break
    return None


def give_spacing_marks_a_cell() -> None:
    """Let rich, and with it Textual, count spacing combining marks (category Mc) as one cell, not none."""
    from rich import cells

    table = cells.load_cell_table("auto")  # type: ignore[attr-defined]
    widths = [
        entry
        for start, end, width in table.widths
        for entry in (_without_spacing_marks(start, end) if width == 0 else [(start, end, width)])
    ]
    wider = table._replace(widths=widths)
    cells.load_cell_table = lambda _version="auto": wider  # type: ignore[assignment, attr-defined]
    cells.get_character_cell_size.cache_clear()
    cells.cached_cell_len.cache_clear()


def _without_spacing_marks(start: int, end: int) -> list[tuple[int, int, int]]:
    kept = [point for point in range(start, end + 1) if unicodedata.category(chr(point)) != "Mc"]
    return [(point, point, 0) for point in kept]


def _write(sequence: str) -> None:
    with contextlib.suppress(OSError):
        if sys.stdout.isatty():  # in a browser, it is a pipe with a language of its own
            os.write(sys.stdout.fileno(), sequence.encode())
