"""The defaults of every setting, and what of data and machine they depend on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

from hybrid_tui.choices import Tuning
from hybrid_tui.corpus.coverage import HardNegatives, hard_negatives
from hybrid_tui.corpus.pairs import load as load_pairs
from hybrid_tui.corpus.training_pairs import TrainingPairs
from hybrid_tui.encoders import model
from hybrid_tui.encoders.manifest import TUNINGS
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.coverage import coverage_of
from hybrid_tui.sampling.plan import Plan, largest_batch
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training.settings import Settings
from hybrid_tui.training.split import Split, validation_split

BATCH = 100
VALIDATION = 0.05
SMALL = 10_000
"""Rows up to which `auto` trains a head where there is no GPU."""
STEPS: dict[Tuning, int] = {"head": 500, "lora": 1000, "full": 1000}
RATES: dict[Tuning, float] = {"head": 1e-3, "lora": 2e-4, "full": 3e-5}
TEMPERATURES: dict[Tuning, float] = {"head": 0.05, "lora": 0.02, "full": 0.05}
"""LoRA's two were chosen by `benchmarks/choosing.py`; `models/README.md` has the figures."""


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """A training with nothing left open.

    options: every setting. spec: the backbone. train, held: what is trained and validated on.
    """

    options: Settings
    spec: ModelSpec
    train: Split
    held: Split | None

    @property
    def notes(self) -> list[str]:
        """What is left out of the data, and what the rest means for the model and its evaluation."""
        sets = self.train.pairs.sets
        told = [f"{each.name}: {note}" for each in sets for note in each.notes]
        told += [self.negatives.warning] if self.negatives.warning else []
        if whole := [each.name for each in sets if each.is_all_of_a_collection]:
            names = " and ".join(whole)
            told.append(
                f"every question of {names} is trained on: figures there will tell little of new ones"
            )
        return told

    @cached_property
    def negatives(self) -> HardNegatives:
        """The hard negatives of what is trained on."""
        return hard_negatives(self.train.pairs.rows)


def prepare(backbone: str, data: Sequence[str], sampler: Sampler, **told: Any) -> TrainingJob:
    """Return one training, as `prepare_alike` settles it; raises as that does."""
    return prepare_alike(backbone, data, [sampler], **told)[0]


def prepare_alike(
    backbone: str,
    data: Sequence[str],
    samplers: Sequence[Sampler],
    *,
    langs: Sequence[str] = (),
    **told: Any,
) -> list[TrainingJob]:
    """Read the data and settle every setting of trainings that differ in their samplers alone.

    told: the settings that were asked for, those of `_settled` and any other of `Settings`; None leaves one
    to the data and the machine. All have the batch of the smallest. Raises UsageError for what cannot be
    asked for: an unknown backbone or language, a sampler that the data cannot serve, a batch larger than
    the items; DataError for data that cannot be read.
    """
    spec = model.resolve(backbone)
    if spec.manifest:
        raise UsageError(f"{spec.name} is a trained model", "train on a backbone, such as me5-small")
    rows = load_pairs(data)
    rows = rows.only(langs) if langs else rows
    jobs = [
        _settled(spec, rows, sampler, backbone=backbone, data=tuple(data), **told) for sampler in samplers
    ]
    batch = min(job.options.batch_size for job in jobs)
    return [job if job.options.batch_size == batch else _with_batch(job, batch) for job in jobs]


def _with_batch(job: TrainingJob, batch: int) -> TrainingJob:
    return seeded(replace(job, options=replace(job.options, batch_size=batch)), job.options.seed)


def _settled(
    spec: ModelSpec,
    rows: TrainingPairs,
    sampler: Sampler,
    *,
    tuning: str = "auto",
    steps: int | None = None,
    epochs: float | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    temperature: float | None = None,
    validation: float | None = None,
    **more: Any,
) -> TrainingJob:
    if epochs is not None and not 0 < epochs < inf:
        raise UsageError("--epochs must be above 0, and finite")
    depth = _tuning(tuning, spec, len(rows.rows))
    options = Settings(
        langs=tuple(rows.languages),
        tuning=depth,
        sampler=sampler,
        steps=STEPS[depth] if steps is None else steps,
        batch_size=BATCH if batch_size is None else batch_size,
        learning_rate=RATES[depth] if learning_rate is None else learning_rate,
        temperature=TEMPERATURES[depth] if temperature is None else temperature,
        validation=VALIDATION if validation is None else validation,
        **more,
    )
    options, pairs, held = _splits(rows, options, asked=validation is not None)
    coverage = coverage_of(pairs)
    if batch_size is None:
        options = replace(options, batch_size=min(BATCH, max(largest_batch(coverage, sampler), 2)))
    _check_processes(options)
    plan = Plan(coverage, options.sampler, options.batch_size, options.seed)
    if epochs is not None:
        options = replace(options, steps=max(round(epochs * plan.steps_per_epoch), 1))
    options = replace(options, evaluate_every=min(options.evaluate_every, options.steps))
    return TrainingJob(options, spec, Split(pairs, plan, options.steps), held)


def seeded(job: TrainingJob, seed: int) -> TrainingJob:
    """Return the same training with another seed."""
    options = replace(job.options, seed=seed)
    plan = Plan(job.train.plan.coverage, options.sampler, options.batch_size, seed)
    return replace(job, options=options, train=job.train._replace(plan=plan))


def _tuning(asked: str, spec: ModelSpec, rows: int) -> Tuning:
    if asked != "auto":
        found = next((each for each in TUNINGS if each == asked), None)
        if not found:
            raise UsageError(f"no tuning named {asked!r}", f"known: auto, {', '.join(TUNINGS)}")
        if found != "head" and spec.backbone and spec.backbone.frozen:
            raise UsageError(
                f"{spec.name} is frozen: only a head can be trained on it",
                "--tuning head, or another backbone such as me5-small",
            )
        return found
    import torch

    if spec.backbone and spec.backbone.frozen:
        return "head"
    return "lora" if torch.cuda.is_available() or rows > SMALL else "head"


def _splits(
    rows: TrainingPairs, options: Settings, *, asked: bool
) -> tuple[Settings, TrainingPairs, Split | None]:
    """Return the rows to train on and the split to validate on, and the settings with what is left of these.

    asked: whether validation was asked for; otherwise data that is too small is not validated on.
    """
    if options.validation_data:
        held = load_pairs(options.validation_data)
        langs = [lang for lang in held.languages if lang in rows.languages]
        if not langs:
            raise UsageError("--validation-data has none of the languages that are trained on")
        return options, rows, validation_split(held.only(langs), options)
    if not options.validation:
        return options, rows, None
    try:
        pairs, held = rows.split(options.validation, coverage_of(rows).group)
        return options, pairs, validation_split(held, options)
    except UsageError as error:
        if not asked:
            return replace(options, validation=0.0), rows, None
        raise UsageError(
            f"what is held out to validate on is too little: {error}",
            "raise --validation, give --validation-data, or train without: --validation 0",
        ) from error


def _check_processes(options: Settings) -> None:
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if options.batch_size % processes:
        raise UsageError(
            f"a batch of {options.batch_size} cannot be split over {processes} processes",
            f"--batch-size {options.batch_size // processes * processes or processes}",
        )
