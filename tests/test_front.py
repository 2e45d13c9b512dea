"""What stands before the application, on a real server: cache, broken transfers, limits of clients, log, counts."""

import gzip
import http.client
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from migragraph.store.versions import publish
from servers import Server, running

EX = "https://example.org/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUGE = f"SELECT * {CROSS}"
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {CROSS}"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?c < 25) }"


def publish_numbers(home: Path, n: int) -> str:
    """Publish a version of so many triples; return its id."""
    quads = [Quad(NamedNode(f"{EX}{i}"), NamedNode(EX + "p"), Literal(i), DefaultGraph()) for i in range(n)]
    return publish(home, quads, {}).id


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with 500 triples."""
    found = tmp_path_factory.mktemp("front")
    publish_numbers(found, 500)
    return found


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """A server with small limits."""
    with running(home, answer_mib=2, query_seconds=2.0, client_requests=3, queue_seconds=0.5) as found:
        yield found


def ask(
    server: Server, query: str, form: str = "csv", *, client: str = "127.0.0.1", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a query from an address of the loopback; give status, headers and body."""
    connection = connect(server, client)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", f"/sparql?format={form}&query={quote(query)}", headers=sent)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def connect(server: Server, client: str = "127.0.0.1") -> http.client.HTTPConnection:
    """Open a connection from an address of the loopback."""
    port = urlsplit(server.address).port
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(client, 0))


def counts(server: Server) -> dict[tuple[str, ...], float]:
    """Read the counts, by name and labels."""
    connection = connect(server, "127.0.0.99")
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_repeated_question_is_answered_from_the_cache(server: Server) -> None:
    """The same bytes and headers, but for the number of the request; a client that has them gets 304."""
    before = counts(server)
    status, headers, body = ask(server, COUNT)
    assert (status, body) == (200, b"n\r\n500\r\n")
    again = ask(server, COUNT)
    assert again[0] == 200
    assert again[2] == body
    changing = {"x-request-id", "date"}
    assert {k: v for k, v in again[1].items() if k not in changing} == {
        k: v for k, v in headers.items() if k not in changing
    }
    after = counts(server)
    gained = {key: after[key] - before.get(key, 0) for key in after if key[0] == "migragraph_cache_total"}
    assert gained[("migragraph_cache_total", "hit")] == 1
    status, known, nothing = ask(server, COUNT, If_None_Match=headers["etag"])
    assert (status, nothing) == (304, b"")
    assert known["etag"] == headers["etag"]
    assert known["access-control-allow-origin"] == "*"
    assert "content-type" not in known


def test_what_changes_is_not_kept(server: Server) -> None:
    """Two answers to RAND differ."""
    query = "SELECT (RAND() AS ?n) {}"
    assert ask(server, query)[2] != ask(server, query)[2]


def test_a_new_version_is_not_answered_from_the_old_ones_cache(tmp_path: Path) -> None:
    """Within some seconds, and for good."""
    publish_numbers(tmp_path, 1)
    with running(tmp_path) as server:
        assert ask(server, COUNT)[2] == ask(server, COUNT)[2] == b"n\r\n1\r\n"
        publish_numbers(tmp_path, 2)
        seen = []
        for _ in range(200):
            seen.append(ask(server, COUNT)[2])
            if seen[-1] == b"n\r\n2\r\n":
                break
            time.sleep(0.05)
        assert seen[-1] == b"n\r\n2\r\n"
        assert seen == sorted(seen)


def test_a_long_answer_comes_in_chunks_and_whole(server: Server) -> None:
    """25 times 500 rows, compressed or not, to a client of HTTP/1.0 too."""
    status, headers, plain = ask(server, LONG)
    assert (status, headers.get("transfer-encoding")) == (200, "chunked")
    assert plain.count(b"\r\n") == 12_501
    status, headers, packed = ask(server, LONG, Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert sorted(gzip.decompress(packed).splitlines()) == sorted(plain.splitlines())
    assert len(packed) < len(plain) / 5
    head, _, body = speak_1_0(server, LONG).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert sorted(body.splitlines()) == sorted(plain.splitlines())


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_answer_that_breaks_off_is_seen_to(server: Server, coding: str) -> None:
    """A transfer without its end, which http.client refuses; an older client gets an error instead."""
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(server, HUGE, Accept_Encoding=coding)
    assert caught.value.partial
    assert speak_1_0(server, HUGE).startswith(b"HTTP/1.1 413")


def speak_1_0(server: Server, query: str) -> bytes:
    """Ask as a client of HTTP/1.0 does; give all that is sent until the connection is closed."""
    address = urlsplit(server.address)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=30) as connection:
        connection.sendall(f"GET /sparql?format=csv&query={quote(query)} HTTP/1.0\r\n\r\n".encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_an_answer_is_compressed_for_those_who_read_it(server: Server) -> None:
    """Pages too; short answers are not, nor what a client does not want."""
    query = "SELECT * { ?s ?p ?o } LIMIT 100"
    plain = ask(server, query, Accept_Encoding="gzip;q=0, identity")
    packed = ask(server, query, Accept_Encoding="br, gzip;q=0.5")
    assert "content-encoding" not in plain[1]
    assert gzip.decompress(packed[2]) == plain[2]
    assert "Accept-Encoding" in packed[1]["vary"]
    assert "content-encoding" not in ask(server, COUNT, Accept_Encoding="gzip")[1]


def test_a_client_has_its_share_and_others_theirs(server: Server) -> None:
    """A fourth question beside three runaways is told to wait; one from elsewhere is answered."""
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(ask(server, RUNAWAY)[0])) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.7)
    status, headers, body = ask(server, "ASK {}", "json")
    assert (status, headers["retry-after"]) == (429, "1")
    assert json.loads(body)["type"].endswith("#too-many-requests")
    assert headers["access-control-allow-origin"] == "*"
    assert ask(server, "ASK {}", "json", client="127.0.0.2")[0] == 200
    for thread in threads:
        thread.join()
    assert found == [503] * 3
    assert ask(server, "ASK {}", "json")[0] == 200


def test_a_client_sends_so_many_requests_per_second(home: Path) -> None:
    """Two per second over ten seconds are twenty; the cache is not counted."""
    with running(home, client_rate=2) as server:
        statuses = [ask(server, f"ASK {{ ?s ?p {n} }}", "json")[0] for n in range(25)]
        assert statuses == [200] * 20 + [429] * 5
        assert ask(server, "ASK { ?s ?p 0 }", "json")[0] == 200
        assert ask(server, "ASK { ?s ?p 99 }", "json", client="127.0.0.3")[0] == 200


def test_each_request_is_logged_and_counted(server: Server) -> None:
    """One line of JSON with the request's number, which the client may give; no whole address."""
    before = counts(server)
    headers = ask(server, RUNAWAY, X_Request_Id="mine-42", client="127.1.2.3")[1]
    assert headers["x-request-id"] == "mine-42"
    assert ask(server, "ASK {}", X_Request_Id="b\u00e4d or worse")[1]["x-request-id"] != "mine-42"
    line = json.loads(next(line for line in wait_for(server, "mine-42")))
    assert line["status"] == 503
    assert line["client"] == "127.1.2.0"
    assert line["path"] == "/sparql"
    assert line["method"] == "GET"
    assert line["seconds"] > 1.5
    assert "127.1.2.3" not in "".join(server.log)
    after = counts(server)
    requests = ("migragraph_requests_total", "sparql", "GET", "503")
    assert after[requests] - before.get(requests, 0) == 1
    kills = ("migragraph_limit_hits_total", "query-timeout")
    assert after[kills] - before.get(kills, 0) == 1
    assert after[("migragraph_queries", "running")] == 0


def wait_for(server: Server, word: str) -> list[str]:
    """Return the lines of the log with a word, once there are some."""
    for _ in range(100):
        if found := [line for line in list(server.log) if word in line]:
            return found
        time.sleep(0.05)
    pytest.fail(f"{word} is not in the log")


def test_a_stop_waits_for_what_is_under_way(home: Path) -> None:
    """The answer under way comes whole, new connections are refused, and no process is left."""
    with running(home, query_seconds=3.0) as server:
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(ask(server, RUNAWAY)[0]))
        thread.start()
        time.sleep(1)
        held = processes_below(server.process.pid)
        assert len(held) >= 2, "the nursery and the query under way"
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionError):
            ask(server, COUNT)
        thread.join()
        assert found == [503]
        assert server.process.wait(timeout=10) == 0
        for _ in range(100):  # what was killed is there until somebody looks
            held = [pid for pid in held if Path(f"/proc/{pid}").exists()]
            time.sleep(0.05 if held else 0)
        assert held == []


def processes_below(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [found for child in map(int, listed.stdout.split()) for found in (child, *processes_below(child))]
