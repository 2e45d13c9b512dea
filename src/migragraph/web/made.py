"""What was made last of networks that somebody asked for, held so that it need not be made again a moment later.

Entry point: :class:`Made`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from cachetools import LRUCache

from migragraph.web.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.web.serving import Served

T = TypeVar("T")


class Made(Generic[T]):
    """Things of one kind by version and definition, those asked for last, up to a size. Threads may share it.

    Two that ask for the same at once make it twice: a place in the queue of those who wait is not held for what may
    fail.
    """

    def __init__(self, most: int, size_of: Callable[[T], int] = lambda _: 1) -> None:
        self._held: LRUCache[Hashable, T] = LRUCache(most, size_of)
        self._lock = threading.Lock()

    def find_or_make(
        self,
        now: Served,
        definition: NetworkDefinition,
        make: Callable[[], T],
        *,
        keep: bool = True,
        parameters: Hashable = None,
    ) -> T:
        """Return what is held of a network under these parameters, else what ``make`` returns; raises what that raises.

        Without ``keep``, and where the graph may change from one request to the next, it is always made.
        """
        if not keep or serving().is_scratch:
            return make()
        key = (now.version.id, definition, parameters)
        with self._lock:
            held = self._held.get(key)
        if held is None:
            held = make()
            with self._lock:
                self._held[key] = held
        return held
