import msgspec
import pytest

from hybrid_tui.comparison.certainty import Certainty
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.engine import protocol

HIT = Hit(1, "ar-1", "ar", 0.5, "[/foo] نهر 👨‍👩‍👧", relevant=True, context="…")
RANKING = Ranking("m", "d", "q", "ar", ("ar", "en"), 2, (HIT,), {"encode": 0.1})


@pytest.mark.parametrize(
    "request_",
    [
        protocol.ListCatalog(id=1),
        protocol.ListQuestions(id=2, data="starter", lang="de", text="Fluß"),
        protocol.Search(id=3, data="starter", model="m", query="нил", langs=("de", "en"), k=5),
        protocol.Locate(id=3, search=protocol.Search(data="starter", model="m", query="q"), passage_id="p"),
        protocol.RankQuestions(id=3, data="starter", model="m", lang="de", langs=("en",), limit=9),
        protocol.Warm(id=4, data="starter", model="m"),
        protocol.Measure(id=4, data="starter", system="m+center", measures=("mrc",)),
        protocol.JudgeCells(id=4, data="starter", systems=("m", "n"), measure="map"),
        protocol.ListCellQueries(
            id=4, data="starter", systems=("m",), measure="map", row="de", column="th", text="Fluß"
        ),
        protocol.ListEvaluated(id=4, data="starter"),
        protocol.GetStatus(id=5),
        protocol.Cancel(id=6, target=3),
    ],
)
def test_requests_come_back_as_they_were(request_):
    assert protocol.request_from(protocol.to_line(request_)) == request_


@pytest.mark.parametrize(
    "reply",
    [
        protocol.Catalog(
            id=1,
            collections=(protocol.CollectionInfo("starter", ("de",), 1, 2),),
            models=(protocol.ModelInfo("m", "s", available=True),),
        ),
        protocol.Questions(id=2, questions=(protocol.Question("q", "de", "Was?"),), total=1),
        protocol.Found(id=3, ranking=RANKING),
        protocol.Found(
            id=3, ranking=RANKING, pool={"ar": 1, "en": 1}, figures=protocol.Figures(0.5, 2, 7, 3)
        ),
        protocol.Located(id=3, rank=None),
        protocol.Rankings(id=3, questions=(protocol.Question("q", "de", "Was?"),), passages=(("a", "b"),)),
        protocol.Judged(id=3, certainty=Certainty(("de",), ("th",), ((0.1,),), ((None,),))),
        protocol.Judged(id=3, certainty=None),
        protocol.CellQueries(
            id=3,
            queries=(protocol.CellQuery(protocol.Question("q", "de", "Was?"), (0.5, 0.2), (3, None)),),
            total=9,
        ),
        protocol.Evaluated(id=3, systems=("m", "m+center")),
        protocol.Done(id=4),
        protocol.Status(id=5, pid=1, memory=2, loaded=("m",)),
        protocol.Progress(id=6, step="encoding", done=1, total=2),
        protocol.Failure(id=7, message="no", hint="try"),
    ],
)
def test_replies_come_back_as_they_were(reply):
    line = protocol.to_line(reply)
    assert line.count(b"\n") == 1
    assert protocol.reply_from(line) == reply


@pytest.mark.parametrize(
    "line", [b"", b"{}", b'{"type": "Nonsense"}', b'{"type": "Search", "id": "x"}', b"\xff"]
)
def test_anything_else_is_refused(line: bytes):
    with pytest.raises((msgspec.ValidationError, msgspec.DecodeError)):
        protocol.request_from(line)
