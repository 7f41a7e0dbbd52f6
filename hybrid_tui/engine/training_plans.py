"""What a training that is asked for would be: every setting settled, or what is wrong with which field."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.corpus import pairs
from hybrid_tui.encoders import model
from hybrid_tui.engine.messages import PlannedModel, TrainingPlan, TrainingSpec
from hybrid_tui.errors import HybridTuiError, UsageError
from hybrid_tui.sampling.samplers import SAMPLERS, Sampler
from hybrid_tui.training import process, run
from hybrid_tui.training.defaults import TrainingJob, prepare, prepare_alike
from hybrid_tui.training.process import Planned, Process
from hybrid_tui.training.split import Split
from hybrid_tui.training.time_estimate import estimate


def settled(wanted: TrainingSpec) -> list[tuple[TrainingJob, str]]:
    """Return each training and the name of its model.

    Raises UsageError for what cannot be asked for, DataError for data that cannot be read.
    """
    unknown = [name for name in wanted.samplers if name not in SAMPLERS]
    if unknown:
        raise UsageError(f"no sampler named {unknown[0]!r}", f"known: {', '.join(SAMPLERS)}")
    samplers = [Sampler(name, wanted.alpha) for name in SAMPLERS if name in wanted.samplers]
    jobs = prepare_alike(
        wanted.backbone, wanted.data, samplers, tuning=wanted.tuning, steps=wanted.steps or None
    )
    return [(job, run.default_name(job)) for job in jobs]


def process_of(wanted: TrainingSpec, planned: list[tuple[TrainingJob, str]], *, overwrite: bool) -> Process:
    """Return the process that would train what is planned, and what its command line would be told."""
    options = [job.options for job, _ in planned]
    first = options[0]
    arguments = ["train", "-b", first.backbone, "--tuning", first.tuning, "--steps", str(first.steps)]
    arguments += [word for each in first.data for word in ("-d", each)]
    arguments += [word for each in options for word in ("-s", each.sampler.name)]
    arguments += ["--alpha", f"{wanted.alpha:g}", *(["--overwrite"] if overwrite else [])]
    models = [
        Planned(name, each.sampler.name, each.sampler.alpha, each.steps, each.batch_size)
        for each, (_, name) in zip(options, planned, strict=True)
    ]
    return Process(
        pid=0,
        folder=str(Path.cwd()),
        arguments=tuple(arguments),
        backbone=first.backbone,
        tuning=first.tuning,
        data=first.data,
        models=tuple(models),
    )


def plan(wanted: TrainingSpec) -> TrainingPlan:
    """Return what would be trained, and how; or what is wrong, beside the field that it is wrong with."""
    try:
        jobs = settled(wanted)
    except HybridTuiError as error:
        field = _culprit(wanted)
        return TrainingPlan(problems={field: error.whole})
    models = tuple(
        PlannedModel(
            name, job.options.sampler.name, job.options.steps, job.options.batch_size, _taken(job, name)
        )
        for job, name in jobs
    )
    return TrainingPlan(models=models, facts=tuple(_facts([job for job, _ in jobs]).items()))


def _culprit(wanted: TrainingSpec) -> str:
    """Return the field that a training cannot be had for: the first that is wrong alone."""
    try:
        if model.resolve(wanted.backbone).manifest:
            return "backbone"
    except HybridTuiError:
        return "backbone"
    try:
        pairs.load(wanted.data)
    except HybridTuiError:
        return "data"
    try:
        prepare(wanted.backbone, wanted.data, Sampler("mono"), tuning=wanted.tuning)
    except HybridTuiError:
        return "tuning"
    return "sampler"


def _taken(job: TrainingJob, name: str) -> str:
    if process.trains(name):
        return f"{name} is being trained"
    try:
        run.check(job, name)
    except HybridTuiError as error:
        return str(error)
    return ""


def _facts(jobs: list[TrainingJob]) -> dict[str, str]:
    """Return in words what the defaults make of the rest."""
    job = jobs[0]
    options = job.options
    epochs = options.steps / job.train.plan.steps_per_epoch
    facts = {"note": job.warning} if job.warning else {}
    facts |= {
        "tuning": options.tuning,
        "trained on": f"{_counted(job.train)}, {len(options.langs)} languages: {' '.join(options.langs)}",
        "validated on": f"{_counted(job.held)}, every {options.evaluate_every} steps"
        if job.held
        else "nothing",
        "steps": f"{options.steps:,} of {options.batch_size} rows, {_epochs(epochs)} epochs",
        "learning rate": f"{options.learning_rate:g}, temperature {options.temperature:g}",
        "seed": str(options.seed),
    }
    if job.spec.note:
        facts["needs"] = job.spec.note
    elif options.tuning == "head":
        cost = estimate(job)
        encoding = f"{cost.encoding:,.0f} s to encode {cost.texts:,} texts, then " if cost.texts else ""
        facts["takes about"] = (
            f"{encoding}{max(cost.step * sum(each.options.steps for each in jobs), 1):,.0f} s"
        )
    return facts


def _epochs(count: float) -> str:
    return f"{count:,.0f}" if count >= 10 else f"{count:.2g}"


def _counted(side: Split) -> str:
    return f"{len(side.pairs.items):,} items, {len(side.pairs.rows):,} rows"
