"""Head tuning: a linear map on frozen embeddings, in seconds on a CPU."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from hybrid_tui.encoders.torch_threads import torch_threads
from hybrid_tui.errors import Cancelled
from hybrid_tui.sampling.plan import Batch
from hybrid_tui.settings import new_folder
from hybrid_tui.training import checkpoints
from hybrid_tui.training.log_writer import Listener
from hybrid_tui.training.row_embeddings import RowVectors
from hybrid_tui.training.settings import NotANumberError, Settings
from hybrid_tui.training.split import Split

MATRIX = "matrix"
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class EmbeddedSplit(NamedTuple):
    """A split with the embeddings of its rows."""

    split: Split
    vectors: RowVectors

    def batch(self, step: int) -> tuple[Batch, Tensor, Tensor]:
        """Return a step's batch, its queries and its passages, float32, shape (rows, dimension) each.

        A row each, and after the passages all hard negatives of theirs.
        """
        batch = self.split.plan.batch(step)
        asked = self.split.pairs.row_numbers(batch.items, batch.query_langs)
        answers = self.split.pairs.row_numbers(batch.items, batch.passage_langs)
        queries, passages = self.vectors.queries[asked], self.vectors.passages[answers]
        passages = np.concatenate([passages, self.vectors.negatives_of(answers)])
        return batch, torch.from_numpy(queries), torch.from_numpy(passages)


class HeadTrainer:
    """A square matrix W in training, started at the identity I, and its optimizer.

    The embedding of x is W x / |W x|. The loss is InfoNCE over the batch (arXiv 2408.10536, Eq. 1), or its
    symmetric form, as in deep training, plus anchor x |W - I|² / dimension: what the data does not ask for
    stays as it was.
    """

    def __init__(self, options: Settings, dimension: int) -> None:
        self._options = options
        self.matrix = torch.nn.Parameter(torch.eye(dimension))
        self.optimizer = torch.optim.AdamW([self.matrix], options.learning_rate, weight_decay=0.0)
        self._scheduler = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._share)

    def _share(self, step: int) -> float:
        rise = max(round(self._options.warmup * self._options.steps), 1)
        fall = (self._options.steps - step) / max(self._options.steps - rise, 1)
        return max(min((step + 1) / rise, fall), 0.0)

    @property
    def learning_rate(self) -> float:
        """That of the next step."""
        return float(self._scheduler.get_last_lr()[0])

    def loss(self, queries: Tensor, passages: Tensor) -> Tensor:
        """Return the loss of a batch, a scalar; queries, passages: as `EmbeddedSplit.batch` returns them."""
        sides = (functional.normalize(side @ self.matrix.T, dim=1) for side in (queries, passages))
        asked, answers = sides
        scores = asked @ answers.T / self._options.temperature
        rows = torch.arange(len(scores))
        found = functional.cross_entropy(scores, rows)
        if self._options.loss == "symmetric":
            return (found + functional.cross_entropy(scores[:, : len(scores)].T, rows)) / 2
        return found

    def step(self, queries: Tensor, passages: Tensor) -> float:
        """Take one step; returns the loss of the batch before it."""
        loss = self.loss(queries, passages)
        away = (self.matrix - torch.eye(len(self.matrix))).square().sum() / len(self.matrix)
        self.optimizer.zero_grad()
        (loss + self._options.anchor * away).backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self._scheduler.step()
        return loss.item()

    def save(self, folder: Path, state: dict[str, float]) -> None:
        """Keep a checkpoint, whole or not at all."""
        target = folder / f"checkpoint-{int(state['global_step'])}"
        with new_folder(target) as scratch:
            checkpoints.save_tensors(scratch / checkpoints.WEIGHTS, {MATRIX: self.matrix})
            checkpoints.save_optimizer(scratch, self.optimizer, self._scheduler)
            checkpoints.save_state(scratch, state)
            checkpoints.put(scratch, target)

    def restore(self, folder: Path) -> dict[str, float]:
        """Go back to a checkpoint; returns its state."""
        with torch.no_grad():
            self.matrix.copy_(checkpoints.load_tensors(folder / checkpoints.WEIGHTS)[MATRIX])
        checkpoints.load_optimizer(folder, self.optimizer, self._scheduler)
        return checkpoints.load_state(folder)


def train(
    options: Settings,
    train: EmbeddedSplit,
    held: EmbeddedSplit | None,
    folder: Path,
    listener: Listener,
    *,
    resume: bool,
) -> Matrix:
    """Train a head; returns its matrix, shape (dimension, dimension), float32: the best of the validations.

    folder: of its checkpoints. resume: go on from the last one. Raises Cancelled, with a checkpoint kept,
    when the listener asks to stop; NotANumberError for a loss that is no number.
    """
    with torch_threads(1):
        return _trained(options, train, held, folder, listener, resume)


def _trained(
    options: Settings,
    train: EmbeddedSplit,
    held: EmbeddedSplit | None,
    folder: Path,
    listener: Listener,
    resume: bool,
) -> Matrix:
    head = HeadTrainer(options, train.vectors.queries.shape[1])
    last = checkpoints.newest(folder) if resume else None
    state = head.restore(last) if last else {"global_step": 0, "best": math.inf, "best_step": 0}
    best = checkpoints.load_tensors(folder / "best.safetensors")[MATRIX] if state["best_step"] else None
    for step in range(int(state["global_step"]), options.steps):
        batch, queries, passages = train.batch(step)
        rate = head.learning_rate
        loss = head.step(queries, passages)
        if not math.isfinite(loss):
            raise NotANumberError(step)
        state["global_step"] = step + 1
        listener.stepped(step + 1, loss, batch, rate)
        if held and _due(step + 1, options):
            found = validation_loss(head, held)
            listener.validated(step + 1, found)
            if found < state["best"]:
                state |= {"best": found, "best_step": step + 1}
                best = head.matrix.detach().clone()
                checkpoints.save_tensors(folder / "best.safetensors", {MATRIX: best})
            elif (
                options.patience
                and step + 1 - state["best_step"] >= options.patience * options.evaluate_every
            ):
                break
        stopping = listener.stopping()
        if stopping or (step + 1) % options.checkpoint_every == 0:
            head.save(folder, state)
        if stopping and step + 1 < options.steps:
            raise Cancelled
    matrix = head.matrix.detach() if best is None else best
    return matrix.numpy()


def _due(step: int, options: Settings) -> bool:
    every = options.evaluate_every
    return every > 0 and (step % every == 0 or step == options.steps)


@torch.no_grad()
def validation_loss(head: HeadTrainer, held: EmbeddedSplit) -> float:
    """Return the mean loss over the held-out batches."""
    losses = []
    for step in range(held.split.steps):
        _, queries, passages = held.batch(step)
        losses.append(head.loss(queries, passages).item())
    return float(np.mean(losses))
