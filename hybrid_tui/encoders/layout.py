"""How a model's folder is run, as its own JSON files say; read without torch.

Three kinds of folder: of transformers (config.json), of sentence-transformers (modules.json too, as
version 6 writes it and as older ones did), and of a peft adapter (adapter_config.json).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hybrid_tui.encoders import folder_files, json_files
from hybrid_tui.encoders.backbones import PLAIN_PROMPTS, Backbone, Fact, MaxTokens, Prompts, how_used
from hybrid_tui.encoders.fingerprints import content_hash, fingerprint
from hybrid_tui.encoders.folder_files import MissingFileError
from hybrid_tui.encoders.json_files import table
from hybrid_tui.errors import DataError

POOLINGS = ("mean", "cls", "max", "mean_sqrt_len_tokens", "lasttoken")
ACTIVATIONS = ("Identity", "Tanh")
OLD_POOLINGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""How versions before 6 of sentence-transformers say it."""
_NOT_DONE: dict[str, Any] = {
    "query_expansion": None,
    "processing_kwargs": {},
    "transformer_task": "feature-extraction",
}


@dataclass(frozen=True)
class Dense:
    """A linear layer after pooling: its safetensors file and one of `ACTIVATIONS`."""

    weights: Path
    activation: str


@dataclass(frozen=True)
class ModelLayout:
    """How to run a model's folder.

    transformer: the folder that transformers loads; folders: every folder that is read.
    poolings: of `POOLINGS`, put side by side. after: what follows, in order; None normalises.
    lower_case: whether texts are lower-cased first.
    plain: whether it has nothing of sentence-transformers, so that pooling and prompts are defaults.
    adapter_base: folder or hub id of the model that an adapter changes; None where this is no adapter.
    longest: the most tokens that the model and its tokenizer can take; None where neither says.
    notes: what of the folder is not used, or not as one might think; a sentence each.
    """

    transformer: Path
    folders: tuple[Path, ...]
    poolings: tuple[str, ...]
    after: tuple[Dense | None, ...]
    prompts: Prompts
    max_tokens: MaxTokens
    lower_case: bool = False
    plain: bool = True
    adapter_base: str | None = None
    longest: int | None = None
    notes: tuple[str, ...] = ()

    def facts(self) -> dict[str, Fact]:
        """Return what there is to tell of it, ready for JSON."""
        return {
            "source": str(self.folders[0]),
            "pooling": " + ".join(self.poolings),
            **how_used(self.prompts, self.max_tokens),
            **({"adapter_of": self.adapter_base} if self.adapter_base else {}),
        }

    def upon(self, base: ModelLayout) -> ModelLayout:
        """Return how to run this adapter on its model: a bare one is pooled and prompted as the model is."""
        shorter = MaxTokens(*map(min, self.max_tokens, base.max_tokens))
        return replace(base if self.plain else self, transformer=self.transformer, max_tokens=shorter)

    def fingerprint(self, base: str = "") -> str:
        """Return the fingerprint of every file that is read; `base` is that of an adapter's model."""
        files = folder_files.loaded(self.folders)
        root = self.folders[0]
        return fingerprint(
            files={str(file.relative_to(root)): content_hash(file) for file in files},
            poolings=self.poolings,
            prompts=self.prompts,
            max_tokens=self.max_tokens,
            base=base,
        )


def read(root: Path, backbone: Backbone | None = None) -> ModelLayout:
    """Read a folder; a backbone's pooling, prompts and limits hold where the folder has none of its own.

    Raises DataError when it is no model, or one that cannot be run here, saying which file and why.
    """
    try:
        return _read(root, backbone)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise DataError(f"{root}: a settings file has a value of the wrong kind: {error}") from error


def _read(root: Path, backbone: Backbone | None) -> ModelLayout:
    modules = _modules(root)
    transformer = next((path for kind, path in modules if kind == "Transformer"), root)
    adapter = table(transformer / "adapter_config.json", needed=False)
    if not adapter and not (transformer / "config.json").is_file():
        looked_for = "modules.json, config.json or adapter_config.json"
        raise MissingFileError(
            f"{root} is not a model: it has no {looked_for}", "name the folder that has them"
        )
    folder_files.weights(transformer, "adapter_model" if adapter else "model")
    if not adapter:
        folder_files.check_architecture(transformer)
        folder_files.check_vocabulary(transformer)
    sentence = _sentence_config(transformer)
    longest = _longest(transformer)
    pooling = next((path for kind, path in modules if kind == "Pooling"), None)
    poolings = (backbone.pooling,) if backbone else ("mean",)
    config = table(root / "config_sentence_transformers.json", needed=False)
    after = tuple(_after(modules))
    _check_similarity(root, config, after)
    prompts, notes = _prompts(root, config, backbone, plain=not modules)
    return ModelLayout(
        transformer=transformer,
        folders=tuple(dict.fromkeys((root, transformer, *(path for _, path in modules)))),
        poolings=_poolings(pooling / "config.json") if pooling else poolings,
        after=after,
        prompts=prompts,
        max_tokens=_max_tokens(longest, sentence, backbone),
        lower_case=bool(sentence.get("do_lower_case")),
        plain=not modules,
        adapter_base=_adapter_base(adapter, transformer) if adapter else None,
        longest=longest,
        notes=(*notes, *_unused(root, transformer, plain=not modules)),
    )


def _modules(root: Path) -> list[tuple[str, Path]]:
    """Return (class name, folder) of each module of sentence-transformers; none for other folders."""
    path = root / "modules.json"
    found = []
    for module in json_files.read(path) if path.is_file() else []:
        try:
            kind, folder = str(module["type"]).rpartition(".")[2], Path(module["path"])
        except (TypeError, KeyError) as error:
            raise DataError(f"{path}: every module needs a type and a path") from error
        if folder.is_absolute() or ".." in folder.parts:
            raise DataError(f"{path}: module path {str(folder)!r} leads out of the model's folder")
        if kind not in {"Transformer", "Pooling", "Dense", "Normalize"}:
            raise DataError(f"{path}: modules of type {kind} cannot be run here")
        found.append((kind, root / folder))
    kinds = [kind for kind, _ in found]
    if kinds and (kinds[0] != "Transformer" or not {"Transformer", "Pooling"}.isdisjoint(kinds[2:])):
        raise DataError(f"{path}: modules in the order {', '.join(kinds)} cannot be run here")
    return found


def _sentence_config(transformer: Path) -> dict[str, Any]:
    for path in sorted(transformer.glob("sentence_*_config.json")):
        config = table(path)
        for key, fine in _NOT_DONE.items():
            if config.get(key, fine) not in (fine, None):
                raise DataError(f"{path}: {key} = {config[key]!r} cannot be run here")
        return config
    return {}


def _poolings(path: Path) -> tuple[str, ...]:
    config = table(path)
    modes = config.get("pooling_mode")
    if modes is None:
        modes = [mode for key, mode in OLD_POOLINGS.items() if config.get(key)] or ["mean"]
    modes = (modes,) if isinstance(modes, str) else tuple(modes)
    for mode in modes:
        if mode not in POOLINGS:
            raise DataError(f"{path}: pooling {mode!r} cannot be run here", f"known: {', '.join(POOLINGS)}")
    if not config.get("include_prompt", True):
        raise DataError(f"{path}: pooling without the prompt (include_prompt = false) cannot be run here")
    return modes


def _after(modules: list[tuple[str, Path]]) -> Iterator[Dense | None]:
    for kind, folder in modules:
        if kind == "Normalize":
            yield None
        elif kind == "Dense":
            yield _dense(folder)


def _dense(folder: Path) -> Dense:
    path = folder / "config.json"
    config = table(path)
    activation = str(config.get("activation_function", "Tanh")).rpartition(".")[2]
    if activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise DataError(f"{path}: activation {activation!r} cannot be run here", f"known: {known}")
    plain = config.get("module_input_name", "sentence_embedding") == "sentence_embedding"
    if config.get("use_residual") or not plain:
        raise DataError(f"{path}: only a plain layer on the pooled vector can be run here")
    return Dense(folder_files.weights(folder, "model")[0], activation)


def _check_similarity(root: Path, config: dict[str, Any], after: tuple[Dense | None, ...]) -> None:
    """Raise DataError for a model that ranks otherwise than by cosine, which is all that is done here."""
    named = config.get("similarity_fn_name") or "cosine"
    has_unit_vectors = bool(after) and after[-1] is None
    if named == "cosine" or (has_unit_vectors and named in {"dot", "euclidean"}):
        return
    words = {"dot": "the dot product", "euclidean": "Euclidean distance", "manhattan": "Manhattan distance"}
    raise DataError(
        f"{root} is made for {words.get(named, named)} of vectors of any length, which cannot be run here: "
        "embeddings are scaled to length 1 and ranked by cosine",
        "choose a model that is made for cosine; where its authors say that cosine does as well, write "
        f'"similarity_fn_name": "cosine" into {root / "config_sentence_transformers.json"}',
    )


def _prompts(
    root: Path, config: dict[str, Any], backbone: Backbone | None, *, plain: bool
) -> tuple[Prompts, list[str]]:
    """Return the prompts by role, and notes on a default prompt and on prompts that no role takes."""
    own = {name: text for name, text in (config.get("prompts") or {}).items() if text}
    default = config.get("default_prompt_name")
    keys = [
        next((name for name in (*names, default) if name in own), None)
        for names in (("query",), ("passage", "document", "corpus"))
    ]
    notes = []
    if default and default in keys:
        roles = [role for role, key in zip(("queries", "passages"), keys, strict=True) if key == default]
        notes.append(f"its default prompt {default} is put before {' and '.join(roles)}")
    taken = {own[key] for key in keys if key}
    unused = [name for name, text in own.items() if text not in taken]
    if unused:
        file = root / "config_sentence_transformers.json"
        notes.append(
            f"its prompts {', '.join(unused)} are not used: to use one, call it query or passage in {file}"
        )
    if any(keys):
        return Prompts(*(own[key] if key else "" for key in keys)), notes
    if backbone:
        return backbone.prompts, notes
    return (PLAIN_PROMPTS if plain else Prompts()), notes


def _unused(root: Path, transformer: Path, *, plain: bool) -> Iterator[str]:
    """Yield notes on modules without modules.json, and on code that is not run."""
    lost = sorted(path.parent.name for path in root.glob("[0-9]*_*/config.json")) if plain else []
    if lost:
        yield f"its folders {', '.join(lost)} are not used: it has no modules.json that names them"
    if table(transformer / "config.json", needed=False).get("auto_map"):
        yield "its own code (auto_map) is not run: the network of transformers is used instead"


def _longest(transformer: Path) -> int | None:
    config = table(transformer / "config.json", needed=False)
    positions = config.get("max_position_embeddings")
    if positions and "roberta" in config.get("model_type", ""):
        positions -= (config.get("pad_token_id") or 0) + 1  # its positions are counted from there
    tokenizer = table(transformer / "tokenizer_config.json", needed=False)
    known = [limit for limit in (positions, tokenizer.get("model_max_length")) if limit]
    return int(min(known)) if known else None


def _max_tokens(longest: int | None, sentence: dict[str, Any], backbone: Backbone | None) -> MaxTokens:
    common = [longest, sentence.get("max_seq_length")]
    wanted = (backbone and backbone.max_tokens) or MaxTokens()
    query = [wanted.query, sentence.get("query_length"), *common]
    passage = [wanted.passage, sentence.get("document_length"), *common]
    return MaxTokens(*(int(min(filter(None, limits))) for limits in (query, passage)))


def _adapter_base(adapter: dict[str, Any], folder: Path) -> str:
    base = adapter.get("base_model_name_or_path")
    if not isinstance(base, str) or not base:
        raise DataError(f"{folder / 'adapter_config.json'}: base_model_name_or_path is missing")
    return base
