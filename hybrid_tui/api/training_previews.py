"""A training that is asked for in a form: what it would be, or what is wrong with which field."""

from __future__ import annotations

from typing import Unpack

from hybrid_tui.api.records import PlannedModel, TrainingPreview
from hybrid_tui.api.training_plans import BACKBONE, DATA, PlannedTraining, TrainingOptions, TrainingPlan
from hybrid_tui.corpus import pairs
from hybrid_tui.encoders import model
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import training_note
from hybrid_tui.training.defaults import prepare
from hybrid_tui.training.split import Split


def preview(plan: TrainingPlan) -> TrainingPreview:
    """Return a plan in words, with the estimated time of heads."""
    return TrainingPreview(tuple(map(_model, plan.trainings)), tuple(_facts(plan).items()))


def problems(error: HybridTuiError, **options: Unpack[TrainingOptions]) -> TrainingPreview:
    """Return what is wrong with a training, under the field that it is wrong with: the first one alone."""
    return TrainingPreview(problems={_culprit(**options): error.whole})


def _culprit(**options: Unpack[TrainingOptions]) -> str:
    backbone, data = options.get("backbone", BACKBONE), options.get("data", DATA)
    try:
        if model.resolve(backbone).manifest:
            return "backbone"
    except HybridTuiError:
        return "backbone"
    try:
        pairs.load(data)
    except HybridTuiError:
        return "data"
    try:
        prepare(backbone, data, Sampler("mono"), tuning=options.get("tuning", "auto"))
    except HybridTuiError:
        return "tuning"
    return "sampler"


def _model(planned: PlannedTraining) -> PlannedModel:
    options = planned.job.options
    return PlannedModel(
        planned.name, options.sampler.name, options.steps, options.batch_size, _taken(planned)
    )


def _taken(planned: PlannedTraining) -> str:
    if training_note.trains(planned.name):
        return f"{planned.name} is being trained"
    try:
        planned.check()
    except HybridTuiError as error:
        return str(error)
    return ""


def _facts(plan: TrainingPlan) -> dict[str, str]:
    """Return in words what the defaults make of the rest."""
    job = plan.trainings[0].job
    options = job.options
    epochs = options.steps / job.train.plan.steps_per_epoch
    facts = {"note": "; ".join(job.notes)} if job.notes else {}
    facts |= {
        "tuning": options.tuning,
        "trained on": f"{_counted(job.train)}, {len(options.langs)} languages: {' '.join(options.langs)}",
        **({"hard negatives": job.negatives.counted.partition(": ")[2]} if job.negatives.rows else {}),
        "validated on": f"{_counted(job.held)}, every {options.evaluate_every} steps"
        if job.held
        else "nothing",
        "steps": f"{options.steps:,} of {options.batch_size} rows, {_epochs(epochs)} epochs",
        "learning rate": f"{options.learning_rate:g}, temperature {options.temperature:g}",
        "loss": options.loss,
        "seed": str(options.seed),
    }
    if job.spec.note:
        facts["needs"] = job.spec.note
    elif options.tuning == "head":
        cost = plan.trainings[0].estimate()
        encoding = f"encoding {cost.texts:,} texts, then " if cost.texts else ""
        steps = sum(each.job.options.steps for each in plan.trainings)
        facts["takes about"] = f"{encoding}{max((cost.step or 0) * steps, 1):,.0f} s"
    return facts


def _epochs(count: float) -> str:
    return f"{count:,.0f}" if count >= 10 else f"{count:.2g}"


def _counted(side: Split) -> str:
    return f"{len(side.pairs.items):,} items, {len(side.pairs.rows):,} rows"
