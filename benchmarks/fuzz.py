"""Damaged sources for each reader, for so many seconds: what is neither a collection nor an error of ours.

    python benchmarks/fuzz.py --seconds 120 [--form squad ...] [--seed 1]

Each form is read in a process of its own, whose memory is limited: a crash is found as well. Inputs that
failed stay in the folder that is printed.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEMORY = 6 << 30
ROUND = 100
"""Examples of a seed."""


def main() -> None:
    """Fuzz the forms that are asked for, one after the other; exit code 1 where anything failed."""
    sys.path.insert(0, str(ROOT))
    from tests.corpus.readers.valid_sources import SOURCES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--form", nargs="*", choices=[*SOURCES], default=[*SOURCES])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        fuzz(asked.form[0], asked.seconds, asked.seed, Path(os.environ["FUZZ_FOLDER"]))
        return
    failed = False
    for form in asked.form:
        folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{form}-"))
        homes = {f"XDG_{name}_HOME": str(folder / "home") for name in ("DATA", "CACHE", "CONFIG", "STATE")}
        words = [sys.executable, __file__, "--here", "--form", form]
        words += ["--seconds", str(asked.seconds), "--seed", str(asked.seed)]
        environment = os.environ | homes | {"FUZZ_FOLDER": str(folder), "POLARS_MAX_THREADS": "1"}
        code = subprocess.run(words, env=environment, check=False).returncode
        if code < 0 or code > 1:
            print(f"{form}: CRASHED with {code}; the input is {folder / 'now'}", flush=True)
        if code:
            failed = True
        else:
            shutil.rmtree(folder)
    sys.exit(failed)


def fuzz(form: str, seconds: float, seed: int, folder: Path) -> None:
    """Read damaged sources of a form until the time is over; print what came of them."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    from tests.corpus.readers.fuzzing import Damaged, damaged, outcome, ranked_collection

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    found: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    ranked = ranked_collection(folder / "ranked")
    end = time.monotonic() + seconds

    def read(source: Damaged) -> None:
        if time.monotonic() > end:
            return
        now = folder / "now"
        shutil.rmtree(now, ignore_errors=True)
        try:
            found[outcome(source, now, ranked)] += 1
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # polars' panics are no Exception
            kind = _kind(error)
            if not failures[kind]:
                kept = folder / f"failure-{len(failures)}"
                shutil.copytree(now, kept, dirs_exist_ok=True)
                (folder / f"{kept.name}.txt").write_text(f"{source.options}\n{traceback.format_exc()}")
            failures[kind] += 1

    quiet = settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    while time.monotonic() < end:
        seeded(seed)(quiet(given(damaged(form))(read)))()
        seed += 1
    told = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found.items()))
    failed = failures.total()
    print(f"{form}: {found.total() + failed:,} inputs: {told}; {failed:,} failed")
    for kind, count in failures.most_common():
        print(f"  {count:,} x {kind}")
    if failures:
        print(f"  the first of each is in {folder}", flush=True)
        sys.exit(1)


def _kind(error: BaseException) -> str:
    """Return the type of an error, and where of ours it came from."""
    places = [each for each in traceback.extract_tb(error.__traceback__) if "hybrid_tui/" in each.filename]
    last = places[-1]
    return f"{type(error).__name__} in {last.filename.rpartition('hybrid_tui/')[2]}:{last.lineno}"


if __name__ == "__main__":
    main()
