"""The view of one training: losses, languages of the batches, time left."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.engine import messages
from hybrid_tui.errors import joined
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.dialogs.confirm import stop_question
from hybrid_tui.tui.engine_link import EngineLink
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render import job_lines
from hybrid_tui.tui.render.curves import Series
from hybrid_tui.tui.render.grid import Grid
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.paint import paint_of
from hybrid_tui.tui.render.spans import span
from hybrid_tui.tui.train import training_lines
from hybrid_tui.tui.widgets.curves import Curves
from hybrid_tui.tui.widgets.heatmap import Heatmap
from hybrid_tui.tui.widgets.job_line import JobLine
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.status import StatusLine

TICK_SECONDS = 0.5
FOLLOWING, STARTING, STOPPING = "following", "starting", "stopping"
WIDE = 130
"""Cells from which on curve and languages stand beside each other."""
GAP, LEAST = 2, 60
"""Cells beside the table of languages, and that it has at the least."""


class TrainingProgressScreen(PlaceScreen[tuple[str, ...] | None]):
    """Follows a training, which leaving does not touch; ends with its models to be compared, or with none."""

    AUTO_FOCUS = ""
    PLACE = "train"
    BINDING_GROUP_TITLE = "Training"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", tooltip="Back; what runs goes on", id="training.back"),
        Binding("f2,enter,c", "compare", "Compare", id="training.compare"),
        Binding("f5,r", "resume", "Resume", id="training.resume"),
        Binding("f6,v", "view", "View", id="training.view"),
        Binding("f8,s", "stop", "Stop", tooltip="Stop it, once you have been asked", id="training.stop"),
        Binding("down,j", "model(1)", "Next model", show=False, id="training.down"),
        Binding("up,k", "model(-1)", "Previous model", show=False, id="training.up"),
    ]

    def __init__(self, link: EngineLink, name: str) -> None:
        super().__init__()
        self._requests = OpenRequests[str](link, self, lost=self._tell_lost, revived=self._follow_again)
        self._called = name
        self._since = time.monotonic()
        self._training: messages.Training | None = None
        self._chosen: int | None = None
        self._turned = False
        self._widest = 0

    def compose(self) -> ComposeResult:
        """Lay out title, models, curve and languages, and the keys."""
        yield Static(id="what", markup=False)
        yield Static(id="models-trained", markup=False)
        with Horizontal(id="views"):
            with Vertical(id="curve"):
                yield Static("Loss by step", classes="title")
                yield Curves()
            with Vertical(id="pairs"):
                yield Static("Rows so far, by query language (down) and passage language", classes="title")
                heatmap = Heatmap()
                heatmap.can_focus = False  # the arrows choose a model here
                yield heatmap
        yield Static(id="step", markup=False)
        yield StatusLine()
        yield JobLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to follow."""
        self.query_one("#what", Static).update(one_line(self._called))
        self.set_interval(TICK_SECONDS, self._tick)
        self._follow()

    def on_unmount(self) -> None:
        """Follow it no more; it goes on."""
        self._requests.close()

    def on_resize(self) -> None:
        """Show as much as there is room for."""
        self._arrange()
        self.refresh_bindings()

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show one line of status."""
        self.query_one(StatusLine).say(text, problem=problem)

    # --- following ------------------------------------------------------------------------------------

    def _follow(self) -> None:
        request = messages.FollowTraining(training=self._called)
        self._requests.ask(FOLLOWING, request, self._take)

    def _tell_lost(self) -> None:
        self.say("the engine has stopped; the training goes on without it", problem=True)

    def _follow_again(self) -> None:
        self.say("")
        self._follow()

    def _tick(self) -> None:
        """Tell that it starts; follow it again where the engine could not."""
        if not self._requests.alive:
            return
        if FOLLOWING not in self._requests and (not self._training or self._active):
            self._follow()
        elif self._training and self._active and not training_lines.has_steps(self._training):
            said = self._training.said.splitlines()[-1:] or ["starting"]
            self.say(f"{said[0]} · {span(time.monotonic() - self._since)}")

    @property
    def _active(self) -> bool:
        return bool(self._training and self._training.state in job_lines.ACTIVE)

    def _take(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure) and not reply.cancelled:
            self.say(reply.whole, problem=True)
        elif isinstance(reply, messages.TrainingState):
            before, self._training = self._training, reply.training
            if not before or before.state != reply.training.state or not training_lines.has_steps(before):
                self._say_state(reply.training)
                self.refresh_bindings()
            self._draw()

    def _say_state(self, training: messages.Training) -> None:
        match training.state:
            case "failed":
                self.say(joined(training.problem, training.hint), problem=True)
            case "stopped":
                self.say(fill_keys(self, "stopped: {training.resume} goes on with it"))
            case "ended":
                self.say(fill_keys(self, "ended: {training.compare} compares its models"))
            case _:
                self.say("")

    # --- drawing --------------------------------------------------------------------------------------

    @property
    def _shown(self) -> int:
        """The place of the model whose curve is shown: the one chosen, else the one that is trained."""
        models = self._training.models if self._training else ()
        if self._chosen is not None:
            return self._chosen
        begun = [at for at, each in enumerate(models) if each.step]
        return begun[-1] if begun else 0

    def _draw(self) -> None:
        if not self._training:
            return
        training, shown = self._training, self._shown
        model = training.models[shown]
        lines = [training_lines.model_line(each, here=at == shown) for at, each in enumerate(training.models)]
        self.query_one("#what", Static).update(one_line(training_lines.headline(training)))
        self.query_one("#models-trained", Static).update(Content("\n").join(lines))
        series = [
            Series("training", model.losses),
            Series("held out", model.validations, training_lines.VALIDATION),
        ]
        self.query_one(Curves).show(
            series, "step", model.step if training_lines.stopped_early(model) else model.steps
        )
        self.query_one("#step", Static).update(one_line(training_lines.step_line(model)))
        self._draw_pairs(model.pairs)

    def _draw_pairs(self, pairs: dict[str, int]) -> None:
        codes = tuple(sorted({code for pair in pairs for code in pair.split(">")}))
        counts = tuple(tuple(pairs.get(f"{row}>{column}", 0) for column in codes) for row in codes)
        values = tuple(tuple(float(count) if count else None for count in row) for row in counts)
        matrix = Matrix("rows", codes, codes, values, counts, digits=0)
        grid = Grid(matrix, Scale.of(matrix), paint_of(self.app))
        self.query_one(Heatmap).show(grid)
        self._widest = grid.width
        self._arrange()

    @property
    def _narrow(self) -> bool:
        return self.size.width < WIDE

    def _arrange(self) -> None:
        narrow = self._narrow
        pairs = self.query_one("#pairs")
        pairs.styles.width = "1fr" if narrow else max(self._widest + GAP, LEAST)
        pairs.display = not narrow or self._turned
        self.query_one("#curve").display = not (narrow and self._turned)

    # --- acting ---------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Tell whether a key does something now; the key line leaves out those that do not."""
        match action:
            case "stop":
                return self._active
            case "resume":
                return bool(self._training and self._training.state in {"stopped", "failed"})
            case "view":
                return self._narrow
            case _:
                return True

    def action_view(self) -> None:
        """Turn from the curve to the languages and back, where there is no room for both."""
        self._turned = not self._turned
        self._arrange()

    def action_model(self, by: int) -> None:
        """Show the next model's curve."""
        if self._training:
            self._chosen = (self._shown + by) % len(self._training.models)
            self._draw()

    def action_stop(self) -> None:
        """Let it keep a checkpoint and end, once that has been confirmed."""
        title = self._training.title if self._training else self._called
        self.app.push_screen(stop_question(f"training {title}"), self._stop)

    def _stop(self, yes: bool | None) -> None:
        if yes:
            self.say("stopping, with a checkpoint")
            self._requests.ask(STOPPING, messages.StopJob(job=self._called), self._take, outlives=True)

    def action_resume(self) -> None:
        """Go on with it where it was stopped."""
        self.say("starting")
        self._since = time.monotonic()
        request = messages.ResumeJob(job=self._called)
        self._requests.ask(STARTING, request, self._resumed, outlives=True)

    def _resumed(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.JobStarted):
            self._follow()
        else:
            self._take(reply)

    def action_compare(self) -> None:
        """Go to the search with the models that are ready in its panes."""
        kept = (
            tuple(each.name for each in self._training.models if each.state == "kept")
            if self._training
            else ()
        )
        if kept:
            self.dismiss(kept)
        else:
            self.say("no model is ready yet", problem=True)
