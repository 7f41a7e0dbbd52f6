"""A growing collection in MIRACL's form: adding it, exact nDCG@10 and Recall@100 from disk, FAISS in memory.

Usage: scale.py [ROWS ...]   (passages; default 100000 300000 1000000 2000000; a multiple of 20000 each)

Passages and embeddings (random unit vectors of 384 dimensions, float16) are synthetic and seeded; 1,000
queries have one to three relevant passages each. Every step runs in a process of its own, whose greatest
resident memory is told. FAISS holds all rows as float32 and returns the exact first 100, which give the same
two metrics; ours ranks every relevant passage without a cut-off, with `MEMORY` bytes for passages and scores.
"""

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (100_000, 300_000, 1_000_000, 2_000_000)
DIMENSION, QUERIES, FILE_ROWS = 384, 1000, 20_000
MEMORY = 1 << 28
HOME = "SCALE_HOME"
"""The environment variable that tells a child where everything is."""


def home() -> Path:
    """Return the folder that everything is in."""
    return Path(os.environ[HOME])


def main() -> None:
    """Run every step in a process of its own and print a line each."""
    if len(sys.argv) > 2 and sys.argv[1] in STEPS:
        tell(STEPS[sys.argv[1]], int(sys.argv[2]))
        return
    sizes = sorted(map(int, sys.argv[1:])) or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {HOME: folder, "XDG_DATA_HOME": f"{folder}/data"}
        child([*_CHILD, "make", str(sizes[-1])], environment)
        print(f"{QUERIES:,} queries, {DIMENSION} dimensions, {MEMORY >> 20} MiB for the kernel")
        for rows in sizes:
            for step in ("add", "rank", "faiss"):
                told = child([*_CHILD, step, str(rows)], environment)
                figures = ", ".join(f"{name} {value}" for name, value in told.items())
                print(f"{rows:>9,} passages  {step:5}  {figures}", flush=True)


_CHILD = (sys.executable, __file__)


def child(command: list[str], environment: dict[str, str]) -> dict[str, str]:
    """Run a step and return what it tells."""
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    told: dict[str, str] = json.loads(done.stdout)
    return told


def tell(step: Callable[[int], dict[str, str]], rows: int) -> None:
    """Do a step and print what it found, with the process's greatest resident memory, as JSON."""
    found = step(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"peak": f"{peak:,.0f} MB"}))


def make(rows: int) -> dict[str, str]:
    """Write the passages, as MIRACL's corpus, and their embeddings."""
    import numpy as np

    random = np.random.default_rng(0)
    words = ["".join(map(chr, random.integers(97, 123, size))) for size in random.integers(2, 10, 5000)]
    text = " ".join(words[at] for at in random.zipf(1.3, 400_000) % len(words))
    corpus = home() / "corpus"
    corpus.mkdir()
    store, shelf = kept()
    for start in range(0, rows, FILE_ROWS):
        values = random.standard_normal((FILE_ROWS, DIMENSION), dtype=np.float32)
        store.write(shelf, start, values / np.linalg.norm(values, axis=1, keepdims=True))
        with gzip.open(corpus / f"docs-{start // FILE_ROWS}.jsonl.gz", "wt", compresslevel=1) as file:
            for row in range(start, start + FILE_ROWS):
                at = row * 7919 % (len(text) - 400)
                passage = {
                    "docid": f"{row // 5}#{row % 5}",
                    "title": f"T{row // 5}",
                    "text": text[at : at + 400],
                }
                file.write(json.dumps(passage) + "\n")
    return {}


def add(rows: int) -> dict[str, str]:
    """Write the topics and judgements of the first `rows` passages; add and load the collection."""
    import numpy as np

    from hybrid_tui.corpus import catalog

    random = np.random.default_rng(rows)
    relevant = [random.choice(rows, random.integers(1, 4), replace=False) for _ in range(QUERIES)]
    source = home() / str(rows)
    for kind in ("topics", "qrels"):
        (source / "miracl-v1.0-en" / kind).mkdir(parents=True)
    lines = [f"{query}\tquestion {query}\n" for query in range(QUERIES)]
    (source / "miracl-v1.0-en/topics/topics.miracl-v1.0-en-dev.tsv").write_text("".join(lines))
    lines = [f"{q}\tQ0\t{row // 5}#{row % 5}\t1\n" for q, some in enumerate(relevant) for row in some]
    (source / "miracl-v1.0-en/qrels/qrels.miracl-v1.0-en-dev.tsv").write_text("".join(lines))
    (source / "miracl-corpus-v1.0-en").mkdir()
    for number in range(rows // FILE_ROWS):
        name = f"docs-{number}.jsonl.gz"
        (source / "miracl-corpus-v1.0-en" / name).symlink_to(home() / "corpus" / name)
    started = time.perf_counter()
    catalog.add(f"scale-{rows}", source)
    added = time.perf_counter()
    catalog.load(f"scale-{rows}")
    loaded = time.perf_counter()
    write_queries(rows, relevant)
    return {"added": seconds(added - started), "loaded": seconds(loaded - added)}


def write_queries(rows: int, relevant: list) -> None:
    """Keep queries that are .1 to .35 of each relevant passage's direction, and noise for the rest."""
    import numpy as np

    random = np.random.default_rng(rows + 1)
    store, shelf = kept()
    passages = store.open(shelf, rows)
    queries = np.empty((QUERIES, DIMENSION), np.float32)
    for query, some in enumerate(relevant):
        near = random.uniform(0.1, 0.35, len(some))
        noise = random.standard_normal(DIMENSION)
        noise *= np.sqrt(1 - (near**2).sum()) / np.linalg.norm(noise)
        queries[query] = near @ passages[some].astype(np.float64) + noise
    np.save(home() / f"{rows}.npy", queries)


def rank(rows: int) -> dict[str, str]:
    """Rank every relevant passage by the kernel, rows and texts on disk."""
    import numpy as np

    from hybrid_tui.corpus import catalog
    from hybrid_tui.evaluation import metric_tables
    from hybrid_tui.evaluation.ranks import ranks

    collection = catalog.load(f"scale-{rows}")
    queries = np.load(home() / f"{rows}.npy")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    store, shelf = kept()
    passages = store.open(shelf, rows)
    opened = time.perf_counter()
    found = ranks(collection, {"en": queries}, {"en": passages}, top=100, memory=MEMORY, device="cpu")
    means = metric_tables.summary(metric_tables.per_query(found))["monolingual"]
    return {
        "checked": seconds(opened - started),
        "ranked": seconds(time.perf_counter() - opened),
        "nDCG@10": f"{means['nDCG@10']:.6f}",
        "R@100": f"{means['R@100']:.6f}",
        "collection loaded": f"{before:,.0f} MB",
    }


def flat(rows: int) -> dict[str, str]:
    """Let FAISS find the exact first 100 of each query, all rows in memory, and measure on those."""
    import faiss
    import numpy as np

    from hybrid_tui.corpus import catalog
    from hybrid_tui.evaluation import metrics
    from hybrid_tui.evaluation.kernel import relevant

    queries = np.load(home() / f"{rows}.npy")
    pairs = relevant.find(catalog.load(f"scale-{rows}"), ["en"], ["en"])
    started = time.perf_counter()
    store, shelf = kept()
    passages = store.open(shelf, rows)
    index = faiss.IndexFlatIP(DIMENSION)
    for start in range(0, rows, FILE_ROWS):
        index.add(passages[start : start + FILE_ROWS].astype(np.float32))
    loaded = time.perf_counter()
    _, best = index.search(queries[pairs.query_row], 100)
    searched = time.perf_counter()
    values = []
    for query, (start, stop) in enumerate(zip(pairs.starts[:-1], pairs.starts[1:], strict=True)):
        at = pairs.passage_row[start:stop, None] == best[query]
        place = np.sort(np.where(at.any(axis=1), at.argmax(axis=1) + 1.0, np.inf))[None]
        relevant_ranks = metrics.RelevantInPool(place, np.ones(place.shape, np.bool_))
        values.append((metrics.ndcg(relevant_ranks, 10)[0], metrics.recall(relevant_ranks, 100)[0]))
    gain, share = np.mean(values, axis=0)
    return {
        "checked and loaded": seconds(loaded - started),
        "searched": seconds(searched - loaded),
        "nDCG@10": f"{gain:.6f}",
        "R@100": f"{share:.6f}",
    }


def kept() -> tuple:
    """Return the store and the shelf of the passages' embeddings."""
    from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey

    return EmbeddingStore(home() / "store", None, "float16"), StoreKey("random", "scale", "passage", "en")


def seconds(value: float) -> str:
    """Write a time."""
    return f"{value:.1f} s"


STEPS = {"make": make, "add": add, "rank": rank, "faiss": flat}

if __name__ == "__main__":
    main()
