"""The app in a real terminal, under several names of one: it starts, draws, leaves, and cleans up."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..processes import until

TMUX = shutil.which("tmux")
TERMS = ["xterm-256color", "linux", "vt100"]

pytestmark = pytest.mark.skipif(not TMUX, reason="no tmux on PATH")


class Tmux:
    """A server of its own with one window of 80x24."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "tmux")

    def __call__(self, *words: str) -> str:
        command = [str(TMUX), "-S", self._socket, "-f", os.devnull, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def until(self, condition: Callable[[str], bool]) -> str:
        """Return the screen once it is as wanted."""
        try:
            return until(lambda: screen if condition(screen := self("capture-pane", "-p")) else "")
        except AssertionError as error:
            error.add_note(self("capture-pane", "-p"))
            raise


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    one = Tmux(tmp_path)
    yield one
    subprocess.run([str(TMUX), "-S", str(tmp_path / "tmux"), "kill-server"], check=False, capture_output=True)


@pytest.mark.parametrize("term", TERMS)
def test_it_starts_draws_and_leaves_the_terminal_as_it_was(tmux: Tmux, tmp_path: Path, term: str) -> None:
    app = shlex.join([sys.executable, "-m", "hybrid_tui", "explore", "--fresh", "-m", "use-m3"])
    script = tmp_path / "script"
    script.write_text(
        f"echo before; stty -a > {tmp_path}/before\nTERM={term} {app}\n"
        f"stty -a > {tmp_path}/after; echo left with $?\nsleep 600\n"
    )
    tmux("new-session", "-d", "-x", "80", "-y", "24", f"sh {script}")
    drawn = tmux.until(lambda screen: "question in English" in screen)
    assert "F1 Help" in drawn
    assert "before" not in drawn
    tmux("send-keys", "C-q")
    left = tmux.until(lambda screen: "left with 0" in screen)
    assert "before" in left
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
    assert tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").split() == [
        "0",
        "1",
        "0",
    ]
