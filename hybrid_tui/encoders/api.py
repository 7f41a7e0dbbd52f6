"""`api:NAME`: embeddings of a model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from hybrid_tui.encoders import fingerprints, kept_probe
from hybrid_tui.encoders.backbones import Fact, Prompts, how_used
from hybrid_tui.encoders.batching import encodable
from hybrid_tui.encoders.encoder import Progress, Role
from hybrid_tui.endpoints.endpoint import PREFIX, Endpoint
from hybrid_tui.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hybrid_tui.endpoints.client import Client

PROBE = "A river flows from the mountains to the sea."
"""What is embedded to notice that another model stands behind a name."""


class ApiEncoder:
    """Asks an endpoint for embeddings, some requests at a time; safe to use from several threads.

    The vector of `PROBE` is asked for when it is made, and again after every encoding of more than one text,
    so nothing is kept of a model that was changed in the meantime: DataError.
    """

    def __init__(self, client: Client, fingerprint: str) -> None:
        at = client.endpoint
        self.fingerprint = fingerprint
        self.prompts = prompts_of(at)
        self._client = client
        self._fields = {"query": at.query_fields, "passage": at.passage_fields}
        self.dimension = self._check()

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings of shape (len(texts), dimension), float32, each row of length 1.

        Raises Cancelled when `cancelled()` turns true, HybridTuiError for an endpoint that fails, DataError
        for answers that do not fit.
        """
        import numpy as np

        from hybrid_tui.endpoints.requests import answered

        at, prompt = self._client.endpoint, getattr(self.prompts, role)
        values = np.empty((len(texts), self.dimension), np.float32)
        parts = [range(len(texts))[start : start + at.batch] for start in range(0, len(texts), at.batch)]

        def ask(rows: range) -> NDArray[np.float32]:
            return self._ask([prompt + encodable(texts[row]) for row in rows], role)

        done = 0
        for rows, found in answered(ask, parts, at.concurrency, cancelled):
            values[rows.start : rows.stop] = found
            done += len(rows)
            if progress:
                progress(done, len(texts))
        if len(texts) > 1:
            self._check()
        return values

    def _ask(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        from hybrid_tui.endpoints.embedding import embedded, other_dimensions

        found = embedded(self._client, texts, self._fields[role])
        if found.shape[1] != self.dimension:
            raise other_dimensions(self._client, found.shape[1], self.dimension)
        return found

    def _check(self) -> int:
        """Compare the vector of `PROBE` with the kept one, or keep it; returns its dimensions."""
        from hybrid_tui.endpoints.embedding import embedded

        at = self._client.endpoint
        now = embedded(self._client, [PROBE], self._fields["query"])[0]
        likeness = kept_probe.likeness(self.fingerprint, now)
        if likeness < kept_probe.SAME:
            raise DataError(
                f"{PREFIX}{at.name}: {at.model} gives other vectors than before: of a fixed text the two "
                f"have a cosine of {likeness:.3f}, so another model stands behind that name",
                f'have it back, or write a new revision = "2" into [api.{at.name}]: all is embedded anew',
            )
        return len(now)


@dataclass(frozen=True)
class ApiSource:
    """A model behind an endpoint."""

    endpoint: Endpoint

    def fingerprint(self) -> str:
        """Told from what the configuration says; that the model is the same is looked after when asked."""
        at = self.endpoint
        return fingerprints.fingerprint(
            api=at.url,
            model=at.model,
            prompts=prompts_of(at),
            fields=(at.query_fields, at.passage_fields),
            dimensions=at.dimensions,
            revision=at.revision,
        )

    def lacks(self) -> str:
        """Tell that the package or the key is not there."""
        if not find_spec("openai"):
            return "pip install 'hybrid-tui[api]'"
        return self.endpoint.key_lacks

    def facts(self) -> dict[str, Fact]:
        """Return what the configuration says."""
        at = self.endpoint
        told: dict[str, Fact] = {"title": at.model, "source": f"{at.model} at {at.url}"}
        if at.dimensions:
            told["dimension"] = at.dimensions
        if at.price_per_million_tokens is not None:
            told["price_per_million_tokens"] = at.price_per_million_tokens
        used = how_used(prompts_of(at), None)
        return told | {key: value for key, value in used.items() if value is not None}

    def notes(self) -> tuple[str, ...]:
        """Tell what leaves this machine."""
        return (f"texts are sent to {self.endpoint.url}",)

    def load(self, device: str | None) -> ApiEncoder:  # noqa: ARG002
        """Ask the endpoint for a first vector; UsageError where the package or the key is not there."""
        from hybrid_tui.endpoints.client import Client

        return ApiEncoder(Client(self.endpoint), self.fingerprint())


def prompts_of(endpoint: Endpoint) -> Prompts:
    """Return what an endpoint's texts have before them."""
    return Prompts(endpoint.query_prompt, endpoint.passage_prompt)
