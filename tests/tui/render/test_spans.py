import pytest

from hybrid_tui.tui.render.spans import rough, size, span


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7380, "2 h 03 min")],
)
def test_times(seconds: float, told: str) -> None:
    assert span(seconds) == told


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (590_000, "590 kB"), (999_600, "1 MB"), (1_884_000_000, "1.9 GB")],
)
def test_sizes(count: int, told: str) -> None:
    assert size(count) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "about 1 s"),
        (13, "about 15 s"),
        (95, "about 2 min"),
        (750, "about 12 min"),
        (7380, "about 2 h 03 min"),
    ],
)
def test_estimates(seconds: float, told: str) -> None:
    assert rough(seconds) == told
