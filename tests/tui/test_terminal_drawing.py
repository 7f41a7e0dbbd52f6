from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.color import Color

from hybrid_tui.comparison.colormap import SHADES
from hybrid_tui.tui import terminal_drawing
from hybrid_tui.tui.terminal_drawing import Ascii

from .conftest import Played

KEYS = ("enter", "down", "right", "down", "p")


def segments(played: Played) -> Iterator[Segment]:
    for strip in played.app.screen._compositor.render_strips():
        yield from strip


def test_signs_keep_their_width_and_texts_stay() -> None:
    line = "●◆▲2 ▼3 ╭─╮│ …→ ⣿⠁\u2800 é नदी 世界"
    (found,) = Ascii().apply([Segment(line)], Color(0, 0, 0))
    assert found.text == "*+^2 v3 +-+| ~> **  é नदी 世界"
    assert found.cell_length == Segment(line).cell_length


def test_shades_stay_apart_and_are_no_part_of_a_number_or_a_mark() -> None:
    (found,) = Ascii().apply([Segment(SHADES)], Color(0, 0, 0))
    assert found.text.isascii()
    assert len(set(found.text)) == len(SHADES)
    assert not set(found.text) & set("+-.*>, 0123456789")


async def test_nothing_but_ascii_is_drawn_where_that_is_asked() -> None:
    played = Played(ascii_only=True)
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        played.engine.texts = {"en": "The Nile", "de": "Der Nil"}
        played.engine.orders = {"use-m3": "de en"}
        await pilot.press(*KEYS)
        await pilot.pause()
        assert played.picture().isascii()
        assert "^1" in played.picture()
        for key in ("f1", "f11"):
            await pilot.press(key)
            await pilot.pause()
            assert played.picture().isascii()
            await pilot.press("escape")


async def test_no_color_leaves_no_colour_and_a_screen_that_tells_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    played = Played()
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        played.engine.orders = {"use-m3": "de ar el hi es zh"}
        await pilot.press(*KEYS)
        await pilot.pause()
        for segment in segments(played):
            for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                assert colour is None or colour.is_default, segment
        reversed_text = "".join(each.text for each in segments(played) if each.style and each.style.reverse)
        assert "Arabic" in reversed_text  # the cursor
        assert "de 1" not in reversed_text  # every other language of the bar
        assert "ar 1" in reversed_text
        picture = played.picture()
        assert all(sign in picture for sign in ("●", "◆", "▲", "▼"))


@pytest.mark.parametrize(
    ("environment", "level"),
    [
        ({}, "full"),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "none"),
        ({"SSH_TTY": "/dev/pts/1", "TEXTUAL_ANIMATIONS": "full"}, "full"),
    ],
)
def test_nothing_moves_over_a_network(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], level: str
) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Played().app.animation_level == level
    assert terminal_drawing.over_ssh() == bool(environment)


async def test_every_theme_can_be_chosen_by_name(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        commands = {each.title: each for each in played.app.get_system_commands(played.app.screen)}
        assert {f"Theme {name}" for name in played.app.available_themes} <= commands.keys()
        for theme in ("ansi-dark", "ansi-light", "textual-light"):
            commands[f"Theme {theme}"].callback()
            await pilot.pause()
            assert played.app.theme == theme
            assert "Der Nil" in played.picture()
