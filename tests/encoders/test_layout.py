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
    """Write JSON files (`__` in a name is a folder), with empty weights and tokenizer beside config.json."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        if path.name == "config.json" and "Pooling" not in name:
            path.with_name("model.safetensors").touch()
            path.with_name("tokenizer.json").touch()
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
        ({"pooling_mode": "weightedmean"}, "'weightedmean'"),
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


def sentence_folder(folder: Path, *after: str, **settings: Any) -> Path:
    """Write a folder of sentence-transformers with its settings."""
    pooling = {"1_Pooling__config": {"pooling_mode": "mean"}}
    listed = modules("Transformer", "Pooling", *after)
    return write(folder, config={}, modules=listed, **pooling, config_sentence_transformers=settings)


@pytest.mark.parametrize(
    ("after", "named", "words"),
    [
        ((), "dot", "the dot product"),
        ((), "euclidean", "Euclidean distance"),
        (("Normalize",), "manhattan", "Manhattan distance"),
        ((), "other", "other"),
    ],
)
def test_a_model_that_is_not_made_for_cosine_is_refused(tmp_path: Path, after, named: str, words: str):
    sentence_folder(tmp_path, *after, similarity_fn_name=named)
    with pytest.raises(DataError, match=f"made for {words}.* cannot be run here") as caught:
        layout.read(tmp_path)
    assert "config_sentence_transformers.json" in caught.value.hint


@pytest.mark.parametrize(
    ("after", "named"), [((), "cosine"), ((), None), (("Normalize",), "dot"), (("Normalize",), "euclidean")]
)
def test_a_similarity_that_ranks_unit_vectors_as_cosine_does_is_taken(tmp_path: Path, after, named):
    assert layout.read(sentence_folder(tmp_path, *after, similarity_fn_name=named)).notes == ()


def test_a_model_that_needs_its_own_code_is_told_before_it_is_loaded(tmp_path: Path):
    auto_map = {"AutoModel": "modeling.NewModel"}
    write(tmp_path, config={"model_type": "new", "auto_map": auto_map})
    with pytest.raises(DataError, match=r"code of its own \(model type 'new'\), which is never run"):
        layout.read(tmp_path)
    write(tmp_path, config={"model_type": "bert", "auto_map": auto_map})
    assert layout.read(tmp_path).notes == (
        "its own code (auto_map) is not run: the network of transformers is used instead",
    )


@pytest.mark.parametrize("kind", ["new", "../bert", "ab"])
def test_a_model_type_that_transformers_has_not_is_told(tmp_path: Path, kind: str):
    write(tmp_path, config={"model_type": kind})
    with pytest.raises(DataError, match=rf"transformers \d\S+ has no model type '{kind}'") as caught:
        layout.read(tmp_path)
    assert "a newer transformers may" in caught.value.hint


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "modernbert", "gpt-sw3"])
def test_a_model_type_that_transformers_has_is_taken(tmp_path: Path, kind: str):
    assert layout.read(write(tmp_path, config={"model_type": kind}))


def test_a_folder_without_a_tokenizer_is_told(tmp_path: Path):
    write(tmp_path, config={})
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(DataError, match="has no tokenizer"):
        layout.read(tmp_path)
    for name in ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model"):
        (tmp_path / name).touch()
        assert layout.read(tmp_path)
        (tmp_path / name).unlink()


@pytest.mark.parametrize(
    ("prompts", "default", "found", "notes"),
    [
        ({"query": "Q ", "document": "D ", "passage": ""}, None, ("Q ", "D "), []),
        ({"query": "", "document": ""}, None, ("", ""), []),
        (
            {"s2p_query": "I ", "s2s_query": "J "},
            None,
            ("", ""),
            ["its prompts s2p_query, s2s_query are not used: to use one, call it query or passage in"],
        ),
        (
            {"Retrieval-query": "Q ", "Retrieval-document": "D ", "query": "q "},
            None,
            ("q ", ""),
            ["its prompts Retrieval-query, Retrieval-document are not used"],
        ),
        (
            {"web": "W "},
            "web",
            ("W ", "W "),
            ["its default prompt web is put before queries and passages"],
        ),
        (
            {"query": "Q ", "web": "W "},
            "web",
            ("Q ", "W "),
            ["its default prompt web is put before passages"],
        ),
    ],
)
def test_prompts_that_are_a_default_or_not_used_are_noted(tmp_path: Path, prompts, default, found, notes):
    opened = layout.read(sentence_folder(tmp_path, prompts=prompts, default_prompt_name=default))
    assert opened.prompts == found
    assert len(opened.notes) == len(notes)
    assert all(note.startswith(told) for note, told in zip(opened.notes, notes, strict=True))


def test_modules_that_nothing_names_are_noted(tmp_path: Path):
    write(tmp_path, config={}, **{"1_Pooling__config": {}, "2_Dense__config": {}})
    assert layout.read(tmp_path).notes == (
        "its folders 1_Pooling, 2_Dense are not used: it has no modules.json that names them",
    )


@pytest.mark.parametrize("order", [("Pooling", "Transformer"), ("Transformer", "Dense", "Pooling")])
def test_modules_in_another_order_are_refused(tmp_path: Path, order: tuple[str, ...]):
    write(tmp_path, config={}, modules=modules(*order))
    with pytest.raises(DataError, match=f"order {', '.join(order)}"):
        layout.read(tmp_path)


def sharded(folder: Path, *names: str) -> Path:
    """Write a folder whose index names files of weights."""
    write(folder, config={})
    (folder / "model.safetensors").unlink()
    weight_map = {f"layer{number}": name for number, name in enumerate(names)}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


@pytest.mark.parametrize("name", ["../m.safetensors", "/m.safetensors", "m.bin", "m.safetensors.py", "m"])
def test_an_index_that_names_anything_else_is_refused(tmp_path: Path, name: str):
    sharded(tmp_path / "model", "a.safetensors", name)
    (tmp_path / "model" / "a.safetensors").touch()
    with pytest.raises(DataError, match="no safetensors file inside the folder") as caught:
        layout.read(tmp_path / "model")
    assert repr(name) in str(caught.value)


def test_every_shard_must_be_there_and_counts_in_the_fingerprint(tmp_path: Path):
    sharded(tmp_path, "a.safetensors", "shards/b.safetensors")
    (tmp_path / "a.safetensors").touch()
    with pytest.raises(DataError, match=r"has no shards/b\.safetensors"):
        layout.read(tmp_path)
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards/b.safetensors").write_bytes(b"1")
    before = layout.read(tmp_path).fingerprint()
    (tmp_path / "shards/b.safetensors").write_bytes(b"2")
    assert layout.read(tmp_path).fingerprint() != before
