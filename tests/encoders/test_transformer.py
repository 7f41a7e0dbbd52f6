"""Folders loaded here against sentence-transformers itself, on tiny random checkpoints."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules
from transformers import AutoModel, T5Config

from hybrid_tui.encoders import layout, model, transformer
from hybrid_tui.errors import DataError

from ..checkpoints import TEXTS, checkpoint


def sentence_model(folder: Path, kind: str = "bert", pooling: str | tuple[str, ...] = "mean", *after) -> Path:
    network = modules.Transformer(str(checkpoint(folder / "plain", kind)))
    pool = modules.Pooling(16, pooling)
    SentenceTransformer(modules=[network, pool, *after], device="cpu").save(
        str(folder / "saved"), create_model_card=False
    )
    return folder / "saved"


def check(folder: Path, prompt: str = "") -> None:
    """Compare with SentenceTransformer.encode."""
    theirs = SentenceTransformer(str(folder), device="cpu")
    wanted = theirs.encode(TEXTS, prompt=prompt, normalize_embeddings=True)
    ours = model.load(str(folder), "cpu")
    found = ours.encode(TEXTS, "passage")
    assert found.shape == wanted.shape == (len(TEXTS), ours.dimension)
    assert found.dtype == np.float32
    assert np.abs(found - wanted).max() <= 1e-5
    assert np.abs(found[0] - found[2]).max() > 1e-3, "the checkpoint tells texts apart"


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("pooling", ["mean", "cls", "max", "mean_sqrt_len_tokens", ("cls", "mean")])
def test_each_pooling_is_that_of_sentence_transformers(tmp_path: Path, kind: str, pooling):
    check(sentence_model(tmp_path, kind, pooling))


def test_a_model_built_like_labse_is_run_alike(tmp_path: Path):
    check(sentence_model(tmp_path, "bert", "cls", modules.Dense(16, 12), modules.Normalize()))


def test_dense_layers_and_scaling_run_in_the_folders_order(tmp_path: Path):
    identity = torch.nn.Identity()
    after = (modules.Normalize(), modules.Dense(16, 8, bias=False, activation_function=identity))
    check(sentence_model(tmp_path, "bert", "mean", *after, modules.Dense(8, 20)))


def test_the_old_layout_of_sentence_transformers_is_run_alike(tmp_path: Path):
    folder = sentence_model(tmp_path, "xlm-roberta", "cls")
    old = {"word_embedding_dimension": 16, "pooling_mode_cls_token": False, "pooling_mode_max_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(old))
    kinds = json.loads((folder / "modules.json").read_text())
    for module in kinds:
        module["type"] = "sentence_transformers.models." + module["type"].rpartition(".")[2]
    (folder / "modules.json").write_text(json.dumps(kinds))
    settings = {"max_seq_length": 9, "do_lower_case": True}
    (folder / "sentence_bert_config.json").write_text(json.dumps(settings))
    check(folder)


def test_a_plain_folder_is_mean_pooled_behind_the_default_prompt(tmp_path: Path):
    check(checkpoint(tmp_path, "xlm-roberta"), "Passage: ")


def test_the_folders_own_prompts_are_put_before_texts(tmp_path: Path):
    folder = sentence_model(tmp_path)
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps({"prompts": {"query": "river ", "passage": "a moon and "}}))
    check(folder, "a moon and ")


def test_a_cached_hub_model_of_the_registry_gets_its_prompts(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    root = tmp_path / "models--intfloat--multilingual-e5-base"
    folder = checkpoint(root / "snapshots" / "0123456789abcdef", "xlm-roberta")
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text(folder.name)
    spec = model.resolve("me5-base")
    ours = model.load(spec, "cpu")
    assert ours.fingerprint == spec.fingerprint
    theirs = SentenceTransformer(str(folder), device="cpu")
    wanted = theirs.encode(TEXTS, prompt="passage: ", normalize_embeddings=True)
    assert np.abs(ours.encode(TEXTS, "passage") - wanted).max() <= 1e-5


def test_long_texts_are_cut_where_the_positions_end(tmp_path: Path):
    ours = model.load(str(checkpoint(tmp_path, "xlm-roberta", max_length=12)), "cpu")
    values = ours.encode(["moon " * 8, "moon " * 500], "passage")  # <s> Passage : ... </s>
    assert np.abs(values[0] - values[1]).max() <= 1e-5


def test_weights_in_half_precision_are_run_in_single(tmp_path: Path):
    folder = sentence_model(tmp_path)
    weights = {name: tensor.half() for name, tensor in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    check(folder)


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    if how == "truncate":
        file.write_bytes(content[: len(content) // 2])
    elif how == "garbage":
        file.write_bytes(b"\xff" * len(content))
    else:
        weights = load_file(file)
        del weights[next(name for name in sorted(weights) if "layer.0" in name or "weight" in name)]
        save_file(weights, file, {"format": "pt"})


@pytest.mark.parametrize("how", ["truncate", "garbage", "lose a tensor"])
@pytest.mark.parametrize("part", ["", "2_Dense"])
def test_damaged_weights_are_named(tmp_path: Path, part: str, how: str):
    folder = sentence_model(tmp_path, "bert", "cls", modules.Dense(16, 12))
    damage(folder / part / "model.safetensors", how)
    with pytest.raises(DataError, match=str(folder)):
        model.load(str(folder), "cpu")


def test_weights_of_another_shape_are_named(tmp_path: Path):
    folder = checkpoint(tmp_path)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"intermediate_size": 25}))
    with pytest.raises(DataError, match=str(folder)):
        model.load(str(folder), "cpu")


@pytest.mark.parametrize("content", ["{", '{"model_type": "nothing-known"}', "{}", '{"model_type": 3}'])
def test_a_config_of_no_known_model_is_named(tmp_path: Path, content: str):
    folder = checkpoint(tmp_path)
    (folder / "config.json").write_text(content)
    with pytest.raises(DataError, match=str(folder)):
        model.load(str(folder), "cpu")


def test_a_missing_or_broken_tokenizer_is_named(tmp_path: Path):
    folder = checkpoint(tmp_path)
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(DataError, match=str(folder)):
        model.load(str(folder), "cpu")


def test_a_folders_code_is_never_run(tmp_path: Path):
    folder = checkpoint(tmp_path)
    (folder / "evil.py").write_text("raise SystemExit('it ran')")
    config = json.loads((folder / "config.json").read_text())
    own_code = {"AutoConfig": "evil.Config", "AutoModel": "evil.Model"}
    config |= {"auto_map": own_code, "model_type": "evil"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(DataError):
        model.load(str(folder), "cpu")


def test_a_model_with_a_decoder_is_refused(tmp_path: Path):
    checkpoint(tmp_path)
    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 16, "num_layers": 1, "num_heads": 2, "vocab_size": 17}
    AutoModel.from_config(T5Config(decoder_start_token_id=1, **sizes)).save_pretrained(tmp_path)
    with pytest.raises(DataError, match="decoder"):
        model.load(str(tmp_path), "cpu")


def test_an_adapter_without_peft_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    base = checkpoint(tmp_path / "base")
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_model.safetensors").touch()
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": str(base)}))
    monkeypatch.setattr(transformer, "import_module", _no_module)
    with pytest.raises(DataError, match="peft") as caught:
        model.load(str(folder), "cpu")
    assert caught.value.hint == "pip install peft"


def _no_module(name: str) -> None:
    raise ImportError(name)


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_an_adapter_changes_its_model(tmp_path: Path):
    peft = pytest.importorskip("peft")
    base = checkpoint(tmp_path / "base")
    tuned = peft.get_peft_model(
        AutoModel.from_pretrained(base), peft.LoraConfig(r=2, target_modules=["query", "value"])
    )
    for name, weights in tuned.named_parameters():
        if "lora" in name:
            torch.nn.init.normal_(weights, std=0.5)
    tuned.save_pretrained(tmp_path / "adapter")
    merged = tuned.merge_and_unload()
    merged.save_pretrained(checkpoint(tmp_path / "merged"))
    found, wanted = (model.load(str(tmp_path / name), "cpu") for name in ("adapter", "merged"))
    assert np.abs(found.encode(TEXTS, "query") - wanted.encode(TEXTS, "query")).max() <= 1e-5
    plain = model.load(str(base), "cpu")
    assert np.abs(found.encode(TEXTS, "query") - plain.encode(TEXTS, "query")).max() > 1e-3
    assert found.fingerprint != plain.fingerprint


def test_loading_does_not_import_sentence_transformers(tmp_path: Path):
    source = Path(transformer.__file__).read_text() + Path(layout.__file__).read_text()
    assert "import sentence_transformers" not in source
    assert "from sentence_transformers" not in source
