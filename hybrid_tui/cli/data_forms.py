"""`hybrid-tui data formats` and `data new`, and the options of reading a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from hybrid_tui.choices import DataKind
from hybrid_tui.cli import completion, escaping, output

if TYPE_CHECKING:
    from hybrid_tui.api.collections import ReadOptions

Columns = Annotated[
    str,
    typer.Option(
        help="Names of the source's columns, such as query=anchor,passage=positive; numbers, from 1, "
        "for a file without names.",
        show_default=False,
    ),
]
Lang = Annotated[
    str, typer.Option(help="Language of what does not tell its own, such as en.", show_default=False)
]
Corpus = Annotated[
    str,
    typer.Option(
        help="Which of several corpora: original, cross-lingual or multilingual (XBCP).", show_default=False
    ),
]
Qrels = Annotated[
    str,
    typer.Option(
        help="Which of several judgements: evidence or gold (XBCP), dev (BEIR).", show_default=False
    ),
]
ParallelBy = Annotated[
    str,
    typer.Option(
        help="id: queries of several languages with the same id are one question (BEIR's form); item_id: "
        "those with the same item_id. What is relevant to one version then is relevant to all.",
        show_default=False,
    ),
]
MaxChars = Annotated[int, typer.Option(help="Cut passages after so many characters.", show_default=False)]
Chunk = Annotated[
    int,
    typer.Option(
        help="Cut documents into chunks of so many tokens, such as 256; the best chunk's score is the "
        "document's.",
        show_default=False,
    ),
]
Overlap = Annotated[
    int, typer.Option(help="Tokens that a chunk has of the one before it.", show_default=False)
]
Tokenizer = Annotated[
    str,
    typer.Option(
        help="Model whose tokens are counted. [default: none: words, single characters of Chinese and "
        "Japanese, four of Thai and the like]",
        autocompletion=completion.model,
        show_default=False,
    ),
]
DropSelf = Annotated[
    bool,
    typer.Option("--drop-self", help="Leave a passage with the text of a query out of that query's ranking."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse a source of which something would be left out or changed.")
]


class HelpWithForms(TyperCommand):
    """A command whose help ends with an example of each form."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the forms after the options."""
        from hybrid_tui.api.collections import forms

        for form in forms():
            if form.use == "collection":
                formatter.write(
                    f"\n{form.name}:\n" + "".join(f"  {line}\n" for line in form.example.split("\n"))
                )


def read_options(
    columns: str, lang: str, parallel_by: str, tokenizer: str = "", **others: Any
) -> ReadOptions:
    """Return the options of reading a source; raises UsageError for what cannot be.

    others: as `ReadOptions` has them.
    """
    from hybrid_tui.api.collections import ReadOptions, parse_columns, tokens_of

    tokens: Any = {"tokens": tokens_of(tokenizer)} if tokenizer else {}
    return ReadOptions(
        parse_columns(columns),
        lang,
        parallel_by=parallel_by,  # type: ignore[arg-type]  # checked there
        **tokens,
        **others,
    )


def formats(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the forms of collections, training pairs and runs that are read, each with an example to copy.

    Example: hybrid-tui data formats
    """
    from hybrid_tui.api.collections import forms

    if json:
        output.as_json([form._asdict() for form in forms()])
        return
    for form in forms():
        escaping.say(f"{form.name} ({form.use})")
        for line in form.example.split("\n"):
            output.line(f"  {line}")
        escaping.say("")


def new(
    folder: Annotated[str, typer.Argument(help="Folder to write it to.")],
    kind: Annotated[DataKind, typer.Option(help="What to write.")] = "collection",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a tiny valid collection, training pairs, or a run of that collection, to begin from.

    Example: hybrid-tui data new ./mine
    """
    from pathlib import Path

    from hybrid_tui.api import collections

    file = collections.new(Path(folder).expanduser(), kind)
    if json:
        output.as_json({"file": str(file)})
        return
    then = {
        "collection": f"hybrid-tui data add NAME {folder}",
        "pairs": f"hybrid-tui data check {folder}",
        "run": f"hybrid-tui runs import {file} --name NAME --data COLLECTION",
    }
    escaping.say(f"wrote {file}; change it, then: {then[kind]}")
