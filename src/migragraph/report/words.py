"""The part of a report for everybody: what was found and how far it can be trusted, in plain sentences.

Each sentence says only what the numbers of the report say; the expert's part holds them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migragraph.report.content import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx

    from migragraph.report.content import (
        BackboneTable,
        CountryCoverage,
        LeftOut,
        Parameters,
        Ranking,
        Row,
        Size,
        SourceCoverage,
    )

#: Names in a sentence.
_NAMED: Final = 5
#: A score is called higher than by chance where at most this share of networks by chance have as high a one.
_UNUSUAL: Final = 0.05


def find_words(
    graph: nx.Graph,
    parameters: Parameters,
    size: Size,
    sources: tuple[SourceCoverage, ...],
    countries: tuple[CountryCoverage, ...],
    country_names: Mapping[str, str],
    rankings: tuple[Ranking, ...],
    left_out: tuple[LeftOut, ...],
    backbone: BackboneTable | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the findings and the cautions, in sentences."""
    headline = rankings[0] if rankings else None
    short = [_sizes(size, len(sources), countries)]
    cautions = []
    n_first = 0
    if headline is not None:
        first = [row for row in headline.rows if row.rank <= FIRST and row.score > 0]
        n_first = len(first)
        short += _leaders(headline, first)
        cautions += _apart(first, parameters)
        cautions += _chance(first, len(headline.rows), parameters)
        short += [
            f"By {other.title.lower()}, {_stand(_top(other), other)}."
            for other in rankings
            if other.measure == headline.measure and other.side != headline.side and _top(other)
        ]
    if backbone is not None:
        short.append(_pairs(backbone))
    cautions += _changes(left_out, sources, n_first)
    cautions += _coverage(size, countries, country_names, sources)
    cautions.append(
        "The network is what the sources say, not all there is: who is missing may be missing in the sources only. "
        "A place in the ranking describes a position among these ties. It says nothing of the quality of the work."
    )
    return tuple(short), tuple(cautions)


def _sizes(size: Size, n_sources: int, countries: tuple[CountryCoverage, ...]) -> str:
    known = sum(found.country is not None for found in countries)
    what = f"{size.actors:,} actors and {size.groups:,} groups" if size.groups is not None else f"{size.nodes:,} nodes"
    where = f" from {known} {'country' if known == 1 else 'countries'}" if known else ""
    rests = (
        f"They rest on {size.claims:,} claims of {n_sources} {'source' if n_sources == 1 else 'sources'}."
        if n_sources
        else "No claims of sources are given for them."
    )
    return f"The network has {what}{where}, joined by {size.edges:,} ties. {rests}"


def _leaders(headline: Ranking, first: list[Row]) -> list[str]:
    if not first:
        return [f"By {headline.title.lower()} nobody stands out: every score is 0."]
    meaning = headline.meaning.rstrip(".")
    return [
        f"By {headline.title.lower()}, {_stand([row.node.label for row in first], headline)}. "
        f"Who has a high value {meaning[:1].lower() + meaning[1:]}."
    ]


def _apart(first: list[Row], parameters: Parameters) -> list[str]:
    known = [row for row in first if row.told_apart is not None]
    if not known or first[0].low is None:
        return ["How firm the ranks are could not be tested: there are too few ties to leave some out."]
    apart = sum(bool(row.told_apart) for row in known)
    place = f"{first[0].low}" if first[0].low == first[0].high else f"between {first[0].low} and {first[0].high}"
    told = "none" if not apart else "each" if apart == len(known) else f"only {apart}"
    of = f"of the first {len(known)}, {told} can" if len(known) > 1 else f"the first {'can' if apart else 'cannot'}"
    return [
        f"Had {parameters.drop:.0%} of the ties not been found, others might stand first: {of} be told apart from the "
        f"next in {parameters.level:.0%} of such samples, and the rank of {first[0].node.label} would be {place}. "
        "Where intervals overlap, read the names as a group and not as an order."
    ]


def _chance(first: list[Row], total: int, parameters: Parameters) -> list[str]:
    known = [row for row in first if row.p is not None]
    if not known:
        return []
    if all(row.z is None for row in known):
        return ["The measure follows from the numbers of ties alone, so chance with the same numbers gives the same."]
    above = [row.node.label for row in known if row.p is not None and row.p <= _UNUSUAL]
    who = "none of them scores" if not above else f"{len(above)} of {len(known)} score ({_list(above)})"
    return [
        f"Who has many ties scores high by chance too. Against {parameters.resamples} random networks in which "
        f"everybody has as many ties as here, {who} higher than in {1 - _UNUSUAL:.0%} of them. "
        f"Each is tested alone: of all {total:,}, about {_UNUSUAL * total:.0f} would by chance."
    ]


def _pairs(backbone: BackboneTable) -> str:
    if not backbone.pairs:
        return (
            f"No pair of actors shares more groups than chance explains, {backbone.tested:,} pairs tested: "
            "from shared groups alone nobody can be called a particular partner of another."
        )
    n = len(backbone.pairs)
    one = backbone.pairs[0]
    return (
        f"{n} of {backbone.tested:,} pairs of actors share{'s' if n == 1 else ''} more groups than chance explains; "
        f"the clearest {'is' if n == 1 else 'are'} {one.one.label} and {one.other.label}, who share {one.shared}."
    )


def _changes(left_out: tuple[LeftOut, ...], sources: tuple[SourceCoverage, ...], n_first: int) -> list[str]:
    said = []
    for kind, what in (("group", "group"), ("node", ""), ("source", "source")):
        changed = [change for change in left_out if change.kind == kind and change.left]
        if changed:
            most = max(changed, key=lambda change: (len(change.left), change.label))
            which = f"one {what}" if kind != "node" else "one of them"
            said.append(
                f"Without {which} it can look different: without {most.label}, {len(most.left)} of the first {n_first} "
                f"{'is' if len(most.left) == 1 else 'are'} no longer there."
            )
        elif any(change.kind == kind for change in left_out):
            which = f"a single {what}" if kind != "node" else "any one of them"
            said.append(f"All of the first {n_first} stay there without {which}, whichever it is.")
    if len(sources) == 1:
        said.append("All ties come from one source: an error or omission in it goes through the whole report.")
    return said


def _coverage(
    size: Size,
    countries: tuple[CountryCoverage, ...],
    names: Mapping[str, str],
    sources: tuple[SourceCoverage, ...],
) -> list[str]:
    said = []
    if sources and size.edges:
        most = max(sources, key=lambda source: source.edges_lost_without_it)
        share = most.edges_lost_without_it / size.edges
        said.append(f"{share:.0%} of the ties would not be known without the source {most.source}.")
    known = [found for found in countries if found.country is not None]
    if known and known[0].actors > 1:
        actors = sum(found.actors for found in countries)
        few = [str(found.country) for found in known[:3]]
        share = sum(found.actors for found in known[:3]) / actors
        said.append(f"{share:.0%} of the actors are from {_list([names.get(code, code) for code in few])}.")
    if unknown := sum(found.actors for found in countries if found.country is None):
        said.append(f"The country of {unknown:,} of {size.actors:,} actors is not known, or they have several.")
    return said


def _top(ranking: Ranking) -> list[str]:
    return [row.node.label for row in ranking.rows if row.rank <= FIRST and row.score > 0]


def _stand(names: list[str], ranking: Ranking) -> str:
    among = f" among the {ranking.side}" if ranking.side != "nodes" else ""
    return f"{_list(names)} {'stands' if len(names) == 1 else 'stand'} first{among}"


def _list(names: Iterable[str]) -> str:
    names = list(names)
    if len(names) > _NAMED + 1:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
