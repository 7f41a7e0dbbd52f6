"""Runs of trainings, from settings to a model's folder, which can be stopped and resumed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hybrid_tui import settings
from hybrid_tui.encoders import json_files, manifest, model, registry
from hybrid_tui.encoders.backbones import Prompts
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.encoders.manifest import ENCODER, HEAD_WEIGHTS
from hybrid_tui.errors import UsageError
from hybrid_tui.training import checkpoints, model_writer
from hybrid_tui.training.defaults import TrainingJob
from hybrid_tui.training.log_writer import Listener, Record
from hybrid_tui.training.model_writer import Hardware

RUN = "run.json"
Step = Callable[[str], Progress]


def folder_of(name: str) -> Path:
    """Return where a training that is not finished is kept."""
    return settings.data_dir() / "training" / name


def is_first() -> bool:
    """Tell whether this is the only process, or the first of several, which alone writes and speaks."""
    return os.environ.get("RANK", "0") == "0"


def leave() -> None:
    """Leave the group of processes that train together; nothing where there is one alone."""
    import torch

    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def resumable(name: str) -> bool:
    """Tell whether a training of that name was stopped and has a checkpoint."""
    return checkpoints.newest(folder_of(name)) is not None


def default_name(job: TrainingJob) -> str:
    """Return what a training's model is called unless it is told: BACKBONE-TUNING-SAMPLER.

    With `my-` before it where a model that ships has the name.
    """
    options = job.options
    backbone = Path(options.backbone).name if "/" in options.backbone else options.backbone
    name = f"{backbone}-{options.tuning}-{options.sampler.name}"
    return f"my-{name}" if (settings.shipped_dir() / name).is_dir() else name


def check(job: TrainingJob, name: str, *, resume: bool = False, overwrite: bool = False) -> None:
    """Raise UsageError where a training cannot be kept under `name`, or cannot be resumed, saying why."""
    registry.check_name(name)
    target, folder = registry.user_models_dir() / name, folder_of(name)
    if target.exists() and not overwrite:
        raise UsageError(f"there is a model {name}", "choose another --name, or give --overwrite")
    if not resume:
        if checkpoints.newest(folder) and not overwrite:
            hint = "--resume goes on with it, --overwrite starts anew"
            raise UsageError(f"a training of {name} was stopped before its end", hint)
        return
    if not checkpoints.newest(folder):
        raise UsageError(f"there is no training of {name} to resume", "start it without --resume")
    kept, now = json_files.table(folder / RUN), _identity(job)
    differing = [key for key in now if kept.get(key) != now[key]]
    if differing:
        told = ", ".join(f"{key}: {kept.get(key)} then, {now[key]} now" for key in differing)
        raise UsageError(
            f"the training of {name} that was stopped is another one ({told})",
            "resume with the settings and data that it had, or start anew with --overwrite",
        )


def left(jobs: Sequence[tuple[TrainingJob, str]], *, resume: bool) -> list[tuple[TrainingJob, str, bool]]:
    """Return the trainings that are to be done, with their names, and whether each goes on or begins.

    Of several that are resumed, those that have ended are left out and those that were not begun begin.
    Raises UsageError where there is nothing to resume.
    """
    if not resume or len(jobs) == 1:
        return [(job, name, resume) for job, name in jobs]
    rest = [(job, name, resumable(name)) for job, name in jobs if not _ended(job, name)]
    if not rest or not (len(rest) < len(jobs) or any(resumed for _, _, resumed in rest)):
        names = ", ".join(name for _, name in jobs)
        raise UsageError(f"there is no training of {names} to resume", "start them without --resume")
    return rest


def _ended(job: TrainingJob, name: str) -> bool:
    target = registry.user_models_dir() / name
    if not (target / registry.MANIFEST).exists():
        return False
    made = manifest.read(target)
    return (
        made.settings == model_writer.settings_of(job) and made.backbone_fingerprint == job.spec.fingerprint
    )


def run(
    job: TrainingJob,
    name: str,
    listener: Listener,
    step: Step,
    *,
    resume: bool = False,
    overwrite: bool = False,
) -> Path:
    """Train, and keep the model as `name`; returns its folder.

    step: begins a step before the training proper, named in words. resume: go on from the last checkpoint.
    Raises what `check` raises; Cancelled when the listener asks to stop, with a checkpoint kept; and
    HybridTuiError when training comes apart, memory does not suffice or the disk refuses.
    """
    folder = folder_of(name)
    first = is_first()
    if first:
        check(job, name, resume=resume, overwrite=overwrite)
    if first and not resume:
        shutil.rmtree(folder, ignore_errors=True)
    last = checkpoints.newest(folder)
    done = int(checkpoints.load_state(last)["global_step"]) if last and resume else 0
    if first:
        with settings.replacing(folder / RUN) as file:
            json.dump(_identity(job), file, indent=2)
    board = settings.data_dir() / "tensorboard" / name if job.options.tensorboard else None
    record = Record(folder, job.train.plan, listener, done, board) if first else listener
    target = registry.user_models_dir() / name
    (_head if job.options.tuning == "head" else _deep)(job, name, folder, target, record, step, resume)
    if first:
        shutil.rmtree(folder, ignore_errors=True)
    return target


def _identity(job: TrainingJob) -> dict[str, Any]:
    """Return all that decides batches and steps: a run is resumed only where it is the same."""
    held = job.held.pairs.fingerprint if job.held else ""
    told = model_writer.settings_of(job) | {"data_fingerprint": job.train.pairs.fingerprint, "held_out": held}
    told.pop("tensorboard")
    return told | {"backbone_fingerprint": job.spec.fingerprint}


def _head(
    job: TrainingJob, name: str, folder: Path, target: Path, record: Any, step: Step, resume: bool
) -> None:
    from safetensors.numpy import save

    from hybrid_tui.training import head
    from hybrid_tui.training.row_embeddings import embed_rows

    if not isinstance(record, Record):
        return  # a head is trained by the first process alone
    loaded: list[Any] = []

    def encoder() -> Any:
        loaded[:] = loaded or [model.load(job.spec)]
        return loaded[0]

    splits = [
        head.EmbeddedSplit(split, embed_rows(split.pairs, job.spec, encoder, step, record.stopping))
        for split in (job.train, job.held)
        if split
    ]
    matrix = head.train(
        job.options, splits[0], splits[1] if job.held else None, folder, record, resume=resume
    )
    facts = job.spec.describe()
    use = {
        "query_prompt": facts.get("query_prompt", ""),
        "passage_prompt": facts.get("passage_prompt", ""),
        "pooling": facts.get("pooling", ""),
    }
    hardware = Hardware("cpu", "float32")
    with model_writer.model_folder(target) as scratch:
        (scratch / HEAD_WEIGHTS).write_bytes(save({"weight": matrix}))
        model_writer.write(scratch, model_writer.manifest_of(job, name, record, use, hardware), folder)


def _deep(
    job: TrainingJob, name: str, folder: Path, target: Path, record: Any, step: Step, resume: bool
) -> None:
    import torch

    from hybrid_tui.training import backbone, trainer
    from hybrid_tui.training.precision import precision

    device = "cuda" if torch.cuda.is_available() else "cpu"
    step(f"opening {job.spec.name}")(0, 0)
    opened = backbone.opened(job.spec, job.options, device)
    trainer.train(opened, job.options, job.train, job.held, folder, record, resume=resume)
    if not isinstance(record, Record):
        return
    prompts: Prompts = opened.prompts
    use = {"query_prompt": prompts.query, "passage_prompt": prompts.passage, "pooling": opened.pooling}
    hardware = Hardware(torch.cuda.get_device_name() if device == "cuda" else device, precision())
    with model_writer.model_folder(target) as scratch:
        if job.options.tuning == "lora":
            backbone.save_adapter(opened.model, job.options, scratch)
        else:
            opened.model.save_pretrained(str(scratch / ENCODER), create_model_card=False)
        model_writer.write(scratch, model_writer.manifest_of(job, name, record, use, hardware), folder)
