"""Colours of heatmap cells, reduced to what the terminal can show."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.style import Style

from hybrid_tui.comparison import palette_256
from hybrid_tui.comparison.colormap import Rgb, Scale, ink

if TYPE_CHECKING:
    from textual.app import App


class Paint(Enum):
    """Every colour, 256 of them, or glyphs in their place."""

    TRUE = "truecolor"
    FEW = "256"
    SHADES = "shades"


def paint_of(app: App[Any]) -> Paint:
    """Return what the terminal of an app can show, and the person wants: glyphs where NO_COLOR is set."""
    systems = {"truecolor": Paint.TRUE, "256": Paint.FEW}
    return Paint.SHADES if app.no_color else systems.get(app.console.color_system or "", Paint.SHADES)


def cell_style(scale: Scale, value: float, paint: Paint) -> Style:
    """Return the background of a value and the ink that reads on it; nothing where glyphs stand for it."""
    if paint is Paint.SHADES:
        return _PLAIN
    front, back = pair_of(scale, scale.colour(value), paint)
    return _style(front, back)


def pair_of(scale: Scale, colour: Rgb, paint: Paint) -> tuple[Color, Color]:
    """Return the ink for a colour of a scale, and the colour as the terminal has it."""
    if paint is Paint.TRUE:
        return Color.from_rgb(*ink(colour)), Color.from_rgb(*colour)
    number = palette_256.number_of(scale, colour)
    return Color.from_rgb(*ink(palette_256.rgb_of(number))), Color.from_ansi(number)


_PLAIN = Style()


@lru_cache(maxsize=4096)
def _style(front: Color, back: Color) -> Style:
    return Style(color=front, bgcolor=back)
