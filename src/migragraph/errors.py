"""Everything that can go wrong, as one tree of errors with a name, a cause and a remedy.

::

    MigragraphError
    ├── ConfigError              a setting is missing, unknown or impossible
    ├── CannotListen             the address of the service is taken, or is none of this machine now
    ├── SourceError              inputs that cannot be used; carries every problem found
    ├── InvalidGraph             publication refused; carries the report
    ├── StoreError
    │   ├── NoVersion            nothing has been built yet, or the version is unknown
    │   ├── DamagedVersion       a version on disk is not what its manifest says
    │   ├── DiskFull             there is no room for a new version or a dump; nothing was changed
    │   ├── NotLoaded            the remote engine does not hold the version that is to be served
    │   └── EngineUnavailable    the remote engine does not answer, or not whole
    ├── WriteError
    │   ├── ForbiddenWrite       the change is one to what is generated
    │   ├── WriteConflict        somebody else has written since the version that the change was made for
    │   └── OutdatedVersion      the served version is not what the files, edits and software of today would give
    ├── QueryError
    │   ├── MalformedQuery       the query is not SPARQL
    │   ├── UpdateInPlaceOfQuery an update, where queries are answered
    │   ├── QueryInPlaceOfUpdate a query, where updates are carried out
    │   ├── UnknownFunction      the query calls a function that the engine does not have
    │   ├── ForbiddenQuery       the query asks for something that this service does not do
    │   ├── EngineRefusal        the remote engine cannot do what the query asks
    │   ├── QueryTimeout         the query was ended at the deadline
    │   ├── QueryMemoryExceeded  the query was ended because it took too much memory
    │   ├── ResultTooLarge       the answer is longer than this service gives
    │   ├── FetchFailed          what is read from elsewhere did not come, or cannot be used
    │   └── NotANetwork          the answer does not say which ties make up a network
    ├── MeasureError             a network cannot be measured as asked
    │   ├── UnusableNetwork      weights, sides or ties that no measure can read
    │   ├── NotApplicable        the measure says nothing of this network
    │   └── NetworkTooLarge      the measure would take too long on this network
    ├── ServiceBusy              too many queries at once
    ├── ExportError
    │   ├── UnwritableGraph      a network is not of the form that exports take
    │   └── UnwritableValue      an attribute of a network has a value that no format can hold
    ├── RequestError
    │   ├── NotAcceptable        no format that the client accepts
    │   ├── UnsupportedMediaType a request body in a format that is not read
    │   ├── MalformedData        a request body that is not in the format that it says
    │   ├── Unauthorized         the request needs a token
    │   ├── InsufficientScope    the token does not give the right to do this
    │   ├── RequestTooLarge      a request that is longer than what is read
    │   ├── TooManyRequests      a client asks more than its share
    │   └── BadParameter         a parameter is missing, repeated or impossible
    └── UnknownThing             there is nothing of that name

The message says what failed, on which thing and why; ``remedy`` says what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migragraph.checks.report import Report

_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")


class MigragraphError(Exception):
    """Any failure that migragraph knows by name; ``code`` is that name, in every message and answer."""

    code: ClassVar[str] = "migragraph-error"

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Name each error after its class, in kebab case."""
        super().__init_subclass__(**kwargs)
        cls.code = _CAMEL.sub("-", cls.__name__).lower()

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.remedy}"


class ConfigError(MigragraphError):
    """A setting is missing, unknown or impossible: correct the environment variable or option that is named."""


class CannotListen(MigragraphError):
    """The address of the service is taken, or is none of this machine now: give another, or end what listens there."""


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file of the project: the line counts from 1, or is None where only the file is known."""

    path: Path
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line is not None else str(self.path)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: where it is, what is wrong, what to do."""

    where: Where
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message} {self.remedy}"


class SourceError(MigragraphError):
    """Inputs that cannot be used: correct each problem at the file and line it names; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda p: (str(p.where.path), p.where.line or 0, p.message))
        if not self.problems:
            msg = "a SourceError needs at least one problem"
            raise ValueError(msg)
        n = len(self.problems)
        super().__init__(
            f"{n} problem{'s' if n > 1 else ''} in the inputs:\n" + "\n".join(f"  {p}" for p in self.problems),
            remedy="\nCorrect the lines named and run the command again; nothing was changed.",
        )


class InvalidGraph(MigragraphError):
    """The graph breaks a shape or a rule, so no version was published: correct what the report lists."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(
            f"the graph has {report.n_violations} violations, so it was not published.",
            remedy="Correct what the report lists; `migragraph check` finds the same.",
        )


class StoreError(MigragraphError):
    """A version of the graph cannot be opened or written."""


class NoVersion(StoreError):
    """There is no such version of the graph: build one first."""


class DamagedVersion(StoreError):
    """A version on disk is not what its manifest says: remove it and build again."""


class DiskFull(StoreError):
    """There is no room on the disk for a new version, or for a dump: make room and try again; nothing was changed."""

    def __init__(self, message: str, *, remedy: str, what: str = "a new version") -> None:
        super().__init__(message, remedy=remedy)
        #: What there is no room for.
        self.what = what


class WriteError(MigragraphError):
    """A change to the graph cannot be made; the served version is as it was."""


class ForbiddenWrite(WriteError):
    """The change is one to what is generated, which no one writes: change what it is generated from instead."""


class WriteConflict(WriteError):
    """Somebody else has written to the graph meanwhile: ask the new version, and send the change again."""


class OutdatedVersion(WriteError):
    """The served version is not what the files, edits and software of today would give: build first."""


class NotLoaded(StoreError):
    """The remote engine does not hold the version that is to be served: load it."""


class EngineUnavailable(StoreError):
    """The remote engine does not answer, or not whole: send the query again later."""


class QueryError(MigragraphError):
    """A query cannot be answered."""


class MalformedQuery(QueryError):
    """A query or update is not SPARQL 1.1: correct it at the line and column named (both count from 1)."""

    def __init__(self, cause: str, *, line: int | None = None, column: int | None = None, what: str = "query") -> None:
        self.cause, self.line, self.column = cause, line, column
        place = f" at line {line}, column {column}" if line is not None else ""
        super().__init__(
            f"the {what} is not valid SPARQL{place}: {cause}.", remedy=f"Correct the {what} and send it again."
        )

    def of_update(self) -> MalformedQuery:
        """Return the same fault as one of an update."""
        return MalformedQuery(self.cause, line=self.line, column=self.column, what="update")


class UpdateInPlaceOfQuery(QueryError):
    """The request is a SPARQL Update, and queries only read: send SELECT, ASK, CONSTRUCT or DESCRIBE."""


class QueryInPlaceOfUpdate(QueryError):
    """The request is a query, and updates only change: ask it at /sparql."""


class UnknownFunction(QueryError):
    """The query calls a function that the engine does not have: use the functions of SPARQL 1.1."""


class ForbiddenQuery(QueryError):
    """The query asks for something that this service does not do: remove the feature that is named."""


class EngineRefusal(QueryError):
    """The remote engine cannot do what the query asks, though it is SPARQL 1.1: write it in another way."""


class QueryTimeout(QueryError):
    """The query was ended at the deadline: ask for less, or where the service allows it, for more time."""

    @classmethod
    def after(cls, seconds: float) -> QueryTimeout:
        """Return the error for a query that was not answered within so many seconds."""
        return cls(
            f"the query was not answered within {seconds:g} seconds, and was ended.",
            remedy="Ask for less: fewer patterns without a common variable, a LIMIT, a narrower path.",
        )


class QueryMemoryExceeded(QueryError):
    """The query was ended because its process took too much memory: ask for less to sort, group or hold."""


class ResultTooLarge(QueryError):
    """The answer is longer than this service gives: add a LIMIT, or take a dump."""


class FetchFailed(QueryError):
    """What SERVICE or LOAD reads from elsewhere did not come, or cannot be used: try later, or say SILENT."""


class NotANetwork(QueryError):
    """The answer does not say which ties make up a network: correct the query at the variable or row named."""


class MeasureError(MigragraphError):
    """A network cannot be measured as asked."""


class UnusableNetwork(MeasureError):
    """A network has weights, sides or ties that no measure can read: correct what is named."""


class NotApplicable(MeasureError):
    """A measure says nothing of this network: take the one that is named, or the network that is described."""


class NetworkTooLarge(MeasureError):
    """A measure would take too long on this network: take the sampled one that is named, or allow more steps."""


class ServiceBusy(MigragraphError):
    """Too many queries are being answered at once: send the query again a little later."""


class ExportError(MigragraphError):
    """A network cannot be written as a file: nothing was written."""


class UnwritableGraph(ExportError):
    """The network is not of the form that exports take: bring it into the form that the message names."""


class UnwritableValue(ExportError):
    """An attribute has a value that a file cannot hold, such as infinity: replace the value or leave it out."""


class RequestError(MigragraphError):
    """A request cannot be answered as it is."""


class NotAcceptable(RequestError):
    """No format that the client accepts can be written: ask for one of those offered."""


class UnsupportedMediaType(RequestError):
    """The body of the request is in a format that is not read here: send one of those named."""


class MalformedData(RequestError):
    """The body of the request is not in the format that it says: correct it at the line named."""


class Unauthorized(RequestError):
    """The request needs a token: send ``Authorization: Bearer`` with one that this service knows."""


class InsufficientScope(RequestError):
    """The token does not give the right to do this: ask the operator for one with the scope that is named."""


class RequestTooLarge(RequestError):
    """The request is longer than this service reads: send a shorter query, or smaller parts of a graph."""


class TooManyRequests(RequestError):
    """A client has had its share of requests, at once or per second: wait as long as Retry-After says."""


class BadParameter(RequestError):
    """A parameter is missing, repeated, unknown or has an impossible value."""


class UnknownThing(MigragraphError):
    """There is nothing of that name: the message lists what there is, or the nearest names."""
