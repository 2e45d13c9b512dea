"""The tables, as Markdown: each says when, where and with which command it was measured, and what it leaves out."""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING

from bench.measure import disagreements, geometric_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bench.measure import Record, Speed

_MOST_NAMED = 12


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; all columns but the first hold numbers.

    >>> print(table(["engine", "ms"], [["Virtuoso", "1.2"]]))
    | engine | ms |
    |---|---:|
    | Virtuoso | 1.2 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("|" + "|".join(line) + "|" if line is lines[1] else f"| {' | '.join(line)} |" for line in lines)


def mix(records: Sequence[Record], queries: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Write the mix on one graph: a row for each engine, then a row for each query."""
    base = records[0]
    per_query = [
        [title, f"{base.rows.get(name, 0):,}", *(_milliseconds(record, name) for record in records)]
        for name, title in titles.items()
    ]
    return "\n\n".join(
        part
        for part in (
            _summary(records, base, queries),
            "Median time of each query in milliseconds:",
            table(["query", "rows", *(record.engine for record in records)], per_query),
            _left_out(records, queries),
        )
        if part
    )


def questions(records: Sequence[Record], queries: Mapping[str, str]) -> str:
    """Write the question library: a row for each engine."""
    return "\n\n".join(part for part in (_summary(records, records[0], queries), _left_out(records, queries)) if part)


def _summary(records: Sequence[Record], base: Record, queries: Mapping[str, str]) -> str:
    rows = []
    for record in records:
        if record.missing:
            rows.append([record.engine, "-", "-", "-", "-", "-", "-"])
            continue
        ratio, n = geometric_ratio(record, base, queries)
        total = sum(record.median(name) or 0 for name in queries)
        rounds = max((len(times) for times in record.seconds.values()), default=0)
        rows.append([
            f"{record.engine} {record.version}", f"{ratio:.2f}", f"{n} of {len(queries)}", f"{total:.2f}", str(rounds),
            f"{record.load_seconds:.1f}" if record.load_seconds else "-", f"{record.peak_mib:,.0f}",
        ])  # fmt: skip
    head = ["engine", f"mean time, {base.engine} = 1", "queries", "sum, s", "rounds", "load, s", "peak memory, MiB"]
    return table(head, rows)


def _milliseconds(record: Record, name: str) -> str:
    median = record.median(name)
    return "-" if median is None else f"{median * 1000:,.1f}"


def _left_out(records: Sequence[Record], queries: Mapping[str, str]) -> str:
    """Say which engines took no part and where answers differ, with the reason."""
    missing = [f"- {record.engine}: {record.missing}." for record in records if record.missing]
    differing = disagreements(records, queries)
    more = [f"- and {len(differing) - _MOST_NAMED} more."] if len(differing) > _MOST_NAMED else []
    named = [f"- {_one_line(each)}." for each in differing[:_MOST_NAMED]]
    parts = []
    if missing:
        parts.append("Not measured:\n\n" + "\n".join(missing))
    if differing:
        parts.append(
            "Not answered, or with another number of rows (not counted in the mean):\n\n" + "\n".join(named + more)
        )
    else:
        parts.append("All engines that were measured gave the same number of rows for every query.")
    return "\n\n".join(parts)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")[:200].rstrip(".")


def light(speeds: Sequence[Speed], *, base: str, apart: bool, connections: int) -> str:
    """Write the throughput of light queries: a row for each engine."""
    by_name = {speed.engine: speed for speed in speeds}
    reference = by_name[base].per_second
    rows = []
    for speed in speeds:
        if speed.missing:
            rows.append([speed.engine, "-", "-", "-", "-", "-"])
            continue
        middle = (
            statistics.median(each) for each in zip(*((r.median_ms, r.p95_ms) for r in speed.rounds), strict=True)
        )
        failed = sum(each.failed for each in speed.rounds)
        ratio = f"{speed.per_second / reference:.2f}" if reference else "-"
        rows.append([speed.engine, f"{speed.per_second:,.0f}", ratio, *(f"{ms:.1f}" for ms in middle), f"{failed:,}"])
    where = "engine and client kept on one processor each" if apart else "engine and client on the same processor"
    notes = [f"- {speed.engine}: {speed.missing}." for speed in speeds if speed.missing]
    notes += [
        f"- {speed.engine}: requests failed, the first with {first}."
        for speed in speeds
        if (first := next((each.first_failure for each in speed.rounds if each.first_failure), ""))
    ]
    return "\n\n".join([
        f"{connections} connections, each from an address of its own; {where}.",
        table(["engine", "answers per second", f"{base} = 1", "median wait, ms", "95 %, ms", "failed"], rows),
        *(["\n".join(notes)] if notes else []),
    ])  # fmt: skip


def starts(records: Sequence[Record]) -> str:
    """Write how long each engine takes to its first answer."""
    rows = [
        [record.engine, f"{statistics.median(record.start_seconds):.2f}" if record.start_seconds else "-",
         str(len(record.start_seconds))]
        for record in records
    ]  # fmt: skip
    missing = [f"- {record.engine}: {record.missing}." for record in records if record.missing]
    return "\n\n".join([table(["engine", "seconds to the first answer", "starts"], rows), *missing])


def split(steps: Sequence[tuple[str, float]]) -> str:
    """Write what each layer of the service adds to the time of a light query; the steps are sums up to each layer."""
    whole, before, rows = steps[-1][1], 0.0, []
    for what, seconds in steps:
        rows.append([what, f"{(seconds - before) * 1e6:,.0f}", f"{(seconds - before) / whole:.0%}"])
        before = seconds
    return table(["layer", "microseconds", "share"], [*rows, ["all", f"{whole * 1e6:,.0f}", "100%"]])


def insert(document: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of a block in a Markdown document.

    Raises ``ValueError`` where the document has no such block.
    """
    old = document.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- /bench: {re.escape(name)} -->)", re.DOTALL)
    new, n = block.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", old)
    if n != 1:
        msg = f"{document} has {n} blocks <!-- bench: {name} -->, not one"
        raise ValueError(msg)
    document.write_text(new, encoding="utf-8")
