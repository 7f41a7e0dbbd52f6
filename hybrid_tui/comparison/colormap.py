"""Colours for figures: from low to high, or either side of zero, and ink that reads on them."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_tui.comparison.matrix import Matrix

Rgb = tuple[int, int, int]
"""Red, green, blue of sRGB, 0 to 255."""

BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)


def _anchors(table: str) -> tuple[Rgb, ...]:
    codes = (int(word, 16) for word in table.split())
    return tuple((code >> 16, code >> 8 & 255, code & 255) for code in codes)


CIVIDIS = _anchors(
    "00224e 002e6c 1e3a6f 35456c 47516c 575d6d 666970 757575 "
    "848279 948e77 a59c74 b7a96e c8b866 dbc75a eed649 fee838"
)
"""Every 17th of cividis' 256 colours, dark to bright (Nunez, Anderton and Renslow 2018, PLOS ONE 13(7))."""

VIRIDIS = _anchors(
    "440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e "
    "1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725"
)
MAGMA = _anchors(
    "000004 0b0924 20114b 3b0f70 57157e 721f81 8c2981 a8327d "
    "c43c75 de4968 f1605d fa7f5e fe9f6d febf84 fddea0 fcfdbf"
)
"""Every 17th of viridis' and magma's 256 colours (Smith, van der Walt and Firing 2015, Matplotlib)."""

PUOR = _anchors("7f3b08 b35806 e08214 fdb863 fee0b6 f7f7f7 d8daeb b2abd2 8073ac 542788 2d004b")
"""The 11 classes of PuOr, orange to purple (Cynthia Brewer, ColorBrewer 2.0, colorbrewer2.org)."""

MAPS = {"cividis": CIVIDIS, "viridis": VIRIDIS, "magma": MAGMA}
"""The maps from low to high that can be chosen, the first by default."""
DEFAULT = next(iter(MAPS))
SHADES = "▁▂▃▄▅▆▇█"
"""What stands for colours where there are none, from low to high."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What colour a value has; one scale over several heatmaps makes them comparable.

    low, high: the values at the ends, in the matrices' own unit. diverging: PuOr instead of `colours`, one
    of MAPS.
    """

    low: float
    high: float
    diverging: bool = False
    colours: str = DEFAULT

    @classmethod
    def of(cls, *matrices: Matrix, diverging: bool = False, colours: str = DEFAULT) -> Scale:
        """Return the scale over every value there is; a diverging one reaches as far below 0 as above."""
        values = [cell for matrix in matrices for row in matrix.values for cell in row if cell is not None]
        low, high = min(values, default=0.0), max(values, default=0.0)
        if diverging:
            high = max(-low, high)
            low = -high
        return cls(low, high, diverging, colours)

    def colour(self, value: float) -> Rgb:
        """Return the colour of a value; beyond the ends the nearer end's, in the middle if both meet."""
        return self._at(self._share(value))

    def shade(self, value: float) -> str:
        """Return the glyph of a value, the fuller the higher; of a diverging scale, the farther from 0."""
        share = self._share(value)
        share = min(max(abs(2 * share - 1) if self.diverging else share, 0.0), 1.0)
        return SHADES[min(int(share * len(SHADES)), len(SHADES) - 1)]

    def ramp(self, steps: int) -> tuple[Rgb, ...]:
        """Return two or more colours, evenly spaced from low to high, for a legend."""
        return tuple(self._at(step / (steps - 1)) for step in range(steps))

    def _share(self, value: float) -> float:
        return 0.5 if self.low == self.high else (value - self.low) / (self.high - self.low)

    def _at(self, share: float) -> Rgb:
        anchors = PUOR if self.diverging else MAPS[self.colours]
        place = min(max(share, 0.0), 1.0) * (len(anchors) - 1)
        below = min(int(place), len(anchors) - 2)
        part = place - below
        red, green, blue = (
            round(one + (other - one) * part)
            for one, other in zip(anchors[below], anchors[below + 1], strict=True)
        )
        return red, green, blue


def ink(background: Rgb) -> Rgb:
    """Return black or white, whichever contrasts more; always at least 4.5 to 1."""
    return max(BLACK, WHITE, key=lambda colour: contrast(colour, background))


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    """Return the relative luminance in [0, 1] (WCAG 2.2, relative luminance)."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (level / 255 for level in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
