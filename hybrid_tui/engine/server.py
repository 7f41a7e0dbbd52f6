"""The engine process: requests come in on stdin, replies go out on stdout, one JSON object a line."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from hybrid_tui import errors
from hybrid_tui.comparison.query_cleaning import clean_query
from hybrid_tui.comparison.ranking import Ranking
from hybrid_tui.engine import loss_curves, messages, passage_rank
from hybrid_tui.engine.evaluation_summaries import Summaries
from hybrid_tui.engine.service import Service

if TYPE_CHECKING:
    from hybrid_tui.engine.workshop import Workshop

THREADS = 64
FAREWELL_SECONDS = 2.0
PROGRESS_SECONDS = 0.1


class Server:
    """Carries out each request in a thread of its own, so that a quick one never waits for a slow one."""

    def __init__(self, service: Service, out: BinaryIO) -> None:
        self._service = service
        self._summaries = Summaries()
        self._out = out
        self._writing = Lock()
        self._cancels: dict[int, Event] = {}
        self._pool = ThreadPoolExecutor(THREADS)
        self._running: set[Future[None]] = set()
        self._opening = Lock()
        self._workshop: Workshop | None = None

    def serve(self, lines: BinaryIO) -> None:
        """Answer until `lines` ends; then ask what runs to stop, and wait for it a moment."""
        for line in lines:
            try:
                request = messages.request_from(line)
            except (msgspec.ValidationError, msgspec.DecodeError) as error:
                self._reply(messages.Failure(message=f"not a request: {error}"))
                continue
            if isinstance(request, messages.Cancel):
                self._cancels.get(request.target, Event()).set()
                continue
            self._cancels[request.id] = Event()
            future = self._pool.submit(self._carry_out, request)
            self._running.add(future)
            future.add_done_callback(self._running.discard)
        for event in list(self._cancels.values()):
            event.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(list(self._running), timeout=FAREWELL_SECONDS)

    def _carry_out(self, request: messages.Request) -> None:
        cancelled = self._cancels[request.id].is_set
        try:
            if cancelled():
                raise errors.Cancelled
            if isinstance(request, messages.TrainingRequest | messages.LibraryRequest):
                reply = self._beside(request, cancelled)
            else:
                reply = self._answer(request, cancelled)
        except errors.Cancelled:
            reply = messages.Failure(id=request.id, message="cancelled", cancelled=True)
        except errors.HybridTuiError as error:
            reply = messages.Failure(id=request.id, message=str(error), hint=error.hint)
        except Exception as error:
            traceback.print_exc()
            reply = messages.Failure(id=request.id, message=f"{type(error).__name__}: {error}")
        finally:
            self._cancels.pop(request.id, None)
        self._reply(reply)

    def _answer(self, request: messages.Request, cancelled: Callable[[], bool]) -> messages.Reply:
        service = self._service
        match request:
            case messages.ListCatalog():
                return messages.Catalog(
                    id=request.id, collections=service.collections(), models=service.models()
                )
            case messages.ListQuestions():
                found, total = service.questions(request.data, request.lang, request.text, request.limit)
                return messages.Questions(id=request.id, questions=found, total=total)
            case messages.Search() | messages.Locate() | messages.RankQuestions():
                return self._ranked(request, cancelled)
            case messages.Warm():
                service.retriever(request.data, request.model).prepare(
                    progress=self._progress(request.id, "encoding passages"), cancelled=cancelled
                )
                self._reply(messages.Progress(id=request.id, step="loading the model"))
                service.encoder(request.model)
                return messages.Done(id=request.id)
            case (
                messages.MeasureMatrices()
                | messages.JudgeCells()
                | messages.ListCellQueries()
                | messages.ListEvaluations()
                | messages.Summarise()
                | messages.GetCurve()
            ):
                return self._measured(request, cancelled)
            case messages.GetStatus():
                return messages.Status(
                    id=request.id, pid=os.getpid(), memory=_resident(), loaded=service.loaded()
                )
            case _:
                raise errors.UsageError(f"the engine does not know {type(request).__name__}")

    def _beside(
        self, request: messages.TrainingRequest | messages.LibraryRequest, cancelled: Callable[[], bool]
    ) -> messages.Reply:
        with self._opening:
            if not self._workshop:
                from hybrid_tui.engine.workshop import Workshop

                self._workshop = Workshop(self._reply)
        return self._workshop.answer(request, cancelled)

    def _ranked(
        self,
        request: messages.Search | messages.Locate | messages.RankQuestions,
        cancelled: Callable[[], bool],
    ) -> messages.Reply:
        match request:
            case messages.Search():
                return self._search(request, cancelled)
            case messages.Locate():
                return self._locate(request, cancelled)
            case messages.RankQuestions():
                return self._rank_questions(request, cancelled)

    def _measured(
        self,
        request: messages.MeasureMatrices
        | messages.JudgeCells
        | messages.ListCellQueries
        | messages.ListEvaluations
        | messages.Summarise
        | messages.GetCurve,
        cancelled: Callable[[], bool],
    ) -> messages.Reply:
        bias, step = self._service.bias, partial(self._progress, request.id)
        match request:
            case messages.MeasureMatrices():
                found = bias.matrices(request.data, request.system, request.measures, step, cancelled)
                return messages.Measured(id=request.id, matrices=found)
            case messages.JudgeCells():
                sure = bias.certainty(request.data, request.systems, request.measure, step, cancelled)
                return messages.Judged(id=request.id, certainty=sure)
            case messages.ListCellQueries():
                queries, total = bias.queries(request, step, cancelled)
                return messages.CellQueryList(id=request.id, queries=queries, total=total)
            case messages.ListEvaluations():
                return messages.Evaluations(id=request.id, systems=self._summaries.systems(request.data))
            case messages.Summarise():
                figures = self._summaries.figures(request.data, request.system, request.base)
                return messages.SystemSummary(id=request.id, figures=figures)
            case messages.GetCurve():
                losses, held_out = loss_curves.of(request.model)
                return messages.Curve(id=request.id, losses=losses, held_out=held_out)

    def _search(self, request: messages.Search, cancelled: Callable[[], bool]) -> messages.Found:
        if not request.query_id and request.model not in self._service.loaded():
            self._reply(messages.Progress(id=request.id, step="loading the model"))
        search = partial(self._first, request, request.id, cancelled)
        ranking = search(request.k)
        data, langs = request.data, ranking.langs
        wanted = self._service.relevant(data, request.query_id, langs) if request.query_id else set()
        places = passage_rank.ranks(search, ranking, wanted) if wanted else None
        return messages.Found(
            id=request.id,
            ranking=ranking,
            pool=self._service.pool(data, langs),
            figures=passage_rank.figures(places.values()) if places else None,
        )

    def _first(self, request: messages.Search, number: int, cancelled: Callable[[], bool], k: int) -> Ranking:
        return self._service.retriever(request.data, request.model, request.correction).search(
            request.query if request.query_id else clean_query(request.query),
            query_id=request.query_id,
            query_lang=request.query_lang,
            langs=list(request.langs),
            k=k,
            progress=self._progress(number, "encoding passages"),
            cancelled=cancelled,
        )

    def _locate(self, request: messages.Locate, cancelled: Callable[[], bool]) -> messages.Located:
        search = partial(self._first, request.search, request.id, cancelled)
        places = passage_rank.ranks(search, search(request.search.k), {request.passage_id})
        return messages.Located(id=request.id, rank=places[request.passage_id] if places else None)

    def _rank_questions(
        self, request: messages.RankQuestions, cancelled: Callable[[], bool]
    ) -> messages.Rankings:
        retriever = self._service.retriever(request.data, request.model, request.correction)
        langs = list(request.langs)
        retriever.prepare(langs, self._progress(request.id, "encoding passages"), cancelled)
        questions, _ = self._service.questions(request.data, request.lang, "", request.limit)
        report = self._progress(request.id, "ranking questions")
        passages = []
        for number, question in enumerate(questions, 1):
            if cancelled():
                raise errors.Cancelled
            ranking = retriever.search(
                question.text, query_id=question.query_id, langs=langs, k=request.k, cancelled=cancelled
            )
            passages.append(tuple(hit.passage_id for hit in ranking.hits))
            report(number, len(questions))
        return messages.Rankings(id=request.id, questions=questions, passages=tuple(passages))

    def _progress(self, request: int, step: str) -> Callable[[int, int], None]:
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done == total or now - last >= PROGRESS_SECONDS:
                last = now
                self._reply(messages.Progress(id=request, step=step, done=done, total=total))

        return report

    def _reply(self, reply: messages.Reply) -> None:
        with self._writing:
            self._out.write(messages.to_line(reply))
            self._out.flush()


def _resident() -> int:
    """Return this process's resident memory in bytes; its peak where /proc is absent."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Serve on the real stdin and stdout; whatever a library prints goes to stderr instead."""
    # Not ignored: the trainings that are started here would ignore it, too.
    signal.signal(signal.SIGINT, lambda *_: None)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(BrokenPipeError):
        Server(Service(), out).serve(sys.stdin.buffer)
    # Threads deep in torch cannot be stopped; nothing that they hold needs them to end well.
    os._exit(0)


if __name__ == "__main__":
    main()
