"""Language codes: the usual forms (BCP 47, ISO 639, FLORES, names) made one by langcodes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from hybrid_tui.errors import unknown
from hybrid_tui.languages.table import LANGUAGES, Language

_SAME = {"nb": "no", "fil": "tl"}
"""Codes whose language the table has under another one, which language models and collections use."""
_NO_LANGUAGE = {"und", "mul", "mis", "zxx"}
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")


def standard(code: str) -> str | None:
    """Return the shortest BCP 47 tag of a language that is named in any usual form, or None.

    `deu`, `deu_Latn`, `DE`, `de-DE` and `german` are `de`; `iw` is `he`, `nb` is `no`,
    `zho_Hant` is `zh-Hant`.
    """
    if code in LANGUAGES:
        return code
    parsed = _parsed(code)
    return parsed and (_common(parsed[1]) if _is_default(parsed) else parsed[0])


def standard_codes(codes: Iterable[str]) -> dict[str, str | None]:
    """Return the code of each language of a collection, by the form that the source has; None for none.

    Script and region stay only where the source has two variants of a language: `zh_TW` alone is `zh`;
    `zh_CN` and `zh_TW` are `zh-CN` and `zh-TW`.
    """
    distinct = set(codes)
    if distinct <= LANGUAGES.keys():
        return {code: code for code in distinct}
    parsed = {code: _parsed(code) for code in distinct}
    there = [each for each in parsed.values() if each]
    bases = {each[1] for each in there}
    told: dict[str | None, str] = {}
    for tag, base, full in sorted(there, key=lambda each: (len(each[0]), each[0])):
        variants = {other[2] for other in there if other[1] == base}
        own = base if _SAME.get(base) in bases else _common(base)
        told.setdefault(full, tag if len(variants) > 1 else own)
    return {code: each and told[each[2]] for code, each in parsed.items()}


@cache
def known(code: str) -> Language | None:
    """Return the language of a code, in the table or not; None for what is no language."""
    tag = standard(code)
    if tag is None or tag in LANGUAGES:
        return LANGUAGES.get(tag or "")
    from langcodes import Language as Tag

    found = Tag.get(tag)
    return Language(tag, found.display_name(), found.autonym(), found.maximize().script or "Latn")


def language(code: str) -> Language:
    """Return the language of a code in any usual form; UsageError, with near codes, for what is none."""
    found = known(code)
    if found:
        return found
    raise unknown("language", code, list(LANGUAGES), "use an ISO 639 or BCP 47 code such as de, th, zh-Hant")


@cache
def _parsed(code: str) -> tuple[str, str, str] | None:
    """Return a code as BCP 47 tag, its language, and the tag with the likely script and region; or None."""
    from langcodes import Language as Tag
    from langcodes import standardize_tag, tag_is_valid
    from langcodes.tag_parser import LanguageTagError

    try:
        tag = standardize_tag(code.strip(), macro=True) if _TAG.fullmatch(code.strip()) else ""
    except LanguageTagError:
        tag = ""
    tag = tag or _by_name(code)
    if not tag_is_valid(tag) or tag in _NO_LANGUAGE:
        return None
    found = Tag.get(tag)
    return tag, found.language or "", found.maximize().to_tag()


def _by_name(name: str) -> str:
    from langcodes import find

    words = name.replace("_", " ").strip()
    try:
        return find(words).to_tag() if len(words) > 3 else "und"
    except LookupError:
        return "und"


def _is_default(parsed: tuple[str, str, str]) -> bool:
    """Return whether script and region, if any, are the language's own and tell nothing."""
    from langcodes import Language as Tag

    return parsed[2] == Tag.get(parsed[1]).maximize().to_tag()


def _common(language: str) -> str:
    return _SAME.get(language, language)
