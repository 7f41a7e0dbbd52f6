"""`hybrid-tui search`: one query, one ranking a model."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import output
from hybrid_tui.cli.options import Alpha, Corrections, Data, FitOn, Json, Models, Pivot, Rank, systems

if TYPE_CHECKING:
    from hybrid_tui.comparison.ranking import Ranking


class IndexChoice(StrEnum):
    """How neighbours are found: exactly, or faster with a recall that is told."""

    flat = "flat"
    hnsw = "hnsw"
    ivf_pq = "ivf-pq"


def search(
    query: Annotated[str, typer.Argument(help="The query, in any language.")],
    data: Data = None,
    model: Models = None,
    query_lang: Annotated[str, typer.Option(help="The query's language, or auto.")] = "auto",
    langs: Annotated[
        str, typer.Option(help="Passage languages, such as de,en. [default: all]", show_default=False)
    ] = "",
    correction: Corrections = None,
    pivot: Pivot = "",
    alpha: Alpha = None,
    rank: Rank = None,
    fit_on: FitOn = "",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages a model.")] = 10,
    index: Annotated[
        IndexChoice, typer.Option(help="FAISS index; hnsw and ivf-pq are approximate.")
    ] = IndexChoice.flat,
    json: Json = False,
) -> None:
    """Rank the passages of a collection for a query, under each model.

    Example: hybrid-tui search "Wer entdeckte Sauerstoff?" --langs de,en -k 5
    """
    from hybrid_tui.api.workspace import Workspace
    from hybrid_tui.comparison.query_cleaning import clean_query
    from hybrid_tui.settings import load_config

    config = load_config()
    text = clean_query(query)
    wanted = [code.strip() for code in langs.split(",") if code.strip()]
    workspace = Workspace()
    names = systems(model, correction, pivot, alpha, rank)
    rankings = []
    for system in names:
        name, _, corrected = system.partition("+")
        with output.progress(f"{name}: encoding {data or config.data}") as progress:
            retriever = workspace.retriever(
                data or config.data, name, corrected or "none", fit_on, index.value
            )
            ranking = retriever.search(text, query_lang=query_lang, langs=wanted, k=k, progress=progress)
        rankings.append((ranking, retriever.recall()))
    if json:
        output.as_json({"query": text, "results": [_plain(*pair) for pair in rankings]})
    else:
        for ranking, recall in rankings:
            _print(ranking, recall)


def _plain(ranking: Ranking, recall: float) -> dict[str, Any]:
    from dataclasses import asdict

    values = asdict(ranking)
    del values["query"]
    for hit in values["hits"]:
        del hit["relevant"]
    return values | {"index_recall": recall}


def _print(ranking: Ranking, recall: float) -> None:
    from rich.text import Text

    approximate = "" if recall == 1 else f", index recall@10 {recall:.3f}"
    corrected = "" if ranking.correction == "none" else f"+{ranking.correction}"
    among = f"{len(ranking.langs)} languages" if len(ranking.langs) > 1 else ranking.langs[0]
    console = output.console()
    console.print(
        f"{ranking.model}{corrected} on {ranking.data}: query in {ranking.query_lang}, "
        f"{ranking.pool:,} passages in {among}{approximate}"
    )
    table = output.table("#", "score", "lang", "passage", numeric=("#", "score"))
    for hit in ranking.hits:
        table.add_row(str(hit.rank), f"{hit.score:.3f}", hit.lang, Text(hit.text))
    console.print(table)
