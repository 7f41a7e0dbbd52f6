"""Handlers of searches."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial

from hybrid_tui.api import questions
from hybrid_tui.api.encoding_time import encoding_time
from hybrid_tui.api.search import QueryForm, trained_on, typed_forms, with_training
from hybrid_tui.api.workspace import RunRankings, Searcher, models_of
from hybrid_tui.comparison.query_cleaning import clean_query
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine import messages
from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.service import Service
from hybrid_tui.errors import UsageError

SO_FAR_SECONDS = 1.0


@answers(messages.ListQuestions)
def list_questions(service: Service, request: messages.ListQuestions, context: Context) -> messages.Questions:
    """List the collection's own questions."""
    collection = service.workspace.collection(request.data)
    found, total = questions.questions(collection, request.lang, request.text, request.limit)
    return messages.Questions(questions=found, total=total)


@answers(messages.Search)
def search(service: Service, request: messages.Search, context: Context) -> messages.Found:
    """Rank passages for a query, with the figures of its relevant ones where they are known."""
    if run := _run(service, request):
        return _found_in_run(service, run, request)
    if not request.query_id:
        _tell_loading(service, models_of(request.system), context)
    retriever, langs = _retriever(service, request), list(request.langs)
    if not request.encode and retriever.to_encode(langs):
        kept = AnswersSoFar(service, request, context).answer()
        return messages.Found(ranking=kept.ranking, pool=kept.pool)
    deep = partial(_ranking, service, request, context)
    ranking = deep(request.k)
    collection = service.workspace.collection(request.data)
    wanted = questions.relevant(collection, request.query_id, ranking.langs) if request.query_id else set()
    ranks = questions.ranks(deep, ranking, wanted, questions.unit(collection)) if wanted else None
    return messages.Found(
        ranking=with_training(ranking, collection),
        pool=questions.pool_sizes(collection, ranking.langs),
        figures=questions.rank_figures(ranks.values()) if ranks else None,
    )


@answers(messages.EstimateEncoding)
def estimate_encoding(
    service: Service, request: messages.EstimateEncoding, context: Context
) -> messages.EncodingEstimate:
    """Tell how long encoding is likely to take."""
    search = request.search
    own = service.workspace.collection(search.data).queries.filter(query_id=search.query_id)["lang"]
    lang = own[0] if len(own) else search.query_lang
    found = encoding_time(service.workspace, search.data, search.system, search.langs, lang)
    return messages.EncodingEstimate(
        texts=found.texts, seconds=found.seconds, needs=found.needs, quicker=found.quicker
    )


@answers(messages.Locate)
def locate(service: Service, request: messages.Locate, context: Context) -> messages.Located:
    """Find the rank of one passage in a search."""
    if run := _run(service, request.search):
        ranking = run.search(request.search.query_id, request.search.langs, questions.DEEPEST)
        found = (hit.rank for hit in ranking.hits if hit.passage_id == request.passage_id)
        return messages.Located(rank=next(found, None))
    deep = partial(_ranking, service, request.search, context)
    ranks = questions.ranks(deep, deep(request.search.k), {request.passage_id})
    return messages.Located(rank=ranks[request.passage_id] if ranks else None)


def _retriever(service: Service, request: messages.Search) -> Searcher:
    return service.workspace.retriever(request.data, request.system)


def _query(request: messages.Search) -> str:
    return request.query if request.query_id else clean_query(request.query)


def _forms(service: Service, request: messages.Search) -> dict[str, QueryForm]:
    return typed_forms(dict(request.forms), service.workspace.collection(request.data))


def _ranking(service: Service, request: messages.Search, context: Context, k: int) -> Ranking:
    """Return the first k passages of a search, telling answers so far on the way."""
    return _retriever(service, request).search(
        _query(request),
        query_id=request.query_id,
        query_lang=request.query_lang,
        langs=list(request.langs),
        k=k,
        forms=_forms(service, request),
        step=AnswersSoFar(service, request, context).step,
        cancelled=context.cancelled,
    )


class AnswersSoFar:
    """Answers of a search from the passages that are encoded, while others are being encoded."""

    def __init__(self, service: Service, request: messages.Search, context: Context) -> None:
        self._service = service
        self._request = request
        self._context = context
        self._ranked = 0
        self._looked = -math.inf

    def step(self, name: str) -> Callable[[int, int], None]:
        """Begin a step of what is made for the search, and return its progress; the collection is known."""
        data = self._request.data.partition(":")[0]
        return partial(self._progress, name.removesuffix(f" of {data}"))

    def _progress(self, step: str, done: int, total: int) -> None:
        """Tell how far a step is, and an answer where there are more passages than in the last one.

        Where nothing is left to encode there is none: the search itself is under way.
        """
        self._context.progress(step, done, total)
        if time.monotonic() - self._looked < SO_FAR_SECONDS:
            return
        self._looked = time.monotonic()
        retriever, langs = _retriever(self._service, self._request), list(self._request.langs)
        kept = sum(retriever.kept(langs).values())
        if kept > self._ranked and retriever.to_encode(langs):
            found = self.answer()
            if found.ranking.pool:
                self._context.tell(found)
            self._ranked = kept

    def answer(self) -> messages.FoundSoFar:
        """Return the first k passages of those that are encoded."""
        request = self._request
        retriever, langs = _retriever(self._service, request), list(request.langs)
        ranking = retriever.search_kept(
            _query(request),
            query_id=request.query_id,
            query_lang=request.query_lang,
            langs=langs,
            k=request.k,
            forms=_forms(self._service, request),
        )
        collection = self._service.workspace.collection(request.data)
        pool = retriever.kept(langs) if ranking.pool else dict.fromkeys(ranking.langs, 0)
        return messages.FoundSoFar(ranking=with_training(ranking, collection), pool=pool)


@answers(messages.RankQuestions)
def rank_questions(service: Service, request: messages.RankQuestions, context: Context) -> messages.Rankings:
    """Rank passages for each of the collection's questions in a language."""
    workspace = service.workspace
    collection = workspace.collection(request.data)
    found, _ = questions.questions(collection, request.lang, "", request.limit)
    if run := _run(service, request):
        ids = [each.query_id for each in found]
        return messages.Rankings(questions=found, passages=run.first_passages(ids, request.langs, request.k))
    retriever = workspace.retriever(request.data, request.system)
    retriever.prepare(list(request.langs), context.counter, context.cancelled)
    passages = questions.first_passages(
        retriever,
        found,
        request.langs,
        request.k,
        progress=context.counter("ranking questions"),
        cancelled=context.cancelled,
    )
    trained = trained_on(request.system, collection.name, collection.fingerprint)
    return messages.Rankings(questions=found, passages=passages, trained_on=trained)


@answers(messages.Warm)
def warm(service: Service, request: messages.Warm, context: Context) -> messages.Done:
    """Load the models of a system."""
    for name in models_of(request.system):
        _tell_loading(service, [name], context)
        service.workspace.encoder(name)
    return messages.Done()


def _tell_loading(service: Service, models: Sequence[str], context: Context) -> None:
    """Tell which of some models are yet to be loaded."""
    loaded = service.workspace.loaded()
    if names := [name for name in models if name not in loaded]:
        context.progress(f"loading {', '.join(names)}", 0, 0)


def _run(service: Service, request: messages.Search | messages.RankQuestions) -> RunRankings | None:
    """Return the imported run that a request names; None where it names a model."""
    return service.workspace.run(request.data, request.system)


def _found_in_run(service: Service, run: RunRankings, request: messages.Search) -> messages.Found:
    if not request.query_id:
        raise UsageError(f"{run.name} is a run, which answers the collection's own questions only")
    ranking = run.search(request.query_id, request.langs, request.k)
    collection = service.workspace.collection(request.data)
    ranks = run.relevant_ranks(request.query_id, ranking.langs)
    return messages.Found(
        ranking=ranking,
        pool=questions.pool_sizes(collection, ranking.langs),
        figures=questions.rank_figures(ranks.values()) if ranks else None,
    )
