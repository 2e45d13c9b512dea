"""The query that shows what a rule derived facts from, made from the query of the rule.

Entry point: :func:`ask_for_premises`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from migragraph.iris import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migragraph.things.evidence import Fact

_CONSTRUCT: Final = re.compile(r"CONSTRUCT\s*\{(?P<template>[^{}]*)\}\s*WHERE\s*\{(?P<pattern>.*)\}\s*", re.DOTALL)
_TOKEN: Final = re.compile(r"<[^>]*>|[;,]|\.(?=\s|$)|[^\s;,]+")
_VARIABLE: Final = re.compile(r"\?(\w+)")
_BOUND: Final = re.compile(r"\bAS\s+\?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query for premises: its text, the variables of subject and value, and those of what stands between them."""

    text: str
    subject: str
    value: str
    between: tuple[str, ...]


def ask_for_premises(rule: str, facts: Sequence[Fact]) -> Asked | None:
    """Return the query for all that a rule derived some facts of one property from; None where that cannot be told.

    It is the pattern of the rule, with subjects and values filled in.

    >>> from migragraph.iris import term
    >>> rule = "CONSTRUCT { ?one org:memberOf ?all } WHERE { ?m org:member ?one ; org:organization ?all }"
    >>> asked = ask_for_premises(rule, [(term("city:malmo"), term("org:memberOf"), term("network:eurocities"))])
    >>> print(asked.text.replace("https://w3id.org/migragraph/id/", "…"))
    SELECT * WHERE {
      VALUES (?one ?all) { (<…city/malmo> <…network/eurocities>) }
      ?m org:member ?one ; org:organization ?all
    }
    >>> asked.between
    ('m',)
    """
    match = _CONSTRUCT.fullmatch("\n".join(line for line in rule.splitlines() if not line.startswith("#")).strip())
    if match is None or not facts:
        return None
    pattern = match["pattern"].strip()
    said = shorten(facts[0][1].value)
    # a template may name the property of one triple and leave that of another to the pattern
    for subject, predicate, value in sorted(_template(match["template"]), key=lambda triple: triple[1].startswith("?")):
        is_it = predicate.startswith("?") or predicate == said or (predicate == "a" and said == "rdf:type")
        ends = _VARIABLE.fullmatch(subject), _VARIABLE.fullmatch(value)
        if not is_it or ends[0] is None or ends[1] is None:
            continue
        names = [subject, value] + ([predicate] if predicate.startswith("?") else [])
        rows = " ".join(f"({' '.join(str(t) for t in (s, o, p)[: len(names)])})" for s, p, o in facts)
        filled = f"VALUES ({' '.join(names)}) {{ {rows} }}"
        # what an expression gives cannot be known before it: it is compared afterwards
        late = bool({name[1:] for name in names} & set(_BOUND.findall(pattern)))
        body = f"  {pattern}\n}}\n{filled}" if late else f"  {filled}\n  {pattern}\n}}"
        between = tuple(sorted(set(_VARIABLE.findall(pattern)) - {name[1:] for name in names}))
        return Asked(f"SELECT * WHERE {{\n{body}", ends[0][1], ends[1][1], between)
    return None


def _template(text: str) -> Iterator[tuple[str, str, str]]:
    """Read the triples of a template with ``.``, ``;`` and ``,``; there are neither literals nor blank nodes in it."""
    terms: list[str] = []
    for token in [*_TOKEN.findall(text), "."]:
        if token not in (".", ";", ","):
            terms.append(token)
            continue
        if len(terms) == 3:
            yield terms[0], terms[1], terms[2]
        terms = terms[: {".": 0, ";": 1, ",": 2}[token]]
