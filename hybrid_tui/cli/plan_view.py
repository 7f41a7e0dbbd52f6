"""A training before it runs: its plan, its settings, one batch of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hybrid_tui.cli import output

if TYPE_CHECKING:
    from hybrid_tui.sampling.plan_summary import PlanSummary
    from hybrid_tui.training.defaults import TrainingJob

TEXT = 60


def plan(job: TrainingJob, name: str) -> dict[str, Any]:
    """Return what a training would do, ready for JSON; takes a few measured steps."""
    from hybrid_tui.sampling.plan_summary import summary

    return _told(job, name, summary(job.train.plan, job.options.steps))


def _told(job: TrainingJob, name: str, drawn: PlanSummary) -> dict[str, Any]:
    from hybrid_tui.training.model_writer import settings_of
    from hybrid_tui.training.time_estimate import estimate

    held = job.held
    return {
        "name": name,
        "settings": settings_of(job),
        "items": len(job.train.pairs.items),
        "rows": len(job.train.pairs.rows),
        "held_out_items": len(held.pairs.items) if held else 0,
        "steps_per_epoch": job.train.plan.steps_per_epoch,
        "epochs": round(job.options.steps / job.train.plan.steps_per_epoch, 3),
        "counted_steps": drawn.steps,
        "modes": drawn.modes,
        "data_sets": drawn.sources,
        "repeated_rows": drawn.repeated,
        "languages": list(drawn.languages.rows),
        "language_pairs": [list(map(int, row)) for row in drawn.languages.counts],
        "estimate": estimate(job)._asdict(),
    }


def show(job: TrainingJob, name: str) -> None:
    """Print what a training would do."""
    from hybrid_tui.cli import heatmap
    from hybrid_tui.cli.train_view import title
    from hybrid_tui.sampling.plan_summary import summary

    with output.steps("") as begin:
        begin("counting the plan and measuring a few steps")
        drawn = summary(job.train.plan, job.options.steps)
        found = _told(job, name, drawn)
    console = output.console()
    console.print(f"{name}: {title(job)}")
    console.print(
        f"{found['items']:,} items, {found['rows']:,} rows to train on, {found['held_out_items']:,} items "
        f"held out; steps an epoch: {found['steps_per_epoch']:,}, so this is {found['epochs']:g} epochs"
    )
    if job.warning:
        console.print(job.warning)
    counted = found["counted_steps"]
    for key in ("modes", "data_sets"):
        shares = ", ".join(f"{each} {count / counted:.1%}" for each, count in found[key].items())
        console.print(f"{key.replace('_', ' ')} in {counted:,} steps: {shares}")
    console.print(f"rows that come again within an epoch: {found['repeated_rows']:,}")
    cost = found["estimate"]
    before = f"{_span(cost['encoding'])} to encode {cost['texts']:,} texts, then " if cost["texts"] else ""
    console.print(f"estimated time: {before}{cost['step']:.3g} s a step, {_span(cost['total'])} in all\n")
    heatmap.show([drawn.languages], [""])
    table = output.table("setting", "value")
    for key, value in found["settings"].items():
        table.add_row(key, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
    console.print(table)


def explain(job: TrainingJob, step: int, *, json: bool) -> None:
    """Print the batch of a step, counted from 1."""
    from hybrid_tui.errors import UsageError

    if not 1 <= step <= job.options.steps:
        raise UsageError(f"there is no step {step}: the training has {job.options.steps:,}")
    side = job.train
    batch = side.plan.batch(step - 1)
    codes = side.plan.coverage.languages
    texts = side.pairs.texts(
        side.pairs.row_numbers(batch.items, batch.query_langs),
        side.pairs.row_numbers(batch.items, batch.passage_langs),
    )
    items = side.pairs.items["item_id"].gather(batch.items)
    rows = [
        {"item_id": item, "query_lang": codes[asked], "passage_lang": codes[answer], "query": q, "passage": p}
        for item, asked, answer, q, p in zip(
            items, batch.query_langs, batch.passage_langs, texts.queries, texts.passages, strict=True
        )
    ]
    source = side.plan.coverage.sources[batch.source].name
    if json:
        output.as_json({"step": step, "mode": batch.mode, "data_set": source, "rows": rows})
        return
    from rich.text import Text

    output.console().print(f"step {step:,}: {batch.mode}, {len(rows)} rows of {source}")
    table = output.table("item", "query", "", "passage", "")
    for row in rows:
        short = [Text(row[key].replace("\n", " ")[:TEXT]) for key in ("query", "passage")]
        table.add_row(row["item_id"], row["query_lang"], short[0], row["passage_lang"], short[1])
    output.console().print(table)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
