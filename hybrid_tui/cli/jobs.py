"""`hybrid-tui jobs`: trainings and evaluations that run, were stopped or have ended, wherever they began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import completion, escaping, output
from hybrid_tui.cli.options import Json

if TYPE_CHECKING:
    from hybrid_tui.api.records import Job

app = typer.Typer(
    help="Trainings and evaluations: what runs, was stopped or has ended.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Running = Annotated[str, typer.Argument(help="As listed.", autocompletion=completion.running_job)]
Resumable = Annotated[str, typer.Argument(help="As listed.", autocompletion=completion.resumable_job)]


@app.command("list")
def list_jobs(json: Json = False) -> None:
    """List jobs, the latest first: which step each does, how far that is, and the time left of it.

    Example: hybrid-tui jobs list
    """
    from msgspec import to_builtins

    from hybrid_tui.api.jobs import Jobs

    found = Jobs().every()
    if json:
        output.as_json(to_builtins(found))
        return
    columns = ("job", "kind", "state", "step", "of it", "left")
    rows = [_row(each) for each in found]
    escaping.table(columns, rows, numeric=("of it", "left"), name="job", spare=("kind",))


def _row(job: Job) -> tuple[str, ...]:
    far = f"{job.done / job.total:.0%}" if job.total and job.state != "ended" else ""
    left = output.span(job.left) if job.left else ""
    number = f"{job.number} of {job.steps}: " if job.steps > 1 else ""
    step = job.problem if job.state == "failed" else "" if job.state == "ended" else number + job.step
    return job.name, job.kind, job.state, step, far, left


@app.command()
def stop(name: Running) -> None:
    """Let a job end so that it can be gone on with: what it has done so far is kept.

    Example: hybrid-tui jobs stop me5-small-on-xquad-r
    """
    from hybrid_tui.api.jobs import Jobs

    Jobs().stop(name)
    escaping.say(f"{name} keeps what is done and ends: hybrid-tui jobs resume goes on with it")


@app.command()
def resume(name: Resumable) -> None:
    """Go on with a job in the background, as the app does.

    Example: hybrid-tui jobs resume me5-small-on-xquad-r
    """
    from hybrid_tui.api.jobs import Jobs

    jobs = Jobs()
    jobs.resume(name)
    jobs.begun(name)
    escaping.say(f"{name} goes on: hybrid-tui jobs list, or F10 in the app, shows how far it is")
