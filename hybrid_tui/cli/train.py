"""`hybrid-tui train` and `hybrid-tui sweep`: from pairs to models."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli import train_options as opt

if TYPE_CHECKING:
    from hybrid_tui.cli.train_view import TrainingView
    from hybrid_tui.training.defaults import TrainingJob
    from hybrid_tui.training.process import RunLock


def train(
    sampler: opt.Samplers = None,
    backbone: opt.Backbone = "me5-small",
    data: opt.TrainData = None,
    langs: opt.Langs = "",
    tuning: opt.Tuning = opt.TuningChoice.auto,
    alpha: opt.Alpha = 0.5,
    pairing: opt.Pairing = opt.PairingChoice.item,
    schedule: opt.Schedule = opt.ScheduleChoice.bernoulli,
    mix: opt.Mix = opt.MixChoice.size,
    steps: opt.Steps = None,
    epochs: opt.Epochs = None,
    batch_size: opt.BatchSize = None,
    mini_batch: opt.MiniBatch = 0,
    lr: opt.Rate = None,
    temperature: opt.Temperature = None,
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
    json: opt.Json = False,
) -> None:
    """Train a dual encoder on monolingual, cross-lingual or hybrid batches.

    Example: hybrid-tui train --sampler hybrid
    """
    from hybrid_tui.cli import plan_view
    from hybrid_tui.errors import UsageError
    from hybrid_tui.sampling.samplers import Sampler
    from hybrid_tui.training.defaults import prepare_alike, seeded
    from hybrid_tui.training.run import default_name

    if steps is not None and epochs is not None:
        raise UsageError("--steps and --epochs say the same thing twice", "give one of them")
    chosen = dict.fromkeys(sampler or [opt.SamplerChoice.hybrid])
    with output.steps("") as begin:
        begin("reading the data")
        jobs = prepare_alike(
            backbone,
            data or ["starter"],
            [Sampler(each.value, alpha, pairing.value, schedule.value, mix.value) for each in chosen],
            langs=[code.strip() for code in langs.split(",") if code.strip()],
            tuning=tuning.value,
            steps=steps,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=lr,
            validation=validation,
            mini_batch=mini_batch,
            temperature=temperature,
            weight_decay=weight_decay,
            warmup=warmup,
            rank=lora_rank,
            lora_scale=lora_scale,
            train_words=train_words,
            anchor=anchor,
            query_tokens=query_tokens,
            passage_tokens=passage_tokens,
            gradient_checkpointing=gradient_checkpointing,
            validation_data=tuple(validation_data or ()),
            evaluate_every=evaluate_every,
            patience=patience,
            seed=seed,
            tensorboard=tensorboard,
        )
    named = [(job, _name(job, name, several=len(jobs) > 1) or default_name(job)) for job in jobs]
    if explain_step and len(named) > 1:
        raise UsageError("--explain-step shows a batch of one sampler", "give --sampler once")
    if explain_step:
        plan_view.explain(named[0][0], explain_step, json=json)
    elif dry_run and json:
        plans = [plan_view.plan(job, told) for job, told in named]
        output.as_json(plans if len(plans) > 1 else plans[0])
    elif dry_run:
        for job, told in named:
            plan_view.show(job, told)
    else:
        every = [
            (seeded(job, seed + n), f"{told}-seed{seed + n}") for job, told in named for n in range(seeds)
        ]
        _train_all(every if seeds > 1 else named, resume=resume, overwrite=overwrite, json=json)


def _name(job: TrainingJob, told: str, *, several: bool) -> str:
    return f"{told}-{job.options.sampler.name}" if told and several else told


def sweep(
    alpha: Annotated[str, typer.Option(help="Shares of mono batches, a model each.")] = "0,.25,.5,.75,1",
    backbone: opt.Backbone = "me5-small",
    data: opt.TrainData = None,
    langs: opt.Langs = "",
    tuning: opt.Tuning = opt.TuningChoice.head,
    steps: opt.Steps = None,
    batch_size: opt.BatchSize = None,
    lr: opt.Rate = None,
    seed: opt.Seed = 1,
    name: Annotated[str, typer.Option(help="Start of the models' names. [default: BACKBONE-TUNING]")] = "",
    resume: opt.Resume = False,
    overwrite: opt.Overwrite = False,
    json: opt.Json = False,
) -> None:
    """Train a model for each share of mono batches, from cross-lingual alone (0) to monolingual alone (1).

    Example: hybrid-tui sweep --alpha 0,.5,1
    """
    from hybrid_tui.sampling.samplers import Sampler
    from hybrid_tui.training.defaults import prepare_alike

    with output.steps("") as begin:
        begin("reading the data")
        jobs = prepare_alike(
            backbone,
            data or ["starter"],
            [Sampler("hybrid", share) for share in _shares(alpha)],
            langs=[code.strip() for code in langs.split(",") if code.strip()],
            tuning=tuning.value,
            steps=steps,
            batch_size=batch_size,
            learning_rate=lr,
            seed=seed,
        )
    start = name or f"{backbone.rpartition('/')[2]}-{jobs[0].options.tuning}"
    named = [(job, f"{start}-alpha{job.options.sampler.alpha:g}") for job in jobs]
    _train_all(named, resume=resume, overwrite=overwrite, json=json)


def _shares(text: str) -> list[float]:
    from hybrid_tui.errors import UsageError

    try:
        return [float(each) for each in text.split(",")]
    except ValueError as error:
        raise UsageError(f"--alpha {text!r} is no list of numbers", "such as --alpha 0,.5,1") from error


def _train_all(jobs: list[tuple[TrainingJob, str]], *, resume: bool, overwrite: bool, json: bool) -> None:
    from hybrid_tui.cli.train_view import TrainingView
    from hybrid_tui.encoders import manifest
    from hybrid_tui.errors import Cancelled
    from hybrid_tui.training import run

    found = []
    rest = run.left(jobs, resume=resume)
    if run.is_first() and (warning := jobs[0][0].warning):
        typer.echo(f"note: {warning}", err=True)
    for job, name, again in rest if run.is_first() else []:
        run.check(job, name, resume=again, overwrite=overwrite)
    with _held(jobs, [name for _, name, _ in rest]) as held:
        try:
            for job, name, again in rest:
                view = TrainingView(job, name)
                folder = _trained(job, name, view, resume=again, overwrite=overwrite)
                if held:
                    held.done(name)
                    made = manifest.read(folder)
                    losses = made.losses
                    found.append({"name": name, "folder": str(folder), "steps": made.steps, "losses": losses})
                    if not json:
                        _tell(name, made.seconds, losses)
                if view.stopping() and name != rest[-1][1]:
                    raise Cancelled
        finally:
            run.leave()
    if json and held:
        output.as_json(found)


def _held(jobs: list[tuple[TrainingJob, str]], rest: list[str]) -> AbstractContextManager[RunLock | None]:
    """Hold the names of trainings, of which `rest` are to be done; further processes hold none."""
    from hybrid_tui.training import process, run

    if not run.is_first():
        return nullcontext()
    options = [job.options for job, _ in jobs]
    planned = [
        process.Planned(name, each.sampler.name, each.sampler.alpha, each.steps, each.batch_size)
        for each, (_, name) in zip(options, jobs, strict=True)
    ]
    told = process.Process(
        pid=os.getpid(),
        folder=str(Path.cwd()),
        arguments=tuple(sys.argv[1:]),
        backbone=options[0].backbone,
        tuning=options[0].tuning,
        data=options[0].data,
        models=tuple(planned),
        done=tuple(name for _, name in jobs if name not in rest),
    )
    return process.holding(told)


def _trained(job: TrainingJob, name: str, view: TrainingView, *, resume: bool, overwrite: bool) -> Path:
    from hybrid_tui.errors import Cancelled
    from hybrid_tui.training import run

    try:
        with view.shown():
            return run.run(job, name, view, view.begin, resume=resume, overwrite=overwrite)
    except Cancelled:
        if run.is_first() and run.resumable(name):
            typer.echo(f"{name}: the checkpoint is kept: the same command with --resume goes on", err=True)
        raise


def _tell(name: str, seconds: float, losses: dict[str, float]) -> None:
    held = f", validation {losses['validation_best']:.4f}" if "validation_best" in losses else ""
    sys.stdout.write(
        f"{name}: trained in {seconds:,.0f} s, loss {losses['first']:.3f} to {losses['last']:.3f}{held}\n"
        f"  hybrid-tui explore -m me5-small -m {name}\n"
        f"  hybrid-tui evaluate -m {name}\n"
    )
