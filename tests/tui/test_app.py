"""What a person can do in the app, against an engine that the test plays."""

import pytest
from textual.widgets import Input, OptionList, SelectionList, Static

from hybrid_tui.engine import protocol
from hybrid_tui.engine.client import EngineLost
from hybrid_tui.tui.screens.notice import Help, Lost
from hybrid_tui.tui.screens.passage import PassageView
from hybrid_tui.tui.screens.pick import PickLanguages, PickOne
from hybrid_tui.tui.screens.questions import QuestionBrowser

from .conftest import TEXTS, make_app

WIDE = (140, 40)
NARROW = (80, 24)


def status(app) -> str:
    return str(app.query_one("#status", Static).content)


def message(pane) -> str:
    return str(pane.query_one(".message", Static).content)


def header(pane) -> str:
    return str(pane.query_one(".header", Static).content)


async def type_query(pilot, text: str) -> None:
    pilot.app.query_one("#query", Input).value = text
    await pilot.press("f9", "enter")
    await pilot.pause()


async def test_it_starts_with_a_question_answered_in_every_pane(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        searches = app.engine.of(protocol.Search)
        assert [request.model for request in searches] == ["me5-small", "use-m3"]
        assert {request.query_id for request in searches} == {"q1"}
        for pane in app.panes:
            assert pane.ranking.hits[0].relevant
            assert "1 relevant in top 11" in header(pane)
        assert [request.model for request in app.engine.of(protocol.Warm)] == ["me5-small", "use-m3"]
    assert app.engine.closed


async def test_a_query_given_at_the_start_is_searched():
    app = make_app(query="longest river")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert {request.query for request in app.engine.of(protocol.Search)} == {"longest river"}
        assert {request.query_id for request in app.engine.of(protocol.Search)} == {""}


async def test_a_typed_query_goes_to_every_model(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await type_query(pilot, "ما أطول نهر؟")
        last = app.engine.of(protocol.Search)[-2:]
        assert [(request.model, request.query, request.query_id) for request in last] == [
            ("me5-small", "ما أطول نهر؟", ""),
            ("use-m3", "ما أطول نهر؟", ""),
        ]
        assert app.panes[0].ranking.hits[0].relevant is None


async def test_editing_a_question_makes_it_a_query(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f9", "end", "x", "enter")
        await pilot.pause()
        assert app.engine.of(protocol.Search)[-1].query_id == ""


@pytest.mark.parametrize(("text", "said"), [("", "empty"), ("x" * 10_001, "10,001 characters")])
async def test_a_query_that_cannot_be_searched_is_told_and_not_sent(app, text, said):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        before = len(app.engine.of(protocol.Search))
        await type_query(pilot, text)
        assert said in status(app)
        assert len(app.engine.of(protocol.Search)) == before


async def test_odd_queries_are_cleaned(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await type_query(pilot, "[/foo] a\x07b \ud800")
        assert app.engine.of(protocol.Search)[-1].query == "[/foo] a b \N{REPLACEMENT CHARACTER}"


async def test_markup_and_control_characters_in_passages_are_only_text(app):
    app.engine.texts = {"en": "[/foo] [bold]x[/] \x1b[31m red \x00 \u2028 end", "ar": "[/b] نهر"}
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        hits = app.panes[0].hits
        text = "\n".join(hits.render_line(y).text for y in range(hits.size.height))
        assert "[/foo] [bold]x[/]" in text
        assert "\x1b" not in text
        assert "\x00" not in text
        app.panes[0].hits.focus()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PassageView)


async def test_narrow_terminals_get_tabs(app):
    async with app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        assert [pane.display for pane in app.panes] == [True, False]
        app.panes[0].hits.focus()
        await pilot.press("right")
        await pilot.pause()
        assert [pane.display for pane in app.panes] == [False, True]
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert [pane.display for pane in app.panes] == [True, True]


async def test_every_line_has_exactly_the_width_of_its_list(app):
    async with app.run_test(size=WIDE) as pilot:
        for width in (140, 97, 83, 60, 141):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            for pane in app.panes:
                if pane.display:
                    hits = pane.hits
                    wide = hits.scrollable_content_region.width
                    assert {hits.render_line(y).cell_length for y in range(hits.size.height)} == {wide}


async def test_the_cursor_moves_and_opens_the_passage(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.panes[1].hits.focus()
        await pilot.press("down", "j", "k", "end", "home", "pagedown", "up")
        assert app.panes[1].hits.current.rank == 5
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PassageView)
        shown = str(app.screen.query_one("#passage", Static).content)
        assert " ".join(shown.split()) == TEXTS["es"]
        assert "After it." in str(app.screen.query_one("#context", Static).content)
        await pilot.press("escape")
        assert not isinstance(app.screen, PassageView)


async def test_questions_are_browsed_by_language_and_filter(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, QuestionBrowser)
        app.screen.query_one("Select").value = "th"
        app.screen.query_one(Input).value = "Question 7"
        await pilot.pause(0.4)
        assert app.engine.of(protocol.ListQuestions)[-1].lang == "th"
        assert app.screen.query_one(OptionList).option_count == 1
        app.screen.query_one(Input).focus()
        await pilot.press("enter")
        await pilot.pause()
        last = app.engine.of(protocol.Search)[-1]
        assert (last.query_id, last.query_lang) == ("q7", "th")


async def test_the_query_language_is_told_or_detected(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f3")
        assert isinstance(app.screen, PickOne)
        await pilot.press(*"german", "enter")
        await type_query(pilot, "Nil")
        assert app.engine.of(protocol.Search)[-1].query_lang == "de"
        await pilot.press("f3", *"auto", "enter")
        await type_query(pilot, "Nil")
        assert app.engine.of(protocol.Search)[-1].query_lang == "auto"


async def test_passage_languages_are_chosen_and_searched_at_once(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f4")
        assert isinstance(app.screen, PickLanguages)
        assert len(app.screen.query_one(SelectionList).selected) == 11
        await pilot.press("f6", "space", "down", "space", "escape")
        await pilot.pause()
        assert app.engine.of(protocol.Search)[-1].langs == ("ar", "de")
        assert {hit.lang for hit in app.panes[0].ranking.hits} == {"ar", "de"}
        await pilot.press("f4", "f5", "escape")
        await pilot.pause()
        assert app.engine.of(protocol.Search)[-1].langs == ()


async def test_panes_are_added_changed_and_closed(app):
    async with app.run_test(size=(200, 40)) as pilot:
        await pilot.pause()
        await pilot.press("f7", *"labse", "enter")
        await pilot.pause()
        assert [pane.model for pane in app.panes] == ["me5-small", "use-m3", "labse"]
        assert app.engine.of(protocol.Search)[-1].model == "labse"
        app.panes[0].hits.focus()
        await pilot.press("f5", *"use", "enter")
        await pilot.pause()
        assert app.panes[0].model == "use-m3"
        assert app.panes[0].ranking.model == "use-m3"
        await pilot.press("f8", "f8")
        await pilot.pause()
        assert [pane.model for pane in app.panes] == ["labse"]
        await pilot.press("f8")
        assert "last pane" in status(app)


async def test_there_are_at_most_four_panes():
    app = make_app(("me5-small", "use-m3", "labse", "me5-small", "use-m3"))
    async with app.run_test(size=(200, 40)) as pilot:
        await pilot.pause()
        assert len(app.panes) == 4
        await pilot.press("f7")
        assert "most" in status(app)


async def test_another_collection_starts_with_its_first_question(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f6", *"xquad", "enter")
        await pilot.pause()
        last = app.engine.of(protocol.Search)[-1]
        assert (last.data, last.query_id) == ("xquad-r", "q1")


async def test_waiting_failing_and_cancelling_are_shown(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.engine.auto = False
        await type_query(pilot, "river")
        first, second = app.panes
        await pilot.pause(0.3)
        assert "searching" in header(first)
        app.engine.deliver(
            protocol.Progress(id=first.request, step="encoding passages", done=120, total=1320)
        )
        assert "encoding passages 120/1,320" in header(first)
        app.engine.deliver(
            protocol.Failure(id=second.request, message="weights are damaged [/x]", hint="reinstall")
        )
        assert message(second) == "✗ weights are damaged [/x]\nreinstall"
        await pilot.press("escape")
        assert app.engine.of(protocol.Cancel)[-1].target == first.request
        app.engine.deliver(protocol.Failure(id=first.request, message="cancelled", cancelled=True))
        assert message(first).startswith("cancelled")
        assert not first.busy


async def test_a_stale_reply_is_dropped(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.engine.auto = False
        await type_query(pilot, "old")
        old = app.engine.of(protocol.Search)[-2]
        await type_query(pilot, "new")
        new = app.engine.of(protocol.Search)[-2]
        assert old.id in {cancel.target for cancel in app.engine.of(protocol.Cancel)}
        app.engine.deliver(app.engine.found(old))
        assert app.panes[0].busy
        app.engine.deliver(app.engine.found(new))
        assert app.panes[0].ranking.query == "new"
        app.engine.deliver(app.engine.found(old))
        assert app.panes[0].ranking.query == "new"


async def test_no_passages_is_said(app):
    app.engine.texts = {}
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert message(app.panes[0]).startswith("no passages")


async def test_a_lost_engine_is_told_and_started_again(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.engine.auto = False
        await type_query(pilot, "river")
        app.engine.deliver(EngineLost(-9, "Killed [/x]"))
        await pilot.pause()
        assert isinstance(app.screen, Lost)
        assert "engine has stopped" in message(app.panes[0])
        app.engine.auto = True
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert app.engine.started == 2
        assert app.panes[0].ranking.query == "river"


async def test_a_lost_engine_may_be_left(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.engine.deliver(EngineLost(1, ""))
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert app.engine.started == 1
        assert "stopped" in status(app)


async def test_help_lists_every_key(app):
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("f1")
        assert isinstance(app.screen, Help)
        text = str(app.screen.query_one("#help", Static).content)
        for binding in app._bindings.key_to_bindings:
            if binding.startswith("f"):
                assert binding.upper() in text
        await pilot.press("escape")
        assert not isinstance(app.screen, Help)


async def test_the_footer_has_at_most_seven_keys(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert len(app.query("FooterKey")) <= 7


async def test_the_palette_names_models_collections_and_languages(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        names = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Help", "Model labse", "Collection xquad-r", "Passages in Thai"} <= names
        await pilot.press("ctrl+p", *"Passages in Thai")
        await pilot.pause(0.6)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert app.engine.of(protocol.Search)[-1].langs == ("th",)


async def test_a_storm_of_resizes_does_no_harm(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        for size in ((20, 5), (300, 80), (1, 1), (80, 24), (39, 60), (140, 40)):
            await pilot.resize_terminal(*size)
        await pilot.pause()
        assert [pane.display for pane in app.panes] == [True, True]
