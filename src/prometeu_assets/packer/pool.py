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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_MOST: Final = 4
"""Jobs without being asked for more: each may hold the inputs of a whole asset."""


class Pending(Protocol[R_co]):
    """A result that is being made."""

    def done(self) -> bool:
        """Whether `result` would not wait."""

    def result(self) -> R_co:
        """What was made; raises what that raised."""

    def cancel(self) -> object:
        """Let it not begin, if it has not begun."""


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
    with ThreadPoolExecutor(jobs, thread_name_prefix="asset") as pool:

        def begin(item: T) -> Pending[R]:
            return pool.submit(work, item) if heavy(item) else now(work, item)

        yield from taken(begin, items, jobs)


def taken(
    begin: Callable[[T], Pending[R]], items: Iterable[T], most: int
) -> Generator[R, None, None]:
    """The results of what is begun for each item, in the order of the items.

    At most ``most`` are waited for while another is begun; what is not taken is cancelled.
    """
    waiting: deque[Pending[R]] = deque()
    try:
        for item in items:
            waiting.append(begin(item))
            while waiting and (waiting[0].done() or len(waiting) > most):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for each in waiting:
            each.cancel()


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    """A result that is there: it costs a tenth of what a `Future` does."""

    made: R | None
    error: Exception | None = None

    def done(self) -> bool:
        return True

    def result(self) -> R:
        if self.error is not None:
            raise self.error
        return cast("R", self.made)

    def cancel(self) -> object:
        return False


def now(work: Callable[[T], R], item: T) -> Pending[R]:
    """What ``work`` makes of an item, or what it raises, to be taken in its turn."""
    try:
        return _Done(work(item))
    except Exception as error:  # noqa: BLE001  # raised again when its turn comes
        return _Done(None, error)


def default_jobs() -> int:
    """As many as there are processors that this process may use, but a few at most."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)
