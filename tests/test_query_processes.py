"""Query processes: which of them is used again, and which versions they hold in memory."""

import time
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from migragraph.formats import RESULT_FORMATS, by_name
from migragraph.limits.pool import Limits, QueryPool
from migragraph.query import QueryRequest
from migragraph.store.versions import Version, publish

EX = "https://example.org/"
CSV = by_name("csv", RESULT_FORMATS)
COUNT = QueryRequest("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
#: An answer of several parts: 200² rows of some 100 characters.
LONG = QueryRequest("SELECT ?long { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?b), STR(?d), STR(?e)) AS ?long) }")


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A version of 200 triples."""
    quads = [Quad(NamedNode(f"{EX}{n}"), NamedNode(EX + "p"), Literal(n), DefaultGraph()) for n in range(200)]
    return publish(tmp_path_factory.mktemp("processes"), quads, {})


@pytest.mark.parametrize(("most", "is_held"), [(201, True), (200, True), (199, False)])
def test_versions_up_to_a_size_are_held_in_memory(version: Version, most: int, is_held: bool) -> None:
    """One of just so many quads too; a larger one is answered from the disk, with the same."""
    pool = QueryPool(version, Limits(most_quads_in_memory=most))
    try:
        assert pool.answer(COUNT, CSV).read() == b"n\r\n200\r\n"
        assert pool._nursery is not None
        command = Path(f"/proc/{pool._nursery.pid}/cmdline").read_text().split("\0")
        assert command[command.index(str(version.folder)) + 1] == str(int(is_held))
    finally:
        pool.close()


@pytest.mark.parametrize("is_long", [False, True])
def test_a_process_that_worked_long_is_not_used_again(version: Version, is_long: bool) -> None:
    """A second or more: it may have kept much memory. One that was quick answers the next query."""
    pool = QueryPool(version, Limits(timeout_seconds=60))
    try:
        answer = pool.answer(LONG, CSV)
        first = answer._process.pid
        if is_long:  # whoever reads slowly holds the process as long
            time.sleep(1.0)
        answer.read()
        after = pool.answer(COUNT, CSV)
        assert (after._process.pid == first) is not is_long
        assert after.read() == b"n\r\n200\r\n"
    finally:
        pool.close()
