"""The settings of a training, each with its default and range."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import get_args

from hybrid_tui.choices import Loss, Tuning
from hybrid_tui.errors import HybridTuiError, UsageError, unknown
from hybrid_tui.sampling.samplers import Sampler


@dataclass(frozen=True)
class Settings:
    """How to train; nothing is left open.

    backbone, data: what is trained on what. langs: the languages trained on.
    tuning: "head" (a linear map on frozen embeddings), "lora" or "full". sampler: how batches are drawn.
    steps, batch_size: how many batches of how many rows. mini_batch: rows that gradients are computed for
    at a time (GradCache, arXiv 2101.06983), 0 for the whole batch.
    learning_rate, weight_decay: of AdamW; rises over the first `warmup` share of the steps, then falls to 0.
    temperature: what cosines are divided by. loss: "infonce", of each query over the passages, or
    "symmetric", the mean of that and of each passage over the queries (arXiv 2103.00020). rank: of LoRA.
    lora_scale: the share of what LoRA learned that the model keeps, from 0 (the backbone) to 1 (WiSE-FT,
    arXiv 2109.01903, Eq. 1, on the product of its matrices). train_words: whether "full" trains the word
    table. anchor: how strongly a head is drawn to the identity.
    query_tokens, passage_tokens: where texts are cut in training.
    validation: share of the items held out. validation_data: files to validate on instead.
    evaluate_every: steps between validations, 0 for none. patience: validations without a lower loss
    before training stops, 0 to go on.
    """

    backbone: str
    data: tuple[str, ...]
    langs: tuple[str, ...]
    tuning: Tuning
    sampler: Sampler
    steps: int
    batch_size: int
    learning_rate: float
    seed: int = 1
    mini_batch: int = 0
    temperature: float = 0.05
    loss: Loss = "infonce"
    weight_decay: float = 0.01
    warmup: float = 0.1
    rank: int = 16
    lora_scale: float = 1.0
    train_words: bool = False
    anchor: float = 10.0
    query_tokens: int = 64
    passage_tokens: int = 256
    gradient_checkpointing: bool = False
    validation: float = 0.05
    validation_data: tuple[str, ...] = ()
    evaluate_every: int = 100
    patience: int = 3
    checkpoint_every: int = 100
    tensorboard: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Raise UsageError for a value out of its range."""
        for option, value, least, most in (
            ("--steps", self.steps, 1, 10**9),
            ("--batch-size", self.batch_size, 2, 10**6),
            ("--mini-batch", self.mini_batch, 0, 10**6),
            ("--lora-rank", self.rank, 1, 10**4),
            ("--query-tokens", self.query_tokens, 8, 10**6),
            ("--passage-tokens", self.passage_tokens, 8, 10**6),
        ):
            if value < least:
                raise UsageError(f"{option} must be at least {least}")
            if value > most:
                raise UsageError(f"{option} must be at most {most:,}")
        for option, rate in (("--lr", self.learning_rate), ("--temperature", self.temperature)):
            if not 0 < rate < inf:
                raise UsageError(f"{option} must be above 0, and finite")
        for option, weight in (("--weight-decay", self.weight_decay), ("--anchor", self.anchor)):
            if not 0 <= weight < inf:
                raise UsageError(f"{option} must be 0 or above, and finite")
        if self.loss not in get_args(Loss):
            raise unknown("loss", self.loss, list(get_args(Loss)))
        if not 0 <= self.warmup <= 1:
            raise UsageError("--warmup is a share of the steps, from 0 to 1")
        if not 0 < self.lora_scale <= 1:
            raise UsageError("--lora-scale is a share, above 0 and at most 1")
        if not 0 <= self.validation < 1:
            raise UsageError("--validation is a share of the items, from 0 to below 1")


class NotANumberError(HybridTuiError):
    """The loss is no number any more: the settings do not suit the data."""

    def __init__(self, step: int) -> None:
        """Name the step, counted from 0."""
        super().__init__(
            f"the loss of step {step + 1} is no number: training has come apart",
            "lower --lr, or raise --temperature; the last good checkpoint is kept, for --resume",
        )
