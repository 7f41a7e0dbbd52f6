"""Published training pairs of the Hugging Face hub by a short name, such as `mmarco:ar,de,en:100000`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hybrid_tui import settings
from hybrid_tui.corpus.table_files import read_parquet
from hybrid_tui.errors import DataError, UsageError, unknown

MMARCO = "mmarco"
REPOSITORY = "unicamp-dl/mmarco"
ROOT = f"hf://datasets/{REPOSITORY}@refs/convert/parquet"
"""The hub's own conversion to Parquet, which needs none of the code in the repository."""
FILES = ("{root}/{language}/*train/*.parquet", "{root}/{language}/*train*.parquet")
"""As the hub names them, today and formerly; of what is too large to convert whole, the beginning is in
`partial-train`."""
LICENCE = "Apache-2.0; MS MARCO: non-commercial research"
TRIPLES = 100_000
"""Triples that are read of each language unless the name says otherwise; there are 39.8 million."""
LANGUAGES = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "id": "indonesian",
    "it": "italian",
    "ja": "japanese",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
    "vi": "vietnamese",
    "zh": "chinese",
}
COLUMNS = ["query", "positive", "negative"]
BLOCK = 4096
_KEPT = re.compile(r"([a-z]+)-(\d+)\.parquet")


class Preset(NamedTuple):
    """What a name asks for: languages, sorted, and how many triples are read of each."""

    langs: tuple[str, ...]
    triples: int

    @property
    def name(self) -> str:
        """The name in full."""
        return f"{MMARCO}:{','.join(self.langs)}:{self.triples}"


def fits(name: str) -> bool:
    """Tell whether a name is a preset's, with or without languages and a number of triples."""
    return name.partition(":")[0] == MMARCO


def parse(name: str) -> Preset:
    """Return what `mmarco[:LANG,LANG...[:TRIPLES]]` asks for; UsageError for what is not there."""
    _, _, rest = name.partition(":")
    codes, colon, number = rest.partition(":")
    langs = tuple(sorted({code.strip() for code in codes.split(",") if code.strip()})) or tuple(LANGUAGES)
    for lang in langs:
        if lang not in LANGUAGES:
            raise unknown(f"language in {MMARCO}", lang, list(LANGUAGES))
    if colon and not (number.isascii() and number.isdigit() and int(number)):
        what = f"{name}: {number!r} is no number of triples"
        raise UsageError(what, f"such as {MMARCO}:{','.join(langs[:3])}:{TRIPLES}")
    return Preset(langs, int(number) if colon else TRIPLES)


def load(preset: Preset) -> pl.DataFrame:
    """Return pairs: item_id, lang, query, passage, negative, source, licence; all text, sorted by item.

    Triples stand at the same place in every language, which is their item. One that repeats query and passage
    of an earlier one in every language, with another negative, is left out; so is a pair with a blank text.
    Raises DataError where a language is neither kept nor to be had, naming what would work.
    """
    tables = [_triples(lang, preset.triples) for lang in preset.langs]
    shortest = min(table.height for table in tables)
    tables = [table.head(shortest) for table in tables]
    first = reduce(
        lambda found, table: (
            found | table.select(pl.struct("query", "positive").is_first_distinct()).to_series()
        ),
        tables,
        pl.repeat(False, shortest, dtype=pl.Boolean, eager=True),
    )
    item = pl.format("{}-{}", pl.lit(MMARCO), pl.int_range(pl.len()).cast(pl.String).str.zfill(8))
    frames = [
        table.select(
            item.alias("item_id"),
            pl.lit(lang).alias("lang"),
            pl.col("query").str.strip_chars(),
            pl.col("positive").str.strip_chars().alias("passage"),
            _listed(pl.col("negative").str.strip_chars()).alias("negative"),
            pl.lit(REPOSITORY).alias("source"),
            pl.lit(LICENCE).alias("licence"),
        ).filter(first, pl.col("query") != "", pl.col("passage") != "")
        for lang, table in zip(preset.langs, tables, strict=True)
    ]
    return pl.concat(frames).sort("item_id", "lang")


def _listed(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(pl.concat_list(text))


def _triples(lang: str, count: int) -> pl.DataFrame:
    """Return the first triples of a language, from what is kept or from the hub; they are kept."""
    enough = [file for number, file in _kept(lang) if number >= count]
    if enough:
        try:
            return read_parquet(enough[0], n_rows=count)
        except DataError:
            enough[0].unlink(missing_ok=True)
    try:
        found = fetch(lang, count)
    except Exception as error:  # the loader lets through whatever its formats and the network raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"cannot load {LANGUAGES[lang]} of {REPOSITORY} from the Hugging Face hub: {reason}", _way_out()
        ) from error
    with settings.replacing(_folder() / f"{lang}-{count}.parquet", "wb") as file:
        found.write_parquet(file)
    return found


def fetch(lang: str, count: int) -> pl.DataFrame:
    """Read the first triples of a language from the hub's Parquet files, as much of them as that takes."""
    from datasets.load import load_dataset

    files = [pattern.format(root=ROOT, language=LANGUAGES[lang]) for pattern in FILES]
    rows = load_dataset("parquet", data_files=files, split="train", streaming=True)
    schema = dict.fromkeys(COLUMNS, pl.String)
    blocks = [
        pl.DataFrame({column: block[column] for column in COLUMNS}, schema)
        for block in rows.take(count).iter(BLOCK)
    ]
    if not blocks:
        raise DataError("it holds no triples")
    return pl.concat(blocks)


def kept() -> dict[str, int]:
    """Return the languages that need no network, and how many triples of each."""
    return {lang: max(number for number, _ in found) for lang in LANGUAGES if (found := _kept(lang))}


def _kept(lang: str) -> Sequence[tuple[int, Path]]:
    folder = _folder()
    names = [_KEPT.fullmatch(file.name) for file in folder.iterdir()] if folder.is_dir() else []
    return sorted((int(name[2]), folder / name[0]) for name in names if name and name[1] == lang)


def _folder() -> Path:
    return settings.cache_dir() / "pairs" / MMARCO


def _way_out() -> str:
    there = kept()
    offline = f"{MMARCO}:{','.join(there)}:{min(there.values())}, which is kept" if there else "starter"
    return (
        f"check the network; or train on {offline}, or on files of your own with "
        "item_id, lang, query and passage: --data FOLDER"
    )
