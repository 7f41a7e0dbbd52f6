"""Make the starter collection's embeddings that ship with the package (fp16), anew where it has changed."""

import shutil

from hybrid_tui import settings
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import model
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings

MODELS = (
    "me5-small",
    "use-m3",
    "me5-small-lora-mono",
    "me5-small-lora-cross",
    "me5-small-lora-hybrid",
)
"""Heads need none of their own: theirs are made of the backbone's."""


def main() -> None:
    """Write them under `models/embeddings`."""
    root = settings.shipped_dir() / "embeddings"
    shutil.rmtree(root, ignore_errors=True)
    store = EmbeddingStore(root, shipped=None, precision="float16")
    collection = catalog.load("starter")
    for name in MODELS:
        encoder = model.load(name)
        for role in ("query", "passage"):
            embeddings(
                collection, model.resolve(name), role, collection.languages, store, lambda e=encoder: e
            )
    for usage in store.usage():
        print(f"{usage.model} on {usage.collection}: {usage.size:,} bytes")


if __name__ == "__main__":
    main()
