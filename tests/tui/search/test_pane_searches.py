"""The searches of panes: handed over together, cancelled, lost with the engine."""

from hybrid_tui.engine import messages
from hybrid_tui.tui.search.pane_searches import PaneSearches
from hybrid_tui.tui.search_request import SearchRequest

from .linked import ASKED, Linked


class RecordedPane:
    """What a search makes of a pane."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.busy = False
        self.says: list[str] = []

    def wait(self) -> None:
        self.busy = True

    def progress(self, text: str) -> None:
        self.says.append(text)

    def take(self, found: messages.Found) -> None:
        self.busy = False
        self.says.append(found.ranking.query)

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
        self.later = []
        self.answered: list[list[str]] = []
        self.searches = PaneSearches(self.link, self, self._take)

    def set_timer(self, delay: float, callback) -> None:
        self.later.append(callback)

    def _take(self, panes: list[RecordedPane]) -> None:
        self.answered.append([pane.model for pane in panes])

    def ask(self, asked: SearchRequest = ASKED) -> None:
        for pane in self.panes:
            self.searches.ask(pane, asked)


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
        if search.model == "use-m3":
            here.engine.answer(search)
    here.deliver()
    assert [pane.says for pane in here.panes] == [["nile"], ["nile"]]


def test_progress_and_failures_are_told_in_their_pane() -> None:
    here = Searched()
    here.engine.held = {"me5-small", "use-m3"}
    here.ask()
    first, second = here.engine.of(messages.Search)
    here.deliver(
        messages.Progress(id=first.id, step="encoding", done=1, total=2),
        messages.Failure(id=second.id, message="no memory"),
    )
    assert here.panes[0].says == ["encoding 1/2"]
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
    assert here.panes[0].says == ["Question 1 in en?"]
    assert here.panes[1].says == ["✗ the engine has stopped"]


def test_a_text_that_cannot_be_searched_is_not_sent() -> None:
    here = Searched()
    here.ask(SearchRequest("starter"))
    assert [pane.says for pane in here.panes] == [["empty"], ["empty"]]
    assert here.engine.sent == []
