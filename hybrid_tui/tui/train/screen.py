"""The training screen: the form, the plan of the training, and the list of all jobs."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hybrid_tui.engine import messages
from hybrid_tui.tui.dialogs.base import PlaceScreen
from hybrid_tui.tui.dialogs.confirm import Confirm, stop_question
from hybrid_tui.tui.engine_link import NO_ENGINE, EngineLink
from hybrid_tui.tui.job_watch import Jobs
from hybrid_tui.tui.key_hints import fill_keys
from hybrid_tui.tui.open_requests import OpenRequests
from hybrid_tui.tui.render import job_lines
from hybrid_tui.tui.train import training_lines
from hybrid_tui.tui.train.form import Form
from hybrid_tui.tui.widgets.job_line import JobLine
from hybrid_tui.tui.widgets.key_line import KeyLine
from hybrid_tui.tui.widgets.status import StatusLine

PAUSE_SECONDS = 0.2
CATALOG, PLANNING, STARTING, ENDING = "catalog", "planning", "starting", "ending"
WIDE = 130
"""Cells from which on the list of jobs stands beside the form."""
MEND = "correct what is marked first"


class TrainScreen(PlaceScreen[tuple[str, ...] | None]):
    """Plans a training as it is put together, starts it, and lists all jobs; ends with models to compare."""

    PLACE = "train"
    BINDING_GROUP_TITLE = "Train"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="train.back"),
        Binding("f5", "start", "Start", id="train.start"),
        Binding("f6", "jobs", "To the jobs", id="train.jobs"),
        Binding("f7", "resume", "Resume", tooltip="Go on with the job", id="train.resume"),
        Binding("f8", "stop", "Stop", tooltip="Stop the job, once you have been asked", id="train.stop"),
        Binding("down", "app.focus_next", "Next field", show=False, id="train.down"),
        Binding("up", "app.focus_previous", "Previous field", show=False, id="train.up"),
    ]

    def __init__(self, link: EngineLink, backbone: str, data: str) -> None:
        super().__init__()
        self._link = link
        self._requests = OpenRequests[str](link, self, lost=self._tell_lost, revived=self._ask_plan)
        self._form = Form(backbone, data)
        self._pause: Timer | None = None
        self._plan: messages.TrainingPlan | None = None
        self._jobs: Jobs = ()

    def compose(self) -> ComposeResult:
        """Lay out form, plan, list and keys."""
        yield Static("Train a model", id="what", markup=False)
        with Container(id="train"):
            with Vertical(id="asked"):
                yield self._form
                yield Static(id="plan", markup=False)
            with Vertical(id="there"):
                yield Static("Jobs: trainings and evaluations", classes="title", markup=False)
                yield Static(id="no-jobs", markup=False)
                yield OptionList(id="jobs", markup=False)
        yield StatusLine()
        yield JobLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Ask what there is."""
        self._requests.ask(CATALOG, messages.ListCatalog(), self._take_catalog)
        nothing = "nothing was trained or evaluated yet · {train.start} starts the training planned here"
        self.query_one("#no-jobs", Static).update(fill_keys(self, nothing))
        self.watch(self.app, "jobs", self._take_jobs)
        self._ask_plan()

    def on_unmount(self) -> None:
        """Wait for no plan any more; what was started goes on."""
        self._requests.close()

    def on_resize(self) -> None:
        """Put the list beside the form where there is room."""
        self.set_class(self.size.width < WIDE, "narrow")

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show one line of status."""
        self.query_one(StatusLine).say(text, problem=problem)

    # --- what is asked for ----------------------------------------------------------------------------

    def _take_catalog(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Catalog):
            self._form.catalog = reply

    def action_choose(self, name: str) -> None:
        """Choose what stands in a field."""
        self._form.choose(name)

    def on_form_changed(self) -> None:
        """Plan anew once typing pauses."""
        self._plan = None
        self._requests.cancel(PLANNING)
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self._ask_plan)

    def _ask_plan(self) -> None:
        self._pause = None
        self._requests.cancel(PLANNING)
        wanted = self._form.wanted
        if wanted is None:
            self._plan = messages.TrainingPlan(problems={"steps": "a number from 1 on, or nothing"})
            self._form.tell(self._plan.problems)
            self.query_one("#plan", Static).update("")
            self.say(MEND, problem=True)
        elif not self._requests.alive:
            self._tell_lost()
        else:
            self.say("planning the training")
            self._requests.ask(PLANNING, messages.PlanTraining(wanted=wanted), self._take_plan)

    def _tell_lost(self) -> None:
        self.say(NO_ENGINE, problem=True)

    def _take_plan(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self._plan = messages.TrainingPlan(problems={"": reply.message})
            self.say(reply.whole, problem=True)
        elif isinstance(reply, messages.TrainingPlan):
            self._plan = reply
            self._form.tell(reply.problems)
            self.query_one("#plan", Static).update(training_lines.plan_lines(reply))
            start = fill_keys(self, "{train.start} starts it")
            self.say(MEND if reply.problems else start, problem=bool(reply.problems))

    # --- starting -------------------------------------------------------------------------------------

    def action_start(self) -> None:
        """Start the training, once what it would replace has been told."""
        plan = self._plan
        if not self._requests.alive:
            self._tell_lost()
        elif STARTING in self._requests:
            self.say("starting")
        elif not plan:
            self.say("not yet: the training is still being planned", problem=True)
        elif plan.problems:
            self.say(MEND, problem=True)
        elif taken := [each.taken for each in plan.models if each.taken]:
            self.app.push_screen(Confirm("Replace?", "\n".join(taken), "replaces them"), self._confirmed)
        else:
            self._start(overwrite=False)

    def _confirmed(self, yes: bool | None) -> None:
        if yes:
            self._start(overwrite=True)

    def _start(self, *, overwrite: bool) -> None:
        wanted = self._form.wanted
        if wanted:
            self.say("starting")
            request = messages.StartTraining(wanted=wanted, overwrite=overwrite)
            self._requests.ask(STARTING, request, self._take_started, outlives=True)

    def _take_started(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(reply.whole, problem=True)
        elif isinstance(reply, messages.JobStarted):
            self.say("")
            self.show_training(reply.job)

    # --- the jobs that there are ------------------------------------------------------------------------

    def _take_jobs(self, jobs: Jobs) -> None:
        options = self.query_one(OptionList)
        if [job.name for job in jobs] == [job.name for job in self._jobs]:
            for job in jobs:
                options.replace_option_prompt(job.name, job_lines.list_line(job))
        else:
            here = self._here
            options.set_options(Option(job_lines.list_line(job), id=job.name) for job in jobs)
            names = [job.name for job in jobs]
            options.highlighted = names.index(here.name) if here and here.name in names else None
        self._jobs = jobs
        options.display = bool(jobs)
        self.query_one("#no-jobs").display = not jobs
        self._tell_here()

    @property
    def _here(self) -> messages.Job | None:
        """The job under the cursor."""
        options = self.query_one(OptionList)
        at = options.highlighted
        return self._jobs[at] if at is not None and at < len(self._jobs) else None

    def action_jobs(self) -> None:
        """Go to the list of jobs."""
        options = self.query_one(OptionList)
        options.focus()
        if options.highlighted is None and options.option_count:
            options.highlighted = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Tell whether a key does something now; the key line leaves out those that do not."""
        if action not in {"stop", "resume"}:
            return True
        job = self._here if self.query_one(OptionList).has_focus else None
        states = job_lines.ACTIVE if action == "stop" else ("stopped", "failed")
        return job is not None and job.state in states

    def on_descendant_focus(self) -> None:
        """Show the keys of what has been entered."""
        self.refresh_bindings()

    def on_option_list_option_highlighted(self) -> None:
        """Tell of the job under the cursor."""
        self._tell_here()

    def _tell_here(self) -> None:
        """Show the keys of the job under the cursor, and what it does."""
        self.refresh_bindings()
        if self._here and self.query_one(OptionList).has_focus:
            self.say(job_lines.step_line(self._here), problem=self._here.state == "failed")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Watch a training; of another job say what it does."""
        if self._here and self._here.kind == "training":
            self.show_training(str(event.option_id))
        else:
            self._tell_here()

    def action_stop(self) -> None:
        """Ask whether the job under the cursor is to end."""
        if job := self._here:
            self.app.push_screen(stop_question(job_lines.doing(job)), partial(self._stop, job.name))

    def _stop(self, name: str, yes: bool | None) -> None:
        if yes:
            self._requests.ask(ENDING, messages.StopJob(job=name), self._take_ended, outlives=True)
            self.say("stopping")

    def action_resume(self) -> None:
        """Go on with the job under the cursor."""
        if job := self._here:
            request = messages.ResumeJob(job=job.name)
            self._requests.ask(ENDING, request, self._take_ended, outlives=True)
            self.say("starting")

    def _take_ended(self, reply: messages.Reply) -> None:
        if isinstance(reply, messages.Failure):
            self.say(reply.whole, problem=True)

    def show_training(self, name: str) -> None:
        """Show how a training gets on; models that are to be compared end this screen, too."""
        from hybrid_tui.tui.train.progress_screen import TrainingProgressScreen

        self.app.push_screen(TrainingProgressScreen(self._link, name), self._watched)

    def _watched(self, models: tuple[str, ...] | None) -> None:
        if models:
            self.dismiss(models)
        else:
            self._ask_plan()
