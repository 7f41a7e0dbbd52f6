"""Files, earlier queries, sessions."""

import json
from pathlib import Path

import pytest

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui import session
from hybrid_tui.tui.query_history import LONGEST_HISTORY, QueryHistory
from hybrid_tui.tui.search_request import SearchRequest
from hybrid_tui.tui.widgets.field import Field

from .conftest import Played
from .waiting import until, work_done

WIDE, NARROW = (140, 40), (80, 24)


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "folder", lambda: tmp_path / "sessions")
    return tmp_path


def status(played: Played) -> str:
    return str(played.app.screen_stack[0].query_one("#message").content)


@pytest.mark.parametrize(
    ("downs", "ending", "holds"),
    [
        (0, "md", "# Question 1"),
        (1, "csv", "q1,"),
        (2, "json", '"q1"'),
        (3, "run", "q1 Q0"),
        (4, "svg", "<svg"),
    ],
)
async def test_what_is_on_screen_is_written(
    played: Played, own_places: Path, downs: int, ending: str, holds: str
) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+s", *["down"] * downs, "enter")
        path = own_places / f"starter-q1.{ending}"
        await until(pilot, lambda: status(played) == f"wrote {path}")
        assert holds in path.read_text()
        assert not list(own_places.glob(".*"))


async def test_a_file_is_replaced_only_when_told_twice(played: Played, own_places: Path) -> None:
    (own_places / "mine.csv").write_text("old")
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("down", "e")
        field = played.app.screen.query_one("#path", Field)
        field.value = "mine.md"
        await pilot.press("down")
        assert field.value == "mine.csv"
        await pilot.press("enter")
        assert "exists" in played.text(".hint")
        assert (own_places / "mine.csv").read_text() == "old"
        await pilot.press("enter")
        await work_done(pilot)
        assert (own_places / "mine.csv").read_text().startswith("query_id,")


async def test_what_cannot_be_written_is_told(played: Played, own_places: Path) -> None:
    (own_places / "file").write_text("")
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+s")
        played.app.screen.query_one("#path", Field).value = "file/below.md"
        await pilot.press("enter")
        await pilot.pause()
        await work_done(pilot)
        assert "cannot write" in status(played)


async def test_earlier_queries_are_found_above_the_field(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        screen = played.app.screen
        for number in range(LONGEST_HISTORY + 5):
            screen.restore(SearchRequest("starter", f"[/b] typed {number}", query_lang="de"))
        await pilot.pause()
        await pilot.press("up")
        await pilot.pause()
        assert "[/b] typed 54" in played.picture()
        await pilot.press(*"typed 6", "enter")
        await pilot.pause()
        last = played.engine.of(messages.Search)[-1]
        assert (last.query, last.query_lang) == ("[/b] typed 6", "de")
        assert len(screen.history.entries) == LONGEST_HISTORY
        assert screen.history.entries[0].text == "[/b] typed 6"


async def test_a_session_is_saved_and_opened(played: Played, own_places: Path) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.app.screen.set_passage_languages(("de", "th"))
        await pilot.pause()
        await pilot.press("ctrl+s", *["down"] * 5, "enter")
        await pilot.pause()
        await work_done(pilot)
        saved = json.loads((own_places / "sessions" / "starter-q1.json").read_text())
        assert (saved["panes"], saved["langs"]) == (["me5-small", "use-m3"], ["de", "th"])
        await pilot.press("down", "f8")
        played.app.screen.set_passage_languages(())
        await pilot.press("ctrl+l", "enter")
        await pilot.pause()
        assert [pane.model for pane in played.panes] == ["me5-small", "use-m3"]
        last = played.engine.of(messages.Search)[-1]
        assert (last.query_id, last.langs) == ("q1", ("de", "th"))
        assert played.panes[1].ranking


async def test_a_session_is_opened_by_its_path(played: Played, own_places: Path) -> None:
    mine = session.Session("xquad-r", ("labse",), "river", query_lang="en")
    (own_places / "mine.session").write_text(mine.as_json())
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+l", *"mine.session", "enter")
        await pilot.pause()
        assert [pane.model for pane in played.panes] == ["labse"]
        assert played.panes[0].ranking.data == "xquad-r"
        assert played.app.screen.query_one("#query", Field).value == "river"
        await pilot.press("ctrl+l", *"nowhere.json", "enter")
        await pilot.pause()
        assert "No such file" in status(played)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"data": "d", "panes": []}', '{"data": 1, "panes": ["a"]}']
)
def test_what_is_no_session_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="is not a session"):
        session.load(path)


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    question = messages.Question("q7", "th", "ถาม?", "", "i7")
    asked = SearchRequest("starter", "ถาม?", question, "auto", ("de",))
    path = tmp_path / "kept.json"
    path.write_text(session.Session.of(asked, ["a", "b+center"]).as_json())
    found = session.load(path)
    assert (found.asked, found.panes) == (asked, ("a", "b+center"))


def test_a_query_that_cannot_be_written_is_mended() -> None:
    assert session.Session.of(SearchRequest("d", "a\ud800b"), ["m"]).query == "a?b"


@pytest.mark.parametrize("name", ["~nosuchuser/x.md", "y" * 300])
async def test_a_path_that_cannot_be_is_told(played: Played, name: str) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        await pilot.press("ctrl+s")
        played.app.screen.query_one("#path", Field).value = name
        await pilot.press("enter")
        assert "there can be no file of that name" in played.text(".hint")
        played.app.screen.query_one("#path", Field).value = "/"
        await pilot.press("down", "escape", "ctrl+l", *"~nosuchuser/x", "enter")
        await until(pilot, lambda: "there can be no file of that name" in status(played))


async def test_right_to_left_queries_are_ordered_once_in_the_list_of_earlier_ones(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: played.panes[0].found)
        played.app.screen.query_one("#query", Field).value = "שלום עולם"
        await pilot.press("enter")
        await until(pilot, lambda: not played.panes[0].busy)
        await pilot.press("up")
        await until(pilot, lambda: "םלוע םולש" in played.picture())


def test_each_query_is_kept_once_and_the_last_comes_first() -> None:
    nile, rhine, ob, lena = (SearchRequest("starter", each) for each in ("nile", "rhine", "ob", "lena"))
    history = QueryHistory([nile])
    for asked in (rhine, nile, SearchRequest("starter", "  ")):
        history.add(asked)
    assert history.entries == (nile, rhine)
    history.add_older([ob, rhine, lena])
    assert history.entries == (nile, ob, rhine, lena)


def test_a_history_does_not_grow_without_end() -> None:
    history = QueryHistory()
    for number in range(LONGEST_HISTORY + 5):
        history.add(SearchRequest("starter", str(number)))
    history.add_older([SearchRequest("starter", "older")])
    assert len(history.entries) == LONGEST_HISTORY
    assert history.entries[-1].text == "5"
