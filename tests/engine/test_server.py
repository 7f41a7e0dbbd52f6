"""The true engine, as a process, on the starter collection and the true encoders."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from hybrid_tui import settings
from hybrid_tui.engine import messages
from hybrid_tui.engine.client import EngineClient

from ..conftest import folders_in
from ..processes import until_async

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]


class Engine:
    """Asks the engine and waits for the final reply."""

    def __init__(self, folders: dict[str, str]) -> None:
        self.folders = folders
        self.client = EngineClient(self._take)
        self.progress: list[messages.Progress] = []
        self._final: dict[int, asyncio.Future[object]] = {}

    def _take(self, reply: object) -> None:
        if isinstance(reply, messages.Progress):
            self.progress.append(reply)
        elif not isinstance(reply, messages.Interim):
            self._final[reply.id].set_result(reply)

    def send(self, request: messages.Message) -> int:
        number = self.client.send(request)
        self._final[number] = asyncio.get_running_loop().create_future()
        return number

    async def wait(self, number: int) -> object:
        return await self._final[number]

    async def ask(self, request: messages.Request) -> object:
        return await self.wait(self.send(request))


@asynccontextmanager
async def started(folders: dict[str, str]) -> AsyncIterator[Engine]:
    engine = Engine(folders)
    await engine.client.start()
    try:
        yield engine
    finally:
        await engine.client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """One engine for all tests that may find models loaded."""
    folders = folders_in(tmp_path_factory.mktemp("engine"))
    with pytest.MonkeyPatch.context() as patched:
        for name, folder in folders.items():
            patched.setenv(name, folder)
        async with started(folders) as engine:
            yield engine


@pytest.fixture
def engine(shared: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine of all, and its folders for this test."""
    for name, folder in shared.folders.items():
        monkeypatch.setenv(name, folder)
    shared.progress.clear()
    return shared


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(own_folders: Path) -> AsyncIterator[Engine]:
    """An engine of the test's own, in its folders."""
    async with started({}) as engine:
        yield engine


def search(**values) -> messages.Search:
    return messages.Search(**({"data": "starter", "system": "me5-small", "query": "river"} | values))


async def test_from_catalog_to_a_kept_question_without_loading_a_model(fresh: Engine):
    engine = fresh
    catalog = await engine.ask(messages.ListCatalog())
    assert [info.name for info in catalog.collections] == ["starter"]
    assert {"mono", "cross", "hybrid"} < {info.name for info in catalog.samplers}
    assert {"me5-small", "use-m3"} <= {info.name for info in catalog.models if info.available}
    questions = await engine.ask(messages.ListQuestions(data="starter", lang="th", limit=3))
    assert len(questions.questions) == 3 < questions.total
    first = questions.questions[0]
    for model in ("me5-small", "use-m3"):
        found = await engine.ask(search(system=model, query=first.text, query_id=first.query_id))
        assert found.ranking.query_lang == "th"
        assert any(hit.relevant for hit in found.ranking.hits)
    status = await engine.ask(messages.GetStatus())
    assert status.loaded == ()
    assert not (settings.cache_dir() / "embeddings").exists()


async def test_typed_queries_rank_across_languages(engine: Engine):
    queries = {
        "th": "แม่น้ำสายใดผ่านเมืองหลวงสี่แห่ง",
        "ar": "أي نهر يعبر خط الاستواء مرتين؟",
        "hi": "गंगा और यमुना कहाँ मिलती हैं?",
    }
    for model, (lang, query) in product(("me5-small", "use-m3"), queries.items()):
        ranking = (await engine.ask(search(system=model, query=query, k=2000))).ranking
        assert ranking.query_lang == lang
        assert len({hit.lang for hit in ranking.hits}) == 11
        assert [hit.rank for hit in ranking.hits] == list(range(1, 1321))
        scores = [hit.score for hit in ranking.hits]
        assert scores == sorted(scores, reverse=True)


async def test_the_right_passage_comes_first(engine: Engine):
    query = "Which river crosses the equator twice?"
    ranking = (await engine.ask(search(query=query, langs=("en",)))).ranking
    assert "Congo" in ranking.hits[0].text
    assert {hit.lang for hit in ranking.hits} == {"en"}


async def test_figures_of_a_question_and_ranks_are_those_of_the_whole_ranking(engine: Engine):
    (question,) = (await engine.ask(messages.ListQuestions(data="starter", lang="th", limit=1))).questions
    asked = search(system="use-m3", query=question.text, query_id=question.query_id)
    hits = (await engine.ask(search(**{**msgspec.structs.asdict(asked), "k": 2000}))).ranking.hits
    places = [hit.rank for hit in hits if hit.relevant]
    found = await engine.ask(asked)
    assert len(found.ranking.hits) == 10
    assert sum(found.pool.values()) == len(hits) == found.ranking.pool
    assert found.figures.ap == pytest.approx(sum(n / rank for n, rank in enumerate(places, 1)) / 11)
    assert (found.figures.best, found.figures.relevant) == (places[0], 11)
    assert found.figures.distance == places[-1] - places[0]
    last = await engine.ask(messages.Locate(search=asked, passage_id=hits[-1].passage_id))
    assert last.rank == len(hits)
    nowhere = await engine.ask(messages.Locate(search=asked, passage_id="nowhere"))
    assert nowhere.rank is None


async def test_figures_are_of_the_languages_searched_and_of_questions_alone(engine: Engine):
    (question,) = (await engine.ask(messages.ListQuestions(data="starter", lang="th", limit=1))).questions
    asked = {"query": question.text, "query_id": question.query_id}
    one = (await engine.ask(search(**asked, langs=("de",)))).figures
    assert (one.relevant, one.distance) == (1, 0)
    assert (await engine.ask(search())).figures is None


async def test_all_questions_of_a_language_are_ranked_as_each_alone(engine: Engine):
    found = await engine.ask(
        messages.RankQuestions(data="starter", system="me5-small", lang="hi", langs=("de", "en"), k=5)
    )
    assert len(found.questions) == len(found.passages) == 120
    question = found.questions[7]
    alone = await engine.ask(search(query=question.text, query_id=question.query_id, langs=("de", "en"), k=5))
    assert found.passages[7] == tuple(hit.passage_id for hit in alone.ranking.hits)
    assert {step.step for step in engine.progress} >= {"ranking questions"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"system": "me6-small"}, "no model named 'me6-small'"),
        ({"data": "startr"}, "no collection named 'startr'"),
        ({"langs": ("xx",)}, "no passage language"),
        ({"query": " "}, "the query is empty"),
        ({"query": "x" * 100_000}, "100,000 characters"),
        ({"query_id": "nine"}, "no query"),
        ({"system": "owner/not-there"}, "owner/not-there"),
    ],
)
async def test_errors_are_data(engine: Engine, wrong: dict[str, str], said: str):
    failure = await engine.ask(search(**wrong))
    assert isinstance(failure, messages.Failure)
    assert said in failure.message
    assert not failure.cancelled
    assert isinstance(await engine.ask(messages.GetStatus()), messages.Status)


async def test_odd_queries_are_only_text(engine: Engine):
    for query in ("?", "[/foo] [bold", "a\x00b\x1b[31m", "e\u0301" * 50, "水"):
        found = await engine.ask(search(system="use-m3", query=query, k=3))
        assert len(found.ranking.hits) == 3


async def test_encoding_can_be_cancelled_and_goes_on_where_it_stopped(engine: Engine, tmp_path: Path):
    from hybrid_tui.corpus import catalog

    words = "word " * 60
    rows = "".join(
        f'{{"item_id": "i{number}", "lang": "en", "query": "q {number}", "passage": "{words}{number}"}}\n'
        for number in range(1500)
    )
    (tmp_path / "many.jsonl").write_text(rows)
    catalog.add("many", tmp_path / "many.jsonl")
    number = engine.send(search(data="many"))
    await until_async(lambda: any(step.id == number and step.done for step in engine.progress))
    engine.client.send(messages.Cancel(target=number))
    failure = await engine.wait(number)
    assert isinstance(failure, messages.Failure)
    assert failure.cancelled
    assert {step.total for step in engine.progress if step.total} == {1500}


async def test_a_collection_is_measured_from_kept_embeddings(fresh: Engine):
    engine = fresh
    found = {}
    for system in ("me5-small", "me5-small+center"):
        found[system] = await engine.ask(messages.MeasureMatrices(data="starter", system=system))
        assert isinstance(found[system], messages.Measured), found[system]
    assert "ranking" in {step.step for step in engine.progress}
    matrices = found["me5-small"].matrices
    assert {"map", "rank-gap", "mix", "preference"} <= set(matrices)
    assert len(matrices["map"].rows) == len(matrices["map"].values) == 11
    assert found["me5-small+center"].matrices["rank-gap"] != matrices["rank-gap"]
    again = await engine.ask(messages.MeasureMatrices(data="starter", system="me5-small"))
    assert again.matrices == matrices
    assert (await engine.ask(messages.GetStatus())).loaded == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"system": "me6-small"}, "no model named 'me6-small'"),
        ({"system": "me5-small+centre"}, "'centre', is unknown"),
        ({"data": "startr"}, "no collection named 'startr'"),
        ({"system": "me5-small+shift:xx"}, "no passages in the pivot language 'xx'"),
    ],
)
async def test_what_cannot_be_measured_is_told(engine: Engine, wrong: dict[str, str], said: str):
    failure = await engine.ask(
        messages.MeasureMatrices(**({"data": "starter", "system": "me5-small"} | wrong))
    )
    assert isinstance(failure, messages.Failure)
    assert said in failure.message
