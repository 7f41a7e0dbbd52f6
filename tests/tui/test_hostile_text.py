"""What the app draws of texts that a terminal would obey."""

import pytest
from textual.content import Content
from textual.widgets import Static

from hybrid_tui.engine import messages

from .. import hostile
from .conftest import Played

MESSAGES = hostile.messages()
ALL = "".join(MESSAGES)


def drawn(played: Played) -> str:
    strips = played.app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip)


async def test_hits_context_ids_names_and_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(models=(f"x{MESSAGES[27]}", "use-m3"), query=ALL[:200])
    async with played.app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        codes = list(played.engine.texts)
        for first in range(0, len(MESSAGES), 20):
            played.engine.texts = {
                code: "".join(MESSAGES[first + at * 2 : first + at * 2 + 2])
                for at, code in enumerate(codes[:10])
            }
            played.engine.context = ALL.replace("{", "").replace("}", "") + "{}"
            await pilot.press("r", "enter")
            await pilot.pause()
            assert not hostile.raw(drawn(played))
        await pilot.press("tab", "tab", "enter")
        await pilot.pause()
        assert not hostile.raw(drawn(played))


async def test_any_text_in_any_widget(played: Played) -> None:
    async with played.app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        played.app.notify(ALL, title=ALL, markup=False, timeout=60)
        for at in range(0, len(MESSAGES), 30):
            text = "".join(MESSAGES[at : at + 30])
            await played.app.screen.mount(Static(Content(text, strip_control_codes=False)))
        await pilot.pause()
        assert not hostile.raw(drawn(played))


async def test_what_the_engine_says(played: Played) -> None:
    async with played.app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        played.engine.broken = messages.Failure(message=ALL, hint=ALL)
        await pilot.press("f7")
        await pilot.pause()
        assert not hostile.raw(drawn(played))
        played.engine.die(1, ALL)
        await pilot.pause()
        assert not hostile.raw(drawn(played))
