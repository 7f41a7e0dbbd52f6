import msgspec
import pytest

from hybrid_tui.comparison.certainty import Certainty
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.comparison.summary import Against, Figure, System
from hybrid_tui.engine import protocol

HIT = Hit(1, "ar-1", "ar", 0.5, "[/foo] نهر 👨‍👩‍👧", relevant=True, context="…")
RANKING = Ranking("m", "d", "q", "ar", ("ar", "en"), 2, (HIT,), {"encode": 0.1})
AGAINST = Against(0.1, None, None, 0.04, "better")

WANTED = protocol.Wanted("b", ("starter", "a b.jsonl"), ("mono", "cross"), "head", 9, 0.25)
MODEL = protocol.ModelTraining(
    "m", "hybrid", 0.5, 9, 4, "runs", 2, ((1, 0.5), (2, 0.25)), ((2, 0.5),), "mono", {"de>en": 3}, 2.5, 1.5
)
TRAINING = protocol.Training("m", "b on starter", "runs", (MODEL,), left=3.5)


@pytest.mark.parametrize(
    "request_",
    [
        protocol.ListCatalog(id=1),
        protocol.ListQuestions(id=2, data="starter", lang="de", text="Fluß"),
        protocol.Search(id=3, data="starter", model="m", query="нил", langs=("de", "en"), k=5),
        protocol.Locate(id=3, search=protocol.Search(data="starter", model="m", query="q"), passage_id="p"),
        protocol.RankQuestions(id=3, data="starter", model="m", lang="de", langs=("en",), limit=9),
        protocol.Warm(id=4, data="starter", model="m"),
        protocol.ListEvaluations(id=4, data="starter"),
        protocol.Summarise(id=4, data="starter", system="m+center", base="m"),
        protocol.GetCurve(id=4, model="m"),
        protocol.Measure(id=4, data="starter", system="m+center", measures=("mrc",)),
        protocol.JudgeCells(id=4, data="starter", systems=("m", "n"), measure="map"),
        protocol.ListCellQueries(
            id=4, data="starter", systems=("m",), measure="map", row="de", column="th", text="Fluß"
        ),
        protocol.GetStatus(id=5),
        protocol.PlanTraining(id=7, wanted=WANTED),
        protocol.StartTraining(id=7, wanted=WANTED, overwrite=True),
        protocol.ResumeTraining(id=7, training="m"),
        protocol.StopTraining(id=7, training="m"),
        protocol.ListTrainings(id=7),
        protocol.FollowTraining(id=7, training="m"),
        protocol.ListLibrary(id=8),
        protocol.Describe(id=8, kind="model", name="m"),
        protocol.Add(id=8, kind="collection", path="~/a b", name="c"),
        protocol.Remove(id=8, kind="model", name="m"),
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
        protocol.TrainingPlan(
            id=7,
            models=(protocol.PlannedModel("m", "mono", 9, 4, "taken"),),
            facts=(("steps", "9"),),
            problems={"data": "no"},
        ),
        protocol.TrainingStarted(id=7, training="m"),
        protocol.Trainings(id=7, trainings=(TRAINING,)),
        protocol.TrainingState(id=7, training=TRAINING),
        protocol.Library(
            id=8,
            models=(protocol.KnownModel("m", "b", "head", "mono", 9, own=True, evaluations=1),),
            collections=(protocol.KnownCollection("c", ("de",), 1, 2, 3, problem="torn"),),
        ),
        protocol.Described(id=8, facts=(("licence", "MIT"),)),
        protocol.Added(id=8, name="m", new=False),
        protocol.Evaluations(id=4, systems=(System("m", "mono", 1.0, "s", {"monolingual": 0.5}, True),)),
        protocol.Summary(id=4, figures={"monolingual": Figure(0.5, 0.4, 0.6, AGAINST)}),
        protocol.Curve(id=4, losses=((1.0, 2.5),), held_out=((1.0, 3.0),)),
        protocol.Judged(id=3, certainty=Certainty(("de",), ("th",), ((0.1,),), ((None,),))),
        protocol.Judged(id=3, certainty=None),
        protocol.CellQueries(
            id=3,
            queries=(protocol.CellQuery(protocol.Question("q", "de", "Was?"), (0.5, 0.2), (3, None)),),
            total=9,
        ),
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
