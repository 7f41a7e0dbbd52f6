"""The searches of panes: handed over together, cancelled, lost with the engine."""

from collections.abc import Sequence
from dataclasses import replace

from hybrid_tui.engine import messages
from hybrid_tui.tui.search.pane_searches import SEARCHING, PaneSearches
from hybrid_tui.tui.search_request import SearchRequest

from .linked import ASKED, Linked


class RecordedPane:
    """What a search makes of a pane."""

    run_on = ""
    ranking = lacks = None

    def __init__(self, model: str) -> None:
        self.model = model
        self.busy = False
        self.says: list[str] = []

    def wait(self) -> None:
        self.busy = True

    def progress(self, text: str, quicker: Sequence[str] = ()) -> None:
        self.says.append(text)

    def take(self, found: messages.Found, *, busy: bool = False) -> None:
        self.busy = busy
        self.ranking = found.ranking if found.ranking.hits else None
        self.lacks = found.ranking if found.ranking.missing else None
        self.says.append(found.ranking.query)

    def offer(self, lines: Sequence[str], quicker: Sequence[str] = (), *, busy: bool = False) -> None:
        self.busy = busy
        self.says.append(" · ".join(lines))

    def note(self, *lines: str) -> None:
        self.says.append(" · ".join(lines))

    def say(self, what: str, hint: str = "", *, failed: bool = False) -> None:
        self.busy = False
        self.says.append(what)

    def say_empty(self) -> None:
        self.say("empty")


class Searched(Linked):
    """Two panes, and what was drawn together."""

    def __init__(self) -> None:
        super().__init__()
        self.panes = [RecordedPane("me5-small"), RecordedPane("use-m3")]
        self.front = self.panes[0]
        self.later = []
        self.answered: list[list[str]] = []
        self.searches = PaneSearches(self.link, self, self._take)

    def set_timer(self, delay: float, callback) -> None:
        self.later.append(callback)

    def _take(self, panes: list[RecordedPane]) -> None:
        self.answered.append([pane.model for pane in panes])

    def ask(self, asked: SearchRequest = ASKED, *, start: bool = False) -> None:
        self.searches.ask(self.panes, asked, start=start)

    @property
    def encoding(self) -> list[messages.Search]:
        """The searches that may encode."""
        return [search for search in self.engine.of(messages.Search) if search.encode]

    def encoded(self) -> None:
        """Let the last of them have encoded everything."""
        search = self.encoding[-1]
        del self.engine.lacks[search.system]
        self.engine.answer(search)
        self.deliver()


def test_answers_that_come_together_are_drawn_together() -> None:
    here = Searched()
    here.ask()
    here.deliver()
    assert here.answered == [["me5-small", "use-m3"]]
    assert not any(pane.busy for pane in here.panes)
    here.later[0]()
    assert len(here.answered) == 1


def test_an_answer_waits_a_moment_only_for_the_others() -> None:
    here = Searched()
    here.engine.held = {"use-m3"}
    here.ask()
    here.deliver()
    assert here.answered == []
    here.later[0]()
    assert here.answered == [["me5-small"]]
    assert here.panes[1].busy


def test_only_the_answer_to_the_newest_search_counts() -> None:
    here = Searched()
    here.engine.held = {"use-m3"}
    here.ask()
    here.deliver()
    here.ask(SearchRequest("starter", "nile"))
    here.engine.held = set()
    for search in here.engine.of(messages.Search):
        if search.system == "use-m3":
            here.engine.answer(search)
    here.deliver()
    assert [[said for said in pane.says if said != SEARCHING] for pane in here.panes] == [["nile"], ["nile"]]


def test_progress_and_failures_are_told_in_their_pane() -> None:
    here = Searched()
    here.engine.held = {"me5-small", "use-m3"}
    here.ask()
    first, second = here.engine.of(messages.Search)
    here.deliver(
        messages.Progress(id=first.id, step="encoding", done=1, total=2),
        messages.Failure(id=second.id, message="no memory"),
    )
    assert here.panes[0].says == [SEARCHING, "encoding 1/2"]
    assert here.panes[1].says[-1] == "✗ no memory"
    assert here.answered == [["use-m3"]]


def test_what_is_cancelled_is_heard_of_no_more() -> None:
    here = Searched()
    here.engine.held = {"use-m3"}
    here.ask()
    here.deliver()
    assert here.searches.cancel_all() == here.panes
    here.later[0]()
    assert here.answered == []
    assert len(here.engine.of(messages.Cancel)) == 1


def test_a_stopped_engine_is_told_in_the_panes_that_wait() -> None:
    here = Searched()
    here.engine.held = {"use-m3"}
    here.ask()
    here.deliver()
    here.later[0]()
    here.link.forget()
    assert here.panes[0].says == [SEARCHING, "Question 1 in en?"]
    assert here.panes[1].says == [SEARCHING, "✗ the engine has stopped"]


def test_a_text_that_cannot_be_searched_is_not_sent() -> None:
    here = Searched()
    here.ask(SearchRequest("starter"))
    assert [pane.says for pane in here.panes] == [["empty"], ["empty"]]
    assert here.engine.sent == []


def lacking(**models: int) -> Searched:
    here = Searched()
    here.engine.lacks = {name.replace("_", "-"): count for name, count in models.items()}
    return here


def test_what_takes_long_begins_with_a_key_alone() -> None:
    here = lacking(me5_small=1320)
    here.ask()
    here.deliver()
    assert here.panes[0].says[-1] == "1,320 passages are not encoded yet · Enter encodes them: about 2 min"
    assert not here.panes[0].busy
    assert here.encoding == []
    here.ask(start=True)
    here.deliver()
    assert [search.system for search in here.encoding] == ["me5-small"]
    assert here.panes[0].busy


def test_what_takes_a_moment_begins_unasked() -> None:
    here = lacking(me5_small=12)
    here.engine.encoding = messages.EncodingEstimate(texts=12, seconds=3.0)
    here.ask()
    here.deliver()
    assert [search.system for search in here.encoding] == ["me5-small"]
    here.encoded()
    assert not here.panes[0].busy
    assert here.panes[0].lacks is None


def test_a_download_begins_with_a_key_alone() -> None:
    here = lacking(me5_small=1320)
    here.engine.encoding = messages.EncodingEstimate(texts=1320, seconds=0.0, needs="a download of 90 MB")
    here.ask()
    here.deliver()
    assert here.panes[0].says[-1].endswith("Enter encodes them: needs a download of 90 MB")


def test_one_model_encodes_after_the_other_the_one_in_front_first() -> None:
    here = lacking(me5_small=1320, use_m3=1320)
    here.front = here.panes[1]
    here.ask(start=True)
    here.deliver()
    assert [search.system for search in here.encoding] == ["use-m3"]
    assert here.panes[0].says[-1] == "waits for use-m3 · then about 2 min"
    assert here.panes[0].busy
    here.encoded()
    assert [search.system for search in here.encoding] == ["use-m3", "me5-small"]
    here.encoded()
    assert not any(pane.busy for pane in here.panes)


def test_the_front_may_change_while_others_wait() -> None:
    here = lacking(me5_small=1320, use_m3=1320, labse=1320)
    here.panes.append(RecordedPane("labse"))
    here.ask(start=True)
    here.deliver()
    here.front = here.panes[2]
    here.encoded()
    assert [search.system for search in here.encoding] == ["me5-small", "labse"]


def test_what_is_found_so_far_is_shown_with_how_much_that_is() -> None:
    here = lacking(me5_small=1320)
    here.ask(start=True)
    here.deliver()
    (search,) = here.encoding
    ranking = replace(here.engine.ranking(search), pool=320, missing=1000)
    here.deliver(messages.FoundSoFar(id=search.id, ranking=ranking, pool={"en": 320}))
    here.later[-1]()
    assert here.panes[0].says[-1] == "320 of 1,320 passages so far · about 2 min left"
    assert here.panes[0].busy
    assert here.answered[-1] == ["me5-small"]


def test_the_next_one_encodes_where_the_first_is_stopped_or_fails() -> None:
    here = lacking(me5_small=1320, use_m3=1320, labse=1320)
    here.panes.append(RecordedPane("labse"))
    here.ask(start=True)
    here.deliver()
    here.searches.cancel(here.panes[0])
    assert [search.system for search in here.encoding] == ["me5-small", "use-m3"]
    here.deliver(messages.Failure(id=here.encoding[-1].id, message="no memory"))
    assert [search.system for search in here.encoding] == ["me5-small", "use-m3", "labse"]
    assert here.searches.cancel_all()[-1] is here.panes[2]
    assert len(here.encoding) == 3
