"""Where the app is left is where it starts."""

import json
from pathlib import Path

import msgspec
import pytest

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.settings import Config
from hybrid_tui.tui import app as app_module
from hybrid_tui.tui import memory
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.dialogs.pick_one import PickOne
from hybrid_tui.tui.memory import Memory, State, start
from hybrid_tui.tui.search_request import SearchRequest
from hybrid_tui.tui.session import Session
from hybrid_tui.tui.widgets.field import Field

from .conftest import FakeEngine, Played
from .waiting import until

SIZE = (140, 40)
CONFIG = Config(data="starter", panes=("me5-small", "use-m3"), theme="textual-dark")
LEFT = State("xquad-r", ("labse", "use-m3+center"), "river", None, "en", ("de", "el"))


def leave(left: State) -> None:
    memory.file().parent.mkdir(parents=True)
    memory.file().write_text(left.as_json())


def session_of(state: State) -> Session:
    return Session.of(state.asked, list(state.panes))


class Left:
    """An app that keeps where it is left in the user's folder."""

    def __init__(self, begun: State, note: str = "") -> None:
        self.engine: FakeEngine
        self.app = ExploreApp(begun, self._make, note=note, memory=Memory(memory.file(), CONFIG.theme))

    def _make(self, deliver) -> FakeEngine:
        self.engine = FakeEngine(deliver)
        return self.engine

    def status(self) -> str:
        return str(self.app.screen_stack[0].query_one("#message").content)


def test_the_first_start_is_the_configurations() -> None:
    assert start(CONFIG) == (State("starter", CONFIG.panes, theme="textual-dark"), "")


def test_without_options_it_begins_where_it_was_left() -> None:
    leave(LEFT)
    assert start(CONFIG) == (msgspec.structs.replace(LEFT, theme="textual-dark"), "")


@pytest.mark.parametrize(
    ("options", "session"),
    [
        ({"query": "nile"}, Session("starter", CONFIG.panes, "nile")),
        ({"data": "mlqa"}, Session("mlqa", CONFIG.panes)),
        ({"models": ["labse"]}, Session("starter", ("labse",))),
        ({"fresh": True}, Session("starter", CONFIG.panes)),
    ],
)
def test_options_do_what_they_say_and_earlier_queries_stay(options: dict, session: Session) -> None:
    earlier = (SearchRequest("starter", "river"),)
    leave(msgspec.structs.replace(LEFT, history=earlier))
    begun, note = start(CONFIG, **options)
    assert (session_of(begun), begun.history, note) == (session, earlier, "")


def test_a_saved_session_is_opened(tmp_path: Path) -> None:
    leave(LEFT)
    mine = tmp_path / "mine.json"
    mine.write_text(Session("mlqa", ("use-m3",), "mine").as_json())
    assert session_of(start(CONFIG, opened=mine)[0]) == Session("mlqa", ("use-m3",), "mine")
    with pytest.raises(UsageError, match="brings its own"):
        start(CONFIG, data="starter", opened=mine)
    with pytest.raises(UsageError, match="No such file"):
        start(CONFIG, opened=tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"[1]", b'{"panes": 3}', b"[" * 100_000, b'{"data": "d", "panes": []}']
)
def test_a_broken_state_never_stops_the_start(content: bytes) -> None:
    memory.file().parent.mkdir(parents=True)
    memory.file().write_bytes(content)
    begun, note = start(CONFIG)
    assert session_of(begun) == Session("starter", CONFIG.panes)
    assert note.startswith(f"could not begin where you left off: {memory.file()} is not a session")


def test_a_state_that_cannot_be_read_never_stops_the_start() -> None:
    memory.file().mkdir(parents=True)
    assert "Is a directory" in start(CONFIG)[1]


def test_a_theme_counts_until_the_configuration_names_another() -> None:
    leave(State("d", ("m",), theme="nord", instead_of="textual-dark"))
    assert start(CONFIG)[0].theme == "nord"
    assert start(CONFIG, data="other")[0].theme == "nord"
    assert start(CONFIG, fresh=True)[0].theme == "textual-dark"
    assert start(Config(theme="dracula"))[0].theme == "dracula"


async def test_the_app_comes_back_as_it_was_left() -> None:
    first = Left(*start(CONFIG))
    async with first.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        first.app.screen.set_passage_languages(("de", "th"))
        await first.app.screen.set_model("use-m3+shift")
        first.app.screen.query_one("#query", Field).value = "river"
        await pilot.press("enter")
        first.app.screen.run_question(messages.Question("q1", "en", "Question 1 in en?", "", "q1"))
        first.app.theme = "nord"
        first.app.screen.legend_shown = False
        await pilot.press("ctrl+q")
    begun, _ = start(CONFIG)
    assert (begun.theme, begun.legend) == ("nord", False)
    second = Left(begun)
    async with second.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        asked = second.engine.of(messages.Search)
        assert [each.system for each in asked] == ["use-m3+shift", "use-m3"]
        assert {(each.query_id, each.langs) for each in asked} == {("q1", ("de", "th"))}
        await pilot.press("up")
        await until(pilot, lambda: isinstance(second.app.screen, PickOne))
        assert [asked.text for asked in second.app.screen_stack[0].history.entries][:2] == [
            "Question 1 in en?",
            "river",
        ]


def test_what_two_apps_have_asked_is_kept_of_both_in_its_order() -> None:
    one, two = Memory(memory.file(), ""), Memory(memory.file(), "")
    nile, rhine, ob, lena = (SearchRequest("starter", each) for each in ("nile", "rhine", "ob", "lena"))
    one.keep(State("starter", CONFIG.panes, history=(nile, rhine)))
    one.keep(State("starter", CONFIG.panes, history=(ob, nile, rhine)))
    two.keep(State("starter", CONFIG.panes, history=(lena, nile, rhine)))
    assert memory.load(memory.file()).history == (lena, ob, nile, rhine)
    one.keep(State("starter", CONFIG.panes, history=(rhine, ob, nile)))
    assert memory.load(memory.file()).history == (rhine, lena, ob, nile)


async def test_it_is_kept_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "KEEP_SECONDS", 0.2)
    left = Left(*start(CONFIG))
    async with left.app.run_test(size=SIZE) as pilot:
        await until(pilot, memory.file().exists)
        assert json.loads(memory.file().read_text())["panes"] == ["me5-small", "use-m3"]


async def test_a_broken_state_is_told_in_the_status_line() -> None:
    memory.file().parent.mkdir(parents=True)
    memory.file().write_text("{}")
    left = Left(*start(CONFIG))
    async with left.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert left.status().startswith("could not begin where you left off")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"nile", "enter")
        await pilot.pause()
        assert "passages" in left.status()


async def test_without_a_memory_nothing_is_kept(played: Played) -> None:
    async with played.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+q")
    assert not memory.file().exists()


def test_a_state_that_cannot_be_written_is_lost_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Memory(tmp_path / "file" / "below.json", "nord").keep(msgspec.structs.replace(LEFT, theme="nord"))


def test_what_has_not_changed_is_not_written_again() -> None:
    keeper = Memory(memory.file(), "nord")
    keeper.keep(msgspec.structs.replace(LEFT, theme="nord"))
    memory.file().unlink()
    keeper.keep(msgspec.structs.replace(LEFT, theme="nord"))
    assert not memory.file().exists()
    keeper.keep(msgspec.structs.replace(LEFT, theme="dracula"))
    kept = memory.load(memory.file())
    assert (kept.theme, kept.instead_of) == ("dracula", "nord")
