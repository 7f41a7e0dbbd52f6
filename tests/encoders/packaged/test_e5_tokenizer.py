"""The tokenizer against the model's original one."""

from pathlib import Path

import pytest
import semantra_multilingual
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from hybrid_tui.encoders.packaged import character_map, e5_file, e5_tokenizer, me5_small

RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x45F),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0xE00, 0xE5B),
    (0x1E00, 0x1EFF),
    (0x4E00, 0x4F00),
    (0xAC00, 0xAD00),
)
ODD = (
    *"\t\n\r\x00\x01\x08\x1f\x7f\x85\xa0\u1680\u2003\u2028\u3000\ufeff",  # spaces and controls
    *"\u200b\u200c\u200d\u200e\u202e\ufe0f",  # joiners and marks of direction
    *"\u0301\u0323\u0327\u0308\u093c\u0e33\u3099\u20dd",  # combining marks
    *"ＡｚＺ１！ｶﾞ￥",  # full and half width
    *"ﬁﬄﷺﻻĳǆ½①㍿™",  # ligatures and compatibility characters
    *"😀👍🏽🇩🇪\U0001f23b\U0001f201",
    "👩\u200d🔬",
    *("  ", " \u3000 ", "<s>", "</s>", "<pad>", "<unk>", "<mask>", " <mask> ", "▁", "query: "),
)
letters = st.one_of(*(st.characters(min_codepoint=low, max_codepoint=high) for low, high in RANGES))
texts = st.lists(st.one_of(letters, st.sampled_from(ODD), st.characters(codec="utf-8")), max_size=40)


@pytest.fixture(scope="module")
def original() -> Tokenizer:
    return Tokenizer.from_file(str(Path(semantra_multilingual.get_asset_dir(), "tokenizer.json")))


@pytest.fixture(scope="module")
def ours() -> Tokenizer:
    return e5_tokenizer.build(e5_file.read(me5_small.WEIGHTS.verified()))


def check(ours: Tokenizer, original: Tokenizer, text: str) -> None:
    for prompt in ("", "query: "):
        assert ours.encode(prompt + text).ids == original.encode(prompt + text).ids


@given(parts=texts)
@example(parts=[""])
@example(parts=["\n", "\u200d", "\u0301"])
@example(parts=["\u200c\u200c", "e\u0301", "\u0301e"])
@example(parts=["か\u3099", "ガ", "ｶﾞ"])
@example(parts=["A\x01\u0301", "\r\n", "\x7f"])
def test_odd_texts_get_the_original_ids(ours: Tokenizer, original: Tokenizer, parts: list[str]):
    check(ours, original, "".join(parts))


def test_sentences_in_eleven_languages_get_the_original_ids(
    ours: Tokenizer, original: Tokenizer, sentences: tuple[str, ...]
):
    for sentence in sentences:
        for text in (sentence, f"  {sentence}\n\t{sentence} ", sentence.upper(), "\u0301".join(sentence)):
            check(ours, original, text)


def test_every_character_gets_the_original_ids(ours: Tokenizer, original: Tokenizer):
    everything = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    theirs = original.encode_batch_fast(everything)
    for character, mine, their in zip(everything, ours.encode_batch_fast(everything), theirs, strict=True):
        assert mine.ids == their.ids, hex(ord(character))


def test_the_vocabulary_and_its_special_tokens_are_the_originals(ours: Tokenizer, original: Tokenizer):
    assert ours.get_vocab() == original.get_vocab()
    assert [ours.token_to_id(token) for token in ("<s>", "<pad>", "</s>", "<unk>")] == [0, 1, 2, 3]


def test_writing_into_a_character_map_leaves_the_rest_as_it_was():
    before = character_map.read_use_map(character_map.USE_VOCABULARY.verified())
    after = character_map._Trie(character_map.xlmr_map(before, [("\x01", ""), ("q", "Q"), ("\u200d", " ")]))
    old = character_map._Trie(before)
    assert after.get(b"\x01") == b""
    assert after.get(b"q") == b"Q"
    assert after.get("\u200d".encode()) == b" "
    for key in ("Ａ", "ﬁ", "e\u0301", "か\u3099", "\u3000", "½", "\u200b", "x", "q\u0301", "\u0301"):
        assert after.get(key.encode()) == old.get(key.encode()), key
