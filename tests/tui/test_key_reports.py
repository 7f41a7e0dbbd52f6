"""Reports that a terminal should not make, and those that only some make."""

import importlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message
from textual.pilot import Pilot

from hybrid_tui.tui import key_reports
from hybrid_tui.tui.key_reports import LARGEST, Reports

from .conftest import Played


def told(text: str) -> list[Message]:
    parser = Reports()
    return [*(parser.feed(text) if text else ()), *parser.feed("")]


def keys(text: str) -> list[str]:
    return [event.key for event in told(text) if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        ("\x1b[1090::110;5u", ["ctrl+n"]),  # Ctrl and a Cyrillic letter, with the key of the base layout
        ("\x1b[1090::110;7u", ["alt+ctrl+n"]),
        ("\x1b[1090::110;5:1u", ["ctrl+n"]),
        ("\x1b[1090:1058:110;2;1058u", ["Т"]),
        ("\x1b[1090::110;;1090u", ["т"]),
        ("\x1b[1090;5u", ["ctrl+т"]),
        ("\x1b[97u", ["a"]),
        ("\x1b[97;1:2u", ["a"]),
        ("\x1b[97;1:3u", []),  # released
        ("\x1b[97;5u", ["ctrl+a"]),
        ("\x1b[A", ["up"]),
        ("\x1b[1;5A", ["ctrl+up"]),
        ("\x1b[1;5:3A", []),
        ("\x1b[15~", ["f5"]),
        ("\x1b[[A", ["f1"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[27;5;9~", ["ctrl+tab"]),
        ("\x1b[27u", ["escape"]),
        ("\x1b[13;5u", ["ctrl+enter"]),
        ("\x1b[55296u", []),
        ("\x1b[97;1;55296u", []),
        ("\x1b[1114112u", []),
        ("\x1b[99999999999999999999u", []),
        ("\x1b[1:2:3:4:5u", []),
        ("\x1b[?62;22c", []),
        ("\x1b[1;2;3;4X", []),
        ("\x1b[>1;10;0c", []),
        ("\x1b[<0;99999999999999999999;1M", []),
        ("\x1b[<0;-5;1M", []),
        ("\x1b[M !!", []),
    ],
)
def test_a_key_is_told_or_ignored(report: str, wanted: list[str]) -> None:
    assert keys(f"{report}x") == [*wanted, "x"]


@pytest.mark.parametrize(
    "report", ["\x1b[48;0;0;0;0t", f"\x1b[48;{LARGEST};80;1;1t", "\x1b[48;24;99999999999;1;1t"]
)
def test_no_terminal_has_such_a_size(report: str) -> None:
    assert not [each for each in told(report) if isinstance(each, events.Resize)]
    assert told(f"{report}\x1b[<0;5;5M")


def test_a_true_size_and_the_mouse_in_pixels_are_told() -> None:
    size, pressed = told("\x1b[48;24;80;480;800t\x1b[<0;20;40M")
    assert isinstance(size, events.Resize)
    assert size.size == (80, 24)
    assert isinstance(pressed, events.MouseDown)
    assert int(pressed.screen_y) == 1


PASTE = "\x1b[200~a\x1b[48;1;1;1;1t\nb\tc\x1b[201~x"


def test_pastes_stay_whole() -> None:
    for cut in range(len(PASTE)):
        parser = Reports()
        found = [*parser.feed(PASTE[:cut] or "y"), *parser.feed(PASTE[cut:])]
        assert [each.text for each in found if isinstance(each, events.Paste)] == [
            "a\x1b[48;1;1;1;1t\nb\tc"
        ] or cut < 6
        assert isinstance(found[-1], events.Key)
        assert found[-1].key == "x"


REPORT = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["\x1b[", "\x1b[<", "\x1b[?", "\x1b[M", "\x1b", "\x1b]", "\x1bO", "\x1b[200~", "\x1b[48;", ""]
    ),
    st.text(st.sampled_from("0123456789;:<>=?-$ \x00\x7f\ud800é"), max_size=12),
    st.sampled_from([*"utRMm~ABCDEFHPQRSIOyc\x07", "$y", "\x1b\\", "\x1b[201~", ""]),
)


@given(st.lists(REPORT, max_size=5))
def test_nothing_that_is_reported_is_an_error(reports: list[str]) -> None:
    for event in told("".join(reports)):
        if isinstance(event, events.Key):
            f"{event.key}{event.character or ''}".replace("\ud800", "").encode()
        if isinstance(event, events.Resize):
            assert all(0 < side < LARGEST for side in event.size)


def test_random_bytes_are_no_error() -> None:
    chance = random.Random(17)
    decode = key_reports._decoder("utf-8")().decode
    parser = Reports()
    for _ in range(2000):
        noise = bytes(
            chance.choices([*range(256), *[27] * 60, *[91] * 60, *range(48, 60)], k=chance.randrange(40))
        )
        for _event in parser.feed(decode(noise) or "x"):
            pass


@pytest.mark.parametrize("name", ["linux_driver", "web_driver"])
def test_drivers_read_with_it(name: str) -> None:
    key_reports.accept_any()
    driver = importlib.import_module(f"textual.drivers.{name}")
    assert driver.XTermParser is Reports
    assert driver.getincrementaldecoder("utf-8")().decode(b"a\xffb") == "a�b"


async def test_a_shortcut_of_another_layout_reaches_the_app(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await report(pilot, "\x1b[1079::112;5u")
        assert type(played.app.screen).__name__ == "CommandPalette"


async def report(pilot: Pilot[None], text: str) -> None:
    for event in told(text):
        pilot.app.post_message(event)
    await pilot.pause()
