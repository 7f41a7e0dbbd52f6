"""mteb's own evaluation, run on our models; its results are kept beside ours."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus import hub_reach
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import DataError, HybridTuiError, UsageError, unknown

if TYPE_CHECKING:
    from hybrid_tui.evaluation.evaluate import Step

PRESETS = {
    "monolingual-retrieval": ("MIRACLRetrievalHardNegatives.v2", "BelebeleRetrieval", "XQuADRetrieval"),
}
"""Task lists by name, to be asked for with `monolingual`: most of Belebele's subsets are cross-lingual."""

METRICS = ("main_score", "ndcg_at_10", "recall_at_100")
KEPT = {
    "model": pl.String,
    "revision": pl.String,
    "task": pl.String,
    "split": pl.String,
    "subset": pl.String,
    "monolingual": pl.Boolean,
    "metric": pl.String,
    "value": pl.Float64,
}
_OWNER = "hybrid-tui"
_PLACE = ("task", "split", "subset")


class MtebEncoder:
    """One of our encoders as mteb's EncoderProtocol wants it; tasks' own instructions are not used."""

    def __init__(self, spec: ModelSpec, encoder: Encoder, step: Step | None = None) -> None:
        from mteb.models import ModelMeta
        from mteb.models.model_meta import ScoringFunction

        self._encoder = encoder
        self._step = step or _silent
        self.mteb_model_meta = ModelMeta.create_empty(
            {
                "name": f"{_OWNER}/{slug(spec.name)}",
                "revision": spec.fingerprint,
                "embed_dim": encoder.dimension,
                "similarity_fn_name": ScoringFunction.COSINE,
            }
        )

    def encode(
        self,
        inputs: Iterable[dict[str, Any]],
        *,
        task_metadata: Any,
        hf_subset: str,
        prompt_type: Any = None,
        **_: Any,
    ) -> NDArray[np.float32]:
        """Return embeddings, shape (texts, dimension), float32, of length 1.

        inputs: batches with a list of texts under "text". prompt_type: mteb's, query or document; tasks
        without the two sides have none, and their texts are encoded as passages.
        """
        texts = [text for batch in inputs for text in batch["text"]]
        role: Role = "query" if getattr(prompt_type, "value", prompt_type) == "query" else "passage"
        progress = self._step(f"{task_metadata.name} {hf_subset}: encoding as {role}")
        return self._encoder.encode(texts, role, progress=progress)

    def similarity(self, one: Any, other: Any) -> Any:
        """Return the cosine of every pair, a tensor of shape (rows of one, rows of the other), float32."""
        import torch

        return torch.as_tensor(one) @ torch.as_tensor(other).T

    def similarity_pairwise(self, one: Any, other: Any) -> Any:
        """Return the cosine of row i of one and row i of the other, a tensor of shape (rows,), float32."""
        import torch

        return (torch.as_tensor(one) * torch.as_tensor(other)).sum(dim=1)


def tasks(names: Sequence[str], langs: Sequence[str] = (), *, monolingual: bool = False) -> list[Any]:
    """Return mteb's text tasks by name, each once; a task that is made of others stands for its parts.

    langs: mteb's codes, `deu` or `deu-Latn`; subsets in other languages, or with one side in another, are
    left out, and tasks that then have none. monolingual: leave out subsets of more than one language.
    Raises UsageError for an unknown name or language and when nothing is left, HybridTuiError when mteb is
    not installed.
    """
    mteb = _mteb()
    known = {task.metadata.name: task for task in _all(mteb)}
    wanted: dict[str, Any] = {}
    for name in names:
        if name not in known:
            raise unknown("mteb text task", name, sorted(known), "mteb's documentation lists the tasks")
        wanted |= {part.metadata.name: part.metadata for part in _parts(known[name])}
    _check(langs, wanted.values())
    subsets = {
        name: [
            subset
            for subset, spoken in about.hf_subsets_to_langscripts.items()
            if not (monolingual and len(set(spoken)) > 1)
            if not langs or all(not {code, code.partition("-")[0]}.isdisjoint(langs) for code in spoken)
        ]
        for name, about in wanted.items()
    }
    if not any(subsets.values()):
        raise UsageError(
            f"{', '.join(wanted)}: no subset is in {', '.join(langs) or 'one language'} alone",
            "a subset of two languages needs both",
        )
    return [mteb.get_task(name, hf_subsets=left) for name, left in subsets.items() if left]


def run(name: str, wanted: Sequence[Any], step: Step | None = None) -> pl.DataFrame:
    """Evaluate a model on mteb's tasks, but for subsets that are kept; return what `kept` has of the tasks.

    What was evaluated before an interruption stays kept. Raises HybridTuiError for a task whose data cannot
    be had, and what `model.load` raises.
    """
    mteb = _mteb()
    spec = model.resolve(name)
    lacking = [
        task for task in wanted if not _asked([task]).join(_of(spec), on=_PLACE, how="anti").is_empty()
    ]
    if lacking:
        results = mteb.ResultCache(_root())
        encoder = cache(lambda: MtebEncoder(spec, model.load(spec), step))
        for task in lacking:
            (step or _silent)(f"{task.metadata.name}: loading its data")
            _load(task)
            mteb.evaluate(encoder(), task, cache=results, co2_tracker=False, show_progress_bar=False)
            task.unload_data()
    return _of(spec).join(_asked(wanted), on=_PLACE, how="semi", maintain_order="left")


def kept() -> pl.DataFrame:
    """Return all that is kept: model, revision, task, split, subset, monolingual, metric and value.

    model: its `slug`. revision: its fingerprint. monolingual: whether all of the subset is in one language.
    Raises DataError for a file that is not mteb's, naming it.
    """
    rows: list[tuple[str | bool | float, ...]] = []
    for file in sorted(_root().glob(f"results/{_OWNER}__*/*/*.json")):
        if file.name == "model_meta.json":
            continue
        name = file.parent.parent.name.removeprefix(f"{_OWNER}__")
        try:
            rows += [(name, file.parent.name, *row) for row in _scores(file)]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise DataError(
                f"{file} is no result of mteb: {error}", "remove it, and run the task again"
            ) from error
    return pl.DataFrame(rows, schema=KEPT, orient="row")


def slug(name: str) -> str:
    """Return a model's name as mteb's folders can have it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_")


def _scores(file: Path) -> Iterator[tuple[str, str, str, bool, str, float]]:
    """Yield task, split, subset, monolingual, metric and value of one of mteb's files."""
    result = json.loads(file.read_text(encoding="utf-8"))
    for split, scores in result["scores"].items():
        for score in scores:
            monolingual = len(set(score.get("languages", ()))) <= 1
            where = (result["task_name"], split, score["hf_subset"], monolingual)
            for metric in METRICS:
                if metric in score:
                    yield (*where, metric, float(score[metric]))


def _of(spec: ModelSpec) -> pl.DataFrame:
    """Return what is kept of a model."""
    return kept().filter(model=slug(spec.name), revision=spec.fingerprint)


def _asked(wanted: Sequence[Any]) -> pl.DataFrame:
    """Return the task, split and subset of all that is to be evaluated."""
    rows = [
        (task.metadata.name, split, subset)
        for task in wanted
        for split in task.eval_splits
        for subset in task.hf_subsets
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_PLACE, pl.String), orient="row")


def _load(task: Any) -> None:
    about = task.metadata
    with hub_reach.cache_alone(unless=hub_reach.answers()):
        try:
            task.load_data()
        except Exception as error:  # whatever a data set's own reader raises
            first = str(error).strip().partition("\n")[0]
            raise HybridTuiError(
                f"the data of {about.name} ({about.dataset.get('path', 'no path')}) cannot be had: {first}",
                "run it once with a network: Hugging Face's cache keeps the data for later",
            ) from error


def _all(mteb: Any) -> list[Any]:
    """Return every task of mteb on text alone."""
    return list(
        mteb.get_tasks(
            modalities=["text"],
            exclusive_modality_filter=True,
            exclude_superseded=False,
            exclude_private=False,
            exclude_beta=False,
        )
    )


def _parts(task: Any) -> list[Any]:
    return [leaf for part in task.tasks for leaf in _parts(part)] if hasattr(task, "tasks") else [task]


def _check(langs: Sequence[str], wanted: Iterable[Any]) -> None:
    """Raise UsageError for a language that none of the tasks has."""
    spoken = {
        code for about in wanted for codes in about.hf_subsets_to_langscripts.values() for code in codes
    }
    known = spoken | {code.partition("-")[0] for code in spoken}
    for lang in langs:
        if lang not in known:
            short = sorted({code.partition("-")[0] for code in spoken})
            raise unknown("language in these tasks", lang, sorted(known), f"they have {', '.join(short)}")


def _silent(_: str) -> Progress:
    return lambda _done, _total: None


def _root() -> Path:
    return settings.data_dir() / "mteb"


def _mteb() -> Any:
    try:
        import mteb
    except ImportError as error:
        raise HybridTuiError("mteb is not installed", 'pip install "hybrid-tui[mteb]"') from error
    from datasets.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    for noisy in ("mteb", "huggingface_hub"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return mteb
