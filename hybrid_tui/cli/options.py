"""Options that several commands share, and how they name a system."""

from __future__ import annotations

from typing import Annotated

import typer

Data = Annotated[str | None, typer.Option("--data", "-d", help="Collection. [default: starter]")]
Models = Annotated[
    list[str] | None,
    typer.Option("--model", "-m", help="Model; may be given again. [default: me5-small, use-m3]"),
]
Corrections = Annotated[
    list[str] | None,
    typer.Option(
        "--correction", "-c", help="none, center, shift or lir; may be given again. [default: none]"
    ),
]
Pivot = Annotated[str, typer.Option(help="Language that shift moves passages to. [default: en]")]
Alpha = Annotated[float | None, typer.Option(help="How far shift moves them. [default: 1]", min=0)]
Rank = Annotated[int | None, typer.Option(help="Directions that lir removes. [default: 1]", min=1)]
FitOn = Annotated[str, typer.Option(help="Collection that corrections are fitted on. [default: --data]")]
Margin = Annotated[float, typer.Option(min=0, help="How much worse is still not worse.")]
Draws = Annotated[int, typer.Option(min=100, help="Random draws of the tests.")]
Seed = Annotated[int, typer.Option(help="Seed of the random draws.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def systems(
    models: list[str] | None,
    corrections: list[str] | None,
    pivot: str = "",
    alpha: float | None = None,
    rank: int | None = None,
) -> list[str]:
    """Return every model under every correction, as `MODEL` or `MODEL+CORRECTION`, each once."""
    from hybrid_tui.settings import load_config

    told: dict[str, dict[str, str | float | None]] = {
        "shift": {"pivot": pivot or None, "alpha": alpha},
        "lir": {"rank": rank},
    }
    found = []
    for model in models or load_config().models:
        for correction in corrections or ["none"]:
            values = told.get(correction, {})
            given = ",".join(f"{key}={value}" for key, value in values.items() if value is not None)
            suffix = f"+{correction}:{given}" if given else f"+{correction}"
            found.append(model if correction == "none" else model + suffix)
    return list(dict.fromkeys(found))
