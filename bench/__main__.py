"""``python -m bench``: measure, print the tables, and write them into the documentation where asked to."""

from __future__ import annotations

import argparse
import importlib.metadata
import shlex
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench import graphs, measure, measures, report, runaways, split
from bench.machine import describe, load_average
from bench.measure import Effort
from bench.peers import Migragraph, engines
from migragraph.graph.rules import read_header
from migragraph.questions import read_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT: Final = Path(__file__).parents[1]
_PARTS: Final = ("mix", "questions", "light", "start", "split", "runaways", "measures")
_SIZES: Final = ("real", "100k", "1m")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the bench; ends every process that it started, also when it is interrupted."""
    given = _read(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    Bench(given).run()


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Speed of migragraph beside other engines.")
    add = parser.add_argument
    add("--sizes", help=f"graphs for the mix, default {','.join(_SIZES)}; another list runs the mix alone")
    add("--parts", help=f"what to measure, of {','.join(_PARTS)}")
    add("--engines", default="", help="parts of the names of engines; Oxigraph's server always takes part")
    add("--home", type=Path, default=Path("var"), help="folder with the built version of the real graph")
    add("--folder", type=Path, default=Path("var/bench"), help="where peers, graphs and stores are kept")
    add("--rounds", type=int, default=11, help="timed rounds of the mix")
    add("--timeout", type=float, default=60.0, help="deadline of a query, in seconds")
    add("--budget", type=float, default=30.0, help="seconds after which an engine leaves the rounds on a graph")
    add("--rdflib-most", type=int, default=1_000_000, help="triples above which rdflib is not tried")
    add("--connections", type=int, default=32, help="connections that send light queries")
    add("--seconds", type=float, default=4.0, help="length of a round of light queries")
    add("--write", type=Path, help="Markdown document to write the tables into")
    given = parser.parse_args(arguments)
    sizes, parts = given.sizes, given.parts
    given.sizes = sizes.split(",") if sizes else list(_SIZES)
    given.parts = parts.split(",") if parts else (["mix"] if sizes else list(_PARTS))
    for size in set(given.sizes) - {"real"}:
        try:
            graphs.n_triples(size)
        except ValueError as error:
            parser.error(str(error))
    if unknown := set(given.parts) - set(_PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: there are {', '.join(_PARTS)}")
    shown = sys.argv[1:] if arguments is None else arguments
    # the command stands in a page for everybody: below this folder paths are relative
    given.command = shlex.join(["python", "-m", "bench", *(part.removeprefix(f"{Path.cwd()}/") for part in shown)])
    return given


class Bench:
    """One run of the bench."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.folder: Path = given.folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.effort = Effort(given.rounds, given.timeout, given.budget)
        wanted = [name.lower() for name in given.engines.split(",") if name]
        base, *others = engines(self.folder, given.rdflib_most)
        self.engines = [base, *(e for e in others if not wanted or any(name in e.name.lower() for name in wanted))]
        self.cached = Migragraph(self.folder, cached=True, name="migragraph with its cache")

    def run(self) -> None:
        """Measure what was asked for, part by part, and show each table as soon as it is there."""
        work: dict[str, Callable[[], None]] = {
            "mix": self.mix, "questions": self.questions, "light": self.light, "start": self.start, "split": self.split,
            "runaways": self.runaways, "measures": self.measures,
        }  # fmt: skip
        for part in self.given.parts:
            start = time.perf_counter()
            work[part]()
            self.say(f"{part}: {time.perf_counter() - start:.0f} s")

    def say(self, text: str) -> None:
        """Tell how far it is, on standard error."""
        sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")

    def graph(self, size: str) -> graphs.Graph:
        """Return the graph of this name, made if need be."""
        self.say(f"graph {size}")
        return (
            graphs.real(self.given.home.resolve(), self.folder)
            if size == "real"
            else graphs.synthetic(size, self.folder)
        )

    def mix(self) -> None:
        """Ask the mix on each graph."""
        texts = {
            path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "bench" / "queries").glob("*.rq"))
        }
        titles = {name: read_header(text)["title"] for name, text in texts.items()}
        for size in self.given.sizes:
            graph, busy = self.graph(size), load_average()
            records = measure.compare(self.engines, graph, texts, self.effort, self.say)
            self.show(f"mix-{size}", busy, f"{graph.triples:,} triples.", report.mix(records, texts, titles))

    def questions(self) -> None:
        """Ask the question library on the real graph."""
        graph, busy = self.graph("real"), load_average()
        texts = {question.slug: question.sparql for question in read_questions(ROOT / "queries")}
        records = measure.compare(self.engines, graph, texts, self.effort, self.say)
        self.show("questions", busy, f"{len(texts)} questions.", report.questions(records, texts))

    def light(self) -> None:
        """Send light queries to the real graph from many connections."""
        graph, busy = self.graph("real"), load_average()
        n = self.given.connections
        speeds, apart = measure.throughputs(
            [*self.engines, self.cached],
            graph,
            graphs.entity_queries(graph),
            rounds=3,
            connections=n,
            seconds=self.given.seconds,
            say=self.say,
        )
        written = report.light(speeds, base=self.engines[0].name, apart=apart, connections=n)
        self.show("light", busy, "All that is said of each of 100 cities, in turn.", written)

    def start(self) -> None:
        """Start each engine on the real graph."""
        graph, busy = self.graph("real"), load_average()
        records = measure.starts(self.engines, graph, 3, self.say)
        self.show(
            "start",
            busy,
            f"{graph.triples:,} triples, loaded before where an engine keeps them.",
            report.starts(records),
        )

    def split(self) -> None:
        """Take a light query apart: where the time of migragraph itself goes."""
        graph, busy = self.graph("real"), load_average()
        steps = split.measure(graph, graphs.entity_queries(graph), self.folder)
        self.show("split", busy, "The fastest tenth of 1,000 light queries.", report.split(steps))

    def runaways(self) -> None:
        """Ask light queries beside some that would not end."""
        graph, busy = self.graph("real"), load_average()
        deadline, seconds = 5.0, 30.0
        written = runaways.trial(Migragraph(self.folder), graph, seconds, deadline)
        about = f"Eight clients with runaways, four with light queries, for {seconds:g} s; deadline {deadline:g} s."
        self.show("runaways", busy, about, written)

    def measures(self) -> None:
        """Time the measures of networks beside igraph and networkx."""
        libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("igraph", "scipy", "networkx"))
        for name, size, with_networkx in (
            ("measures", (10_000, 5_000, 56_000), False),
            ("measures-small", (500, 60, 2_000), True),
        ):
            busy = load_average()
            written = measures.compare(*size, with_networkx=with_networkx)
            about = "{:,} actors, {:,} groups, {:,} memberships; {}.".format(*size, libraries)
            self.show(name, busy, about, written)

    def show(self, name: str, busy: float, about: str, text: str) -> None:
        """Print a table with what is to be known of it, and write it into the document where there is one."""
        changed = "+" if _git("status", "--porcelain", "--", "src", "bench") else ""
        commit = _git("rev-parse", "--short", "HEAD") + changed
        caption = (
            f"{about} Measured on {datetime.now(UTC):%Y-%m-%d} at commit {commit} "
            f"with `{self.given.command}`: {describe()}; load of the machine before: {busy:.1f}."
        )
        whole = f"{caption}\n\n{text}"
        sys.stdout.write(f"\n## {name}\n\n{whole}\n")
        sys.stdout.flush()
        if self.given.write:
            report.insert(self.given.write, name, whole)


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


if __name__ == "__main__":
    main()
