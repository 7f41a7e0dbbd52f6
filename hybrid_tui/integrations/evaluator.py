"""The three settings and the rank distance during anyone's training with sentence-transformers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.evaluation import SentenceEvaluator

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.evaluation import bias, metric_tables, metrics
from hybrid_tui.evaluation.compare import RANK_DISTANCE
from hybrid_tui.evaluation.evaluate import values_of
from hybrid_tui.evaluation.grades import graded
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.ranks import ranks


class MultilingualRetrievalEvaluator(SentenceEvaluator):
    """Gives a metric in each setting, and the rank distance, of a model on a collection.

        evaluator = MultilingualRetrievalEvaluator("starter:validation")
        SentenceTransformerTrainer(model, args, train_dataset=..., loss=..., evaluator=evaluator)

    Every passage is ranked for every query, exactly, by cosine; texts are encoded with the model's own
    prompts for queries and documents. Called, it returns the figures under `NAME_monolingual_mAP` and the
    like, and `NAME_rank_distance`; a setting that the collection does not have is absent.

    data: a collection, or its name. metric: such as "nDCG@10". primary: the setting, or "rank_distance",
    that checkpoints are chosen by; `primary_metric` and `greater_is_better` follow it. name: put before the
    figures, by default the collection's. Raises UsageError for unknown names.
    """

    def __init__(
        self,
        data: str | Collection = "starter",
        *,
        metric: str = "mAP",
        primary: str = SETTINGS[2],
        name: str = "",
        batch_size: int = 32,
        show_progress_bar: bool = False,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.collection = catalog.load(data) if isinstance(data, str) else data
        (self.metric,) = metrics.names([metric])
        if primary not in (*SETTINGS, RANK_DISTANCE):
            raise unknown("figure", primary, [*SETTINGS, RANK_DISTANCE])
        self.name = name or self.collection.name.replace(":", "-")
        self.batch_size = batch_size
        self.show_progress_bar = show_progress_bar
        self.greater_is_better = primary != RANK_DISTANCE
        own = primary if primary == RANK_DISTANCE else f"{primary}_{self.metric}"
        self.primary_metric: str = f"{self.name}_{own}"

    def __call__(  # type: ignore[override]
        self,
        model: SentenceTransformer,
        output_path: str | None = None,  # noqa: ARG002  (nothing is written)
        epoch: int = -1,
        steps: int = -1,
    ) -> dict[str, float]:
        """Return the figures of a model as it is now; UsageError where the primary one is not among them."""
        found = self._figures(model)
        figures: dict[str, float] = self.prefix_name_to_metrics(found, self.name)
        if self.primary_metric not in figures:
            raise UsageError(
                f"{self.collection.name} has no {self.primary_metric.removeprefix(f'{self.name}_')}",
                f"choose another primary figure: {', '.join(found)}",
            )
        self.store_metrics_in_model_card_data(model, figures, epoch, steps)
        return figures

    def get_config_dict(self) -> dict[str, Any]:
        """Return what a model card tells of it."""
        return {"collection": self.collection.name, "metric": self.metric}

    def _figures(self, model: SentenceTransformer) -> dict[str, float]:
        collection, apart = self.collection, self.collection.monolingual
        queries = {lang: self._encoded(model, lang, "query") for lang in _langs(collection, "query")}
        passages = {lang: self._encoded(model, lang, "passage") for lang in _langs(collection, "passage")}
        found = graded(ranks(collection, queries, passages, own_language=apart), collection)
        values, bias_values = values_of(found, apart, [self.metric])
        summary = metric_tables.summary(values)
        figures = {f"{setting}_{self.metric}": each[self.metric] for setting, each in summary.items()}
        distance = bias.bias_summary(found, bias_values).get(RANK_DISTANCE)
        return figures if distance is None else figures | {RANK_DISTANCE: distance}

    def _encoded(self, model: SentenceTransformer, lang: str, role: Role) -> NDArray[np.float32]:
        """Return the embeddings of a language's texts, shape (rows, dimension), of length 1."""
        query = role == "query"
        texts = self.collection.query_inputs(lang) if query else self.collection.passage_inputs(lang)
        encode = model.encode_query if query else model.encode_document
        found = encode(
            texts,
            batch_size=self.batch_size,
            show_progress_bar=self.show_progress_bar,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.asarray(found, np.float32)


def _langs(collection: Collection, role: Role) -> list[str]:
    table = collection.queries if role == "query" else collection.passages
    return sorted(table["lang"].unique())
