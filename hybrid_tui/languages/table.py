"""Table of languages: code, English and own name, script, family.

Codes are ISO 639-1 where one exists (else 639-3), scripts ISO 15924. The table covers the pretraining
languages of XLM-R (Conneau et al. 2020, table 6), of MIRACL and of XBCP; `codes.known` knows the others.
"""

from __future__ import annotations

from dataclasses import dataclass

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
wo Wolof|Wolof|Latn
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
        return self.script in {"Arab", "Hebr", "Nkoo", "Syrc", "Thaa"}


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
        "Niger-Congo": "ig sw wo xh yo zu",
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


def family(code: str) -> str:
    """Return the family of a language; empty where the table does not tell."""
    return _FAMILY_OF.get(code.partition("-")[0], "")
