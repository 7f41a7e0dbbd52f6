"""The folder of a trained model: weights, log, and a manifest of how it was trained."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from hybrid_tui import settings
from hybrid_tui.corpus.training_pairs import TrainingPairs
from hybrid_tui.encoders import manifest
from hybrid_tui.encoders.manifest import DataUsed, ModelManifest, Setting
from hybrid_tui.sampling import plan
from hybrid_tui.training.defaults import TrainingJob
from hybrid_tui.training.log_reader import LOG
from hybrid_tui.training.log_writer import Record
from hybrid_tui.version import __version__

PACKAGES = ("torch", "transformers", "sentence-transformers", "peft", "numpy")


class Hardware(NamedTuple):
    """The device that a model was trained on, and the precision of its matrix products there."""

    device: str
    precision: str


@contextmanager
def model_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder to fill, which takes the place of `target` when the block ends well."""
    with settings.new_folder(target) as scratch:
        yield scratch
        old = target.with_name(f".{target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        scratch.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def manifest_of(
    job: TrainingJob, name: str, record: Record, use: dict[str, Any], hardware: Hardware
) -> ModelManifest:
    """Return the manifest of a finished training; use: its prompts and pooling; hardware: what it used."""
    options = job.options
    return ModelManifest(
        name=name,
        backbone=options.backbone,
        backbone_fingerprint=job.spec.fingerprint,
        tuning=options.tuning,
        sampler=options.sampler.name,
        seed=options.seed,
        steps=max((each["step"] for each in record.events), default=0),
        languages=list(options.langs),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        seconds=record.seconds,
        settings=settings_of(job),
        losses=record.losses(),
        data=data_used(job.train.pairs),
        versions={package: version(package) for package in PACKAGES},
        hardware={
            "device": hardware.device,
            "machine": platform.machine(),
            "cores": os.cpu_count() or 1,
            "precision": hardware.precision,
        },
        **use,
    )


def settings_of(job: TrainingJob) -> dict[str, Setting]:
    """Return every setting of a training, flat, ready for TOML and JSON."""
    flat: dict[str, Any] = asdict(job.options)
    sampler = flat.pop("sampler")
    flat["sampler"] = sampler.pop("name")
    names = [Path(each).name or each for each in job.options.data]
    flat |= {"data": names, "langs": list(job.options.langs)}
    flat["validation_data"] = [Path(each).name for each in job.options.validation_data]
    return {**flat, **sampler, "plan": plan.VERSION}


def data_used(pairs: TrainingPairs) -> list[DataUsed]:
    """Return each data set's fingerprint, and its rows by language, source and licence."""
    found = []
    for each in pairs.sets:
        rows = pairs.rows.filter(data=each.name)
        found.append(
            DataUsed(
                name=each.name,
                sha256=each.inputs.fingerprint,
                items=rows["item_id"].n_unique(),
                rows=len(rows),
                languages=_counts(rows["lang"]),
                sources=_counts(rows["source"]),
                licences=_counts(rows["licence"]),
            )
        )
    return found


def _counts(values: pl.Series) -> dict[str, int]:
    named = values.drop_nulls()
    return dict(sorted(named.value_counts().iter_rows())) if len(named) else {}


def write(folder: Path, made: ModelManifest, record_folder: Path) -> None:
    """Put manifest and log beside the weights."""
    manifest.write(made, folder)
    shutil.copyfile(record_folder / LOG, folder / LOG)
