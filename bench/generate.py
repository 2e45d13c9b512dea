"""Synthetic graphs in the ontology of the project, of any size, with the skew of the real one.

``python -m bench.generate --triples 100000 --seed 1 > graph.nt`` streams N-Triples: the ontology and its concepts as
they are, countries, regions of three levels (as many at every size, as the statistical regions of Europe are), and
then as many cities as there is room for, each with what the real graph holds around a city: memberships, figures,
provisions, bodies, and every so often a project with partners, a grant and a practice.

Who is linked to whom follows Zipf's law over what has been written before (rank k with a chance of about 1/k), so that
early cities, networks, bodies and schemes are hubs. Some things bear the IRIs of the real graph (Malmö, Eurocities,
EU-BELONG, AMIF): the queries of :mod:`bench.queries` find an answer in both. What the rules of the project would
derive (superclasses, superproperties, relations from n-ary nodes, first and last days) is written as well; claims are
not, since queries on facts never look at them.

The same size and seed give the same bytes. Memory does not grow with size.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from bisect import bisect
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, parse, serialize

from bench.names import (
    AIMS,
    COUNTRIES,
    ENDS,
    GENERAL,
    MIDDLES,
    N_SCHEMES,
    NETWORKS,
    SCHEMES,
    STARTS,
    TYPES,
    WHOM,
)
from migragraph.iris import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.names import Country

#: Spreads consecutive numbers over 32 bits (Knuth's multiplicative hash).
_MIX: Final = 2654435761
ROOT: Final = Path(__file__).parents[1]


@cache
def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def _text(value: str, language: str = "en") -> str:
    return f'"{value}"@{language}'


def _typed(value: object, datatype: str) -> str:
    return f'"{value}"^^{_iri(datatype)}'


class _Thing:
    """The lines about one thing; a statement that has a more general one brings it along."""

    __slots__ = ("iri", "lines")

    def __init__(self, kind: str, slug: str) -> None:
        self.iri = f"<{PREFIXES[kind]}{slug}>"
        self.lines = [f"{self.iri} {_iri('rdf:type')} {_iri(type_)} .\n" for type_ in TYPES[kind].split()]

    def say(self, predicate: str, *objects: str) -> None:
        for object_ in objects:
            self.lines.append(f"{self.iri} {_iri(predicate)} {object_} .\n")
            if general := GENERAL.get(predicate):
                self.lines.append(f"{self.iri} {_iri(general)} {object_} .\n")

    def name(self, label: str, description: str | None = None) -> None:
        """Give it a name; n-ary nodes have a label only."""
        self.say("rdfs:label", _text(label))
        if description is not None:
            self.say("skos:prefLabel", _text(label))
            self.say("dct:description", _text(description))


class _Writer:
    """What has been written so far, as numbers, and the chances of what comes next."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311 (reproducible, not secret)
        self.weights = [weight for *_, weight in COUNTRIES]
        self.sums = list(accumulate(self.weights))
        self.concepts = {scheme: _concepts(scheme) for scheme in ("theme", "group", "approach", "provision-kind")}
        self.n_cities = self.n_bodies = self.n_projects = self.n_practices = self.n_networks = 0

    # chances

    def rank(self, n: int) -> int:
        """Draw from 0 … n-1, k with a chance of about 1/(k+1): Zipf's law, without a table."""
        return min(int(n ** self.random.random()) - 1 if n > 1 else 0, n - 1)

    def ranks(self, n: int, how_many: int) -> list[int]:
        """Draw different ranks, at most half of those that there are."""
        found: dict[int, None] = {}
        while len(found) < min(how_many, (n + 1) // 2):
            found[self.rank(n)] = None
        return list(found)

    def some(self, mean: float, most: int = 40) -> int:
        """Draw a number with a geometric distribution of this mean: often few, at times many."""
        return min(int(math.log(1 - self.random.random()) / math.log(mean / (1 + mean))), most)

    def drawn(self, scheme: str, how_many: int) -> list[str]:
        """Draw different concepts of a scheme."""
        return [self.concepts[scheme][k] for k in self.ranks(len(self.concepts[scheme]), how_many)]

    def place_name(self) -> str:
        """Make up the name of a place."""
        choose = self.random.choice
        return choose(STARTS) + choose(MIDDLES) + choose(ENDS)

    def period(self, thing: _Thing, *, ends: bool) -> None:
        """Say from when to when, as precisely as sources do, with first and last day."""
        start = date(2004, 1, 1) + timedelta(days=int(20 * 365 * self.random.random() ** 0.5))
        end = start + timedelta(days=365 + int(self.random.random() * 3 * 365))
        how = self.random.random()
        for day, stated, derived in ((start, "schema:startDate", "mg:earliest"), (end, "schema:endDate", "mg:latest")):
            if derived == "mg:latest" and not ends:
                continue
            first = derived == "mg:earliest"
            if how < 0.4:
                thing.say(stated, _typed(day, "xsd:date"))
                thing.say(derived, _typed(day, "xsd:date"))
            elif how < 0.6:
                following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
                whole = day.replace(day=1) if first else following - timedelta(days=1)
                thing.say(stated, _typed(f"{day:%Y-%m}", "xsd:gYearMonth"))
                thing.say(derived, _typed(whole, "xsd:date"))
            else:
                whole = date(day.year, 1, 1) if first else date(day.year, 12, 31)
                thing.say(stated, _typed(day.year, "xsd:gYear"))
                thing.say(derived, _typed(whole, "xsd:date"))

    # who is meant by a number

    def city(self, k: int) -> str:
        return _iri("city:malmo") if k == 0 else f"<{PREFIXES['city']}town-{k}>"

    def network(self, k: int) -> str:
        return f"<{PREFIXES['network']}{NETWORKS[k][0] if k < len(NETWORKS) else f'network-{k}'}>"

    def scheme(self, k: int) -> str:
        return f"<{PREFIXES['scheme']}{SCHEMES[k][0] if k < len(SCHEMES) else f'scheme-{k}'}>"

    def body(self, k: int) -> str:
        return f"<{PREFIXES['organisation']}body-{k}>"

    def home(self, k: int) -> tuple[Country, tuple[int, ...]]:
        """Return the country of a city and its region of the third level, from its number alone."""
        if k == 0:
            return COUNTRIES[0], (0, 0, 0)
        mixed = (k * _MIX + self.seed) % 2**32
        country = COUNTRIES[bisect(self.sums, mixed * self.sums[-1] >> 32)]
        first, second, third = _parts(country[-1])
        part = (mixed * _MIX >> 16) % (first * second * third)
        return country, (part // third // second, part // third % second, part % third)

    def places(self, k: int) -> list[str]:
        """Return a city and all that it lies in."""
        (slug, _, code, *_), path = self.home(k)
        return [self.city(k), _iri(f"country:{slug}"), *_around(code, path)]

    def governed(self, k: int) -> int | None:
        """Return the city that a body is the authority of, from its number alone; None for most."""
        return k // 2 if k % 7 == 3 else None

    # what is the same at every size

    def countries(self) -> Iterator[list[str]]:
        for slug, name, code, at_home, language, weight in COUNTRIES:
            country = _Thing("country", slug)
            country.name(name, "Country.")
            country.say("skos:altLabel", _text(at_home, language))
            country.say("mg:isoCode", f'"{code}"')
            country.say("mg:nutsCode", f'"{code}"')
            country.say("mg:nutsLevel", _typed(0, "xsd:integer"))
            yield country.lines
            for path in _regions(weight):
                yield self.region(slug, code, language, path)

    def region(self, slug: str, code: str, language: str, path: tuple[int, ...]) -> list[str]:
        nuts = _nuts(code, path)
        region = _Thing("region", f"nuts-{nuts.lower()}")
        name = self.place_name()
        region.name(name, f"NUTS region {nuts} of level {len(path)}.")
        if self.random.random() < 0.15:
            region.say("skos:altLabel", _text(f"{name}a", language))
        region.say("mg:nutsCode", f'"{nuts}"')
        region.say("mg:nutsLevel", _typed(len(path), "xsd:integer"))
        region.say("schema:sameAs", f"<http://data.europa.eu/nuts/code/{nuts}>")
        region.say("schema:containedInPlace", _iri(f"country:{slug}"), *_around(code, path[:-1]))
        return region.lines

    def schemes(self) -> Iterator[list[str]]:
        for k in range(N_SCHEMES):
            slug, name = SCHEMES[k] if k < len(SCHEMES) else (f"scheme-{k}", f"{AIMS[k % len(AIMS)]} programme {k}")
            scheme = _Thing("scheme", slug)
            scheme.name(name, f"Funding scheme: {name}.")
            scheme.say("dct:type", _iri("scheme-kind:fund" if k < 4 else "scheme-kind:programme"))
            if k >= len(SCHEMES):
                scheme.say("mg:subSchemeOf", self.scheme(k % len(SCHEMES)))
            yield scheme.lines

    # what grows

    def around_a_city(self) -> Iterator[list[str]]:
        """Write the next city, and what comes with one on average."""
        chance = self.random.random
        if self.n_networks < max(len(NETWORKS), int(math.sqrt(self.n_cities))):
            yield self.next_network()
        yield from self.next_city()
        if chance() < 0.8:
            yield self.next_body()
        if chance() < 0.3:
            yield from self.next_project()
        if chance() < 0.5:
            yield from self.next_practice()

    def next_network(self) -> list[str]:
        k = self.n_networks
        self.n_networks += 1
        slug, name = NETWORKS[k] if k < len(NETWORKS) else (f"network-{k}", f"{self.place_name()} Network")
        network = _Thing("network", slug)
        network.name(name, f"Network of cities and regions on {self.random.choice(AIMS).lower()}.")
        network.say("skos:altLabel", _text(name.upper()))
        network.say("org:classification", _iri("organisation-kind:network"))
        network.say("mg:locatedIn", _iri("country:belgium"))
        network.say("mg:theme", *self.drawn("theme", 3))
        return network.lines

    def next_city(self) -> Iterator[list[str]]:
        k, chance = self.n_cities, self.random.random
        self.n_cities += 1
        (slug, _, code, _, language, _), path = self.home(k)
        name = "Malmö" if k == 0 else self.place_name()
        city = _Thing("city", "malmo" if k == 0 else f"town-{k}")
        city.name(name, f"City in {slug.title()}.")
        if k == 0 or chance() < 0.25:
            city.say("skos:altLabel", _text(f"City of {name}"), _text(f"{name}i", language))
        city.say("schema:containedInPlace", *self.places(k)[1:])
        city.say("mg:withinNuts", f'"{_nuts(code, path)}"')
        city.say("wgs84:lat", _typed(f"{35 + 30 * chance():.5f}", "xsd:decimal"))
        city.say("wgs84:long", _typed(f"{-10 + 40 * chance():.5f}", "xsd:decimal"))
        city.say("rdfs:seeAlso", f"<https://sws.geonames.org/{3_000_000 + k}/>")
        if chance() < 0.6:
            city.say("mg:lauCode", f'"{code}_{10_000 + k}"')
        if chance() < 0.5:
            city.say("schema:sameAs", f"<http://www.wikidata.org/entity/Q{5_000_000 + k}>")
        lines: list[str] = []
        for number in range(self.some(1.3)):
            lines += self.provision(city, f"town-{k}-{number}")
        for number in range(1 + self.some(0.3)):
            lines += self.figure(city, f"town-{k}-{number}", name, number)
        n_memberships = (1 if k == 0 or chance() < 0.9 else 0) + self.some(0.5, most=12)
        chosen = self.ranks(self.n_networks, n_memberships)
        if k == 0 and 0 not in chosen:
            chosen.append(0)
        for network in chosen:
            lines += self.membership(city, k, name, network)
        yield city.lines
        yield lines

    def membership(self, city: _Thing, k: int, name: str, network: int) -> list[str]:
        member = _Thing("membership", f"network-{network}/town-{k}")
        member.name(f"{name} in network {network}")
        member.say("org:organization", self.network(network))
        member.say("org:member", city.iri)
        status = "membership-status:member" if self.random.random() < 0.95 else "membership-status:former-member"
        member.say("mg:membershipStatus", _iri(status))
        if self.random.random() < 0.4:
            self.period(member, ends=False)
        city.say("org:memberOf", self.network(network))
        member.lines.append(f"{self.network(network)} {_iri('org:hasMember')} {city.iri} .\n")
        return member.lines

    def figure(self, city: _Thing, slug: str, name: str, number: int) -> list[str]:
        figure = _Thing("figure", slug)
        figure.name(f"Population of {name}" if number == 0 else f"Participants in {name}, count {number}")
        figure.say("mg:figureOf", city.iri)
        figure.say("mg:indicator", _iri("indicator:population" if number == 0 else "indicator:participants"))
        figure.say("mg:unit", _iri("unit:persons"))
        figure.say("schema:value", _typed(int(self.random.paretovariate(0.9) * 2000), "xsd:integer"))
        if number == 0:
            year = 2010 + int(self.random.random() * 14)
            figure.say("schema:observationDate", _typed(year, "xsd:gYear"))
            figure.say("mg:earliest", _typed(f"{year}-01-01", "xsd:date"))
            figure.say("mg:latest", _typed(f"{year}-12-31", "xsd:date"))
        return figure.lines

    def provision(self, owner: _Thing, slug: str) -> list[str]:
        provision = _Thing("provision", slug)
        provision.name(f"{self.random.choice(AIMS)} for {self.random.choice(WHOM)}")
        provision.say("dct:type", *self.drawn("provision-kind", 1))
        provision.say("mg:theme", *self.drawn("theme", 1))
        if self.random.random() < 0.5:
            provision.say("mg:targetGroup", *self.drawn("group", 1))
        owner.say("mg:sets", provision.iri)
        return provision.lines

    def next_body(self) -> list[str]:
        k = self.n_bodies
        self.n_bodies += 1
        body = _Thing("organisation", f"body-{k}")
        slug = self.random.choices(COUNTRIES, weights=self.weights)[0][0]
        name = f"{self.place_name()} {self.random.choice(('Council', 'University', 'Association', 'Foundation'))}"
        body.name(name, f"Organisation in {slug.title()}.")
        if self.random.random() < 0.5:
            body.say("skos:altLabel", _text(name.upper()))
        body.say("mg:locatedIn", _iri(f"country:{slug}"))
        if (governed := self.governed(k)) is not None:
            body.say("mg:authorityOf", self.city(governed))
        return body.lines

    def next_project(self) -> Iterator[list[str]]:
        k = self.n_projects
        self.n_projects += 1
        slug = "eu-belong" if k == 0 else f"project-{k}"
        aim, whom = self.random.choice(AIMS), self.random.choice(WHOM)
        name = "EU-BELONG" if k == 0 else f"{self.place_name().upper()} {k}"
        project = _Thing("project", slug)
        project.name(name, f"Project on {aim.lower()} for {whom}.")
        project.say("skos:altLabel", _text(f"{aim} for {whom}"))
        self.period(project, ends=True)
        project.say("mg:theme", *self.drawn("theme", 1 + self.some(2)))
        project.say("mg:targetGroup", *self.drawn("group", 1 + self.some(0.5)))
        lines: list[str] = []
        joined = self.ranks(self.n_bodies, 2 + self.some(3)) if self.n_bodies else []
        partners = [(self.body(j), self.governed(j)) for j in joined]
        partners += [(self.city(j), None) for j in self.ranks(self.n_cities, 1 + self.some(1.5))]
        for number, (partner, governed) in enumerate(partners):
            role = "coordinator" if number == 0 else "partner"
            whom_for = [partner] if governed is None else [partner, self.city(governed)]
            project.say(f"mg:{role}", *whom_for)
            if number == 0:
                project.say("mg:operator", *whom_for)
            part = _Thing("participation", f"{slug}/{number}")
            part.name(f"Partner {number} of {name}")
            part.say("m8g:hasParticipant", partner)
            part.say("m8g:role", _iri(f"role:{role}"))
            part.say("mg:inContext", project.iri)
            project.say("m8g:hasParticipation", part.iri)
            lines += part.lines
        lines += self.grant(project, slug, name)
        for number in range(self.some(1)):
            lines += self.provision(project, f"{slug}-{number}")
        yield project.lines
        yield lines

    def grant(self, project: _Thing, slug: str, name: str) -> list[str]:
        grant = _Thing("grant", slug)
        scheme = self.scheme(self.rank(N_SCHEMES))
        grant.name(f"Grant to {name}")
        grant.say("schema:fundedItem", project.iri)
        grant.say("mg:fundedThrough", scheme)
        grant.say("mg:share", _iri("share:co-funded"))
        if slug == "eu-belong" or self.random.random() < 0.6:
            grant.say("schema:amount", _typed(f"{self.random.lognormvariate(13.5, 1.1):.2f}", "xsd:decimal"))
            grant.say("schema:currency", '"EUR"')
        project.say("mg:fundedBy", scheme)
        return grant.lines

    def next_practice(self) -> Iterator[list[str]]:
        k = self.n_practices
        self.n_practices += 1
        practice = _Thing("practice", f"practice-{k}")
        aim, whom = self.random.choice(AIMS), self.random.choice(WHOM)
        where = self.places(self.rank(self.n_cities))
        practice.name(f"{aim} for {whom} ({self.place_name()})", f"{aim} for {whom}.")
        practice.say("mg:operator", where[0])
        practice.say("mg:locatedIn", *where)
        practice.say("mg:theme", *self.drawn("theme", 1 + self.some(2)))
        practice.say("mg:targetGroup", *self.drawn("group", 1 + self.some(0.5)))
        practice.say("mg:approach", *self.drawn("approach", 1))
        lines: list[str] = []
        for number in range(self.some(1.5)):
            lines += self.provision(practice, f"practice-{k}-{number}")
        yield practice.lines
        yield lines


def lines(n_triples: int, seed: int) -> Iterator[list[str]]:
    """Yield a graph as groups of N-Triples lines, ``n_triples`` in all, no line twice.

    Raises ``ValueError`` for a size below that of ontology and regions, about 40,000.
    """
    left = n_triples
    writer = _Writer(seed)
    for group in (_ontology(), *writer.countries(), *writer.schemes()):
        left -= len(group)
        yield group
    if left < 0:
        msg = f"{n_triples} triples are too few: ontology and regions alone have {n_triples - left}"
        raise ValueError(msg)
    while left > 0:
        for group in writer.around_a_city():
            cut = list(dict.fromkeys(group))[:left]
            left -= len(cut)
            yield cut


def _ontology() -> list[str]:
    """Return the ontology and its concepts, which hold no blank nodes, with what the rules derive of them."""
    general = {_iri(term): _iri(GENERAL[term]) for term in GENERAL} | {_iri("skos:prefLabel"): _iri("rdfs:label")}
    found: dict[str, None] = {}
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        triples = (quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))
        for line in (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode().splitlines(keepends=True):
            found[line] = None
            subject, predicate, rest = line.split(" ", 2)
            if predicate in general:
                found[f"{subject} {general[predicate]} {rest}"] = None
    return list(found)


def _concepts(scheme: str) -> list[str]:
    """Return the concepts of a scheme in the order of their file."""
    path = ROOT / "ontology" / "concepts" / f"{scheme}.ttl"
    label = PREFIXES["skos"] + "prefLabel"
    return [str(quad.subject) for quad in parse(path=path, format=RdfFormat.TURTLE) if quad.predicate.value == label]


def _regions(weight: int) -> Iterator[tuple[int, ...]]:
    """Yield the regions of a country as paths of one to three numbers; 1,400 of the third level in all countries."""
    most = _parts(weight)
    for first in range(most[0]):
        yield (first,)
        for second in range(most[1]):
            yield (first, second)
            yield from ((first, second, third) for third in range(most[2]))


def _parts(weight: int) -> tuple[int, int, int]:
    """Return how many regions of a level lie in each of the level above, for the three levels."""
    return 1 + weight // 3, 2 + min(weight // 3, 4), 4 + weight // 5


def _nuts(code: str, path: tuple[int, ...]) -> str:
    """Return the code of a region, which begins with that of the region around it."""
    return code + "".join(str(1 + number) for number in path)


@cache
def _around(code: str, path: tuple[int, ...]) -> tuple[str, ...]:
    """Return a region and those around it."""
    return tuple(f"<{PREFIXES['region']}nuts-{_nuts(code, path[:level]).lower()}>" for level in range(1, len(path) + 1))


def main() -> None:
    """Write a graph to standard output."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.generate", description="Write a synthetic graph as N-Triples."
    )
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for group in lines(given.triples, given.seed):
        sys.stdout.writelines(group)


if __name__ == "__main__":
    main()
