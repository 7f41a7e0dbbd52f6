"""The `README.md` of an exported model."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.comparison.neutral_text import markdown_text
from hybrid_tui.settings import replacing
from hybrid_tui.systems import offsets
from hybrid_tui.systems.offsets import Offsets

CARD = "README.md"


def write(folder: Path, changes: Offsets | None) -> None:
    """Write the card of a model into the folder that it is exported to; HybridTuiError when it cannot be."""
    with replacing(folder / CARD) as file:
        file.write("\n\n".join(_use(changes)) + "\n")


def _use(changes: Offsets | None) -> list[str]:
    plain = """\
```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("FOLDER")
queries, passages = model.encode_query(["..."]), model.encode_document(["..."])
```"""
    if not changes:
        return ["## Use", plain]
    about = changes.about
    codes = ", ".join(map(markdown_text, about.languages))
    fitted = [
        f"The correction was fitted on {markdown_text(about.fitted_on)}. It has something of its own for "
        f"{codes}; what serves other languages, where there is such a thing, has the name `*`."
    ]
    return [
        "## Use",
        f"This folder is {markdown_text(about.system)}. sentence-transformers loads the model alone:",
        plain,
        "What the system does to its embeddings lies beside it, in `offsets.safetensors` and `offsets.json`. "
        "Ten lines apply it, before vectors go into a vector database and to each query "
        "(`pip install numpy safetensors`, run in this folder):",
        f"```python\n{offsets.LINES}```",
        "With hybrid-tui installed, texts are encoded and changed in one call; without `langs` their "
        "languages are detected:",
        """\
```python
from hybrid_tui.integrations import load

model = load("FOLDER")
queries = model.encode_query(["..."], langs=["de"])
passages = model.encode_document(["...", "..."], langs=["de", "en"])
```""",
        *(fitted if about.fitted_on else []),
    ]
