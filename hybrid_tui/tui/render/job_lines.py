"""Lines of text about jobs: what runs, a list's entries, what an evaluation would take."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from hybrid_tui.engine import messages
from hybrid_tui.errors import joined
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.spans import span

SIGNS = {
    "starts": "…",
    "runs": "▶",
    "waits": "·",
    "gone": "·",
    "stopped": "■",
    "failed": "✗",
    "ended": "✓",
    "kept": "✓",
}
STYLES = {
    "runs": "$text-success",
    "failed": "$text-error",
    "stopped": "$text-warning",
    "starts": "$text-warning",
}
ACTIVE = ("starts", "runs")
DOING = {"training": "training", "evaluation": "evaluating"}
DONE = {"training": "trained", "evaluation": "evaluated"}


def sign(state: str) -> tuple[str, str]:
    """Return the sign of a state and its style."""
    return SIGNS[state], STYLES.get(state, "")


def active(jobs: Sequence[messages.Job]) -> list[messages.Job]:
    """Return the jobs that run or are about to."""
    return [job for job in jobs if job.state in ACTIVE]


def doing(job: messages.Job) -> str:
    """Return what a job does: "evaluating me5-small on xquad-r"."""
    return f"{DOING.get(job.kind, job.kind)} {job.title}"


def far(job: messages.Job) -> str:
    """Return how far a job is, "34 %, 5 min 02 s left", or its step: "step 2 of 3: 34 %, 5 min 02 s left"."""
    step = "" if job.steps == 1 else _number(job) or job.step
    return ": ".join(filter(None, (step, _share(job))))


def _number(job: messages.Job) -> str:
    return f"step {job.number} of {job.steps}" if job.steps > 1 else ""


def _share(job: messages.Job) -> str:
    share = f"{100 * job.done // job.total} %" if job.total else ""
    left = f"{span(job.left)} left" if job.left else ""
    return ", ".join(filter(None, (share, left)))


def running_line(jobs: Sequence[messages.Job]) -> str:
    """Return the first job that runs in a line, how far it is first, and how many more; empty for none."""
    if not (found := active(jobs)):
        return ""
    first, *more = found
    how = far(first) if first.state == "runs" else "starting"
    return " · ".join(filter(None, (how, doing(first), f"{len(more)} more" if more else "")))


def list_line(job: messages.Job) -> Content:
    """Return a job as a line of a list."""
    how = far(job) if job.state in {"runs", "stopped"} else ""
    doings = doing(job) if job.state != "ended" else f"{DONE.get(job.kind, job.kind)} {job.title}"
    return Content.assemble(
        sign(job.state), (f" {job.state:<8}", "dim"), f"{how}  " if how else "", (one_line(doings), "dim")
    )


def step_line(job: messages.Job) -> str:
    """Return what a job does at the moment, or why it failed."""
    if job.state == "failed":
        return joined(job.problem or f"{job.name} has failed", job.hint)
    counts = f" {job.done:,} of {job.total:,}" if job.total else ""
    step = ", ".join(filter(None, (_number(job), job.step + counts)))
    return " · ".join(filter(None, (": ".join(filter(None, (doing(job), step))), _share(job))))


def cost(estimate: messages.EvaluationEstimate) -> str:
    """Return what evaluating takes: "about 8 min (14,204 texts to encode)", or that this is not known yet."""
    texts = f"{estimate.texts:,} texts to encode" if estimate.texts else ""
    if estimate.guess:
        return f"time not known yet ({texts})"
    minutes = round(estimate.seconds / 60)
    whole = span(max(estimate.seconds, 1)) if minutes < 1 else f"{minutes} min"
    about = whole if minutes < 60 else span(60 * minutes)
    return f"about {about} ({texts})" if texts else f"about {about}"
