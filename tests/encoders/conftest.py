"""Texts in many scripts, and the offline encoder loaded once."""

import pytest

from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder

SENTENCES = (
    "How much protein does a person need every day?",
    "Die Elbe entspringt im Riesengebirge und mündet bei Cuxhaven in die Nordsee.",
    "Ποιος ανακάλυψε το οξυγόνο;",
    "¿En qué año cayó el Muro de Berlín?",
    "ऑक्सीजन की खोज किसने की थी?",
    "Кто открыл кислород, и в каком году это произошло?",
    "ใครเป็นผู้ค้นพบออกซิเจนและในปีใด",
    "Oksijeni kim keşfetti?",
    "Ai là người đã phát hiện ra khí ôxy?",
    "谁发现了氧气？",
    "من اكتشف الأكسجين؟",
    "A short one.",
    "河流从山上流下来，穿过三个国家，最后注入大海。",
    "Das Wasser kocht auf Meereshöhe bei 100 °C, auf dem Mount Everest schon bei etwa 70 °C.",
    "تدور الأرض حول الشمس في سنة واحدة تقريبًا.",
    "दुनिया की सबसे ऊँची चोटी एवरेस्ट है, जिसकी ऊँचाई 8849 मीटर है।",
)


@pytest.fixture(scope="session")
def sentences() -> tuple[str, ...]:
    return SENTENCES


@pytest.fixture(scope="session")
def me5_small() -> Encoder:
    return model.load("me5-small", "cpu")
