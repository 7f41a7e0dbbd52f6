"""Lines of text about trainings: headline, models, plan."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from hybrid_tui.comparison.number_format import figure
from hybrid_tui.engine import messages
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.job_lines import sign
from hybrid_tui.tui.render.spans import span

VALIDATION = "◆"
"""Stands before a validation loss."""


def headline(training: messages.Training) -> str:
    """Return what is trained, how it stands, and how long it takes."""
    taken = sum(each.seconds for each in training.models)
    left = [f"about {span(training.left)} left"] if training.left else []
    return " · ".join([training.state, span(taken), *left, training.title])


def has_steps(training: messages.Training | None) -> bool:
    """Tell whether a training has taken a step."""
    return bool(training and any(each.step for each in training.models))


def model_line(model: messages.ModelTraining, *, here: bool) -> Content:
    """Return a model that is trained as a line: sign, name, how far, its losses."""
    mark = ("▌", "$text-primary") if here else " "
    return Content.assemble(
        mark,
        sign(model.state),
        " ",
        (one_line(model.name), "bold" if here else ""),
        (f"  {model.step:,}/{model.steps:,}{', stopped early' * stopped_early(model)}  ", "dim"),
        "  ".join(_losses(model)),
    )


def _losses(model: messages.ModelTraining) -> Iterator[str]:
    if model.losses:
        yield f"loss {figure(model.losses[-1][1], 3)}"
    if model.validations:
        best = min(loss for _, loss in model.validations)
        yield f"{VALIDATION} {figure(model.validations[-1][1], 3)}, best {figure(best, 3)}"


def stopped_early(model: messages.ModelTraining) -> bool:
    """Tell whether a training ended before its last step: the validation loss no longer fell."""
    return model.state == "kept" and 0 < model.step < model.steps


def step_line(model: messages.ModelTraining) -> str:
    """Return the last step of a model, and how quick it is."""
    if not model.step:
        return ""
    alpha = f" (alpha {figure(model.alpha, 2)})" if model.sampler == "hybrid" else ""
    speed = f" · {model.rate:,.0f} rows/s" if model.rate else ""
    return f"{model.sampler}{alpha} · step {model.step:,}: {model.mode} · {model.rows} rows a step{speed}"


def plan_lines(plan: messages.TrainingPlan) -> Content:
    """Return what a training would do."""
    width = max((len(name) for name, _ in plan.facts), default=0)
    lines = [
        Content.assemble(
            (each.name, "bold"),
            (f"  {each.sampler}, {each.steps:,} steps of {each.rows} rows", ""),
            ("  exists already" if each.taken else "", "$text-warning"),
        )
        for each in plan.models
    ]
    facts = [Content.assemble((f"{name:<{width}}  ", "dim"), one_line(value)) for name, value in plan.facts]
    return Content("\n").join([*lines, *facts])
