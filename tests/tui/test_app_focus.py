from .conftest import Played


async def test_what_is_typed_first_is_the_query_where_nothing_had_the_focus(played: Played) -> None:
    async with played.app.run_test() as pilot:
        await pilot.pause()
        played.app.screen.set_focus(None)
        played.app.app_focus = False
        await pilot.pause()
        played.app.app_focus = True
        await pilot.pause()
        await pilot.press("end", "e")
        assert played.app.screen.focused.value.endswith("e")
