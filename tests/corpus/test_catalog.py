from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui import settings
from hybrid_tui.corpus import catalog, collection_files
from hybrid_tui.errors import DataError, HybridTuiError, UsageError

pytestmark = pytest.mark.usefixtures("small_starter")
Write = Callable[..., Path]


def folders() -> list[str]:
    return sorted(path.name for path in (settings.data_dir() / "collections").iterdir())


def test_starter_is_there_without_adding_anything() -> None:
    assert [entry.name for entry in catalog.entries()] == ["starter"]
    assert catalog.load("starter").languages == ["de", "en"]
    assert catalog.load("starter:test").queries["item_id"].unique().to_list() == ["two"]


def test_what_is_added_is_loaded_as_it_was(pairs_file: Path) -> None:
    entry, added = catalog.add("mine", pairs_file)
    collection = catalog.load("mine")
    assert added
    assert collection.fingerprint == entry.fingerprint == catalog.load("starter").fingerprint
    assert (entry.items, entry.queries, entry.passages) == (2, 4, 4)
    assert (entry.languages, entry.splits, entry.reader) == (("de", "en"), ("test", "train"), "tables")
    assert entry.source == str(pairs_file)
    assert entry.added
    assert catalog.load("mine:train").name == "mine:train"
    assert folders() == ["mine"]


def test_entries_tell_what_was_added_without_reading_it(
    pairs_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, _ = catalog.add("mine", pairs_file)
    monkeypatch.setattr(pl, "read_parquet", None)
    assert catalog.entries()[1] == entry


def test_adding_the_same_thing_again_is_no_error(pairs_file: Path) -> None:
    entry, _ = catalog.add("mine", pairs_file)
    assert catalog.add("mine", pairs_file) == (entry, False)


def test_other_content_under_a_name_that_is_taken(
    pairs: list[dict[str, Any]], tmp_path: Path, jsonl: Write
) -> None:
    catalog.add("mine", jsonl(tmp_path / "a.jsonl", pairs))
    other = jsonl(tmp_path / "b.jsonl", pairs[:2])
    with pytest.raises(UsageError, match=r"mine was added from .*a\.jsonl; .*b\.jsonl has other") as caught:
        catalog.add("mine", other)
    assert "hybrid-tui data remove mine" in caught.value.hint
    assert catalog.load("mine").queries.height == 4


def test_context_is_kept_and_makes_another_collection(
    pairs: list[dict[str, Any]], tmp_path: Path, jsonl: Write
) -> None:
    file = jsonl(tmp_path / "a.jsonl", [row | {"context": "around"} for row in pairs])
    entry, _ = catalog.add("with", file, with_context=True)
    assert entry.with_context
    assert catalog.load("with").passage_inputs("de")[0] == "de tells one. around"
    assert catalog.add("without", file)[0].fingerprint != entry.fingerprint
    with pytest.raises(UsageError, match="with context; "):
        catalog.add("with", file)


def test_context_that_is_not_there_cannot_be_asked_for(pairs_file: Path) -> None:
    with pytest.raises(UsageError, match="no context"):
        catalog.add("mine", pairs_file, with_context=True)
    assert len(catalog.entries()) == 1


@pytest.mark.parametrize(
    "name", ["starter", "", "a/b", "../a", ".a", "a:b", "a b", "-a", "é", "a" * 65, "a\n"]
)
def test_names_that_cannot_be_kept(pairs_file: Path, name: str) -> None:
    with pytest.raises(UsageError):
        catalog.add(name, pairs_file)


def test_bad_data_leaves_nothing_behind(tmp_path: Path, jsonl: Write) -> None:
    with pytest.raises(DataError):
        catalog.add("mine", jsonl(tmp_path / "a.jsonl", [{"item_id": "a"}]))
    assert [entry.name for entry in catalog.entries()] == ["starter"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_stop_while_writing_leaves_nothing_behind(
    pairs_file: Path, monkeypatch: pytest.MonkeyPatch, stop: Any
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise stop

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fail)
    with pytest.raises((KeyboardInterrupt, HybridTuiError)) as caught:
        catalog.add("mine", pairs_file)
    assert isinstance(stop, type) or "No space left" in str(caught.value)
    assert folders() == []


def _add(home: str, file: str) -> bool:
    import os

    os.environ["XDG_DATA_HOME"] = home
    return catalog.add("mine", file)[1]


def test_two_processes_that_add_at_once_do_no_harm(pairs_file: Path, own_folders: Path) -> None:
    jobs = [(str(own_folders / "data"), str(pairs_file))] * 4
    with get_context("spawn").Pool(2) as pool:
        added = pool.starmap(_add, jobs, chunksize=1)
    assert sorted(added) == [False, False, False, True]
    assert folders() == ["mine"]
    assert catalog.load("mine").queries.height == 4


def test_the_one_that_comes_second_finds_the_first(pairs_file: Path) -> None:
    entry, _ = catalog.add("mine", pairs_file)
    collection = catalog.load("mine")
    assert not collection_files.write(settings.data_dir() / "collections" / "mine", collection, entry)
    assert folders() == ["mine"]


def test_remove_takes_it_away_for_good(pairs_file: Path) -> None:
    catalog.add("mine", pairs_file)
    catalog.remove("mine")
    assert folders() == []
    assert pairs_file.exists()
    with pytest.raises(UsageError, match="no collection named 'mine'"):
        catalog.load("mine")


@pytest.mark.parametrize(
    ("name", "told"), [("starter", "ships with the package"), ("nope", "no collection named")]
)
def test_what_cannot_be_removed(name: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        catalog.remove(name)


@pytest.mark.parametrize("name", ["strater", "../starter", "", ":test", "nope:test"])
def test_unknown_names_are_usage_errors(name: str) -> None:
    with pytest.raises(UsageError, match="no collection named"):
        catalog.load(name)


@pytest.mark.parametrize("name", ["xquad-r", "xquad-r:test"])
def test_a_published_one_that_is_not_here_says_how_it_is_had(name: str, pairs_file: Path) -> None:
    with pytest.raises(UsageError, match="XQuAD-R is published, but not on this machine") as caught:
        catalog.load(name)
    assert "hybrid-tui data get xquad-r " in caught.value.hint
    assert "hybrid-tui data add xquad-r FOLDER" in caught.value.hint
    with pytest.raises(UsageError, match="no collection named 'xquad'") as caught:
        catalog.load("xquad")
    assert "did you mean xquad-r?" in caught.value.hint
    catalog.add("xquad-r", pairs_file)
    assert catalog.load("xquad-r").languages == ["de", "en"]


def test_an_unknown_split_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no split in starter named 'dev'"):
        catalog.load("starter:dev")


def _tamper(folder: Path) -> None:
    frame = pl.read_parquet(folder / "passages.parquet")
    frame.with_columns(text=pl.col("text") + "!").write_parquet(folder / "passages.parquet")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "queries.parquet").unlink(), "queries.parquet"),
        (lambda folder: (folder / "queries.parquet").write_bytes(b"PAR1"), "queries.parquet"),
        (_tamper, "its content is not what was added"),
        (
            lambda folder: pl.DataFrame({"x": [1]}).write_parquet(folder / "relevance.parquet"),
            "its content is not what was added",
        ),
        (lambda folder: (folder / "collection.toml").write_text("name = "), "collection.toml"),
        (lambda folder: (folder / "collection.toml").write_text("name = 3"), "collection.toml"),
        (lambda folder: (folder / "collection.toml").unlink(), "collection.toml"),
        (lambda folder: (shutil.rmtree(folder), folder.write_text("x")), "collection.toml"),
    ],
)
def test_a_damaged_collection_is_told_with_the_way_out(
    pairs_file: Path, damage: Callable[[Path], Any], told: str
) -> None:
    catalog.add("mine", pairs_file)
    damage(settings.data_dir() / "collections" / "mine")
    with pytest.raises(DataError, match="the collection mine is damaged") as caught:
        catalog.load("mine")
    assert told in str(caught.value)
    assert "hybrid-tui data remove mine" in caught.value.hint
    assert [entry.name for entry in catalog.entries()] == ["starter", "mine"]
    catalog.remove("mine")
    assert catalog.add("mine", pairs_file)[1]


def test_a_damaged_description_is_listed_as_such(pairs_file: Path) -> None:
    catalog.add("mine", pairs_file)
    (settings.data_dir() / "collections" / "mine" / "collection.toml").write_text("?")
    assert "damaged" in catalog.entries()[1].problem


def test_check_keeps_nothing(pairs_file: Path) -> None:
    checked = catalog.check(pairs_file)
    assert (checked.reader, checked.collection.queries.height) == ("tables", 4)
    assert len(catalog.entries()) == 1


def test_groups_are_kept_and_those_of_an_older_collection_are_added(tmp_path: Path) -> None:
    rows = [{"item_id": f"i{n}", "lang": "de", "query": f"{n}?", "passage": f"{n}."} for n in range(4)]
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    catalog.add("grouped", file)
    assert catalog.load("grouped").groups.columns == ["item_id"]
    file.write_text("\n".join(json.dumps(row | {"document": f"d{n // 2}"}) for n, row in enumerate(rows)))
    _, new = catalog.add("grouped", file)
    assert not new
    assert catalog.load("grouped").groups["document"].to_list() == ["d0", "d0", "d1", "d1"]
