"""A training before it runs: its plan, its settings, one batch of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybrid_tui.cli import output
from hybrid_tui.cli.output import span

if TYPE_CHECKING:
    from hybrid_tui.api.training_plans import PlannedTraining, PlanSummary

TEXT, WORD = 60, 20
"""Cells of a text, and of a word that is left out rather than cut."""


def plain(planned: PlannedTraining) -> dict[str, Any]:
    """Return what a training would do, ready for JSON."""
    return _plain(planned, planned.summary())


def _plain(planned: PlannedTraining, drawn: PlanSummary) -> dict[str, Any]:
    job = planned.job
    train, held = job.train, job.held
    return {
        "name": planned.name,
        "settings": planned.settings,
        "items": len(train.pairs.items),
        "rows": len(train.pairs.rows),
        "held_out_items": len(held.pairs.items) if held else 0,
        "steps_per_epoch": train.plan.steps_per_epoch,
        "epochs": round(job.options.steps / train.plan.steps_per_epoch, 3),
        "counted_steps": drawn.steps,
        "modes": drawn.modes,
        "data_sets": drawn.sources,
        "repeated_rows": drawn.repeated,
        "item_coverage": drawn.coverage._asdict(),
        "hard_negatives": job.negatives._asdict(),
        "languages": list(drawn.languages.rows),
        "language_pairs": [list(map(int, row)) for row in drawn.languages.counts],
        "estimate": planned.estimate()._asdict(),
        "notes": planned.job.notes,
    }


def show(planned: PlannedTraining) -> None:
    """Print what a training would do."""
    from hybrid_tui.cli import heatmap

    with output.progress() as progress:
        progress("counting the plan", 0, 0)
        drawn = planned.summary()
        found = _plain(planned, drawn)
    console = output.console()
    console.print(f"{planned.name}: {planned.title}")
    console.print(
        f"{found['items']:,} items, {found['rows']:,} rows to train on, {found['held_out_items']:,} items "
        f"held out; steps an epoch: {found['steps_per_epoch']:,}, so this is {found['epochs']:g} epochs"
    )
    console.print(planned.job.negatives.counted)
    output.note(planned.job.notes)
    counted = found["counted_steps"]
    for key in ("modes", "data_sets"):
        shares = ", ".join(f"{each} {count / counted:.1%}" for each, count in found[key].items())
        console.print(f"{key.replace('_', ' ')} in {counted:,} steps: {shares}")
    console.print(f"rows that come again within an epoch: {found['repeated_rows']:,}")
    console.print(_covered(drawn))
    console.print(f"estimated time: {_time(planned)}\n")
    heatmap.show([drawn.languages], [""])
    table = output.table("setting", "value")
    for key, value in found["settings"].items():
        table.add_row(key, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
    console.print(table)


def _covered(drawn: PlanSummary) -> str:
    """Return how many items are drawn: batches of one language leave others to chance."""
    found = drawn.coverage
    again = found.epoch_rows - found.epoch_drawn
    return (
        f"items drawn in the first {found.epoch_steps:,} steps of an epoch: {found.epoch_drawn:,} of "
        f"{found.items:,}, {again:,} of the {found.epoch_rows:,} rows have one that came before; "
        f"in {drawn.steps:,} steps: {found.drawn:,} items, {found.items - found.drawn:,} never"
    )


def _time(planned: PlannedTraining) -> str:
    cost = planned.estimate()
    if cost.step is None:
        return "not known before the first steps, which tell it"
    steps = span(cost.step * planned.job.options.steps)
    if cost.texts:
        return f"{cost.texts:,} texts to encode, which takes not known how long; then about {steps} of steps"
    return f"about {steps}"


def explain(planned: PlannedTraining, step: int, *, json: bool) -> None:
    """Print the batch of a step, counted from 1."""
    batch, rows = planned.batch(step)
    source = planned.job.train.plan.coverage.sources[batch.source].name
    if json:
        output.as_json({"step": step, "mode": batch.mode, "data_set": source, "rows": rows})
        return
    output.console().print(f"step {step:,}: {batch.mode}, {len(rows)} rows of {source}")
    counts = [len(row["negatives"]) for row in rows]
    output.console().print(f"hard negatives: {sum(counts):,} in {sum(map(bool, counts))} of {len(rows)} rows")
    table = output.table("item", "query", "", "passage", "", "hard negatives")
    for row in rows:
        short = [_beginning(row[key]) for key in ("query", "passage")]
        table.add_row(
            row["item_id"],
            row["query_lang"],
            short[0],
            row["passage_lang"],
            short[1],
            str(len(row["negatives"])),
        )
    output.console().print(table)


def _beginning(text: str) -> str:
    """Return a text on a line, cut behind a word where its script parts words."""
    from hybrid_tui.tui.render.wrap import ELLIPSIS, shortened

    whole = text.replace("\n", " ")
    line = shortened(whole, TEXT)
    head, _, last = line.removesuffix(ELLIPSIS).rpartition(" ")
    return f"{head}{ELLIPSIS}" if line != whole and head and len(last) < WORD else line
