"""Drawing as the terminal allows: without colour, in ASCII, without animation."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from hybrid_tui.comparison.colormap import SHADES
from hybrid_tui.controls import without
from hybrid_tui.tui.keymap_app import KeymapApp

_BRAILLE = range(0x2801, 0x2900)
_GLYPHS = {
    "●": "*",
    "○": "o",
    "◆": "+",
    "†": "+",
    "▶": ">",
    "■": "#",
    "✓": "v",
    "⇄": "=",
    "×": "x",
    "·": ".",
    "▲": "^",
    "▼": "v",
    "△": "/",
    "▽": "\\",
    "▸": ">",
    "◂": "<",
    "✗": "x",
    "…": "~",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "┤": "+",
    "└": "+",
    "\u2800": " ",
    **dict.fromkeys("╭╮╰╯┌┐┘├┬┴┼▛▜▙▟", "+"),
    **dict.fromkeys("─━▀▔", "-"),
    **dict.fromkeys("│┃▏▎▍▌▋▊▉▐▕", "|"),
    **dict(zip(SHADES, "_:;=x#%@", strict=True)),  # none may be taken for a part of the number beside it
    **dict.fromkeys(map(chr, _BRAILLE), "*"),
}
"""What is drawn in place of signs that a terminal may lack, a cell each."""
_TABLE = str.maketrans(_GLYPHS)


class Ascii(LineFilter):
    """Draws ASCII in place of marks, arrows, borders and bars; texts in any script stay as they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments of a line with other signs, of the same widths."""
        return [Segment(text.translate(_TABLE), style, control) for text, style, control in segments]


class NoControls(LineFilter):
    """Draws nothing in place of controls, which have no width: none of a text reaches the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the segments of a line without controls, of the same widths."""
        return [Segment(without(text), style, control) for text, style, control in segments]


class DrawnApp(KeymapApp):
    """Honours NO_COLOR, and moves nothing over SSH unless TEXTUAL_ANIMATIONS says so.

    ascii_only: whether marks, arrows and borders are drawn in ASCII.
    """

    def __init__(self, keymap: Mapping[str, str], *, ascii_only: bool = False) -> None:
        super().__init__(keymap)
        self._own_filters: list[LineFilter] = [NoControls(), *([NoColor()] if self.no_color else [])]
        if ascii_only:
            self._own_filters.append(Ascii())
        if "TEXTUAL_ANIMATIONS" not in os.environ and over_ssh():
            self.animation_level = "none"

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every line goes through: without colour there is no grey either."""
        given = super().get_line_filters()
        if self.no_color:
            given = [each for each in given if not isinstance(each, Monochrome)]
        return [*given, *self._own_filters]


def over_ssh() -> bool:
    """Whether what is drawn goes over a network."""
    return any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
