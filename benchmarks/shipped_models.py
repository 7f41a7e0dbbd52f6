"""Train the models that ship, anew: shipped_models.py DATA [lora|heads|embeddings]...

DATA holds native-pairs.parquet, parallel-pairs.parquet and translations.parquet, with the columns item_id,
lang, source, licence and query and passage, or text. Rows of licences that do not allow it are left out.
Everything is chosen here and on held-out rows of DATA; no test set is read.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import polars as pl
import starter_embeddings

from hybrid_tui import settings
from hybrid_tui.cli.train_view import TrainingView
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import defaults, run

SAMPLERS = ("mono", "cross", "hybrid")
LANGS = ("ar", "de", "en", "es", "hi", "ru", "th", "tr", "zh")
ALLOWED = (
    "Apache-2.0",
    "CC BY 4.0",
    "CC BY-SA 3.0",
    "CC BY-SA 4.0",
    "CC0",
    "MIT",
    "MPL-2.0",
)
LORA = {
    "tuning": "lora",
    "steps": 300,
    "batch_size": 48,
    "learning_rate": 2e-4,
    "temperature": 0.02,
    "lora_scale": 0.85,
    "passage_tokens": 96,
    "validation": 0.02,
}
"""Chosen with choosing.py."""
HEAD = {"tuning": "head", "steps": 500, "batch_size": 100, "learning_rate": 1e-3, "validation": 0.05}
LORA_LEAVES_OUT = ("doc-next/", "mkqa")
"""How sources begin that do harm: a paragraph for the one before it, a name for a question."""
HEAD_ITEMS = 800
"""Items of each file that heads are trained on: their texts are encoded, which takes minutes."""
HEAD_SEEDS = (1, 2, 3)
"""The first of them ships."""


def main(source: Path, *parts: str) -> None:
    """Train what is asked for, and put it under `models/`."""
    with tempfile.TemporaryDirectory() as scratch:
        whole, some = Path(scratch) / "train", Path(scratch) / "train-of-heads"
        _prepare(source, whole, some)
        if not parts or "lora" in parts:
            for sampler in SAMPLERS:
                _ship(f"me5-small-lora-{sampler}", whole, "me5-small", sampler, 1, LORA)
        if not parts or "heads" in parts:
            for backbone in ("me5-small", "use-m3"):
                for sampler in SAMPLERS:
                    for seed in HEAD_SEEDS:
                        name = f"{backbone}-head-{sampler}"
                        told = name if seed == HEAD_SEEDS[0] else f"{name}-seed{seed}"
                        _ship(told, some, backbone, sampler, seed, HEAD)
    if not parts or "embeddings" in parts:
        starter_embeddings.main()


def _prepare(source: Path, whole: Path, some: Path) -> None:
    """Write the rows that LoRA is trained on, and those of the items that heads are trained on."""
    for folder in (whole, some):
        folder.mkdir()
    for file in sorted(source.glob("*.parquet")):
        rows = pl.read_parquet(file).filter(pl.col("licence").is_in(ALLOWED))
        rows.filter(asked_for()).write_parquet(whole / file.name)
        ids = sorted(rows["item_id"].unique(), key=lambda each: hashlib.sha256(each.encode()).digest())
        rows.filter(pl.col("item_id").is_in(ids[:HEAD_ITEMS])).write_parquet(some / file.name)


def asked_for() -> pl.Expr:
    """Return what holds for the rows that LoRA is trained on."""
    return ~pl.any_horizontal(pl.col("source").str.starts_with(each) for each in LORA_LEAVES_OUT)


def _ship(name: str, data: Path, backbone: str, sampler: str, seed: int, told: dict) -> None:
    job = defaults.prepare(backbone, [str(data)], Sampler(sampler), langs=LANGS, seed=seed, **told)
    view = TrainingView(job, name)
    resume = run.resumable(name)
    with view.shown():
        folder = run.run(job, name, view, view.begin, resume=resume, overwrite=not resume)
    if seed == HEAD_SEEDS[0]:
        target = settings.shipped_dir() / name
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    print(name, "trained", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
