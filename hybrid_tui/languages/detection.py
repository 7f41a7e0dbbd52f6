"""Detection of a text's language, among those of a collection, by its script and by py3langid."""

from __future__ import annotations

import unicodedata
from collections import Counter

from hybrid_tui.languages.codes import language

_BLOCKS = {"CJK": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana", "KATAKANA-HIRAGANA": "Kana"}
"""Writing systems by the first word of their characters' Unicode names, where it is not that word itself."""
_WRITES = {
    "Arab": "ARABIC",
    "Armn": "ARMENIAN",
    "Beng": "BENGALI",
    "Cyrl": "CYRILLIC",
    "Deva": "DEVANAGARI",
    "Ethi": "ETHIOPIC",
    "Geor": "GEORGIAN",
    "Grek": "GREEK",
    "Gujr": "GUJARATI",
    "Guru": "GURMUKHI",
    "Hans": "Han",
    "Hant": "Han",
    "Hebr": "HEBREW",
    "Jpan": "Han Kana",
    "Khmr": "KHMER",
    "Knda": "KANNADA",
    "Kore": "HANGUL Han",
    "Laoo": "LAO",
    "Latn": "LATIN",
    "Mlym": "MALAYALAM",
    "Mong": "MONGOLIAN",
    "Mymr": "MYANMAR",
    "Nkoo": "NKO",
    "Olck": "OL",
    "Orya": "ORIYA",
    "Sinh": "SINHALA",
    "Syrc": "SYRIAC",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
    "Tfng": "TIFINAGH",
    "Thaa": "THAANA",
    "Thai": "THAI",
    "Tibt": "TIBETAN",
}
"""What a text in a script (ISO 15924) is written with: first words of Unicode names, Han and Kana."""
_ALSO = {
    "az": "CYRILLIC",
    "bs": "CYRILLIC",
    "kk": "LATIN",
    "ku": "ARABIC",
    "mn": "MONGOLIAN",
    "pa": "ARABIC",
    "sd": "DEVANAGARI",
    "sr": "LATIN",
    "tg": "ARABIC",
    "uz": "CYRILLIC",
}
"""Second scripts of languages."""
_ANY = {"COMBINING", "MODIFIER", "ZERO", "VARIATION", "FULLWIDTH", "HALFWIDTH"}
_LEAST = 0.1
"""The share of kana or hangul among Han characters that makes a text Japanese or Korean."""


def script_share(text: str, script: str) -> float:
    """Return the share in [0, 1] of the letters and marks of `text` that belong to a script (ISO 15924).

    Half-width and full-width forms count as the letters that they are. 1 where there are no letters.
    """
    counts = _letters(text)
    total = counts.total()
    return sum(counts[kind] for kind in _WRITES.get(script, "").split()) / total if total else 1.0


def detect(text: str, among: list[str]) -> str:
    """Return the most probable of the languages `among` for a text.

    A script that one of them alone uses decides, as do kana and hangul. Of languages that share the text's
    script a language model chooses; between Chinese, Japanese and Korean in Han characters, the characters
    that only one of them writes do, where there are any. A text without letters is taken for English where
    that is among them, else for the first.
    """
    counts = _letters(text)
    if not counts:
        return "en" if "en" in among else among[0]
    kinds = _kinds(counts)
    writing = {code: _writing(code) for code in among}
    candidates = [code for code in among if kinds & writing[code]]
    if "Han" in kinds and len(candidates) > 1:
        candidates = _of_han(text, candidates, writing)
    if len(candidates) == 1:
        return candidates[0]
    return _by_model(text, candidates or among)


def _letters(text: str) -> Counter[str]:
    """Return how many letters and marks there are of each writing system."""
    found: Counter[str] = Counter()
    for char in unicodedata.normalize("NFKC", text):
        if unicodedata.category(char)[0] in "LM":
            word = unicodedata.name(char, "").partition(" ")[0]
            if word not in _ANY:
                found[_BLOCKS.get(word, word)] += 1
    return found


def _kinds(counts: Counter[str]) -> set[str]:
    """Return the writing systems that decide: the commonest, or kana or hangul among Han characters."""
    han = counts["Han"] + counts["Kana"] + counts["HANGUL"]
    most, number = counts.most_common(1)[0]
    if han < number or not han:
        return {most}
    for kind in ("Kana", "HANGUL"):
        if counts[kind] / han >= _LEAST:
            return {kind}
    return {"Han"}


def _writing(code: str) -> set[str]:
    base = code.partition("-")[0]
    also = _ALSO.get(base, "") if code == base else ""
    return {*_WRITES.get(language(code).script, "").split(), *also.split()}


def _of_han(text: str, candidates: list[str], writing: dict[str, set[str]]) -> list[str]:
    """Return the candidates that can have written a text's Han characters.

    Of the old national character sets, Shift JIS has Japan's simplified forms, GB 2312 China's, and Big5
    the traditional ones.
    """
    han = [char for char in text if unicodedata.name(char, "").startswith("CJK")]

    def all_in(charset: str) -> bool:
        return "".join(han).encode(charset, "replace").count(b"?") == 0

    japanese, simplified, traditional = (all_in(each) for each in ("shift_jis", "gb2312", "big5"))
    left = []
    for code in candidates:
        script = language(code).script
        if script == "Hant":
            able = traditional or not simplified
        elif code == "zh-Hans" or (
            script == "Hans" and any(language(each).script == "Hant" for each in candidates)
        ):
            able = simplified or not traditional
        elif "Kana" in writing[code]:
            able = japanese
        elif "HANGUL" in writing[code]:
            able = traditional
        else:
            able = simplified or traditional
        if able:
            left.append(code)
    return left or candidates


def _by_model(text: str, candidates: list[str]) -> str:
    """Return the candidate that py3langid (Barbaresi 2021, after Lui and Baldwin 2012) ranks first."""
    from py3langid.langid import rank

    codes: dict[str, str] = {}
    for code in candidates:
        codes.setdefault(code.partition("-")[0], code)
    ranked = (codes[str(code)] for code, _ in rank(unicodedata.normalize("NFKC", text)) if str(code) in codes)
    return next(ranked, candidates[0])
