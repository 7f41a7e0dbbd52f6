"""Embeddings of an endpoint's model: `/embeddings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from hybrid_tui.endpoints import spending
from hybrid_tui.endpoints.client import Client
from hybrid_tui.endpoints.endpoint import PREFIX
from hybrid_tui.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Row(msgspec.Struct):
    embedding: list[float]
    index: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    total_tokens: int | None = None


class _Answer(msgspec.Struct):
    data: list[_Row]
    usage: _Usage | None = None


def embedded(client: Client, texts: Sequence[str], fields: Mapping[str, object]) -> NDArray[np.float32]:
    """Return the embeddings of texts by one request, shape (texts, dimension), float32, rows of length 1.

    fields: sent along as they are. Raises what `Client.post` does, DataError for an answer that does not fit.
    """
    import numpy as np

    at = client.endpoint
    body: dict[str, Any] = {**fields, "input": list(texts), "encoding_format": "float"}
    if at.dimensions:
        body["dimensions"] = at.dimensions
    found = client.post("/embeddings", body, _Answer)
    usage = found.usage or _Usage()
    spending.note(at.name, usage.total_tokens or usage.prompt_tokens or 0)
    where = f"{PREFIX}{at.name}: {at.url}/embeddings"
    places = [place if row.index is None else row.index for place, row in enumerate(found.data)]
    if sorted(places) != list(range(len(texts))):
        raise DataError(
            f"{where} gave {len(found.data):,} embeddings for {len(texts):,} texts"
            if len(found.data) != len(texts)
            else f"{where} numbered its embeddings wrongly",
            f"look after the server, or set batch = 1 in [api.{at.name}]",
        )
    sizes = {len(row.embedding) for row in found.data}
    wanted = at.dimensions or min(sizes)
    if sizes != {wanted}:
        raise other_dimensions(client, max(sizes - {wanted}), wanted)
    values = np.empty((len(texts), wanted), np.float64)
    for place, row in zip(places, found.data, strict=True):
        values[place] = row.embedding
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(values, axis=1, keepdims=True)
    bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
    if bad.size:
        raise DataError(
            f"{where} gave a vector of zeros, or without a length, for the text {_short(texts[bad[0]])!r}",
            "look after the server and its model",
        )
    unit: NDArray[np.float32] = (values / lengths).astype(np.float32)
    return unit


def other_dimensions(client: Client, found: int, wanted: int) -> DataError:
    """Build the error for embeddings of another length than was asked for, or than came before."""
    at = client.endpoint
    asked = f"{at.dimensions} were asked for" if at.dimensions else f"there were {wanted} before"
    return DataError(
        f"{PREFIX}{at.name}: {at.url}/embeddings gave {found} dimensions where {asked}",
        f"look at model and dimensions in [api.{at.name}]",
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
