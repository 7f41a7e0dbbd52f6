"""Rankings of one query for other programs and for people, each against the first."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import NamedTuple
from urllib.parse import quote

from hybrid_tui import controls
from hybrid_tui.comparison.neutral_text import csv_cell, markdown_paragraph, markdown_text
from hybrid_tui.comparison.number_format import figure
from hybrid_tui.comparison.overlap import overlap
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.comparison.trained_mark import trained_words

FREE_QUERY = "query"
"""What a query is called that is none of the collection's."""


def _moves(rankings: Sequence[Ranking]) -> Iterator[tuple[Ranking, list[tuple[Hit, str]]]]:
    """Yield each ranking and its passages with their moves against the first; none in the first."""
    base = [hit.passage_id for hit in rankings[0].hits] if rankings else []
    for number, ranking in enumerate(rankings):
        found = overlap(base, [hit.passage_id for hit in ranking.hits])
        yield ranking, [(hit, found.sign(hit.passage_id) if number else "") for hit in ranking.hits]


def markdown(rankings: Sequence[Ranking], query_id: str = "") -> str:
    """Return a table a ranking; passages on one line, markup in them escaped."""
    first = rankings[0]
    lines = [f"# {markdown_text(first.query)}", ""]
    told = f"{query_id} of {first.data}" if query_id else first.data
    about = f"{told} · query in {first.query_lang} · passages in {', '.join(first.langs)}"
    lines += [markdown_paragraph(about), ""]
    for ranking, hits in _moves(rankings):
        base = [hit.passage_id for hit in first.hits]
        found = overlap(base, [hit.passage_id for hit in ranking.hits])
        alike = (
            "" if ranking is first else f" · RBO {figure(found.rbo, 3)}, {found.shared}/{found.depth} shared"
        )
        seen = " · ".join(filter(None, (ranking.system, trained_words(ranking.trained_on))))
        lines += [f"## {markdown_text(seen)}{alike}", ""]
        lines += ["| # | move | relevant | lang | score | passage |", "|--:|---|---|---|--:|---|"]
        for hit, move in hits:
            relevant = "yes" if hit.relevant else ""
            lang, passage = markdown_text(hit.lang), markdown_text(hit.text)
            cells = (hit.rank, move, relevant, lang, f"{hit.score:.3f}", passage)
            lines.append(f"| {' | '.join(map(str, cells))} |")
        lines.append("")
    return "\n".join(lines)


def as_csv(rankings: Sequence[Ranking], query_id: str = "") -> str:
    """Return a line a passage; scores unrounded, `relevant` empty where it is not known, no text a formula.

    trained_on_questions: how many of the collection's questions the model was trained on.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = "query_id query system rank move passage_id lang score relevant text trained_on_questions"
    writer.writerow(header.split())
    for ranking, hits in _moves(rankings):
        about = (query_id, ranking.query, ranking.system)
        for hit, move in hits:
            relevant = "" if hit.relevant is None else int(hit.relevant)
            found = (hit.rank, move, hit.passage_id, hit.lang, hit.score, relevant, hit.text)
            writer.writerow(map(csv_cell, (*about, *found, ranking.trained_on)))
    return text.getvalue()


def as_json(rankings: Sequence[Ranking], query_id: str = "") -> str:
    """Return the query, and for each ranking its passages with their moves."""
    first = rankings[0]
    results = [
        {
            "system": ranking.system,
            "pool": ranking.pool,
            "trained_on_questions": ranking.trained_on,
            "hits": [
                {
                    "rank": hit.rank,
                    "move": move,
                    "passage_id": hit.passage_id,
                    "lang": hit.lang,
                    "score": hit.score,
                    "relevant": hit.relevant,
                    "text": hit.text,
                }
                for hit, move in hits
            ],
        }
        for ranking, hits in _moves(rankings)
    ]
    about = {
        "data": first.data,
        "query": first.query,
        "query_id": query_id,
        "query_lang": first.query_lang,
        "langs": first.langs,
    }
    return controls.as_json(about | {"results": results}, indent=1) + "\n"


def trec_run(rankings: Sequence[Ranking], query_id: str = "") -> str:
    """Return `query Q0 passage rank score tag` lines, a tag a system; spaces in names percent-encoded."""
    name = _name(query_id or FREE_QUERY)
    return "".join(
        f"{name} Q0 {_name(hit.passage_id)} {hit.rank} {hit.score!r} {_name(ranking.system)}\n"
        for ranking in rankings
        for hit in ranking.hits
    )


def _name(text: str) -> str:
    return re.sub(r"[\s%]", lambda found: quote(found[0]), text) if re.search(r"\s", text) else text


class Format(NamedTuple):
    """A way to write rankings: the ending of its files, its name, the function of rankings and query id."""

    ending: str
    name: str
    write: Callable[[Sequence[Ranking], str], str]


FORMATS = (
    Format("md", "Markdown", markdown),
    Format("csv", "CSV", as_csv),
    Format("json", "JSON", as_json),
    Format("run", "TREC run", trec_run),
)
