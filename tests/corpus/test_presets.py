from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hybrid_tui import settings
from hybrid_tui.corpus import pairs, presets
from hybrid_tui.errors import DataError, UsageError

TRIPLES = [("q0", "p0", "n0"), ("q1", "p1", "n1"), ("q0", "p0", "n2"), ("q0", "p3", " "), ("q4", "p4", "n4")]


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put triples in three languages where the hub would have them, laid out as the hub does."""
    root = tmp_path / "hub"
    layout = {
        "arabic": "partial-train/000{}.parquet",
        "english": "train/000{}.parquet",
        "german": "mm-train-{}.parquet",
    }
    for language, name in layout.items():
        told = [tuple(text if text == " " else f"{language} {text} " for text in row) for row in TRIPLES]
        if language == "german":
            told[1] = ("german q1", "\t", "german n1")
        for part, few in enumerate(
            (told[:3], told[3:] if language != "english" else [*told[3:], ("x", "y", "z")])
        ):
            file = root / language / name.format(part)
            file.parent.mkdir(parents=True, exist_ok=True)
            pl.DataFrame(few, presets.COLUMNS, orient="row").write_parquet(file)
    monkeypatch.setattr(presets, "ROOT", str(root))
    return root


def test_languages_are_parallel_by_place(published: Path) -> None:
    found = pairs.load(["mmarco:en,ar"])
    assert [(each.name, each.kind) for each in found.sets] == [("mmarco:ar,en:100000", "pairs")]
    assert found.rows.select("item_id", "lang", "query", "passage", "negative").rows() == [
        (
            f"mmarco-0000000{place}",
            lang,
            f"{word} {query}",
            f"{word} {passage}",
            negative and [f"{word} {negative}"],
        )
        for place, query, passage, negative in (
            (0, "q0", "p0", "n0"),
            (1, "q1", "p1", "n1"),
            (3, "q0", "p3", None),
            (4, "q4", "p4", "n4"),
        )
        for lang, word in (("ar", "arabic"), ("en", "english"))
    ], "what repeats query and passage is left out, and what only one language has"
    assert set(found.rows["source"]) == {"unicamp-dl/mmarco"}
    assert set(found.rows["licence"]) == {presets.LICENCE}


def test_a_blank_text_leaves_its_language_alone_out(published: Path) -> None:
    found = pairs.load(["mmarco:de,en:5"])
    assert found.rows.filter(item_id="mmarco-00000001")["lang"].to_list() == ["en"]
    assert found.rows.filter(lang="de").height == 3


def test_a_second_run_needs_no_network(published: Path) -> None:
    first = pairs.load(["mmarco:ar,de,en:4"])
    shutil.rmtree(published)
    again = pairs.load(["mmarco:en,de,ar:4"])
    assert again.fingerprint == first.fingerprint
    assert again.sets[0].inputs.fingerprint == first.sets[0].inputs.fingerprint
    assert pairs.load(["mmarco:de,en:2"]).items.height == 2, "fewer languages and triples are in what is kept"
    assert sorted(file.name for file in (settings.cache_dir() / "pairs" / "mmarco").iterdir()) == [
        "ar-4.parquet",
        "de-4.parquet",
        "en-4.parquet",
    ]
    with pytest.raises(DataError, match="cannot load english of unicamp-dl/mmarco") as caught:
        pairs.load(["mmarco:en:5"])
    assert "mmarco:ar,de,en:4, which is kept" in caught.value.hint


def test_a_damaged_file_is_read_anew(published: Path) -> None:
    pairs.load(["mmarco:en:3"])
    kept = settings.cache_dir() / "pairs" / "mmarco" / "en-3.parquet"
    kept.write_bytes(b"torn")
    assert pairs.load(["mmarco:en:3"]).items.height == 2


def test_no_more_is_read_than_asked_for(published: Path) -> None:
    assert presets.fetch("en", 4).rows()[3] == ("english q0 ", "english p3 ", " ")
    assert presets.fetch("en", 4).height == 4


def test_offline_says_what_would_work() -> None:
    with pytest.raises(DataError, match="cannot load arabic of unicamp-dl/mmarco") as caught:
        pairs.load(["mmarco:ar,de:1000"])
    assert "\n" not in str(caught.value)
    for way in ("network", "starter", "--data FOLDER"):
        assert way in caught.value.hint


@pytest.mark.parametrize(
    ("name", "langs", "triples"),
    [
        ("mmarco", tuple(presets.LANGUAGES), presets.TRIPLES),
        ("mmarco:", tuple(presets.LANGUAGES), presets.TRIPLES),
        ("mmarco:en, ar,en", ("ar", "en"), presets.TRIPLES),
        ("mmarco:de,en:20", ("de", "en"), 20),
    ],
)
def test_names(name: str, langs: tuple[str, ...], triples: int) -> None:
    assert presets.fits(name)
    assert presets.parse(name) == (langs, triples)
    assert presets.parse(presets.parse(name).name) == (langs, triples)


@pytest.mark.parametrize("name", ["mmarco-mine", "starter", "owner/mmarco"])
def test_other_names(name: str) -> None:
    assert not presets.fits(name)


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "1.5", "²"])
def test_numbers_that_are_none(number: str, published: Callable[..., Path]) -> None:
    with pytest.raises(UsageError, match="no number of triples"):
        pairs.load([f"mmarco:ar,de:{number}"])


def test_an_unknown_language() -> None:
    with pytest.raises(UsageError, match="no language in mmarco named 'th'"):
        pairs.load(["mmarco:ar,th"])
