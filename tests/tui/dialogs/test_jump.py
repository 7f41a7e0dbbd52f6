import pytest
from textual.widgets import Label

from hybrid_tui.tui.dialogs.jump import Jump, numbers
from hybrid_tui.tui.dialogs.questions import QuestionBrowser
from hybrid_tui.tui.widgets.field import Field

from ..conftest import Played
from ..waiting import until


def test_numbers_have_as_many_digits_as_the_last() -> None:
    assert numbers(3) == ["1", "2", "3"]
    assert numbers(10)[0] == "01"
    assert numbers(10)[-1] == "10"
    assert numbers(0) == []


@pytest.mark.parametrize("digit", ["5", "٥", "๕", "५"])
async def test_a_number_goes_to_what_it_stands_on(played: Played, digit: str) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+j")
        assert [str(label.content) for label in played.app.screen.query(Label)] == list("123456")
        await pilot.press(digit)
        assert played.app.screen.focused is played.panes[0].hits


async def test_the_numbers_stand_on_their_things(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+j")
        await pilot.pause()
        below = played.app.screen_stack[-2]
        labels = list(played.app.screen.query(Label))
        assert [label.region.offset for label in labels] == [
            widget.region.offset for widget in below.focus_chain
        ]


async def test_escape_leaves_the_focus_where_it_is(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+j", "x", "9", "escape")
        assert isinstance(played.app.screen.focused, Field)


async def test_a_click_goes_there_and_one_beside_everything_leaves(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        pane = played.panes[0].hits
        for at, focused in ((pane.region.offset, pane), ((0, 29), pane)):
            await pilot.press("ctrl+j")
            await pilot.click(offset=at)
            await until(pilot, lambda: not isinstance(played.app.screen, Jump))
            assert played.app.screen.focused is focused


async def test_more_than_nine_things_take_two_digits() -> None:
    played = Played(("me5-small",) * 6)
    async with played.app.run_test(size=(260, 30)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+j", "0")
        assert isinstance(played.app.screen, Jump)
        shown = [str(label.content) for label in played.app.screen.query(Label) if label.display]
        assert shown == [f"0{number}" for number in range(1, 10)]
        await pilot.press("backspace", "1", "0")
        assert played.app.screen.focused is played.panes[5].hits


async def test_jumping_works_in_dialogs_and_from_the_palette(played: Played) -> None:
    async with played.app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: played.panes[0].found is not None)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(played.app.screen, QuestionBrowser))
        await pilot.pause(0.2)
        await pilot.press("ctrl+j", "2")
        assert played.app.screen.focused is played.app.screen.query_one("#lang")
        await pilot.press("escape")
        jump = next(
            each for each in played.app.get_system_commands(played.app.screen) if each.title == "Jump"
        )
        assert jump.help == "key ^J"
        jump.callback()
        await pilot.pause()
        assert isinstance(played.app.screen, Jump)
