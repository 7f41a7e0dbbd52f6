"""Many requests, some at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

from hybrid_tui.errors import Cancelled

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
TURN_SECONDS = 0.2


def answered(
    ask: Callable[[Asked], Answer],
    wanted: Iterable[Asked],
    concurrency: int,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[tuple[Asked, Answer]]:
    """Yield each with its answer, in the order in which these come.

    After a failure nothing more is asked; what is under way is yielded, then the first failure is raised.
    Raises Cancelled when `cancelled()` turns true. Neither that nor Ctrl-C waits for what is under way.
    """
    waiting, stop = deque(wanted), Event()
    found: SimpleQueue[tuple[Asked, Answer] | BaseException | None] = SimpleQueue()

    def work() -> None:
        while waiting and not stop.is_set():
            try:
                each = waiting.popleft()
            except IndexError:  # another thread took the last one
                break
            try:
                found.put((each, ask(each)))
            except BaseException as error:
                stop.set()
                found.put(error)
        found.put(None)

    # An executor's threads would be waited for at the end of the process.
    workers = [Thread(target=work, daemon=True) for _ in range(min(concurrency, len(waiting)))]
    for each in workers:
        each.start()
    left, failure = len(workers), None
    try:
        while left:
            if cancelled and cancelled():
                raise Cancelled
            try:
                come = found.get(timeout=TURN_SECONDS)
            except Empty:
                continue
            if come is None:
                left -= 1
            elif isinstance(come, BaseException):
                failure = failure or come
            else:
                yield come
    finally:
        stop.set()
    if failure:
        raise failure
