"""`hybrid-tui search`: one query, one ranking a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.choices import IndexKind
from hybrid_tui.cli import completion, output, spending
from hybrid_tui.cli.options import (
    Corrections,
    Data,
    Json,
    Yes,
    listed,
    systems,
)

if TYPE_CHECKING:
    from hybrid_tui.comparison.ranking import Ranking


def search(
    query: Annotated[str, typer.Argument(help="The query, in any language.")],
    data: Data = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            help="Model; may be given again. [default: the shipped mono, cross and hybrid on me5-small]",
            autocompletion=completion.system,
        ),
    ] = None,
    query_lang: Annotated[str, typer.Option(help="The query's language, or auto.")] = "auto",
    langs: Annotated[
        str, typer.Option(help="Passage languages, such as de,en. [default: all]", show_default=False)
    ] = "",
    correction: Corrections = None,
    form: Annotated[
        list[str] | None,
        typer.Option(help="Another form of the query, such as en=TEXT, for +query:en; may be given again."),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages a model.")] = 10,
    index: Annotated[IndexKind, typer.Option(help="FAISS index; hnsw and ivf-pq are approximate.")] = "flat",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Rank the passages of a collection for a query, under each model.

    Example: hybrid-tui search "Warum sind Flamingos rosa?" --langs de,en -k 5
    """
    from hybrid_tui.api.search import search as searched
    from hybrid_tui.settings import load_config

    names = systems(model or list(load_config().panes), correction)
    chosen = listed(langs)
    asked = spending.agreed(names, data, yes=yes, langs=chosen, queries=False)
    with asked, output.progress() as progress:
        found = searched(
            query,
            names,
            data,
            query_lang=query_lang,
            langs=chosen,
            k=k,
            forms=_forms(form or []),
            index=index,
            progress=progress,
        )
    pairs = list(zip(found.rankings, found.index_recalls, strict=True))
    if json:
        output.as_json({"query": found.query, "results": [_plain(*pair) for pair in pairs]})
    else:
        for ranking, recall in pairs:
            _print(ranking, recall)


def _forms(written: list[str]) -> dict[str, str]:
    """Return other forms of the query by variant. Raises UsageError for one that is not VARIANT=TEXT."""
    from hybrid_tui.errors import UsageError

    found = {}
    for each in written:
        variant, equals, text = each.partition("=")
        if not (variant and equals and text.strip()):
            raise UsageError(
                f"--form {each!r} is not VARIANT=TEXT", "write --form en='Why are flamingos pink?'"
            )
        found[variant] = text
    return found


def _plain(ranking: Ranking, recall: float) -> dict[str, Any]:
    from dataclasses import asdict

    values = asdict(ranking)
    del values["query"], values["missing"]  # of a whole search none is
    for hit in values["hits"]:
        del hit["relevant"]
    return values | {"index_recall": recall}


def _print(ranking: Ranking, recall: float) -> None:
    from hybrid_tui.comparison.stage_words import stage_words
    from hybrid_tui.comparison.trained_mark import trained_words

    approximate = "" if recall == 1 else f", index recall@10 {recall:.3f}"
    among = f"{len(ranking.langs)} languages" if len(ranking.langs) > 1 else ranking.langs[0]
    seen = f" · {trained_words(ranking.trained_on)}" if ranking.trained_on else ""
    took = stage_words(ranking.system, ranking.seconds)
    console = output.console()
    console.print(
        f"{ranking.system} on {ranking.data}: query in {ranking.query_lang}, "
        f"{ranking.pool:,} passages in {among}{approximate}{seen}{took and f' · {took}'}"
    )
    table = output.table("#", "score", "lang", "passage", numeric=("#", "score"))
    for hit in ranking.hits:
        table.add_row(str(hit.rank), f"{hit.score:.3f}", hit.lang, hit.text)
    console.print(table)
