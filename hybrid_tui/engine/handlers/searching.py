"""Handlers of searches."""

from __future__ import annotations

from functools import partial

from hybrid_tui.comparison.query_cleaning import clean_query
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine import messages, passage_rank
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import Cancelled

ENCODING = "encoding passages"
LOADING = messages.Progress(step="loading the model")


@answers(messages.ListQuestions)
def questions(service: Service, request: messages.ListQuestions, context: Context) -> messages.Questions:
    """List the collection's own questions."""
    found, total = service.questions(request.data, request.lang, request.text, request.limit)
    return messages.Questions(questions=found, total=total)


@answers(messages.Search)
def search(service: Service, request: messages.Search, context: Context) -> messages.Found:
    """Rank passages for a query, with the figures of its relevant ones where they are known."""
    if not request.query_id and request.model not in service.loaded():
        context.tell(LOADING)
    deep = partial(_first, service, request, context)
    ranking = deep(request.k)
    data, langs = request.data, ranking.langs
    wanted = service.relevant(data, request.query_id, langs) if request.query_id else set()
    ranks = passage_rank.ranks(deep, ranking, wanted) if wanted else None
    return messages.Found(
        ranking=ranking,
        pool=service.pool(data, langs),
        figures=passage_rank.figures(ranks.values()) if ranks else None,
    )


@answers(messages.Locate)
def locate(service: Service, request: messages.Locate, context: Context) -> messages.Located:
    """Find the rank of one passage in a search."""
    deep = partial(_first, service, request.search, context)
    ranks = passage_rank.ranks(deep, deep(request.search.k), {request.passage_id})
    return messages.Located(rank=ranks[request.passage_id] if ranks else None)


def _first(service: Service, request: messages.Search, context: Context, k: int) -> Ranking:
    return service.retriever(request.data, request.model, request.correction).search(
        request.query if request.query_id else clean_query(request.query),
        query_id=request.query_id,
        query_lang=request.query_lang,
        langs=list(request.langs),
        k=k,
        progress=context.progress(ENCODING),
        cancelled=context.cancelled,
    )


@answers(messages.RankQuestions)
def rank_questions(service: Service, request: messages.RankQuestions, context: Context) -> messages.Rankings:
    """Rank passages for each of the collection's questions in a language."""
    retriever = service.retriever(request.data, request.model, request.correction)
    langs = list(request.langs)
    retriever.prepare(langs, context.progress(ENCODING), context.cancelled)
    found, _ = service.questions(request.data, request.lang, "", request.limit)
    report = context.progress("ranking questions")
    passages = []
    for number, question in enumerate(found, 1):
        if context.cancelled():
            raise Cancelled
        ranking = retriever.search(
            question.text, query_id=question.query_id, langs=langs, k=request.k, cancelled=context.cancelled
        )
        passages.append(tuple(hit.passage_id for hit in ranking.hits))
        report(number, len(found))
    return messages.Rankings(questions=found, passages=tuple(passages))


@answers(messages.Warm)
def warm(service: Service, request: messages.Warm, context: Context) -> messages.Done:
    """Load a collection's index and a model."""
    service.retriever(request.data, request.model).prepare(
        progress=context.progress(ENCODING), cancelled=context.cancelled
    )
    context.tell(LOADING)
    service.encoder(request.model)
    return messages.Done()
