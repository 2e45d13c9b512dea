"""Dumps as files: written once, whole or not at all, by a query process with a deadline."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from migragraph.errors import NotAcceptable, QueryTimeout, ServiceBusy
from migragraph.formats import DATASET_FORMATS, GRAPH_FORMATS, Format, by_name
from migragraph.limits import dump_files
from migragraph.limits.dump_files import DumpFiles
from migragraph.limits.pool import Limits, QueryPool
from migragraph.store.versions import publish

NT = by_name("nt", GRAPH_FORMATS)
NQ = by_name("nq", DATASET_FORMATS)
EX = "https://example.org/"


class Told:
    """What writes dumps as it is told: parts, and what then goes wrong."""

    def __init__(self, *parts: bytes, error: Exception | None = None) -> None:
        self.parts, self.error = parts, error
        self.asked: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def dump(self, what: str, form: Format) -> Iterator[bytes]:
        """Give the parts, then the error."""
        self.asked.append(f"{what}.{form.name}")
        yield from self.parts
        assert self.may_go_on.wait(30)
        if self.error is not None:
            raise self.error


def content(files: DumpFiles, what: str) -> bytes:
    """Return the whole of a dump."""
    file = files.open(what, NT)
    with file.content:
        found = file.content.read()
    assert file.size == len(found)
    return found


def folder_of(files: DumpFiles) -> Path:
    """Return where the files are."""
    assert files._folder is not None
    return files._folder


def test_each_dump_is_written_once() -> None:
    """Whoever asks at the same time gets the same file; another one is another."""
    told = Told(b"a", b"b")
    files = DumpFiles(told, 30)
    told.may_go_on.clear()
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(content(files, "facts"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    told.may_go_on.set()
    for thread in threads:
        thread.join()
    assert found == [b"ab"] * 8
    assert content(files, "dataset") == b"ab"
    assert told.asked == ["facts.nt", "dataset.nt"]


def test_what_cannot_be_written_whole_is_not_there() -> None:
    """Nothing is left of it, and it is tried again when it is asked for again."""
    told = Told(b"a", error=QueryTimeout("too long.", remedy="x"))
    files = DumpFiles(told, 1)
    for _ in range(2):
        with pytest.raises(QueryTimeout):
            files.open("facts", NT)
    assert list(folder_of(files).iterdir()) == []
    told.error = None
    assert content(files, "facts") == b"a"


def test_who_would_wait_too_long_is_told_so() -> None:
    """While another dump is written; one that is there already is given all the same."""
    told = Told(b"a")
    files = DumpFiles(told, 0.05)
    assert content(files, "facts") == b"a"
    told.may_go_on.clear()
    writer = threading.Thread(target=content, args=(files, "dataset"))
    writer.start()
    while len(told.asked) < 2:
        pass
    with pytest.raises(ServiceBusy):
        files.open("graph", NT)
    assert content(files, "facts") == b"a"
    told.may_go_on.set()
    writer.join()


def test_the_oldest_go_where_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest stays, however long; who reads one that goes reads it to its end."""
    monkeypatch.setattr(dump_files, "_MOST_BYTES", 10)
    files = DumpFiles(Told(b"12345"), 1)
    reading = files.open("first", NT).content
    for what in ("second", "third"):
        content(files, what)
    assert len(list(folder_of(files).iterdir())) == 2
    with reading:
        assert reading.read() == b"12345"
    files._source = Told(b"x" * 100)
    assert len(content(files, "long")) == 100
    assert [path.stat().st_size for path in folder_of(files).iterdir()] == [100]


def test_the_files_go_with_the_version() -> None:
    """When nobody holds it any more."""
    files = DumpFiles(Told(b"a"), 1)
    content(files, "facts")
    folder = folder_of(files)
    assert folder.is_dir()
    del files
    assert not folder.exists()


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    """A pool on 30,000 quads in three graphs, one value of which XML cannot hold."""
    names = [DefaultGraph(), NamedNode(EX + "b"), NamedNode(EX + "a")]
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(EX + "p"), Literal(n), g) for n in range(10_000) for g in names]
    quads.append(Quad(NamedNode(EX + "x"), NamedNode(EX + "p"), Literal("\x01"), NamedNode(EX + "a")))
    found = QueryPool(publish(tmp_path_factory.mktemp("dumps"), quads, {}), Limits(answer_mib=1))
    yield found
    found.close()


def test_a_process_dumps_graph_after_graph(pool: QueryPool) -> None:
    """The facts, then the graphs by name; longer than an answer to a query may be."""
    written = b"".join(pool.dump("dataset", NQ))
    assert len(written) > 2**20
    found = list(parse(written, RdfFormat.N_QUADS))
    assert len(found) == 30_001
    order = list(dict.fromkeys(str(quad.graph_name) for quad in found))
    assert order == ["DEFAULT", f"<{EX}a>", f"<{EX}b>"]
    named = list(parse(b"".join(pool.dump(EX + "b", NT)), RdfFormat.N_TRIPLES))
    assert {quad.triple for quad in named} == {quad.triple for quad in found if str(quad.graph_name) == f"<{EX}b>"}


def test_a_value_that_xml_cannot_hold_is_refused(pool: QueryPool) -> None:
    """The file is not kept; the process answers on."""
    files = DumpFiles(pool, 1)
    with pytest.raises(NotAcceptable, match=r"U\+0001"):
        files.open(EX + "a", by_name("rdf", GRAPH_FORMATS))
    assert list(folder_of(files).iterdir()) == []
    assert len(content(files, EX + "b").splitlines()) == 10_000


def test_a_dump_has_a_deadline(pool: QueryPool) -> None:
    """Ten times that of a query, and then it is ended by name; no place is lost."""
    before = pool.limits
    pool.limits = replace(before, timeout_seconds=0.0001)
    try:
        for _ in range(before.processes + 1):
            with pytest.raises(QueryTimeout, match=r"within 0\.001 seconds"):
                b"".join(pool.dump("dataset", NQ))
    finally:
        pool.limits = before
    assert pool.n_running == 0
    assert len(b"".join(pool.dump("facts", NT)).splitlines()) == 10_000
