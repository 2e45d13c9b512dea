"""The part of a report for everybody: what was found and how far it can be trusted, in plain sentences.

Each sentence says only what the numbers of the report say; the expert's part holds them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from migragraph.report.content import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.report.content import (
        BackboneTable,
        CountryCoverage,
        LeftOut,
        NestedGroup,
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
    parameters: Parameters,
    size: Size,
    sources: tuple[SourceCoverage, ...],
    countries: tuple[CountryCoverage, ...],
    country_names: Mapping[str, str],
    rankings: tuple[Ranking, ...],
    left_out: tuple[LeftOut, ...],
    backbone: BackboneTable | None,
    nested: tuple[NestedGroup, ...],
    *,
    by_kind: bool,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the findings and the cautions, in sentences; ``by_kind``: chance keeps the kinds in each group."""
    headline = rankings[0] if rankings else None
    short = [_sizes(size, len(sources), countries)]
    cautions = []
    n_first = 0
    if headline is not None:
        first = [row for row in headline.rows if row.rank <= FIRST and row.score > 0]
        n_first = len(first)
        told = _told(first)
        short += _leaders(headline, first, told)
        cautions += _apart(first, told, parameters)
        cautions += _chance(headline, first, parameters, by_kind=by_kind)
        short += [
            f"By {other.title.lower()}, {_stand(_top(other), other)}."
            for other in rankings
            if other.measure == headline.measure and other.side != headline.side and _top(other)
        ]
    if backbone is not None:
        short.append(_pairs(backbone))
    cautions += [*_ages(sources), *_nested(nested, size), *_changes(left_out, sources, n_first)]
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
    claims = f"{size.claims:,} {'claim' if size.claims == 1 else 'claims'}"
    what_for = f"{_passages(size.passages)} ({claims})" if size.passages else claims
    rests = (
        f"They rest on {what_for} of {n_sources} {'source' if n_sources == 1 else 'sources'}."
        if n_sources
        else "No claims of sources are given for them."
    )
    return f"The network has {what}{where}, joined by {size.edges:,} ties. {rests}"


def _passages(number: int) -> str:
    return "one row or passage" if number == 1 else f"{number:,} rows or passages"


def _ages(sources: tuple[SourceCoverage, ...]) -> list[str]:
    """Say of which years the sources are, and which of them are known to lack something."""
    dated = [source for source in sources if source.as_of_first]
    said = []
    if dated:
        each = [_age(source) for source in sources[:_NAMED]]
        more = f"; the table of sources tells of {len(sources) - _NAMED} more" if len(sources) > _NAMED else ""
        said.append(
            f"The ties are those of the time of their sources, not of today: {'; '.join(each)}{more}. "
            "What a source said then may no longer hold."
        )
    elif sources:
        said.append("No source says for when its ties hold: old ones and new ones stand side by side.")
    said += [
        f"{_called(source)} is known to be incomplete: {source.gap[:1].lower()}{source.gap[1:]}"
        for source in sources
        if source.gap
    ]
    return said


def _called(source: SourceCoverage) -> str:
    return source.source if source.title == source.source else f'"{source.title}"'


def _age(source: SourceCoverage) -> str:
    called = _called(source)
    words = f' ("{source.as_of_words[0]}")' if len(source.as_of_words) == 1 else ""
    if source.as_of_first is None or source.as_of_last is None:
        return f"{called} gives no date{words}"
    first, last = source.as_of_first[:4], source.as_of_last[:4]
    years = first if first == last else f"{first} to {last}"
    if not source.undated:
        return f"{called} is of {years}"
    undated = f"{source.undated:,} of {source.claims:,} claims without a date{words}"
    if source.undated > source.claims / 2:
        return f"{called} has {undated}, the others are of {years}"
    return f"{called} is of {years}, with {undated}"


def _nested(nested: tuple[NestedGroup, ...], size: Size) -> list[str]:
    """Say which groups lie in others, by the larger group."""
    said = []
    for inside in sorted({group.inside for group in nested}, key=lambda group: (group.label, group.id))[:_NAMED]:
        groups = [group for group in nested if group.inside == inside]
        ties = sum(group.shared for group in groups)
        whole = all(group.shared == group.members for group in groups)
        who = f"{'All' if whole else 'All or nearly all'} members of {_list([group.group.label for group in groups])}"
        said.append(
            f"{who} are members of {inside.label} too, which is larger: {ties:,} of the {size.edges:,} ties follow "
            "from others, so these ties are not independent."
        )
    return said


def _leaders(headline: Ranking, first: list[Row], told: str) -> list[str]:
    if not first:
        return [f"By {headline.title.lower()} nobody stands out: every score is 0."]
    meaning = headline.meaning.rstrip(".")
    is_firm = all(row.told_apart is None or row.told_apart for row in first)
    firm = f"That order is not firm: {told} from the next. " if told and not is_firm else ""
    return [
        f"By {headline.title.lower()}, {_stand([row.node.label for row in first], headline)}. {firm}"
        f"Who has a high value {meaning[:1].lower() + meaning[1:]}."
    ]


def _told(first: list[Row]) -> str:
    """Say how many of the first can be told apart from the next; nothing where that could not be tested."""
    known = [row for row in first if row.told_apart is not None]
    if not known or first[0].low is None:
        return ""
    apart = sum(bool(row.told_apart) for row in known)
    if len(known) == 1:
        return f"the first {'can' if apart else 'cannot'} be told apart"
    told = "none" if not apart else "each" if apart == len(known) else f"only {apart}"
    return f"{told} of the first {len(known)} can be told apart"


def _apart(first: list[Row], told: str, parameters: Parameters) -> list[str]:
    if not told:
        return ["How firm the ranks are could not be tested: there are too few ties to leave some out."]
    place = f"{first[0].low}" if first[0].low == first[0].high else f"between {first[0].low} and {first[0].high}"
    return [
        f"Had {parameters.drop:.0%} of the ties not been found, others might stand first: {told} from the "
        f"next in {parameters.level:.0%} of such samples, and the rank of {first[0].node.label} would be {place}. "
        "Where intervals overlap, read the names as a group and not as an order."
    ]


def _chance(headline: Ranking, first: list[Row], parameters: Parameters, *, by_kind: bool) -> list[str]:
    known = [row for row in first if row.p is not None]
    if not known:
        return []
    if headline.fixed_by_degrees:
        return ["The measure follows from the numbers of ties alone, so chance with the same numbers gives the same."]
    total = len(headline.rows)
    above = [row.node.label for row in known if row.p is not None and row.p <= _UNUSUAL]
    who = "none of them scores" if not above else f"{len(above)} of {len(known)} score ({_list(above)})"
    kept = ", and every group as many members of each kind" if by_kind else ""
    return [
        f"Who has many ties scores high by chance too. Against {parameters.resamples} random networks in which "
        f"everybody has as many ties as here{kept}, {who} higher than in {1 - _UNUSUAL:.0%} of them. "
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
            called = most.label if most.kind != "source" or most.label == most.id else f'"{most.label}"'
            said.append(
                f"Without {which} it can look different: without {called}, {len(most.left)} of the first {n_first} "
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
        said.append(f"{share:.0%} of the ties would not be known without the source {_called(most)}.")
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
