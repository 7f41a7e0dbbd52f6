"""The model card of an exported model: `README.md`, as the Hugging Face hub reads it."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.evaluation import document, model_card, results
from hybrid_tui.evaluation.document import Figure
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.settings import replacing
from hybrid_tui.systems import exported
from hybrid_tui.systems.offsets import Offsets
from hybrid_tui.systems.system import System

CARD = "README.md"
FIGURES = "figures"


def write(folder: Path, system: System, changes: Offsets | None) -> None:
    """Write the card and its figures into the folder that a system is exported to.

    changes: what the system does to the model's embeddings. Raises HybridTuiError when it cannot be written.
    """
    assert system.spec
    parts = model_card.card(system.spec, exported.public_name(system), changes, _evaluations(system))
    files = {folder / FIGURES / f"{part.name}.svg": part.svg for part in parts if isinstance(part, Figure)}
    text = document.markdown(parts, FIGURES)
    files[folder / CARD] = f"{model_card.front_matter(system.spec)}\n{text}"
    for path, content in files.items():
        with replacing(path) as file:
            file.write(content)


def _evaluations(system: System) -> list[Evaluation]:
    """Return the last evaluation of a system that is kept on each collection, by name."""
    wanted = system.fingerprint, system.correction, system.fitted_on, system.parts
    found: dict[str, Evaluation] = {}
    for each in sorted(results.kept(), key=lambda each: each.manifest.made):
        made = each.manifest
        if (made.model_fingerprint, made.correction, made.fitted_on, made.parts) == wanted:
            found[made.collection] = each
    return [found[name] for name in sorted(found)]
