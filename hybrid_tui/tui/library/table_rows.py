"""Table rows of models and collections, and the details of one."""

from __future__ import annotations

from textual.content import Content

from hybrid_tui.engine import messages
from hybrid_tui.tui.render.columns import Column, columned
from hybrid_tui.tui.render.spans import size
from hybrid_tui.tui.render.wrap import printable

MODELS = (
    Column("model", 26),
    Column("backbone", 10),
    Column("tuning", 6),
    Column("sampler", 9),
    Column("on disk", 8, number=True),
    Column("evals", 5, number=True),
)
COLLECTIONS = (
    Column("collection", 26),
    Column("languages", 10, number=True),
    Column("items", 8, number=True),
    Column("queries", 8, number=True),
    Column("passages", 11, number=True),
    Column("evals", 5, number=True),
)
NOWHERE = "·"


def model_row(model: messages.KnownModel) -> Content:
    """Return a model as a row; one that is not on this machine is dim."""
    there = size(model.size) if model.size else NOWHERE
    texts = (model.name, model.backbone, model.tuning, model.sampler, there, _count(model.evaluations))
    return Content.styled(columned(MODELS, texts), "dim" if model.note else "")


def collection_row(collection: messages.KnownCollection) -> Content:
    """Return a collection as a row; a damaged one says so."""
    counts = (len(collection.languages), collection.items, collection.queries, collection.passages)
    if collection.problem:
        texts = (f"✗ {collection.name}", "damaged", *[""] * 3, _count(collection.evaluations))
        return Content.styled(columned(COLLECTIONS, texts), "$text-error")
    numbers = [f"{count:,}" for count in counts]
    return Content(columned(COLLECTIONS, (collection.name, *numbers, _count(collection.evaluations))))


def _count(number: int) -> str:
    return f"{number:,}" if number else NOWHERE


def facts(described: messages.Description) -> Content:
    """Return facts, each name above or before its value."""
    width = max((len(name) for name, _ in described.facts), default=0)
    lines = []
    for name, value in described.facts:
        first, *rest = [printable(line) for line in value.splitlines()] or [""]
        lines.append(Content.assemble((f"{name:<{width}}  ", "dim"), first))
        lines += [Content(" " * (width + 2) + line) for line in rest]
    return Content("\n").join(lines)
