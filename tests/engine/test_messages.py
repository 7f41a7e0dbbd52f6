import msgspec
import pytest

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.comparison.setting_summary import Difference, EvaluatedSystem, SettingFigure
from hybrid_tui.engine import messages

HIT = Hit(1, "ar-1", "ar", 0.5, "[/foo] نهر 👨‍👩‍👧", relevant=True, context="…")
RANKING = Ranking("m", "d", "q", "ar", ("ar", "en"), 2, (HIT,), {"encode": 0.1})
AGAINST = Difference(0.1, None, None, 0.04, "better")

WANTED = messages.TrainingSpec("b", ("starter", "a b.jsonl"), ("mono", "cross"), "head", 9, 0.25)
MODEL = messages.ModelTraining(
    "m", "hybrid", 0.5, 9, 4, "runs", 2, ((1, 0.5), (2, 0.25)), ((2, 0.5),), "mono", {"de>en": 3}, 2.5, 1.5
)
ESTIMATE = messages.EvaluationEstimate("starter", ("m",), 72, 3.5, quick=True, guess=False)
TRAINING = messages.Training("m", "b on starter", "runs", (MODEL,), left=3.5)


@pytest.mark.parametrize(
    "request_",
    [
        messages.ListCatalog(id=1),
        messages.ListQuestions(id=2, data="starter", lang="de", text="Fluß"),
        messages.Search(id=3, data="starter", system="m", query="нил", langs=("de", "en"), k=5, encode=False),
        messages.Locate(id=3, search=messages.Search(data="starter", system="m", query="q"), passage_id="p"),
        messages.RankQuestions(id=3, data="starter", system="m", lang="de", langs=("en",), limit=9),
        messages.Warm(id=4, system="m"),
        messages.ListEvaluations(id=4, data="starter"),
        messages.Summarise(id=4, data="starter", system="m+center", base="m"),
        messages.GetCurve(id=4, model="m"),
        messages.MeasureMatrices(id=4, data="starter", system="m+center", measures=("mrc",)),
        messages.JudgeCells(id=4, data="starter", systems=("m", "n"), measure="map"),
        messages.ListCellQueries(
            id=4, data="starter", systems=("m",), measure="map", row="de", column="th", text="Fluß"
        ),
        messages.GetStatus(id=5),
        messages.PlanTraining(id=7, wanted=WANTED),
        messages.StartTraining(id=7, wanted=WANTED, overwrite=True),
        messages.FollowTraining(id=7, training="m"),
        messages.FollowJobs(id=7),
        messages.ResumeJob(id=7, job="m"),
        messages.StopJob(id=7, job="m"),
        messages.EstimateEvaluation(id=7, data="starter", systems=("m", "n+center")),
        messages.StartEvaluation(id=7, data="starter", systems=("m", "n+center")),
        messages.ListLibrary(id=8),
        messages.Describe(id=8, kind="model", name="m"),
        messages.Add(id=8, kind="collection", path="~/a b", name="c"),
        messages.Remove(id=8, kind="model", name="m"),
        messages.Cancel(id=6, target=3),
    ],
)
def test_requests_come_back_as_they_were(request_):
    assert messages.request_from(messages.to_line(request_)) == request_


@pytest.mark.parametrize(
    "reply",
    [
        messages.Catalog(
            id=1,
            collections=(messages.CollectionInfo("starter", ("de",), 1, 2),),
            models=(messages.ModelInfo("m", "s", available=True),),
            samplers=(messages.SamplerInfo("mono", "s"),),
        ),
        messages.Questions(id=2, questions=(messages.Question("q", "de", "Was?"),), total=1),
        messages.Found(id=3, ranking=RANKING),
        messages.Found(
            id=3, ranking=RANKING, pool={"ar": 1, "en": 1}, figures=messages.RankFigures(0.5, 2, 7, 3)
        ),
        messages.FoundSoFar(id=3, ranking=RANKING, pool={"ar": 1}),
        messages.Located(id=3, rank=None),
        messages.Rankings(id=3, questions=(messages.Question("q", "de", "Was?"),), passages=(("a", "b"),)),
        messages.TrainingPlan(
            id=7,
            models=(messages.PlannedModel("m", "mono", 9, 4, "taken"),),
            facts=(("steps", "9"),),
            problems={"data": "no"},
        ),
        messages.JobStarted(id=7, job="m"),
        messages.JobList(
            id=7, jobs=(messages.Job("training", "m", "b on starter", "runs", "training", 1, 9, 3.5),)
        ),
        messages.Estimated(id=7, estimate=ESTIMATE),
        messages.Measured(id=4, matrices={}, estimate=ESTIMATE),
        messages.TrainingState(id=7, training=TRAINING),
        messages.Library(
            id=8,
            models=(messages.KnownModel("m", "b", "head", "mono", 9, own=True, evaluations=1),),
            collections=(messages.KnownCollection("c", ("de",), 1, 2, 3, problem="torn"),),
        ),
        messages.Description(id=8, facts=(("licence", "MIT"),)),
        messages.Added(id=8, name="m", new=False),
        messages.Evaluations(
            id=4, systems=(EvaluatedSystem("m", "mono", 1.0, "s", {"monolingual": 0.5}, True),)
        ),
        messages.SystemSummary(id=4, figures={"monolingual": SettingFigure(0.5, 0.4, 0.6, AGAINST)}),
        messages.Curve(id=4, losses=((1.0, 2.5),), held_out=((1.0, 3.0),)),
        messages.Judged(id=3, certainty=MatrixCertainty(("de",), ("th",), ((0.1,),), ((None,),))),
        messages.Judged(id=3, certainty=None),
        messages.CellQueryList(
            id=3,
            queries=(messages.CellQuery(messages.Question("q", "de", "Was?"), (0.5, 0.2), (3, None)),),
            total=9,
        ),
        messages.Done(id=4),
        messages.Status(id=5, pid=1, memory=2, loaded=("m",)),
        messages.Progress(id=6, step="encoding", done=1, total=2),
        messages.Failure(id=7, message="no", hint="try"),
    ],
)
def test_replies_come_back_as_they_were(reply):
    line = messages.to_line(reply)
    assert line.count(b"\n") == 1
    assert messages.reply_from(line) == reply


@pytest.mark.parametrize(
    "line", [b"", b"{}", b'{"type": "Nonsense"}', b'{"type": "Search", "id": "x"}', b"\xff"]
)
def test_anything_else_is_refused(line: bytes):
    with pytest.raises((msgspec.ValidationError, msgspec.DecodeError)):
        messages.request_from(line)
