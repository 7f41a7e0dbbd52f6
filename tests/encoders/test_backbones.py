from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules

from hybrid_tui.encoders import hub, model
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.languages import LANGUAGES

from ..checkpoints import TEXTS, checkpoint

GEMMA = [(16, 24), (24, 16)]
ARCHITECTURES = {
    "granite-97m-r2": ("modernbert", []),
    "snowflake-arctic-l-v2": ("xlm-roberta", []),
    "embeddinggemma": ("gemma3_text", GEMMA),
    "qwen3-embedding-0.6b": ("qwen3", []),
}
"""Of backbones: the network's kind, and the dense layers that follow its pooling."""


def test_the_offline_backbones_come_first():
    assert list(BACKBONES)[:2] == ["me5-small", "use-m3"]
    assert [name for name, backbone in BACKBONES.items() if backbone.offline] == ["me5-small", "use-m3"]


def test_every_other_backbone_has_a_hub_id():
    for backbone in BACKBONES.values():
        assert bool(hub.parse(backbone.source)) == (not backbone.offline), backbone


def test_listed_languages_are_known_ones_and_counted():
    listed = BACKBONES["use-m3"].languages
    assert isinstance(listed, tuple)
    assert set(listed) <= set(LANGUAGES)
    assert BACKBONES["use-m3"].language_count == len(set(listed))
    assert BACKBONES["labse"].language_count == 109


def test_backbones_that_have_their_own_prompts_keep_them():
    assert BACKBONES["me5-base"].prompts == ("query: ", "passage: ")
    assert BACKBONES["xlm-r"].prompts == ("Query: ", "Passage: ")
    assert BACKBONES["xlm-r"].max_tokens == (64, 256)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_architecture_is_run_as_its_authors_do(name: str, tmp_path: Path, one_thread: None):
    kind, widths = ARCHITECTURES[name]
    backbone, base = BACKBONES[name], checkpoint(tmp_path / "base", kind)
    dense = [modules.Dense(*width, bias=False, activation_function=None) for width in widths]
    layers = [
        modules.Transformer(str(base)),
        modules.Pooling(16, backbone.pooling),
        *dense,
        modules.Normalize(),
    ]
    prompts = {"query": backbone.prompts.query, "document": backbone.prompts.passage}
    theirs = SentenceTransformer(modules=layers, prompts=prompts, device="cpu")
    theirs.save(str(tmp_path / "model"), create_model_card=False)
    ours = model.load(str(tmp_path / "model"), "cpu")
    assert np.abs(ours.encode(TEXTS, "query") - theirs.encode_query(TEXTS)).max() <= 1e-5
    assert np.abs(ours.encode(TEXTS, "passage") - theirs.encode_document(TEXTS)).max() <= 1e-5
    alone = np.concatenate([ours.encode([text], "passage") for text in TEXTS])
    assert np.abs(ours.encode(TEXTS, "passage") - alone).max() <= 1e-5
