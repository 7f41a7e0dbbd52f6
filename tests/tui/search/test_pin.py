"""The rank of a pinned passage in each pane."""

from dataclasses import replace

from hybrid_tui.engine import messages
from hybrid_tui.tui.search.pin import Pin

from ..conftest import asked
from .linked import ASKED, Linked, pane


class Pinned(Linked):
    """A pin on the passage that stands first, and how often it has told of news."""

    def __init__(self) -> None:
        super().__init__()
        self.changes = 0
        self.pin = Pin(self.link, self, self._changed)
        self.pin.toggle(pane("me5-small").ranking.hits[0], ASKED)

    def _changed(self) -> None:
        self.changes += 1


def test_ranks_on_screen_are_told_without_the_engine() -> None:
    here = Pinned()
    panes = [pane("me5-small"), pane("use-m3", "de ar")]
    assert here.pin.line(ASKED, panes) == "◆ ar-1: me5-small #1, use-m3 #2"
    assert here.engine.sent == []


def test_other_ranks_are_asked_for_once_and_told_when_known() -> None:
    here = Pinned()
    panes = [pane("use-m3", "de en")]
    for _ in range(2):
        assert here.pin.line(ASKED, panes) == "◆ ar-1: use-m3 not in top 2"
    assert [each.passage_id for each in here.engine.of(messages.Locate)] == ["ar-1"]
    here.deliver()
    assert here.changes == 1
    assert here.pin.line(ASKED, panes) == "◆ ar-1: use-m3 #1,037"
    here.pin.forget_ranks()
    here.pin.line(ASKED, panes)
    assert len(here.engine.of(messages.Locate)) == 2


def test_nothing_is_asked_of_a_pane_that_waits_nor_of_an_engine_that_is_gone() -> None:
    here = Pinned()
    here.pin.line(ASKED, [pane("use-m3", "de", busy=True)])
    here.engine.alive = False
    here.pin.line(ASKED, [pane("use-m3", "de")])
    assert here.engine.sent == []


def test_an_engine_that_has_stopped_is_asked_anew() -> None:
    here = Pinned()
    here.pin.line(ASKED, [pane("use-m3", "de")])
    here.link.forget()
    here.pin.line(ASKED, [pane("use-m3", "de")])
    assert len(here.engine.of(messages.Locate)) == 2


def test_a_second_time_unpins() -> None:
    here = Pinned()
    here.pin.toggle(pane("me5-small").ranking.hits[0], ASKED)
    assert (here.pin.hit, here.pin.passage_id, here.pin.line(ASKED, [])) == (None, "", "")


def test_it_goes_with_the_next_question_or_collection_only() -> None:
    for request, stays in (
        (ASKED, True),
        (replace(ASKED, question=asked(1, "th")), True),
        (replace(ASKED, text="typed", question=None), True),
        (replace(ASKED, question=asked(2, "en")), False),
        (replace(ASKED, data="xquad-r"), False),
    ):
        here = Pinned()
        here.pin.keep_for(request)
        assert bool(here.pin.hit) is stays, request
