"""Languages: names, families and scripts by code, codes in other forms, detection of a text's language."""

from hybrid_tui.languages.codes import known, language, standard, standard_codes
from hybrid_tui.languages.detection import detect, script_share
from hybrid_tui.languages.table import FAMILIES, LANGUAGES, Language, family

__all__ = [
    "FAMILIES",
    "LANGUAGES",
    "Language",
    "detect",
    "family",
    "known",
    "language",
    "script_share",
    "standard",
    "standard_codes",
]
