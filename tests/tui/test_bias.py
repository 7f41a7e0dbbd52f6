"""The heatmaps: what is asked, what stands in the cells, where the cursor goes."""

import pytest

from hybrid_tui.engine import protocol
from hybrid_tui.tui.screens.bias import BiasScreen
from hybrid_tui.tui.widgets.heatmap import Heatmap

from .conftest import CODES, Played, matrices

SMALL, WIDE = (80, 24), (140, 40)


def shown(played: Played) -> list[Heatmap]:
    return [heatmap for heatmap in played.app.screen.query(Heatmap) if heatmap.region.width]


def titles(played: Played) -> list[str]:
    return [str(title.content) for title in played.app.screen.query(".title") if title.region.width]


async def test_both_systems_stand_beside_each_other_where_there_is_room(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        assert [request.system for request in played.engine.of(protocol.Measure)] == ["me5-small", "use-m3"]
        assert titles(played) == ["me5-small", "use-m3"]
        picture = played.picture()
        for code in CODES:
            assert f"\n {code}" in picture
        value = matrices("use-m3")["mAP"].values[10][10]
        assert f"{value:.3f}".removeprefix("0") in picture


async def test_one_stands_alone_where_there_is_not_and_v_turns_to_the_others(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        seen = []
        for _ in range(4):
            seen += titles(played)
            await pilot.press("v")
            await pilot.pause()
        assert seen == ["me5-small", "use-m3", "use-m3 − me5-small", "me5-small"]


async def test_the_cursor_moves_in_all_and_the_cell_is_told(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        await pilot.press("down", "right", "right")
        await pilot.pause()
        assert {(heatmap.row, heatmap.column) for heatmap in shown(played)} == {(1, 2)}
        told = played.text("#cell")
        assert told.startswith("German → Greek")
        first, second = (matrices(name)["mAP"].values[1][2] for name in ("me5-small", "use-m3"))
        assert f"me5-small {first:.3f}".replace(" 0", " ") in told
        assert f"{second - first:+.3f}".replace("0.", ".") in told
        assert "n = 1,190" in told
        await pilot.press("end", "end", "down", "up")
        assert {(heatmap.row, heatmap.column) for heatmap in shown(played)} == {(1, 10)}


async def test_a_click_moves_the_cursor(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        await pilot.click(shown(played)[1], offset=(2 + 6 * 3 + 2, 5))
        await pilot.pause()
        assert {(heatmap.row, heatmap.column) for heatmap in shown(played)} == {(4, 3)}


async def test_m_shows_the_next_kind(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        assert "mAP" in played.text("#what")
        await pilot.press("m")
        await pilot.pause()
        assert "rank gap" in played.text("#what")
        await pilot.press("m")
        await pilot.pause()
        assert "mAP" in played.text("#what")


async def test_what_takes_time_is_told_and_stopped_on_leaving(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.held = {"use-m3"}
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        waiting = played.engine.of(protocol.Measure)[1]
        played.engine.deliver(protocol.Progress(id=waiting.id, step="ranking", done=3, total=11))
        await pilot.pause()
        assert "ranking 3/11" in played.picture()
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(played.app.screen, BiasScreen)
        assert [request.target for request in played.engine.of(protocol.Cancel)] == [waiting.id]


async def test_a_failure_is_told_beside_the_other_system(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.held = {"use-m3"}
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        waiting = played.engine.of(protocol.Measure)[1]
        played.engine.deliver(protocol.Failure(id=waiting.id, message="[/no] memory", hint="close a pane"))
        await pilot.pause()
        assert "✗ [/no] memory close a pane" in played.picture()
        assert titles(played)[0] == "me5-small"


async def test_another_system_is_chosen(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        await pilot.press("b", *"me5-small+cen", "enter")
        await pilot.pause()
        assert titles(played) == ["me5-small", "me5-small+center"]
        assert played.engine.of(protocol.Measure)[-1].system == "me5-small+center"


async def test_one_language_has_no_bias_to_show() -> None:
    played = Played(("me5-small",))
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.held = {"me5-small"}
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        one = matrices("me5-small")["mAP"]
        alone = type(one)("mAP", ("de",), ("de",), ((0.5,),), ((9,),))
        request = played.engine.of(protocol.Measure)[0]
        played.engine.deliver(protocol.Measured(id=request.id, matrices={"mAP": alone}))
        await pilot.pause()
        await pilot.press("m", "v")
        await pilot.pause()
        assert ".500" in played.picture()


@pytest.mark.parametrize("width", [20, 50, 200])
async def test_any_width_will_do(played: Played, width: int) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause(0.05)
        await pilot.resize_terminal(width, 12)
        await pilot.pause()
        await pilot.press("end")
        for _ in range(12):
            await pilot.press("down")
        await pilot.pause()
        assert "zh" in played.picture()


async def test_a_pane_has_a_correction_and_keeps_it_with_another_model(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+r", *"cent", "enter")
        await pilot.pause()
        assert played.panes[0].model == "me5-small+center"
        asked = played.engine.of(protocol.Search)[-1]
        assert (asked.model, asked.correction) == ("me5-small", "center")
        await pilot.press("f5", *"labse", "enter")
        await pilot.pause()
        assert played.panes[0].model == "labse+center"
        await pilot.press("ctrl+r", *"none", "enter")
        await pilot.pause()
        assert played.panes[0].model == "labse"
        assert {request.model for request in played.engine.of(protocol.Warm)} <= {
            "me5-small",
            "use-m3",
            "labse",
        }


async def test_without_an_engine_there_is_nothing_to_measure(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.alive = False
        await pilot.press("f9")
        await pilot.pause()
        assert not isinstance(played.app.screen, BiasScreen)
        assert "the engine is not running" in played.text("#message")
