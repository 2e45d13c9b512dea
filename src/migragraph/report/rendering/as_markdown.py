"""A report as Markdown (CommonMark with tables), for a text or an issue; as much as the page shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migragraph.networks.ties import thing_of
from migragraph.report.rendering.as_html import MOST_PAIRS, MOST_TIES, SHOWN
from migragraph.report.rendering.columns import rank_columns
from migragraph.report.rendering.numbers import chance, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migragraph.report.content import Named, Report, SourceCoverage

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#&~])")


def render_markdown(report: Report) -> bytes:
    """Write the report as the page shows it."""
    return ("\n".join(_lines(report)).rstrip() + "\n").encode()


def escape(text: object) -> str:
    r"""Return a text that Markdown shows as it is, in one line.

    >>> escape("a|b *c*\n<d>")
    'a\\|b \\*c\\* \\<d\\>'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def _lines(report: Report) -> Iterator[str]:
    for part in (_summary, _rankings, _changes, _evidence, _backbone, _parts, _coverage, _repeat):
        yield from part(report)


def _summary(report: Report) -> Iterator[str]:
    yield from (f"# {escape(report.title)}", "")
    if report.question:
        yield from (escape(report.question), "")
    for title, sentences in (("In short", report.short), ("How far this can be trusted", report.cautions)):
        yield from (f"## {title}", "", *(f"- {escape(sentence)}" for sentence in sentences), "")
    yield from ("## What was analysed", "", *_statement(report), "")


def _rankings(report: Report) -> Iterator[str]:
    yield from ("## Ranks, and what they are worth", "")
    for ranking in report.rankings:
        yield from (f"### {escape(ranking.title)}: {ranking.side}", "", escape(ranking.meaning), "")
        columns = rank_columns(ranking)
        head = ("Rank", "Name", *(column.head for column in columns), "Sources")
        yield from _table(head, ([
            row.rank, _node(row.node), *(column.text(row) for column in columns), escape(", ".join(row.sources)),
        ] for row in ranking.rows[:SHOWN]))  # fmt: skip
        for note in ranking.notes:
            yield from (escape(note), "")


def _changes(report: Report) -> Iterator[str]:
    yield from ("## What changes when one is left out", "")
    head_of_changes = ("Left out", "Edges left", "No longer among the first ten", "New among them", "First then")
    yield from _table(head_of_changes, ([
        f"{change.kind} {escape(change.label)}", change.edges, _names(change.left), _names(change.entered),
        _names(change.first),
    ] for change in report.left_out if change.left))  # fmt: skip


def _evidence(report: Report) -> Iterator[str]:
    yield from ("## Evidence", "")
    for found in report.evidence:
        yield from (f"### {escape(found.node.label)}", "")
        for tie in found.ties[:MOST_TIES]:
            claims = ", ".join(f"[{i}]({_address(claim)})" for i, claim in enumerate(tie.claims, 1)) or "none given"
            as_of = f" (as of: {escape(', '.join(tie.as_of))})" if tie.as_of else ""
            yield f"- {_node(tie.other)}: claims {claims}{as_of}"
        yield ""


def _backbone(report: Report) -> Iterator[str]:
    if report.backbone is not None:
        yield from ("## Backbone", "", f"{report.backbone.tested} pairs tested, {report.backbone.uncorrected} with "
                    f"p ≤ {report.backbone.level} alone, {len(report.backbone.pairs)} after correction "
                    f"({report.backbone.correction}); by chance, all have as many memberships as here on average"
                    f"{', groups as many members of each class' if report.backbone.by_kind else ''}.", "")  # fmt: skip
        pairs = report.backbone.pairs[:MOST_PAIRS]
        yield from _table(
            ("One", "Other", "Shared groups", "p"),
            ([_node(pair.one), _node(pair.other), pair.shared, chance(pair.p)] for pair in pairs),
        )


def _parts(report: Report) -> Iterator[str]:
    yield from ("## Parts of the network", "", *(escape(note) for note in report.notes), "")
    yield from _table(("By", "Part", "Actors", "Groups", "Edges", "First", "Kept"), ([
        part.by, escape(report.country(part.value) if part.by == "country" else part.value), part.actors,
        "–" if part.groups is None else part.groups, part.edges,
        _names(part.first), escape(part.remark),
    ] for part in report.slices))  # fmt: skip


def _coverage(report: Report) -> Iterator[str]:
    yield from ("## Coverage", "")
    yield from _table(
        ("Country", "Actors", "Edges"),
        (
            [escape(report.country(found.country)) if found.country else "none or several", found.actors, found.edges]
            for found in report.countries
        ),
    )
    yield from _table(
        (
            "Source", "Edges", "Edges lost without it", "Rows or passages", "Claims", "As of", "Claims without a date",
            "Says of their date",
        ),
        ([
            _source(found), found.edges, found.edges_lost_without_it, found.passages, found.claims,
            span(found.as_of_first, found.as_of_last), found.undated, escape("; ".join(found.as_of_words)) or "–",
        ] for found in report.sources),
    )  # fmt: skip


def _repeat(report: Report) -> Iterator[str]:
    repeat = report.repeat
    built = f", built {repeat.version_date}" if repeat.version_date else ""
    yield from ("## To repeat it", "", f"- Version of the graph: `{repeat.version}`{built}")
    yield f"- Command: `{repeat.command}`"
    yield from (f"- {name} {version}" for name, version in repeat.libraries)
    fence = "`" * (max(map(len, re.findall("`+", repeat.query)), default=2) + 1)
    fence = max(fence, "```", key=len)
    yield from ("", f"{fence}sparql", repeat.query.rstrip("\n"), fence)


def _statement(report: Report) -> Iterator[str]:
    said = report.statement
    pairs = (
        ("Unit", said.unit), ("Boundary", said.boundary), ("Relation", said.relation), ("Dates", said.dates),
        ("Mode", said.mode), ("Direction", said.direction), ("Weight", said.weight), ("Isolates", said.isolates),
        ("Very large groups", said.large_groups), ("By chance", said.chance),
    )  # fmt: skip
    yield from (f"- {title}: {escape(text)}" for title, text in pairs)
    size = report.size
    places = f" in {size.passages} {'row or passage' if size.passages == 1 else 'rows or passages'}"
    places = places if size.passages else ""
    yield (
        f"- Size: n = {size.nodes} nodes, m = {size.edges} edges of {size.ties} ties, {size.isolates} isolates; "
        f"{size.components} {'part' if size.components == 1 else 'parts'}, the largest of {size.largest_component} "
        f"nodes; {size.claims} {'claim' if size.claims == 1 else 'claims'}{places}."
    )
    yield from (f"- Remark: {escape(remark)}" for remark in said.remarks)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    if lines:
        yield from (f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, "")


def _node(node: Named) -> str:
    return f"[{escape(node.label)}]({_address(thing_of(node.id))})"


def _address(iri: str) -> str:
    return f"<{iri}>"


def _source(found: SourceCoverage) -> str:
    return escape(found.title if found.title == found.source else f"{found.title} ({found.source})")


def _names(names: Sequence[str]) -> str:
    return escape(", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")) or "–"
