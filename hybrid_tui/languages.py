"""The languages that the tool can name: code, English and own name, family, script, direction.

Codes are ISO 639-1 where one exists (else 639-3), scripts ISO 15924. The table covers the pretraining
languages of XLM-R (Conneau et al. 2020, table 6) and of MIRACL.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from hybrid_tui.errors import unknown

_TABLE = """
af Afrikaans|Afrikaans|Latn
am Amharic|አማርኛ|Ethi
ar Arabic|العربية|Arab
as Assamese|অসমীয়া|Beng
az Azerbaijani|Azərbaycanca|Latn
be Belarusian|Беларуская|Cyrl
bg Bulgarian|Български|Cyrl
bn Bengali|বাংলা|Beng
br Breton|Brezhoneg|Latn
bs Bosnian|Bosanski|Latn
ca Catalan|Català|Latn
cs Czech|Čeština|Latn
cy Welsh|Cymraeg|Latn
da Danish|Dansk|Latn
de German|Deutsch|Latn
el Greek|Ελληνικά|Grek
en English|English|Latn
eo Esperanto|Esperanto|Latn
es Spanish|Español|Latn
et Estonian|Eesti|Latn
eu Basque|Euskara|Latn
fa Persian|فارسی|Arab
fi Finnish|Suomi|Latn
fr French|Français|Latn
fy Western Frisian|Frysk|Latn
ga Irish|Gaeilge|Latn
gd Scottish Gaelic|Gàidhlig|Latn
gl Galician|Galego|Latn
gu Gujarati|ગુજરાતી|Gujr
ha Hausa|Hausa|Latn
he Hebrew|עברית|Hebr
hi Hindi|हिन्दी|Deva
hr Croatian|Hrvatski|Latn
hu Hungarian|Magyar|Latn
hy Armenian|Հայերեն|Armn
id Indonesian|Bahasa Indonesia|Latn
ig Igbo|Igbo|Latn
is Icelandic|Íslenska|Latn
it Italian|Italiano|Latn
ja Japanese|日本語|Jpan
jv Javanese|Basa Jawa|Latn
ka Georgian|ქართული|Geor
kk Kazakh|Қазақша|Cyrl
km Khmer|ខ្មែរ|Khmr
kn Kannada|ಕನ್ನಡ|Knda
ko Korean|한국어|Kore
ku Kurdish|Kurdî|Latn
ky Kyrgyz|Кыргызча|Cyrl
la Latin|Latina|Latn
lo Lao|ລາວ|Laoo
lt Lithuanian|Lietuvių|Latn
lv Latvian|Latviešu|Latn
mg Malagasy|Malagasy|Latn
mi Maori|Māori|Latn
mk Macedonian|Македонски|Cyrl
ml Malayalam|മലയാളം|Mlym
mn Mongolian|Монгол|Cyrl
mr Marathi|मराठी|Deva
ms Malay|Bahasa Melayu|Latn
my Burmese|မြန်မာ|Mymr
ne Nepali|नेपाली|Deva
nl Dutch|Nederlands|Latn
no Norwegian|Norsk|Latn
om Oromo|Oromoo|Latn
or Odia|ଓଡ଼ିଆ|Orya
pa Punjabi|ਪੰਜਾਬੀ|Guru
pl Polish|Polski|Latn
ps Pashto|پښتو|Arab
pt Portuguese|Português|Latn
ro Romanian|Română|Latn
ru Russian|Русский|Cyrl
sa Sanskrit|संस्कृतम्|Deva
sd Sindhi|سنڌي|Arab
si Sinhala|සිංහල|Sinh
sk Slovak|Slovenčina|Latn
sl Slovenian|Slovenščina|Latn
so Somali|Soomaali|Latn
sq Albanian|Shqip|Latn
sr Serbian|Српски|Cyrl
su Sundanese|Basa Sunda|Latn
sv Swedish|Svenska|Latn
sw Swahili|Kiswahili|Latn
ta Tamil|தமிழ்|Taml
te Telugu|తెలుగు|Telu
th Thai|ไทย|Thai
tl Tagalog|Tagalog|Latn
tr Turkish|Türkçe|Latn
ug Uyghur|ئۇيغۇرچە|Arab
uk Ukrainian|Українська|Cyrl
ur Urdu|اردو|Arab
uz Uzbek|Oʻzbekcha|Latn
vi Vietnamese|Tiếng Việt|Latn
xh Xhosa|isiXhosa|Latn
yi Yiddish|ייִדיש|Hebr
yo Yoruba|Yorùbá|Latn
zh Chinese|中文|Hans
zu Zulu|isiZulu|Latn
"""


@dataclass(frozen=True)
class Language:
    """One language: ISO 639 code, English name, own name (endonym), ISO 15924 script."""

    code: str
    english: str
    own: str
    script: str

    @property
    def right_to_left(self) -> bool:
        """Whether its script is written from right to left."""
        return self.script in {"Arab", "Hebr"}


def _parse(line: str) -> Language:
    code, rest = line.split(" ", 1)
    return Language(code, *rest.split("|"))


LANGUAGES: dict[str, Language] = {
    language.code: language for language in map(_parse, _TABLE.strip().splitlines())
}

FAMILIES: dict[str, tuple[str, ...]] = {
    name: tuple(codes.split())
    for name, codes in {
        "Germanic": "af da de en fy is nl no sv yi",
        "Romance": "ca es fr gl it la pt ro",
        "Celtic": "br cy ga gd",
        "Slavic": "be bg bs cs hr mk pl ru sk sl sr uk",
        "Baltic": "lt lv",
        "Hellenic": "el",
        "Albanian": "sq",
        "Armenian": "hy",
        "Indo-Aryan": "as bn gu hi mr ne or pa sa sd si ur",
        "Iranian": "fa ku ps",
        "Dravidian": "kn ml ta te",
        "Uralic": "et fi hu",
        "Turkic": "az kk ky tr ug uz",
        "Mongolic": "mn",
        "Kartvelian": "ka",
        "Basque": "eu",
        "Semitic": "am ar he",
        "Cushitic": "om so",
        "Chadic": "ha",
        "Niger-Congo": "ig sw xh yo zu",
        "Austronesian": "id jv mg mi ms su tl",
        "Austroasiatic": "km vi",
        "Kra-Dai": "lo th",
        "Sino-Tibetan": "my zh",
        "Japonic": "ja",
        "Koreanic": "ko",
        "Constructed": "eo",
    }.items()
}
"""Codes by language family; of Indo-European and Afro-Asiatic by branch. Near ones stand near."""

_FAMILY_OF = {code: name for name, codes in FAMILIES.items() for code in codes}

# The scripts as the Unicode names of their characters begin.
_UNICODE_NAMES = {
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Beng": ("BENGALI",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Geor": ("GEORGIAN",),
    "Grek": ("GREEK",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Hans": ("CJK",),
    "Hebr": ("HEBREW",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Khmr": ("KHMER",),
    "Knda": ("KANNADA",),
    "Kore": ("HANGUL", "CJK"),
    "Laoo": ("LAO",),
    "Latn": ("LATIN",),
    "Mlym": ("MALAYALAM",),
    "Mymr": ("MYANMAR",),
    "Orya": ("ORIYA",),
    "Sinh": ("SINHALA",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Thai": ("THAI",),
}

_ANY_SCRIPT = ("COMBINING", "MODIFIER", "ZERO WIDTH", "VARIATION SELECTOR")


def language(code: str) -> Language:
    """Return the language of a code; UsageError when it is not in the table, with near codes."""
    try:
        return LANGUAGES[code]
    except KeyError:
        hint = "use an ISO 639 code such as de, th, zh"
        raise unknown("language", code, list(LANGUAGES), hint) from None


def family(code: str) -> str:
    """Return the family of a language; empty for a code that is not in the table."""
    return _FAMILY_OF.get(code, "")


def script_share(text: str, script: str) -> float:
    """Share in [0, 1] of the letters and marks of `text` that belong to `script`; 1 where there are none."""
    names = [unicodedata.name(char, "") for char in text if unicodedata.category(char)[0] in "LM"]
    own = [name for name in names if not name.startswith(_ANY_SCRIPT)]
    inside = sum(name.startswith(_UNICODE_NAMES[script]) for name in own)
    return inside / len(own) if own else 1.0


def detect(text: str, among: list[str]) -> str:
    """Return the most probable of the languages `among` for a text (py3langid).

    Scripts that only one of the languages uses decide first: the model is weak on a few characters. A text
    without letters is taken for English where that is among them, else for the first.
    """
    if not any(map(str.isalpha, text)):
        return "en" if "en" in among else among[0]
    by_script: dict[str, list[str]] = {}
    for code in among:
        by_script.setdefault(language(code).script, []).append(code)
    shares = {script: script_share(text, script) for script in by_script}
    best = max(shares, key=lambda script: shares[script])
    candidates = by_script[best] if shares[best] > 0.5 else among
    if len(candidates) == 1:
        return candidates[0]
    from py3langid.langid import rank

    ranked = (str(code) for code, _ in rank(text) if code in candidates)
    return next(ranked, candidates[0])
