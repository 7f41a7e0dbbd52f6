"""What is agreed with the terminal, played by the other end of a pseudo-terminal."""

import os
import pty
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich import cells

from hybrid_tui import settings
from hybrid_tui.tui import terminal
from hybrid_tui.tui.render.bidi import needs_reordering
from hybrid_tui.tui.render.shape import shaped
from hybrid_tui.tui.render.wrap import clusters, wrap


class Terminal:
    """Answers the question for the cursor's column, or not."""

    def __init__(self, answer: bytes) -> None:
        self.master, slave = pty.openpty()
        self.answer = answer
        self.heard = b""
        self.files = [os.fdopen(slave, "r"), os.fdopen(os.dup(slave), "w")]
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        while True:
            try:
                self.heard += os.read(self.master, 1000)
            except OSError:
                return
            if b"\x1b[6n" in self.heard and self.answer:
                os.write(self.master, self.answer)
                self.answer = b""

    def close(self) -> None:
        for file in self.files:
            file.close()
        self.thread.join(5)
        os.close(self.master)


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], Terminal]]:
    played: list[Terminal] = []

    def start(answer: bytes) -> Terminal:
        played.append(Terminal(answer))
        monkeypatch.setattr(sys, "stdin", played[0].files[0])
        monkeypatch.setattr(sys, "stdout", played[0].files[1])
        monkeypatch.setattr(terminal, "ANSWER_SECONDS", 30.0)
        return played[0]

    yield start
    monkeypatch.undo()
    for one in played:
        one.close()


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the tables of rich as they were."""
    monkeypatch.setattr(cells, "load_cell_table", cells.load_cell_table)
    yield
    monkeypatch.undo()
    cells.get_character_cell_size.cache_clear()
    cells.cached_cell_len.cache_clear()


@pytest.mark.parametrize("column", [1, 2, 3])
def test_the_terminal_is_asked_how_wide_it_draws(play: Callable[[bytes], Terminal], column: int) -> None:
    play(b"x\x1b[12;%dR" % (column + 1))
    assert terminal.cells_drawn("का") == column


def test_a_terminal_that_does_not_answer_is_not_waited_for(
    play: Callable[[bytes], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    play(b"")
    monkeypatch.setattr(terminal, "ANSWER_SECONDS", 0.05)
    assert terminal.cells_drawn("का") is None


def test_what_is_no_terminal_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert terminal.cells_drawn("का") is None


def test_the_terminal_is_told_not_to_reorder_and_again_to_do_so(
    play: Callable[[bytes], Terminal], measure: None
) -> None:
    played = play(b"\x1b[1;2R")

    def leave() -> None:
        with terminal.prepared():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    while not played.heard.endswith(b"\x1b[8h"):
        assert played.thread.is_alive()
    assert b"\x1b[8l" in played.heard
    assert cells.cell_len("का") == 1


@pytest.mark.parametrize(
    ("bidi", "told"), [("app", [b"\x1b[8l", b"\x1b[8h"]), ("terminal", [b"\x1b[8h", b"\x1b[8h"]), ("off", [])]
)
def test_who_orders_is_told_and_done(
    play: Callable[[bytes], Terminal], measure: None, bidi: settings.Bidi, told: list[bytes]
) -> None:
    played = play(b"\x1b[1;2R")
    with terminal.prepared(bidi):
        assert needs_reordering("נהר") == (bidi == "app")
        assert shaped("نهر") == ("ﻧﻬﺮ" if bidi == "app" else "نهر")
    assert needs_reordering("נהר")
    sys.stdout.write("end")
    sys.stdout.flush()
    while not played.heard.endswith(b"end"):
        assert played.thread.is_alive()
    assert re.findall(rb"\x1b\[8[lh]", played.heard) == told


@pytest.mark.parametrize(
    ("wanted", "environment", "who"),
    [
        ("auto", {"TERM": "xterm-256color"}, "app"),
        ("auto", {"KONSOLE_VERSION": "230400"}, "terminal"),
        ("auto", {"TERM_PROGRAM": "Apple_Terminal"}, "terminal"),
        ("auto", {"TERM": "mlterm"}, "terminal"),
        ("app", {"KONSOLE_VERSION": "230400"}, "app"),
        ("off", {}, "off"),
    ],
)
def test_auto_leaves_the_order_to_terminals_that_take_it_anyway(
    wanted: settings.Bidi, environment: dict[str, str], who: str
) -> None:
    assert terminal.who_orders(wanted, environment) == who


def test_spacing_marks_get_a_cell_where_the_terminal_gives_them_one(
    play: Callable[[bytes], Terminal], measure: None
) -> None:
    play(b"\x1b[1;3R")
    assert cells.cell_len("की नदी") == 4
    with terminal.prepared():
        pass
    assert cells.cell_len("की नदी") == 6
    assert [part for part, _ in clusters("की नदी")] == ["की", " ", "न", "दी"]
    assert wrap("नदी नदी", 3) == ["नदी", "नदी"]
    assert cells.cell_len("กำ ทั é 世 👍") == 12
