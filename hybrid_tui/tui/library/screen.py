"""The library screen: models and collections, their details, adding, evaluating, removing."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.dialogs.confirm import Confirm
from hybrid_tui.tui.dialogs.pick_one import Choice, PickOne
from hybrid_tui.tui.engine_link import NO_ENGINE, EngineLink
from hybrid_tui.tui.job_watch import Jobs
from hybrid_tui.tui.library import table_rows
from hybrid_tui.tui.library.add_dialog import AddDialog
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render.columns import headings
from hybrid_tui.tui.render.job_lines import active, cost
from hybrid_tui.tui.widgets.job_line import JobLine
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.status import StatusLine

LISTING, DESCRIBING, EVALUATING, REMOVING = "listing", "describing", "evaluating", "removing"
WIDE = 130
"""Cells from which on the details stand beside the lists."""


class LibraryScreen(PlaceScreen[None]):
    """Two lists, and the facts of what is highlighted in the one that was entered last."""

    PLACE = "library"
    BINDING_GROUP_TITLE = "Models and data"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="library.back"),
        Binding("f5,e", "evaluate", "Evaluate", id="library.evaluate"),
        Binding("f6", "other", "Other list", id="library.other"),
        Binding("f7,a", "add", "Add", id="library.add"),
        Binding("f8,delete", "remove", "Remove", id="library.remove"),
    ]

    def __init__(self, link: EngineLink) -> None:
        super().__init__()
        self._link = link
        self._requests = OpenRequests[str](link, self, lost=self._tell_lost, revived=self._revived)
        self._library = messages.Library(models=(), collections=())
        self._kind: messages.Kind = "model"
        self._under_way: set[str] = set()
        """The jobs that run."""

    def compose(self) -> ComposeResult:
        """Lay out lists, details and keys."""
        yield Static("Models and collections", id="what", markup=False)
        with Container(id="library"):
            with Vertical(id="lists"):
                yield Static(headings(table_rows.MODELS), classes="title", markup=False)
                yield OptionList(id="model", markup=False)
                yield Static(headings(table_rows.COLLECTIONS), classes="title", markup=False)
                yield OptionList(id="collection", markup=False)
            with VerticalScroll(id="details"):
                yield Static(id="facts", markup=False)
        yield StatusLine()
        yield JobLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask what there is."""
        self._list()
        self.watch(self.app, "jobs", self._take_jobs)

    def on_unmount(self) -> None:
        """Stop what runs."""
        self._requests.close()

    def on_resize(self) -> None:
        """Put the details beside the lists where there is room."""
        self.set_class(self.size.width < WIDE, "narrow")

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show one line of status."""
        self.query_one(StatusLine).say(text, problem=problem)

    # --- what there is --------------------------------------------------------------------------------

    def _list(self, select: str = "") -> None:
        if self._requests.alive:
            self._requests.ask(LISTING, messages.ListLibrary(), partial(self._take_library, select))
        else:
            self._tell_lost()

    def _tell_lost(self) -> None:
        self.say(NO_ENGINE, problem=True)

    def _revived(self) -> None:
        self.say("")
        self._list()

    def _take_library(self, select: str, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(reply.whole, problem=True)
        elif isinstance(reply, messages.Library):
            self._library = reply
            self._fill("model", {each.name: table_rows.model_row(each) for each in reply.models}, select)
            rows = {each.name: table_rows.collection_row(each) for each in reply.collections}
            self._fill("collection", rows, select)
            self._describe()

    def _fill(self, kind: messages.Kind, rows: dict[str, Content], select: str) -> None:
        options = self._options(kind)
        before = options.highlighted
        options.set_options(Option(row, id=name) for name, row in rows.items())
        wanted = list(rows).index(select) if select in rows and kind == self._kind else before or 0
        options.highlighted = min(wanted, len(rows) - 1) if rows else None

    def _options(self, kind: messages.Kind) -> OptionList:
        return self.query_one(f"#{kind}", OptionList)

    @property
    def _here(self) -> str:
        """What is highlighted in the list that was entered last; empty where nothing is."""
        options = self._options(self._kind)
        at = options.highlighted
        return str(options.get_option_at_index(at).id) if at is not None else ""

    def on_descendant_focus(self) -> None:
        """Tell of what is highlighted in the list that has been entered."""
        for kind in ("model", "collection"):
            if self._options(kind).has_focus and kind != self._kind:
                self._kind = kind
                self._describe()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell of what is highlighted."""
        if event.option_list.id == self._kind and event.option_list.has_focus:
            self._describe()

    def _describe(self) -> None:
        self._requests.cancel(DESCRIBING)
        if self._here and self._requests.alive:
            request = messages.Describe(kind=self._kind, name=self._here)
            self._requests.ask(DESCRIBING, request, self._take_facts)

    def _take_facts(self, reply: messages.Reply) -> None:
        shown = self.query_one("#facts", Static)
        if isinstance(reply, messages.Failure) and not reply.cancelled:
            shown.update(Content.styled(f"✗ {reply.message}\n{reply.hint}", "$text-error"))
        elif isinstance(reply, messages.Description):
            shown.update(table_rows.facts(reply))

    def action_other(self) -> None:
        """Go to the other list."""
        self._options("collection" if self._kind == "model" else "model").focus()

    # --- evaluating -----------------------------------------------------------------------------------

    def action_evaluate(self) -> None:
        """Choose what to evaluate the model on, or which model to evaluate on the collection."""
        name, kind = self._here, self._kind
        others = self._library.collections if kind == "model" else self._library.models
        choices = [Choice(each.name, each.name, f"evaluations: {each.evaluations:,}") for each in others]
        title = f"Evaluate {name} on" if kind == "model" else f"Evaluate on {name}"

        def chosen(other: str | None) -> None:
            if other:
                self._evaluate(*((name, other) if kind == "model" else (other, name)))

        if name:
            self.app.push_screen(PickOne(title, choices), chosen)
        else:
            self._tell_nothing_here()

    def _tell_nothing_here(self) -> None:
        """Answer a key that is for what is highlighted, where nothing is."""
        if LISTING in self._requests:
            self.say("not yet: listing what there is", problem=True)
        elif self._requests.alive:
            self.say(f"there is no {self._kind} here", problem=True)
        else:
            self._tell_lost()

    def _evaluate(self, model: str, data: str) -> None:
        self.say("looking what there is to do")
        request = messages.EstimateEvaluation(data=data, systems=(model,))
        self._requests.ask(EVALUATING, request, partial(self._take_estimate, model, data))

    def _take_estimate(self, model: str, data: str, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(f"{model} on {data}: {reply.whole}", problem=True)
        elif isinstance(reply, messages.Estimated):
            start = partial(self._start, messages.StartEvaluation(data=data, systems=(model,)))
            self.say("")
            if not reply.estimate.systems:
                self.say(f"{model} on {data}: evaluated already")
            elif reply.estimate.quick:
                start(yes=True)
            else:
                words = cost(reply.estimate)
                self.app.push_screen(Confirm(f"Evaluate {model} on {data}?", words, "starts it"), start)

    def _start(self, request: messages.StartEvaluation, yes: bool | None) -> None:
        if yes:
            self.say("starting")
            self._requests.ask(EVALUATING, request, self._take_started, outlives=True)

    def _take_started(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(reply.whole, problem=True)
        else:
            self.say("")

    def _take_jobs(self, jobs: Jobs) -> None:
        """Count anew what is kept when something has ended."""
        running = {job.name for job in active(jobs)}
        if self._under_way - running:
            self._list()
        self._under_way = running

    # --- adding and removing --------------------------------------------------------------------------

    def action_add(self) -> None:
        """Add a model, or a collection, as the list that was entered last has."""
        kind = self._kind

        def added(name: str | None) -> None:
            if name:
                self.say(f"added the {kind} {name}")
                self._list(name)

        self.app.push_screen(AddDialog(self._link, kind), added)

    def action_remove(self) -> None:
        """Remove what is highlighted, once that has been confirmed; only what the user added."""
        kind, name = self._kind, self._here
        if not name:
            self._tell_nothing_here()
            return
        known = self._library.models if kind == "model" else self._library.collections
        own = next((each.own for each in known if each.name == name), False)
        if not own:
            self.say(f"{name} cannot be removed: it came with hybrid-tui, or is a backbone", problem=True)
            return
        rest = "Its evaluations stay." if kind == "model" else "The files that it was added from stay."

        def confirmed(yes: bool | None) -> None:
            if yes:
                request = messages.Remove(kind=kind, name=name)
                self._requests.ask(REMOVING, request, partial(self._take_removed, name), outlives=True)

        self.app.push_screen(Confirm(f"Remove the {kind} {name}?", rest, "removes it"), confirmed)

    def _take_removed(self, name: str, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(reply.whole, problem=True)
        else:
            self.say(f"removed {name}")
            self._list()
