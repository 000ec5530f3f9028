"""Work on all cores: results in the order of the work, in bounded memory, and nobody left behind.

Owns: worker processes. They are started afresh (*spawn*) on every system, so that what works on one
works on all. Each prepares itself once, then takes one item after the other. Ctrl-C is its
parent's: a worker is ended by it, and ends by itself when its parent has gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4
"""Items under way for each worker: enough that none waits for work, or for a slow one's result."""

_MOST = 61
"""Workers that Windows lets one process wait for."""


def cores() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_in_order(
    prepare: Callable[[], Callable[[Item], Result]],
    items: Iterable[Item],
    jobs: int,
    lost: Callable[[Item], Result],
) -> Generator[Result, None, None]:
    """Yield the result of each item, in order. Items are taken as they are needed.

    Where a worker dies, of a fault in a library or for want of memory, what was under way is done
    once more, one after the other; what kills its worker again is given up, and the rest goes on.

    Close the iterator when you leave it early (`contextlib.closing`): that ends the workers.

    Args:
        prepare: returns what does the work; called once in each worker. It has to be found by its
            name, as a function of a module is, or a `functools.partial` of one.
        items: what `pickle` can carry, as the results have to be.
        jobs: how many processes; 1 stays in this one and starts none.
        lost: the result of an item that is given up.
    """
    if jobs == 1:
        work = None
        for item in items:
            work = work or prepare()
            yield work(item)
        return
    rest = iter(items)
    under_way: deque[_UnderWay[Item, Result]] = deque()
    while True:
        try:
            with _crew(prepare, min(jobs, _MOST)) as crew:
                yield from _in_order(crew, rest, under_way, jobs * _AHEAD)
                return
        except BrokenProcessPool:
            pass
        yield from _one_by_one(prepare, under_way, lost)


@dataclass
class _UnderWay(Generic[Item, Result]):
    item: Item
    future: Future[Result] | None = None


def _in_order(
    crew: ProcessPoolExecutor,
    items: Iterator[Item],
    under_way: deque[_UnderWay[Item, Result]],
    most: int,
) -> Iterator[Result]:
    """Yield results as long as all workers live; what has none yet stays in `under_way`.

    Raises:
        BrokenProcessPool: one has died.
    """

    def first() -> Result:
        future = under_way[0].future
        assert future is not None
        result = future.result()
        under_way.popleft()
        return result

    for item in items:
        under_way.append(_UnderWay(item))
        under_way[-1].future = crew.submit(_work, item)
        while under_way and (_is_done(under_way[0]) or len(under_way) > most):
            yield first()
    while under_way:
        yield first()


def _is_done(one: _UnderWay[Item, Result]) -> bool:
    return one.future is not None and one.future.done()


def _one_by_one(
    prepare: Callable[[], Callable[[Item], Result]],
    under_way: deque[_UnderWay[Item, Result]],
    lost: Callable[[Item], Result],
) -> Iterator[Result]:
    """Yield what has no result yet, each done with nothing beside it: so the culprit is known."""
    while under_way:
        try:
            with _crew(prepare, 1) as crew:
                while under_way:
                    result: Result = crew.submit(_work, under_way[0].item).result()
                    under_way.popleft()
                    yield result
        except BrokenProcessPool:  # noqa: PERF203 - as often as workers die
            yield lost(under_way.popleft().item)


@contextmanager
def _crew(prepare: Callable[[], Callable[[Any], Any]], jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Start the workers; end them at once where the block is left by an exception."""
    crew = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(prepare,)
    )
    try:
        with _without_interrupts():  # a worker that is still starting would print a traceback
            for _ in range(jobs):
                crew.submit(os.getpid)
        yield crew
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        crew.shutdown(cancel_futures=True)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Have new processes ignore Ctrl-C from their first instruction: they inherit that."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread may change it
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# --- in a worker ---

_prepared: Callable[[Any], Any] | None = None
_failure: Exception | None = None


def _begin(prepare: Callable[[], Callable[[Any], Any]]) -> None:
    """Prepare this worker. What goes wrong is told with the first result, not on the terminal."""
    global _prepared, _failure
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _prepared = prepare()
    except Exception as error:
        _failure = error


def _work(item: Any) -> Any:
    if _prepared is None:
        assert _failure is not None
        raise _failure
    return _prepared(item)


def _end_with_parent() -> None:
    """End this process when its parent has been killed: nobody would ever tell it to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
