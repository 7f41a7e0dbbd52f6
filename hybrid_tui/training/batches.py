"""Adapters of the batch plan to torch's loaders: row numbers by batch, their texts, their tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from hybrid_tui.corpus.training_pairs import BatchTexts, TrainingPairs
from hybrid_tui.encoders.backbones import MaxTokens, Prompts
from hybrid_tui.encoders.batching import encodable
from hybrid_tui.sampling.plan import Plan

Collate = Callable[[Any], dict[str, Tensor]]
"""A function from a `BatchTexts` to its token tensors by name."""


class PlannedBatches(Sampler[list[int]]):
    """Yields the batches of a plan from the first step on, each as numbers of rows.

    A row's number is (item x L + query language) x L + passage language, with L languages.
    """

    drop_last = False

    def __init__(self, plan: Plan, steps: int) -> None:
        self.plan = plan
        self.steps = steps
        self.batch_size = plan.batch_size

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[list[int]]:
        """Yield each step's row numbers."""
        count = len(self.plan.coverage.languages)
        for step in range(self.steps):
            batch = self.plan.batch(step)
            rows = (batch.items.astype(np.int64) * count + batch.query_langs) * count + batch.passage_langs
            yield rows.tolist()


class BatchRows(Dataset[BatchTexts]):
    """The texts behind the numbers of rows, a batch at a time."""

    def __init__(self, pairs: TrainingPairs) -> None:
        self._pairs = pairs
        self._count = len(pairs.languages)

    def __len__(self) -> int:
        return len(self._pairs.items) * self._count**2

    def __getitems__(self, numbers: list[int]) -> BatchTexts:
        """Return the texts of a batch, or of a process's part of one."""
        rest, passage_langs = np.divmod(np.array(numbers), self._count)
        items, query_langs = np.divmod(rest, self._count)
        items = items.astype(np.int32)
        return self._pairs.texts(
            self._pairs.row_numbers(items, query_langs), self._pairs.row_numbers(items, passage_langs)
        )


def loader(pairs: TrainingPairs, plan: Plan, steps: int, collate: Collate) -> DataLoader[BatchTexts]:
    """Return a loader of the plan's first `steps` batches."""
    return DataLoader(BatchRows(pairs), batch_sampler=PlannedBatches(plan, steps), collate_fn=collate)


def collator(tokenizer: Any, prompts: Prompts, limits: MaxTokens) -> Collate:
    """Return the function that tokenizes a batch, with the names that sentence-transformers' trainer wants.

    tokenizer: of transformers. prompts: put before each text. limits: tokens that a text is cut to.
    It returns `COLUMN_input_ids` and `COLUMN_attention_mask` for the columns query, passage and, where there
    are some, negative; each int64, shape (rows, longest text of the column). The negatives are those of all
    rows, end to end: every query of the batch has them as negatives.
    """

    def collate(texts: BatchTexts) -> dict[str, Tensor]:
        columns = [("query", prompts.query, limits.query, texts.queries)]
        columns.append(("passage", prompts.passage, limits.passage, texts.passages))
        if negatives := list(chain(*texts.negatives)):
            columns.append(("negative", prompts.passage, limits.passage, negatives))
        found: dict[str, Tensor] = {}
        for name, prompt, limit, rows in columns:
            inputs = [prompt + encodable(text) for text in rows]
            tokens = tokenizer(inputs, truncation=True, max_length=limit, padding=True, return_tensors="pt")
            found[f"{name}_input_ids"] = tokens["input_ids"]
            found[f"{name}_attention_mask"] = tokens["attention_mask"]
        return found

    return collate
