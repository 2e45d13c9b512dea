"""SERVICE: endpoints that answer badly, late or not at all, and addresses that lead into the local network."""

import json
import socket
import threading
from typing import Any

import pytest

from answers import ask, problem
from elsewhere import Elsewhere, Reply
from migragraph.federation.federation import MOST_ROWS
from migragraph.federation.fetching import _is_public, ip_address
from service_calls import ClientOf, literal, results, rows

# what goes wrong elsewhere


_FAILED, _LARGE, _LATE = (502, "fetch-failed"), (413, "result-too-large"), (503, "query-timeout")


def _faults() -> dict[str, tuple[Reply, tuple[int, str], str]]:
    """Path → what it answers; status and code of the problem, and words of it."""
    row = {"s": literal("x")}
    blank = {"s": {"type": "bnode", "value": "b0"}}
    iri = {"type": "uri", "value": "https://example.org/"}
    triple = {"type": "triple", "value": {"subject": iri, "predicate": iri, "object": literal("x")}}
    hostile = {"type": "uri", "value": "http://x> } } #"}
    whole = results(["s"], [row])
    return {
        "/blank": (Reply(results(["s"], [row, blank])), _FAILED, "?s in row 2 that cannot stand"),
        "/triple": (Reply(results(["s"], [{"s": triple}])), _FAILED, "of ?s in row 1"),
        "/rows": (Reply(results(["s"], [row] * (MOST_ROWS + 1))), _LARGE, "10,001 rows, and 10,000 are"),
        "/bytes": (Reply(b" " * (8 * 2**20 + 1)), _LARGE, "more than 8,388,608 bytes"),
        "/nul": (Reply(results(["s"], [{"s": literal("\0")}])), _FAILED, "of ?s in row 1 that cannot stand"),
        "/html": (Reply(b"<p>no</p>", "text/html"), _FAILED, "it is of the type text/html"),
        "/ask": (Reply(b'{"head":{},"boolean":true}'), _FAILED, "yes or no"),
        "/half": (Reply(whole[:-5]), _FAILED, "cannot be used"),
        "/short": (Reply(whole, length=len(whole) + 5), _FAILED, "breaks off"),
        "/remark": (Reply(whole + b"## Query cancelled"), _FAILED, "cannot be used"),
        "/iri": (Reply(results(["s"], [{"s": hostile}])), _FAILED, "IRI"),
        "/some": (Reply(whole, headers={"X-SPARQL-MaxRows": "1"}), _LARGE, "at most 1 rows"),
        "/part": (Reply(whole, headers={"X-SQL-State": "S1TAT"}), _LATE, "did not answer whole"),
        "/broken": (Reply(b"Out of memory\nat x.java", "text/plain", 500), _FAILED, "status 500: Out of memory."),
        "/gone": (Reply(b"", "text/plain", 204), _FAILED, "status 204."),
        "/moved": (Reply(status=302, headers={"Location": "http://169.254.169.254/"}), _FAILED, "redirects to"),
        "/kept": (Reply(whole, status=307, headers={"Location": "/ok"}), _FAILED, "redirects to /ok"),
    }  # fmt: skip


@pytest.mark.parametrize("path", sorted(_faults()))
def test_an_answer_that_cannot_be_used_is_named(client_of: ClientOf, host: Elsewhere, path: str) -> None:
    """With the endpoint and the cause; SILENT goes on as if there were one row without values."""
    reply, expected, words = _faults()[path]
    endpoint = host.at(path, reply)
    host.asked.clear()
    client = client_of(endpoint)
    answer = ask(client, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
    assert problem(answer) == expected, answer.text
    assert words in json.loads(answer.text)["detail"]
    query = f"SELECT ?c ?s {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} ?c a mg:Network }}"
    assert rows(client, query) == [["https://w3id.org/migragraph/id/network/eurocities", ""]]
    assert {asked for asked, _ in host.asked} == {path}


def test_two_calls_share_what_a_query_may_read(client_of: ClientOf, host: Elsewhere) -> None:
    """Each half of the rows and one: together too many."""
    endpoint = host.at("/half-the-rows", Reply(results(["s"], [{"s": literal("x")}] * (MOST_ROWS // 2 + 1))))
    call = f"SERVICE <{endpoint}> {{ ?s ?p ?o }}"
    client = client_of(endpoint)
    assert rows(client, f"SELECT (COUNT(*) AS ?n) {{ {call} }}") == [[str(MOST_ROWS // 2 + 1)]]
    assert problem(ask(client, f"SELECT * {{ {{ {call} }} UNION {{ {call} }} }}")) == (413, "result-too-large")


@pytest.mark.parametrize("pause", [None, 0.05])
def test_whoever_never_answers_is_left(client_of: ClientOf, host: Elsewhere, pause: float | None) -> None:
    """At once or byte by byte: half of the time is for the call, so that SILENT leaves some for the rest."""
    reply = Reply(b" " * 10_000, pause_seconds=pause) if pause else Reply(begin=threading.Event())
    endpoint = host.at("/never", reply)
    client = client_of(endpoint, query_seconds=2.0)
    answer = ask(client, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
    assert problem(answer) == (503, "query-timeout")
    assert f"<{endpoint}> did not answer whole within 1.0 seconds" in json.loads(answer.text)["detail"]
    query = f"SELECT (COUNT(*) AS ?n) {{ ?c a mg:City SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"
    assert rows(client, query) == [["3"]]


def test_few_wait_for_others_at_once(client_of: ClientOf, host: Elsewhere) -> None:
    """One thread of four is lent to SERVICE where two are for queries; the next is told so, and others go on."""
    begin = threading.Event()
    endpoint = host.at("/slow", Reply(results([], [{}]), begin=begin))
    client = client_of(endpoint, threads=4, query_processes=2, queue_seconds=0.1)
    query = f"ASK {{ SERVICE <{endpoint}> {{}} }}"
    host.asked.clear()
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(ask(client.application.test_client(), query).status_code))
    waiting.start()
    while not host.asked:
        pass
    assert problem(ask(client, query)) == (503, "service-busy")
    assert rows(client, "SELECT ?c { ?c a mg:Network }") != []
    begin.set()
    waiting.join()
    assert found == [200]


def test_nobody_is_there(client_of: ClientOf) -> None:
    """A port that nobody listens at, and a name that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for endpoint in (f"http://127.0.0.1:{port}/sparql", "http://name.invalid/sparql"):
        answer = ask(client_of(endpoint), f"ASK {{ SERVICE <{endpoint}> {{}} }}")
        assert problem(answer) == (502, "fetch-failed")
        assert f"<{endpoint}> cannot be read" in json.loads(answer.text)["detail"]


# the local network


def test_a_name_that_leads_into_the_local_network_is_refused(
    client_of: ClientOf, host: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it is listed: whoever has that name decides where it leads, and may change it between two questions."""
    port = host.address.rpartition(":")[2]
    host.replies["/sparql"] = Reply(results([], [{}]))
    looked_up: dict[str, list[str]] = {
        "rebound.example": ["127.0.0.1"],
        "mixed.example": ["93.184.215.14", "10.0.0.1"],
        "mapped.example": ["::ffff:127.0.0.1"],
        "link.example": ["169.254.169.254"],
    }
    resolver = socket.getaddrinfo

    def resolve(name: str, *args: Any, **more: Any) -> Any:
        return [place for found in looked_up[name] for place in resolver(found, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    host.asked.clear()
    for name, (*_, bad) in looked_up.items():
        endpoint = f"http://{name}:{port}/sparql"
        answer = ask(client_of(endpoint), f"ASK {{ SERVICE <{endpoint}> {{}} }}")
        assert problem(answer) == (502, "fetch-failed")
        assert f"{name} leads to {bad}, which is no public address" in json.loads(answer.text)["detail"]
    assert host.asked == []


def test_the_machine_itself_can_be_listed(client_of: ClientOf, host: Elsewhere) -> None:
    """As localhost, or by its address; another way to write it is a name like any other."""
    port = host.address.rpartition(":")[2]
    host.replies["/sparql"] = Reply(results([], [{}]))
    for name, status in (("localhost", 200), ("127.0.0.1", 200), ("127.1", 502), ("2130706433", 502)):
        endpoint = f"http://{name}:{port}/sparql"
        assert ask(client_of(endpoint), f"ASK {{ SERVICE <{endpoint}> {{}} }}").status_code == status, name


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("0.0.0.0", False),  # noqa: S104
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("ff02::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d70e", True),
        ("2002:a00:1::1", False),
    ],
)  # fmt: skip
def test_what_is_a_public_address(address: str, is_public: bool) -> None:
    """By the registries of IANA for special addresses, and those that hold one of IPv4."""
    assert _is_public(ip_address(address)) is is_public
