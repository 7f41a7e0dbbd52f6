"""Which systems can be given away as a folder of embeddings' changes, and these changes."""

from __future__ import annotations

import numpy as np

from hybrid_tui import endpoints
from hybrid_tui.comparison.retriever_names import is_model
from hybrid_tui.encoders.sources import path_of
from hybrid_tui.errors import UsageError
from hybrid_tui.systems import offsets, written
from hybrid_tui.systems.embedded import cut
from hybrid_tui.systems.offsets import About, Offsets
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.scorer import Cancelled, Steps
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.stages.dim import Dim
from hybrid_tui.systems.system import System
from hybrid_tui.systems.written import SystemName

STARTER = "starter"


def exportable(named: str) -> SystemName:
    """Return a system in its parts: a dense model, cut and corrected at the most.

    named: a written form, or a folder. Raises UsageError, with what can be exported instead, for another
    retriever, for a stage that works when a query is answered, and for a correction of which is not said
    what it is fitted on.
    """
    name = SystemName(named) if path_of(named) else written.parse(named)
    if name.retriever.startswith(endpoints.PREFIX):
        raise UsageError(
            f"{named}: the weights of {name.retriever} are with its server", "export a model that is here"
        )
    if not is_model(name.retriever):
        raise UsageError(
            f"{named}: {name.retriever} makes no embeddings to export",
            "export a dense model, or its rankings: hybrid-tui runs export",
        )
    kept = tuple(each for each in name.stages if isinstance(each, Dim | Correct))
    for stage in name.stages:
        if stage not in kept:
            raise UsageError(
                f"{named}: {stage} works when a query is answered, which a folder cannot do",
                f"export {SystemName(name.retriever, kept)}, and do {stage.kind} where you search",
            )
    correct = name.stage(Correct)
    if correct and not correct.fit_on:
        said = tuple(Correct(each.correction, STARTER) if each == correct else each for each in kept)
        raise UsageError(
            f"{named}: {correct} is fitted on the collection that is searched, and a folder knows none",
            f"name it: {SystemName(name.retriever, said)}",
        )
    return name


def system(name: SystemName, resources: Resources) -> System:
    """Return an exportable system, on what its correction is fitted on where it has one."""
    correct = name.stage(Correct)
    return System(resources.collection(correct.fit_on if correct else STARTER), name, resources)


def public_name(found: System) -> str:
    """Return a system's written form as others may read it: of a model's folder, its own name alone."""
    retriever = found.written.retriever
    path = path_of(retriever)
    return str(SystemName(path.name if path else retriever, found.written.stages))


def changes(found: System, step: Steps, cancelled: Cancelled | None = None) -> Offsets | None:
    """Return what an exportable system's stages change, fitted; None where it has none.

    What the correction is fitted on is encoded where it is not yet. Raises UsageError for a correction that
    does not suit its collection and for more dimensions than there are.
    """
    if not found.written.stages:
        return None
    assert found.spec
    assert found.texts
    width = found.texts.encoder().dimension
    dim = found.written.stage(Dim)
    if dim:
        cut(np.zeros((0, width), np.float32), dim.size, found.spec.name)
    fitted = found.texts.fit(step, cancelled)
    about = About(
        system=public_name(found),
        model=found.fingerprint,
        fitted_on=found.fitted_on,
        dimensions=dim.size if dim else width,
        languages=offsets.languages(fitted),
    )
    return Offsets(about, fitted)
