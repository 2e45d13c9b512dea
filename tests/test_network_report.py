"""The centrality report: each number again by networkx, igraph and plain Python; the same bytes twice."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace

import networkx as nx
import numpy as np
import pytest
from pyoxigraph import DefaultGraph, Store
from scipy import stats

from centralities import Again
from memberships import SAMPLES
from migragraph.iris import claim_source, term
from migragraph.measures import Incidence, backbone, fixed_degree_samples, read
from migragraph.networks.definitions import find_stored, read_network
from migragraph.networks.extraction import extract_network
from migragraph.networks.ties import Network
from migragraph.report.content import Report, SourceCoverage
from migragraph.report.making import make_report
from migragraph.report.rendering import RENDERERS, render_report
from projects import ROOT
from registry import table


def check_everything(report: Report, network: Network) -> None:
    """Compare a report with what is worked out here."""
    again = Again(network)
    graph = again.graph
    claims = {claim for tie in network.ties for _, claim in tie.evidence}
    parts = list(nx.connected_components(graph.to_undirected()))
    assert asdict(report.size) == {
        "nodes": len(graph), "actors": len(again.first_side),
        "groups": len(graph) - len(again.first_side) if again.two else None,
        "edges": graph.size(), "ties": len(network.ties), "isolates": sum(d == 0 for _, d in graph.degree),
        "components": len(parts), "largest_component": max(map(len, parts)), "claims": len(claims),
        "passages": len(rows_of(network, claims)),
    }  # fmt: skip
    by_country = Counter(graph.nodes[node]["country"] for node in again.first_side)
    assert {found.country: found.actors for found in report.countries} == by_country
    for found in report.sources:
        kept = [tie for tie in network.ties if stands(tie.evidence, found.source)]
        assert found.edges == sum(found.source in data["sources"] for *_, data in graph.edges(data=True))
        assert found.edges_lost_without_it == graph.size() - len({(tie.source, tie.target) for tie in kept})
        own = {claim for claim in claims if claim_source(claim) == found.source}
        assert (found.claims, found.passages) == (len(own), len(rows_of(network, own)))
        check_dates(found, network, own)
    assert sum(len(ranking.rows) for ranking in report.rankings if ranking.measure == "degree") == len(graph)
    for measure in ("betweenness", "degree"):
        check_ranking(report, again, measure)
    check_left_out(report, again)
    check_evidence(report, network, graph)
    check_nested(report, graph)
    if again.two:
        assert report.backbone is not None
        kinds = {node: graph.nodes[node]["kind"] for node in again.first_side}
        whole = backbone(graph, correction="none", kinds=kinds if len(set(kinds.values())) > 1 else None)
        assert report.backbone.by_kind == whole.by_kind
        order = sorted(whole.pairs.values())
        n_kept = next((i for i, p in enumerate(order) if p > 0.05 / (report.backbone.tested - i)), len(order))
        assert [pair.p for pair in report.backbone.pairs] == order[:n_kept]
        assert report.backbone.uncorrected == len(order)
        n = len(again.first_side)
        assert report.backbone.tested == n * (n - 1) // 2
        for pair in report.backbone.pairs:
            assert pair.shared == len(set(graph[pair.one.id]) & set(graph[pair.other.id]))


def rows_of(network: Network, claims: Iterable[str]) -> set[str]:
    """Rows and passages, from the origins that tests/test_real_networks.py compares with the tables."""
    return {
        row for claim in claims if claim in network.origins.claims for row in network.origins.claims[claim].passages
    }


def check_dates(found: SourceCoverage, network: Network, claims: set[str]) -> None:
    """From when to when a source speaks: as text, which sorts like dates where years have four digits."""
    said = [network.origins.claims[claim].as_of if claim in network.origins.claims else () for claim in claims]
    dates = sorted({words for of in said for words in of if re.fullmatch(r"[\d-]+", words)})
    assert found.as_of_first == (dates[0] if dates else None)
    # a year ends after its months
    last = max(dates, key=lambda date: date + "-99" * (2 - date.count("-")), default=None)
    assert found.as_of_last == last
    assert found.undated == sum(not set(of) & set(dates) for of in said)
    assert found.as_of_words == tuple(sorted({words for of in said for words in of} - set(dates)))
    assert found.gap == network.origins.gaps.get(found.source)


def check_nested(report: Report, graph: nx.Graph) -> None:
    """Groups of five and more in a larger one, with sets."""
    members = {node: set(graph[node]) for node, side in graph.nodes(data="bipartite") if side == 1}
    found = {(nested.group.id, nested.inside.id): (nested.members, nested.shared) for nested in report.nested}
    assert {group for group, _ in found} == {
        one for one, of in members.items() if len(of) >= 5
        and any(len(larger) > len(of) and len(of & larger) / len(of) >= 0.9 for larger in members.values())
    }  # fmt: skip
    for (one, other), counts in found.items():
        shared = len(members[one] & members[other])
        assert counts == (len(members[one]), shared)
        assert shared == max(len(members[one] & of) for of in members.values() if len(of) > len(members[one]))


def stands(evidence: tuple[tuple[str, str], ...], without: str) -> bool:
    """Tell whether a tie has a claim of another source for each of its conditions."""
    return {p for p, _ in evidence} == {p for p, claim in evidence if claim_source(claim) != without}


def check_ranking(report: Report, again: Again, measure: str) -> None:
    """Scores, ranks, intervals and what can be told apart."""
    compute = getattr(again, measure)
    parameters = report.repeat.parameters
    scores = compute(again.pairs)
    ranks = again.ranks(scores)
    rows = {row.node.id: row for ranking in report.rankings if ranking.measure == measure for row in ranking.rows}
    assert set(rows) == set(scores)
    assert {node: row.score for node, row in rows.items()} == pytest.approx(scores)
    assert {node: row.rank for node, row in rows.items()} == ranks
    # the same draws: what stays is the head of a permutation
    units = {"ties": [{i} for i in range(len(again.pairs))]}
    stated = [set(of) for *_, of in again.graph.edges(data="sources")]
    names = sorted(set().union(*stated))
    units["sources"] = [{i for i, of in enumerate(stated) if name in of} for name in names]
    for unit, ways in units.items():
        kept = len(ways) - min(max(round(len(ways) * parameters.drop), 1), len(ways) - 1)
        chance = np.random.default_rng(parameters.seed)
        each_once = unit == "sources" and kept == len(ways) - 1
        orders = [chance.permutation(len(ways))[:kept] for _ in range(parameters.resamples)]
        if each_once:
            orders = [[i for i in range(len(ways)) if i != left] for left in range(len(ways))]
        samples = []
        for order in orders:
            held = set().union(*(ways[i] for i in order))
            samples.append(again.ranks(compute([again.pairs[i] for i in sorted(held)])))
        if unit == "sources":
            for ranking in report.rankings:
                said = (ranking.each_source_once, ranking.source_samples, ranking.sources_left_out)
                assert said == (each_once, len(samples), len(ways) - kept)
        for node, row in rows.items():
            found = sorted(sample[node] for sample in samples)
            low = found[0 if each_once else math.floor(0.025 * (len(found) - 1))]
            high = found[-1 if each_once else math.ceil(0.975 * (len(found) - 1) - 1e-9)]
            told = (row.low, row.high) if unit == "ties" else (row.source_low, row.source_high)
            assert told == (low, high), (measure, unit, node)
        if unit == "ties":
            for ranking in report.rankings:
                if ranking.measure == measure:
                    for row, after in zip(ranking.rows, ranking.rows[1:], strict=False):
                        pairs = [(s[row.node.id], s[after.node.id]) for s in samples]
                        above = sum((a < b) + (a == b) / 2 for a, b in pairs) / len(pairs)
                        assert row.above_next == pytest.approx(above)
                        assert row.told_apart is (above >= parameters.level)
                    assert ranking.rows[-1].above_next is None
    if again.two:
        check_chance(rows, again, measure, parameters.resamples, parameters.seed)


def check_chance(rows: dict, again: Again, measure: str, samples: int, seed: int) -> None:
    """Mean, z and p over the networks that the measures draw; degrees and kinds in each group are looked at."""
    incidence = Incidence.of_ties(read(again.graph))
    actors = [again.place[node] for node in incidence.actors]
    groups = [again.place[node] for node in incidence.groups]
    degrees = Counter(end for pair in again.pairs for end in pair)
    kinds = [again.graph.nodes[node]["kind"] for node in incidence.actors]
    several = len(set(kinds)) > 1

    def kinds_in(pairs: list[tuple[int, int]]) -> Counter:
        ends = [(a, b) if again.side[b] else (b, a) for a, b in pairs]
        return Counter((again.graph.nodes[again.nodes[a]]["kind"], g) for a, g in ends)

    drawn = []
    for row, column in fixed_degree_samples(incidence, samples, seed=seed, kinds=kinds if several else None):
        pairs = [(actors[a], groups[g]) for a, g in zip(row.tolist(), column.tolist(), strict=True)]
        assert len(set(pairs)) == len(pairs)
        assert Counter(end for pair in pairs for end in pair) == degrees
        assert not several or kinds_in(pairs) == kinds_in(again.pairs)
        drawn.append(getattr(again, measure)(pairs))
    for node, row in rows.items():
        values = np.array([scores[node] for scores in drawn])
        assert row.expected == pytest.approx(values.mean(), abs=1e-12)
        spread = values.std(ddof=1)
        alike = Counter(np.round(values, 12).tolist()).most_common(1)[0][1] > samples / 2
        if spread < 1e-12 or alike or abs(stats.skew(values)) > 1:
            assert row.z is None
        else:
            assert row.z == pytest.approx((row.score - values.mean()) / spread)
        assert row.p == pytest.approx((1 + (values >= row.score - 1e-9).sum()) / (samples + 1))


def check_left_out(report: Report, again: Again) -> None:
    """Who is among the first ten without each group, node and source."""
    before = again.first(again.pairs)
    label = {node: again.graph.nodes[node]["label"] for node in again.nodes}
    for change in report.left_out:
        if change.kind == "source":
            kept = [tie for tie in again.network.ties if stands(tie.evidence, change.id)]
            ends = {end for tie in kept for end in (tie.source, tie.target)} | again.network.isolates
            nodes = {id_: node for id_, node in again.network.nodes.items() if id_ in ends}
            rest = Again(replace(again.network, nodes=nodes, ties=tuple(kept)))
            after, stood, edges = rest.first(rest.pairs), set(before), len(rest.pairs)
        else:
            pairs = [pair for pair in again.pairs if again.place[change.id] not in pair]
            after, stood, edges = again.first(pairs), set(before) - {change.id}, len(pairs)
        assert change.edges == edges
        assert sorted(change.entered) == sorted(label[node] for node in set(after) - set(before) - {change.id})
        assert sorted(change.left) == sorted(label[node] for node in stood - set(after))
        assert sorted(change.first) == sorted(label[node] for node, rank in after.items() if rank == 1)
    sources = sorted({key for *_, of in again.graph.edges(data="sources") for key in of})
    assert [change.id for change in report.left_out if change.kind == "source"] == sources
    others = {change.id for change in report.left_out if change.kind != "source"}
    assert others == (set(again.nodes) - again.first_side if again.two else set(before))


def check_evidence(report: Report, network: Network, graph: nx.Graph) -> None:
    """The claims behind the first rows are those on their edges."""
    first = {row.node.id for ranking in report.rankings for row in ranking.rows[:10]}
    assert {found.node.id for found in report.evidence} == first
    for found in report.evidence:
        around = {(tie.other.id, tie.claims, tie.sources, tie.as_of) for tie in found.ties}
        edges = [(a, b, data) for a, b, data in graph.edges(data=True) if found.node.id in (a, b)]
        expected = {
            (b if a == found.node.id else a, data["evidence"], data["sources"], data.get("as_of", ()))
            for a, b, data in edges
        }
        assert around == expected
    for ranking in report.rankings:
        for row in ranking.rows:
            edges = [data for a, b, data in graph.edges(data=True) if row.node.id in (a, b)]
            claims = {claim for data in edges for claim in data["evidence"]}
            assert (row.claims, row.passages) == (len(claims), len(rows_of(network, claims)))
            assert set(row.sources) == {source for data in edges for source in data["sources"]}


def test_each_number_of_a_small_report(memberships_report: Report, memberships: Network) -> None:
    """Two-mode, with an isolate, ties that need two sources, and dates."""
    assert memberships_report.size.isolates == 1
    check_everything(memberships_report, memberships)


def test_each_number_of_a_directed_report(memberships_store: Store) -> None:
    """One-mode: no chance, no backbone, and the notes say so."""
    network = extract_network(memberships_store, find_stored(memberships_store, "arrows"), "v")
    report = make_report(network, resamples=SAMPLES, seed=5)
    check_everything(report, network)
    assert report.backbone is None
    assert all(row.z is None and row.p is None for ranking in report.rankings for row in ranking.rows)
    assert any("fixed degrees" in note for note in report.rankings[0].notes)


@pytest.mark.parametrize("name", ["membership", "participation"])
def test_each_number_of_a_report_on_the_real_graph(real_graph: Store, name: str) -> None:
    """With intervals, null model and leave-one-out; countries by their English names wherever people read."""
    network = extract_network(real_graph, read_network(ROOT / "networks", name), "v", "2026-01-02T03:04:05+00:00")
    report = make_report(network, resamples=8, seed=1)
    check_everything(report, network)
    english = {
        quad.object.value: name.object.value
        for quad in real_graph.quads_for_pattern(None, term("mg:isoCode"), None, DefaultGraph())
        for name in real_graph.quads_for_pattern(quad.subject, term("skos:prefLabel"), None, DefaultGraph())
        if name.object.language == "en"
    }
    codes = {node.country for node in network.nodes.values()} - {None}
    assert report.country_names == {code: english[code] for code in codes}
    first = [english[found.country] for found in report.countries[:3] if found.country]
    assert any(caution.endswith(f"are from {first[0]}, {first[1]} and {first[2]}.") for caution in report.cautions)
    page, text = render_report(report, "html").decode(), render_report(report, "md").decode()
    for found in report.countries:
        name = english[found.country] if found.country else "none or several"
        assert f'<tr><td>{name}</td><td class="num">{found.actors}</td>' in page
        assert f"| {name} | {found.actors} | {found.edges} |" in text
    for part in report.slices:
        if part.by == "country":
            assert part.remark.startswith(f"In {english[part.value]}: ")
            assert f"<tr><td>country</td><td>{english[part.value]}</td>" in page
    assert json.loads(render_report(report, "json"))["repeat"]["version_date"] == "2026-01-02T03:04:05+00:00"
    assert "built 2026-01-02T03:04:05+00:00" in page
    assert "built 2026-01-02T03:04:05+00:00" in text


def test_the_parts_are_those_of_their_years_and_kinds(memberships_report: Report, memberships: Network) -> None:
    """Edges of each year: those that had begun and had not ended, or of which it is not known."""
    by_year = {part.value: part for part in memberships_report.slices if part.by == "date"}
    known = sorted({date for tie in memberships.ties for date in (tie.start, tie.end) if date})
    assert list(by_year) == known
    for year, part in by_year.items():
        held = [t for t in memberships.ties if (t.start or "0") <= year <= (t.end or "9")]
        assert part.edges == len(held)
        graph = nx.Graph((t.source, t.target) for t in held)
        graph.add_nodes_from(memberships.isolates)
        assert part.actors + (part.groups or 0) == len(graph)
    assert memberships_report.notes == (
        "No parts by kind: all groups are of one kind, or of none.",
        "No parts by country: the countries of the actors are not known, or they are of one.",
    )


def test_the_same_again_is_the_same_bytes(memberships: Network, memberships_report: Report) -> None:
    """In every format; another seed gives another report, but no other scores."""
    again = make_report(memberships, resamples=SAMPLES, seed=5)
    for render in RENDERERS.values():
        assert render(again) == render(memberships_report)
    other = make_report(memberships, resamples=SAMPLES, seed=6)
    assert render_report(other, "json") != render_report(memberships_report, "json")
    assert [row.score for row in other.rankings[0].rows] == [row.score for row in memberships_report.rankings[0].rows]


def test_the_report_says_of_which_years_the_lists_are(real_graph: Store) -> None:
    """Rows, years, words in place of dates, gaps and groups in groups: from the tables, without the graph."""
    network = extract_network(real_graph, read_network(ROOT / "networks", "membership"), "v")
    report = make_report(network, resamples=2, seed=1)
    bodies = {tie.source for tie in network.ties}
    assert len(bodies) == report.size.actors
    gone = {"Alsace", "Aquitaine", "Champagne-Ardenne", "Franche-Comté", "Languedoc-Roussillon", "Limousin",
            "Poitou-Charentes", "Rhône-Alpes", "Hedmark", "Oppland", "Union of Cyprus Municipalities"}  # fmt: skip
    rows = {
        "aer-members": [row["as_of"] for row in table("aer_members") if row["region"] not in gone],
        "eurocities-members": [row["as_of"] for row in table("eurocities_members")],
        "icc-members": [row["as_of"] for row in table("icc_members") if row["status"] == "member seen"],
        "icr-members": [row["as_of"] for row in table("icr_members")],
        "other-networks": [
            row["as_of"] for row in table("other_networks")
            if row["network"] in {"ECCAR", "Solidarity Cities"} and row["status"] != "mayor statement on joining"
        ],
    }  # fmt: skip
    found = {source.source: source for source in report.sources}
    assert {key: source.passages for key, source in found.items()} == {key: len(of) for key, of in rows.items()}
    total = sum(map(len, rows.values()))
    assert f"They rest on {total} rows or passages (1,935 claims) of 5 sources." in report.short[0]
    for key, dates in rows.items():
        known = sorted(date for date in dates if date[:1].isdigit())
        assert (found[key].as_of_first, found[key].as_of_last) == (known[0], known[-1])
        assert set(found[key].as_of_words) == {date for date in dates if date and date not in known}
    # three claims a row; each row of AER makes one membership
    undated = 3 * sum(not date[:1].isdigit() for date in rows["aer-members"])
    cautions = " ".join(report.cautions)
    assert (
        f'"Members of the Assembly of European Regions" has {undated} of 339 claims without a date '
        '("undated, before the 2016 French mergers"), the others are of 2022'
    ) in cautions
    assert '"Cities in Intercultural Cities" is of 2011 to 2024, with 111 of 723 claims without a date;' in cautions
    assert '"Members of Eurocities" is of 2025;' in cautions
    gap = '"Members of the Assembly of European Regions" is known to be incomplete: most rows are of one undated list'
    assert gap in cautions
    chapters = Counter(row["network"] for row in table("icc_members") if row["status"] == "member seen")
    large = {name: n for name, n in chapters.items() if name and n >= 5 and not name.startswith("NO:")}
    inside = [nested for nested in report.nested if nested.inside.id.endswith("/intercultural-cities")]
    assert sorted(nested.members for nested in inside) == sorted(large.values())
    assert f"too, which is larger: {sum(large.values())} of the 645 ties follow from others" in cautions
    assert "mg:City, mg:Region" in report.statement.chance
    assert "and every group as many members of each kind" in cautions
    assert "from 2009-11 to 2025-10-24" in report.statement.dates
    told = [row.told_apart for row in report.rankings[0].rows if row.rank <= 10 and row.told_apart is not None]
    assert f"That order is not firm: only {sum(told)} of the first {len(told)} can be told apart" in report.short[1]
    text = render_report(report, "md").decode()
    assert "| Members of Eurocities (eurocities-members) |" in text
    assert "1 part, the largest of 484 nodes; 1935 claims in 557 rows or passages." in text
    assert "| 226 | 226 | 227 | 678 | 2025-05-18 | 0 | – |" in text
