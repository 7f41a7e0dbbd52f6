"""Trainings with every setting settled, before anything is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from hybrid_tui.choices import Loss, Mix, Pairing, Schedule
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling import plan_summary
from hybrid_tui.sampling.plan import Batch
from hybrid_tui.sampling.plan_summary import PlanSummary as PlanSummary
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import run, time_estimate
from hybrid_tui.training.defaults import TrainingJob, prepare_alike, seeded
from hybrid_tui.training.model_writer import settings_of
from hybrid_tui.training.time_estimate import Estimate
from hybrid_tui.training.training_note import Planned, TrainingDetails

BACKBONE, DATA, SAMPLER = "me5-small", ("starter",), "hybrid"
BATCH_COLUMNS = ("item_id", "query_lang", "passage_lang", "query", "passage", "negatives")


class TrainingOptions(TypedDict, total=False):
    """What may be told of a training; what is left out, or None, is settled by the data and the machine.

    backbone: what is trained. data: collections (their train splits), files, folders and presets.
    langs: languages to train on, all by default. samplers: "mono", "cross", "hybrid" or "mixed", a model
    each. alpha: hybrid's share of mono batches. pairing, schedule, mix: as in `sampling.samplers.Sampler`.
    tuning: "auto", "head", "lora" or "full". steps or epochs: how long. name: of the model, of several its
    start. seeds: train so many models a sampler, with seeds from `seed` on. The rest is as in
    `training.settings.Settings`.
    """

    backbone: str
    data: Sequence[str]
    langs: Sequence[str]
    samplers: Sequence[str]
    alpha: float
    pairing: Pairing
    schedule: Schedule
    mix: Mix
    tuning: str
    steps: int | None
    epochs: float | None
    batch_size: int | None
    mini_batch: int
    learning_rate: float | None
    temperature: float | None
    loss: Loss
    weight_decay: float
    warmup: float
    rank: int
    lora_scale: float
    train_words: bool
    anchor: float
    query_tokens: int
    passage_tokens: int
    gradient_checkpointing: bool
    validation: float | None
    validation_data: Sequence[str]
    evaluate_every: int
    patience: int
    seed: int
    seeds: int
    name: str
    tensorboard: bool


@dataclass(frozen=True, eq=False)
class PlannedTraining:
    """One model to be trained, with nothing left open."""

    job: TrainingJob
    name: str

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting by name, ready for JSON."""
        return settings_of(self.job)

    @property
    def title(self) -> str:
        """The training in a line."""
        options = self.job.options
        share = f", alpha {options.sampler.alpha:g}" if options.sampler.name == "hybrid" else ""
        return (
            f"{options.backbone}, {options.tuning}, {options.sampler.name}{share}; {options.steps:,} steps "
            f"of {options.batch_size} rows in {len(options.langs)} languages, seed {options.seed}"
        )

    @property
    def noted(self) -> Planned:
        """The model as the process that trains it notes it."""
        options = self.job.options
        sampler = options.sampler
        return Planned(self.name, sampler.name, sampler.alpha, options.steps, options.batch_size)

    def summary(self) -> PlanSummary:
        """Count what the first 2,000 steps draw."""
        return plan_summary.summary(self.job.train.plan, self.job.options.steps)

    def estimate(self) -> Estimate:
        """Return what the sizes of the training tell of its time; nothing is trained or measured."""
        return time_estimate.estimate(self.job)

    def check(self, *, resume: bool = False, overwrite: bool = False) -> None:
        """Raise UsageError where it cannot be kept under its name, or cannot be resumed, saying why."""
        run.check(self.job, self.name, resume=resume, overwrite=overwrite)

    def batch(self, step: int) -> tuple[Batch, list[dict[str, Any]]]:
        """Return the batch of a step, counted from 1, and its rows.

        A row has BATCH_COLUMNS: texts, and a list of them as negatives. Raises UsageError for a step that
        there is not.
        """
        if not 1 <= step <= self.job.options.steps:
            raise UsageError(f"there is no step {step}: the training has {self.job.options.steps:,}")
        pairs, plan = self.job.train.pairs, self.job.train.plan
        batch, codes = plan.batch(step - 1), plan.coverage.languages
        texts = pairs.texts(
            pairs.row_numbers(batch.items, batch.query_langs),
            pairs.row_numbers(batch.items, batch.passage_langs),
        )
        items = pairs.items["item_id"].gather(batch.items)
        langs = ([codes[lang] for lang in each] for each in (batch.query_langs, batch.passage_langs))
        rows = zip(items, *langs, texts.queries, texts.passages, texts.negatives, strict=True)
        return batch, [dict(zip(BATCH_COLUMNS, row, strict=True)) for row in rows]


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """Models to be trained one after the other, on the same backbone and data."""

    trainings: tuple[PlannedTraining, ...]

    @property
    def notes(self) -> list[str]:
        """What is left out of the data, and what the rest means for the models and their evaluation."""
        return self.trainings[0].job.notes

    def details(self, done: tuple[str, ...] = ()) -> TrainingDetails:
        """Return the training as the process that does it notes it; done: the models that are kept."""
        first = self.trainings[0].job.options
        return TrainingDetails(
            backbone=first.backbone,
            tuning=first.tuning,
            data=first.data,
            models=tuple(each.noted for each in self.trainings),
            done=done,
        )


def plan_training(**options: Unpack[TrainingOptions]) -> TrainingPlan:
    """Read the data and settle every setting, of a model for each sampler and seed.

    Raises UsageError for what cannot be asked for, DataError for data that cannot be read.
    """
    told: dict[str, Any] = dict(options)
    names = list(dict.fromkeys(options.get("samplers") or (SAMPLER,)))
    drawn = {key: told.pop(key) for key in ("alpha", "pairing", "schedule", "mix") if key in told}
    samplers = [Sampler(name, **drawn) for name in names]
    start, seeds, seed = options.get("name", ""), options.get("seeds", 1), options.get("seed", 1)

    def named(job: TrainingJob) -> str:
        if not start:
            return run.default_name(job)
        return f"{start}-{job.options.sampler.name}" if len(samplers) > 1 else start

    trainings = _planned(samplers, named, told)
    if seeds > 1:
        trainings = [
            PlannedTraining(seeded(each.job, seed + n), f"{each.name}-seed{seed + n}")
            for each in trainings
            for n in range(seeds)
        ]
    return TrainingPlan(tuple(trainings))


def plan_sweep(shares: Sequence[float], **options: Unpack[TrainingOptions]) -> TrainingPlan:
    """Settle a training of the sampler hybrid for each share of mono batches; raises as `plan_training`."""
    start = options.get("name", "")

    def named(job: TrainingJob) -> str:
        begin = start or f"{job.options.backbone.rpartition('/')[2]}-{job.options.tuning}"
        return f"{begin}-alpha{job.options.sampler.alpha:g}"

    samplers = [Sampler("hybrid", share) for share in shares]
    return TrainingPlan(tuple(_planned(samplers, named, dict(options))))


def _planned(
    samplers: Sequence[Sampler], named: Callable[[TrainingJob], str], told: dict[str, Any]
) -> list[PlannedTraining]:
    if told.get("steps") is not None and told.get("epochs") is not None:
        raise UsageError("--steps and --epochs say the same thing twice", "give one of them")
    rest = {key: value for key, value in told.items() if key not in {"samplers", "name", "seeds"}}
    backbone, data = rest.pop("backbone", BACKBONE), rest.pop("data", None) or DATA
    jobs = prepare_alike(backbone, tuple(data), samplers, **rest)
    return [PlannedTraining(job, named(job)) for job in jobs]
