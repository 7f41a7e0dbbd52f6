from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hybrid_tui.corpus.collection import build
from hybrid_tui.corpus.readers import hub
from hybrid_tui.errors import DataError, UsageError
from tests.corpus.reading import collected, tables


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, pairs: list[dict[str, Any]]) -> list[Any]:
    """Publish the pairs as a dataset of two splits; the calls for it are noted."""
    import datasets.inspect
    import datasets.load

    calls: list[Any] = []
    for row in pairs:
        del row["split"]
    train, test = pairs[:2], pairs[2:]

    def load_dataset(*args: Any, split: None = None) -> Any:
        calls.append(args)
        split = {"train": datasets.Dataset.from_list(train), "test": datasets.Dataset.from_list(test)}
        return datasets.DatasetDict(split)

    monkeypatch.setattr(datasets.load, "load_dataset", load_dataset)
    monkeypatch.setattr(datasets.inspect, "get_dataset_config_names", lambda *_: ["config"])
    return calls


def test_every_split_is_read_and_named(published: list[Any]) -> None:
    collection = build("h", *tables(hub, "owner/name:config"))
    assert published == [("owner/name", "config")]
    assert collection.splits == ["test", "train"]
    assert collection.split("test").queries["item_id"].to_list() == ["two", "two"]


def test_rows_are_told_with_their_split(published: list[Any]) -> None:
    assert tables(hub, "owner/name").queries["where"][0] == "owner/name, split train, row 1"
    assert published == [("owner/name", None)]


def test_offline_is_told_without_a_traceback() -> None:
    with pytest.raises(DataError, match=re.escape("cannot load the dataset no-such-owner/name")) as caught:
        tables(hub, "no-such-owner/name")
    assert "\n" not in str(caught.value)
    assert "network" in caught.value.hint


@pytest.mark.parametrize(
    "source", ["owner/name", "owner/name:default", "google/xquad.r", "A-1/b_2:c.d", "a/b:de,en"]
)
def test_names_that_fit(source: str) -> None:
    assert hub.fits(source)


@pytest.mark.parametrize(
    "source", ["name", "./owner/name", "/owner/name", "a/b/c", "a/b.jsonl", "a/de.json", "../a", "a/ b"]
)
def test_names_that_do_not_fit(source: str) -> None:
    assert not hub.fits(source)


@pytest.fixture
def local_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the datasets library read `owner/name` from a folder of that name, its configs from its card."""
    import datasets.inspect
    import datasets.load

    for module, name in (
        (datasets.load, "load_dataset"),
        (datasets.inspect, "get_dataset_config_names"),
        (datasets.inspect, "get_dataset_split_names"),
    ):
        call = getattr(module, name)

        def from_folder(path: str, *args: Any, call: Callable[..., Any] = call, **more: Any) -> Any:
            return call(str(tmp_path / path), *args, **more)

        monkeypatch.setattr(module, name, from_folder)
    monkeypatch.setattr(hub.HubDataset, "_reached", True)
    return tmp_path


def publish(folder: Path, configs: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    """Write configs, each a list of rows by split, as `push_to_hub` does."""
    about = []
    for config, splits in configs.items():
        for split, rows in splits.items():
            file = folder / config / f"{split}-00000-of-00001.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            pl.DataFrame(rows).write_parquet(file)
        files = [{"split": split, "path": f"{config}/{split}-*"} for split in splits]
        about.append({"config_name": config, "data_files": files})
    (folder / "README.md").write_text(f"---\nconfigs: {json.dumps(about)}\n---\n")


@pytest.fixture
def retrieval(local_hub: Path) -> str:
    """Publish corpus, queries and judgements in German and English, as mteb does."""
    judged = [{"query-id": "q1", "corpus-id": "d1", "score": 1}]
    configs = {}
    for lang in ("de", "en"):
        passages = [{"_id": "d1", "title": "Nile", "text": f"{lang} river"}]
        configs[f"{lang}-corpus"] = {"dev": passages}
        configs[f"{lang}-queries"] = {"dev": [{"_id": "q1", "text": f"{lang} long?"}]}
        configs[f"{lang}-qrels"] = {"dev": judged, "train": judged}
    publish(local_hub / "owner" / "set", configs)
    return "owner/set"


def test_mteb_s_form_is_read_subset_by_subset(retrieval: str) -> None:
    found = build("h", *tables(hub, retrieval))
    assert found.passages.select("passage_id", "text").rows() == [
        ("de-d1", "Nile de river"),
        ("en-d1", "Nile en river"),
    ]
    assert found.judgements.select("query_id", "passage_id").rows() == [
        ("de-q1", "de-d1"),
        ("en-q1", "en-d1"),
    ]
    assert tables(hub, retrieval).queries["where"][0] == "owner/set:de-queries, split dev, row 1"


def test_some_of_the_subsets(retrieval: str) -> None:
    assert build("h", *tables(hub, f"{retrieval}:en")).languages == ["en"]
    assert build("h", *tables(hub, f"{retrieval}:en,de")).languages == ["de", "en"]
    with pytest.raises(UsageError, match="no subset of owner/set named 'fr'") as caught:
        tables(hub, f"{retrieval}:fr")
    assert "de, en" in caught.value.whole


def test_a_set_in_one_language_has_its_judgements_in_the_default_config(local_hub: Path) -> None:
    publish(
        local_hub / "owner" / "one",
        {
            "corpus": {"corpus": [{"_id": "d1", "title": "", "text": "river"}]},
            "queries": {"queries": [{"_id": "q1", "text": "long?"}]},
            "default": {"test": [{"query-id": "q1", "corpus-id": "d1", "score": 1.0}]},
        },
    )
    found = build("h", *tables(hub, "owner/one", lang="en"))
    assert found.judgements.select("query_id", "passage_id").rows() == [("q1", "d1")]


def test_what_lies_on_the_hub_and_what_was_downloaded_are_one(retrieval: str, local_hub: Path) -> None:
    from_hub, from_folder = build("h", *tables(hub, retrieval)), collected(local_hub / "owner" / "set")
    assert from_hub.fingerprint == from_folder.fingerprint


def test_pairs_in_a_config_are_read_as_such(local_hub: Path, pairs: list[dict[str, Any]]) -> None:
    publish(local_hub / "owner" / "pairs", {"default": {"train": pairs[:2]}, "other": {"test": pairs[2:]}})
    assert build("h", *tables(hub, "owner/pairs:other")).queries["item_id"].unique().to_list() == ["two"]
