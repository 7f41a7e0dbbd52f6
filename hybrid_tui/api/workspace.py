"""Collections, encoders and retrievers in memory, each loaded once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock, RLock

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.api.encoding_rates import EncodingRates, TimedEncoder, measured_as
from hybrid_tui.api.once import Once, turn
from hybrid_tui.api.progress import Cancelled, Counter
from hybrid_tui.choices import IndexKind
from hybrid_tui.comparison.retriever_names import RUN
from hybrid_tui.corpus import catalog, variants
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model, registry
from hybrid_tui.encoders.encoder import Encoder, Role
from hybrid_tui.encoders.linear_head import HeadEncoder
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import imported_runs, results
from hybrid_tui.evaluation.run_rankings import RunRankings as RunRankings
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.systems import written
from hybrid_tui.systems.in_memory import Share, Shared
from hybrid_tui.systems.retriever import Retriever as Retriever
from hybrid_tui.systems.scored_retriever import ScoredRetriever as ScoredRetriever
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.stages.fuse import Fuse
from hybrid_tui.systems.system import system
from hybrid_tui.systems.written import SystemName

MOST_LOADED = 6
"""Encoders in memory, those used last: as many as there can be panes."""
REMEMBERED = 4
"""Embeddings of single texts that each encoder keeps: a query and its other forms."""


class SharedEncoder:
    """An encoder that several threads may call: a second encoding beside the first would only slow both.

    A single text, such as a query, waits for no others. The last few are remembered: panes that share a model
    ask for the same query, and for its other forms.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._many, self._one = Lock(), RLock()  # progress of one text may ask for another
        self._last: dict[tuple[str, Role], NDArray[np.float32]] = {}

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Counter | None = None,
        cancelled: Cancelled | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings as `Encoder.encode` does."""
        if len(texts) != 1:
            with turn(self._many, cancelled):
                return self._encoder.encode(texts, role, progress=progress, cancelled=cancelled)
        with self._one:
            found = self._last.pop((texts[0], role), None)
            if found is None:
                found = self._encoder.encode(texts, role, progress=progress, cancelled=cancelled)
            self._last[texts[0], role] = found
            while len(self._last) > REMEMBERED:
                del self._last[next(iter(self._last))]
            return found


Searcher = Retriever | ScoredRetriever
"""What answers queries to a collection under a system."""


def models_of(named: str) -> tuple[str, ...]:
    """Return the dense models that a system is made of, by name."""
    return written.parse(named).models


def _parts(name: SystemName) -> tuple[str, ...]:
    """Return the models and collections that a system is made of, by name."""
    fuse, correct = name.stage(Fuse), name.stage(Correct)
    found = (name.retriever, fuse.retriever if fuse else "", correct.fit_on if correct else "")
    return tuple(filter(None, found))


class Workspace:
    """What has been loaded; safe to use from several threads.

    store: where embeddings are kept. Unknown names raise UsageError, damaged files DataError; what was
    trained, added or removed since is loaded anew.
    """

    def __init__(self) -> None:
        self.store = EmbeddingStore()
        self.rates = EncodingRates()
        self.share: Share = Shared()
        self._once = Once()
        self._used: dict[str, None] = {}
        self._using = Lock()
        self._stamps: dict[str, tuple[int, ...]] = {}

    def collection(self, data: str) -> Collection:
        """Return a collection, or one split of it: `starter`, `starter:test`."""
        self._renew(data)
        return self._once.get(("collection", data), lambda: catalog.load(data))

    def retriever(self, data: str, named: str, index: IndexKind = "flat") -> Searcher:
        """Return what answers queries to a collection under a system; nothing is encoded yet."""
        name = written.parse(named)
        for each in (data, *_parts(name)):
            self._renew(each)

        def make() -> Searcher:
            found = system(named, data, self)
            if found.texts:
                return Retriever(found.name, found.texts, index)
            return ScoredRetriever(found.name, found.collection, found.scorer)

        return self._once.get(("retriever", data, str(name), *_parts(name), index), make)

    def run(self, data: str, system: str) -> RunRankings | None:
        """Return the rankings of a run that was imported on a collection.

        system: `run:NAME`; None for any other. Raises UsageError for a run that is not there, and for one of
        what the collection was before.
        """
        name = system.removeprefix(RUN)
        if name == system:
            return None
        key = imported_runs.newest_key(data, name)

        def make() -> RunRankings:
            collection, found = self.collection(data), results.named(name, data)
            if found.manifest.collection_fingerprint != collection.fingerprint:
                raise UsageError(f"the run {name} is of what {data} was before", "import it again")
            return RunRankings(found, collection)

        return self._once.get(("run", data, name, key), make)

    def encoder(self, name: str) -> Encoder:
        """Return the model's encoder, loaded; heads share their backbone's.

        The one that was used longest ago makes room, to be loaded again when it is needed; heads take none.
        """
        self._renew(name)
        found = self._once.get(("encoder", name), lambda: self._load(model.resolve(name)))
        if not isinstance(found, HeadEncoder):
            self._make_room(name)
        return found

    def loaded(self) -> tuple[str, ...]:
        """Return the names of the models whose encoder is loaded."""
        return self._once.names("encoder")

    def _load(self, spec: ModelSpec) -> Encoder:
        if spec.base and spec.matrix is not None:
            return HeadEncoder(self.encoder(spec.base.name), spec.matrix, spec.fingerprint)
        return SharedEncoder(TimedEncoder(model.load(spec), measured_as(spec), self.rates))

    def _make_room(self, name: str) -> None:
        with self._using:
            self._used.pop(name, None)
            self._used[name] = None
            while len(self._used) > MOST_LOADED:
                oldest = next(iter(self._used))
                del self._used[oldest]
                self._once.drop("encoder", oldest)

    def _renew(self, name: str) -> None:
        """Forget what was made of a model or a collection that is another since: trained or added anew."""
        stamp = registry.changed(name), catalog.changed(name), variants.changed(name)
        if self._stamps.setdefault(name, stamp) != stamp:
            self._stamps[name] = stamp
            self._once.forget(name)


def default() -> Workspace:
    """Return the workspace that calls share which name none; another where the user's folders are others."""
    return _of_folders(str(settings.data_dir()), str(settings.cache_dir()))


@cache
def _of_folders(_data: str, _cache: str) -> Workspace:
    return Workspace()
