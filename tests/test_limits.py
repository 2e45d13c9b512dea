"""Limits that stop the work: each is reached by a query that would go on, and the service goes on without it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions

from migragraph.config import read_settings
from migragraph.errors import (
    MalformedQuery,
    QueryMemoryExceeded,
    QueryTimeout,
    ResultTooLarge,
    ServiceBusy,
    UnknownThing,
)
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name
from migragraph.limits import pool as pool_module
from migragraph.limits.pool import Limits, QueryPool
from migragraph.query import QueryRequest
from migragraph.store.versions import Version, publish
from migragraph.updates import UpdateRequest
from migragraph.web import create_app

CSV, TRIPLES = by_name("csv", RESULT_FORMATS), by_name("nt", GRAPH_FORMATS)
EX = "https://example.org/"
AGGREGATE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SORT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EMPTY_ANSWER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) > 99) }"
RUNAWAY = "INSERT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i < 0) }"
LIGHT = "ASK { <https://example.org/0> <https://example.org/p> 0 }"


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A version of 2,000 triples: enough for a cross product that no machine finishes."""
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(EX + "p"), Literal(n), DefaultGraph()) for n in range(2000)]
    return publish(tmp_path_factory.mktemp("limits"), quads, {})


@pytest.fixture
def pool(version: Version) -> Iterator[QueryPool]:
    """A pool with small limits."""
    found = QueryPool(version, Limits(timeout_seconds=1, queue_seconds=0.3, processes=2, memory_mib=300, answer_mib=1))
    yield found
    found.close()


def children(of: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(of)], capture_output=True, text=True, check=False)
    return [pid for pid in map(int, listed.stdout.split()) if is_running(pid)]


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that has ended may be listed until its parent looks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def still_there(pids: list[int]) -> list[int]:
    """Return those of some processes that have not ended within five seconds: what is killed needs a turn."""
    patience = time.monotonic() + 5
    while (left := [pid for pid in pids if is_running(pid)]) and time.monotonic() < patience:
        time.sleep(0.02)
    return left


def test_answers_are_those_of_the_engine(pool: QueryPool) -> None:
    """Rows, yes or no, graphs; errors come as they are, with their place."""
    select = QueryRequest("SELECT ?n { ?s ?p ?n FILTER(?n < 3) } ORDER BY ?n")
    assert pool.answer(select, CSV).read() == b"n\r\n0\r\n1\r\n2\r\n"
    construct = QueryRequest("CONSTRUCT { ?s <https://example.org/q> ?n } { ?s ?p ?n FILTER(?n = 7) }")
    seven = b'"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert (
        pool.answer(construct, TRIPLES).read() == b"<https://example.org/7> <https://example.org/q> " + seven + b" .\n"
    )
    with pytest.raises(MalformedQuery) as caught:
        pool.answer(QueryRequest("SELECT ?n\n{ ?s ?p }"), CSV).read()
    assert (caught.value.line, caught.value.column) == (2, 9)


@pytest.mark.parametrize("query", [AGGREGATE, EMPTY_ANSWER])
def test_a_runaway_is_ended_at_the_deadline(pool: QueryPool, query: str) -> None:
    """The error names the limit, and the process is gone: not only the wait has ended."""
    pool.warm()
    assert pool._nursery is not None
    workers = children(pool._nursery.pid)
    assert len(workers) == 1
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match="within 1 seconds"):
        pool.answer(QueryRequest(query), CSV).read()
    assert time.monotonic() - begun < 5
    assert still_there(workers) == []
    assert pool.answer(QueryRequest(LIGHT), by_name("json", RESULT_FORMATS)).read().endswith(b'"boolean":true}')


def test_a_request_can_shorten_the_deadline_and_not_extend_it(pool: QueryPool) -> None:
    """The service's limit holds whatever a client asks for."""
    for asked, said in ((0.2, "0.2 seconds"), (60, "1 seconds")):
        with pytest.raises(QueryTimeout, match=said):
            pool.answer(QueryRequest(AGGREGATE), CSV, timeout_seconds=asked).read()


def test_a_query_that_takes_too_much_memory_is_ended(version: Version) -> None:
    """A sort of a cross product; the pool answers the next query."""
    pool = QueryPool(version, Limits(timeout_seconds=60, memory_mib=200))
    try:
        with pytest.raises(QueryMemoryExceeded, match="200 MiB"):
            pool.answer(QueryRequest(SORT), CSV).read()
        assert pool.answer(QueryRequest("SELECT (1 AS ?n) {}"), CSV).read() == b"n\r\n1\r\n"
    finally:
        pool.close()


def test_an_answer_that_is_too_long_is_an_error_not_a_part(pool: QueryPool) -> None:
    """Rows are counted while they are written, so the end is not waited for."""
    with pytest.raises(ResultTooLarge, match="1,048,576 bytes"):
        pool.answer(QueryRequest(HUGE), CSV).read()


def test_more_queries_than_places_wait_and_are_then_refused(pool: QueryPool) -> None:
    """Two runaways hold both places longer than a third query waits; afterwards all is well."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            pool.answer(QueryRequest(AGGREGATE), CSV).read()
        except QueryTimeout as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    with pytest.raises(ServiceBusy, match="2 queries are being answered"):
        pool.answer(QueryRequest(LIGHT), CSV).read()
    for thread in threads:
        thread.join()
    assert len(errors) == 2
    assert pool.answer(QueryRequest("SELECT (1 AS ?n) {}"), CSV).read() == b"n\r\n1\r\n"


def test_a_process_is_used_again_and_the_nursery_replaced(pool: QueryPool) -> None:
    """Light queries share one process; whatever is killed from outside is started anew."""
    one = QueryRequest("SELECT (1 AS ?n) {}")
    for _ in range(5):
        pool.answer(one, CSV).read()
    nursery = pool._nursery
    assert nursery is not None
    (worker,) = children(nursery.pid)
    os.kill(nursery.pid, signal.SIGKILL)
    while nursery.is_running:
        time.sleep(0.01)
    assert still_there([worker]) == [], "a query process outlived its parent"
    assert not pool.is_warm
    assert pool.answer(one, CSV).read() == b"n\r\n1\r\n"
    assert pool.is_warm


def test_nothing_is_left_when_a_pool_is_closed(version: Version) -> None:
    """Neither the nursery nor a query under way."""
    pool = QueryPool(version, Limits(timeout_seconds=30))
    pool.answer(QueryRequest(LIGHT), by_name("json", RESULT_FORMATS)).read()
    assert pool._nursery is not None
    pids = [pool._nursery.pid, *children(pool._nursery.pid)]
    pool.close()
    assert still_there(pids) == []
    with pytest.raises(ServiceBusy):
        pool.answer(QueryRequest(LIGHT), CSV).read()


def test_a_version_on_disk_answers_the_same(version: Version) -> None:
    """Larger versions are not held in memory."""
    pool = QueryPool(version, Limits(most_quads_in_memory=10))
    try:
        query = QueryRequest("SELECT (SUM(?n) AS ?sum) { ?s ?p ?n }")
        assert pool.answer(query, CSV).read() == b"sum\r\n1999000\r\n"
    finally:
        pool.close()


def run_into(pool: QueryPool, error: type[Exception]) -> None:
    """Send a runaway, which ends with an error."""
    with pytest.raises(error):
        pool.answer(QueryRequest(AGGREGATE), CSV)


def test_a_large_version_is_answered_from_the_disk_until_it_is_in_memory(
    version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No query waits for it; what runs goes on, and in the end one process holds the version."""
    monkeypatch.setattr(pool_module, "_AT_ONCE", 10)
    pool = QueryPool(version, Limits(timeout_seconds=1))
    query = QueryRequest("SELECT (SUM(?n) AS ?sum) { ?s ?p ?n }")
    try:
        runaway = threading.Thread(target=run_into, args=[pool, QueryTimeout])
        pool.warm()
        first = pool._nursery
        runaway.start()
        for _ in range(200):
            assert pool.answer(query, CSV).read() == b"sum\r\n1999000\r\n"
            if pool._nursery is not first:
                break
            time.sleep(0.05)
        runaway.join()
        assert pool._nursery is not first
        assert first is not None
        for _ in range(100):
            if not first.is_running:
                break
            time.sleep(0.05)
        assert not first.is_running
        assert pool.answer(query, CSV).read() == b"sum\r\n1999000\r\n"
    finally:
        pool.close()


def test_a_confined_process_reaches_no_network_and_little_memory() -> None:
    """Sockets are refused by the kernel, memory by the limit; what was open goes on working."""
    code = (
        "import socket, os\n"
        "from migragraph.limits.confinement import confine\n"
        "reader, writer = os.pipe()\n"
        "assert confine(100 * 2**20)\n"
        "for attempt in (socket.socket, socket.socketpair):\n"
        "    try:\n        attempt()\n"
        "    except PermissionError as error:\n        print('refused', error.errno)\n"
        "try:\n    bytearray(500 * 2**20)\n"
        "except MemoryError:\n    print('no memory')\n"
        "os.write(writer, b'open')\nprint(os.read(reader, 4).decode())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n") == ["refused 1", "refused 1", "no memory", "open", ""], done.stderr


@pytest.fixture
def client(version: Version) -> FlaskClient:
    """The service on the version, with a deadline of one second."""
    home = version.folder.parents[1]
    return create_app(read_settings({}, home=home, query_seconds=1.0, answer_mib=1)).test_client()


@pytest.mark.parametrize(
    ("query", "more", "status", "code"),
    [
        (AGGREGATE, {}, 503, "query-timeout"),
        (AGGREGATE, {"timeout": "0.2"}, 503, "query-timeout"),
        (HUGE, {"format": "json"}, 413, "result-too-large"),
        (LIGHT, {"timeout": "0"}, 400, "bad-parameter"),
        (LIGHT, {"timeout": "soon"}, 400, "bad-parameter"),
        (LIGHT, {"timeout": "nan"}, 400, "bad-parameter"),
        (LIGHT, {"timeout": ["1", "2"]}, 400, "bad-parameter"),
    ],
)
def test_a_client_is_told_which_limit_was_hit(
    client: FlaskClient, query: str, more: dict[str, object], status: int, code: str
) -> None:
    """Never a 200 that looks whole."""
    answer = client.get("/sparql", query_string={"query": query, **more}, headers={"Accept": "*/*"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["type"].endswith(f"#{code}")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_older_version_can_be_asked(tmp_path: Path) -> None:
    """The current one by default; an unknown one is 404, two are 400; each answer has a tag of its own."""
    ids = []
    for n in (1, 2):
        quad = Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal(n), DefaultGraph())
        ids.append(publish(tmp_path, [quad], {}).id)
    client = create_app(read_settings({}, home=tmp_path)).test_client()

    def ask(**more: object) -> tuple[int, str]:
        answer = client.get("/sparql", query_string={"query": "SELECT ?n { ?s ?p ?n }", "format": "csv", **more})
        return answer.status_code, answer.text if answer.status_code == 200 else answer.headers["Content-Type"]

    assert ask() == (200, "n\r\n2\r\n")
    assert ask(version=ids[0]) == (200, "n\r\n1\r\n")
    assert ask(version=ids[1]) == (200, "n\r\n2\r\n")
    assert ask(version="0" * 64) == (404, "application/problem+json")
    assert ask(version="../..") == (404, "application/problem+json")
    assert ask(version=ids) == (400, "application/problem+json")


def test_light_queries_are_answered_beside_runaways(version: Version) -> None:
    """Four runaways at a time, and every light query has its answer."""
    pool = QueryPool(version, Limits(timeout_seconds=2, processes=6))
    stop = threading.Event()

    def run_away() -> None:
        while not stop.is_set():
            with pytest.raises(QueryTimeout):
                pool.answer(QueryRequest(AGGREGATE), CSV).read()

    threads = [threading.Thread(target=run_away) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        answers = [pool.answer(QueryRequest("SELECT (1 AS ?n) {}"), CSV).read() for _ in range(50)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        pool.close()
    assert answers == [b"n\r\n1\r\n"] * 50


def test_the_filter_is_there_to_be_needed() -> None:
    """Without confinement this process may open a socket: what the filter refuses is not refused anyway."""
    socket.socket().close()


def test_a_new_version_is_taken_up_without_a_dropped_or_mixed_answer(tmp_path: Path) -> None:
    """Answers under way and after are of the old version or of the new one, whole; then of the new one only."""

    def publish_copies(n: int) -> None:
        quads = [Quad(NamedNode(f"{EX}{i}"), NamedNode(EX + "p"), Literal(n), DefaultGraph()) for i in range(50)]
        publish(tmp_path, quads, {})

    publish_copies(1)
    client = create_app(read_settings({}, home=tmp_path)).test_client()

    def ask() -> list[str]:
        answer = client.get("/sparql", query_string={"query": "SELECT DISTINCT ?n { ?s ?p ?n }", "format": "csv"})
        assert answer.status_code == 200
        return answer.text.split()[1:]

    serving = client.application.extensions["migragraph"]
    assert not serving.current().pool.is_warm
    assert (
        client.get("/ready").status_code == 200
    )  # what is not there is started, or a load balancer would wait forever
    assert serving.current().pool.is_warm
    assert ask() == ["1"]
    nursery = serving.current().pool._nursery
    os.kill(nursery.pid, signal.SIGKILL)
    nursery._process.wait()
    assert not serving.current().pool.is_warm
    assert client.get("/ready").status_code == 200
    assert ask() == ["1"]
    (tmp_path / "versions" / serving.current().version.id / "store").rename(tmp_path / "gone")
    os.kill(serving.current().pool._nursery.pid, signal.SIGKILL)
    serving.current().pool._nursery._process.wait()
    assert client.get("/ready").status_code == 503
    (tmp_path / "gone").rename(tmp_path / "versions" / serving.current().version.id / "store")
    assert client.get("/ready").status_code == 200
    publish_copies(2)
    answers = []
    for _ in range(200):
        answers.append(ask())
        if answers[-1] == ["2"]:
            break
        time.sleep(0.05)
    assert answers == sorted(answers)
    assert (answers[0], answers[-1]) == (["1"], ["2"])


def test_what_cannot_be_opened_leaves_the_served_version(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged version is noted, and the service goes on."""
    quad = Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal(1), DefaultGraph())
    publish(tmp_path, [quad], {})
    client = create_app(read_settings({}, home=tmp_path)).test_client()
    served = client.get("/health").json
    damaged = publish(tmp_path, [], {})
    (damaged.folder / "manifest.json").write_text("{")
    for _ in range(50):
        assert client.get("/health").json == served
        if "not taken up" in caplog.text:
            break
        time.sleep(0.05)
    assert "damaged-version" in caplog.text


class TestLongAnswers:
    """An answer of more than a MiB comes in parts; what ends it on the way is an error, not an end."""

    LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?c < 20) }"

    def test_parts_make_the_whole(self, version: Version) -> None:
        """They are those of the engine, whatever their number, and the process is used again."""
        pool = QueryPool(version, Limits(timeout_seconds=60))
        try:
            answer = pool.answer(QueryRequest(self.LONG), CSV)
            assert not answer.is_whole
            parts = list(answer)
            assert answer.is_whole
            assert len(parts) > 5
            found = version.open().query(self.LONG)
            assert isinstance(found, QuerySolutions)
            assert sorted(b"".join(parts).split()) == sorted(
                (found.serialize(format=QueryResultsFormat.CSV) or b"").split()
            )
            assert pool.answer(QueryRequest("SELECT (1 AS ?n) {}"), CSV).read() == b"n\r\n1\r\n"
        finally:
            pool.close()

    def test_what_is_too_long_breaks_off(self, version: Version) -> None:
        """The first part has come by then."""
        pool = QueryPool(version, Limits(timeout_seconds=60, answer_mib=2))
        try:
            answer = pool.answer(QueryRequest(HUGE), CSV)
            assert len(next(answer)) > 2**20
            with pytest.raises(ResultTooLarge):
                answer.read()
            assert not answer.is_whole
        finally:
            pool.close()

    def test_a_reader_who_leaves_ends_the_query(self, version: Version) -> None:
        """Its place is free again."""
        pool = QueryPool(version, Limits(timeout_seconds=60, processes=1, queue_seconds=0.1))
        try:
            answer = pool.answer(QueryRequest(HUGE), CSV)
            next(answer)
            answer.close()
            assert pool.answer(QueryRequest("SELECT (1 AS ?n) {}"), CSV).read() == b"n\r\n1\r\n"
        finally:
            pool.close()

    def test_a_large_graph_is_whole_too(self, version: Version) -> None:
        """More triples than are sorted come in the order of the engine, each once."""
        pool = QueryPool(version, Limits(timeout_seconds=60))
        try:
            query = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f FILTER(?c < 11) }"
            lines = pool.answer(QueryRequest(query), TRIPLES).read().splitlines()
        finally:
            pool.close()
        integer = "http://www.w3.org/2001/XMLSchema#integer"
        expected = {f'<{EX}{a}> <{EX}p> "{f}"^^<{integer}> .'.encode() for a in range(11) for f in range(2000)}
        assert len(lines) == len(expected) == 22_000
        assert set(lines) == expected


class TestDifferences:
    """What an update would change is worked out in a process of its own, and nothing is changed."""

    def test_what_is_added_and_removed(self, pool: QueryPool) -> None:
        """As N-Quads; the next query sees the graph as it was."""
        text = f"DELETE {{ ?s ?p 7 }} INSERT {{ GRAPH <{EX}g> {{ ?s ?p 'seven' }} }} WHERE {{ ?s ?p 7 }}"
        added, removed = pool.difference(UpdateRequest(text).check())
        assert added == f'<{EX}7> <{EX}p> "seven" <{EX}g> .\n'.encode()
        assert removed == f'<{EX}7> <{EX}p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'.encode()
        assert pool.answer(QueryRequest("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), CSV).read() == b"n\r\n2000\r\n"

    def test_several_operations_count_once(self, pool: QueryPool) -> None:
        """What is added and removed again is no difference."""
        text = f"INSERT DATA {{ <{EX}a> <{EX}p> 1 }} ; DELETE DATA {{ <{EX}a> <{EX}p> 1 }}"
        assert pool.difference(UpdateRequest(text).check()) == (b"", b"")

    def test_a_runaway_is_ended(self, pool: QueryPool) -> None:
        """At its deadline, four times that of a query; readers have theirs, and the place is free again."""
        with pytest.raises(QueryTimeout, match="within 4 seconds"):
            pool.difference(UpdateRequest(RUNAWAY).check())
        with pytest.raises(QueryTimeout, match="within 1 seconds"):
            pool.answer(QueryRequest(AGGREGATE), CSV)
        assert pool.n_running == 0

    def test_it_is_not_set_back(self, pool: QueryPool) -> None:
        """As a query that takes longer than a moment is: on a busy machine its turn would come too late."""
        usual = os.getpriority(os.PRIO_PROCESS, 0)

        def priority_of(work: Callable[[], object]) -> int:
            def run() -> None:
                with pytest.raises(QueryTimeout):
                    work()

            thread = threading.Thread(target=run)
            thread.start()
            while not pool._running:
                time.sleep(0.01)
            (process,) = pool._running
            found = usual
            while pool._running and found == usual:
                with suppress(ProcessLookupError):
                    found = os.getpriority(os.PRIO_PROCESS, process.pid)
                time.sleep(0.01)
            thread.join()
            return found

        pool.warm()
        assert priority_of(lambda: pool.answer(QueryRequest(AGGREGATE), CSV)) > usual
        assert priority_of(lambda: pool.difference(UpdateRequest(RUNAWAY).check())) == usual

    def test_what_takes_long_goes_on_when_the_version_is_in_memory(self, pool: QueryPool) -> None:
        """The process that it comes from is ended when nothing that comes from it is at work any more."""
        process = pool._take()
        nursery = process.nursery
        pool._retired.append(nursery)
        pool._retire(nursery)
        assert nursery.is_running
        assert pool._places.acquire(blocking=False)
        pool.give_back(process, again=False)
        pool._retire(nursery)
        assert not nursery.is_running
        pool._nursery = None

    def test_a_version_on_disk_is_not_touched(self, version: Version) -> None:
        """Though it is opened read-only, its difference is known."""
        pool = QueryPool(version, Limits(most_quads_in_memory=10))
        try:
            added, removed = pool.difference(UpdateRequest(f"DELETE DATA {{ <{EX}1> <{EX}p> 1 }}").check())
        finally:
            pool.close()
        assert (added, removed.count(b"\n")) == (b"", 1)
        assert len(version.open()) == 2000

    def test_a_version_that_is_being_read_into_memory_is_waited_for(
        self, version: Version, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It would be read a second time; where it cannot be read in, nothing waits."""
        monkeypatch.setattr(pool_module, "_AT_ONCE", 10)
        update = UpdateRequest(f"DELETE DATA {{ <{EX}1> <{EX}p> 1 }}").check()
        pool = QueryPool(version, Limits())
        try:
            pool.warm()
            from_disk, in_memory = pool._nursery, pool._loading
            assert from_disk is not in_memory is not None
            _, removed = pool.difference(update)
            assert removed.count(b"\n") == 1
            assert pool._nursery is in_memory
        finally:
            pool.close()
        pool = QueryPool(version, Limits())
        try:
            pool.warm()
            assert pool._loading is not None
            os.kill(pool._loading.pid, signal.SIGKILL)
            begun = time.monotonic()
            assert pool.difference(update) == (b"", removed)
            assert time.monotonic() - begun < pool.limits.timeout_seconds
        finally:
            pool.close()

    def test_what_is_wrong_is_named(self, pool: QueryPool) -> None:
        """And the place is free again."""
        for _ in range(5):
            with pytest.raises(UnknownThing):
                pool.difference(UpdateRequest(f"DROP GRAPH <{EX}none>").check())
