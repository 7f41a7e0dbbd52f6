"""Evaluations on disk: a folder each, whole or not there, found again by what made them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from hybrid_tui import settings
from hybrid_tui.errors import DataError, UsageError, cannot, unknown
from hybrid_tui.evaluation import bias, metric_tables, metrics
from hybrid_tui.evaluation.evaluation_manifest import FORMAT, EvaluationManifest
from hybrid_tui.evaluation.kept_names import MANIFEST, evaluations_dir, folders
from hybrid_tui.evaluation.metrics import METRICS
from hybrid_tui.evaluation.ranks import Ranks


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A kept evaluation; its tables are read when they are first asked for.

    Reading raises DataError for a file that is missing or damaged.
    """

    manifest: EvaluationManifest
    folder: Path

    @property
    def values(self) -> pl.DataFrame:
        """Per-query values of METRICS, as `metric_tables.per_query` makes them."""
        return self.values_of(METRICS)

    def values_of(self, names: Sequence[str]) -> pl.DataFrame:
        """Return the per-query values of any metrics; those that were not kept are computed from the ranks.

        names: as `metrics.parse` takes them. Raises UsageError for an unknown metric.
        """
        wanted = metrics.names(names)
        known: pl.DataFrame = self._values
        if lacking := [name for name in wanted if name not in known.columns]:
            made = metric_tables.per_query(self.ranks, lacking).select("query_id", "pool", *lacking)
            known = known.join(made, on=("query_id", "pool"), how="left", maintain_order="left")
            vars(self)["_values"] = known
        return known.select(*metric_tables.KEYS, *wanted)

    @cached_property
    def _values(self) -> pl.DataFrame:
        return self._table("values")

    @cached_property
    def bias_values(self) -> pl.DataFrame:
        """Per-query bias as `bias.per_query_bias` makes it."""
        table = self._table("bias")
        if set(bias.MEASURES) <= set(table.columns):
            return table
        made = bias.per_query_bias(self.ranks)  # kept before a measure was added
        return made if self.manifest.bias else made.clear()

    @cached_property
    def ranks(self) -> Ranks:
        """The exact ranks behind the values."""
        languages = self.manifest.languages
        queries, relevant, top = (self._table(name) for name in ("queries", "relevant", "top"))
        beaten = relevant.select(f"beaten {lang}" for lang in languages).to_numpy()
        shape = (queries.height, -1) if queries.height else (0, 0)
        deep = [name for name in queries.columns if name.startswith("depth ")]
        return Ranks(
            languages=languages,
            pool=np.array(self.manifest.pool, np.int64),
            queries=queries.drop(deep),
            relevant=relevant.drop("alone", *(f"beaten {lang}" for lang in languages), strict=False),
            beaten=np.ascontiguousarray(beaten, np.int32),
            top=top["passage"].to_numpy().reshape(shape),
            top_lang=top["lang"].to_numpy().reshape(shape),
            top_scores=top["score"].to_numpy().reshape(shape),
            depth=queries.select(deep).to_numpy() if deep else None,
            alone=relevant["alone"].to_numpy() if "alone" in relevant.columns else None,
        )

    def _table(self, name: str) -> pl.DataFrame:
        file = self.folder / f"{name}.parquet"
        try:
            content = file.read_bytes()
            if hashlib.sha256(content).hexdigest() != self.manifest.digests.get(name):
                raise _damaged(self.folder, f"{file} has changed since it was written")
            return pl.read_parquet(io.BytesIO(content))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _damaged(self.folder, f"{file}: {getattr(error, 'strerror', None) or error}") from error


def keep(
    manifest: EvaluationManifest, ranks: Ranks, values: pl.DataFrame, bias_values: pl.DataFrame
) -> Evaluation:
    """Write an evaluation and return it; one that is there already is replaced.

    Raises HybridTuiError when the system refuses to write; nothing half-written stays.
    """
    folder = _folder(manifest.collection, manifest.system, manifest.key)
    contents = {name: _parquet(table) for name, table in _tables(ranks, values, bias_values).items()}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    manifest = msgspec.structs.replace(manifest, digests=digests)
    files = {f"{name}.parquet": content for name, content in contents.items()}
    files[MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest))
    with settings.new_folder(folder) as temporary:
        for name, content in files.items():
            with settings.replacing(temporary / name, "wb") as file:
                file.write(content)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            temporary.rename(folder)
        except OSError as error:
            if not folder.exists():  # unless another run of the same was faster
                raise cannot("write", folder, error) from error
    evaluation = Evaluation(manifest, folder)
    # Not read back: another run may be replacing the folder by its equal just now.
    vars(evaluation).update(_values=values, bias_values=bias_values, ranks=ranks)
    return evaluation


def _tables(ranks: Ranks, values: pl.DataFrame, bias_values: pl.DataFrame) -> dict[str, pl.DataFrame]:
    beaten = [
        pl.Series(f"beaten {lang}", ranks.beaten[:, at], pl.Int32) for at, lang in enumerate(ranks.languages)
    ]
    if ranks.alone is not None:
        beaten.append(pl.Series("alone", ranks.alone, pl.Int32))
    depth = [] if ranks.depth is None else [*ranks.depth.T]
    return {
        "values": values,
        "bias": bias_values,
        "queries": ranks.queries.with_columns(
            pl.Series(f"depth {at}", column, pl.Int32) for at, column in enumerate(depth)
        ),
        "relevant": ranks.relevant.with_columns(beaten),
        "top": pl.DataFrame(
            {
                "passage": ranks.top.reshape(-1),
                "lang": ranks.top_lang.reshape(-1),
                "score": ranks.top_scores.reshape(-1),
            }
        ),
    }


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def find(collection: str, system: str, key: str) -> Evaluation | None:
    """Return the kept evaluation of these names and that key; None when there is none or a damaged one."""
    try:
        evaluation = _read(_folder(collection, system, key))
        evaluation.values, evaluation.bias_values, evaluation.ranks  # noqa: B018  (reads every table)
    except DataError:
        return None
    return evaluation


def kept(collection: str = "") -> list[Evaluation]:
    """Return the kept evaluations, of one collection or all, sorted by both names; no damaged ones."""
    found = [each for each in _sound(folders()) if not collection or each.manifest.collection == collection]
    return sorted(
        found, key=lambda each: (each.manifest.collection, each.manifest.system, each.manifest.made)
    )


def current(collection: str, fingerprint: str) -> list[Evaluation]:
    """Return the newest kept evaluation of each system on a collection as it is now, sorted by system."""
    newest: dict[str, Evaluation] = {}
    for each in kept(collection):  # those of a system stand in the order in which they were made
        if each.manifest.collection_fingerprint == fingerprint:
            newest[each.manifest.system] = each
    return list(newest.values())


def named(system: str, collection: str) -> Evaluation:
    """Return the newest kept evaluation of a system on a collection.

    Raises UsageError, with what there is, when there is none.
    """
    there = kept(collection)
    found = [evaluation for evaluation in there if evaluation.manifest.system == system]
    if not found:
        known = sorted({evaluation.manifest.system for evaluation in there})
        hint = f"hybrid-tui evaluate --data {collection} --model MODEL makes one"
        raise unknown(
            f"evaluation on {collection}", system, known, f"{hint}; kept: {', '.join(known) or 'none'}"
        )
    return max(found, key=lambda each: each.manifest.made)


def of_name(collection: str, system: str) -> list[Evaluation]:
    """Return the kept evaluations of a system on a collection, or whose names look the same on disk."""
    return list(_sound(evaluations_dir().glob(f"{_readable(collection, system)}@*")))


def remove(evaluation: Evaluation) -> None:
    """Remove a kept evaluation."""
    shutil.rmtree(evaluation.folder)


def same_collection(one: Evaluation, other: Evaluation) -> None:
    """Raise UsageError, telling which, when two evaluations are not of the same collection."""
    a, b = one.manifest, other.manifest
    if a.collection_fingerprint != b.collection_fingerprint:
        told = [f"{each.system} on {each.collection} ({each.collection_fingerprint})" for each in (a, b)]
        raise UsageError(
            f"evaluations of different collections cannot be compared: {told[0]}, {told[1]}",
            "evaluate both on the same collection",
        )
    if a.languages != b.languages:
        raise UsageError(
            f"{a.system} ranked passages in {' '.join(a.languages)}, {b.system} in {' '.join(b.languages)}",
            "evaluate both on the same languages",
        )


def _folder(collection: str, system: str, key: str) -> Path:
    return evaluations_dir() / f"{_readable(collection, system)}@{key}"


def _readable(collection: str, system: str) -> str:
    return re.sub(r"[^A-Za-z0-9._+=,-]+", "_", f"{collection}--{system}")[:100]


def _sound(folders: Iterable[Path]) -> Iterator[Evaluation]:
    """Yield the evaluations in these folders, but damaged ones."""
    for folder in folders:
        with contextlib.suppress(DataError):
            yield _read(folder)


def _read(folder: Path) -> Evaluation:
    file = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=EvaluationManifest)
    except OSError as error:
        raise _damaged(folder, f"{file}: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(folder, f"{file}: {error}") from error
    if manifest.format != FORMAT:
        raise _damaged(folder, f"{file}: written by another version ({manifest.version})")
    return Evaluation(manifest, folder)


def _damaged(folder: Path, what: str) -> DataError:
    return DataError(
        f"the evaluation in {folder} cannot be used: {what}", "evaluate again, or import its run again"
    )
