"""Trained models: a backbone, what was tuned of it, and the manifest that says how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hybrid_tui.choices import Tuning
from hybrid_tui.encoders import layout, lora, packaged, sources
from hybrid_tui.encoders import manifest as manifests
from hybrid_tui.encoders.backbones import BACKBONES, Backbone, Fact, MaxTokens, Prompts
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.fingerprints import content_hash, fingerprint
from hybrid_tui.encoders.layout import ModelLayout
from hybrid_tui.encoders.manifest import ENCODER, HEAD_WEIGHTS, ModelManifest
from hybrid_tui.encoders.registry import MANIFEST
from hybrid_tui.encoders.sources import FolderSource, HubSource, ModelSource, PackageSource
from hybrid_tui.errors import DataError, HybridTuiError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NEEDED: dict[Tuning, tuple[str, ...]] = {
    "head": (HEAD_WEIGHTS,),
    "lora": (lora.CONFIG, lora.WEIGHTS),
    "full": (f"{ENCODER}/config.json",),
}


@dataclass(frozen=True)
class TrainedSource:
    """A trained model's folder, whose manifest was read when it was named."""

    folder: Path
    manifest: ModelManifest

    @cached_property
    def backbone(self) -> tuple[ModelSource, Backbone | None]:
        """Where the backbone comes from, and its entry in the registry; DataError when it is not there."""
        name = self.manifest.backbone
        path = sources.path_of(name)
        if path and (path / MANIFEST).is_file():
            raise DataError(f"{self.folder}: its backbone {name} is itself a trained model")
        found = sources.pretrained(name)
        if not found:
            raise DataError(f"the backbone {name} of {self.folder} is neither a folder nor a model's name")
        return found

    @property
    def prompts(self) -> Prompts:
        """What is put before texts."""
        return Prompts(self.manifest.query_prompt, self.manifest.passage_prompt)

    def fingerprint(self) -> str:
        """Told from the backbone's and the tuned weights; a name or a date changes nothing."""
        made = self.manifest
        weights = {
            "head": lambda: content_hash(self.folder / HEAD_WEIGHTS),
            "lora": lambda: lora.fingerprint_of(self.folder),
            "full": lambda: self.encoder_layout().fingerprint(),
        }[made.tuning]()
        return fingerprint(
            backbone=made.backbone_fingerprint,
            tuning=made.tuning,
            weights=weights,
            prompts=self.prompts,
            pooling=made.pooling,
            max_tokens=(made.query_tokens, made.passage_tokens),
        )

    def lacks(self) -> str:
        """Tell what the backbone lacks; a fully tuned encoder needs none."""
        if self.manifest.tuning == "full":
            return ""
        try:
            return self.backbone[0].lacks()
        except HybridTuiError as error:
            return str(error)

    def facts(self) -> dict[str, Fact]:
        """Return what the manifest says, and what the backbone says of what is unchanged."""
        made = self.manifest
        try:
            below = self.backbone[0].facts()
        except HybridTuiError:
            below = {}
        keys = ("backbone", "backbone_fingerprint", "tuning", "sampler", "seed", "steps", "languages")
        own = made.tuning != "head"
        return {
            "source": str(self.folder),
            **{key: getattr(made, key) for key in keys},
            "dimension": below.get("dimension"),
            "pooling": made.pooling,
            "query_prompt": made.query_prompt,
            "passage_prompt": made.passage_prompt,
            "query_tokens": (own and made.query_tokens) or below.get("query_tokens"),
            "passage_tokens": (own and made.passage_tokens) or below.get("passage_tokens"),
            "created": made.created,
            "version": made.version,
            "seconds": made.seconds,
        }

    def notes(self) -> tuple[str, ...]:
        """There is nothing to note: prompts and pooling are the manifest's."""
        return ()

    def load(self, device: str | None) -> Encoder:
        """Load it; DataError when the backbone is not the one that was trained upon, or files are damaged."""
        if self.manifest.tuning == "full":
            return sources.load_layout(self.encoder_layout(), self.fingerprint(), device)
        if self.manifest.tuning == "head":
            from hybrid_tui.encoders.linear_head import HeadEncoder

            matrix, below = self.matrix(), self.backbone[0].load(device)
            if len(matrix) != below.dimension:
                raise DataError(
                    f"{self.folder / HEAD_WEIGHTS}: made for {len(matrix)} dimensions, "
                    f"but {self.manifest.backbone} has {below.dimension}"
                )
            return HeadEncoder(below, matrix, self.fingerprint())
        self.check_backbone()
        adapter = lora.read(self.folder)
        entry = self.backbone_as_tuned()
        if entry:
            return packaged.module_of(entry).load(entry, device, adapter, self.fingerprint())
        return sources.load_layout(
            self.base_layout(), self.fingerprint(), device, adapter, self.manifest.backbone_fingerprint
        )

    def matrix(self) -> NDArray[np.float32]:
        """Return a head's matrix, shape (dimension, dimension), float32; raises as `load` does."""
        from hybrid_tui.encoders import linear_head

        self.check_backbone()
        return linear_head.read(self.folder)

    def check_backbone(self) -> None:
        """Raise DataError unless the backbone is the one that was trained upon."""
        told, wanted = self.backbone[0].fingerprint(), self.manifest.backbone_fingerprint
        if told != wanted:
            name = self.manifest.backbone
            raise DataError(
                f"{self.folder} was trained upon {name} with the fingerprint {wanted}, "
                f"but the {name} here has {told}",
                "use the version of the backbone that it was trained upon, or train it again",
            )

    def backbone_as_tuned(self) -> Backbone | None:
        """Return a packaged backbone with this model's prompts, pooling and limits; None for others."""
        source, entry = self.backbone
        if not isinstance(source, PackageSource) or not entry:
            return None
        if self.manifest.pooling != entry.pooling:
            pooling = f"pooling {self.manifest.pooling!r}"
            raise DataError(f"{self.folder}: {pooling} is not that of {entry.name}, {entry.pooling!r}")
        limits = self._limits(entry.max_tokens or MaxTokens(), None)
        return entry._replace(prompts=self.prompts, max_tokens=limits)

    def base_layout(self) -> ModelLayout:
        """Return how an adapter's backbone of transformers is run, with this model's prompts and limits."""
        source = self.backbone[0]
        if not isinstance(source, FolderSource | HubSource):
            raise DataError(f"{self.folder}: {self.manifest.backbone} cannot be tuned so")
        opened = source.open()
        if opened.adapter_base:
            raise DataError(f"{self.folder}: its backbone {self.manifest.backbone} is itself an adapter")
        poolings = tuple(self.manifest.pooling.split(" + "))
        if not opened.plain:
            poolings = opened.poolings
        for pooling in poolings:
            if pooling not in layout.POOLINGS:
                known = ", ".join(layout.POOLINGS)
                raise DataError(f"{self.folder}: no pooling named {pooling!r}", f"known: {known}")
        opened = replace(opened, poolings=poolings)
        return self._tuned(opened)

    def encoder_layout(self) -> ModelLayout:
        """Return how a fully tuned encoder is run; DataError when its folder is no model."""
        opened = layout.read(self.folder / ENCODER, BACKBONES.get(self.manifest.backbone))
        if opened.adapter_base:
            raise DataError(f"{self.folder / ENCODER} is an adapter, not a whole encoder")
        return self._tuned(opened)

    def _tuned(self, opened: ModelLayout) -> ModelLayout:
        limits = self._limits(opened.max_tokens, opened.longest)
        return replace(opened, prompts=self.prompts, max_tokens=limits)

    def _limits(self, own: MaxTokens, longest: int | None) -> MaxTokens:
        told = (self.manifest.query_tokens, self.manifest.passage_tokens)
        wanted = (mine or other for mine, other in zip(told, own, strict=True))
        return MaxTokens(*(min(limit, longest or limit) for limit in wanted))


def read(folder: Path) -> TrainedSource:
    """Read a trained model's folder: its manifest, and whether its weights are there.

    Raises DataError when the manifest is broken, weights are missing, or the backbone cannot be tuned so.
    """
    found = TrainedSource(folder, manifests.read(folder))
    tuning = found.manifest.tuning
    for name in _NEEDED[tuning]:
        if not (folder / name).is_file():
            raise DataError(f"{folder} has no {name}, where the weights of tuning {tuning} are")
    entry = BACKBONES.get(found.manifest.backbone)
    if entry and entry.frozen and tuning != "head":
        raise DataError(f"{folder}: {entry.name} can have a head, not the tuning {tuning}")
    if tuning == "lora":
        lora.scaling(folder)
    elif tuning == "full":
        found.encoder_layout()
    return found


@dataclass(frozen=True)
class BrokenSource:
    """A trained model's folder that cannot be used, so that a list can tell why."""

    folder: Path
    problem: str

    def fingerprint(self) -> str:
        """There is none: DataError."""
        raise DataError(self.problem)

    def lacks(self) -> str:
        """Tell what is wrong."""
        return self.problem

    def facts(self) -> dict[str, Fact]:
        """Return the folder alone."""
        return {"source": str(self.folder)}

    def notes(self) -> tuple[str, ...]:
        """There is nothing to note but that it is broken, which `lacks` tells."""
        return ()

    def load(self, device: str | None) -> Encoder:  # noqa: ARG002
        """Raise DataError."""
        raise DataError(self.problem)
