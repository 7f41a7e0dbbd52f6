"""Heatmaps in the 256 colours of a terminal.

Each map has a few of them in order: the nearest of all 256 would jump between hues.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from hybrid_tui.comparison.colormap import Rgb, Scale

PUOR = (94, 130, 172, 215, 223, 255, 189, 146, 103, 97, 54)
MAPS = {
    "cividis": (17, 60, 243, 246, 144, 143, 185, 221),
    "viridis": (53, 60, 30, 36, 77, 113, 148, 220),
    "magma": (16, 54, 90, 125, 167, 203, 209, 216, 222, 229),
}

_LEVELS = (0, 95, 135, 175, 215, 255)


def number_of(scale: Scale, colour: Rgb) -> int:
    """Return the number of the terminal colour that stands for a colour of a scale."""
    return _nearest(colour, PUOR if scale.diverging else MAPS[scale.colours])


def rgb_of(number: int) -> Rgb:
    """Return a terminal colour, 16 to 255: a cube of 216, then 24 greys."""
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    place = number - 16
    return _LEVELS[place // 36], _LEVELS[place // 6 % 6], _LEVELS[place % 6]


@lru_cache(maxsize=4096)
def _nearest(colour: Rgb, numbers: Sequence[int]) -> int:
    def far(number: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(colour, rgb_of(number), strict=True))

    return min(numbers, key=far)
