"""What endpoints are asked for: told before, by an estimate, and after, as they counted it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hybrid_tui.api.defaults import Names, data_name, system_names
from hybrid_tui.api.workspace import default
from hybrid_tui.encoders.api import ApiSource, prompts_of
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.endpoints import PREFIX, endpoint, names, spending
from hybrid_tui.endpoints.endpoint import Endpoint
from hybrid_tui.evaluation import evaluate as evaluating
from hybrid_tui.evaluation.time_estimate import mean_size
from hybrid_tui.systems.scorer import Needed
from hybrid_tui.systems.system import System


@dataclass(frozen=True)
class Spending:
    """What an endpoint is asked for, or was.

    endpoint: `api:NAME`. requests: answered ones; 0 beforehand. texts: to embed; 0 afterwards. tokens: about,
    beforehand; as the endpoint told, afterwards. price: in the unit of the configuration; None without one.
    """

    endpoint: str
    model: str
    requests: int
    texts: int
    tokens: int
    price: float | None


def plan_spending(
    systems: Names = None,
    data: str | None = None,
    *,
    langs: Sequence[str] = (),
    queries: bool = True,
    again: bool = False,
) -> tuple[Spending, ...]:
    """Return what evaluating systems would ask of endpoints, or with `queries=False` searching them.

    What is kept is not asked for. langs: passage languages, all by default. again: as of `evaluate`. A query
    that is typed is not counted. Raises UsageError for unknown names.
    """
    if not names():
        return ()
    asked = evaluating.asked(system_names(systems), data_name(data), default())
    needed = [
        side
        for each in asked
        if isinstance(each, System) and (again or not queries or not evaluating.find_kept(each))
        for side in each.needed(langs, asked=queries)
    ]
    return spending_of(needed)


def spending_of(needed: Iterable[Needed]) -> tuple[Spending, ...]:
    """Return what texts that are to be encoded take of endpoints."""
    sides = {(each.spec.fingerprint, each.texts.fingerprint, each.role, *each.langs): each for each in needed}
    found: dict[str, tuple[Endpoint, int, int]] = {}
    for side in sides.values():
        source = side.spec.source if isinstance(side.spec, ModelSpec) else None
        if not isinstance(source, ApiSource) or not (texts := side.to_encode()):
            continue
        at = source.endpoint
        size = mean_size(side) + len(getattr(prompts_of(at), side.role).encode())
        _, before, tokens = found.get(at.name, (at, 0, 0))
        found[at.name] = at, before + texts, tokens + texts * (int(size) // spending.BYTES_PER_TOKEN + 1)
    return tuple(_spending(at, 0, texts, tokens) for at, texts, tokens in found.values())


def spent() -> tuple[Spending, ...]:
    """Return what this process asked of endpoints so far, of those that the configuration names."""
    told = {name: spending.spent(name) for name in names()}
    return tuple(
        _spending(endpoint(name), each.requests, 0, each.tokens)
        for name, each in told.items()
        if each.requests
    )


def _spending(at: Endpoint, requests: int, texts: int, tokens: int) -> Spending:
    price = at.price_per_million_tokens
    return Spending(
        PREFIX + at.name, at.model, requests, texts, tokens, None if price is None else tokens * price / 1e6
    )
