"""`hybrid-tui diagnose`: whether an index is fair to its languages, told of documents alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybrid_tui.cli import completion, output, spending
from hybrid_tui.cli.options import Corrections, Json, Models, Seed, Yes, systems

if TYPE_CHECKING:
    from hybrid_tui.api.diagnoses import DiagnosisResult


def diagnose(
    source: Annotated[
        str,
        typer.Argument(
            help="Folder or file of txt, md, html, pdf, jsonl; or a collection.",
            autocompletion=completion.collection,
        ),
    ],
    model: Models = None,
    correction: Corrections = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Of the first so many passages.")] = 10,
    queries: Annotated[int, typer.Option(min=3, max=10_000, help="Queries taken out of passages.")] = 300,
    passages: Annotated[int, typer.Option(min=5, help="Of more passages, so many are drawn.")] = 5000,
    chunk: Annotated[int, typer.Option(min=20, help="Words of a passage.")] = 150,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the page as FILE.md or FILE.html, too.")
    ] = None,
    seed: Seed = 0,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Tell whether an index treats its languages alike: what is wrong, how sure, what mends it.

    No judgements are needed: sentences taken out of passages are the queries.

    Example: hybrid-tui diagnose docs/ --model me5-small --model me5-small+center:.75
    """
    from hybrid_tui.api import diagnoses, reports

    if out:
        reports.check_suffix(out)
    made = diagnoses.examine(
        source, systems(model, correction), k=k, queries=queries, passages=passages, chunk=chunk, seed=seed
    )
    with spending.agreed_to(made.spending, yes=yes), output.progress() as progress:
        found = made.run(progress)
    files = found.write(out) if out else []
    if json:
        output.as_json(_plain(found) | {"files": [str(path) for path in files]})
    else:
        _print(found)
    if out:
        output.say(f"wrote {out}")


def _plain(found: DiagnosisResult) -> dict[str, Any]:
    import msgspec

    each = found.diagnosis
    told = {
        "source": each.source,
        "summary": found.summary,
        "documents": each.documents,
        "passages": each.passages,
    }
    rest = {"queries": each.queries, "k": each.k, "notes": each.notes, "languages": each.languages}
    systems = {
        one.system: {
            "by_language": [_flat(line) for line in one.by_language],
            "outcomes": [
                {"name": line.name, "system": line.system, "own_share": line.own_share}
                | {"found": line.found._asdict(), "change": line.change._asdict()}
                | {"pushed_out": line.pushed_out._asdict(), "own_excess": line.own_excess._asdict()}
                | {"favours": {favour.lang: favour.times._asdict() for favour in line.favours}}
                for line in one.outcomes
            ],
            "offsets": [offset._asdict() for offset in one.offsets],
            "language_told": one.separability and one.separability.right._asdict(),
            "language_guessed": one.separability and one.separability.guess,
        }
        for one in each.systems
    }
    plain: dict[str, Any] = msgspec.to_builtins(
        told | rest | {"findings": found.findings, "systems": systems}
    )
    return plain


def _flat(line: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(line) | {"found": line.found._asdict(), "pushed_out": line.pushed_out._asdict()}


def _print(found: DiagnosisResult) -> None:
    from hybrid_tui.api.diagnoses import Code, Heading, Paragraph, Points, Table

    console = output.console()
    for part in found.parts:
        match part:
            case Heading():
                console.print(f"\n{part.text}" if part.level > 1 else part.text, style="bold")
            case Paragraph():
                console.print(part.text)
            case Points():
                for text in part.texts:
                    console.print(f"  {text}")
            case Code():
                output.line(f"  {part.text}")
            case Table():
                first, *others = part.header
                table = output.table(first, *others, numeric=tuple(others), whole=(first,))
                for row in part.rows:
                    table.add_row(*row)
                console.print(table)
