"""Tiny backbones and tiny data to train on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_tui.sampling.plan import Batch
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training.defaults import TrainingJob, prepare
from tests.checkpoints import WORDS, checkpoint

LANGS = ("de", "en", "th")
ITEMS = 16
Making = Callable[..., TrainingJob]


class Follower:
    """Notes what a training tells, and stops it, or breaks it, after a step."""

    def __init__(self, stop_after: int = 0, break_after: int = 0) -> None:
        self.losses: list[float] = []
        self.steps: list[int] = []
        self.modes: list[str] = []
        self.validations: list[float] = []
        self._stop_after = stop_after
        self._break_after = break_after

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:
        self.steps.append(step)
        self.losses.append(loss)
        self.modes.append(batch.mode)
        if step == self._break_after:
            raise KeyboardInterrupt

    def validated(self, step: int, loss: float) -> None:
        self.validations.append(loss)

    def stopping(self) -> bool:
        return bool(self._stop_after and self.steps and self.steps[-1] >= self._stop_after)


def quiet(_: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None


def pairs_file(path: Path, items: int = ITEMS, langs: tuple[str, ...] = LANGS, **more: str) -> Path:
    """Write items whose query and passage share words that no other item has in that order."""
    rows: list[dict[str, Any]] = []
    for number in range(items):
        first, second = WORDS[number % 9], WORDS[(number * 5 + number // 9) % 9]
        for lang in langs:
            query = f"{first} {second} {number} {lang}"
            passage = f"{second} {first} and a {first} {number} {lang}"
            rows.append({"item_id": f"i{number}", "lang": lang, "query": query, "passage": passage, **more})
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def some_negatives(path: Path) -> Path:
    """Give every fourth row of a file a hard negative, and every eighth a second one."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        if number % 4 == 0:
            row["negative_1"] = f"{row['passage']} not"
            row["negative_2"] = "a river and a mountain" if number % 8 == 0 else " "
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _small(one_thread: None) -> None:
    """Train with one thread."""


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT, as small as can be."""
    return checkpoint(tmp_path_factory.mktemp("backbone") / "tiny")


@pytest.fixture
def making(backbone: Path, tmp_path: Path) -> Making:
    """Prepare a training of a tiny backbone on tiny data; named settings replace the defaults."""

    def make(sampler: Sampler | None = None, **told: Any) -> TrainingJob:
        data = told.pop("data", None) or [pairs_file(tmp_path / "pairs.jsonl")]
        defaults = {"tuning": "lora", "steps": 6, "batch_size": 4, "validation": 0.0, "rank": 2}
        return prepare(
            str(told.pop("backbone", backbone)),
            [str(each) for each in data],
            sampler or Sampler("hybrid"),
            **(defaults | told),
        )

    return make
