"""What a machine or a file does to a command, told in a sentence."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.api.collections import check_data
from hybrid_tui.api.models import add_model
from hybrid_tui.corpus import collection_files
from hybrid_tui.encoders import layout, lora, manifest, sources
from hybrid_tui.engine import server
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import DataError, HybridTuiError, UsageError, explained
from hybrid_tui.evaluation import results, trec_lines
from hybrid_tui.jobs import notes, progress
from hybrid_tui.tui import session

from .conftest import Cli

END_SECONDS = 120.0


def run(
    *words: object, limit: int | None = None, stdout: str = "", **environment: str
) -> tuple[int, str, str]:
    """Run a command in a process of its own; `limit` is the longest file it may write."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with Path(stdout or os.devnull).open("w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "hybrid_tui", *map(str, words)],
            stdout=out if stdout else subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=END_SECONDS,
            check=False,
            env=os.environ | environment,
            preexec_fn=limited,
        )
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "pairs.csv"
    rows = "".join(
        f"{n},{lang},question {n} {lang},answer {n} {lang}\n" for n in range(300) for lang in ("de", "en")
    )
    source.write_text(f"item_id,lang,query,passage\n{rows}")
    code, out, err = run("data", "add", "mine", source, limit=2000)
    assert (code, out) == (1, "")
    assert "file too large" in err.lower()
    assert "hint: free some space" in err
    assert [path for path in settings.data_dir().rglob("*") if path.is_file()] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_that_cannot_be_written_is_told_once() -> None:
    code, _, err = run("keys", stdout="/dev/full")
    assert code == 1
    assert err.splitlines() == ["error: no space left on device", "hint: free some space and try again"]


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=str,
)
def test_any_locale_will_do(environment: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "é語.jsonl"
    source.write_text('{"lang": "de", "query": "Größe?", "passage": "語"}\n', encoding="utf-8")
    code, out, err = run("data", "check", source, "--json", **environment)
    if code == 2:
        assert "is no text in this locale" in err
    else:
        assert json.loads(out)["queries"]["total"] == 1


@pytest.mark.parametrize(("mebibytes", "code"), [(1000, 1), (3000, 0)])
def test_a_limit_on_address_space_is_told_before_libraries_end_of_it(mebibytes: int, code: int) -> None:
    limit = mebibytes << 20
    done = subprocess.run(
        [sys.executable, "-m", "hybrid_tui", "keys"],
        capture_output=True,
        timeout=END_SECONDS,
        check=False,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert (done.returncode, f"ulimit -v leaves {mebibytes:,} MiB" in done.stderr) == (code, True)


DEEP = "[" * 100_000
DEEP_TOML = f"a = {DEEP}"


def model(folder: Path, name: str, text: str = DEEP) -> Path:
    """A model's folder as far as it is read before it is loaded, with a file of that text."""
    for each, content in (("config.json", '{"model_type": "bert"}'), ("tokenizer.json", "{}"), (name, text)):
        (folder / each).write_text(content)
    (folder / "model.safetensors").touch()
    return folder


def written(folder: Path, name: str, text: str = DEEP) -> Path:
    (folder / name).write_text(text)
    return folder / name


READERS: dict[str, Callable[[Path], object]] = {
    "collection, JSON lines": lambda at: check_data(str(written(at, "pairs.jsonl"))),
    "collection, JSON": lambda at: check_data(str(written(at, "pairs.json"))),
    "kept collection": lambda at: collection_files.read_entry(
        written(at, "collection.toml", DEEP_TOML).parent
    ),
    "run": lambda at: trec_lines._json_lines(at, DEEP.encode()),
    "evaluation": lambda at: results._read(written(at, results.MANIFEST).parent),
    "config.toml": lambda at: settings.load_config(written(at, "config.toml", DEEP_TOML)),
    "config.json": lambda at: layout.read(model(at, "config.json")),
    "modules.json": lambda at: layout.read(model(at, "modules.json")),
    "tokenizer_config.json": lambda at: layout.read(model(at, "tokenizer_config.json")),
    "sentence-transformers": lambda at: layout.read(model(at, "config_sentence_transformers.json")),
    "adapter_config.json": lambda at: layout.read(model(at, "adapter_config.json")),
    "adapter": lambda at: lora.scaling(written(at, lora.CONFIG).parent),
    "model.toml": lambda at: manifest.read(written(at, manifest.MANIFEST, DEEP_TOML).parent),
    "added model": lambda at: add_model(written(at, manifest.MANIFEST, DEEP_TOML).parent, ""),
    "session": lambda at: session.load(written(at, "session.json")),
}


@pytest.mark.parametrize("reader", READERS)
def test_json_that_is_nested_too_deeply_is_told(reader: str, tmp_path: Path) -> None:
    with pytest.raises(HybridTuiError) as told:
        READERS[reader](tmp_path)
    assert str(tmp_path) in str(told.value) or tmp_path.name in str(told.value)


def test_a_note_of_a_process_or_a_request_that_is_nested_too_deeply_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "file_of", lambda *_: written(tmp_path, "job.json"))
    assert notes.find("x") is None
    assert progress.progress_of("x") == progress.JobProgress()
    with (tmp_path / "out").open("wb") as out:
        server.Server(Service(), out).serve([DEEP.encode()])  # type: ignore[arg-type]
    assert b"not a request" in (tmp_path / "out").read_bytes()


def test_quantised_weights_are_told_before_loading(tmp_path: Path) -> None:
    about = {"model_type": "bert", "quantization_config": {"quant_method": "new"}}
    folder = model(tmp_path, "config.json", json.dumps(about))
    with pytest.raises(DataError, match=r"quantised weights \(new\)") as told:
        layout.read(folder)
    assert "float32" in told.value.hint


def adapter(folder: Path, base: Path) -> Path:
    folder.mkdir()
    about = {"base_model_name_or_path": str(base), "peft_type": "LORA", "r": 1, "lora_alpha": 1}
    (folder / "adapter_config.json").write_text(json.dumps(about))
    (folder / "adapter_model.safetensors").write_bytes(b"")
    return folder


def test_an_adapter_of_itself_is_told(tmp_path: Path) -> None:
    adapter(tmp_path / "one", tmp_path / "one")
    adapter(tmp_path / "two", tmp_path / "three")
    adapter(tmp_path / "three", tmp_path / "two")
    for name in ("one", "two", "three"):
        with pytest.raises(DataError, match="leads back to"):
            sources.pretrained(str(tmp_path / name))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "not enough memory"),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
            "memory",
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "not enough memory"),
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (OSError(28, "No space left on device", "/x/y"), "/x/y: no space left on device"),
        (OSError(30, "Read-only file system", "/x"), "/x: read-only file system"),
        (
            ValueError("Error while writing: I/O error: No space left on device (os error 28)"),
            "no space left",
        ),
    ],
)
def test_an_error_of_the_machine_is_a_sentence(error: Exception, said: str) -> None:
    told = explained(error)
    assert told is not None
    assert said in str(told)
    assert told.hint
    assert type(error).__name__ not in str(told)


def test_what_is_our_own_fault_is_not_explained() -> None:
    assert explained(ValueError("a bug")) is None
    known = UsageError("x", "y")
    assert explained(known) is known


@pytest.mark.parametrize(
    "words",
    [
        ["--epochs", "nan"],
        ["--epochs", "inf"],
        ["--epochs", "-1"],
        ["--epochs", "1e300"],
        ["--steps", 10**30],
        ["--batch-size", 10**30],
        ["--lr", "nan"],
        ["--lr", "inf"],
        ["--temperature", "nan"],
        ["--weight-decay", "inf"],
        ["--warmup", "nan"],
        ["--anchor", "nan"],
        ["--alpha", "nan"],
        ["--lora-scale", "nan"],
        ["--validation", "nan"],
        ["--lora-rank", 10**30],
        ["--passage-tokens", 10**30],
        ["--mini-batch", 10**30],
    ],
)
def test_absurd_numbers_are_usage(cli: Cli, words: list[object]) -> None:
    said = cli("train", "--dry-run", *words)
    assert said.code == 2
    assert re.search(r"is a share|must be|Invalid value|is outside", said.err)


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "a", "b", "--seed", -1],
        ["compare", "a", "b", "--draws", 10**15],
        ["verdict", "a", "b", "--draws", 10**15],
        ["train", "--seeds", 10**9],
        ["data", "add", "x", "y.csv", "--max-chars", 10**20],
        ["search", "x", "-k", 10**20],
        ["serve", "--port", 10**10],
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_numbers_out_of_range_are_usage(cli: Cli, words: list[object]) -> None:
    said = cli(*words)
    assert said.code == 2
    assert re.search("Invalid value|cannot be kept", said.err)
