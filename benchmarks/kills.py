"""Commands killed (-9) at random moments, alone and two at once, against runs that nothing disturbed.

    python benchmarks/kills.py [--times 20] [--pairs 5] [--kind "data add" ...] [--seed 1]

A killed command is run again, as a person would, with --resume where it asks for that. Then nothing that was
there before may be lost, what was made must be what the undisturbed run makes, and no file may be left.
Of two at once, each must end well or say why not, also where one of them is killed. Processes are forked from
one that has loaded everything, so that moments fall on work, not on imports.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
LANGS = ("de", "en", "fr")
LONGEST = 600.0
SAID = "said-"
"""Start of the names of files that hold what a process said."""
VOLATILE = {"made", "seconds", "added", "created", "hardware", "digests", "pid", "rate", "versions"}
"""Fields that differ between two equal runs."""


class Place(NamedTuple):
    """Folders: what all runs share, and the home of one."""

    shared: Path
    home: Path


Words = Callable[[Place], list[str]]


@dataclass(frozen=True)
class Kind:
    """A command, after the commands that prepare its home."""

    name: str
    words: Words
    prepared: tuple[Words, ...] = ()


@dataclass
class Count:
    """What was seen of a kind."""

    runs: int = 0
    lost: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Return the counts, and the first of each that is not 0."""
        parts = {key: getattr(self, key) for key in ("lost", "different", "left", "failed")}
        told = ", ".join(f"{len(found)} {key}" for key, found in parts.items())
        first = "".join(f"\n    {key}: {found[0]}" for key, found in parts.items() if found)
        return f"{name:<32} {self.runs:>3} runs: {told}{first}"


def _made(place: Place) -> list[str]:
    return ["data", "add", "made", str(place.shared / "made.jsonl")]


def _evaluate(place: Place) -> list[str]:
    return ["evaluate", "-m", str(place.shared / "tiny"), "-d", "made", "-c", "none", "-c", "center"]


def _train(tuning: str, *more: str) -> Words:
    def words(place: Place) -> list[str]:
        tiny = str(place.shared / "tiny")
        return [
            "train",
            "-b",
            tiny,
            "-d",
            "made",
            "--tuning",
            tuning,
            "--name",
            "new",
            "--batch-size",
            "8",
            *more,
        ]

    return words


KINDS = (
    Kind("data add", _made),
    Kind("encode", _evaluate, (_made,)),
    Kind(
        "evaluate",
        _evaluate,
        (
            _made,
            _evaluate,
            *(
                lambda p, c=c: ["evaluations", "remove", f"{p.shared / 'tiny'}{c}", "-d", "made"]
                for c in ("", "+center")
            ),
        ),
    ),
    Kind("train head", _train("head", "--steps", "150", "--evaluate-every", "25"), (_made,)),
    Kind("train lora", _train("lora", "--steps", "16", "--evaluate-every", "4"), (_made,)),
    Kind("models export", lambda p: ["models", "export", "older", str(p.home / "out" / "exported")]),
    Kind(
        "runs import",
        lambda p: ["runs", "import", str(p.shared / "made.run"), "--name", "new", "-d", "made"],
        (_made,),
    ),
)
BASE: tuple[Words, ...] = (
    lambda p: ["data", "add", "other", str(p.shared / "other.jsonl")],
    lambda p: [
        "train",
        "-b",
        str(p.shared / "tiny"),
        "-d",
        "other",
        "--tuning",
        "head",
        "--steps",
        "20",
        "--name",
        "older",
        "--batch-size",
        "8",
    ],
    lambda _: ["evaluate", "-m", "older", "-d", "other"],
    lambda p: ["runs", "import", str(p.shared / "other.run"), "--name", "older-run", "-d", "other"],
)
"""What each home has before: none of it may be lost."""


def main() -> None:
    """Kill what is asked for; exit code 1 unless every count is 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--kind", nargs="*", choices=[kind.name for kind in KINDS], default=[])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    _load()
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    shared = folder / "shared"
    shared.mkdir()
    _wait(_forked(lambda: _write_sources(shared)), LONGEST)
    base = _home(folder, "base")
    for words in BASE:
        _must(Place(shared, base), words)
    bad = False
    for kind in KINDS:
        if asked.kind and kind.name not in asked.kind:
            continue
        for name, count in _tried(kind, shared, base, folder, asked, chance):
            bad |= bool(count.lost or count.different or count.left or count.failed)
            print(count.line(name), flush=True)
    if not bad:
        shutil.rmtree(folder)
    sys.exit(bad)


def _tried(kind: Kind, shared: Path, base: Path, folder: Path, asked: Any, chance: random.Random) -> Any:
    """Yield a name and the counts of a kind: killed alone, and two at once."""
    before = _copied(base, folder, "before")
    place = Place(shared, before)
    for words in kind.prepared:
        _must(place, words)
    whole = _copied(before, folder, "whole")
    started = time.monotonic()
    _must(Place(shared, whole), kind.words)
    seconds = time.monotonic() - started
    kept, wanted = _state(before), _state(whole)
    alone, both = Count(), Count()
    for number in range(asked.times):
        home = _copied(before, folder, "now")
        moment = chance.uniform(0, seconds)
        child = _start(Place(shared, home), kind.words)
        _kill(child, moment)
        _again(Place(shared, home), kind, alone)
        _judge(alone, f"kill {number} after {moment:.2f} of {seconds:.2f} s", home, kept, wanted)
    yield f"{kind.name} ({seconds:.1f} s)", alone
    for number in range(asked.pairs):
        home = _copied(before, folder, "now")
        place = Place(shared, home)
        children = [_start(place, kind.words) for _ in range(2)]
        moment = chance.uniform(0, seconds)
        when = f"pair {number}, one killed after {moment:.2f} s" if number % 2 else f"pair {number}"
        if number % 2:
            _kill(children.pop(), moment)
        codes = [_wait(child, LONGEST) for child in children]
        if 0 in codes:
            _must(place, lambda _: ["data", "list"])  # the next start
        else:
            if number % 2 == 0:
                both.failed.append(f"{when}: {codes}: {[_said(place, child) for child in children]}")
            _again(place, kind, both)
        _judge(both, when, home, kept, wanted)
    yield f"{kind.name}, two at once", both


def _again(place: Place, kind: Kind, count: Count) -> None:
    """Run a command that was killed, as a person would."""
    words = kind.words(place)
    child = _start(place, kind.words)
    code = _wait(child, LONGEST)
    if code and "--resume" in _said(place, child):
        child = _start(place, lambda _: [*words, "--resume"])
        code = _wait(child, LONGEST)
    there = code == 2 and any(told in _said(place, child) for told in ("is not empty", "there is a model"))
    if code and not there:
        count.failed.append(f"again: {code}: {_said(place, child)}")


def _judge(count: Count, when: str, home: Path, kept: dict[str, str], wanted: dict[str, str]) -> None:
    found = _state(home)
    count.runs += 1
    count.lost += [
        f"{when}: {name}" for name, value in kept.items() if wanted.get(name) == value != found.get(name)
    ][:1]
    differing = [name for name, value in wanted.items() if name not in kept and found.get(name) != value]
    count.different += [f"{when}: {name}" for name in differing][:1]
    count.left += [f"{when}: {name}" for name in found if name not in wanted][:1]


def _state(home: Path) -> dict[str, str]:
    """Return a digest of every file by name; without what is volatile, and without embeddings."""
    found = {}
    for file in sorted(home.rglob("*")):
        name = str(file.relative_to(home))
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if file.is_dir():
            if hidden:
                found[name + "/"] = ""
            continue
        if name.startswith(SAID) or name.endswith(".lock") or (name.startswith("cache/") and not hidden):
            continue
        if name.startswith("data/hybrid-tui/jobs/") and file.suffix in {".json", ".log", ".progress"}:
            continue
        found[name] = _digest(file)
    return found


def _digest(file: Path) -> str:
    content = file.read_bytes()
    try:
        if file.suffix == ".toml":
            content = _plain(tomllib.loads(content.decode()))
        elif file.suffix == ".json":
            content = _plain(json.loads(content))
        elif file.suffix == ".jsonl":
            content = b"".join(_plain(json.loads(line)) for line in content.splitlines())
    except ValueError:
        pass
    return hashlib.sha256(content).hexdigest()


def _plain(value: Any) -> bytes:
    def without(each: Any) -> Any:
        if isinstance(each, dict):
            return {key: without(inner) for key, inner in each.items() if key not in VOLATILE}
        return [without(inner) for inner in each] if isinstance(each, list) else each

    return json.dumps(without(value), sort_keys=True).encode()


def _load() -> None:
    """Load what commands need; libraries are told to start no threads, which a fork would lose."""
    for library in ("OMP", "OPENBLAS", "MKL", "POLARS", "RAYON"):
        os.environ[f"{library}_{'MAX' if library == 'POLARS' else 'NUM'}_THREADS"] = "1"
    import faiss  # noqa: F401
    import sentence_transformers  # noqa: F401
    import transformers  # noqa: F401

    import hybrid_tui.api.evaluations
    import hybrid_tui.api.training
    import hybrid_tui.cli.app
    import hybrid_tui.training.backbone
    import hybrid_tui.training.head
    import hybrid_tui.training.trainer  # noqa: F401

    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        print(f"warning: {threads} threads before the first fork")


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    return home


def _copied(source: Path, folder: Path, name: str) -> Path:
    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def _start(place: Place, words: Words) -> int:
    """Run a command in a forked process; returns its id, which is that of its group."""

    def run() -> None:
        from hybrid_tui.cli.app import main as command

        for name in ("DATA", "CACHE", "CONFIG", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(place.home / name.lower())
        os.environ["HF_HUB_OFFLINE"] = "1"
        out = os.open(place.home / f"{SAID}{os.getpid()}", os.O_WRONLY | os.O_CREAT, 0o600)
        for stream in (1, 2):
            os.dup2(out, stream)
        sys.argv = ["hybrid-tui", *words(place)]
        command()

    return _forked(run)


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait(child: int, seconds: float) -> int:
    """Return the exit code of a process; kills it where it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    _kill(child, 0)
    return -1


def _kill(child: int, after: float) -> None:
    """Kill a process and those that it started."""
    time.sleep(after)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _must(place: Place, words: Words) -> None:
    child = _start(place, words)
    code = _wait(child, LONGEST)
    if code:
        raise SystemExit(f"{' '.join(words(place))} ended with {code}: {_said(place, child)}")


def _said(place: Place, child: int) -> str:
    """Return the end of what a process said."""
    file = place.home / f"{SAID}{child}"
    return file.read_text(errors="replace")[-400:] if file.exists() else ""


def _write_sources(shared: Path) -> None:
    """Write a tiny encoder, two collections, and a run of each."""
    from tests.checkpoints import WORDS, checkpoint

    checkpoint(shared / "tiny")
    chance = random.Random(7)
    for name, items, depth in (("made", 300, 40), ("other", 60, 20)):
        rows = [
            {
                "item_id": f"i{item}",
                "lang": lang,
                "query": " ".join(chance.choices(WORDS, k=8)),
                "passage": " ".join(chance.choices(WORDS, k=9)),
                "split": "train" if item % 2 else "test",
            }
            for item in range(items)
            for lang in LANGS
        ]
        with (shared / f"{name}.jsonl").open("w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        ids = [f"{lang}-i{item}" for item in range(items) for lang in LANGS]
        with (shared / f"{name}.run").open("w") as file:
            for query in ids:
                for rank, passage in enumerate(chance.sample(ids, depth), 1):
                    file.write(f"{query} Q0 {passage} {rank} {1 - rank / 100} made\n")


if __name__ == "__main__":
    main()
