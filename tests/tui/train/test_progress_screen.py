"""A training watched: how it stands, what it has learnt on, stopping, resuming, comparing its models."""

from __future__ import annotations

import dataclasses

import pytest
from textual.pilot import Pilot
from textual.widgets import Footer, OptionList
from textual.widgets._footer import FooterKey

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.train.progress_screen import TrainingProgressScreen
from hybrid_tui.tui.train.screen import TrainScreen
from hybrid_tui.tui.widgets.curves import Curves
from hybrid_tui.tui.widgets.heatmap import Heatmap

from .. import training_replies
from ..conftest import Played
from ..waiting import until

SMALL, WIDE = (80, 24), (140, 40)
TRAINED = [training_replies.model_name(each) for each in ("mono", "cross", "hybrid")]


async def watched(played: Played, pilot: Pilot, state: messages.Training) -> TrainingProgressScreen:
    """Open a training, and let the engine tell how it is."""
    await pilot.pause()
    played.engine.tell_jobs(training_replies.job_of(state))
    await pilot.press("f10")
    await pilot.pause()
    jobs = played.app.screen.query_one("#jobs", OptionList)
    await until(pilot, lambda: jobs.option_count == 1)
    await pilot.press("f6", "enter")
    await until(pilot, lambda: bool(played.engine.of(messages.FollowTraining)))
    screen = played.app.screen
    assert isinstance(screen, TrainingProgressScreen)
    await told(played, pilot, state)
    return screen


async def told(played: Played, pilot: Pilot, state: messages.Training) -> None:
    """Let the engine tell how a training is, and that it ends where it has."""
    request = played.engine.of(messages.FollowTraining)[-1]
    played.engine.deliver(messages.TrainingState(id=request.id, training=state))
    if state.state not in {"starts", "runs"}:
        played.engine.deliver(messages.Done(id=request.id))
    await pilot.pause()


async def test_all_there_is_to_tell_of_one_that_runs(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        screen = await watched(played, pilot, training_replies.RUNS)
        picture = played.picture()
        assert "runs · 7 s · about 7 s left · me5-small, head, mono cross hybrid, on starter" in picture
        assert "✓ my-me5-small-head-mono  500/500  loss" in picture
        assert "▌▶ my-me5-small-head-cross  240/500  loss" in picture
        assert "· my-me5-small-head-hybrid  0/500" in picture
        assert "cross · step 240: cross · 27 rows a step · 2,713 rows/s" in picture
        assert picture.count("◆") == 2 + 1 + 2, "validations, what they are, and two in the curve"
        assert screen.query_one(Curves).region.width > 40
        counts = training_replies.RUNS.models[1].pairs
        assert f" {counts['de>ar']}" in picture
        assert "de>de" not in counts


async def test_the_arrows_choose_whose_curve_is_shown(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await watched(played, pilot, training_replies.RUNS)
        await pilot.press("up")
        assert "mono · step 500: mono" in played.text("#step")
        assert "▌✓ my-me5-small-head-mono" in played.picture()
        await told(played, pilot, training_replies.RUNS)
        assert "mono · step 500" in played.text("#step"), "what was chosen stays"
        await pilot.press("down", "down")
        assert played.text("#step") == ""
        await pilot.press("j")
        assert "mono · step 500" in played.text("#step")


async def test_a_small_screen_turns_from_the_curve_to_the_languages(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await watched(played, pilot, training_replies.RUNS)
        chart, heatmap = screen.query_one(Curves), screen.query_one(Heatmap)
        assert (bool(chart.region), bool(heatmap.region)) == (True, False)
        await pilot.press("f6")
        await pilot.pause()
        assert (bool(chart.region), bool(heatmap.region)) == (False, True)
        await pilot.press("v")
        await pilot.pause()
        assert (bool(chart.region), bool(heatmap.region)) == (True, False)


@pytest.mark.parametrize("key", ["escape", "f10"])
async def test_leaving_it_stops_the_following_and_nothing_else(played: Played, key: str) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await watched(played, pilot, training_replies.RUNS)
        following = played.engine.of(messages.FollowTraining)[-1]
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(played.app.screen, TrainScreen)
        assert following.id in [request.target for request in played.engine.of(messages.Cancel)]
        assert not played.engine.of(messages.StopJob)


async def test_ctrl_c_and_quitting_stop_no_training(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await watched(played, pilot, training_replies.RUNS)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert isinstance(played.app.screen, TrainingProgressScreen)
        await pilot.press("ctrl+q")
    assert not played.engine.of(messages.StopJob)
    assert played.engine.closed


def keys_shown(played: Played) -> list[str]:
    keys = played.app.screen.query_one(Footer).query(FooterKey)
    return [f"{key.key_display} {key.description}" for key in keys]


async def test_it_is_stopped_and_resumed(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await watched(played, pilot, training_replies.RUNS)
        assert keys_shown(played) == ["Esc Back", "F2 Compare", "F6 View", "F8 Stop", "^Q Quit", "F1 Help"]
        await pilot.press("f5")
        assert not played.engine.of(messages.ResumeJob)
        await pilot.press("f8", "escape")
        assert not played.engine.of(messages.StopJob), "not before that is confirmed"
        await pilot.press("f8", "enter")
        await until(pilot, lambda: "stopping, with a checkpoint" in played.text("#message"))
        (stop,) = played.engine.of(messages.StopJob)
        assert stop.job == training_replies.RUNS.name
        await told(played, pilot, training_replies.STOPPED)
        assert "stopped: F5 goes on" in played.text("#message")
        assert "■ my-me5-small-head-cross  240/500" in played.picture()
        await pilot.pause()
        assert keys_shown(played) == ["Esc Back", "F2 Compare", "F5 Resume", "F6 View", "^Q Quit", "F1 Help"]
        await pilot.press("s")
        assert played.engine.of(messages.StopJob) == [stop]
        await pilot.press("r")
        await pilot.pause()
        assert played.engine.of(messages.ResumeJob)[-1].job == training_replies.RUNS.name
        assert len(played.engine.of(messages.FollowTraining)) == 2
        await told(played, pilot, training_replies.STARTS)
        await told(played, pilot, training_replies.RUNS)
        assert "runs" in played.text("#what")


async def test_what_happens_before_the_first_step_is_told(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        starts = dataclasses.replace(
            training_replies.STARTS, said="a line\nmono: encoding query texts of [/x]"
        )
        await watched(played, pilot, starts)
        await until(pilot, lambda: "encoding query texts of [/x] · " in played.text("#message"))
        await told(played, pilot, training_replies.RUNS)
        assert played.text("#message") == ""


async def test_why_it_failed_is_told(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await watched(played, pilot, training_replies.FAILED)
        assert "✗ the loss of step 7 is no number" in played.text("#message")
        assert "[/x]: lower --lr" in played.text("#message")
        await pilot.press("f2")
        assert "no model is ready yet" in played.text("#message")


async def test_one_key_leads_to_its_models_in_the_panes_and_another_back(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await watched(played, pilot, training_replies.ENDED)
        assert "F2 compares its models" in played.text("#message")
        catalogs = len(played.engine.of(messages.ListCatalog))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(played.app.screen, SearchScreen))
        await until(pilot, lambda: [pane.model for pane in played.panes] == TRAINED)
        await until(pilot, lambda: all(pane.ranking for pane in played.panes))
        assert len(played.engine.of(messages.ListCatalog)) > catalogs, "new models are known"
        assert [request.system for request in played.engine.of(messages.Search)[-3:]] == TRAINED
        await pilot.press("ctrl+z")
        await until(pilot, lambda: [pane.model for pane in played.panes] == ["me5-small", "use-m3"])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: [pane.model for pane in played.panes] == TRAINED)


async def test_there_is_nothing_to_go_back_to_at_first(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+z")
        assert "no other models yet" in played.text("#message")
        assert [pane.model for pane in played.panes] == ["me5-small", "use-m3"]


async def test_an_engine_that_is_lost_and_comes_back_is_asked_anew(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await watched(played, pilot, training_replies.RUNS)
        old = played.engine.of(messages.FollowTraining)[-1]
        played.engine.die(-9)
        await pilot.pause()
        assert isinstance(played.app.screen, EngineStopped)
        await pilot.press("enter")
        await until(pilot, lambda: len(played.engine.of(messages.FollowTraining)) == 2)
        assert played.app.screen is screen
        played.engine.deliver(messages.TrainingState(id=old.id, training=training_replies.FAILED))
        await told(played, pilot, training_replies.ENDED)
        assert played.text("#what").startswith("ended")


async def test_a_training_that_nobody_knows_is_told_once(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await watched(played, pilot, training_replies.STOPPED)
        await pilot.press("f5")
        await pilot.pause()
        request = played.engine.of(messages.FollowTraining)[-1]
        played.engine.deliver(messages.Failure(id=request.id, message="no training named [/x]"))
        await pilot.pause()
        assert "no training named [/x]" in played.text("#message")


@pytest.mark.parametrize("size", [(30, 10), (80, 24), (131, 20), (200, 60)])
async def test_any_size_will_do(played: Played, size: tuple[int, int]) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await watched(played, pilot, training_replies.RUNS)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert max(map(len, played.picture().splitlines())) <= size[0]
