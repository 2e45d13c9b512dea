"""A small two-mode network for reports: 14 cities in 6 networks, with sources, dates, isolate and a hostile name."""

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from migragraph.networks.definitions import describe_networks
from migragraph.store.versions import Version, publish
from tiny import DESCRIBED, TINY

ID = "https://w3id.org/migragraph/id/"
HOSTILE = '<script>alert("x")</script> | =1+1'
#: How many samples the report of the fixtures draws.
SAMPLES = 24
#: Memberships (city, network); the last city has none.
PAIRS = [(a, g) for a in range(13) for g in range(6) if (5 * a + 7 * g * g + a * g) % 13 < 3 + g]


def rows() -> list[str]:
    """Return rows of source, target, tie, start, end, evidence, part."""
    found = [f"({_city(13)} UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)"]
    for a, g in PAIRS:
        start = f'"{2000 + (a + g) % 5}"^^xsd:gYear' if g % 2 else "UNDEF"
        end = f'"{2010 + a % 2}"^^xsd:gYear' if (a + g) % 4 == 1 else "UNDEF"
        tie = f"<{ID}membership/{a}-{g}>"
        keys = ["booklet"] if g < 2 else ["register"] if g < 4 else ["register", "web"]
        for i, part in enumerate(("who", "where")):
            key = keys[i % len(keys)]
            claim = f"<https://w3id.org/migragraph/claim/{key}/{a}-{g}-{part}>"
            found.append(f'({_city(a)} <{ID}network/g{g}> {tie} {start} {end} {claim} "{part}")')
    return found


def _city(a: int) -> str:
    return f"<{ID}city/{'malmo' if a == 0 else 'odd' if a == 1 else f'c{a}'}>"


QUERY = (
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
    "SELECT ?source ?target ?tie ?start ?end ?evidence ?part {\n"
    "  VALUES (?source ?target ?tie ?start ?end ?evidence ?part) {\n    " + "\n    ".join(rows()) + "\n  }\n}\n"
)
HEADER = """\
# Title: {title}
# Question: Who is in what?
# Mode: {mode}
# Directed: {directed}
# Tie: is in
# Boundary: all
"""
EMPTY = "SELECT ?source ?target { ?source <https://example.org/never> ?target }\n"


def publish_memberships(folder: Path) -> Version:
    """Publish the tiny version with three networks: the memberships, the same one-mode and directed, an empty one."""
    files = folder / "networks"
    files.mkdir(parents=True)
    for name, title, mode, directed, query in (
        ("memberships", HOSTILE, "two-mode", "no", QUERY),
        ("arrows", "The same as arrows", "one-mode", "yes", QUERY),
        ("void", "Nothing", "two-mode", "no", EMPTY),
    ):
        text = HEADER.format(title=title, mode=mode, directed=directed) + query
        (files / f"{name}.rq").write_text(text, encoding="utf-8")
    quads = [*parse(TINY.read_bytes(), RdfFormat.TRIG), *describe_networks(files)]
    return publish(folder / "var", quads, DESCRIBED)
