import json
from pathlib import Path
from typing import Any

import pytest

from hybrid_tui.encoders import layout, pooling
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.layout import Dense
from hybrid_tui.errors import DataError

OLD = "sentence_transformers.models."
NEW = {
    "Transformer": "sentence_transformers.base.modules.transformer.Transformer",
    "Pooling": "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
    "Dense": "sentence_transformers.base.modules.dense.Dense",
    "Normalize": "sentence_transformers.base.modules.normalize.Normalize",
}


def write(folder: Path, **files: Any) -> Path:
    """Write JSON files (`__` in a name is a folder), and an empty weight file beside each config.json."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        if path.name == "config.json" and "Pooling" not in name:
            path.with_name("model.safetensors").touch()
    return folder


def modules(*kinds: str, prefix: str = OLD) -> list[dict[str, Any]]:
    return [
        {"idx": place, "name": str(place), "path": f"{place}_{kind}" if place else "", "type": prefix + kind}
        for place, kind in enumerate(kinds)
    ]


def test_a_plain_folder_gets_mean_pooling_and_default_prompts(tmp_path: Path):
    found = layout.read(write(tmp_path, config={"model_type": "bert"}))
    assert (found.poolings, found.after) == (("mean",), ())
    assert found.prompts == ("Query: ", "Passage: ")
    assert found.max_tokens == (64, 256)
    assert found.transformer == tmp_path


def test_a_backbone_fills_in_what_the_folder_does_not_say(tmp_path: Path):
    write(tmp_path, config={})
    assert layout.read(tmp_path, BACKBONES["me5-base"]).prompts == ("query: ", "passage: ")
    assert layout.read(tmp_path, BACKBONES["bge-m3"]).poolings == ("cls",)
    write(tmp_path, config_sentence_transformers={"prompts": {"query": "Q ", "document": "D "}})
    assert layout.read(tmp_path, BACKBONES["me5-base"]).prompts == ("Q ", "D ")


def test_the_old_layout_of_sentence_transformers_is_read(tmp_path: Path):
    write(
        tmp_path,
        config={"max_position_embeddings": 512},
        modules=modules("Transformer", "Pooling", "Dense", "Normalize"),
        **{"1_Pooling__config": {"word_embedding_dimension": 8, "pooling_mode_cls_token": True}},
        **{"2_Dense__config": {"activation_function": "torch.nn.modules.activation.Tanh"}},
        sentence_bert_config={"max_seq_length": 128, "do_lower_case": True},
    )
    found = layout.read(tmp_path)
    assert found.poolings == ("cls",)
    assert found.after == (Dense(tmp_path / "2_Dense/model.safetensors", "Tanh"), None)
    assert found.prompts == ("", "")
    assert found.max_tokens == (64, 128)
    assert found.lower_case


def test_the_new_layout_of_sentence_transformers_is_read(tmp_path: Path):
    listed = modules("Transformer", "Pooling", "Dense", "Normalize")
    for module in listed:
        module["type"] = NEW[module["type"].removeprefix(OLD)]
    write(
        tmp_path,
        config={},
        modules=listed,
        **{"1_Pooling__config": {"embedding_dimension": 8, "pooling_mode": ["cls", "max"]}},
        **{"2_Dense__config": {"activation_function": "torch.nn.modules.linear.Identity"}},
        sentence_bert_config={"transformer_task": "feature-extraction", "document_length": 100},
        tokenizer_config={"model_max_length": 48},
    )
    found = layout.read(tmp_path)
    assert found.poolings == ("cls", "max")
    assert found.after == (Dense(tmp_path / "2_Dense/model.safetensors", "Identity"), None)
    assert found.max_tokens == (48, 48)


def test_the_default_prompt_stands_in_for_a_missing_one(tmp_path: Path):
    prompts = {"prompts": {"query": "Q ", "any": "A "}, "default_prompt_name": "any"}
    write(tmp_path, config={}, config_sentence_transformers=prompts)
    assert layout.read(tmp_path).prompts == ("Q ", "A ")


def test_positions_that_roberta_reserves_are_not_counted(tmp_path: Path):
    config = {"model_type": "xlm-roberta", "max_position_embeddings": 42, "pad_token_id": 1}
    assert layout.read(write(tmp_path, config=config)).max_tokens == (40, 40)


def test_poolings_and_their_code_go_by_the_same_names():
    assert set(layout.POOLINGS) == set(pooling.POOLERS)


def test_an_adapter_names_its_model(tmp_path: Path):
    (tmp_path / "adapter_model.safetensors").touch()
    write(tmp_path, adapter_config={"base_model_name_or_path": "owner/name"})
    assert layout.read(tmp_path).adapter_base == "owner/name"
    write(tmp_path, adapter_config={"peft_type": "LORA"})
    with pytest.raises(DataError, match=r"adapter_config\.json: base_model_name_or_path is missing"):
        layout.read(tmp_path)


def test_a_bare_adapter_is_pooled_and_prompted_as_its_model_is(tmp_path: Path):
    base = write(
        tmp_path / "base",
        config={"max_position_embeddings": 40},
        modules=modules("Transformer", "Pooling"),
        **{"1_Pooling__config": {"pooling_mode": "cls"}},
        config_sentence_transformers={"prompts": {"query": "Q ", "passage": "P "}},
    )
    adapter = tmp_path / "adapter"
    write(adapter, adapter_config={"base_model_name_or_path": str(base)})
    (adapter / "adapter_model.safetensors").touch()
    found = layout.read(adapter).upon(layout.read(base))
    assert (found.poolings, found.prompts, found.max_tokens) == (("cls",), ("Q ", "P "), (40, 40))
    assert found.transformer == adapter
    pooled = {"1_Pooling__config": {"pooling_mode": "max"}}
    write(adapter, modules=modules("Transformer", "Pooling"), **pooled)
    found = layout.read(adapter).upon(layout.read(base))
    assert (found.poolings, found.prompts, found.max_tokens) == (("max",), ("", ""), (40, 40))


@pytest.mark.parametrize(
    ("pooling_config", "named"),
    [
        ({"pooling_mode": "lasttoken"}, "'lasttoken'"),
        ({"pooling_mode": ["mean", "weird"]}, "'weird'"),
        ({"pooling_mode_weightedmean_tokens": True}, "'weightedmean'"),
        ({"pooling_mode": "mean", "include_prompt": False}, "include_prompt"),
    ],
)
def test_unknown_pooling_is_named(tmp_path: Path, pooling_config: dict[str, Any], named: str):
    files = {"1_Pooling__config": pooling_config}
    write(tmp_path, config={}, modules=modules("Transformer", "Pooling"), **files)
    with pytest.raises(DataError, match=named) as caught:
        layout.read(tmp_path)
    assert "1_Pooling" in str(caught.value)


@pytest.mark.parametrize(
    ("dense", "named"),
    [
        ({"activation_function": "torch.nn.modules.activation.ReLU"}, "ReLU"),
        ({"use_residual": True}, "plain layer"),
        ({"module_input_name": "token_embeddings"}, "plain layer"),
    ],
)
def test_a_dense_layer_of_another_kind_is_refused(tmp_path: Path, dense: dict[str, Any], named: str):
    listed = modules("Transformer", "Pooling", "Dense")
    files = {"1_Pooling__config": {"pooling_mode": "mean"}, "2_Dense__config": dense}
    write(tmp_path, config={}, modules=listed, **files)
    with pytest.raises(DataError, match=named):
        layout.read(tmp_path)


@pytest.mark.parametrize("part", ["", "2_Dense"])
def test_pickled_weights_are_never_read(tmp_path: Path, part: str):
    files = {"1_Pooling__config": {"pooling_mode": "mean"}, "2_Dense__config": {}}
    write(tmp_path, config={}, modules=modules("Transformer", "Pooling", "Dense"), **files)
    (tmp_path / part / "model.safetensors").rename(tmp_path / part / "pytorch_model.bin")
    with pytest.raises(DataError, match=r"has no model\.safetensors") as caught:
        layout.read(tmp_path)
    assert "run code" in caught.value.hint


def test_a_folder_that_is_no_model_is_told_what_was_looked_for(tmp_path: Path):
    with pytest.raises(DataError, match=r"modules\.json, config\.json or adapter_config\.json"):
        layout.read(tmp_path)


@pytest.mark.parametrize(
    "files",
    [
        {"config": "{"},
        {"config": "[1]"},
        {"config": {}, "modules": "{"},
        {"config": {}, "modules": {"a": 1}},
        {"config": {}, "modules": [{"type": "a.Transformer"}]},
        {"config": {}, "modules": 3},
        {"config": {"max_position_embeddings": "many"}},
        {"config": {}, "config_sentence_transformers": {"prompts": ["query"]}},
        {"config": {}, "modules": modules("Transformer", "LSTM")},
        {"config": {}, "modules": [{"type": "a.Transformer", "path": "../elsewhere"}]},
        {"config": {}, "modules": [{"type": "a.Transformer", "path": "/etc"}]},
        {"config": {}, "modules": modules("Transformer", "Pooling")},
        {"config": {}, "sentence_bert_config": {"query_expansion": {"length": 32}}},
        {"config": {}, "sentence_bert_config": {"transformer_task": "fill-mask"}},
    ],
)
def test_broken_settings_are_named(tmp_path: Path, files: dict[str, Any]):
    with pytest.raises(DataError, match=str(tmp_path)):
        layout.read(write(tmp_path, **files))


def test_the_fingerprint_is_of_the_content(tmp_path: Path):
    first, second = write(tmp_path / "a", config={"x": 1}), write(tmp_path / "b", config={"x": 1})
    assert layout.read(first).fingerprint() == layout.read(second).fingerprint()
    seen = {layout.read(first).fingerprint()}
    (first / "model.safetensors").write_bytes(b"weights")
    seen.add(layout.read(first).fingerprint())
    write(first, config_sentence_transformers={"prompts": {"query": "Q "}})
    seen.add(layout.read(first).fingerprint())
    (first / "tokenizer.json").write_text("{}")
    seen.add(layout.read(first).fingerprint())
    seen.add(layout.read(first).fingerprint("base"))
    (first / "README.md").write_text("not read")
    seen.add(layout.read(first).fingerprint())
    assert len(seen) == 5
