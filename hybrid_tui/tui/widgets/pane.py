"""One model's answer: its name, what is going on, its ranked passages."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.comparison.stage_words import stage_words, total_words
from hybrid_tui.engine import messages
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.render.facts import packed
from hybrid_tui.tui.render.hits import HitRow, one_line
from hybrid_tui.tui.render.terms import Terms
from hybrid_tui.tui.render.wrap import printable
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.mix_bar import MixBar

EDGES = 3
"""Cells of a pane's line that its border and padding take."""
RUN = "run"
"""Stands in the head of a pane that holds an imported run."""


class PaneContent(NamedTuple):
    """What a pane shows of a ranking.

    facts: what its header tells. terms: the query's, to be marked. foot: a line before the first passage
    that is gone.
    """

    rows: tuple[HitRow, ...]
    facts: tuple[str, ...]
    terms: Terms
    foot: str = ""


class Notice(Static, can_focus=True):
    """A message in place of passages; has the focus so that its pane can be chosen."""

    ALLOW_SELECT = True
    BINDING_GROUP_TITLE = "Pane without passages"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space", "search", "Search here, encode what is missing", show=False, id="notice.search"
        ),
    ]

    class SearchWanted(Message):
        """The person wants an answer here, however long it takes."""

    def action_search(self) -> None:
        """Ask for an answer."""
        self.post_message(self.SearchWanted())


class Pane(Vertical):
    """Shows an answer, or a message in its place; knows whether another one is awaited."""

    class ModelWanted(Message):
        """The header was clicked: the person wants another model here."""

        def __init__(self, pane: Pane) -> None:
            self.pane = pane
            super().__init__()

    class StateChanged(Message):
        """The pane has begun or ended to wait, or has another model."""

    class HeaderGrown(Message):
        """The header takes more lines than before, or fewer."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self._model = model
        self.sampler = ""
        self.run_on = ""
        """The collection of the imported run that it holds; empty for a model."""
        self.found: messages.Found | None = None
        self.lacks: Ranking | None = None
        """The last answer, where passages are missing that are not encoded."""
        self.content: PaneContent | None = None
        self.hits = HitList()
        self._model_name = Static(one_line(model), classes="name", markup=False)
        self._detail = Static(classes="detail", markup=False)
        self._facts = Static(classes="facts", markup=False)
        self._mix = MixBar()
        self._notice = Notice(classes="notice", markup=False)
        self.busy = False
        """Whether an answer is awaited."""
        self._failed = False
        self._follows = False
        """Whether the answer that is awaited differs in a weight alone: the cursor stays."""
        self._notes: Sequence[str] = ()
        self._room = 0
        """Lines of the header that tell of the ranking, as the panes beside it need them."""

    def compose(self) -> ComposeResult:
        """Lay out header, message and list."""
        with Horizontal(classes="header"):
            yield self._model_name
            yield self._detail
        yield self._facts
        yield self._mix
        yield self._notice
        yield self.hits

    def on_mount(self) -> None:
        """Start with nothing to show."""
        self._swap(self.hits, self._notice)
        self._mix.display = False

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model

    @model.setter
    def model(self, name: str) -> None:
        if name != self._model:
            self.say("")  # what another model has found would stand under the new name
        self._model = name
        self._model_name.update(one_line(name))
        self.post_message(self.StateChanged())

    def follow(self, name: str) -> None:
        """Have another weight of the same system: what is found stays until the answer to it comes."""
        self._follows = True
        self._model = name
        self._model_name.update(one_line(name))
        self.post_message(self.StateChanged())

    @property
    def ranking(self) -> Ranking | None:
        """What is shown; None while that is a message."""
        return self.found.ranking if self.found else None

    @property
    def state(self) -> str:
        """What a tab shows after the name: that it waits, or has failed."""
        return " …" if self.busy else " ✗" if self._failed else ""

    def take_focus(self) -> None:
        """Give the focus to the list, or to what stands in its place: at once, a key may follow."""
        self.screen.set_focus(self.hits if self.hits.display else self._notice)

    def wait(self) -> None:
        """Begin to wait for an answer."""
        self.busy = True
        self._failed = False
        self.post_message(self.StateChanged())

    def progress(self, text: str, quicker: Sequence[str] = ()) -> None:
        """Tell what the engine does meanwhile, and what would be quicker."""
        self._show_detail(text)
        if not self.ranking:
            self._put([text, fill_keys(self, "{search.cancel} stops")], quicker)

    def offer(self, lines: Sequence[str], quicker: Sequence[str] = (), *, busy: bool = False) -> None:
        """Tell what is not encoded yet and what would be quicker: above the passages, or in their place."""
        self.busy = busy
        self._show_detail("")
        if self.ranking:
            self.note(*lines, *quicker)
        else:
            self._put(lines, quicker)
        self.post_message(self.StateChanged())

    def note(self, *lines: str) -> None:
        """Tell above the passages what is missing among them."""
        self._notes = lines
        self._show_facts()

    def _put(self, lines: Sequence[str], quicker: Sequence[str]) -> None:
        """Put a message in place of passages."""
        told = [Content(printable(line)) for line in lines]
        if quicker:
            told += [Content(""), Content.styled("quicker:", "dim")]
            told += [Content.styled(printable(line), "dim") for line in quicker]
        self._notice.update(Content("\n").join(told))

    def say_empty(self) -> None:
        """Ask for a query."""
        self.say("", "type a query and press Enter")

    def say_cancelled(self) -> None:
        """Show that the search was stopped; what is found so far stays."""
        if self.ranking and self.ranking.missing:
            self.offer([*self._notes[:1], "stopped: Enter in the query goes on"])
        else:
            self.say("cancelled", "press Enter in the query to search again")

    def say_question_wanted(self, data: str) -> None:
        """Tell that a run answers its own collection's questions alone. data: what is open."""
        name = one_line(self.model)
        if self.run_on == data:
            what = f"{name} is a run: it answers the collection's own questions only"
            self.say(what, fill_keys(self, "{search.questions} picks one"))
        else:
            what = f"{name} is a run on {one_line(self.run_on)}: it answers that collection's questions only"
            self.say(what, fill_keys(self, "{search.collection} opens it"))

    def say(self, what: str, hint: str = "", *, failed: bool = False) -> None:
        """Show a message in place of passages."""
        self.busy = False
        self.found = self.lacks = None
        self._failed = failed
        self.content = None
        self._notes = ()
        self._show_detail(RUN if self.run_on else "")
        self._mix.display = False
        parts = [(what, "$text-error" if failed else ""), (hint, "dim")]
        lines = [Content.styled(printable(text), style) for text, style in parts if text]
        self._swap(self.hits, self._notice)
        self._notice.update(Content("\n").join(lines))
        self.post_message(self.StateChanged())

    def take(self, found: messages.Found, *, busy: bool = False) -> None:
        """Take the answer, to be drawn once it is compared with the others.

        busy: whether a fuller one is awaited.
        """
        ranking = found.ranking
        if not ranking.hits:
            hint = fill_keys(self, "choose passage languages with {search.passage_languages}")
            self.say("" if ranking.missing else "no passages", "" if ranking.missing else hint)
        self.busy = busy
        self.lacks = ranking if ranking.missing else None
        if ranking.hits:
            self._take_hits(found)
        self.post_message(self.StateChanged())

    def _take_hits(self, found: messages.Found) -> None:
        ranking, before = found.ranking, self.ranking
        self.found = found
        if not ranking.missing:
            self._notes = ()
        self._swap(self._notice, self.hits)
        self._mix.show(ranking, found.pool)
        if not (before and before.query == ranking.query and (before.missing or self._follows)):
            self.hits.begin()
        self._follows = False
        kind = RUN if self.run_on else self.sampler
        sign = "= " if not kind and stage_words(ranking.system, ranking.seconds) else ""
        took = sign + total_words(ranking.seconds)
        self._show_detail(" · ".join(filter(None, [kind, took])))

    def draw(self, content: PaneContent) -> None:
        """Show rows of the ranking, and in the header what there is to tell of it."""
        self.content = content
        self.hits.show(content.rows, content.terms, content.foot)
        self._show_facts()

    def _show_facts(self) -> None:
        width = self.size.width - EDGES
        facts = self.content.facts if self.content else ()
        detail = [str(self._detail.content)] if self.has_class("stacked") else []
        notes = [part for note in self._notes for part in wrap(note, max(width, 1))]
        text = "\n".join([*notes, *packed([*facts, *filter(None, detail)], width)])
        if text != self._facts.content:
            grown = self.fact_lines != len(text.splitlines())
            self._facts.update(text, layout=grown)
            if grown:
                self._facts.display = bool(text)
                self.level(self._room)
                self.post_message(self.HeaderGrown())

    @property
    def fact_lines(self) -> int:
        """The lines of the header that tell of the ranking."""
        return len(str(self._facts.content).splitlines())

    def level(self, lines: int) -> None:
        """Leave room in the header for so many lines that tell of the ranking."""
        self._room = lines
        self._facts.styles.height = max(lines, self.fact_lines)

    def stack(self, *, stacked: bool, behind: bool) -> None:
        """Stand before or behind others, where tabs take the place of the header, or beside them."""
        self.set_class(stacked, "stacked")
        self.set_class(behind, "behind")
        if self.is_mounted:
            self._show_facts()

    def on_resize(self) -> None:
        """Lay out the header for the new width."""
        self._show_facts()

    def _swap(self, old: HitList | Notice, new: HitList | Notice) -> None:
        focused = old.has_focus
        old.display = False
        new.display = True
        if focused:
            new.focus()

    def _show_detail(self, text: str) -> None:
        self._detail.set_class(self.busy, "waiting")
        self._detail.update(one_line(text), layout=False)
        self._show_facts()

    def on_click(self, event: events.Click) -> None:
        """Choose this pane; ask for another model when its name is clicked."""
        if event.widget is self._model_name:
            self.post_message(self.ModelWanted(self))
        elif not isinstance(event.widget, HitList):
            self.take_focus()
