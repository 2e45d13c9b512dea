"""Dumps as files: a download that was broken off goes on, as clients of every age ask for it."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from migragraph.iris import BASE, PREFIXES
from migragraph.store.versions import publish
from servers import running

LONG = [Quad(NamedNode(f"{BASE}id/city/c{n}"), NamedNode(PREFIXES["rdf"] + "value"), Literal(f"{n} " * 20),
             DefaultGraph()) for n in range(20_000)]  # fmt: skip


@pytest.fixture(scope="module")
def long_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version whose facts are a file of some MB; the claims of one source are short."""
    home = tmp_path_factory.mktemp("long") / "var"
    publish(
        home, [*LONG, Quad(LONG[0].subject, LONG[0].predicate, Literal(1), NamedNode(PREFIXES["graph"] + "small"))], {}
    )
    return home


@pytest.fixture(scope="module")
def long_address(long_home: Path) -> Iterator[str]:
    """A service of that version."""
    with running(long_home) as server:
        yield server.address


def fetch(address: str, path: str = "/dumps/facts.nt", method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
    """Send what is written, and nothing that a client would add; give status, headers and body as sent."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/dumps/facts.nt", "/dumps/graph/small.nt"])
def test_a_download_that_was_broken_off_goes_on(long_address: str, path: str) -> None:
    """One range of bytes, of the file that the tag names, whether the file is long or short."""
    status, headers, whole = fetch(long_address, path)
    tag, size = headers["ETag"], len(whole)
    assert (status, headers["Content-Length"], headers["Accept-Ranges"]) == (200, str(size), "bytes")
    assert (size > 2**20) == ("facts" in path)
    assert re.fullmatch(r'"[0-9a-f]{32}-[0-9a-f]{32}"', tag)
    status, headers, body = fetch(long_address, path, "HEAD")
    assert (status, headers["Content-Length"], headers["Accept-Ranges"], headers["ETag"], body) == (
        200, str(size), "bytes", tag, b"",
    )  # fmt: skip
    half = size // 2
    for asked, begin, end in (
        (f"bytes={half}-", half, size),
        ("bytes=0-0", 0, 1),
        (f"bytes={size - 1}-", size - 1, size),
        (f"bytes=1-{size + 5}", 1, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=5-{10**30}", 5, size),
        (f"Bytes = {half} - {half + 1} ", half, half + 2),
    ):
        for more in ({}, {"If-Range": tag}, {"If-Match": f'"x", {tag}'}, {"Accept-Encoding": "gzip"}):
            status, headers, body = fetch(long_address, path, Range=asked, **more)
            assert (status, body) == (206, whole[begin:end])
            assert headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
            assert (headers["Content-Length"], headers["ETag"]) == (str(end - begin), tag)
            assert "Content-Encoding" not in headers


@pytest.mark.parametrize(
    "headers",
    [{"Range": "bytes=0-1,3-4"}, {"Range": "items=0-1"}, {"Range": "bytes=3-1"}, {"Range": "bytes"}, {"Range": ""},
     {"Range": "bytes=-0"}, {"Range": "bytes=x-"}, {"Range": "bytes=-" + "9" * 30}, {"Range": "bytes=--1"},
     {"Range": "bytes=0-0", "If-Range": '"another"'}, {"Range": "bytes=0-0", "If-Range": "W/{tag}"},
     {"Range": "bytes=0-0", "If-Range": "Sun, 22 Nov 2026 12:00:00 GMT"}],
    ids=str,
)  # fmt: skip
def test_a_range_that_does_not_count_is_ignored(long_address: str, headers: dict[str, str]) -> None:
    """The whole is given: RFC 9110, sections 13.1.5 and 14.2."""
    status, found, whole = fetch(long_address)
    sent = {name: value.format(tag=found["ETag"]) for name, value in headers.items()}
    status, again, body = fetch(long_address, **sent)
    assert (status, again["Content-Length"], body == whole) == (200, found["Content-Length"], True)
    assert fetch(long_address, method="HEAD", Range="bytes=0-0")[:1] == (200,)


def test_what_a_file_does_not_have_is_refused(long_address: str) -> None:
    """Bytes behind its end, which says how long it is; a file of another tag."""
    _, found, whole = fetch(long_address)
    for headers, status, code in (
        ({"Range": f"bytes={len(whole)}-"}, 416, "range-not-satisfiable"),
        ({"Range": f"bytes={10**30}-"}, 416, "range-not-satisfiable"),
        ({"If-Match": '"another"', "Range": "bytes=0-0"}, 412, "precondition-failed"),
        ({"If-Match": f"W/{found['ETag']}"}, 412, "precondition-failed"),
    ):
        refused, told, body = fetch(long_address, **headers)
        assert (refused, json.loads(body)["type"].partition("#")[2]) == (status, code)
        assert told["Content-Range"] == (f"bytes */{len(whole)}" if status == 416 else None)


def test_what_is_sent_compressed_cannot_be_had_in_parts(long_address: str) -> None:
    """Its bytes are others: a weak tag, no length of the file, no promise of ranges; caches are told."""
    _, plain, whole = fetch(long_address)
    status, packed, body = fetch(long_address, Accept_Encoding="gzip")
    assert (status, gzip.decompress(body) == whole) == (200, True)
    assert (packed["ETag"], packed["Content-Encoding"]) == (f"W/{plain['ETag']}", "gzip")
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert packed["Content-Length"] is None
    assert packed["Accept-Ranges"] is None
    for tag in (plain["ETag"], packed["ETag"], f'"x", {packed["ETag"]}', "*"):
        for more in ({}, {"Range": "bytes=0-0"}, {"Accept-Encoding": "gzip"}):
            status, headers, body = fetch(long_address, If_None_Match=tag, **more)
            assert (status, headers["ETag"], body) == (304, plain["ETag"], b"")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_older_client_gets_a_file_as_it_is_read(long_address: str, encoding: str) -> None:
    """HTTP/1.0 knows no chunks: the length says where the file ends, so it need not be held whole."""
    _, found, whole = fetch(long_address)
    host, _, port = urlsplit(long_address).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"GET /dumps/facts.nt HTTP/1.0\r\nAccept-Encoding: {encoding}\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: connection.recv(1 << 16), b"")).partition(b"\r\n\r\n")
    lines = head.decode().lower().splitlines()
    assert f"content-length: {len(whole)}" in lines
    assert f"etag: {found['ETag']}" in lines
    assert not [line for line in lines if line.startswith(("content-encoding", "transfer-encoding"))]
    assert body == whole


def test_a_version_has_the_same_files_after_a_restart(long_home: Path, long_address: str) -> None:
    """A download can be taken up again; and whoever has the file is told so without writing it anew."""
    _, found, whole = fetch(long_address)
    with running(long_home) as other:
        tag = found["ETag"].partition("-")[0] + '-0123456789abcdef"'  # as it would be of another order
        for given in (tag, f"W/{tag}"):
            status, headers, _ = fetch(other.address, If_None_Match=given)
            assert (status, headers["ETag"]) == (304, tag)
        status, headers, rest = fetch(other.address, Range="bytes=1000000-", If_Range=found["ETag"])
        assert (status, rest == whole[1_000_000:], headers["ETag"]) == (206, True, found["ETag"])
