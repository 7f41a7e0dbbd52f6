"""Collections as tasks of mteb, all languages in one pool, and its rankings as runs of ours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import langcodes

from hybrid_tui.api.runs import ImportedRun, import_run
from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import DataError, HybridTuiError, UsageError, unknown
from hybrid_tui.evaluation.trec_lines import encoded
from hybrid_tui.languages import language

SPLIT = "test"
SUBSET = "default"


def mteb_task(data: str | Collection) -> Any:
    """Return a collection as a retrieval task of mteb: every query, and the passages of all languages.

        mteb.evaluate(model, mteb_task("xquad-r"), prediction_folder="predictions")

    Its main score is nDCG@10, the mean over queries. data: a collection, or its name. Raises UsageError for a
    collection that leaves passages out of rankings in a way that mteb cannot, HybridTuiError where mteb is
    not installed.
    """
    try:
        from mteb.abstasks import AbsTaskRetrieval
        from mteb.abstasks.task_metadata import TaskMetadata
    except ImportError as error:
        raise HybridTuiError("mteb is not installed", 'pip install "hybrid-tui[mteb]"') from error

    collection = catalog.load(data) if isinstance(data, str) else data
    selves = collection.self_passages
    if selves.height and not (selves["query_id"] == selves["passage_id"]).all():
        raise UsageError(
            f"{collection.name} leaves a query's own passage out of its ranking, and they have different ids",
            "mteb leaves out what has the query's id alone",
        )
    about = TaskMetadata(
        name=task_name(collection),
        dataset={"path": f"hybrid-tui/{collection.name}", "revision": collection.fingerprint},
        description=f"{collection.name}: queries and passages of all its languages in one pool",
        type="Retrieval",
        category="t2t",
        modalities=["text"],
        eval_splits=[SPLIT],
        eval_langs=[_code(lang) for lang in collection.languages],
        main_score="ndcg_at_10",
    )

    def load_data(self: Any, **_: Any) -> None:
        self.dataset = {SUBSET: {SPLIT: _split(collection)}}
        self.data_loaded = True

    members = {
        "metadata": about,
        "ignore_identical_ids": bool(selves.height),
        "load_data": load_data,
        "__doc__": about.description,
        "__module__": __name__,
    }
    return type("CollectionRetrieval", (AbsTaskRetrieval,), members)()


def task_name(collection: Collection) -> str:
    """Return what the task of a collection is called: `XquadRPool`."""
    words = re.findall(r"[A-Za-z0-9]+", collection.name)
    return f"{''.join(word.capitalize() for word in words)}Pool"


def import_predictions(
    file: str | Path, name: str, data: str | None = None, *, subset: str = SUBSET, split: str = SPLIT
) -> ImportedRun:
    """Keep the rankings that mteb wrote (`prediction_folder`) as a run, to be compared like a model.

    mteb's results have no values per query; its predictions have the first 1,000 passages of each, from which
    ours are computed. file: TASK_predictions.json of a task made of the collection. name: what to call it.
    Raises DataError for a file that is none of mteb's predictions, UsageError for a subset or split that it
    does not have, and what `import_run` raises.
    """
    path = Path(file)
    rankings = _rankings(path, subset, split)
    with TemporaryDirectory() as folder:
        run = Path(folder) / "predictions.run"
        with run.open("w", encoding="utf-8") as lines:
            for query, scores in rankings.items():
                ordered = sorted(scores.items(), key=lambda each: -each[1])
                lines.writelines(
                    f"{encoded(query)} Q0 {encoded(passage)} {rank} {score!r} mteb\n"
                    for rank, (passage, score) in enumerate(ordered, 1)
                )
        return import_run(run, name, data)


def _rankings(path: Path, subset: str, split: str) -> dict[str, dict[str, float]]:
    """Return the score of each passage by query."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for kind, wanted in (("subset", subset), ("split", split)):
            if not isinstance(found, dict):
                raise TypeError("a JSON object was looked for")
            known = [key for key in found if key != "mteb_model_meta"]
            if wanted not in known:
                raise unknown(f"{kind} in {path.name}", wanted, known)
            found = found[wanted]
        return {
            str(query): {str(passage): float(score) for passage, score in scores.items()}
            for query, scores in found.items()
        }
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f"{path} has no predictions of mteb: {error}",
            "name TASK_predictions.json, which mteb.evaluate(..., prediction_folder=FOLDER) writes",
        ) from error


def _code(lang: str) -> str:
    """Return a language as mteb writes it: `deu-Latn`."""
    return f"{langcodes.Language.get(lang).to_alpha3()}-{language(lang).script}"


def _split(collection: Collection) -> Any:
    from datasets import Dataset  # type: ignore[attr-defined]
    from mteb.abstasks.retrieval_dataset_loaders import RetrievalSplitData

    langs = sorted(collection.passages["lang"].unique())
    texts = [text for lang in langs for text in collection.passage_inputs(lang)]
    answers: dict[str, dict[str, int]] = {}
    judged = collection.judgements.select("query_id", "passage_id", "grade")
    for query, passage, grade in judged.iter_rows():
        answers.setdefault(query, {})[passage] = max(1, round(grade))
    return RetrievalSplitData(
        corpus=Dataset.from_dict({"id": collection.passages["passage_id"].to_list(), "text": texts}),
        queries=Dataset.from_dict(
            {"id": collection.queries["query_id"].to_list(), "text": collection.queries["text"].to_list()}
        ),
        relevant_docs=answers,
        top_ranked=None,
    )
