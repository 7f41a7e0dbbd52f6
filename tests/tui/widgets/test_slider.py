"""The slider alone."""

import pytest
from textual.app import App, ComposeResult

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.tui.widgets.slider import STEPS, WORDS, Slider

WIDTH = WORDS + 21


class Alone(App[None]):
    """A slider, and every value that it told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[float] = []

    def compose(self) -> ComposeResult:
        slider = Slider(0.5, lambda value: f"{figure(value, 2)} mono")
        slider.styles.width, slider.styles.height = WIDTH, 1
        yield slider

    def on_slider_changed(self, event: Slider.Changed) -> None:
        self.told.append(event.value)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["right"], [0.55]),
        (["l", "h"], [0.55, 0.5]),
        (["left", "left"], [0.45, 0.4]),
        (["home", "left"], [0.0]),
        (["end", "right"], [1.0]),
    ],
)
async def test_keys_move_the_handle_by_a_twentieth(keys: list[str], told: list[float]) -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert app.told == told


async def test_the_mouse_puts_it_where_it_is() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        for at in (0, 5, 20):
            await pilot.mouse_down(Slider, offset=(at, 0))
            await pilot.mouse_up(Slider, offset=(at, 0))
        await pilot.pause()
        assert app.told == [0.0, 0.25, 1.0]


async def test_every_place_is_as_wide_and_says_both_shares() -> None:
    app = Alone()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("home")
        slider = app.query_one(Slider)
        handles = []
        for at in range(STEPS + 1):
            strip = slider.render_line(0)
            assert strip.cell_length == WIDTH
            handles.append(strip.text.index("●"))
            assert f"{at / STEPS:.2f}".removeprefix("0") in strip.text
            await pilot.press("right")
        assert handles == sorted(set(handles))
