"""Options of the commands that train."""

from __future__ import annotations

from typing import Annotated

import typer

from hybrid_tui.api.sampler_names import SAMPLERS, summary
from hybrid_tui.choices import AskedTuning, Loss, Mix, Pairing, Schedule
from hybrid_tui.cli import completion

Backbone = Annotated[
    str, typer.Option("--backbone", "-b", help="What to train.", autocompletion=completion.model)
]
TrainData = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        "-d",
        help="Collection (its train split), file or folder of pairs, mmarco:LANG,LANG…; may be given again. "
        "[default: starter]",
        autocompletion=completion.collection,
    ),
]
Langs = Annotated[str, typer.Option(help="Languages to train on, such as ar,de,en. [default: all]")]
Samplers = Annotated[
    list[str] | None,
    typer.Option(
        "--sampler",
        "-s",
        help="; ".join(f"{name}: {summary(name)}" for name in SAMPLERS)
        + ". May be given again: a model each. [default: hybrid]",
    ),
]
TuningOption = Annotated[
    AskedTuning,
    typer.Option(
        help="head: a linear map, in seconds; lora: adapters; full: all weights but the word table. "
        "auto: a head for small data without a GPU, else lora."
    ),
]
Alpha = Annotated[float, typer.Option(help="hybrid: share of mono batches, 0 to 1.")]
PairingOption = Annotated[Pairing, typer.Option(help="cross: a pair of languages a row, or a batch.")]
ScheduleOption = Annotated[
    Schedule, typer.Option(help="hybrid: a coin at each step, or exact counts an epoch.")
]
MixOption = Annotated[Mix, typer.Option(help="Data sets are drawn by size, by its square root, or alike.")]
Steps = Annotated[int | None, typer.Option(help="Batches. [default: head 500, else 1000]", min=1)]
Epochs = Annotated[float | None, typer.Option(help="Instead of --steps: passes over the items.")]
BatchSize = Annotated[
    int | None, typer.Option(help="Rows a batch. [default: 100, or what the data can fill]", min=2)
]
MiniBatch = Annotated[
    int, typer.Option(help="GradCache: rows in memory at a time, 0 for the whole batch.", min=0)
]
Rate = Annotated[
    float | None, typer.Option("--lr", help="Learning rate. [default: head 1e-3, lora 2e-4, full 3e-5]")
]
Temperature = Annotated[
    float | None, typer.Option(help="What cosines are divided by. [default: .05, lora .02]")
]
LossOption = Annotated[
    Loss, typer.Option("--loss", help="Queries over passages, or both directions (symmetric).")
]
WeightDecay = Annotated[float, typer.Option(help="Of AdamW, for lora and full.", min=0)]
Warmup = Annotated[float, typer.Option(help="Share of the steps in which the rate rises.", min=0, max=1)]
LoraRank = Annotated[int, typer.Option("--lora-rank", help="Rank of the adapters.", min=1)]
LoraScale = Annotated[
    float, typer.Option("--lora-scale", help="Share of what lora learned that the model keeps.")
]
TrainWords = Annotated[bool, typer.Option("--train-words", help="full: train the word table too.")]
Anchor = Annotated[float, typer.Option(help="head: how strongly it is drawn to the identity.", min=0)]
QueryTokens = Annotated[int, typer.Option(help="Where queries are cut in training.", min=8)]
PassageTokens = Annotated[int, typer.Option(help="Where passages are cut in training.", min=8)]
Checkpointing = Annotated[
    bool, typer.Option("--gradient-checkpointing", help="Less memory, a third more time.")
]
Validation = Annotated[
    float | None, typer.Option(help="Share of the items held out to validate on. [default: .05]")
]
ValidationData = Annotated[
    list[str] | None,
    typer.Option(help="Validate on these pairs instead.", autocompletion=completion.collection),
]
EvaluateEvery = Annotated[int, typer.Option(help="Steps between validations, 0 for none.", min=0)]
Patience = Annotated[
    int, typer.Option(help="Validations without a lower loss before it stops, 0 to go on.", min=0)
]
Seed = Annotated[int, typer.Option(help="Decides every batch.")]
Seeds = Annotated[int, typer.Option(help="Train so many models, with seeds from --seed on.", min=1, max=1000)]
Name = Annotated[
    str, typer.Option(help="Of the model; of several the start. [default: BACKBONE-TUNING-SAMPLER]")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a model of that name.")]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on with a training that was stopped, or with what is left of several."),
]
