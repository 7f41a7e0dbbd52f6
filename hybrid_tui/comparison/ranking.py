"""The ordered passages of one query under one model."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked passage.

    rank: 1-based position among all passages of the languages asked for.
    score: of the system: for one of embeddings their dot product, in [-1, 1] for cosines.
    relevant: whether it answers the query; None when the query is none of the collection's.
    context: the paragraph around the passage, empty where the collection has none.
    before: its rank under the system's first stage, which fusion or reranking orders anew; None without.
    """

    rank: int
    passage_id: str
    lang: str
    score: float
    text: str
    relevant: bool | None = None
    context: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first k passages of one query under a system, best first; ties by passage index.

    query_lang: the language told or detected.
    system: its written form, such as `me5-small+center`.
    pool: number of passages ranked, over `langs`. missing: those not encoded yet, and so not ranked.
    trained_on: how many of the collection's questions the model was trained on.
    seconds: wall time of each stage in the order in which they work ("encode" and "search" of the retriever,
    "query", "fuse", "rerank"), a model's loading left out.
    """

    system: str
    data: str
    query: str
    query_lang: str
    langs: tuple[str, ...]
    pool: int
    hits: tuple[Hit, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    trained_on: int = 0
    missing: int = 0
