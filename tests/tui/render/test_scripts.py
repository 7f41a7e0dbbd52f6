"""What stands on screen, cell by cell from the left, for texts of every kind of script."""

import pytest
from rich.cells import cell_len

from hybrid_tui.tui.render.hits import one_line, passage_lines

GOLDEN = {
    "Arabic, digits and Latin inside": (
        "ar",
        "يبلغ طول النيل 6650 كم (NASA 2019)، ويصب في البحر.",
        ["  ﻢﻛ 6650 ﻞﻴﻨﻟﺍ ﻝﻮﻃ ﻎﻠﺒﻳ", "    ﻲﻓ ﺐﺼﻳﻭ ،(NASA 2019)", "                  .ﺮﺤﺒﻟﺍ"],
    ),
    "Arabic, Latin first, a share last": ("ar", "ABC نهر 12.5%", ["   %12.5 ﺮﻬﻧ ABC"]),
    "Arabic with vowels": ("ar", "كِتَابٌ", ["    ﺏٌﺎﺘَﻛِ"]),
    "Arabic inside English": (
        "en",
        "The word نهر النيل means Nile",
        ["The word ﻞﻴﻨﻟﺍ ﺮﻬﻧ means", "Nile                    "],
    ),
    "Hebrew": ("he", 'הנהר (Nile) באורך 6,650 ק"מ', ["   ךרואב (Nile) רהנה", '           מ"ק 6,650']),
    "Hindi": ("hi", "नील नदी सबसे लंबी है।", ["नील नदी सबसे ", "लंबी है।     "]),
    "Thai": ("th", "แม่น้ำไนล์เป็นแม่น้ำ", ["แม่น้ำไนล์ ", "เป็นแม่น้ำ "]),
    "combining marks": ("fr", "e\u0301te\u0301 nai\u0308ve", ["été naïve "]),
    "Hangul in parts": ("ko", "\u1112\u1161\u11ab\u1100\u1173\u11af 한글", ["한글    ", "한글    "]),
    "emoji": ("en", "👨‍👩‍👧 ok 👍🏽 🇩🇪 ☺️", ["👨👩👧  ", "ok 👍 🇩🇪", "☺       "]),
    "zero-width characters": (
        "en",
        "zero\u200bwidth\u200djoin\ufeffed so\u00adft",
        ["zerowidthjoi", "ned soft    "],
    ),
    "Chinese": ("zh", "全长6650公里，「注入」地中海", ["全长6650", "公里，  ", "「注入」", "地中海  "]),
}


@pytest.mark.parametrize(("lang", "text", "lines"), GOLDEN.values(), ids=GOLDEN)
def test_lines_are_drawn_as_they_are_read(lang: str, text: str, lines: list[str]) -> None:
    width = cell_len(lines[0])
    assert passage_lines(text, lang, width) == lines


@pytest.mark.parametrize(("composed", "parts"), [("é", "e\u0301"), ("한", "\u1112\u1161\u11ab")])
def test_letters_in_parts_are_drawn_as_one(composed: str, parts: str) -> None:
    assert one_line(parts) == composed
