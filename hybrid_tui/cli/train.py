"""`hybrid-tui train` and `hybrid-tui sweep`: from pairs to models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli import train_options as opt
from hybrid_tui.cli.options import Json, listed

if TYPE_CHECKING:
    from hybrid_tui.api.training import TrainedModel
    from hybrid_tui.api.training_plans import PlannedTraining, TrainingPlan


def train(
    sampler: opt.Samplers = None,
    backbone: opt.Backbone = "me5-small",
    data: opt.TrainData = None,
    langs: opt.Langs = "",
    tuning: opt.TuningOption = "auto",
    alpha: opt.Alpha = 0.5,
    pairing: opt.PairingOption = "item",
    schedule: opt.ScheduleOption = "bernoulli",
    mix: opt.MixOption = "size",
    steps: opt.Steps = None,
    epochs: opt.Epochs = None,
    batch_size: opt.BatchSize = None,
    mini_batch: opt.MiniBatch = 0,
    lr: opt.Rate = None,
    temperature: opt.Temperature = None,
    loss: opt.LossOption = "infonce",
    weight_decay: opt.WeightDecay = 0.01,
    warmup: opt.Warmup = 0.1,
    lora_rank: opt.LoraRank = 16,
    lora_scale: opt.LoraScale = 1.0,
    train_words: opt.TrainWords = False,
    anchor: opt.Anchor = 10.0,
    query_tokens: opt.QueryTokens = 64,
    passage_tokens: opt.PassageTokens = 256,
    gradient_checkpointing: opt.Checkpointing = False,
    validation: opt.Validation = None,
    validation_data: opt.ValidationData = None,
    evaluate_every: opt.EvaluateEvery = 100,
    patience: opt.Patience = 3,
    seed: opt.Seed = 1,
    seeds: opt.Seeds = 1,
    name: opt.Name = "",
    resume: opt.Resume = False,
    overwrite: opt.Overwrite = False,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Log for TensorBoard too, in the data folder.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and train nothing.")] = False,
    explain_step: Annotated[int, typer.Option(help="Show the batch of this step and train nothing.")] = 0,
    json: Json = False,
) -> None:
    """Train a dual encoder on monolingual, cross-lingual or hybrid batches.

    Example: hybrid-tui train --sampler hybrid
    """
    from hybrid_tui.api.training_plans import plan_training
    from hybrid_tui.cli import plan_view
    from hybrid_tui.errors import UsageError

    with output.progress() as progress:
        progress("reading the data", 0, 0)
        planned = plan_training(
            backbone=backbone,
            data=data or (),
            langs=listed(langs),
            samplers=sampler or (),
            alpha=alpha,
            pairing=pairing,
            schedule=schedule,
            mix=mix,
            tuning=tuning,
            steps=steps,
            epochs=epochs,
            batch_size=batch_size,
            mini_batch=mini_batch,
            learning_rate=lr,
            temperature=temperature,
            loss=loss,
            weight_decay=weight_decay,
            warmup=warmup,
            rank=lora_rank,
            lora_scale=lora_scale,
            train_words=train_words,
            anchor=anchor,
            query_tokens=query_tokens,
            passage_tokens=passage_tokens,
            gradient_checkpointing=gradient_checkpointing,
            validation=validation,
            validation_data=tuple(validation_data or ()),
            evaluate_every=evaluate_every,
            patience=patience,
            seed=seed,
            seeds=1 if dry_run or explain_step else seeds,
            name=name,
            tensorboard=tensorboard,
        )
    trainings = planned.trainings
    if explain_step and len(trainings) > 1:
        raise UsageError("--explain-step shows a batch of one sampler", "give --sampler once")
    if explain_step:
        plan_view.explain(trainings[0], explain_step, json=json)
    elif dry_run and json:
        plans = [plan_view.plain(each) for each in trainings]
        output.as_json(plans if len(plans) > 1 else plans[0])
    elif dry_run:
        for each in trainings:
            plan_view.show(each)
    else:
        _train_all(planned, resume=resume, overwrite=overwrite, json=json)


def sweep(
    alpha: Annotated[str, typer.Option(help="Shares of mono batches, a model each.")] = "0,.25,.5,.75,1",
    backbone: opt.Backbone = "me5-small",
    data: opt.TrainData = None,
    langs: opt.Langs = "",
    tuning: opt.TuningOption = "head",
    steps: opt.Steps = None,
    batch_size: opt.BatchSize = None,
    lr: opt.Rate = None,
    seed: opt.Seed = 1,
    name: Annotated[str, typer.Option(help="Start of the models' names. [default: BACKBONE-TUNING]")] = "",
    resume: opt.Resume = False,
    overwrite: opt.Overwrite = False,
    json: Json = False,
) -> None:
    """Train a model for each share of mono batches, from cross-lingual alone (0) to monolingual alone (1).

    Example: hybrid-tui sweep --alpha 0,.5,1
    """
    from hybrid_tui.api.training_plans import plan_sweep

    with output.progress() as progress:
        progress("reading the data", 0, 0)
        planned = plan_sweep(
            _shares(alpha),
            backbone=backbone,
            data=data or (),
            langs=listed(langs),
            tuning=tuning,
            steps=steps,
            batch_size=batch_size,
            learning_rate=lr,
            seed=seed,
            name=name,
        )
    _train_all(planned, resume=resume, overwrite=overwrite, json=json)


def _shares(text: str) -> list[float]:
    from hybrid_tui.errors import UsageError

    try:
        return [float(each) for each in text.split(",")]
    except ValueError as error:
        raise UsageError(f"--alpha {text!r} is no list of numbers", "such as --alpha 0,.5,1") from error


def _train_all(plan: TrainingPlan, *, resume: bool, overwrite: bool, json: bool) -> None:
    from hybrid_tui.api import training
    from hybrid_tui.cli.train_view import TrainingView

    first = training.is_first_process()
    if first:
        output.note(plan.notes)

    @contextmanager
    def watch(planned: PlannedTraining) -> Iterator[TrainingView]:
        view = TrainingView(planned)
        with view.shown():
            yield view

    try:
        made = training.train(
            plan, resume=resume, overwrite=overwrite, watch=watch, kept=None if json else _tell
        )
    except training.TrainingStopped as stopped:
        if stopped.checkpoint:
            name = stopped.name
            output.say(f"{name}: the checkpoint is kept: the same command with --resume goes on")
        raise
    if json and first:
        output.as_json(
            [
                {
                    "name": each.name,
                    "folder": str(each.folder),
                    "steps": each.steps,
                    "losses": each.losses,
                }
                for each in made
            ]
        )


def _tell(made: TrainedModel) -> None:
    losses = made.losses
    held = f", validation {losses['validation_best']:.4f}" if "validation_best" in losses else ""
    output.line(
        f"{made.name}: trained in {made.seconds:,.0f} s, loss {losses['first']:.3f} to "
        f"{losses['last']:.3f}{held}\n"
        f"  hybrid-tui explore -m me5-small -m {made.name}\n"
        f"  hybrid-tui evaluate -m {made.name}"
    )
