"""A few screens as pictures: after a wanted change run `pytest --snapshot-update` and look at them."""

import dataclasses

import pytest
from textual.pilot import Pilot

from hybrid_tui.engine import messages

from . import training_replies
from .conftest import Played
from .waiting import until

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::DeprecationWarning:syrupy.*")]

SIZES = pytest.mark.parametrize(
    "size", [(80, 24), (100, 30), (140, 40)], ids=lambda size: f"{size[0]}x{size[1]}"
)


@SIZES
def test_start(snap_compare, size: tuple[int, int]) -> None:
    assert snap_compare(Played().app, terminal_size=size, press=["down", "down"])


@SIZES
def test_compared(snap_compare, size: tuple[int, int]) -> None:
    played = Played()

    async def before(pilot: Pilot) -> None:
        await pilot.pause()
        played.engine.orders = {"use-m3": "de ar el hi es zh"}
        played.engine.figures = messages.RankFigures(0.8331, 2, 1204, 11)
        typed = ("end", *" world") if size[0] > 100 else ()
        await pilot.press(*typed, "enter", "down", "right", "down", "p")
        await pilot.pause()

    assert snap_compare(played.app, terminal_size=size, run_before=before)


def test_arabic_query_and_a_passage_in_its_paragraph(snap_compare) -> None:
    played = Played(query="ما هو أطول نهر في العالم؟")
    assert snap_compare(played.app, terminal_size=(100, 30), press=["down", "enter"])


def test_questions(snap_compare) -> None:
    assert snap_compare(Played().app, terminal_size=(80, 24), press=["f2", "down"])


@SIZES
def test_heatmaps(snap_compare, size: tuple[int, int]) -> None:
    assert snap_compare(Played().app, terminal_size=size, press=["f9", "down", "right"])


def test_a_difference_of_rank_gaps(snap_compare) -> None:
    assert snap_compare(Played().app, terminal_size=(80, 24), press=["f9", "n", "tab", "tab", "down"])


def test_all_models_in_small(snap_compare) -> None:
    assert snap_compare(Played().app, terminal_size=(80, 24), press=["f9", "f3", "right"])


def test_the_questions_behind_a_cell(snap_compare) -> None:
    assert snap_compare(Played().app, terminal_size=(80, 24), press=["f9", "down", "enter", "down"])


@SIZES
def test_summary(snap_compare, size: tuple[int, int]) -> None:
    assert snap_compare(Played().app, terminal_size=size, press=["f11", "down", "down", "down"])


@SIZES
def test_a_sweep(snap_compare, size: tuple[int, int]) -> None:
    assert snap_compare(Played().app, terminal_size=size, press=["f11", "f2"])


def test_help(snap_compare) -> None:
    assert snap_compare(Played().app, terminal_size=(80, 24), press=["down", "f1"])


def test_numbers_to_jump_to(snap_compare) -> None:
    assert snap_compare(Played().app, terminal_size=(80, 24), press=["ctrl+j"])


@pytest.mark.parametrize("theme", ["ansi-dark", "textual-light"])
@pytest.mark.parametrize(
    "keys", [("down", "down"), ("f9", "down"), ("f11", "down")], ids=["search", "heatmaps", "summary"]
)
def test_themes(snap_compare, theme: str, keys: tuple[str, ...]) -> None:
    played = Played()
    played.app.theme = theme
    assert snap_compare(played.app, terminal_size=(80, 24), press=keys)


@pytest.mark.parametrize("keys", [("down", "down"), ("f9", "down")], ids=["search", "heatmaps"])
def test_no_colour_in_ascii(snap_compare, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Played(ascii_only=True).app
    assert snap_compare(app, terminal_size=(80, 24), press=keys)


@SIZES
@pytest.mark.usefixtures("eighteen")
@pytest.mark.parametrize("keys", [("down", "down"), ("f9", "down")], ids=["search", "heatmaps"])
def test_eighteen_languages(snap_compare, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    assert snap_compare(Played().app, terminal_size=size, press=keys)


def test_waiting_and_failing(snap_compare, clock) -> None:
    played = Played(("me5-small", "use-m3", "labse"))
    played.engine.held = {"me5-small", "use-m3"}

    async def before(pilot: Pilot) -> None:
        await pilot.pause()
        first, second, _ = map(played.request, played.panes)
        played.engine.deliver(messages.Progress(id=first, step="encoding passages", done=120, total=1320))
        failure = messages.Failure(id=second, message="no model named 'use-m4'", hint="did you mean use-m3?")
        played.engine.deliver(failure)
        await pilot.pause()

    assert snap_compare(played.app, terminal_size=(140, 40), run_before=before)


@SIZES
def test_training_asked_for(snap_compare, size: tuple[int, int]) -> None:
    played = Played()

    async def before(pilot: Pilot) -> None:
        names = {"second": training_replies.STOPPED, "third": training_replies.ENDED}
        others = [dataclasses.replace(state, name=name) for name, state in names.items()]
        await pilot.pause()
        played.engine.tell_jobs(*map(training_replies.job_of, (training_replies.RUNS, *others)))
        await pilot.press("f10")
        await until(pilot, lambda: "F5 starts it" in played.text("#message"))
        await pilot.press("enter", *"no-such", "enter")
        await until(pilot, lambda: "correct what is marked" in played.text("#message"))

    assert snap_compare(played.app, terminal_size=size, run_before=before)


@SIZES
def test_training_watched(snap_compare, size: tuple[int, int]) -> None:
    played = Played()

    async def before(pilot: Pilot) -> None:
        await pilot.pause()
        await pilot.press("f10")
        await until(pilot, lambda: "F5 starts it" in played.text("#message"))
        await pilot.press("f5")
        await until(pilot, lambda: bool(played.engine.of(messages.FollowTraining)))
        request = played.engine.of(messages.FollowTraining)[-1]
        played.engine.deliver(messages.TrainingState(id=request.id, training=training_replies.RUNS))
        await until(pilot, lambda: "runs" in played.text("#what"))

    assert snap_compare(played.app, terminal_size=size, run_before=before)


@SIZES
def test_library(snap_compare, size: tuple[int, int]) -> None:
    played = Played()

    async def before(pilot: Pilot) -> None:
        await pilot.pause()
        await pilot.press("f12", "down")
        await until(pilot, lambda: played.engine.of(messages.Describe)[-1].name == "use-m3")

    assert snap_compare(played.app, terminal_size=size, run_before=before)
