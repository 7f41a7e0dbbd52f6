"""Choose settings of the LoRA models on sources that are kept out of their training.

Usage: choosing.py DATA [SETTING=VALUE]...   such as temperature=.02 learning_rate=2e-4

DATA as in shipped_models.py. A hybrid model is trained without the sources of `OUT`, then it and weaker
versions of it (`SCALES`, as --lora-scale) search them. No test set is read. Prints mean reciprocal ranks:
of questions that exist in one language only (seen: ar, en, zh; unseen: ja, ko), and of parallel headings and
questions within and across languages; and their average precision in the pool of all languages.
"""

import ast
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from shipped_models import ALLOWED, LANGS, LORA, asked_for

from hybrid_tui.cli.train_view import TrainingView
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.lora import CONFIG
from hybrid_tui.sampling.samplers import Sampler
from hybrid_tui.training import defaults, run

NATIVE = {
    "ar": "native/arcd",
    "en": "native/tydi-goldp",
    "zh": "native/cmrc2018",
    "ja": "native/jaquad",
    "ko": "native/tydi-goldp",
}
PARALLEL = ("doc-heading/sec101", "doc-heading/opensource.guide", "faq/bitcoin.org")
OUT = (*NATIVE.values(), *PARALLEL, "doc-next/sec101", "doc-next/opensource.guide")
SEARCHED = ("el", "vi", *LANGS)
POOL, QUESTIONS, ITEMS, LEAST_LANGS = 500, 250, 160, 9
SCALES = (1.0, 0.85, 0.7, 0.5)
STEPS = 200
ALPHABETIC, IDEOGRAPHIC = 350, 130
"""Characters of a passage that are read: XQuAD-R's passages are sentences."""


def main(source: Path, *told: str) -> None:
    """Train, and print a line for the backbone and for each scale."""
    asked = {name: ast.literal_eval(value) for name, value in (each.split("=") for each in told)}
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "train"
        data.mkdir()
        for file in sorted(source.glob("*.parquet")):
            rows = pl.read_parquet(file).filter(pl.col("licence").is_in(ALLOWED))
            rows.filter(asked_for(), ~pl.col("source").is_in(OUT)).write_parquet(data / file.name)
        settings = LORA | {"steps": STEPS, "lora_scale": 1.0} | asked
        job = defaults.prepare("me5-small", [str(data)], Sampler("hybrid"), langs=LANGS, **settings)
        view = TrainingView(job, "choosing")
        with view.shown():
            trained = run.run(job, "choosing", view, view.begin, overwrite=True)
        print("backbone", figures(model.load("me5-small"), source), flush=True)
        for scale in SCALES:
            folder = Path(scratch) / f"scale-{scale}"
            shutil.copytree(trained, folder)
            config = json.loads((folder / CONFIG).read_text())
            config["lora_alpha"] *= scale
            (folder / CONFIG).write_text(json.dumps(config))
            print("scale", scale, figures(model.load(str(folder)), source), flush=True)


def figures(encoder: Encoder, source: Path) -> dict[str, float]:
    """Return what the encoder reaches on the sources left out."""
    native = pl.read_parquet(source / "native-pairs.parquet")
    found = {
        lang: _reciprocal(encoder, native.filter(source=name, lang=lang)) for lang, name in NATIVE.items()
    }
    found["one language"] = float(np.mean(list(found.values())))
    found |= _parallel(encoder, pl.read_parquet(source / "parallel-pairs.parquet"))
    return {name: round(value, 4) for name, value in found.items()}


def _reciprocal(encoder: Encoder, rows: pl.DataFrame) -> float:
    rows = _in_order(rows.unique("passage", keep="first", maintain_order=True))[:POOL]
    queries, passages = _encoded(encoder, rows[:QUESTIONS], "query"), _encoded(encoder, rows, "passage")
    scores = queries @ passages.T
    return float(np.mean(1 / (scores >= scores.diagonal()[:, None]).sum(1)))


def _parallel(encoder: Encoder, rows: pl.DataFrame) -> dict[str, float]:
    rows = rows.filter(pl.col("source").is_in(PARALLEL), pl.col("lang").is_in(SEARCHED))
    rows = rows.unique(["item_id", "lang"], keep="first", maintain_order=True)
    rows = rows.filter(pl.len().over("item_id") >= LEAST_LANGS)
    chosen = _in_order(rows.select("item_id").unique())[:ITEMS]
    rows = rows.join(chosen, on="item_id", how="semi")
    scores = _encoded(encoder, rows, "query") @ _encoded(encoder, rows, "passage").T
    items, langs = rows["item_id"].to_numpy(), rows["lang"].to_numpy()
    within, across, pooled = [], [], []
    for row, score in enumerate(scores):
        order = np.argsort(-score, kind="stable")
        relevant = items[order] == items[row]
        places = np.flatnonzero(relevant) + 1
        pooled.append(np.mean(np.arange(1, len(places) + 1) / places))
        for lang in set(langs[order[relevant]]):
            place = np.flatnonzero(relevant[langs[order] == lang])[0] + 1
            (within if lang == langs[row] else across).append(1 / place)
    return {
        "within": float(np.mean(within)),
        "across": float(np.mean(across)),
        "pool": float(np.mean(pooled)),
    }


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in an order that nothing about them decides."""
    ids = rows["item_id"].to_list()
    return rows[sorted(range(len(ids)), key=lambda row: hashlib.sha256(ids[row].encode()).digest())]


def _encoded(encoder: Encoder, rows: pl.DataFrame, role: str) -> NDArray[np.float32]:
    return encoder.encode([_cut(text) if role == "passage" else text for text in rows[role]], role)


def _cut(text: str) -> str:
    alphabetic = sum(char < "\u2000" for char in text) > 0.8 * len(text)
    return text[: ALPHABETIC if alphabetic else IDEOGRAPHIC]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
