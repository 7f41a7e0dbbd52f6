"""Models and collections: the lists, what there is to tell, evaluating, adding, removing."""

from __future__ import annotations

import dataclasses

import pytest
from textual.pilot import Pilot

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.confirm import Confirm
from hybrid_tui.tui.dialogs.engine_stopped import EngineStopped
from hybrid_tui.tui.library.add_dialog import AddDialog
from hybrid_tui.tui.library.screen import LibraryScreen
from hybrid_tui.tui.search.screen import SearchScreen

from .. import training_replies
from ..conftest import Played
from ..waiting import until

SMALL, WIDE = (80, 24), (140, 40)


async def opened(played: Played, pilot: Pilot) -> LibraryScreen:
    await pilot.pause()
    await pilot.press("f12")
    await pilot.pause()
    screen = played.app.screen
    assert isinstance(screen, LibraryScreen)
    await until(pilot, lambda: "me5-hybrid" in played.picture())
    return screen


def described(played: Played) -> tuple[str, str]:
    request = played.engine.of(messages.Describe)[-1]
    return request.kind, request.name


async def test_both_lists_and_the_facts_of_the_first_model(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        rows = {line.split()[0]: line.split()[1:] for line in played.picture().splitlines() if line.split()}
        assert rows["me5-small"] == ["me5-small", "untrained", "119", "MB", "2"]
        assert rows["mine"] == ["me5-small", "head", "mono", "590", "kB", "·"]
        assert rows["labse"] == ["labse", "untrained", "·", "·"]
        assert rows["starter"] == ["11", "120", "1,320", "1,320", "2"]
        assert rows["✗"] == ["torn", "damaged", "·"]
        assert described(played) == ("model", "me5-small")
        assert "loss = [/x]" in played.picture()


async def test_the_facts_follow_the_cursor_in_either_list(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await opened(played, pilot)
        await pilot.press("down", "down")
        await until(pilot, lambda: described(played) == ("model", "me5-hybrid"))
        await pilot.press("f6")
        await until(pilot, lambda: described(played) == ("collection", "starter"))
        await pilot.press("down")
        await until(pilot, lambda: described(played) == ("collection", "my-pairs"))
        await pilot.press("f6")
        await until(pilot, lambda: described(played) == ("model", "me5-hybrid"))


async def test_what_is_damaged_says_so_in_place(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        request = played.engine.of(messages.Describe)[-1]
        played.app.screen._take_facts(
            messages.Failure(id=request.id, message="damaged: [/x]", hint="data remove torn")
        )
        await pilot.pause()
        assert "✗ damaged: [/x]" in played.picture()
        assert "data remove torn" in played.picture()


async def test_a_model_is_evaluated_on_a_collection_once_its_time_was_told(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        played.engine.costs = {"use-m3": 300.0}
        await pilot.press("down", "f5", *"my-p", "enter")
        await until(pilot, lambda: isinstance(played.app.screen, Confirm))
        assert "Evaluate use-m3 on my-pairs?" in played.picture()
        assert "about 5 min (24 texts to encode)" in played.picture()
        await pilot.press("enter")
        await until(pilot, lambda: bool(played.engine.of(messages.StartEvaluation)))
        (request,) = played.engine.of(messages.StartEvaluation)
        assert (request.systems, request.data) == (("use-m3",), "my-pairs")
        played.engine.tell_jobs(training_replies.EVALUATES)
        await until(
            pilot, lambda: "▶ step 2 of 3: 33 %, 5 min 02 s left · evaluating use-m3" in played.picture()
        )
        lists = len(played.engine.of(messages.ListLibrary))
        played.engine.tell_jobs(dataclasses.replace(training_replies.EVALUATES, state="ended"))
        await until(pilot, lambda: len(played.engine.of(messages.ListLibrary)) == lists + 1)
        assert "evaluating use-m3" not in played.picture()


async def test_a_collection_is_evaluated_with_a_model_at_once_where_that_is_quick(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        played.engine.costs = {"me5-hybrid": 2.0}
        await pilot.press("f6", "f5", *"me5-h", "enter")
        await until(pilot, lambda: bool(played.engine.of(messages.StartEvaluation)))
        (request,) = played.engine.of(messages.StartEvaluation)
        assert (request.systems, request.data) == (("me5-hybrid",), "starter")


async def test_what_is_evaluated_already_is_told(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press("f5", *"start", "enter")
        await until(pilot, lambda: "me5-small on starter: evaluated already" in played.text("#message"))
        assert not played.engine.of(messages.StartEvaluation)


async def test_esc_leaves_and_what_runs_goes_on(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        played.engine.tell_jobs(training_replies.EVALUATES)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(played.app.screen, SearchScreen)
        assert "▶ step 2 of 3: 33 %, 5 min 02 s left · evaluating use-m3 on xquad-r" in played.picture()
        assert not played.engine.of(messages.StopJob)


@pytest.mark.parametrize(("keys", "kind"), [(["f7"], "model"), (["f6", "f7"], "collection")])
async def test_a_path_is_typed_and_added(played: Played, keys: list[str], kind: str) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press(*keys)
        await pilot.pause()
        assert isinstance(played.app.screen, AddDialog)
        await pilot.press("enter")
        assert "type a path" in played.text(".hint")
        await pilot.press(*"~/a b", "down", *"mine", "enter")
        await until(pilot, lambda: isinstance(played.app.screen, LibraryScreen))
        (request,) = played.engine.of(messages.Add)
        assert (request.kind, request.path, request.name) == (kind, "~/a b", "mine")
        assert f"added the {kind} mine" in played.text("#message")
        expected = ("model", "mine") if kind == "model" else ("collection", "starter")
        await until(pilot, lambda: described(played) == expected)


async def test_what_cannot_be_added_is_told_where_it_was_typed(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        played.engine.held = {"add"}
        await pilot.press("f7", *"/no", "enter", "enter")
        await pilot.pause()
        assert "reading the files" in played.text(".hint")
        (request,) = played.engine.of(messages.Add)
        played.engine.deliver(messages.Failure(id=request.id, message="/no is no model [/x]", hint="name it"))
        await pilot.pause()
        assert "✗ /no is no model [/x]: name it" in played.text(".hint")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(played.app.screen, LibraryScreen)


async def test_what_is_the_users_is_removed_once_that_is_confirmed(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.press("down", "down", "down", "f8")
        await pilot.pause()
        assert isinstance(played.app.screen, Confirm)
        assert "Remove the model mine?" in played.picture()
        await pilot.press("escape")
        await pilot.pause()
        assert not played.engine.of(messages.Remove)
        await pilot.press("delete", "enter")
        await until(pilot, lambda: "removed mine" in played.text("#message"))
        (request,) = played.engine.of(messages.Remove)
        assert (request.kind, request.name) == ("model", "mine")


@pytest.mark.parametrize("keys", [["f8"], ["down", "f8"], ["f6", "f8"]])
async def test_what_came_with_the_package_stays(played: Played, keys: list[str]) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        screen = await opened(played, pilot)
        await pilot.press(*keys)
        await pilot.pause()
        assert played.app.screen is screen
        assert "cannot be removed" in played.text("#message")


async def test_leaving_it_the_search_knows_what_has_changed(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        before = len(played.engine.of(messages.ListCatalog))
        await pilot.press("f12")
        await until(pilot, lambda: len(played.engine.of(messages.ListCatalog)) == before + 1)
        assert isinstance(played.app.screen, SearchScreen)


async def test_without_an_engine_it_is_not_opened(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        played.engine.alive = False
        await pilot.press("f12")
        await pilot.pause()
        assert isinstance(played.app.screen, SearchScreen)
        assert "the engine is not running" in played.text("#message")


@pytest.mark.parametrize("size", [(30, 10), (80, 24), (140, 40), (200, 60)])
async def test_any_size_will_do(played: Played, size: tuple[int, int]) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await opened(played, pilot)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert max(map(len, played.picture().splitlines())) <= size[0]


async def test_with_an_engine_that_runs_again_everything_is_listed(played: Played) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        played.engine.silent = True
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(played.app.screen, LibraryScreen))
        played.engine.die()
        await until(pilot, lambda: isinstance(played.app.screen, EngineStopped))
        played.engine.silent = False
        await pilot.press("enter")
        await until(pilot, lambda: "me5-hybrid" in played.picture())


@pytest.mark.parametrize("key", ["f5", "f8"])
async def test_a_key_that_comes_before_anything_is_listed_is_answered(played: Played, key: str) -> None:
    async with played.app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        played.engine.held = {"library"}
        await pilot.press("f12", key)
        await until(pilot, lambda: "not yet: listing what there is" in played.text("#message"))
