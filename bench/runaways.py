"""Light queries beside runaways: does the service stay up, and what do the others feel of it?

Eight clients send queries that would not end, for half a minute, beside four clients with light ones; each client has
an address of its own on the loopback. Prints a table, and ends with 1 where something does not hold.

    python bench/runaways.py --home var --seconds 30 --deadline 5
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote

import click

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
RUNAWAYS = {
    "cross product, aggregate": f"SELECT (COUNT(*) AS ?n) (MAX(?c) AS ?m) {{ {CROSS} }}",
    "cross product, sort": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i LIMIT 10",
    "huge result": f"SELECT * {{ {CROSS} }}",
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (<a:p>|!<a:p>)* ?b . ?b (<a:p>|!<a:p>)* ?c }",
    "regex bomb": 'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), "(a+)+(b+)+(c*)*$")) }',
    "1 MB of text": "SELECT * { " + "?s ?p ?o . " * 95_000 + "}",
}
LIGHT = "SELECT ?name {{ city:malmo skos:prefLabel ?name FILTER({n} > 0) }}"
STARTED = re.compile(r"serving .* at http://127\.0\.0\.1:(\d+)")


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


def family(pid: int) -> list[int]:
    """Return the processes of a service: itself and all that come from it."""
    found = [pid]
    for process in found:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False
        )
        found += [int(line) for line in listed.stdout.split()]
    return found


def memory_mib(pids: list[int]) -> float:
    """Return the memory of processes in MiB, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(re.search(r"^Pss: +(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1024


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


def percentile(times: list[float], share: float) -> float:
    """Return the value below which a share of the times lies."""
    return sorted(times)[int(share * (len(times) - 1))]


def main() -> int:
    """Run the load, print what came of it, and tell whether all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--deadline", type=float, default=5)
    given = parser.parse_args()
    environment = os.environ | {
        "MIGRAGRAPH_HOME": str(given.home), "MIGRAGRAPH_QUERY_SECONDS": str(given.deadline), "MIGRAGRAPH_LOG": "none",
        "MIGRAGRAPH_PORT": "8765",
    }  # fmt: skip
    command = [sys.executable, "-m", "migragraph", "serve"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as service:
        log = service.stderr
        started = STARTED.search(log.readline()) if log is not None else None
        if log is None or started is None:
            click.echo(log.read() if log is not None else "the service has no log")
            return 2
        port = int(started[1])
        threading.Thread(target=log.read, daemon=True).start()
        try:
            return measure(service.pid, port, given.seconds, given.deadline)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(timeout=30)
            left = [pid for pid in family(service.pid)[1:] if Path(f"/proc/{pid}").exists()]
            click.echo(f"processes left: {len(left)}")


def measure(pid: int, port: int, seconds: float, deadline: float) -> int:
    """Measure light queries alone, then beside the runaways."""
    alone: list[float] = []
    for thread in light_load(port, 5, Counter(), alone):
        thread.join()
    processes_before, memory_before = len(family(pid)), memory_mib(family(pid))
    outcomes: Counter[str] = Counter()
    beside: list[float] = []
    runaways: dict[str, list[tuple[str, float]]] = defaultdict(list)
    end = time.monotonic() + seconds

    def run_away(number: int) -> None:
        names = list(RUNAWAYS)
        n = number
        while time.monotonic() < end:
            name = names[n % len(names)]
            runaways[name].append(ask(port, f"127.0.1.{number + 1}", RUNAWAYS[name]))
            n += 1

    threads = [threading.Thread(target=run_away, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    threads += light_load(port, seconds, outcomes, beside)
    most = 0.0
    while any(thread.is_alive() for thread in threads):
        most = max(most, memory_mib(family(pid)))
        time.sleep(0.5)
    time.sleep(1)
    longest = max(took for found in runaways.values() for _, took in found)
    ratio = percentile(beside, 0.95) / percentile(alone, 0.95)
    click.echo("| runaway | sent | what came of it | longest, s |\n|---|---|---|---|")
    for name, found in runaways.items():
        what = ", ".join(f"{outcome}: {n}" for outcome, n in Counter(outcome for outcome, _ in found).most_common())
        click.echo(f"| {name} | {len(found)} | {what} | {max(took for _, took in found):.2f} |")
    median, p95, p95_alone = statistics.median(beside), percentile(beside, 0.95), percentile(alone, 0.95)
    click.echo(f"\nlight queries: {json.dumps(outcomes)}")
    click.echo(f"median {median:.4f} s, p95 {p95:.4f} s; alone p95 {p95_alone:.4f} s, so {ratio:.1f} times as long")
    click.echo(
        f"memory: {memory_before:.0f} MiB before, {most:.0f} MiB at most, {memory_mib(family(pid)):.0f} MiB after"
    )
    click.echo(f"processes: {processes_before} before, {len(family(pid))} after")
    holds = {
        "every light query answered": set(outcomes) == {"200"},
        "p95 below 5 times its value alone": ratio < 5,
        "every runaway ended within half a second of the deadline": longest < deadline + 0.5,
        "no process left": len(family(pid)) <= processes_before + 1,
    }
    for what, held in holds.items():
        click.echo(f"{'holds' if held else 'DOES NOT HOLD'}: {what}")
    return 0 if all(holds.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
