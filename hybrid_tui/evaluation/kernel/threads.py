"""Threads that work through jobs, and stop when asked to."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from hybrid_tui.errors import Cancelled
from hybrid_tui.evaluation.kernel.devices import Device
from hybrid_tui.evaluation.kernel.exact import Scorer
from hybrid_tui.evaluation.kernel.sieve import Sieve

T = TypeVar("T")


@dataclass(frozen=True)
class Worker:
    """What one thread works with."""

    sieve: Sieve
    scorer: Scorer


class Crew:
    """A thread for each sieve that the device can run; BLAS keeps to one thread in each meanwhile.

    size: the number of threads.
    """

    def __init__(
        self, device: Device, dimension: int, k: int, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self.size = device.workers
        self._cancelled = cancelled
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for _ in range(self.size):
            self._idle.put(Worker(device.sieve(k), Scorer(dimension)))

    def run(self, jobs: Iterable[Callable[[Worker], T]]) -> Iterator[T]:
        """Do the jobs, in any order, and yield what they return, as it comes.

        Raises what a job raises, and Cancelled when `cancelled()` turns true, which is asked after each.
        """
        pool = ThreadPoolExecutor(self.size)
        with threadpool_limits(1, user_api="blas"):
            try:
                for future in as_completed([pool.submit(self._do, job) for job in jobs]):
                    self.check()
                    yield future.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def check(self) -> None:
        """Raise Cancelled when that is wished."""
        if self._cancelled and self._cancelled():
            raise Cancelled

    def _do(self, job: Callable[[Worker], T]) -> T:
        worker = self._idle.get()
        try:
            return job(worker)
        finally:
            self._idle.put(worker)
