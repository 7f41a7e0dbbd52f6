"""Rankings of imported runs."""

from pathlib import Path

import pytest

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import imported_runs
from hybrid_tui.evaluation.run_rankings import RunRankings

from ..toys import toy


@pytest.fixture
def collection() -> Collection:
    return toy(items=4)


def imported(collection: Collection, folder: Path, *lines: str) -> RunRankings:
    path = folder / "a.run"
    path.write_text("".join(f"{line} tag\n" for line in lines))
    return RunRankings(imported_runs.keep(path, "mine", collection, [])[0], collection)


@pytest.fixture
def run(collection: Collection, tmp_path: Path) -> RunRankings:
    """de-q0 has two of its three relevant passages ranked, en-q1 all three."""
    return imported(
        collection,
        tmp_path,
        "de-q0 Q0 th-p3 1 9.5",
        "de-q0 Q0 de-p0 2 7.25",
        "de-q0 Q0 en-p0 3 2",
        "en-q1 Q0 en-p1 1 30",
        "en-q1 Q0 de-p2 2 20",
        "en-q1 Q0 de-p1 3 10",
        "en-q1 Q0 th-p1 4 5",
    )


def test_a_question_has_the_run_s_passages_scores_and_marks(run: RunRankings, collection: Collection) -> None:
    ranking = run.search("de-q0")
    assert (ranking.system, ranking.data, ranking.query_lang, ranking.pool) == ("run:mine", "toy", "de", 12)
    assert ranking.query == "de question 0? [/x]"
    assert [(hit.rank, hit.passage_id, hit.lang, hit.score, hit.relevant) for hit in ranking.hits] == [
        (1, "th-p3", "th", 9.5, False),
        (2, "de-p0", "de", 7.25, True),
        (3, "en-p0", "en", 2.0, True),
    ]
    assert ranking.hits[1].text == "de answer 0"
    assert len(run.search("de-q0", k=2).hits) == 2


def test_of_some_languages_it_ranks_those_passages_alone(run: RunRankings) -> None:
    ranking = run.search("en-q1", ["de"])
    assert [(hit.rank, hit.passage_id) for hit in ranking.hits] == [(1, "de-p2"), (2, "de-p1")]
    assert (ranking.langs, ranking.pool) == (("de",), 4)
    assert run.first_passages(["en-q1", "th-q3"], ["th", "en"], 1) == (("en-p1",), ())


def test_ranks_of_relevant_passages_are_exact_or_not_told(run: RunRankings) -> None:
    assert run.relevant_ranks("en-q1", ["de", "en", "th"]) == {"en-p1": 1, "de-p1": 3, "th-p1": 4}
    assert run.relevant_ranks("en-q1", ["de", "th"]) == {"de-p1": 2, "th-p1": 3}
    assert run.relevant_ranks("de-q0", ["de", "en", "th"]) is None
    assert run.relevant_ranks("de-q0", ["de"]) == {"de-p0": 1}


def test_a_question_without_a_line_is_told(run: RunRankings) -> None:
    with pytest.raises(UsageError, match="mine has no line of this question"):
        run.search("en-q3")


def test_a_run_of_each_language_by_itself_ranks_the_question_s_own(
    collection: Collection, tmp_path: Path
) -> None:
    run = imported(collection, tmp_path, "de-q0 Q0 de-p0 1 3", "en-q0 Q0 en-p1 1 2", "th-q0 Q0 th-p0 1 2")
    assert (run.search("de-q0").langs, run.search("de-q0").pool) == (("de",), 4)
    with pytest.raises(UsageError, match="mine ranks no passages in th"):
        run.search("de-q0", ["th"])
