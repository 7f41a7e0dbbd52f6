"""mteb's own evaluation, run on our models; its results are kept beside ours."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import HybridTuiError, unknown

PRESETS = {
    "monolingual-retrieval": ("MIRACLRetrievalHardNegatives.v2", "BelebeleRetrieval", "XQuADRetrieval"),
}
"""Task lists by name. Belebele has cross-lingual pairs as well; its subsets tell them apart."""

_OWNER = "hybrid-tui"
METRICS = ("main_score", "ndcg_at_10", "recall_at_100")
KEPT = {
    "model": pl.String,
    "revision": pl.String,
    "task": pl.String,
    "split": pl.String,
    "subset": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
}


class MtebEncoder:
    """One of our encoders as mteb's EncoderProtocol wants it; tasks' own instructions are not used."""

    def __init__(self, spec: ModelSpec, encoder: Encoder) -> None:
        from mteb.models import ModelMeta

        self._encoder = encoder
        self.mteb_model_meta = ModelMeta.create_empty(
            {
                "name": f"{_OWNER}/{slug(spec.name)}",
                "revision": spec.fingerprint,
                "embed_dim": encoder.dimension,
                "similarity_fn_name": "cosine",
            }
        )

    def encode(
        self, inputs: Iterable[dict[str, Any]], *, prompt_type: Any = None, **_: Any
    ) -> NDArray[np.float32]:
        """Return embeddings, shape (texts, dimension), float32, of length 1.

        inputs: batches with a list of texts under "text". prompt_type: mteb's, query or document.
        """
        texts = [text for batch in inputs for text in batch["text"]]
        role: Role = "query" if getattr(prompt_type, "value", prompt_type) == "query" else "passage"
        return self._encoder.encode(texts, role)

    def similarity(self, one: Any, other: Any) -> Any:
        """Return the cosine of every pair, a tensor of shape (rows of one, rows of the other), float32."""
        import torch

        return torch.as_tensor(one) @ torch.as_tensor(other).T

    def similarity_pairwise(self, one: Any, other: Any) -> Any:
        """Return the cosine of row i of one and row i of the other, a tensor of shape (rows,), float32."""
        import torch

        return (torch.as_tensor(one) * torch.as_tensor(other)).sum(dim=1)


def tasks(names: Sequence[str], langs: Sequence[str] = ()) -> list[Any]:
    """Return mteb's tasks by name, cut to languages (ISO 639-3 codes, as mteb has them) where given.

    Raises UsageError for an unknown name, HybridTuiError when mteb is not installed.
    """
    mteb = _mteb()
    known = sorted({task.metadata.name for task in mteb.get_tasks(exclude_superseded=False)})
    for name in names:
        if name not in known:
            raise unknown("mteb task", name, known, "mteb's documentation lists the tasks")
    return list(mteb.get_tasks(tasks=list(names), languages=list(langs) or None, exclude_superseded=False))


def run(name: str, wanted: Sequence[Any]) -> pl.DataFrame:
    """Evaluate a model on mteb's tasks, but for those that are kept, and return what `kept` has of them.

    Raises HybridTuiError for a task whose data cannot be had.
    """
    mteb = _mteb()
    spec = model.resolve(name)
    cache = mteb.ResultCache(_root())
    encoder = MtebEncoder(spec, model.load(spec))
    for task in wanted:
        about = task.metadata
        try:
            task.load_data()
        except Exception as error:
            first = str(error).strip().partition("\n")[0]
            raise HybridTuiError(
                f"the data of {about.name} ({about.dataset.get('path', 'no path')}) cannot be had: {first}",
                "run it once with a network: Hugging Face's cache keeps the data for later",
            ) from error
        mteb.evaluate(encoder, task, cache=cache, co2_tracker=False, show_progress_bar=False)
    names = [task.metadata.name for task in wanted]
    return kept().filter(pl.col("revision") == spec.fingerprint, pl.col("task").is_in(names))


def kept() -> pl.DataFrame:
    """Return all that is kept: model, revision (its fingerprint), task, split, subset, metric and value."""
    rows: list[tuple[str, str, str, str, str, str, float]] = []
    for file in sorted(_root().glob(f"results/{_OWNER}__*/*/*.json")):
        if file.name == "model_meta.json":
            continue
        result = json.loads(file.read_text(encoding="utf-8"))
        name = file.parent.parent.name.removeprefix(f"{_OWNER}__")
        for split, scores in result["scores"].items():
            where = (name, file.parent.name, result["task_name"], split)
            rows += [
                (*where, score["hf_subset"], metric, float(score[metric]))
                for score in scores
                for metric in METRICS
                if metric in score
            ]
    return pl.DataFrame(rows, schema=KEPT, orient="row")


def slug(name: str) -> str:
    """Return a model's name as mteb's folders can have it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_")


def _root() -> Path:
    return settings.data_dir() / "mteb"


def _mteb() -> Any:
    try:
        import mteb
    except ImportError as error:
        raise HybridTuiError("mteb is not installed", 'pip install "hybrid-tui[mteb]"') from error
    for noisy in ("mteb", "huggingface_hub"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return mteb
