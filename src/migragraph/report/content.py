"""What a report holds: plain values only, so that HTML, JSON, CSV and Markdown say the same.

Nothing in it depends on the clock or the machine: the same version, query, parameters, seed and libraries give the same
report. Nodes are named by the id that they have in the network (:mod:`migragraph.networks.ties`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The first so many of a ranking are those whose change is looked at.
FIRST = 10


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the maker of a report chooses; with version, query and libraries it repeats the report.

    ``measures`` are ranked, the first of them is the headline. ``resamples`` networks are drawn for each interval and
    for the comparison with chance; a sample leaves out the share ``drop`` of the ties or sources; ``level`` of the
    ranks lie in an interval. ``largest`` leaves out groups with more members. ``seed`` starts all chance.
    """

    measures: tuple[str, ...] = ("betweenness", "degree")
    resamples: int = 100
    drop: float = 0.1
    level: float = 0.95
    largest: int | None = None
    seed: int = 0


DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True)
class Named:
    """A node: id, name, class (prefixed), country (ISO-2); the last two are None where nothing or several are known."""

    id: str
    label: str
    kind: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What was analysed and how it was treated, one sentence each."""

    unit: str
    boundary: str
    relation: str
    dates: str
    mode: str
    direction: str
    weight: str
    isolates: str
    large_groups: str
    chance: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of nodes, edges, ties and parts; ``groups`` is None in a one-mode network.

    Several ties between the same two nodes are one edge. ``components`` are counted without direction, isolates too.
    ``passages`` are the rows of tables, and passages of documents, in which the ``claims`` stand: a row that says who
    is a member of what, and since when, makes several claims.
    """

    nodes: int
    actors: int
    groups: int | None
    edges: int
    ties: int
    isolates: int
    components: int
    largest_component: int
    claims: int
    passages: int


@dataclass(frozen=True, slots=True)
class CountryCoverage:
    """Actors of a country (None: of none or several), and the edges at them."""

    country: str | None
    actors: int
    edges: int


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """Edges that a source states, those that fall without it, the claims it makes for them, and for when they hold.

    ``passages`` are the rows and passages in which the claims stand. The claims hold from ``as_of_first`` to
    ``as_of_last``, as precise as stated; ``undated`` of them have no date, though perhaps words such as "before 2016",
    which are in ``as_of_words``. ``gap`` says what the source is known to leave out. None: not known. ``source`` is the
    key of the source, also in place of a ``title`` that is not known.
    """

    source: str
    title: str
    edges: int
    edges_lost_without_it: int
    claims: int
    passages: int
    as_of_first: str | None
    as_of_last: str | None
    undated: int
    as_of_words: tuple[str, ...]
    gap: str | None


@dataclass(frozen=True, slots=True)
class NestedGroup:
    """A group of which ``shared`` of the ``members`` are in the larger group ``inside`` as well: all, or nearly all."""

    group: Named
    inside: Named
    members: int
    shared: int


@dataclass(frozen=True, slots=True)
class Row:
    """A node in a ranking.

    ``rank`` is shared by equal scores. ``low`` and ``high`` bound the ranks that it has when ties are left out,
    ``source_low`` and ``source_high`` when whole sources are (:class:`Ranking` says how). ``above_next`` is the share
    of samples (ties left out) in which it stands before the next row, equal ranks counting half; ``told_apart`` says
    whether that reaches the level.
    ``expected``, ``z`` and ``p`` compare the score with networks of the same degrees; z is None where their scores are
    no bell curve. ``passages`` are the rows and passages in which the ``claims`` stand. None: not to be had.
    """

    node: Named
    score: float
    rank: int
    low: int | None
    high: int | None
    source_low: int | None
    source_high: int | None
    above_next: float | None
    told_apart: bool | None
    expected: float | None
    z: float | None
    p: float | None
    claims: int
    sources: tuple[str, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """All nodes of a side (``actors``, ``groups``; ``nodes`` of a one-mode network) by a measure, the first first.

    ``kept_by_ties`` and ``kept_by_sources`` are the mean numbers of the first ten that stay among the first ten of a
    sample, over both sides of a two-mode network. ``source_samples`` networks, each without ``sources_left_out`` of the
    sources, are behind ``source_low`` and ``source_high``; where ``each_source_once`` holds, every source was left out
    once and the two are the best and the worst rank, else they bound ``level`` of the ranks. ``fixed_by_degrees`` tells
    that every network of chance gives the same scores. ``notes`` say why something is missing.
    """

    measure: str
    title: str
    meaning: str
    direction: str
    weights: str
    normalisation: str
    isolates: str
    side: str
    rows: tuple[Row, ...]
    kept_by_ties: float | None
    kept_by_sources: float | None
    source_samples: int | None
    sources_left_out: int | None
    each_source_once: bool
    fixed_by_degrees: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What becomes of the first ten (actors, or nodes) by the headline measure without one group, node or source.

    ``kind`` is ``group``, ``node`` or ``source``, ``id`` the IRI or the key of the source. ``edges`` are left.
    ``entered`` and ``left`` are names; ``first`` has rank 1 then (all who share it).
    """

    kind: str
    id: str
    label: str
    edges: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceOfTie:
    """The claims behind one edge of a node, the sources that make them, and for when these say that it holds."""

    other: Named
    weight: float
    start: str | None
    end: str | None
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The edges of a node that stands among the first ten, with their claims."""

    node: Named
    ties: tuple[EvidenceOfTie, ...]


@dataclass(frozen=True, slots=True)
class BackbonePair:
    """Two actors that share more groups than chance explains; ``p`` is the exact probability before correction."""

    one: Named
    other: Named
    shared: int
    p: float


@dataclass(frozen=True, slots=True)
class BackboneTable:
    """The backbone of the projection onto actors: ``tested`` pairs, ``uncorrected`` of them at most ``level``.

    ``by_kind`` holds where chance keeps how many members of each class a group has.
    """

    pairs: tuple[BackbonePair, ...]
    tested: int
    uncorrected: int
    level: float
    correction: str
    by_kind: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the network: ``by`` date, kind or country, its size, and who is first in it by the headline measure."""

    by: str
    value: str
    actors: int
    groups: int | None
    edges: int
    first: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """What is needed to compute the same report again.

    ``version`` is named by its content; ``version_date`` is when it was built, None where the version does not say.
    """

    version: str
    version_date: str | None
    query: str
    mode: str
    directed: bool
    parameters: Parameters
    libraries: tuple[tuple[str, str], ...]
    command: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``short`` are the findings and ``cautions`` the warnings of the part for everybody, in sentences.

    ``country_names`` are the English names of countries by code, as far as the graph has them.
    """

    network: str
    title: str
    question: str
    short: tuple[str, ...]
    cautions: tuple[str, ...]
    statement: Statement
    size: Size
    countries: tuple[CountryCoverage, ...]
    sources: tuple[SourceCoverage, ...]
    nested: tuple[NestedGroup, ...]
    rankings: tuple[Ranking, ...]
    left_out: tuple[LeftOut, ...]
    evidence: tuple[Evidence, ...]
    backbone: BackboneTable | None
    slices: tuple[Slice, ...]
    notes: tuple[str, ...]
    country_names: Mapping[str, str]
    repeat: Repeat

    def country(self, code: str) -> str:
        """Return the English name of a country, or its code where the graph has none."""
        return self.country_names.get(code, code)
