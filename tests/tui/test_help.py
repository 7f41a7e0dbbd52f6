from textual.widgets import Footer

from hybrid_tui.tui.keys import COMMANDS
from hybrid_tui.tui.screens.help import Help

from .conftest import Played


async def test_help_names_every_key_of_the_screen(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        assert isinstance(played.app.screen, Help)
        text = played.text("#help")
        for command in COMMANDS:
            assert command.key in text or command.keys == "up"
        await pilot.press("escape")
        assert not isinstance(played.app.screen, Help)


async def test_help_fits_on_a_small_terminal(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert "compare ranks" in played.picture()
        assert played.app.screen.query_one("VerticalScroll").max_scroll_y == 0


async def test_the_footer_has_at_most_seven_keys_and_fits(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        keys = played.app.screen.query_one(Footer).query("FooterKey")
        assert 5 <= len(keys) <= 7
        assert max(key.region.right for key in keys) <= 80
