"""Exported models with a correction, in sentence-transformers: each text is corrected by its language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Module
from sentence_transformers.util import quantize_embeddings

from hybrid_tui import languages
from hybrid_tui.encoders import layout
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.systems import offsets
from hybrid_tui.systems.offsets import Offsets

_ROLES: dict[str | None, Role] = {"query": "query", "document": "passage"}


class LanguageCorrection(Module):
    """The last module of a model: it corrects the embeddings of texts in one language.

    offsets: what it does. `lang` and `task` ("query" or "document") come with the call.
    """

    forward_kwargs = {"lang", "task"}  # noqa: RUF012  (as the base class has it)

    def __init__(self, offsets: Offsets) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.offsets = offsets

    def forward(
        self, features: dict[str, torch.Tensor], lang: str | None = None, task: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor]:
        """Correct the sentence embeddings; UsageError without a language or a role."""
        if lang is None:
            raise UsageError("a correction takes the language of each text", "say lang=, such as lang='de'")
        vectors = features["sentence_embedding"]
        changed = self.offsets.apply(vectors.detach().float().cpu().numpy(), _role(task), lang)
        return features | {"sentence_embedding": torch.from_numpy(changed).to(vectors)}

    def save(self, *_: Any, **__: Any) -> None:
        """Raise UsageError: sentence-transformers would load the module only as code that is trusted."""
        raise UsageError("a model with its correction is not saved again", "copy the folder that it is in")


class CorrectedTransformer(SentenceTransformer):
    """A `SentenceTransformer` whose `encode_query` and `encode_document` correct each text by its language.

    Texts of a language are encoded together; all else is as sentence-transformers does it.
    """

    def encode(  # type: ignore[override]
        self,
        inputs: str | Sequence[str],
        *args: Any,
        langs: str | Sequence[str] | None = None,
        task: str | None = None,
        convert_to_tensor: bool = False,
        precision: str = "float32",
        **kwargs: Any,
    ) -> Any:
        """Return embeddings, corrected; call `encode_query` or `encode_document`, which tell the role.

        langs: the code of each text's language, or one for all; by default each is detected among the
        languages that the correction was fitted on. Raises UsageError for as many codes as there are not
        texts, and where no role is told.
        """
        _role(task)
        texts = [inputs] if isinstance(inputs, str) else list(inputs)
        told = self._languages(texts, langs)
        found: list[Any] = [None] * len(texts)
        for lang in dict.fromkeys(told):
            rows = [row for row, each in enumerate(told) if each == lang]
            some = [texts[row] for row in rows]
            made = super().encode(some, *args, task=task, lang=lang, convert_to_tensor=True, **kwargs)
            for row, vector in zip(rows, made, strict=True):
                found[row] = vector
        width = self.get_embedding_dimension() or 0
        together: Any = torch.stack(found) if found else torch.zeros((0, width))
        if precision != "float32":
            together = quantize_embeddings(together, precision=precision)  # type: ignore[arg-type]
        if convert_to_tensor:
            together = torch.as_tensor(together)
        elif isinstance(together, torch.Tensor):
            together = together.float().cpu().numpy()
        return together[0] if isinstance(inputs, str) else together

    def _languages(self, texts: list[str], langs: str | Sequence[str] | None) -> list[str]:
        if isinstance(langs, str):
            return [langs] * len(texts)
        if langs is not None:
            if len(langs) != len(texts):
                raise UsageError(
                    f"{len(langs)} languages for {len(texts)} texts", "give one for each, or one for all"
                )
            return list(langs)
        last = self[-1]
        assert isinstance(last, LanguageCorrection)
        among = last.offsets.about.languages
        return [languages.detect(text, among) if among else "" for text in texts]


def load(folder: str | Path, device: str | None = None) -> CorrectedTransformer:
    """Load a folder that `hybrid-tui models export MODEL+CORRECTION@COLLECTION FOLDER` wrote.

        model = hybrid_tui.integrations.load("exported")
        vectors = model.encode_document(["Ein Fluss", "A river"], langs=["de", "en"])

    No code of the folder is run and no pickle is read. Raises DataError for a folder that is no such export
    or is damaged.
    """
    path = Path(folder).expanduser().resolve()
    if not (path / offsets.ABOUT).is_file():
        raise DataError(
            f"{path} has no {offsets.ABOUT}: no correction was exported with it",
            "load it with SentenceTransformer, or export MODEL+CORRECTION@COLLECTION",
        )
    found = offsets.read(path)
    layout.read(path)
    model = CorrectedTransformer(
        str(path),
        device=device,
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
    width = model.get_embedding_dimension() or 0
    if found.about.dimensions > width:
        raise DataError(f"{path}: its offsets have {found.about.dimensions} dimensions, its model {width}")
    model.append(LanguageCorrection(found))
    return model


def _role(task: str | None) -> Role:
    if task not in _ROLES:
        raise UsageError(
            "queries and passages are corrected apart", "call encode_query or encode_document, not encode"
        )
    return _ROLES[task]
