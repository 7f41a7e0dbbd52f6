"""Training asked for: the form, what it would be, the list of trainings."""

from __future__ import annotations

import dataclasses

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.confirm import Confirm
from hybrid_tui.tui.search.screen import SearchScreen
from hybrid_tui.tui.train import screen as train_screen
from hybrid_tui.tui.train.progress_screen import TrainingProgressScreen
from hybrid_tui.tui.train.screen import TrainScreen
from hybrid_tui.tui.widgets.field import Field
from hybrid_tui.tui.widgets.slider import Slider

from .. import training_replies
from ..conftest import Played
from ..waiting import until

SMALL, WIDE = (80, 24), (140, 40)


async def opened(played: Played, pilot: Pilot) -> TrainScreen:
    await pilot.pause()
    await pilot.press("f10")
    await pilot.pause()
    screen = played.app.screen
    assert isinstance(screen, TrainScreen)
    await until(pilot, lambda: "F5 starts it" in played.text("#message"))
    return screen


def wanted(played: Played) -> messages.TrainingSpec:
    return played.engine.of(messages.PlanTraining)[-1].wanted


async def test_all_three_samplers_on_the_collection_that_is_open_are_what_it_begins_with(
    played: Played,
) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        assert wanted(played) == messages.TrainingSpec(
            backbone="me5-small", data=("starter",), samplers=("mono", "cross", "hybrid")
        )
        picture = played.picture()
        for words in ("my-me5-small-head-cross", "500 steps of 27 rows", "11 languages", "Alpha"):
            assert words in picture


async def test_each_field_is_chosen_and_planned_anew(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await opened(played, pilot)
        await pilot.press("enter", *"use", "enter")
        await pilot.press("down", "enter", *"xqu", "enter")
        await pilot.press("down", "enter", *"some", "enter")
        await pilot.press("down", "left", "left")
        await pilot.press("down", "enter", *"stored", "enter")
        await pilot.press("down", *"40")
        expected = messages.TrainingSpec(
            backbone="use-m3",
            data=("xquad-r",),
            samplers=("hybrid",),
            tuning="head",
            steps=40,
            alpha=0.4,
        )
        await until(pilot, lambda: wanted(played) == expected)


async def test_a_path_may_be_typed_for_data(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press("down", "enter", *"./my pairs.jsonl", "enter")
        await until(pilot, lambda: wanted(played).data == ("./my pairs.jsonl",))


async def test_alpha_is_there_for_hybrid_alone(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await opened(played, pilot)
        await pilot.press("down", "down", "enter", *"two", "enter")
        await until(pilot, lambda: wanted(played).samplers == ("cross",))
        assert not screen.query_one(Slider).is_on_screen
        assert "Alpha" not in played.picture()


@pytest.mark.parametrize("typed", ["0", "-3", "many", "1.5", "99999999"])
async def test_a_number_of_steps_that_is_none_is_told_beside_the_field(played: Played, typed: str) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press(*["down"] * 5, *typed)
        await until(pilot, lambda: "a number from 1 on" in played.text("#row-steps .problem"))
        before = len(played.engine.of(messages.PlanTraining))
        await pilot.press("f5")
        await pilot.pause()
        assert not played.engine.of(messages.StartTraining)
        assert len(played.engine.of(messages.PlanTraining)) == before


async def test_what_the_engine_finds_wrong_stands_beside_its_field(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press("enter", *"no-such", "enter")
        await until(pilot, lambda: "no model named" in played.text("#row-backbone .problem"))
        assert "did you mean use-m3?" in played.text("#row-backbone .problem")
        await pilot.press("f5")
        await pilot.pause()
        assert "correct what is marked" in played.text("#message")
        assert not played.engine.of(messages.StartTraining)
        await pilot.press("enter", *"use-m3", "enter")
        await until(pilot, lambda: played.text("#row-backbone .problem") == "")


async def test_a_plan_that_is_late_holds_the_start_and_an_old_one_is_dropped(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        played.engine.held = {"plan"}
        await pilot.press(*["down"] * 5, *"7")
        await until(pilot, lambda: wanted(played).steps == 7)
        await pilot.press("f5")
        await until(pilot, lambda: "not yet" in played.text("#message"))
        old = played.engine.of(messages.PlanTraining)[-1]
        await pilot.press("7")
        await until(pilot, lambda: wanted(played).steps == 77)
        assert played.engine.of(messages.Cancel)[-1].target == old.id
        played.engine.answer(old)
        played.engine.answer(played.engine.of(messages.PlanTraining)[-1])
        await until(pilot, lambda: "77 steps" in played.picture())


async def test_while_one_types_nothing_is_planned_and_then_once(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_screen, "PAUSE_SECONDS", 1.0)
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press(*["down"] * 5, "7")
        assert wanted(played).steps == 0
        await until(pilot, lambda: wanted(played).steps == 7)
        await pilot.pause(2 * train_screen.PAUSE_SECONDS)
        assert [request.wanted.steps for request in played.engine.of(messages.PlanTraining)] == [0, 7]


async def test_f5_starts_and_shows_it(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(played.app.screen, TrainingProgressScreen))
        (started,) = played.engine.of(messages.StartTraining)
        assert (started.wanted, started.overwrite) == (wanted(played), False)
        assert played.engine.of(messages.FollowTraining)[-1].training == "my-me5-small-head-mono"


async def test_what_it_would_replace_is_asked_first(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        played.engine.taken = "there is a model my-me5-small-head-mono [/x]"
        await opened(played, pilot)
        await pilot.press("f5")
        await pilot.pause()
        assert isinstance(played.app.screen, Confirm)
        assert "there is a model my-me5-small-head-mono [/x]" in played.picture()
        await pilot.press("escape", "f5", "enter")
        await until(pilot, lambda: bool(played.engine.of(messages.StartTraining)))
        (started,) = played.engine.of(messages.StartTraining)
        assert started.overwrite


async def test_jobs_are_listed_and_a_training_is_watched_again(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        screen = await opened(played, pilot)
        assert "nothing was trained or evaluated yet · F5 starts the training" in played.picture()
        failed = dataclasses.replace(training_replies.FAILED, name="other")
        jobs = [training_replies.job_of(each) for each in (training_replies.RUNS, failed)]
        played.engine.tell_jobs(*jobs, training_replies.EVALUATES)
        await until(pilot, lambda: "▶ runs    step 2 of 3: 33 %, 5 min 02 s left  eval" in played.picture())
        picture = played.picture()
        assert "▶ runs    49 %, 7 s left  training me5-small, head" in picture
        assert "✗ failed" in picture
        assert "nothing was trained" not in picture
        await pilot.press("f6", "down", "enter")
        await until(pilot, lambda: isinstance(played.app.screen, TrainingProgressScreen))
        assert played.engine.of(messages.FollowTraining)[-1].training == "other"
        await pilot.press("escape")
        await pilot.pause()
        assert played.app.screen is screen
        assert screen.query_one(OptionList).highlighted == 1


async def test_a_job_is_stopped_once_that_is_confirmed_and_gone_on_with(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await opened(played, pilot)
        played.engine.tell_jobs(training_replies.EVALUATES)
        await pilot.press("f8", "f7")
        assert not isinstance(played.app.screen, Confirm), "only in the list"
        await pilot.press("f6", "enter")
        assert "evaluating use-m3 on xquad-r: step 2 of 3, encoding passages 4,424 of 13,014" in played.text(
            "#message"
        )
        await pilot.press("f8", "escape", "escape")
        await pilot.pause()
        assert played.app.screen is not screen
        assert not played.engine.of(messages.StopJob), "leaving ends no job"
        await pilot.press("f10", "f6", "f8", "enter")
        await until(pilot, lambda: bool(played.engine.of(messages.StopJob)))
        assert played.engine.of(messages.StopJob)[0].job == "use-m3-on-xquad-r"
        played.engine.tell_jobs(dataclasses.replace(training_replies.EVALUATES, state="stopped"))
        await until(pilot, lambda: "■ stopped" in played.picture())
        await pilot.press("f7")
        await until(pilot, lambda: bool(played.engine.of(messages.ResumeJob)))
        assert played.engine.of(messages.ResumeJob)[0].job == "use-m3-on-xquad-r"


@pytest.mark.parametrize("key", ["escape", "f10"])
async def test_it_is_left_and_the_panes_are_as_they_were(played: Played, key: str) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(played.app.screen, SearchScreen)
        assert [pane.model for pane in played.panes] == ["me5-small", "use-m3"]


async def test_without_an_engine_nothing_is_opened(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        played.engine.alive = False
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(played.app.screen, SearchScreen)
        assert "the engine is not running" in played.text("#message")


async def test_a_failure_is_told(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        played.engine.held = {"plan"}
        await pilot.press(*["down"] * 5, "9")
        await until(pilot, lambda: wanted(played).steps == 9)
        request = played.engine.of(messages.PlanTraining)[-1]
        played.engine.deliver(messages.Failure(id=request.id, message="ZeroDivisionError: [/x]"))
        await until(pilot, lambda: "ZeroDivisionError: [/x]" in played.text("#message"))
        await pilot.press("f5")
        await pilot.pause()
        assert not played.engine.of(messages.StartTraining)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (129, 30), (200, 60)])
async def test_any_size_will_do(played: Played, size: tuple[int, int]) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        picture = played.picture().splitlines()
        assert "Backbone" in "".join(picture[:4])
        assert max(map(len, picture)) <= size[0]


async def test_the_palette_has_what_the_keys_do(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await opened(played, pilot)
        titles = [command.title for command in played.app.get_system_commands(screen)]
        assert {"Start", "To the jobs", "Back"} <= set(titles)


async def test_digits_without_end_are_no_number(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await opened(played, pilot)
        screen.query_one("#steps", Field).value = "9" * 5000
        await until(pilot, lambda: "a number from 1 on" in played.picture())
