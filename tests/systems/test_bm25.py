"""BM25 is its formula, over the words of the pool that is searched."""

import math
from collections import Counter

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import collection as corpus
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import UsageError
from hybrid_tui.systems.asked import Asked
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.retrievers import bm25
from hybrid_tui.systems.retrievers.tokens import words

TEXTS = {
    "de": ["Die Häuser am Fluss", "Ein Haus, ein Baum und noch ein Haus", "Fische schwimmen"],
    "en": ["Houses by the river, houses by the sea", "The fish swims in a river of fish", "A tree"],
}


@pytest.fixture
def collection() -> Collection:
    passages = [
        {"passage_id": f"{lang}-{n}", "lang": lang, "text": text}
        for lang in TEXTS
        for n, text in enumerate(TEXTS[lang])
    ]
    return corpus.build(
        "houses",
        pl.DataFrame([{"query_id": "q", "item_id": "i", "lang": "de", "text": "Haus"}]),
        pl.DataFrame(passages),
        pl.DataFrame([{"item_id": "i", "passage_id": "de-0"}]),
    )


def by_hand(langs: list[str], query: str, lang: str) -> list[float]:
    """Lucene's BM25 with k1 .9 and b .4, its document lengths not rounded."""
    documents = [tokens for each in langs for tokens in words(TEXTS[each], each)]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts, score = Counter(document), 0.0
        for token in words([query], lang)[0]:
            among = sum(token in other for other in documents)
            idf = math.log(1 + (len(documents) - among + 0.5) / (among + 0.5))
            score += idf * counts[token] / (counts[token] + 0.9 * (1 - 0.4 + 0.4 * len(document) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("langs", [["de"], ["en"], ["de", "en"]])
@pytest.mark.parametrize(
    ("query", "lang"), [("Haus Haus Fisch", "de"), ("fish in houses", "en"), ("!", "en"), ("xyz", "de")]
)
def test_scores_are_the_formula_s_over_the_pool(collection, langs: list[str], query: str, lang: str):
    scorer = bm25.scorer(collection, "", OwnResources())
    found = scorer.scores([Asked(query, lang)], langs)[0]
    wanted = by_hand(langs, query, lang)
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_subwords_are_one_vocabulary_for_all_languages(collection):
    scorer = bm25.scorer(collection, "me5-small", OwnResources())
    scores = scorer.scores([Asked("Haus", "de"), Asked("river", "en")], ["de", "en"])
    assert scores[0].argmax() == 1
    assert set(np.flatnonzero(scores[1])) == {3, 4}


def test_a_model_that_is_not_there_is_told(collection):
    with pytest.raises(UsageError, match="no model named 'nonsense'"):
        bm25.scorer(collection, "nonsense", OwnResources())


@pytest.mark.parametrize(
    ("text", "lang", "tokens"),
    [
        ("The Rivers, rivers' RIVERS!", "en", ["the", "river", "river", "river"]),
        ("Flüsse 12", "de", ["fluss", "12"]),
        ("Straße", "xx", ["strasse"]),
        ("東京都に", "ja", ["東京", "京都", "都に"]),
        ("水", "zh", ["水"]),
        ("GPT東京", "ja", ["gpt", "東京"]),
        ("ไทยดี", "th", ["ไท", "ทย", "ยดี"]),
        ("नदियाँ", "xx", ["नदियाँ"]),
        ("ﬁsh ﾊﾟ", "en", ["fish", "パ"]),
        ("όταν έμεναν", "el", ["όταν", "εμεν"]),
        ("", "en", []),
        ("…", "en", []),
    ],
)
def test_texts_are_cut_into_stems_and_bigrams(text: str, lang: str, tokens: list[str]):
    assert words([text], lang) == [tokens]
