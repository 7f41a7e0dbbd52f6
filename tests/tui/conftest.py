"""The app with an engine that a test plays: requests are recorded, replies are the test's."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.engine import protocol
from hybrid_tui.engine.client import EngineLost
from hybrid_tui.tui.app import ExploreApp

TEXTS = {
    "ar": "نهر النيل من أطول أنهار العالم، ويصب في البحر الأبيض المتوسط (شمال مصر) بعد 6650 كيلومترًا.",
    "de": "Der Nil gehört zu den längsten Flüssen der Welt und mündet nach 6650 Kilometern ins Mittelmeer.",
    "el": "Ο Νείλος είναι από τους μακρύτερους ποταμούς του κόσμου και εκβάλλει στη Μεσόγειο.",
    "en": "The Nile is one of the longest rivers of the world; it ends in the Mediterranean after 6650 km.",
    "es": "El Nilo es uno de los ríos más largos del mundo y desemboca en el Mediterráneo.",
    "hi": "नील नदी संसार की सबसे लंबी नदियों में से एक है और भूमध्य सागर में मिलती है।",
    "ru": "Нил — одна из самых длинных рек мира; он впадает в Средиземное море.",
    "th": "แม่น้ำไนล์เป็นแม่น้ำที่ยาวที่สุดสายหนึ่งของโลก และไหลลงสู่ทะเลเมดิเตอร์เรเนียน",
    "tr": "Nil, dünyanın en uzun nehirlerinden biridir ve Akdeniz'e dökülür.",
    "vi": "Sông Nin là một trong những con sông dài nhất thế giới và đổ ra Địa Trung Hải.",
    "zh": "尼罗河是世界上最长的河流之一，全长6650公里，注入地中海。",
}
CODES = tuple(TEXTS)


def hits(texts: dict[str, str] = TEXTS, *, relevant: bool | None = None) -> tuple[Hit, ...]:
    """One hit a language, best first, the first one relevant where that is known."""
    return tuple(
        Hit(
            rank=rank,
            passage_id=f"{lang}-1",
            lang=lang,
            score=1 - rank / 100,
            text=text,
            relevant=None if relevant is None else rank == 1,
            context=f"Before it. {text} After it.",
        )
        for rank, (lang, text) in enumerate(texts.items(), 1)
    )


class FakeEngine:
    """Stands in for the engine process; `auto` answers everything at once."""

    def __init__(self, deliver: Callable[[protocol.Reply | EngineLost], None]) -> None:
        self.deliver = deliver
        self.sent: list[protocol.Request] = []
        self.started = 0
        self.closed = False
        self.auto = True
        self.texts = TEXTS

    async def start(self) -> None:
        self.started += 1

    async def close(self) -> None:
        self.closed = True

    def send(self, request: protocol.Request) -> int:
        numbered = msgspec.structs.replace(request, id=len(self.sent) + 1)
        self.sent.append(numbered)
        if self.auto or isinstance(request, protocol.ListCatalog | protocol.ListQuestions):
            pytest_app.call_later(self.answer, numbered)
        return numbered.id

    def of(self, kind: type[protocol.Message]) -> list:
        return [request for request in self.sent if isinstance(request, kind)]

    def answer(self, request: protocol.Request) -> None:
        match request:
            case protocol.ListCatalog():
                collections = (
                    protocol.CollectionInfo("starter", CODES, 1320, 1320),
                    protocol.CollectionInfo("xquad-r", CODES[1:4], 13090, 13014),
                )
                models = (
                    protocol.ModelInfo("me5-small", "384 dimensions", True),
                    protocol.ModelInfo("use-m3", "512 dimensions", True),
                    protocol.ModelInfo("labse", "768 dimensions", False, "download of 1,884 MB"),
                )
                self.deliver(protocol.Catalog(id=request.id, collections=collections, models=models))
            case protocol.ListQuestions():
                found = [
                    protocol.Question(
                        f"q{number}", request.lang, f"Question {number} in {request.lang}?", "rivers"
                    )
                    for number in range(1, 31)
                    if request.text in f"Question {number} in {request.lang}?"
                ]
                shown = tuple(found[: request.limit])
                self.deliver(protocol.Questions(id=request.id, questions=shown, total=len(found)))
            case protocol.Search():
                self.deliver(self.found(request))
            case protocol.Warm():
                self.deliver(protocol.Done(id=request.id))
            case _:
                pass

    def found(self, request: protocol.Search) -> protocol.Found:
        shown = hits(self.texts, relevant=True if request.query_id else None)
        ranking = Ranking(
            model=request.model,
            data=request.data,
            query=request.query,
            query_lang="en" if request.query_lang == "auto" else request.query_lang,
            langs=request.langs or CODES,
            pool=1320,
            hits=tuple(hit for hit in shown if not request.langs or hit.lang in request.langs),
            seconds={"encode": 0.012, "search": 0.003},
        )
        return protocol.Found(id=request.id, ranking=ranking)


pytest_app: ExploreApp


@pytest.fixture
def app() -> ExploreApp:
    """The app on `starter` with both offline models, and `app.engine`, its fake engine."""
    return make_app()


def make_app(models: tuple[str, ...] = ("me5-small", "use-m3"), query: str = "") -> ExploreApp:
    global pytest_app  # noqa: PLW0603
    engines: list[FakeEngine] = []

    def make(deliver: Callable[[protocol.Reply | EngineLost], None]) -> FakeEngine:
        engines.append(FakeEngine(deliver))
        return engines[0]

    pytest_app = ExploreApp("starter", list(models), query, make_engine=make)
    pytest_app.engine = engines[0]
    return pytest_app
