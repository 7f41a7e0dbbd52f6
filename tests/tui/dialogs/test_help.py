from textual.pilot import Pilot
from textual.widgets import Footer

from hybrid_tui.tui.dialogs.help import Help
from hybrid_tui.tui.keys import COMMANDS, shown

from ..conftest import Played
from ..waiting import until


async def helped(played: Played, pilot: Pilot) -> str:
    await pilot.press("f1")
    await pilot.pause()
    assert isinstance(played.app.screen, Help)
    return played.text("#help")


async def test_help_names_every_command_of_the_screen_and_its_key(played: Played) -> None:
    async with played.app.run_test(size=(140, 40)) as pilot:
        text = await helped(played, pilot)
        for command in COMMANDS:
            assert shown(command.keys.split(",")[0]) in text
        assert "Pin the passage" in text
        assert "answers the question" in text
        await pilot.press("escape")
        assert not isinstance(played.app.screen, Help)
        await pilot.press("f1", "f1")
        assert not isinstance(played.app.screen, Help)


async def test_help_is_of_the_thing_in_focus(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        text = await helped(played, pilot)
        assert text.startswith("Compare")
        assert "Five down" not in text
        assert text.index("Typing") > text.index("Everywhere")
        await pilot.press("escape", "down")
        text = await helped(played, pilot)
        assert text.startswith("Passages")
        assert "Five down" in text
        assert "^T p" in text  # letters work where nothing is typed


async def test_help_is_there_in_dialogs_and_other_screens(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press("f2")
        text = await helped(played, pilot)
        assert "F3" in text
        assert "Language" in text
        assert "Browse the collection" not in text
        await pilot.press("escape", "escape", "f9")
        assert "Heatmap" in await helped(played, pilot)


async def test_help_scrolls_on_a_small_terminal(played: Played) -> None:
    async with played.app.run_test(size=(60, 15)) as pilot:
        await helped(played, pilot)
        scroll = played.app.screen.query_one("VerticalScroll")
        assert scroll.max_scroll_y > 0
        await pilot.press("end")
        await pilot.wait_for_animation()
        assert scroll.scroll_offset.y == scroll.max_scroll_y


async def test_help_footer_palette_and_hints_tell_own_keys() -> None:
    played = Played(keymap={"search.pin": "f10", "dialog.back": "f12", "search.model": "alt+m"})
    async with played.app.run_test(size=(140, 40)) as pilot:
        text = await helped(played, pilot)
        assert "F10" in text
        assert "^T" not in text
        await pilot.press("escape")
        footer = played.picture().splitlines()[-1]
        assert "Alt+m Model" in footer
        assert "F5" not in footer
        commands = {each.title: each.help for each in played.app.get_system_commands(played.app.screen)}
        assert commands["Pin the passage, or unpin it"] == "key F10"
        await pilot.press("alt+m")
        assert "F12 back" in played.picture()
        await pilot.press("escape")
        assert "F12 back" in played.picture()
        await pilot.press("f12", "down", "f10")
        assert played.text("#pin").startswith("◆")


async def test_the_footer_has_at_most_eight_keys_and_fits(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        keys = played.app.screen.query_one(Footer).query("FooterKey")
        assert 5 <= len(keys) <= 8
        assert max(key.region.right for key in keys) <= 80


async def test_up_and_down_are_told_as_what_they_do(played: Played) -> None:
    async with played.app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        text = await helped(played, pilot)
        assert "Earlier queries" in text
        assert "Scroll Up" not in text
