"""Two processes that encode the same texts: each is encoded once, and a killed one is gone on with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ..toys import LANGS, kept, toy
from .conftest import LetterEncoder

PROGRAM = """
import sys
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders import model
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings

from tests.retrieval.conftest import LetterEncoder

pause = int(sys.argv[1])

class Encoder(LetterEncoder):
    def encode(self, texts, role, **options):
        if pause and sum(self.calls) >= pause:
            print("holding", flush=True)
            input()
        return super().encode(texts, role, **options)

encoder, collection, begun = Encoder(), catalog.load("toy"), []

def progress(done, total):
    if not begun:
        begun.append(print("begun", flush=True))

print("ready", flush=True)
input()
embeddings(collection, model.resolve("me5-small"), "passage", collection.languages, EmbeddingStore(),
    lambda: encoder, progress=progress)
print(sum(encoder.calls), flush=True)
"""


class Run:
    """A process that encodes once it is told to."""

    def __init__(self, pause: int = 0) -> None:
        words = [sys.executable, "-c", PROGRAM, str(pause)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def ready(*runs: Run) -> Iterator[Sequence[Run]]:
    """Start processes and end them."""
    try:
        assert [run.hear() for run in runs] == ["ready"] * len(runs)
        yield runs
    finally:
        for run in runs:
            run.process.kill()
            run.process.communicate(timeout=20)


def test_two_processes_at_once_and_one_that_is_killed() -> None:
    collection = toy(items=40, models=())
    with ready(Run(), Run(pause=50), Run()) as (first, killed, last):
        killed.go()
        while killed.hear() != "holding":
            pass
        for run in (first, last):
            run.go()
            assert run.hear() == "begun", "it tells how far the other is"
        killed.process.kill()
        counts = [int(run.hear()) for run in (first, last)]
    assert sorted(counts) == [0, 120 - 80], "what the killed one had written is not encoded again"
    for lang in LANGS:
        made = LetterEncoder().encode(collection.passage_inputs(lang), "passage")
        np.testing.assert_array_equal(kept(collection, "me5-small", "passage", lang), made)
