"""Work on several assets at once, its results in order.

Threads, because what takes long in a large asset (hashing, inflating, decoding) lets go of
Python's lock, while nothing has to be copied to another process and one Ctrl-C ends all of it.
Small assets are done at once in the caller's thread: two threads that both need the lock take
twice as long as one.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_MOST: Final = 4
"""Jobs without being asked for more: each may hold the inputs of a whole asset."""


def in_order(
    work: Callable[[T], R], items: Iterable[T], jobs: int, *, heavy: Callable[[T], bool]
) -> Generator[R, None, None]:
    """What ``work`` makes of each item, in the order of the items.

    At most ``jobs`` ``heavy`` items are worked on at once, and one more result than that waits,
    so memory does not grow with the number of items. What ``work`` raises is raised in its turn;
    nothing is begun after that, nor after the iterator is closed.
    """
    if jobs == 1:
        yield from map(work, items)
        return
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="asset")
    try:
        for item in items:
            waiting.append(pool.submit(work, item) if heavy(item) else _now(work, item))
            while waiting and (waiting[0].done() or len(waiting) > jobs):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _now(work: Callable[[T], R], item: T) -> Future[R]:
    """What ``work`` makes of an item, or what it raises, to be taken in its turn."""
    future: Future[R] = Future()
    try:
        future.set_result(work(item))
    except Exception as error:  # noqa: BLE001  # raised again when its turn comes
        future.set_exception(error)
    return future


def default_jobs() -> int:
    """As many as there are processors that this process may use, but a few at most."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)
