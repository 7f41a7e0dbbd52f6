"""Steps a second against sentence-transformers' own trainer on the same rows; heads; padding.

training.py [DATA] [STEPS]: DATA is a collection, file or folder of pairs, STEPS how many steps are timed.
"""

import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from datasets import Dataset
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch.utils.data import SequentialSampler
from transformers import TrainerCallback

from hybrid_tui.encoders.batching import batches
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import backbone, run, trainer
from hybrid_tui.training.defaults import TrainingJob, prepare
from hybrid_tui.training.loss import TOKEN_BUDGET
from hybrid_tui.training.precision import precision

BATCH, WARM = 48, 3
SETTINGS = {"tuning": "lora", "batch_size": BATCH, "passage_tokens": 96, "validation": 0.0}


class Clock(TrainerCallback):
    """Notes when each step ended; follows either trainer."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_step_end(self, *_words: object, **_named: object) -> None:
        """Take the end of a step of their trainer."""
        self.times.append(time.perf_counter())

    def stepped(self, *_: object) -> None:
        """Take a step of ours."""
        self.times.append(time.perf_counter())

    def validated(self, *_: object) -> None:
        """Take no note."""

    def stopping(self) -> bool:
        """Go on."""
        return False

    def seconds(self) -> float:
        """Median seconds of a step, the first few left out."""
        return float(np.median(np.diff(self.times[WARM:])))


def ours(job: TrainingJob, folder: Path) -> float:
    """Return the seconds a step of our trainer."""
    clock = Clock()
    opened = backbone.opened(job.spec, job.options, "cpu")
    trainer.train(opened, job.options, job.train, None, folder, clock)
    return clock.seconds()


def theirs(job: TrainingJob, folder: Path) -> float:
    """Return the seconds a step of sentence-transformers' trainer on the same rows in the same order."""
    opened = backbone.opened(job.spec, job.options, "cpu")
    opened.model.max_seq_length = job.options.passage_tokens
    queries, passages = [], []
    for step in range(job.options.steps):
        batch = job.train.plan.batch(step)
        rows = [
            job.train.pairs.row_numbers(batch.items, langs)
            for langs in (batch.query_langs, batch.passage_langs)
        ]
        texts = job.train.pairs.texts(*rows)
        queries += texts.queries
        passages += texts.passages
    clock = Clock()
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        max_steps=job.options.steps,
        per_device_train_batch_size=BATCH,
        learning_rate=job.options.learning_rate,
        bf16=precision() == "bfloat16",
        use_cpu=True,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        logging_steps=1000,
        prompts={"anchor": opened.prompts.query, "positive": opened.prompts.passage},
        batch_sampler=lambda dataset, batch_size, drop_last, **_: DefaultBatchSampler(
            SequentialSampler(dataset), batch_size, drop_last
        ),
    )
    SentenceTransformerTrainer(
        opened.model,
        arguments,
        train_dataset=Dataset.from_dict({"anchor": queries, "positive": passages}),
        loss=MultipleNegativesRankingLoss(opened.model, scale=1 / job.options.temperature),
        callbacks=[clock],
    ).train()
    return clock.seconds()


def padding(job: TrainingJob) -> tuple[float, float]:
    """Return the share of tokens that are padding: a column padded to its longest row, and ours."""
    opened = backbone.opened(job.spec, job.options, "cpu")
    collate = backbone.collator_of(opened, job.options)
    real = columns = sorted_rows = 0
    for step in range(job.options.steps):
        batch = job.train.plan.batch(step)
        texts = job.train.pairs.texts(
            job.train.pairs.row_numbers(batch.items, batch.query_langs),
            job.train.pairs.row_numbers(batch.items, batch.passage_langs),
        )
        masks = [value for name, value in collate(texts).items() if name.endswith("attention_mask")]
        lengths = [int(length) for mask in masks for length in mask.sum(dim=1)]
        real += sum(lengths)
        columns += sum(mask.numel() for mask in masks)
        for rows in batches(lengths, TOKEN_BUDGET):
            sorted_rows += len(rows) * max(lengths[row] for row in rows)
    return 1 - real / columns, 1 - real / sorted_rows


def heads(data: str) -> float:
    """Return the seconds that the three samplers take for a head each, once the texts are encoded."""
    total = 0.0
    for sampler in ("mono", "cross", "hybrid"):
        job = prepare("me5-small", [data], Sampler(sampler), tuning="head")
        quick = replace(job, options=replace(job.options, steps=1), train=job.train._replace(steps=1))
        run.run(quick, "benchmark-head", Clock(), lambda _: lambda _done, _total: None, overwrite=True)
        started = time.perf_counter()
        run.run(job, "benchmark-head", Clock(), lambda _: lambda _done, _total: None, overwrite=True)
        total += time.perf_counter() - started
    return total


def main(data: str = "starter", steps: str = "15") -> None:
    """Print all of it."""
    warnings.simplefilter("ignore")
    job = prepare("me5-small", [data], Sampler("hybrid"), steps=int(steps), **SETTINGS)
    with tempfile.TemporaryDirectory() as scratch:
        mine, peer = ours(job, Path(scratch) / "a"), theirs(job, Path(scratch) / "b")
    print(f"LoRA, batch {BATCH}: {mine:.2f} s a step; sentence-transformers' trainer {peer:.2f} s")
    print(f"steps a second against it: {peer / mine:.2f}x")
    column, row = padding(job)
    print(f"padding: {column:.1%} of the tokens of padded columns, {row:.1%} of ours")
    print(f"three heads on starter, texts encoded: {heads('starter'):.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
