"""The version that is served: opened once, with its labels and questions, and taken up anew when another is built."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar, cast

from flask import current_app
from pyoxigraph import NamedNode, Store

from migragraph.completions import Terms, list_terms
from migragraph.depiction.task import DepictTask
from migragraph.errors import MigragraphError, UnknownThing
from migragraph.federation import Federation
from migragraph.limits.dump_files import DumpFiles
from migragraph.limits.pool import Limits, QueryPool
from migragraph.limits.remote import RemotePool
from migragraph.limits.scratch import InPlace, Unlimited
from migragraph.limits.work import WorkProcesses
from migragraph.questions import Question, stored_questions
from migragraph.search import LabelIndex
from migragraph.store.opening import open_engine
from migragraph.store.remote import RemoteStore
from migragraph.store.versions import Version, current_version
from migragraph.things.lists import Catalogue
from migragraph.tokens import Bearer, Scope, Tokens
from migragraph.web.depictions import Depictions
from migragraph.web.kept_versions import find_kept
from migragraph.writes.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from migragraph.config import Settings
    from migragraph.limits.work import Work
    from migragraph.store.engine import Engine
    from migragraph.writes.guarded import Base


#: How many older versions are held open for those who ask them.
_OPEN_BESIDE: Final = 2
#: How often it is looked whether somebody still writes.
_PUT_OFF_SECONDS: Final = 0.5
T = TypeVar("T")
_log = logging.getLogger("migragraph.web")


class Served:
    """One version, open: its store, what answers queries on it, and what is made of it on first use."""

    def __init__(self, version: Version, store: Engine, pool: QueryPool | RemotePool | Unlimited) -> None:
        self.version = version
        self.store = store
        self.pool = pool

    @classmethod
    def of(cls, version: Version, settings: Settings) -> Served:
        """Open a version, in the engine that the settings name."""
        store, limits = open_engine(version, settings), _limits(settings)
        pool = RemotePool(store, limits) if isinstance(store, RemoteStore) else QueryPool(version, limits)
        return cls(version, store, pool)

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether no other process can open the graph: that of a throw-away instance, or a remote engine's."""
        return not isinstance(self.store, Store) or isinstance(self.pool, Unlimited)

    @property
    def store_folder(self) -> str:
        """Return the folder of the store, for another process to open."""
        return str(self.version.folder / "store")

    @property
    def is_lost(self) -> bool:
        """Tell whether the engine was found to hold another version meanwhile."""
        return isinstance(self.store, RemoteStore) and self.store.is_lost

    def __del__(self) -> None:
        """End the query processes once no request uses the version any more."""
        if hasattr(self, "pool"):
            self.pool.close()

    @cached_property
    def labels(self) -> LabelIndex:
        """Return the index of all names."""
        return LabelIndex(self.store)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the lists of things by class."""
        return Catalogue(self.store)

    @cached_property
    def terms(self) -> Terms:
        """Return the classes and properties, for the editor."""
        return list_terms(self.store)

    @cached_property
    def depictions(self) -> Depictions:
        """Return the networks, as they are shown."""
        return Depictions(self.version, self.store, self.pool)

    @cached_property
    def dumps(self) -> DumpFiles:
        """Return the dumps, each written when it is first asked for."""
        return DumpFiles(self.pool, serving().settings.queue_seconds)

    @cached_property
    def questions(self) -> dict[str, list[Question]]:
        """Return the questions by group, in their order."""
        groups: dict[str, list[Question]] = {}
        for question in stored_questions(self.store):
            groups.setdefault(question.group, []).append(question)
        return groups


class Serving:
    """The settings of the service, and the version that is current at this moment."""

    #: Whether what is served may change from one request to the next, so that no answer may be kept.
    is_scratch = False

    #: Whether everybody may write, without a token.
    is_open = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tokens = Tokens.read(settings.tokens)
        self.federation = Federation(settings)
        self.work = WorkProcesses(
            processes=settings.report_processes,
            seconds=settings.report_seconds,
            queue_seconds=settings.queue_seconds,
            memory_mib=settings.query_memory_mib,
        )
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._pointer = settings.home / "current"
        self._seen: tuple[int, int] | None = None
        self._served: Served | None = None
        self._older: dict[str, Served] = {}

    @property
    def what(self) -> str:
        """Return what is served, for people."""
        return str(self.settings.home)

    @property
    def takes_writes(self) -> bool:
        """Tell whether there is anybody who may write."""
        return bool(self.tokens) or self.is_open

    def writer(self, bearer: Bearer, why: str) -> Guarded | InPlace:
        """Return what carries out the changes of a bearer, who gives a reason."""
        latest = cast("Callable[[], Base]", self.latest)  # what is written to is a version, with a pool
        return Guarded(self.settings, latest, self._writing, who=bearer.name, why=why)

    def latest(self) -> Served:
        """Return the version that is current on the disk, taken up now if need be."""
        served = self.current()
        with self._lock:
            seen = self._look()
            self._seen = seen
        self._take_up(seen)
        with self._lock:
            return self._served or served

    def make(self, work: Work[T], now: Served) -> T:
        """Return what comes of work on a version: from a process of its own; in place where none can open the graph."""
        return work.carry_out(now.store) if now.is_elsewhere else self.work.make(work)

    def close(self) -> None:
        """End the query processes of all versions that are open."""
        for pool in self._pools():
            pool.close()

    def count_queries(self) -> tuple[int, int]:
        """Return how many queries are under way, and how many wait for a place, in all versions."""
        pools = self._pools()
        return sum(pool.n_running for pool in pools), sum(pool.n_waiting for pool in pools)

    def _pools(self) -> list[QueryPool | RemotePool | Unlimited]:
        with self._lock:
            return [found.pool for found in (*self._older.values(), self._served) if found is not None]

    @property
    def has_version(self) -> bool:
        """Tell whether a version is open, so that ``current`` gives it at once."""
        return self._served is not None and not self._served.is_lost

    def current(self) -> Served:
        """Return the version to answer from: the current one; ``NoVersion`` where there never was one.

        When another is made current, it is opened in the background, and requests are answered from the one before
        until its query processes are ready. A request that has begun keeps the version it began with.
        """
        with self._lock:
            seen = self._look()
            if self._served is not None and self._served.is_lost:
                self._served = None
            if self._served is None:
                self._served = Served.of(current_version(self.settings.home), self.settings)
                self._seen = seen
            elif seen != self._seen:
                self._seen = seen
                threading.Thread(target=self._take_up, args=(seen,), daemon=True).start()
            return self._served

    def _look(self) -> tuple[int, int] | None:
        """Return what tells one state of the file that names the current version from another."""
        try:
            status = self._pointer.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino

    def _take_up(self, seen: tuple[int, int] | None) -> None:
        """Open what is current now and serve it once it is ready; what cannot be opened leaves the old one served."""
        try:
            version = current_version(self.settings.home)
            if self._served is not None and version.id == self._served.version.id:
                return
            new = Served.of(version, self.settings)
            new.pool.warm()
        except MigragraphError as error:
            _log.error("the new version is not taken up: %s", error)
            return
        with self._lock:
            if self._seen == seen:
                self._served = new
        self._work_ahead(new)

    def warm(self) -> None:
        """Start the query processes of the current version, and begin to work out its networks in the background."""
        current = self.current()
        current.pool.warm()
        self._work_ahead(current)

    def _work_ahead(self, served: Served) -> None:
        """Work out the networks of a version in a process of its own, so that nobody waits for them, nor for this.

        The first who looks at ``/networks`` would otherwise wait for all of them. While somebody writes it is put off:
        that takes the processors, and makes the next version. Where another version takes the place of this one
        meanwhile, or it takes too long, what was made is forgotten.
        """
        if served.is_elsewhere:
            return
        version, depictions = served.version, weakref.ref(served.depictions)
        task = DepictTask(served.store_folder, version.id, version.built)

        def work() -> None:
            while self._writing.locked():
                time.sleep(_PUT_OFF_SECONDS)
            if depictions() is None:
                return
            begun = time.monotonic()
            try:
                made = self.work.make(task, in_background=True)
            except MigragraphError as error:
                _log.warning("the networks are not worked out ahead: %s", error)
                return
            if (left := depictions()) is not None:
                left.take(made)
                _log.info("%d networks are worked out in %.1f seconds", len(made), time.monotonic() - begun)

        threading.Thread(target=work, name="networks", daemon=True).start()

    def of(self, id_: str) -> Served:
        """Return the version with this id, or that begins so (8 characters or more), opened if need be.

        Raises what :func:`find_kept` raises, and ``UnknownThing`` where the engine holds another one alone.
        """
        current = self.current()
        if current.version.id == id_:
            return current
        version = find_kept(self.settings.home, id_)
        if version.id == current.version.id:
            return current
        if self.settings.engine:
            raise UnknownThing(
                f"version {id_!r} cannot be asked: the engine of this service holds the current one alone.",
                remedy="Leave the parameter out to ask that one.",
            )
        with self._lock:
            if version.id not in self._older:
                while len(self._older) >= _OPEN_BESIDE:
                    self._older.pop(next(iter(self._older)))
                self._older[version.id] = Served.of(version, self.settings)
            return self._older[version.id]


class Scratch(Serving):
    """An empty store in memory that whoever has the token may change; gone with the process."""

    is_scratch = True
    what = "an empty store, to be thrown away,"

    def __init__(self, settings: Settings, token: str | None) -> None:
        super().__init__(settings)
        self.is_open = token is None
        self.tokens = Tokens.of(token, Bearer("scratch", Scope.ADMIN)) if token else Tokens({})
        self._store = Store()
        self._pool = Unlimited(self._store)
        self._writer = InPlace(self._store)

    def current(self) -> Served:
        """Return the store as it is now."""
        graphs = {graph.value: None for graph in self._store.named_graphs() if isinstance(graph, NamedNode)}
        manifest = {"quads": len(self._store), "built": None, "graphs": graphs}
        return Served(Version("scratch", self.settings.home, manifest), self._store, self._pool)

    def writer(self, bearer: Bearer, why: str) -> Guarded | InPlace:
        """Return what changes the store in place, whoever it is for."""
        return self._writer


def _limits(settings: Settings) -> Limits:
    return Limits(
        timeout_seconds=settings.query_seconds,
        queue_seconds=settings.queue_seconds,
        processes=settings.query_processes,
        memory_mib=settings.query_memory_mib,
        answer_mib=settings.answer_mib,
        most_quads_in_memory=settings.memory_quads,
    )


def serving() -> Serving:
    """Return the serving state of the application that answers this request."""
    found = current_app.extensions["migragraph"]
    assert isinstance(found, Serving)  # noqa: S101 (set in create_app)
    return found


def served() -> Served:
    """Return the version that this request is answered from."""
    return serving().current()
