"""Training of adapters and whole encoders: sentence-transformers' trainer, fed by the batch plan."""

from __future__ import annotations

import math
import os
import warnings
from pathlib import Path
from typing import Any, cast

import torch
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from transformers import EarlyStoppingCallback, TrainerCallback

from hybrid_tui.errors import Cancelled, HybridTuiError
from hybrid_tui.sampling.counter_rng import key_of
from hybrid_tui.training import batches, checkpoints
from hybrid_tui.training.backbone import OpenedBackbone, collator_of
from hybrid_tui.training.log_writer import Listener
from hybrid_tui.training.loss import loss_of
from hybrid_tui.training.precision import precision
from hybrid_tui.training.settings import NotANumberError, Settings
from hybrid_tui.training.split import Split


class PlanTrainer(SentenceTransformerTrainer):
    """A trainer that takes its batches from a plan, and keeps checkpoints without pickles.

    Chance within a step (dropout) is seeded by the step's number, so that nothing of it need be kept.
    """

    def __init__(
        self, opened: OpenedBackbone, options: Settings, train: Split, held: Split | None, **rest: Any
    ) -> None:
        self._splits = train, held
        self._collate = collator_of(opened, options)
        super().__init__(
            model=opened.model,
            loss=loss_of(
                opened.model, options, on_cpu=not torch.cuda.is_available(), spread=_processes() > 1
            ),
            eval_dataset=cast("Any", batches.BatchRows(held.pairs)) if held else None,
            **rest,
        )

    def get_train_dataloader(self) -> Any:
        """Return the plan's batches, each split over the processes."""
        return self._loader(self._splits[0])

    def get_eval_dataloader(self, eval_dataset: Any = None) -> Any:  # noqa: ARG002
        """Return the batches to validate on, the same each time."""
        assert self._splits[1]
        return self._loader(self._splits[1])

    def _loader(self, split: Split) -> Any:
        self.accelerator.even_batches = False
        return self.accelerator.prepare(batches.loader(*split, self._collate))

    def preprocess_dataset(self, dataset: Any = None, *_words: Any, **_named: Any) -> Any:
        """Leave the rows as they are."""
        return dataset

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """Write no model card: the manifest says it."""

    def training_step(self, *words: Any, **named: Any) -> torch.Tensor:
        """Seed what chance there is by the step, then train; HybridTuiError for a loss that is no number."""
        torch.manual_seed(key_of(self.args.seed, self.state.global_step, self.args.process_index) >> 1)
        loss: torch.Tensor = super().training_step(*words, **named)
        if not math.isfinite(loss.item()):
            raise NotANumberError(self.state.global_step)
        return loss

    def _trained(self) -> dict[str, torch.Tensor]:
        return {name: each for name, each in self.model.named_parameters() if each.requires_grad}

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:  # noqa: ARG002
        checkpoints.save_tensors(Path(str(output_dir)) / checkpoints.WEIGHTS, self._trained())

    def _load_from_checkpoint(self, checkpoint_path: str, model: Any = None) -> None:  # noqa: ARG002
        tensors = checkpoints.load_tensors(Path(checkpoint_path) / checkpoints.WEIGHTS)
        with torch.no_grad():
            for name, parameter in self._trained().items():
                parameter.copy_(tensors[name])

    def _load_best_model(self) -> None:
        self._load_from_checkpoint(str(self.state.best_model_checkpoint))

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if self.args.should_save:
            checkpoints.save_optimizer(Path(output_dir), self.optimizer, self.lr_scheduler)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint:
            checkpoints.load_optimizer(Path(checkpoint), self.optimizer, self.lr_scheduler)

    def _save_rng_state(self, output_dir: str) -> None:
        """Keep none: see `training_step`."""

    def _load_rng_state(self, checkpoint: str | None) -> None:
        """Need none."""


def train(
    opened: OpenedBackbone,
    options: Settings,
    train: Split,
    held: Split | None,
    folder: Path,
    listener: Listener,
    *,
    resume: bool = False,
) -> None:
    """Train an opened backbone in place, with checkpoints under `folder`: the best of the validations.

    resume: go on from the last checkpoint there. Raises Cancelled, with a checkpoint kept, when the listener
    asks to stop; NotANumberError for a loss that is no number; HybridTuiError when memory does not suffice,
    saying which option to lower.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    watching = held is not None and options.evaluate_every > 0
    telling = ListenerCallback(listener, train)
    callbacks: list[TrainerCallback] = [telling]
    if watching and options.patience:
        callbacks.append(EarlyStoppingCallback(options.patience))
    with warnings.catch_warnings(action="ignore"):
        trainer = PlanTrainer(
            opened, options, train, held, args=_arguments(options, folder, watching), callbacks=callbacks
        )
        trainer.remove_callback(_printer())
        last = checkpoints.newest(folder) if resume else None
        try:
            trainer.train(resume_from_checkpoint=str(last) if last else None)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise HybridTuiError(
                f"memory does not suffice for batches of {options.batch_size}",
                "lower --mini-batch (the result stays the same), --batch-size or --passage-tokens",
            ) from error
    if telling.stopped and trainer.state.global_step < options.steps:
        raise Cancelled


def _printer() -> Any:
    from transformers.trainer_callback import PrinterCallback

    return PrinterCallback


def _arguments(options: Settings, folder: Path, watching: bool) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        max_steps=options.steps,
        per_device_train_batch_size=options.batch_size // _processes(),
        learning_rate=options.learning_rate,
        weight_decay=options.weight_decay,
        warmup_steps=round(options.warmup * options.steps),
        lr_scheduler_type="linear",
        use_cpu=not torch.cuda.is_available(),
        bf16=precision() == "bfloat16",
        seed=options.seed,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=options.evaluate_every if watching else options.checkpoint_every,
        save_total_limit=2,
        eval_strategy="steps" if watching else "no",
        eval_steps=options.evaluate_every if watching else None,
        load_best_model_at_end=watching,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        accelerator_config={"split_batches": True},
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        ddp_find_unused_parameters=False,
        # Processes need not call the model equally often in a step, and no buffer changes in training.
        ddp_broadcast_buffers=False,
    )


def _processes() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def _agreed(stop: bool, device: torch.device) -> bool:
    """Return whether any process was asked to stop: all of them must end after the same step."""
    if not torch.distributed.is_initialized():
        return stop
    asked = torch.tensor(float(stop), device=device)
    torch.distributed.all_reduce(asked, torch.distributed.ReduceOp.MAX)
    return bool(asked)


class ListenerCallback(TrainerCallback):
    """A callback that tells a listener of each step and validation, and stops when that asks for it."""

    def __init__(self, listener: Listener, train: Split) -> None:
        self._listener = listener
        self._train = train
        self.stopped = False

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Validate after the last step."""
        if state.global_step == args.max_steps and args.eval_strategy != "no":
            control.should_evaluate = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Pass on a step's loss, or a validation's; keep a checkpoint and end where it is asked to stop."""
        if "eval_loss" in logs:
            if state.is_world_process_zero:
                self._listener.validated(state.global_step, logs["eval_loss"])
        elif "loss" in logs:
            if state.is_world_process_zero:
                batch = self._train.plan.batch(state.global_step - 1)
                self._listener.stepped(state.global_step, logs["loss"], batch, logs["learning_rate"])
            self.stopped = _agreed(self._listener.stopping(), args.device)
            if self.stopped:
                control.should_save = True
                control.should_training_stop = True
