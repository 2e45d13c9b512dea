"""The bench: its graphs are like the real one, its queries answer on both, its client and arithmetic are right."""

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import rdflib
from pyoxigraph import Quad, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store, parse
from rdflib import XSD
from rdflib.compare import isomorphic
from rdflib.query import Result

from bench import graphs, report
from bench.__main__ import _read
from bench.generate import lines
from bench.load import Client, Endpoint, Failed, TimedOut, drive, fetch
from bench.machine import free_port, processor_seconds, settle
from bench.measure import Record, Speed, disagreements, geometric_ratio
from migragraph.iris import PREFIXES, shorten, term
from projects import ROOT

SIZE = 50_000
MIX = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "bench" / "queries").glob("*.rq"))}
RULES = sorted((ROOT / "ontology" / "rules").glob("*.rq"))


def written(n_triples: int, seed: int = 1) -> bytes:
    """Return a synthetic graph as N-Triples."""
    return "".join(line for group in lines(n_triples, seed) for line in group).encode()


@pytest.fixture(scope="module")
def text() -> bytes:
    """A synthetic graph of 50,000 triples."""
    return written(SIZE)


@pytest.fixture(scope="module")
def synthetic(text: bytes) -> Store:
    """The same in the engine."""
    store = Store()
    store.bulk_load(text, RdfFormat.N_TRIPLES)
    return store


def test_a_graph_has_as_many_triples_as_were_asked_for(text: bytes, synthetic: Store) -> None:
    """No line twice, and each is a triple for a strict parser; half a thing at the end is no matter."""
    assert len(text.splitlines()) == len(synthetic) == SIZE
    assert len(set(parse(text, RdfFormat.N_TRIPLES, lenient=False))) == SIZE


def test_size_and_seed_decide_every_byte(text: bytes) -> None:
    """The same graph again, and another one for another seed; a smaller one is the beginning of it."""
    assert hashlib.sha256(written(SIZE)).digest() == hashlib.sha256(text).digest()
    assert text.startswith(written(45_000))
    assert written(45_000, seed=2) != written(45_000)


def test_a_size_that_the_ontology_alone_exceeds_is_refused() -> None:
    """The message says how many it takes."""
    with pytest.raises(ValueError, match="1000 triples are too few: ontology and regions alone have"):
        list(lines(1000, 1))


def test_memory_does_not_grow_with_size() -> None:
    """What is held while a graph is written: for 150,000 triples no more than for 60,000, but for some counters."""

    def peak(n_triples: int) -> int:
        tracemalloc.start()
        try:
            written_lines = sum(len(group) for group in lines(n_triples, 1))
            assert written_lines == n_triples
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(45_000)  # fills what is cached for good
    assert peak(150_000) < 1.2 * peak(60_000)


def of_our_classes(store: Store, pattern: str) -> set[tuple[str, str]]:
    """Return pairs of a class of ours and what the pattern binds to ?other for its instances."""
    found = store.query(
        f"SELECT DISTINCT ?class ?other {{ ?s a ?class . {pattern} FILTER(STRSTARTS(STR(?class), STR(mg:))) }}",
        prefixes=PREFIXES,
    )
    assert isinstance(found, QuerySolutions)
    return {(shorten(row["class"].value), shorten(row["other"].value)) for row in found}  # type: ignore[union-attr]


@pytest.mark.parametrize("pattern", ["?s a ?other", "?s ?other ?o"])
def test_things_are_said_as_in_the_real_graph(real_graph: Store, synthetic: Store, pattern: str) -> None:
    """No class beside another class and no property of a class that the real graph does not have."""
    assert of_our_classes(synthetic, pattern) <= of_our_classes(real_graph, pattern)
    assert len(of_our_classes(synthetic, pattern)) > 40


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_what_the_rules_derive_is_there_already(synthetic: Store, rule: Path) -> None:
    """Each rule of the project adds nothing to a synthetic graph."""
    derived = synthetic.query(rule.read_text(encoding="utf-8"), prefixes=PREFIXES)
    assert isinstance(derived, QueryTriples)
    assert [str(t) for t in derived if Quad(t.subject, t.predicate, t.object) not in synthetic] == []


def test_memberships_are_skewed(synthetic: Store) -> None:
    """By Zipf's law the largest network has about twice the members of the second; most have few."""
    found = synthetic.quads_for_pattern(None, term("org:memberOf"), None)
    sizes = [n for _, n in Counter(str(quad.object) for quad in found).most_common()]
    assert 1.2 < sizes[0] / sizes[1] < 2.5
    assert sizes[0] > 5 * sizes[len(sizes) // 2]


@pytest.mark.parametrize("name", sorted(MIX))
def test_a_query_of_the_mix_answers_on_the_real_graph(real_graph: Store, name: str) -> None:
    """Never empty, so that there is something to be timed."""
    assert any(True for _ in real_graph.query(MIX[name]))  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def in_rdflib(text: bytes) -> rdflib.Graph:
    """The synthetic graph in the other engine."""
    return rdflib.Graph().parse(data=text, format="nt")


def values(result: Iterable[Any]) -> list[tuple[object, ...]]:
    """Return rows with numbers as such: the engines write the same decimal with more or fewer zeros."""
    return [
        tuple(t.toPython() if isinstance(t, rdflib.Literal) and t.datatype == XSD.decimal else t for t in row)
        for row in result
    ]


@pytest.mark.parametrize("name", sorted(MIX))
def test_two_engines_give_the_same_whole_answer(synthetic: Store, in_rdflib: rdflib.Graph, name: str) -> None:
    """Row by row in the order that is asked for; graphs triple by triple."""
    theirs = in_rdflib.query(MIX[name])
    ours = synthetic.query(MIX[name])
    if isinstance(ours, QueryTriples):
        assert theirs.graph is not None
        mine = rdflib.Graph().parse(data=ours.serialize(format=RdfFormat.N_TRIPLES), format="nt")
        assert len(mine) > 10
        assert isomorphic(mine, theirs.graph)
        return
    assert isinstance(ours, QuerySolutions)
    rows = values(Result.parse(io.BytesIO(ours.serialize(format=QueryResultsFormat.JSON) or b""), format="json"))
    expected = values(theirs)
    if "ORDER BY" not in MIX[name]:
        rows, expected = sorted(rows), sorted(expected)
    assert len(rows) > 0
    assert rows == expected


@pytest.mark.parametrize(("size", "triples"), [("100k", 100_000), ("1m", 1_000_000), ("10M", 10_000_000)])
def test_a_size_is_read(size: str, triples: int) -> None:
    """Thousands and millions, by their letter."""
    assert graphs.n_triples(size) == triples


@pytest.mark.parametrize("arguments", [["--sizes", "12"], ["--sizes", "k"], ["--sizes", "1g"], ["--parts", "speed"]])
def test_what_is_no_size_or_part_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """By name, before anything is measured."""
    with pytest.raises(SystemExit):
        _read(arguments)
    assert arguments[1] in capsys.readouterr().err


class _Answering(BaseHTTPRequestHandler):
    """Answers by path: with a length, in pieces, with an error, or cut short."""

    protocol_version = "HTTP/1.1"
    body = b'{"head": {}, "results": {"bindings": [{}, {}, {}]}}'

    def do_GET(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.respond()

    def respond(self) -> None:
        how = self.path.partition("?")[0]
        self.send_response(503 if how == "/busy" else 200)
        if how == "/pieces":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in (self.body[:7], self.body[7:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            return
        self.send_header("Content-Length", str(len(self.body) + (10 if how == "/short" else 0)))
        if how == "/closing":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(self.body)
        self.close_connection = how in ("/short", "/closing")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """A server that takes it that clients go away when their time is over."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on the loopback network."""
    server = _Server(("127.0.0.1", 0), _Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/length", "/pieces", "/closing"])
def test_the_client_reads_whole_answers(port: int, path: str) -> None:
    """However they are sent: one by one, and many at once, each connection from an address of its own."""
    endpoint = Endpoint(port, path)
    assert endpoint.ask("SELECT * {}", 5).rows == 3
    client = Client(endpoint)
    client.connect()
    assert fetch(client, endpoint.request("SELECT * {}")).startswith(b"HTTP/1.1 200")
    client.socket.close()
    measured = drive(endpoint, ["SELECT * {}"], connections=3, seconds=1)
    assert measured.per_second > 0
    assert (measured.failed, measured.first_failure) == (0, "")


@pytest.mark.parametrize(("path", "said"), [("/busy", "status 503"), ("/short", "connection broken")])
def test_the_client_counts_what_is_no_whole_answer(port: int, path: str, said: str) -> None:
    """An error and a broken transfer are failures, never answers."""
    endpoint = Endpoint(port, path)
    with pytest.raises(Failed):
        endpoint.ask("SELECT * {}", 5)
    measured = drive(endpoint, ["SELECT * {}"], connections=2, seconds=1)
    assert (measured.per_second, measured.first_failure) == (0, said)
    assert measured.failed > 0


def test_the_client_goes_on_without_a_server() -> None:
    """A port that nobody listens on: every connection is a failure."""
    measured = drive(Endpoint(free_port(), "/"), ["SELECT * {}"], connections=3, seconds=1)
    assert (measured.per_second, measured.failed) == (0, 3)
    assert measured.first_failure.startswith("ConnectionRefusedError")


def test_the_client_gives_up_at_the_deadline() -> None:
    """On a server that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimedOut, match=r"no answer in 0\.1 s"):
        Endpoint(silent.getsockname()[1], "/").ask("SELECT * {}", 0.1)


def records() -> list[Record]:
    """Two engines and four queries: b is slower, gives other rows, or fails; c is not there."""
    base = Record("a", "1", rows={"p": 1, "q": 2, "r": 3, "s": 4}, seconds={name: [1, 3, 2] for name in "pqrs"})
    other = Record("b", "2", rows={"p": 1, "q": 2, "r": 9}, failures={"s": "no answer in 1 s"})
    other.seconds = {"p": [4, 4, 99], "q": [16], "r": [1]}
    return [base, other, Record("c", missing="there is no command c")]


def test_the_mean_is_that_of_queries_with_equal_answers() -> None:
    """By hand: medians 4 / 2 and 16 / 2, so the square root of 2 × 8."""
    base, other, _ = records()
    ratio, n = geometric_ratio(other, base, dict.fromkeys("pqrs", ""))
    assert (round(ratio, 9), n) == (4, 2)


def test_differences_are_named() -> None:
    """Another number of rows, a query that failed, and an engine that is not there."""
    assert disagreements(records(), dict.fromkeys("pqrs", "")) == ["b, r: 9 rows, not 3", "b, s: no answer in 1 s"]
    shown = report.questions(records(), dict.fromkeys("pqrs", ""))
    assert shown.splitlines()[2:5] == [
        "| a 1 | 1.00 | 4 of 4 | 8.00 | 3 | - | 0 |",
        "| b 2 | 4.00 | 2 of 4 | 21.00 | 3 | - | 0 |",
        "| c | - | - | - | - | - | - |",
    ]
    assert "- c: there is no command c." in shown
    assert "- b, r: 9 rows, not 3.\n- b, s: no answer in 1 s." in shown


def test_an_engine_that_is_missing_is_named_with_the_reason() -> None:
    """In the table of light queries too."""
    shown = report.light([Speed("a"), Speed("b", missing="has no HTTP")], base="a", apart=True, connections=2)
    assert "| b | - | - | - | - | - |" in shown
    assert "- b: has no HTTP." in shown


def test_a_table_is_written_into_its_block(tmp_path: Path) -> None:
    """Only that one changes; a document without it is refused."""
    document = tmp_path / "page.md"
    document.write_text("# T\n<!-- bench: x -->\nold\n<!-- /bench: x -->\nrest\n")
    report.insert(document, "x", r"new \1")
    assert document.read_text() == "# T\n<!-- bench: x -->\n\nnew \\1\n\n<!-- /bench: x -->\nrest\n"
    with pytest.raises(ValueError, match="0 blocks <!-- bench: y -->"):
        report.insert(document, "y", "new")


def test_the_page_has_a_block_for_every_table() -> None:
    """Those of a whole run, and of the largest size."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for name in ("mix-real", "mix-100k", "mix-1m", "mix-10m", "questions", "light", "start", "split"):
        assert page.count(f"<!-- bench: {name} -->") == page.count(f"<!-- /bench: {name} -->") == 1, name


def test_what_still_works_is_waited_for() -> None:
    """A process that starts another, which is busy for two seconds: it rests after that, not before."""
    busy = "import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass\ntime.sleep(60)"
    outer = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])"
    begun = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", outer], start_new_session=True) as process:
        try:
            settle(process.pid)
            assert time.monotonic() - begun > 2
            assert processor_seconds(process.pid) > 0.5
        finally:
            os.killpg(process.pid, signal.SIGKILL)
