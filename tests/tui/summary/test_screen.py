import dataclasses

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from hybrid_tui.comparison.drawn_units import DrawnUnits
from hybrid_tui.comparison.setting_summary import SettingFigure
from hybrid_tui.comparison.verdicts import MARGIN, rule
from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.render import summary_table
from hybrid_tui.tui.summary.screen import SummaryScreen
from hybrid_tui.tui.widgets.curves import Curves

from .. import training_replies
from ..conftest import SYSTEMS, Played, summed
from ..waiting import until

HYBRID = SYSTEMS[3].name


async def opened(played: Played, pilot: Pilot) -> SummaryScreen:
    await pilot.pause()
    await pilot.press("f11")
    await pilot.pause()
    screen = played.app.screen
    assert isinstance(screen, SummaryScreen)
    return screen


@pytest.mark.parametrize("width", [40, 77, 100, 120, 160, 200])
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_a_row_is_exactly_as_wide_as_asked(width: int, system: summary_table.EvaluatedSystem) -> None:
    found = summed(messages.Summarise(data="", system=system.name, base="me5-small"))
    for known in (None, {}, found):
        drawn = summary_table.row(system, known, width, summary_table.longest(SYSTEMS), marked=True)
        assert drawn.cell_length <= max(width, 12 + 4 * (summary_table.VALUE + summary_table.MARK))
        assert drawn.plain.startswith("● me5")
    assert len(summary_table.header(width, 20)) == drawn.cell_length or width < 77


async def test_every_system_stands_with_its_figures_and_verdicts(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await opened(played, pilot)
        assert [each.system for each in played.engine.of(messages.Summarise)] == [
            system.name for system in SYSTEMS
        ]
        assert "base me5-small" in played.text("#what")
        assert "of 5" not in played.text("#what")
        row = next(line for line in played.picture().splitlines() if HYBRID in line)
        assert row.split()[-8:] == [".850", "▲", ".750", "▼", ".650", "=", "50", "?"]
        await pilot.press("down", "down", "down")
        told = played.text("#told")
        assert told.splitlines()[0] == f"{HYBRID} against me5-small"
        assert "monolingual    .850 [.830, .870]" in told
        assert "+.010 [+.005, +.020] p .012   better" in told
        assert "+25 [+12, +50]" in told
        assert told.endswith("undecided")
        assert max(map(len, told.splitlines())) <= 78


async def test_what_was_drawn_and_the_rule_are_told(played: Played) -> None:
    played.engine.drawn = DrawnUnits("article", 48, 2.24)
    async with played.app.run_test(size=(80, 40)) as pilot:
        await opened(played, pilot)
        await pilot.press("down")
        assert played.text("#told").splitlines()[-1] == "48 articles drawn, design effect 2.2"
        help_words = " ".join(SummaryScreen.HELP.split())
        assert rule(MARGIN) in help_words
        assert max(map(len, SummaryScreen.HELP.splitlines())) <= 76


def test_a_row_that_the_base_cannot_be_compared_with_says_why() -> None:
    one, other = (
        summary_table.EvaluatedSystem(name, languages=tuple(languages.split()))
        for name, languages in (("one", "de en"), ("other", "de"))
    )
    figures = {"monolingual": SettingFigure(0.5, 0.4, 0.6)}
    lines = summary_table.words(one, other, figures)
    assert lines[:2] == [
        "one not against other",
        "not compared: one ranked passages in de en, other ranked passages in de",
    ]
    assert lines[2].startswith("monolingual    .500 [.400, .600]")
    assert summary_table.words(one, one, figures)[0] == "one against one"


async def test_a_wide_screen_has_intervals_and_differences_in_the_table(played: Played) -> None:
    async with played.app.run_test(size=(200, 60)) as pilot:
        await opened(played, pilot)
        row = next(line for line in played.picture().splitlines() if HYBRID in line)
        assert ".850 [.830, .870]     +.010 ▲" in row


async def test_values_stand_before_intervals_are_known_and_the_one_in_front_is_next(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.held = {system.name for system in SYSTEMS}
        await opened(played, pilot)
        assert "0 of 5" in played.text("#what")
        row = next(line for line in played.picture().splitlines() if HYBRID in line)
        assert row.split()[1:5] == [".850", ".750", ".650", "50"]
        await pilot.press("end")
        assert "computing" in played.text("#told")
        (first,) = played.engine.of(messages.Summarise)
        played.engine.answer(first)
        await pilot.pause()
        assert played.engine.of(messages.Summarise)[-1].system == SYSTEMS[-1].name
        await pilot.press("escape")
        assert played.engine.of(messages.Cancel)


async def test_another_base_is_asked_for_and_stale_answers_are_dropped(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.held = {HYBRID}
        await opened(played, pilot)
        stale = played.engine.of(messages.Summarise)[-1]
        assert stale.system == HYBRID
        played.engine.held = set()
        await pilot.press("f4", *"mono", "enter")
        await pilot.pause()
        assert "base me5-small-lora-mono" in played.text("#what")
        assert {each.base for each in played.engine.of(messages.Summarise)[4:]} == {"me5-small-lora-mono"}
        before = played.picture()
        played.engine.answer(stale)
        await pilot.pause()
        assert played.picture() == before


async def test_a_sweep_and_trainings_are_curves(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await opened(played, pilot)
        await pilot.press("f2")
        await pilot.pause()
        assert "sweep: me5-small lora 1234" in played.text("#told")
        assert "share of monolingual batches" in played.picture()
        assert "1 monolingual   2 cross-lingual   3 multilingual" in played.picture()
        await pilot.press("f2")
        assert "no training log" in played.text("#told")
        assert not played.app.screen.query_one(Curves).display
        await pilot.press("down", "down", "space")
        await pilot.pause()
        assert "2 me5-small-lora-cross, held out" in played.picture()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert [each.model for each in played.engine.of(messages.GetCurve)] == [
            "me5-small-lora-cross",
            HYBRID,
        ]
        assert f"1 me5-small-lora-cross   2 {HYBRID}" in played.picture()
        await pilot.press("space", "f2")
        assert "monolingual" in played.text("#told")


async def test_a_log_that_cannot_be_read_is_asked_for_once(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.held = {"curves"}
        await opened(played, pilot)
        await pilot.press("end", "f2", "f2")
        assert played.text("#told") == "reading the log"
        (request,) = played.engine.of(messages.GetCurve)
        played.engine.deliver(messages.Failure(id=request.id, message="log.jsonl cannot be read"))
        await pilot.pause()
        assert played.text("#told") == "no training log"
        assert len(played.engine.of(messages.GetCurve)) == 1


async def test_nothing_evaluated_and_failures_are_told(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.systems = ()
        await opened(played, pilot)
        assert "hybrid-tui evaluate --data starter" in played.text("#told")
        await pilot.press("f2", "space", "escape")
        played.engine.systems, played.engine.held = SYSTEMS[:1], {"me5-small"}
        await opened(played, pilot)
        (request,) = played.engine.of(messages.Summarise)
        failure = messages.Failure(id=request.id, message="the evaluation is damaged", hint="evaluate again")
        played.engine.deliver(failure)
        await pilot.pause()
        assert "✗ the evaluation is damaged: evaluate again" in played.text("#told")
        assert "of 1" not in played.text("#what")


async def test_without_an_engine_the_summary_is_not_opened(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.die()
        await pilot.pause()
        await pilot.press("escape", "f11")
        assert not isinstance(played.app.screen, SummaryScreen)
        assert "the engine is not running" in played.text("#message")


async def test_a_lost_engine_leaves_what_is_known(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        screen = await opened(played, pilot)
        played.engine.die()
        await pilot.pause()
        await pilot.press("escape")
        assert played.app.screen is screen
        await pilot.press("down", "f2")
        assert screen.query_one(OptionList).option_count == len(SYSTEMS)


async def test_with_an_engine_that_runs_again_it_goes_on_where_it_was(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        played.engine.held = {system.name for system in SYSTEMS}
        await opened(played, pilot)
        before = len(played.engine.of(messages.Summarise))
        played.engine.die()
        await until(pilot, lambda: isinstance(played.app.screen, EngineStopped))
        played.engine.held = set()
        await pilot.press("enter")
        await until(pilot, lambda: len(played.engine.of(messages.Summarise)) >= before + len(SYSTEMS))
        await until(pilot, lambda: "computed" not in played.text("#what"))
        assert "✗" not in played.text("#told")


async def test_where_no_engine_runs_that_is_told(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        played.engine.held = {system.name for system in SYSTEMS}
        await opened(played, pilot)
        played.engine.die()
        await until(pilot, lambda: isinstance(played.app.screen, EngineStopped))
        await pilot.press("escape")
        await until(pilot, lambda: "the engine is not running" in played.text("#told"))


async def test_an_empty_summary_says_what_would_fill_it_and_one_key_starts_that(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.systems = ()
        played.engine.costs = {"me5-small": 400.0, "use-m3": 90.0}
        await opened(played, pilot)
        told = played.text("#told").splitlines()
        assert told[0].startswith("nothing was evaluated on starter yet")
        takes = "F5 takes about 8 min (48 texts to encode) to evaluate"
        assert told[1] == f"{takes} me5-small, use-m3"
        assert takes in played.picture()
        await pilot.press("f5")
        (start,) = played.engine.of(messages.StartEvaluation)
        assert (start.data, start.systems) == ("starter", ("me5-small", "use-m3"))
        job = messages.Job("evaluation", "x", "me5-small and 1 more on starter", "runs", "encoding", 1, 4)
        played.engine.tell_jobs(job)
        await until(pilot, lambda: "encoding: 25 % · evaluating me5-small" in played.text("#told"))
        await pilot.press("escape")
        await pilot.pause()
        assert "▶ encoding: 25 % · evaluating me5-small and 1 more on starter · F10 jobs" in played.picture()
        assert not played.engine.of(messages.StopJob)
        await opened(played, pilot)
        assert "encoding: 25 % · evaluating me5-small" in played.text("#told"), "it is the same"
        played.engine.systems, played.engine.costs = SYSTEMS[:1], {}
        played.engine.tell_jobs(dataclasses.replace(job, state="ended"))
        await until(pilot, lambda: "me5-small" in played.text("#told"))
        assert len(played.engine.of(messages.StartEvaluation)) == 1
        assert [note.message for note in played.app._notifications] == [f"evaluated {job.title}"]


async def test_what_else_is_in_the_panes_is_evaluated_once_its_time_was_told(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.costs = {"use-m3": 90.0}
        await opened(played, pilot)
        await pilot.press("down", "f5")
        await pilot.pause()
        assert "Evaluate use-m3 on starter?" in played.picture()
        assert "about 2 min (24 texts to encode)" in played.picture()
        await pilot.press("escape")
        assert not played.engine.of(messages.StartEvaluation)
        await pilot.press("f5", "enter")
        await until(pilot, lambda: bool(played.engine.of(messages.StartEvaluation)))
        assert played.engine.of(messages.StartEvaluation)[0].systems == ("use-m3",)
        screen = played.app.screen
        played.engine.tell_jobs(training_replies.EVALUATES)
        await pilot.pause()
        assert screen.query_one(OptionList).highlighted == 1, "the cursor stays"


async def test_where_everything_is_evaluated_no_key_offers_it(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await opened(played, pilot)
        await pilot.press("f5")
        await pilot.pause()
        assert not played.engine.of(messages.StartEvaluation)
        assert "Evaluate" not in played.picture()


async def test_a_key_that_comes_before_it_is_known_what_is_lacking_is_remembered(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.held, played.engine.costs = {"estimate"}, {"use-m3": 90.0}
        await opened(played, pilot)
        assert "F5 Evaluate" in played.picture()
        await pilot.press("f5")
        await until(pilot, lambda: played.notified == ["looking what there is to evaluate"])
        played.engine.answer(played.engine.of(messages.EstimateEvaluation)[-1])
        await until(pilot, lambda: "Evaluate use-m3 on starter?" in played.picture())
        assert not played.engine.of(messages.StartEvaluation), "nothing had told how long it takes"
        await pilot.press("enter")
        await until(pilot, lambda: played.engine.of(messages.StartEvaluation))


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (
            messages.Estimated(
                estimate=messages.EvaluationEstimate("starter", (), 0, 0.0, quick=True, guess=False)
            ),
            "evaluated on starter",
        ),
        (messages.Failure(message="no data [/x]"), "no data [/x]"),
    ],
)
async def test_a_key_that_comes_too_early_is_answered_where_nothing_can_be_done(
    played: Played, reply: messages.Reply, answer: str
) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        played.engine.held = {"estimate"}
        await opened(played, pilot)
        await pilot.press("f5")
        asked = played.engine.of(messages.EstimateEvaluation)[-1]
        played.engine.deliver(msgspec.structs.replace(reply, id=asked.id))
        await until(pilot, lambda: any(answer in said for said in played.notified))
        assert not played.engine.of(messages.StartEvaluation)
