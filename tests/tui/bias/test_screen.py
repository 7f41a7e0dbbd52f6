"""The heatmaps: what is asked, what stands in the cells, where the cursor goes."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Footer, Static

from hybrid_tui.comparison.drawn_units import DrawnUnits
from hybrid_tui.comparison.matrix_measures import MEASURES
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.bias.cell_queries import CellQueryBrowser
from hybrid_tui.tui.bias.keys import COMMANDS
from hybrid_tui.tui.bias.screen import BiasScreen
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.dialogs.help import Help
from hybrid_tui.tui.keys import shown as key_shown
from hybrid_tui.tui.widgets.field import Field
from hybrid_tui.tui.widgets.heatmap import Heatmap
from hybrid_tui.tui.widgets.thumbnails import Thumbnails

from .. import training_replies
from ..conftest import CODES, Clock, Played, evaluated, matrices
from ..waiting import until, work_done

pytestmark = pytest.mark.long

SMALL, WIDE = (80, 24), (140, 40)
NAMES = ("me5-small", "use-m3")


@asynccontextmanager
async def opened(
    played: Played, size: tuple[int, int] = WIDE, *, held: set[str] | None = None
) -> AsyncIterator[Pilot]:
    """The heatmaps, measuring `held` systems still."""
    async with played.app.run_test(size=size) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        played.engine.held = held or set()
        kept = ("labse", "me5-small", "me5-small+center")
        played.engine.systems = tuple(evaluated(name, "untrained", None, 0.1) for name in kept)
        await pilot.press("f9")
        await until(pilot, lambda: (isinstance(played.app.screen, BiasScreen) and shown(played)) or held)
        yield pilot


def screen(played: Played) -> BiasScreen:
    found = played.app.screen_stack[1]
    assert isinstance(found, BiasScreen)
    return found


def shown(played: Played) -> list[Heatmap]:
    return [heatmap for heatmap in played.app.screen.query(Heatmap) if heatmap.region.width]


def cursors(played: Played) -> set[tuple[int, int]]:
    return {(heatmap.row, heatmap.column) for heatmap in shown(played)}


def titles(played: Played) -> list[str]:
    return [
        str(title.content) for title in played.app.screen.query("HeatmapView .title") if title.region.width
    ]


def written(folder: Path) -> list[Path]:
    """Return the files that are whole: others have hidden names."""
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


def words(played: Played) -> str:
    """The three lines that tell the cell."""
    return " / ".join(str(line.content) for line in screen(played).query(".words").results(Static))


async def press(pilot: Pilot, *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


# --- files ------------------------------------------------------------------------------------------------


async def test_what_intervals_are_drawn_from_is_told(played: Played) -> None:
    played.engine.drawn = DrawnUnits("item", 120, too_few="12 topics")
    async with opened(played) as pilot:
        told = "12 topics are fewer than 20: 120 questions drawn"
        await until(pilot, lambda: told in str(screen(played).query_one("#what", Static).content))


@pytest.mark.parametrize(
    ("tabs", "downs", "name", "holds"),
    [
        (0, 0, "starter-map-me5-small.md", "# me5-small: mAP"),
        (0, 1, "starter-map-me5-small.csv", "row,column,value,count"),
        (1, 2, "starter-map-use-m3.svg", "use-m3: mAP"),
        (2, 1, "starter-map-use-m3-me5-small.csv", "row,column,value,count"),
        (0, 3, "starter-map.svg", "hybrid-tui"),
    ],
)
async def test_a_heatmap_or_the_screen_is_written(
    played: Played,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tabs: int,
    downs: int,
    name: str,
    holds: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(played) as pilot:
        await until(pilot, lambda: len(titles(played)) == 3)
        await press(pilot, *["tab"] * tabs, "ctrl+s", *["down"] * downs, "enter")
        await until(pilot, lambda: written(tmp_path))
        await work_done(pilot)
        assert [path.name for path in tmp_path.glob("*")] == [name]
        assert holds in (tmp_path / name).read_text()
        assert [note.message for note in played.app._notifications] == [f"wrote {tmp_path / name}"]


async def test_of_all_in_small_the_screen_is_written_and_what_fails_is_told(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(played) as pilot:
        await press(pilot, "f3", "e")
        played.app.screen.query_one("#path", Field).value = "no/such/picture.svg"
        (tmp_path / "no").write_text("")
        await press(pilot, "enter")
        await work_done(pilot)
        assert "cannot write" in next(iter(played.app._notifications)).message


# --- what is seen -----------------------------------------------------------------------------------------


async def test_two_and_their_difference_stand_where_there_is_room(played: Played) -> None:
    async with opened(played) as pilot:
        await until(pilot, lambda: len(titles(played)) == 3)
        assert [request.system for request in played.engine.of(messages.MeasureMatrices)] == [*NAMES]
        assert titles(played) == [*NAMES, "use-m3 − me5-small"]
        picture = played.picture()
        for code in CODES:
            assert f"\n {code}" in picture
        value = matrices("use-m3")["map"].values[10][10]
        assert f"{value:.3f}".removeprefix("0") in picture


async def test_one_stands_alone_where_there_is_not_and_tab_turns_to_the_others(played: Played) -> None:
    async with opened(played, SMALL) as pilot:
        seen = []
        for _ in range(4):
            seen += titles(played)
            await press(pilot, "tab")
        assert seen == [*NAMES, "use-m3 − me5-small", "me5-small"]
        await press(pilot, "shift+tab", "shift+tab")
        assert titles(played) == ["use-m3 − me5-small"]


@pytest.mark.usefixtures("eighteen")
@pytest.mark.parametrize("width", range(80, 90))
async def test_no_number_is_cut_where_columns_go_on(played: Played, width: int) -> None:
    async with opened(played, (width, 24)) as pilot:
        for keys in ((), ("end",), ("left",) * 9):
            await press(pilot, *keys)
            rows = [line for line in played.picture().splitlines() if re.match(r" ?[a-z]{2} ", line)]
            assert len(rows) > 10
            for row in rows:
                numbers = re.sub("[◂▁-█]", " ", row).split()[1:]
                assert all(re.fullmatch(r"-?\.\d{3}", number) for number in numbers), row


async def test_tab_goes_from_one_heatmap_in_sight_to_the_next(played: Played) -> None:
    async with opened(played) as pilot:
        await until(pilot, lambda: len(titles(played)) == 3)
        focused = [heatmap.has_focus for heatmap in shown(played)]
        await press(pilot, "tab")
        assert focused == [True, False, False]
        assert [heatmap.has_focus for heatmap in shown(played)] == [False, True, False]
        await press(pilot, "shift+tab", "shift+tab")
        assert shown(played)[2].has_focus


async def test_the_layout_goes_from_two_to_all_to_one(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "f3")
        thumbnails = screen(played).query_one(Thumbnails)
        await until(pilot, lambda: len(thumbnails.shown) == 4)
        assert [each.name for each in thumbnails.shown] == [*NAMES, "labse", "me5-small+center"]
        assert all(each.matrix for each in thumbnails.shown)
        assert "mean .591" in played.picture()
        await press(pilot, "f3")
        assert titles(played) == ["me5-small"]
        await press(pilot, "v")
        assert len(titles(played)) == 3


async def test_a_small_one_is_enlarged(played: Played) -> None:
    async with opened(played, SMALL) as pilot:
        await press(pilot, "f3")
        await until(pilot, lambda: len(screen(played).query_one(Thumbnails).shown) == 4)
        await press(pilot, "right", "down", "left", "right", "end")
        assert words(played).startswith("me5-small+center / mean average precision over other languages .5")
        await press(pilot, "home", "right", "right", "enter")
        assert titles(played) == ["labse"]
        assert shown(played)[0].has_focus


async def test_a_small_one_is_clicked_twice(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "f3")
        await until(pilot, lambda: len(screen(played).query_one(Thumbnails).shown) == 4)
        await pilot.click(Thumbnails, offset=(26 + 5, 3))
        await pilot.pause()
        assert words(played).startswith("use-m3")
        await pilot.click(Thumbnails, offset=(26 + 5, 3), times=2)
        await pilot.pause()
        assert titles(played) == ["use-m3"]


async def test_each_key_for_colours_scale_and_order(played: Played) -> None:
    async with opened(played) as pilot:
        first = shown(played)[0].grid
        await press(pilot, "f8")
        assert shown(played)[0].grid.scale.colours == "viridis"
        await press(pilot, "c", "c")
        assert shown(played)[0].grid.scale.colours == "cividis"
        assert {heatmap.grid.scale for heatmap in shown(played)[:2]} == {first.scale}
        await press(pilot, "f7")
        assert len({heatmap.grid.scale for heatmap in shown(played)[:2]}) == 2
        assert "own scale" in played.picture()
        await press(pilot, "s", "f4")
        assert shown(played)[0].grid.matrix.rows[:3] == ("de", "en", "es")
        assert "by family" in played.text("#what")
        await press(pilot, "o")
        assert shown(played)[0].grid.matrix.rows == CODES
        assert "by value" in played.text("#what")


async def test_the_cursor_stays_on_its_languages_in_another_order(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "down", "right", "right", "f4")
        assert {heatmap.labels for heatmap in shown(played)} == {("de", "el")}


async def test_without_colours_glyphs_stand_beside_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    played = Played()
    async with opened(played) as pilot:
        assert "█.891◂█.881" in played.picture()
        await press(pilot, "f3")
        await until(pilot, lambda: len(screen(played).query_one(Thumbnails).shown) == 4)
        assert "█████" in played.picture()


# --- measures ---------------------------------------------------------------------------------------------


async def test_measures_are_gone_through_and_chosen(played: Played) -> None:
    async with opened(played) as pilot:
        assert "mAP" in played.text("#what")
        await press(pilot, "ctrl+n")
        assert "rank gap" in played.text("#what")
        await press(pilot, "N", "ctrl+b")
        assert "MRC@10" in played.text("#what")
        await press(pilot, "n", "f2", *"behind", "enter")
        assert "rank gap" in played.text("#what")
        assert len(played.engine.of(messages.MeasureMatrices)) == 4


async def test_what_needs_embeddings_is_measured_when_it_is_wanted(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "m", *"mrc", "enter")
        await until(pilot, lambda: "other query language" in played.text("#what"))
        asked = [request.measures for request in played.engine.of(messages.MeasureMatrices)]
        assert asked == [(), (), ("mrc",), ("mrc",)]
        await press(pilot, "n", "ctrl+b")
        assert len(played.engine.of(messages.MeasureMatrices)) == 4
        assert words(played).startswith("Arabic ⇄ Arabic · n = 0 · me5-small nothing to measure")


async def test_a_measure_that_is_not_there_says_so(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "n", "n")
        assert "there is nothing to favour" in played.picture()
        assert words(played) == " /  / "


# --- the cell ---------------------------------------------------------------------------------------------


async def test_the_cursor_moves_in_all_and_the_cell_is_told(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "down", "right", "right")
        assert cursors(played) == {(1, 2)}
        first, second = (matrices(name)["map"].values[1][2] for name in NAMES)
        told = words(played)
        assert told.startswith("German → Greek · n = 1,190 · me5-small")
        assert f"me5-small {figure(first, 3)} [{figure(first - 0.01, 3)}, {figure(first + 0.01, 3)}]" in told
        assert f"difference {figure(second - first, 3, signed=True)}" in told
        assert "p < .001, Holm < .001 * significant" in told
        await press(pilot, "end", "end", "down", "down", "down", "up")
        assert cursors(played) == {(3, 10)}
        assert "p .400, Holm .400, not significant" in words(played)
        await press(pilot, "home", "pagedown", "pageup", "l", "j", "h", "k")
        assert cursors(played) == {(0, 0)}


async def test_significant_cells_are_marked_without_colour(played: Played) -> None:
    async with opened(played) as pilot:
        await until(pilot, lambda: len(shown(played)) == 3 and shown(played)[2].grid.marks)
        marked = [cell.text[-1] for row in shown(played)[2].grid.cells for cell in row]
        assert marked == ["*"] * 33 + [" "] * 88
        assert "* p < .05" in played.picture()


async def test_behind_the_last_one_in_sight_come_those_out_of_sight(played: Played) -> None:
    async with opened(played, (150, 24)) as pilot:
        await until(pilot, lambda: titles(played) == [*NAMES])
        assert "Tab: 1 more" in played.text("#what")
        await press(pilot, "tab", "tab")
        await until(pilot, lambda: titles(played) == ["use-m3", "use-m3 − me5-small"])
        await press(pilot, "shift+tab", "shift+tab")
        await until(pilot, lambda: titles(played) == [*NAMES])


async def test_a_difference_is_written_with_how_sure_it_is(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(played) as pilot:
        await until(pilot, lambda: len(shown(played)) == 3 and shown(played)[2].grid.marks)
        await press(pilot, "tab", "tab")
        for downs in range(3):
            await press(pilot, "ctrl+s", *["down"] * downs, "enter")
            await until(pilot, lambda downs=downs: len(written(tmp_path)) == downs + 1)
        path = str(tmp_path / "starter-map-use-m3-me5-small")
        assert "\\*+.003" in Path(f"{path}.md").read_text()
        head, first = Path(f"{path}.csv").read_text().splitlines()[:2]
        assert head == "row,column,value,count,low,high,p,holm,unit,units"
        assert len(first.split(",")) == 10
        assert all(first.split(","))
        assert "+.003*" in Path(f"{path}.svg").read_text()


async def test_heatmaps_are_found_as_they_were_left(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "n", "v", "v", "down", "right", "escape", "f9")
        await until(pilot, lambda: isinstance(played.app.screen, BiasScreen) and shown(played))
        assert "rank gap" in played.text("#what")
        assert titles(played) == ["me5-small"]
        assert shown(played)[0].labels == ("de", "de")


async def test_from_an_enlarged_one_back_leads_to_the_small_ones(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "f3")
        await until(pilot, lambda: len(screen(played).query_one(Thumbnails).shown) == 4)
        await press(pilot, "right", "enter")
        await until(pilot, lambda: len(titles(played)) == 1)
        await press(pilot, "escape")
        await until(pilot, lambda: screen(played).query_one(Thumbnails).display)
        await press(pilot, "escape")
        assert not isinstance(played.app.screen, BiasScreen)


async def test_what_is_out_of_sight_is_judged_no_more(played: Played) -> None:
    played.engine.hold_cells = True
    async with opened(played) as pilot:
        await until(pilot, lambda: "testing" in words(played))
        asked = played.engine.of(messages.JudgeCells)
        assert {request.systems for request in asked} == {NAMES, NAMES[:1], NAMES[1:]}
        await press(pilot, "n")
        cancelled = [request.target for request in played.engine.of(messages.Cancel)]
        assert set(cancelled) == {request.id for request in asked}
        assert {request.measure for request in played.engine.of(messages.JudgeCells)[3:]} == {"rank-gap"}
        played.engine.answer(asked[0])
        await pilot.pause()
        assert "testing" in words(played)


async def test_a_click_moves_the_cursor_and_a_second_one_opens_the_cell(played: Played) -> None:
    async with opened(played) as pilot:
        grid = shown(played)[1].grid
        place = (grid.labels + grid.cell * 3 + 2, 5)
        await pilot.click(shown(played)[1], offset=place)
        await pilot.pause()
        assert cursors(played) == {(4, 3)}
        await pilot.click(shown(played)[1], offset=place, times=2)
        await pilot.pause()
        assert isinstance(played.app.screen, CellQueryBrowser)


async def test_a_move_draws_only_the_lines_that_change(played: Played) -> None:
    async with opened(played) as pilot:
        await until(pilot, lambda: len(shown(played)) == 3)
        heatmap = shown(played)[0]
        drawn: list[int] = []
        true = heatmap.render_line
        heatmap.render_line = lambda y: drawn.append(y) or true(y)  # type: ignore[method-assign]
        await press(pilot, "down")
        assert set(drawn) == {0, 1, 2}


# --- waiting and failing ----------------------------------------------------------------------------------


async def test_what_is_not_evaluated_says_how_long_that_takes_and_one_key_starts_it(played: Played) -> None:
    played.engine.costs = {"use-m3": 400.0}
    async with opened(played) as pilot:
        told = "not evaluated yet · ^R evaluates it: about 7 min (24 texts"
        await until(pilot, lambda: told in played.picture())
        assert not played.engine.of(messages.StartEvaluation)
        await press(pilot, "ctrl+r")
        (start,) = played.engine.of(messages.StartEvaluation)
        assert (start.data, start.systems) == ("starter", ("use-m3",))
        await until(pilot, lambda: len(played.engine.of(messages.MeasureMatrices)) == 3)


async def test_what_somebody_else_begins_to_evaluate_is_looked_for_again(played: Played) -> None:
    played.engine.costs = {"use-m3": 400.0}
    async with opened(played) as pilot:
        await until(pilot, lambda: "not evaluated yet" in played.picture())
        played.engine.costs = {}
        played.engine.tell_jobs(training_replies.EVALUATES)
        await until(pilot, lambda: len(shown(played)) == 3)
        assert not played.engine.of(messages.StartEvaluation)
        assert "▶ step 2 of 3: 33 %, 5 min 02 s left · evaluating use-m3" in played.picture()


async def test_what_takes_time_is_told_and_waited_for_no_more_on_leaving(played: Played) -> None:
    async with opened(played, held={"use-m3"}) as pilot:
        waiting = played.engine.of(messages.MeasureMatrices)[1]
        played.engine.deliver(messages.Progress(id=waiting.id, step="ranking", done=3, total=11))
        await until(pilot, lambda: "ranking 3/11 · " in played.picture())
        await press(pilot, "escape")
        assert not isinstance(played.app.screen, BiasScreen)
        assert [request.target for request in played.engine.of(messages.Cancel)] == [waiting.id]
        played.engine.answer(waiting)
        await pilot.pause()


async def test_a_failure_is_told_beside_the_other_system_and_asked_again(played: Played) -> None:
    async with opened(played, held={"use-m3"}) as pilot:
        waiting = played.engine.of(messages.MeasureMatrices)[1]
        played.engine.deliver(messages.Failure(id=waiting.id, message="[/no] memory", hint="close a pane"))
        await until(pilot, lambda: "✗ [/no] memory: close a pane" in played.picture())
        assert titles(played)[0] == "me5-small"
        played.engine.held = set()
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: len(shown(played)) == 3)


async def test_the_engine_that_is_lost_is_asked_again_when_it_runs(played: Played) -> None:
    async with opened(played, held={"use-m3"}) as pilot:
        played.engine.die()
        await until(pilot, lambda: isinstance(played.app.screen, EngineStopped))
        await press(pilot, "escape")
        await until(pilot, lambda: "the engine has stopped" in played.picture())
        played.engine.held = set()
        await press(pilot, "r")
        await until(pilot, lambda: played.engine.starts == 2)
        await until(pilot, lambda: len(shown(played)) == 3)


async def test_without_an_engine_there_is_nothing_to_measure(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.alive = False
        await pilot.press("f9")
        await pilot.pause()
        assert not isinstance(played.app.screen, BiasScreen)
        assert "the engine is not running" in played.text("#message")


async def test_matrices_of_other_languages_have_no_difference(played: Played) -> None:
    async with opened(played, held={"use-m3"}) as pilot:
        waiting = played.engine.of(messages.MeasureMatrices)[1]
        one = matrices("me5-small")["map"]
        other = type(one)("mAP", ("de",), ("de",), ((0.5,),), ((9,),))
        played.engine.hold_cells = True
        played.engine.deliver(messages.Measured(id=waiting.id, matrices={"map": other}))
        await until(pilot, lambda: "differ in query language" in played.picture())
        await press(pilot, "down")
        assert "use-m3 nothing to measure" in words(played)


async def test_one_model_in_one_language() -> None:
    played = Played(("me5-small",))
    async with opened(played, held={"me5-small"}) as pilot:
        one = matrices("me5-small")["map"]
        alone = type(one)("mAP", ("de",), ("de",), ((0.5,),), ((9,),))
        request = played.engine.of(messages.MeasureMatrices)[0]
        played.engine.deliver(messages.Measured(id=request.id, matrices={"map": alone}))
        await until(pilot, lambda: ".500" in played.picture())
        await press(pilot, "tab", "f3", "f3", "f4", "f4", "f7")
        assert ".500" in played.picture()


async def test_where_no_engine_runs_that_is_told_of_what_is_not_measured(played: Played) -> None:
    async with opened(played) as pilot:
        played.engine.die()
        await until(pilot, lambda: isinstance(played.app.screen, EngineStopped))
        await press(pilot, "escape", "f5", *"use-m3+lir", "enter")
        await until(pilot, lambda: "the engine has stopped · ^R starts it" in played.picture())


# --- choosing models --------------------------------------------------------------------------------------


async def test_another_system_is_chosen(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "f6", *"me5-small+cen", "enter")
        await until(pilot, lambda: titles(played)[:2] == ["me5-small", "me5-small+center"])
        assert played.engine.of(messages.MeasureMatrices)[-1].system == "me5-small+center"
        await press(pilot, "f5", *"use-m3", "enter")
        await until(pilot, lambda: titles(played)[:2] == ["use-m3", "me5-small+center"])
        await press(pilot, "f5", *"me5-small+cen", "enter")
        await until(pilot, lambda: titles(played)[:2] == ["me5-small+center", "use-m3"])
        await press(pilot, "f6", *"me5-small+cen", "enter")
        await until(pilot, lambda: titles(played)[:2] == ["use-m3", "me5-small+center"])
        await press(pilot, "f5", "escape")
        assert titles(played)[0] == "use-m3"


# --- the questions behind a cell --------------------------------------------------------------------------


def options(played: Played) -> list[str]:
    found = played.app.screen.query_one("OptionList")
    return [str(found.get_option_at_index(at).prompt) for at in range(found.option_count)]


async def test_enter_lists_the_questions_and_one_is_asked_in_the_search(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "down", "right", "right", "enter")
        await until(pilot, lambda: isinstance(played.app.screen, CellQueryBrowser) and options(played))
        request = played.engine.of(messages.ListCellQueries)[-1]
        assert (request.systems, request.measure, request.row, request.column) == (NAMES, "map", "de", "el")
        assert options(played)[0].split()[:5] == [".010", ".110", "+.100", "#1,000", "#1,001"]
        await press(pilot, *"question 2")
        await until(pilot, lambda: len(options(played)) == 11)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: not isinstance(played.app.screen, BiasScreen | CellQueryBrowser))
        found = played.engine.of(messages.Search)[-1]
        assert (found.query_id, found.query_lang, found.langs) == ("q20", "de", ("el",))
        assert [pane.model for pane in played.panes] == [*NAMES]


async def test_a_measure_over_all_languages_is_asked_over_all_of_them(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "n", "ctrl+g")
        await until(pilot, lambda: options(played))
        assert "where the second rises most" in played.text(".dialog .title")
        await press(pilot, "f4")
        assert "where the second falls most" in played.text(".dialog .title")
        assert played.engine.of(messages.ListCellQueries)[-1].best_first
        await press(pilot, "enter")
        await until(pilot, lambda: not isinstance(played.app.screen, BiasScreen | CellQueryBrowser))
        assert played.engine.of(messages.Search)[-1].langs == ()


async def test_a_system_that_no_pane_shows_gets_one(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "b", *"use-m3+lir", "enter")
        await until(pilot, lambda: len(shown(played)) == 3)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(played.app.screen, CellQueryBrowser) and options(played))
        await press(pilot, "enter")
        await until(pilot, lambda: len(played.panes) == 3)
        assert [pane.model for pane in played.panes] == [*NAMES, "use-m3+lir"]


async def test_one_system_has_one_value_and_esc_goes_back(played: Played) -> None:
    async with opened(played) as pilot:
        await press(pilot, "f3", "f3", "enter")
        await until(pilot, lambda: options(played))
        assert options(played)[0].split()[:2] == [".010", "#1,000"]
        assert "lowest first" in played.text(".dialog .title")
        assert "me5-small: value, rank of the answer" in played.text(".head")
        await press(pilot, "pagedown", "up", "pageup", "escape")
        assert isinstance(played.app.screen, BiasScreen)


async def test_the_list_tells_progress_failure_and_a_stopped_engine(played: Played, clock: Clock) -> None:
    async with opened(played) as pilot:
        played.engine.hold_cells = True
        await press(pilot, "enter")
        assert played.text(".hint") == "listing · Esc stops"
        clock.now += 7
        await until(pilot, lambda: played.text(".hint") == "listing · 7 s · Esc stops")
        request = played.engine.of(messages.ListCellQueries)[-1]
        played.engine.deliver(messages.Progress(id=request.id, step="ranking"))
        await until(pilot, lambda: played.text(".hint") == "ranking · 7 s · Esc stops")
        played.engine.die()
        await until(pilot, lambda: isinstance(played.app.screen, EngineStopped))
        await press(pilot, "escape")
        assert "the engine has stopped" in played.text(".hint")
        await press(pilot, "escape", "enter")
        await until(pilot, lambda: "the engine" in played.text(".hint"))
        played.engine.alive = True
        await press(pilot, "escape", "enter")
        request = played.engine.of(messages.ListCellQueries)[-1]
        played.engine.deliver(messages.Failure(id=request.id, message="no [/cell]", hint="go back"))
        await until(pilot, lambda: played.text(".hint") == "✗ no [/cell]: go back")
        await press(pilot, "enter", "down")
        assert isinstance(played.app.screen, CellQueryBrowser)


# --- manners ----------------------------------------------------------------------------------------------


def test_no_key_does_two_things_and_every_action_has_one_that_is_no_letter() -> None:
    keys = [key for command in COMMANDS for key in command.keys.split(",")]
    assert len(keys) == len(set(keys))
    assert all(len(command.keys.split(",")[0]) > 1 for command in COMMANDS)
    own = {key for binding in Heatmap.BINDINGS for key in binding.key.split(",")}
    assert not own & set(keys)


async def test_help_names_every_key(played: Played) -> None:
    async with opened(played, SMALL) as pilot:
        await press(pilot, "f1")
        assert isinstance(played.app.screen, Help)
        text = played.text("#help")
        for command in COMMANDS:
            assert key_shown(command.keys.partition(",")[0]) in text
        await press(pilot, "escape")
        assert isinstance(played.app.screen, BiasScreen)


async def test_the_footer_has_at_most_seven_keys_and_fits(played: Played) -> None:
    async with opened(played, SMALL):
        keys = played.app.screen.query_one(Footer).query("FooterKey")
        assert 5 <= len(keys) <= 7
        assert max(key.region.right for key in keys) <= 80


async def test_the_palette_has_every_action_and_choice(played: Played) -> None:
    async with opened(played) as pilot:
        commands = {each.title: each for each in played.app.get_system_commands(screen(played))}
        assert {command.title for command in COMMANDS} <= commands.keys()
        assert {f"Measure {measure.title}" for measure in MEASURES.values()} <= commands.keys()
        commands["Measure rank gap"].callback()
        commands["Colours magma"].callback()
        await pilot.pause()
        assert "rank gap" in played.text("#what")
        commands = {each.title: each for each in played.app.get_system_commands(screen(played))}
        commands["Languages by family"].callback()
        await pilot.pause()
        assert shown(played)[0].grid.matrix.rows[0] == "de"
        assert shown(played)[0].grid.scale.colours == "magma"


@pytest.mark.parametrize("width", [20, 50, 200])
async def test_any_width_will_do(played: Played, width: int) -> None:
    async with opened(played) as pilot:
        await pilot.resize_terminal(width, 12)
        await pilot.pause()
        await press(pilot, "end", "pagedown")
        await until(pilot, lambda: "zh" in played.picture())
        assert all(len(line) <= width for line in played.picture().splitlines())


async def test_a_pane_has_a_correction_and_keeps_it_with_another_model(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+r", *"cent", "enter")
        await pilot.pause()
        assert played.panes[0].model == "me5-small+center"
        asked = played.engine.of(messages.Search)[-1]
        assert asked.system == "me5-small+center"
        await pilot.press("f5", *"labse", "enter")
        await pilot.pause()
        assert played.panes[0].model == "labse+center"
        await pilot.press("ctrl+r", *"none", "enter")
        await pilot.pause()
        assert played.panes[0].model == "labse"
        warmed = [request.system for request in played.engine.of(messages.Warm)]
        assert [each.partition("+")[0] for each in warmed] == ["me5-small", "use-m3", "labse"]


async def test_keys_that_come_before_anything_is_measured_are_answered(played: Played) -> None:
    async with opened(played, held=set(NAMES)) as pilot:
        await pilot.press("ctrl+g", "ctrl+r")
        await pilot.pause()
        assert played.notified == [
            "no heatmap yet whose queries could be listed",
            "not yet: measuring what there is",
        ]


async def test_evaluating_what_is_there_is_answered(played: Played) -> None:
    async with opened(played) as pilot:
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert [note.message for note in played.app._notifications] == [
            "everything here is evaluated already"
        ]


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_what_is_to_be_kept_in_mind_of_a_system_is_told(played: Played, size: tuple[int, int]) -> None:
    trained = "† use-m3 was trained on 24 of these 30 questions: its figures here tell less of new ones"
    cut = "bm25 [/x] ranks the first 20 passages of a query: rank gap is over those that it ranks (12 of 30)"
    played.engine.about = {"me5-small": ("bm25 [/x]", (cut,)), "use-m3": ("use-m3 †", (trained,))}
    async with opened(played, size) as pilot:
        picture = " ".join(" ".join(played.picture().splitlines()).split())
        assert trained in picture
        assert cut in picture
        await press(pilot, "shift+tab")
        assert "use-m3 † − bm25 [/x]" in titles(played)
        await press(pilot, "f3")
        assert "use-m3 †" in played.picture()
        assert played.text("#notes") == cut, "of the one under the cursor"
        await press(pilot, "right", "right")
        assert not played.app.screen.query_one("#notes").display
