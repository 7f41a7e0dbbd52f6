"""What a person can do on the first screen, against an engine that the test plays."""

import re
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, OptionList

from hybrid_tui.engine import messages
from hybrid_tui.tui.search.other_screens import trained_collection
from hybrid_tui.tui.widgets.field import Field

from ..conftest import CODES, QUESTIONS, Clock, Played
from ..waiting import until

WIDE, NARROW = (140, 40), (80, 24)


def searches(played: Played) -> list[messages.Search]:
    return played.engine.of(messages.Search)


async def type_query(played: Played, pilot: Pilot, text: str) -> None:
    """Type a query in place of what is there."""
    field = played.app.screen.query_one("#query", Field)
    field.value = text
    field.focus()
    await pilot.press("enter")
    await pilot.pause()


def status(played: Played) -> str:
    return str(played.app.screen_stack[0].query_one("#message").content)


def models(played: Played) -> str:
    return str(played.app.screen_stack[0].query_one("#models").content)


def chip(played: Played, name: str) -> str:
    return str(played.app.screen_stack[0].query_one(f"#{name}", Button).label)


async def test_it_starts_with_a_question_answered_in_every_pane(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert [(search.system, search.query_id, search.query_lang) for search in searches(played)] == [
            ("me5-small", "q1", "en"),
            ("use-m3", "q1", "en"),
        ]
        assert played.app.screen.query_one(Field).value == "Question 1 in en?"
        for pane in played.panes:
            assert pane.ranking.hits[0].relevant
            assert "2 relevant in top 11" in played.facts(pane)
        assert status(played) == "question in English · 1,320 passages in 11 languages"
    assert played.engine.closed


async def test_models_are_loaded_only_once_there_is_something_to_read(played: Played) -> None:
    played_models = ["me5-small", "use-m3"]
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        kinds = [type(request) for request in played.engine.sent]
        assert kinds.index(messages.Warm) > kinds.index(messages.Search)
        assert [warm.system for warm in played.engine.of(messages.Warm)] == played_models
        assert models(played) == "2 models loaded"
        await type_query(played, pilot, "river")
        assert len(played.engine.of(messages.Warm)) == 2


async def test_the_status_line_says_which_models_are_loading(played: Played, clock: Clock) -> None:
    played.engine.slow_to_warm = {"use-m3"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert models(played) == "loading use-m3 0 s"
        warm = played.engine.of(messages.Warm)[1]
        played.engine.deliver(messages.Progress(id=warm.id, step="loading the model"))
        played.engine.deliver(messages.Failure(id=warm.id, message="damaged"))
        await pilot.pause()
        assert models(played) == "✗ use-m3"


def notices(played: Played) -> list[str]:
    return [played.notice(pane) for pane in played.panes]


async def test_panes_say_at_once_what_is_under_way_and_for_how_long(clock: Clock) -> None:
    played = Played(query="longest river")
    played.engine.silent = True
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert notices(played) == ["starting the engine"] * 2
        clock.now += 4
        played.app.screen._tick()
        assert notices(played) == ["starting the engine · 4 s"] * 2
        played.engine.answer(played.engine.of(messages.ListCatalog)[-1])
        await until(pilot, lambda: notices(played) == ["searching\nEsc stops"] * 2)
        clock.now += 2
        loading = messages.Progress(id=played.request(played.panes[1]), step="loading use-m3")
        played.engine.deliver(loading)
        await until(pilot, lambda: played.notice(played.panes[1]) == "loading use-m3 · 2 s\nEsc stops")


async def test_opening_a_collection_says_for_how_long_and_what_came_of_it(
    played: Played, clock: Clock
) -> None:
    played.engine.silent = True
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.answer(played.engine.of(messages.ListCatalog)[-1])
        await until(pilot, lambda: notices(played) == ["opening starter"] * 2)
        clock.now += 3
        played.app.screen._tick()
        assert notices(played) == ["opening starter · 3 s"] * 2
        played.engine.die()
        await until(pilot, lambda: "the engine has stopped" in played.notice(played.panes[1]))
        clock.now += 3
        played.app.screen_stack[0]._tick()
        assert "the engine has stopped" in played.notice(played.panes[0])


async def test_what_has_come_is_not_told_to_be_opened(played: Played, clock: Clock) -> None:
    played.engine.silent = True
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await type_query(played, pilot, "river")
        clock.now += 3
        failure = messages.Failure(id=played.request(played.panes[1]), message="weights are damaged")
        played.engine.deliver(failure)
        await until(pilot, lambda: played.notice(played.panes[1]) == "✗ weights are damaged")
        played.app.screen._tick()
        assert played.notice(played.panes[1]) == "✗ weights are damaged"


async def test_a_query_given_at_the_start_is_searched() -> None:
    played = Played(query="longest river")
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert {(search.query, search.query_id) for search in searches(played)} == {("longest river", "")}
        assert status(played).startswith("query in English (detected)")


async def test_a_typed_query_goes_to_every_model_and_has_no_marks(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await type_query(played, pilot, "ما أطول نهر؟")
        assert [(search.system, search.query, search.query_id) for search in searches(played)[-2:]] == [
            ("me5-small", "ما أطول نهر؟", ""),
            ("use-m3", "ما أطول نهر؟", ""),
        ]
        assert played.panes[0].ranking.hits[0].relevant is None
        assert played.detail(played.panes[0]) == "15 ms"


async def test_typing_replaces_the_question_and_editing_makes_it_a_query(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("N", "i", "l", "enter")
        assert (searches(played)[-1].query, searches(played)[-1].query_id) == ("Nil", "")


async def test_enter_on_an_unchanged_question_asks_it_again(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        assert [search.query_id for search in searches(played)] == ["q1"] * 4


@pytest.mark.parametrize(
    ("text", "told"), [("", "empty"), ("  ", "empty"), ("x" * 10_001, "10,001 characters")]
)
async def test_a_query_that_cannot_be_searched_is_told_and_not_sent(
    played: Played, text: str, told: str
) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        before = len(played.engine.sent)
        await type_query(played, pilot, text)
        assert told in status(played)
        assert len(played.engine.sent) == before
        assert played.panes[0].ranking.query == "Question 1 in en?"


async def test_a_query_of_a_hundred_thousand_characters_is_refused() -> None:
    played = Played(query="long " * 20_000)
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert "99,999 characters" in status(played)
        assert searches(played) == []


@pytest.mark.parametrize("text", ["[/foo]", "[bold]a[/bold]", "a\x1b[31m\x07b", "a\ud800b", "$x @y \\["])
async def test_odd_queries_are_only_text(played: Played, text: str) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await type_query(played, pilot, text)
        query = searches(played)[-1].query
        assert query.isprintable()
        assert query.split()[0] in played.picture()


async def test_markup_and_control_characters_in_data_are_only_text(played: Played) -> None:
    played.engine.texts = {
        "en": "[/foo] [bold]x[/] \x1b[31m red \x00 \u2028 \ud800 end \u202e",
        "ar": "[/b] נהר",
    }
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        picture = played.picture()
        assert "[/foo] [bold]x[/] [31m red end" in picture
        assert picture.replace("\n", "").isprintable()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "[/foo] [bold]x[/] [31m red end" in played.picture()
        assert played.picture().replace("\n", "").isprintable()


async def test_names_are_only_text() -> None:
    played = Played(models=("[/x] \x1b[1m", "\udcff" + "y" * 200))
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "[/x] [1m" in played.picture()
        assert played.picture().replace("\n", "").isprintable()


async def test_progress_is_told_with_its_numbers(played: Played, clock) -> None:
    played.engine.held = {"me5-small"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first, second = played.panes
        await until(pilot, lambda: played.detail(first) == "searching")
        assert second.ranking
        step = messages.Progress(id=played.request(first), step="encoding passages", done=120, total=1320)
        played.engine.deliver(step)
        await pilot.pause()
        assert played.detail(first) == "encoding passages 120/1,320"


async def test_elapsed_seconds_are_told(played: Played, clock) -> None:
    played.engine.held = {"me5-small"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        clock.now += 7
        await until(pilot, lambda: played.detail(played.panes[0]) == "searching · 7 s")


async def test_a_failure_is_shown_in_its_pane_and_nowhere_else(played: Played) -> None:
    played.engine.held = {"use-m3"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first, second = played.panes
        failure = messages.Failure(
            id=played.request(second), message="weights are damaged [/x]", hint="reinstall"
        )
        played.engine.deliver(failure)
        await pilot.pause()
        assert played.notice(second) == "✗ weights are damaged [/x]\nreinstall"
        assert played.notice(first) == ""
        assert first.ranking
        played.engine.held = set()
        await pilot.press("enter")
        await pilot.pause()
        assert second.ranking
        assert played.notice(second) == ""


async def test_escape_cancels_at_once_what_runs(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.held = {"use-m3"}
        await type_query(played, pilot, "river")
        second = played.panes[1]
        await pilot.press("escape")
        assert [cancel.target for cancel in played.engine.of(messages.Cancel)] == [played.request(second)]
        assert played.notice(second).startswith("cancelled")
        assert played.panes[0].ranking.query == "river"
        played.engine.deliver(
            messages.Failure(id=played.request(second), message="cancelled", cancelled=True)
        )
        await pilot.pause()
        assert played.notice(second).startswith("cancelled")


async def test_escape_goes_back_to_the_query_where_nothing_runs(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down")
        assert played.panes[0].hits.has_focus
        await pilot.press("escape")
        assert played.app.screen.query_one("#query").has_focus
        assert played.engine.of(messages.Cancel) == []


async def test_a_new_search_cancels_the_old_one_and_its_reply_is_dropped(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.held = {"me5-small"}
        await type_query(played, pilot, "old")
        await type_query(played, pilot, "new")
        old, new = [search for search in searches(played) if search.system == "me5-small"][-2:]
        assert [cancel.target for cancel in played.engine.of(messages.Cancel)] == [old.id]
        played.engine.answer(old)
        await pilot.pause()
        assert played.panes[0].busy
        played.engine.answer(new)
        played.engine.answer(old)
        await pilot.pause()
        assert played.panes[0].ranking.query == "new"


async def test_no_passages_is_said(played: Played) -> None:
    played.engine.texts = {}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert played.notice(played.panes[0]).startswith("no passages")


async def test_a_collection_that_cannot_be_opened_is_told_in_every_pane(played: Played) -> None:
    played.engine.broken = messages.Failure(message="no collection named 'x'", hint="known: starter")
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert [played.notice(pane) for pane in played.panes] == [
            "✗ no collection named 'x'\nknown: starter"
        ] * 2


async def test_the_language_of_queries_is_told_or_detected(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert chip(played, "query-lang") == "query: auto"
        await pilot.press("f3", *"german", "enter")
        await type_query(played, pilot, "Nil")
        assert searches(played)[-1].query_lang == "de"
        assert chip(played, "query-lang") == "query: de"
        assert status(played).startswith("query in German ·")
        await pilot.press("f3", "home", "up", "up", *"auto", "enter")
        await pilot.pause()
        assert searches(played)[-1].query_lang == "auto"


async def test_enter_waits_for_what_was_typed(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press("f2")
        await until(pilot, lambda: f"{QUESTIONS} questions" in played.picture())
        await pilot.press(*"17", "enter")
        await until(pilot, lambda: searches(played)[-1].query_id == "q17")


async def test_a_name_typed_whole_is_chosen(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press("ctrl+r", *"shift", "enter")
        await until(pilot, lambda: played.panes[0].model == "me5-small+shift")


async def test_the_list_of_languages_tells_its_keys(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press("f4")
        await until(pilot, lambda: played.text(".hint") == "Space marks · Enter takes · Esc back")


async def test_the_query_has_room_on_a_small_screen(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        assert "auto" in played.picture().splitlines()[0]
        assert "query: auto" not in played.picture()
        assert played.app.screen.query_one("#query").size.width > 45
        await pilot.resize_terminal(140, 40)
        await until(pilot, lambda: "query: auto" in played.picture())


async def test_passage_languages_are_chosen_and_searched_at_once(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert chip(played, "langs") == "passages: all"
        await pilot.press("f4", "space", "down", "space", "down", "space", "enter")
        await pilot.pause()
        assert searches(played)[-1].langs == ("ar", "de")
        assert {hit.lang for hit in played.panes[0].ranking.hits} == {"ar", "de"}
        assert chip(played, "langs") == "passages: ar,de"
        count = len(searches(played))
        await pilot.press("f4", "space", "escape")
        await pilot.press("f4", "enter")
        assert len(searches(played)) == count
        await pilot.press("f4", "space", "enter")
        await pilot.pause()
        assert searches(played)[-1].langs == ()


async def test_no_language_at_all_is_not_taken(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f4", "space", "enter")
        assert "at least one" in played.picture()
        await pilot.press("escape")
        assert chip(played, "langs") == "passages: all"


async def test_questions_are_browsed_by_filter_and_language(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert f"{QUESTIONS} questions" in played.picture()
        await pilot.press(*"7 in")
        await until(pilot, lambda: "3 questions" in played.picture())
        await pilot.press("f3", *"thai", "enter")
        await pilot.pause()
        assert f"{QUESTIONS} questions" in played.picture()
        await pilot.press("down", "down", "up", "enter")
        await pilot.pause()
        assert (searches(played)[-1].query_id, searches(played)[-1].query_lang) == ("q2", "th")
        assert played.panes[0].ranking.hits[0].relevant


async def test_leaving_the_questions_changes_nothing(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        count = len(searches(played))
        await pilot.press("f2", "f3", "escape", "escape")
        await pilot.pause()
        assert len(searches(played)) == count
        assert played.app.screen.query_one("#query").has_focus


async def test_another_collection_starts_with_its_first_question_in_all_its_languages(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f4", "down", "space", "enter")
        await pilot.press("f6", *"xquad", "enter")
        await pilot.pause()
        last = searches(played)[-1]
        assert (last.data, last.query_id, last.langs) == ("xquad-r", "q1", ())
        assert chip(played, "data") == "xquad-r"


async def test_the_buttons_of_the_bar_do_what_their_keys_do(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        for name, title in (("query-lang", "typed queries"), ("langs", "Passage"), ("data", "Collection")):
            await pilot.click(f"#{name}")
            await pilot.pause()
            assert title in played.text(".title")
            await pilot.press("escape")


async def test_the_palette_names_models_collections_and_languages(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        names = {command.title for command in played.app.get_system_commands(played.app.screen)}
        assert {
            "Help",
            "Model labse",
            "Collection xquad-r",
            "Passages in Thai only",
            "Queries in Hindi",
        } <= names
        await pilot.press("ctrl+p", *"passages in thai")
        await until(pilot, lambda: "Passages in Thai only" in played.picture())
        await pilot.press("enter")
        await until(pilot, lambda: searches(played)[-1].langs == ("th",))


async def test_every_command_of_the_palette_runs(played: Played) -> None:
    async with played.app.run_test(size=(200, 40)) as pilot:
        await pilot.pause()
        from hybrid_tui.tui.commands import commands

        for command in list(commands(played.app.screen)):
            result = command.callback()
            if result is not None:
                await result
            await pilot.pause()
            while len(played.app.screen_stack) > 1:
                await pilot.press("escape")
        assert searches(played)[-1].langs == ("zh",)
        assert searches(played)[-1].data == "xquad-r"


async def test_before_the_engine_answers_keys_do_no_harm(played: Played) -> None:
    played.engine.silent = True
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.press("a", "enter")
        for key in ("f2", "f3", "f4", "f5", "f6", "f7", "f8"):
            await pilot.press(key)
            await pilot.press("escape")
        await pilot.press("down", "left", "right", "enter", "escape")
        assert status(played)


async def test_all_languages_are_seen(played: Played) -> None:
    async with played.app.run_test(size=(140, 60)) as pilot:
        await pilot.pause()
        heads = re.findall(r"^\W*\d+ [●·] (\w+)", played.picture(), re.MULTILINE)
        assert heads == list(CODES)


async def test_where_the_app_was_left_nothing_long_begins_without_a_key() -> None:
    played = Played(query="longest river")
    played.engine.lacks = {"me5-small": 1320}
    played.engine.encoding = messages.EncodingEstimate(
        texts=1320,
        seconds=750.0,
        quicker=(
            messages.Quicker("model", "use-m3", 0.0),
            messages.Quicker("model", "me5-hybrid", 0.0),
            messages.Quicker("split", "starter:test", 0.4),
            messages.Quicker("language", "el", 60.0),
        ),
    )
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert played.notice(played.panes[0]).splitlines() == [
            "1,320 passages are not encoded yet",
            "Enter encodes them: about 12 min",
            "",
            "quicker:",
            "F5 me5-hybrid: encoded already",
            "F6 starter:test: about 1 s",
            "F4 Greek alone: about 1 min",
        ]
        assert not any(search.encode for search in searches(played))
        await pilot.press("ctrl+n")
        assert status(played) == "✗ not all passages are encoded yet under me5-small"
        await pilot.press("enter")
        await pilot.pause()
        assert [search.system for search in searches(played) if search.encode] == ["me5-small"]
        await pilot.press("escape")
        assert "cancelled" in played.notice(played.panes[0])
        await pilot.press("down", "enter")
        await pilot.pause()
        assert [search.system for search in searches(played) if search.encode] == ["me5-small"] * 2


async def test_answers_so_far_stand_in_the_pane_and_are_compared_once_they_are_whole(played: Played) -> None:
    played.engine.lacks = {"me5-small": 1000}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        pane = played.panes[0]
        assert played.facts(pane).startswith(
            "320 of 1,320 passages so far · Enter in the query encodes the rest: about 2 min"
        )
        assert "RBO" not in played.facts(played.panes[1])
        await pilot.press("enter")
        await pilot.pause()
        search = next(search for search in searches(played) if search.encode)
        ranking = replace(played.engine.ranking(search), pool=1200, missing=120)
        await pilot.press("down", "down", "down")
        played.engine.deliver(messages.FoundSoFar(id=search.id, ranking=ranking, pool={"en": 1200}))
        await until(pilot, lambda: "1,200 of 1,320 passages so far" in played.facts(pane))
        assert pane.hits.place[0] == 2
        assert status(played) == "question in English · 1,200 of 1,320 passages so far in 11 languages"
        await pilot.press("escape")
        assert "stopped: Enter in the query goes on" in played.facts(pane)
        assert pane.ranking.missing
        played.engine.lacks = {}
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert "so far" not in played.facts(pane)
        assert "RBO" in played.facts(played.panes[1])


async def test_a_run_answers_the_collections_questions_only(played: Played) -> None:
    played.engine.runs = (
        messages.RunInfo("bm25", "starter", 1320, 100),
        messages.RunInfo("old", "xquad-r", 9),
    )
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f5", *"run:", "enter")
        await pilot.pause()
        pane = played.panes[0]
        assert (pane.model, pane.ranking.system) == ("run:bm25", "run:bm25")
        assert played.detail(pane).startswith("run")
        await pilot.press("ctrl+r")
        assert status(played) == "✗ a run has no embeddings to correct"
        await type_query(played, pilot, "nile")
        await pilot.pause()
        assert played.notice(pane) == (
            "run:bm25 is a run: it answers the collection's own questions only\nF2 picks one"
        )
        assert played.panes[1].ranking.query == "nile"
        await pilot.press("f6", *"xquad", "enter")
        await pilot.pause()
        assert played.notice(pane).startswith("run:bm25 is a run on starter: it answers that collection's")
        assert {warm.system for warm in played.engine.of(messages.Warm)} == {"me5-small", "use-m3"}


async def test_lists_see_what_another_process_has_added(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.silent = True
        await pilot.press("f5", "down")
        assert "run:bm25" not in played.picture()
        request = played.engine.of(messages.ListCatalog)[-1]
        played.engine.runs = (messages.RunInfo("bm25", "starter", 1320, 100),)
        played.engine.answer(request)
        await until(pilot, lambda: "run:bm25" in played.picture())
        assert played.app.screen.query_one(OptionList).highlighted_option.id == "use-m3"
        await pilot.press("escape", "f6")
        assert len(played.engine.of(messages.ListCatalog)) == 3


def test_after_a_training_that_collection_is_opened_which_was_trained_on() -> None:
    info = messages.ModelInfo("mine", "", True, trained_on=("pairs", "xquad-r:train"))
    catalog = messages.Catalog(
        collections=(
            messages.CollectionInfo("starter", (), 1, 1),
            messages.CollectionInfo("xquad-r", (), 1, 1),
        ),
        models=(messages.ModelInfo("me5-small", "", True), info),
    )
    assert trained_collection(catalog, ["mine"], "starter") == "xquad-r"
    assert trained_collection(catalog, ["mine"], "xquad-r:test") == "xquad-r:test"
    assert trained_collection(catalog, ["me5-small"], "starter") == "starter"
