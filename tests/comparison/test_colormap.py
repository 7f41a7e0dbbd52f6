import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.comparison.colormap import BLACK, CIVIDIS, PUOR, WHITE, Scale, contrast, ink
from hybrid_tui.comparison.matrix import Matrix

VALUES = st.floats(-1e9, 1e9)
LEVELS = st.integers(0, 255)


def matrix(*values: float | None) -> Matrix:
    columns = tuple(f"c{place}" for place in range(len(values)))
    return Matrix("x", ("r",), columns, (values,), (tuple(int(value is not None) for value in values),))


@given(VALUES, VALUES, VALUES, st.booleans())
def test_ink_reads_on_the_colour_of_every_value(low: float, high: float, value: float, diverging: bool):
    colour = Scale.of(matrix(low, high), diverging=diverging).colour(value)
    assert all(0 <= level <= 255 for level in colour)
    assert contrast(ink(colour), colour) >= 4.5


@given(st.tuples(LEVELS, LEVELS, LEVELS))
def test_ink_reads_on_any_colour(colour: tuple[int, int, int]):
    assert contrast(ink(colour), colour) >= 4.5


def test_contrast_is_that_of_wcag():
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), WHITE) == pytest.approx(4.48, abs=0.005)
    assert contrast((10, 20, 30), (10, 20, 30)) == 1


def test_the_ends_are_those_of_the_published_maps():
    assert Scale(0, 1).ramp(2) == ((0, 34, 78), (254, 232, 56))
    assert Scale(-1, 1, diverging=True).ramp(3) == ((127, 59, 8), (247, 247, 247), (45, 0, 75))


@pytest.mark.parametrize(
    ("place", "published"),
    [(32, (26, 56, 111)), (77, (80, 87, 108)), (128, (125, 124, 120)), (200, (196, 180, 104))],
)
def test_between_anchors_cividis_is_near_the_published_map(place: int, published: tuple[int, int, int]):
    found = Scale(0, 255).colour(place)
    assert all(abs(one - other) <= 2 for one, other in zip(found, published, strict=True))


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_is_brighter(one: float, other: float):
    low, high = sorted((one, other))
    scale = Scale(0, 1)
    # Rounding to whole levels may darken by less than one of them.
    assert contrast(scale.colour(high), BLACK) >= contrast(scale.colour(low), BLACK) - 0.02


def test_a_scale_spans_all_its_matrices_and_skips_what_is_absent():
    scale = Scale.of(matrix(0.2, None, 0.5), matrix(0.9, 0.4))
    assert (scale.low, scale.high) == (0.2, 0.9)
    assert scale.colour(0.2) == CIVIDIS[0]
    assert scale.colour(0.9) == CIVIDIS[-1]


@pytest.mark.parametrize("values", [(-0.1, 0.3), (-0.3, 0.1), (0.1, 0.3), (-0.3, -0.1)])
def test_a_diverging_scale_is_centred_on_zero(values: tuple[float, float]):
    scale = Scale.of(matrix(*values), diverging=True)
    assert (scale.low, scale.high) == (-0.3, 0.3)
    assert scale.colour(0) == PUOR[5]


def test_values_beyond_the_scale_have_the_colour_of_its_end():
    scale = Scale(0, 1)
    assert scale.colour(-5) == scale.colour(0)
    assert scale.colour(7) == scale.colour(1)


@pytest.mark.parametrize("values", [(), (None,), (0.4, 0.4)])
@pytest.mark.parametrize("diverging", [False, True])
def test_nothing_to_tell_apart_still_has_a_colour(values: tuple[float | None, ...], diverging: bool):
    scale = Scale.of(matrix(*values), diverging=diverging)
    assert contrast(ink(scale.colour(0.4)), scale.colour(0.4)) >= 4.5
