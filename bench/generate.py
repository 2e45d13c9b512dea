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
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, parse, serialize

from migragraph.iris import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]

#: slug, English name, code, name at home with its language, weight: about how many of the cities lie there.
COUNTRIES: Final = (
    ("sweden", "Sweden", "SE", "Sverige", "sv", 4), ("germany", "Germany", "DE", "Deutschland", "de", 14),
    ("spain", "Spain", "ES", "España", "es", 12), ("italy", "Italy", "IT", "Italia", "it", 14),
    ("france", "France", "FR", "France", "fr", 12), ("poland", "Poland", "PL", "Polska", "pl", 8),
    ("portugal", "Portugal", "PT", "Portugal", "pt", 6), ("greece", "Greece", "EL", "Ελλάδα", "el", 6),
    ("netherlands", "Netherlands", "NL", "Nederland", "nl", 6), ("belgium", "Belgium", "BE", "België", "nl", 5),
    ("romania", "Romania", "RO", "România", "ro", 5), ("bulgaria", "Bulgaria", "BG", "България", "bg", 4),
    ("austria", "Austria", "AT", "Österreich", "de", 3), ("finland", "Finland", "FI", "Suomi", "fi", 3),
    ("denmark", "Denmark", "DK", "Danmark", "da", 3), ("hungary", "Hungary", "HU", "Magyarország", "hu", 3),
    ("czechia", "Czechia", "CZ", "Česko", "cs", 3), ("ireland", "Ireland", "IE", "Éire", "ga", 2),
    ("croatia", "Croatia", "HR", "Hrvatska", "hr", 2), ("slovakia", "Slovakia", "SK", "Slovensko", "sk", 2),
    ("slovenia", "Slovenia", "SI", "Slovenija", "sl", 2), ("lithuania", "Lithuania", "LT", "Lietuva", "lt", 2),
    ("latvia", "Latvia", "LV", "Latvija", "lv", 1), ("estonia", "Estonia", "EE", "Eesti", "et", 1),
    ("cyprus", "Cyprus", "CY", "Κύπρος", "el", 1), ("malta", "Malta", "MT", "Malta", "mt", 1),
    ("luxembourg", "Luxembourg", "LU", "Lëtzebuerg", "lb", 1), ("norway", "Norway", "NO", "Norge", "nb", 3),
    ("switzerland", "Switzerland", "CH", "Schweiz", "de", 3), ("turkey", "Türkiye", "TR", "Türkiye", "tr", 5),
    ("serbia", "Serbia", "RS", "Србија", "sr", 3), ("ukraine", "Ukraine", "UA", "Україна", "uk", 5),
)  # fmt: skip
NETWORKS: Final = (
    ("eurocities", "Eurocities"), ("intercultural-cities", "Intercultural Cities"), ("eccar", "ECCAR"),
    ("aer", "Assembly of European Regions"), ("solidarity-cities", "Solidarity Cities"),
)  # fmt: skip
SCHEMES: Final = (
    ("amif", "Asylum, Migration and Integration Fund"), ("erdf", "European Regional Development Fund"),
    ("esf", "European Social Fund"), ("uia", "Urban Innovative Actions"), ("interreg", "Interreg"),
    ("erasmus-plus", "Erasmus+"), ("cerv", "Citizens, Equality, Rights and Values"), ("horizon-europe", "Horizon Europe"),
)  # fmt: skip
_N_SCHEMES: Final = 20
_STARTS: Final = "Bel Mar Nor Sund Kar Lin Ost Wes Gra Hel Tor Vil San Por Ros Bran Dun Lau Łod Źu Ål Ör Sé Žil".split()
_MIDDLES: Final = "a e i o u en er an in ol ar es".split()
_ENDS: Final = "burg stad ville mont grad haven borg polis feld minde ova etta ana szeg ów køb ñola ães".split()
_AIMS: Final = (
    "Housing", "Language courses", "Mentoring", "Welcome desks", "Work permits", "School places", "Health care",
    "Anti-rumour campaign", "Affordable housing", "Neighbourhood meetings", "Counselling", "Vocational training",
)  # fmt: skip
_FOR: Final = ("refugees", "newcomers", "young people", "women", "jobseekers", "families", "students", "residents")
#: What a thing of each kind is, superclasses counted in, as the rules of the project derive them.
_TYPES: Final = {
    "country": "mg:Country mg:Territory schema:Country schema:AdministrativeArea m8g:AdminUnit dct:Location",
    "region": "mg:Region mg:Territory schema:AdministrativeArea m8g:AdminUnit dct:Location",
    "city": "mg:City mg:Territory schema:City schema:AdministrativeArea m8g:AdminUnit dct:Location org:Organization",
    "network": "mg:Network mg:Organisation org:Organization",
    "organisation": "mg:Organisation org:Organization",
    "project": "mg:Project mg:Undertaking dingo:Project prov:Activity",
    "practice": "mg:Practice mg:Undertaking prov:Activity",
    "scheme": "mg:FundingScheme dingo:FundingScheme",
    "membership": "mg:Membership org:Membership",
    "participation": "mg:Participation m8g:Participation",
    "grant": "mg:Grant schema:MonetaryGrant dingo:Grant",
    "figure": "mg:Figure schema:Observation",
    "provision": "mg:Provision schema:Intangible",
}
#: Properties that say the same as a more general one, which the rules derive.
_GENERAL: Final = {
    "mg:theme": "dct:subject", "mg:targetGroup": "dct:audience", "mg:locatedIn": "dct:spatial",
    "mg:membershipStatus": "dct:type", "mg:partner": "dct:contributor", "mg:fundedBy": "dct:relation",
    "mg:sets": "dct:hasPart", "mg:fundedThrough": "dingo:implementation_of", "mg:share": "dct:type",
    "mg:indicator": "schema:variableMeasured", "mg:figureOf": "schema:observationAbout", "mg:unit": "dct:relation",
    "mg:inContext": "dct:relation", "mg:approach": "dct:relation", "mg:subSchemeOf": "dct:isPartOf",
    "mg:operator": "dct:contributor",
}  # fmt: skip


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
        self.lines = [f"{self.iri} {_iri('rdf:type')} {_iri(type_)} .\n" for type_ in _TYPES[kind].split()]

    def say(self, predicate: str, *objects: str) -> None:
        for object_ in objects:
            self.lines.append(f"{self.iri} {_iri(predicate)} {object_} .\n")
            if general := _GENERAL.get(predicate):
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
        self.random = random.Random(seed)  # noqa: S311 (reproducible, not secret)
        self.weights = [weight for *_, weight in COUNTRIES]
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
        return choose(_STARTS) + choose(_MIDDLES) + choose(_ENDS)

    def period(self, thing: _Thing, *, always_ends: bool) -> None:
        """Say from when to when, as precisely as sources do, with first and last day."""
        start = date(2004, 1, 1) + timedelta(days=int(20 * 365 * self.random.random() ** 0.5))
        end = start + timedelta(days=365 + int(self.random.random() * 3 * 365))
        how = self.random.random()
        for day, stated, derived in ((start, "schema:startDate", "mg:earliest"), (end, "schema:endDate", "mg:latest")):
            if derived == "mg:latest" and not always_ends:
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
            for level, last in enumerate((_n_parts(weight, 1), _n_parts(weight, 2), _n_parts(weight, 3)), start=1):
                for part in range(last):
                    yield self.region(slug, code, language, level, part, weight)

    def region(self, slug: str, code: str, language: str, level: int, part: int, weight: int) -> list[str]:
        nuts = _nuts(code, level, part)
        region = _Thing("region", f"nuts-{nuts.lower()}")
        name = self.place_name()
        region.name(name, f"NUTS region {nuts} of level {level}.")
        if self.random.random() < 0.15:
            region.say("skos:altLabel", _text(f"{name}a", language))
        region.say("mg:nutsCode", f'"{nuts}"')
        region.say("mg:nutsLevel", _typed(level, "xsd:integer"))
        region.say("schema:sameAs", f"<http://data.europa.eu/nuts/code/{nuts}>")
        region.say("schema:containedInPlace", _iri(f"country:{slug}"), *_above(code, level, part, weight))
        return region.lines

    def schemes(self) -> Iterator[list[str]]:
        for k in range(_N_SCHEMES):
            slug, name = SCHEMES[k] if k < len(SCHEMES) else (f"scheme-{k}", f"{_AIMS[k % len(_AIMS)]} programme {k}")
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
        network.name(name, f"Network of cities and regions on {self.random.choice(_AIMS).lower()}.")
        network.say("skos:altLabel", _text(name.upper()))
        network.say("org:classification", _iri("organisation-kind:network"))
        network.say("mg:locatedIn", _iri("country:belgium"))
        network.say("mg:theme", *self.drawn("theme", 3))
        return network.lines

    def next_city(self) -> Iterator[list[str]]:
        k, chance = self.n_cities, self.random.random
        self.n_cities += 1
        slug, _, code, _, language, weight = (
            COUNTRIES[0] if k == 0 else self.random.choices(COUNTRIES, weights=self.weights)[0]
        )
        name = "Malmö" if k == 0 else self.place_name()
        city = _Thing("city", "malmo" if k == 0 else f"town-{k}")
        city.name(name, f"City in {slug.title()}.")
        if k == 0 or chance() < 0.25:
            city.say("skos:altLabel", _text(f"City of {name}"), _text(f"{name}i", language))
        part = int(_n_parts(weight, 3) * chance())
        regions = [f"<{PREFIXES['region']}nuts-{_nuts(code, 3, part).lower()}>", *_above(code, 3, part, weight)]
        city.say("schema:containedInPlace", _iri(f"country:{slug}"), *regions)
        city.say("mg:withinNuts", f'"{_nuts(code, 3, part)}"')
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
            self.period(member, always_ends=status.endswith("former-member"))
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
        provision.name(f"{self.random.choice(_AIMS)} for {self.random.choice(_FOR)}")
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
        if self.random.random() < 0.15:
            body.say("mg:authorityOf", self.city(self.rank(self.n_cities)))
        return body.lines

    def next_project(self) -> Iterator[list[str]]:
        k = self.n_projects
        self.n_projects += 1
        slug = "eu-belong" if k == 0 else f"project-{k}"
        aim, whom = self.random.choice(_AIMS), self.random.choice(_FOR)
        name = "EU-BELONG" if k == 0 else f"{self.place_name().upper()} {k}"
        project = _Thing("project", slug)
        project.name(name, f"Project on {aim.lower()} for {whom}.")
        project.say("skos:altLabel", _text(f"{aim} for {whom}"))
        self.period(project, always_ends=True)
        project.say("mg:theme", *self.drawn("theme", 1 + self.some(2)))
        project.say("mg:targetGroup", *self.drawn("group", 1 + self.some(0.5)))
        lines: list[str] = []
        bodies = [self.body(j) for j in self.ranks(self.n_bodies, 2 + self.some(3))] if self.n_bodies else []
        partners = bodies + [self.city(j) for j in self.ranks(self.n_cities, 1 + self.some(1.5))]
        project.say("mg:operator", partners[0])
        for number, partner in enumerate(partners):
            role = "coordinator" if number == 0 else "partner"
            project.say(f"mg:{role}", partner)
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
        scheme = self.scheme(self.rank(_N_SCHEMES))
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
        aim, whom = self.random.choice(_AIMS), self.random.choice(_FOR)
        city = self.city(self.rank(self.n_cities))
        practice.name(f"{aim} for {whom} ({self.place_name()})", f"{aim} for {whom}.")
        practice.say("mg:operator", city)
        practice.say("mg:locatedIn", city)
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
    """Return the ontology and its concepts as they are, which hold no blank nodes."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        written = serialize(
            (quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)), format=RdfFormat.N_TRIPLES
        )
        found.update(dict.fromkeys((written or b"").decode().splitlines(keepends=True)))
    return list(found)


def _concepts(scheme: str) -> list[str]:
    """Return the concepts of a scheme in the order of their file."""
    path = ROOT / "ontology" / "concepts" / f"{scheme}.ttl"
    broad = PREFIXES["skos"] + "prefLabel"
    return [f"{quad.subject}" for quad in parse(path=path, format=RdfFormat.TURTLE) if quad.predicate.value == broad]


def _n_parts(weight: int, level: int) -> int:
    """Return how many regions of a level a country has: 1,500 in all on level 3, as in the real graph."""
    return {1: 1 + weight // 3, 2: 1 + 2 * weight, 3: 1 + 9 * weight}[level]


def _nuts(code: str, level: int, part: int) -> str:
    return f"{code}{level}{part:02d}"


@cache
def _above(code: str, level: int, part: int, weight: int) -> tuple[str, ...]:
    """Return the regions that a region lies in."""
    return tuple(
        f"<{PREFIXES['region']}nuts-{_nuts(code, above, part * _n_parts(weight, above) // _n_parts(weight, level)).lower()}>"
        for above in range(1, level)
    )


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
