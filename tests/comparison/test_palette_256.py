from __future__ import annotations

from itertools import pairwise

import pytest
from rich.color import Color

from hybrid_tui.comparison import palette_256
from hybrid_tui.comparison.colormap import BLACK, MAPS, SHADES, Scale, contrast


@pytest.mark.parametrize("number", [16, 17, 60, 94, 231, 232, 243, 255])
def test_numbers_are_those_of_the_terminal(number: int) -> None:
    assert palette_256.rgb_of(number) == tuple(Color.from_ansi(number).get_truecolor())


@pytest.mark.parametrize("name", MAPS)
def test_more_is_brighter_in_every_map_as_far_as_there_are_colours(name: str) -> None:
    scale = Scale(0, 1, colours=name)
    numbers = [palette_256.number_of(scale, colour) for colour in scale.ramp(64)]
    light = [contrast(palette_256.rgb_of(number), BLACK) for number in dict.fromkeys(numbers)]
    assert all(after > before - 0.2 for before, after in pairwise(light))
    assert len(light) >= 6


def test_differences_have_a_colour_for_each_side() -> None:
    scale = Scale(-1, 1, diverging=True)
    ends = [palette_256.number_of(scale, scale.colour(value)) for value in (-1, 0, 1)]
    assert ends == [palette_256.PUOR[0], 255, palette_256.PUOR[-1]]


def test_shades_grow_with_the_value_and_with_the_distance_from_zero() -> None:
    scale, both = Scale(0, 1), Scale(-1, 1, diverging=True)
    assert [scale.shade(value) for value in (-9, 0, 0.5, 1, 9)] == [*"▁▁▅██"]
    assert both.shade(-1) == both.shade(1) == SHADES[-1]
    assert both.shade(0) == SHADES[0]
    assert Scale(0.4, 0.4).shade(0.4) in SHADES
