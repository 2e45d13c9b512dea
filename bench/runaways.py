"""Light queries beside runaways: does the service stay up, and what do the others feel of it?

Eight clients send queries that would not end beside four clients with light ones; each client has an address of its
own on the loopback.
"""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bench.machine import MemoryWatch, memory_mib, settle, tree
from bench.report import table

if TYPE_CHECKING:
    from bench.graphs import Graph
    from bench.peers import Engine

CROSS: Final = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
RUNAWAYS: Final = {
    "cross product, aggregate": f"SELECT (COUNT(*) AS ?n) (MAX(?c) AS ?m) {{ {CROSS} }}",
    "cross product, sort": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i LIMIT 10",
    "huge result": f"SELECT * {{ {CROSS} }}",
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (<a:p>|!<a:p>)* ?b . ?b (<a:p>|!<a:p>)* ?c }",
    "regex bomb": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), "(a+)+(b+)+(c*)*$")) }',
    "1 MB of text": "SELECT * { " + "?s ?p ?o . " * 95_000 + "}",
}
LIGHT: Final = "SELECT ?name {{ city:malmo skos:prefLabel ?name FILTER({n} > 0) }}"


def ask(port: int, source: str, query: str) -> tuple[str, float]:
    """Send a query by POST from an address; return what came of it, and after how many seconds."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90, source_address=(source, 0))
    try:
        connection.request(
            "POST", "/sparql", f"query={quote(query)}", {"Content-Type": "application/x-www-form-urlencoded"}
        )
        answer = connection.getresponse()
        body = answer.read()
        outcome = str(answer.status)
        if answer.status >= 400:
            outcome += " " + json.loads(body)["type"].partition("#")[2]
    except http.client.IncompleteRead:
        outcome = "broken off"
    except (ConnectionError, BrokenPipeError):
        outcome = "refused while sending"
    finally:
        connection.close()
    return outcome, time.monotonic() - begun


def light_load(port: int, seconds: float, outcomes: Counter[str], times: list[float]) -> list[threading.Thread]:
    """Start four clients with light queries, each another one, so that the cache is of no use."""

    def run(number: int) -> None:
        end, n = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            n += 1
            outcome, took = ask(port, f"127.0.2.{number + 1}", LIGHT.format(n=n * 4 + number + 1))
            outcomes[outcome] += 1
            times.append(took)
            time.sleep(0.02)

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    return threads


def run_away(port: int, seconds: float) -> dict[str, list[tuple[str, float]]]:
    """Send runaways from eight clients, each the next kind when one has ended; return what came of those of a kind."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    end = time.monotonic() + seconds

    def run(number: int) -> None:
        names = list(RUNAWAYS)
        n = number
        while time.monotonic() < end:
            name = names[n % len(names)]
            found[name].append(ask(port, f"127.0.1.{number + 1}", RUNAWAYS[name]))
            n += 1

    threads = [threading.Thread(target=run, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def percentile(times: list[float], share: float) -> float:
    """Return the value below which a share of the times lies."""
    return sorted(times)[int(share * (len(times) - 1))]


def trial(engine: Engine, graph: Graph, seconds: float, deadline: float) -> str:
    """Send light queries alone, then beside the runaways; return what came of it, and whether it holds."""
    running = engine.start(graph, deadline)
    assert running.endpoint is not None  # noqa: S101 (a service)
    try:
        settle(running.pid)
        written = _trial(running.pid, running.endpoint.port, seconds, deadline)
        family = tree(running.pid)
    finally:
        running.stop()
    left = [pid for pid in family if _is_there(pid)]
    return f"{written}\n{_verdict('nothing is left once the service has ended', holds=not left)}"


def _trial(pid: int, port: int, seconds: float, deadline: float) -> str:
    alone: list[float] = []
    for thread in light_load(port, 5, Counter(), alone):
        thread.join()
    processes_before, memory_before = len(tree(pid)), memory_mib(pid)
    outcomes: Counter[str] = Counter()
    beside: list[float] = []
    # the runaways' clients are a process of their own: they read as fast as they can, and the others are not to wait
    with MemoryWatch(pid) as watch, ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        theirs = elsewhere.submit(run_away, port, seconds)
        for thread in light_load(port, seconds, outcomes, beside):
            thread.join()
        runaways = theirs.result()
    time.sleep(1)
    rows = []
    for name, found in runaways.items():
        what = ", ".join(f"{outcome}: {n}" for outcome, n in Counter(outcome for outcome, _ in found).most_common())
        rows.append([name, f"{len(found)}", what, f"{max(took for _, took in found):.2f}"])
    longest = max(took for found in runaways.values() for _, took in found)
    p95, p95_alone = percentile(beside, 0.95), percentile(alone, 0.95)
    lines = [
        table(["runaway", "sent", "what came of it", "longest, s"], rows),
        "",
        f"- Light queries: {sum(outcomes.values()):,}, {json.dumps(outcomes)}; "
        f"median {statistics.median(beside):.4f} s, 95 % {p95:.4f} s; "
        f"alone 95 % {p95_alone:.4f} s, so {p95 / p95_alone:.1f} times as long.",
        f"- Memory of the service and its processes: {memory_before:,.0f} MiB before, "
        f"{watch.peak_mib:,.0f} MiB at most, {memory_mib(pid):,.0f} MiB a second after.",
        _verdict("every light query is answered", holds=set(outcomes) == {"200"}),
        _verdict("95 % of the light queries take below 5 times as long as alone", holds=p95 < 5 * p95_alone),
        _verdict("every runaway ends within half a second of the deadline", holds=longest < deadline + 0.5),
        _verdict("no process more than before", holds=len(tree(pid)) <= processes_before + 1),
    ]
    return "\n".join(lines)


def _verdict(what: str, *, holds: bool) -> str:
    return f"- {'Holds' if holds else '**Does not hold**'}: {what}."


def _is_there(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
