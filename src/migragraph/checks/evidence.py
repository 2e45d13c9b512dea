"""The evidence check: whether each claim from a document stands where it says it stands.

The rules are those of ``docs/model.md``, "What the evidence check looks for". Entry point: :func:`check_evidence`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from migragraph.checks.numbers import date_stands_in, number_stands_in
from migragraph.checks.report import Finding, Report, Severity
from migragraph.iris import CONCEPT, ID, NODE_KINDS, source_key, term
from migragraph.sources.documents import Document, fold, stands_in
from migragraph.sources.rdf_files import name
from migragraph.sources.statement import COMPUTED, FROM_CONTEXT, Statement, TextSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migragraph.sources.authority import Spellings

#: What is true by construction: the node was made to say it, and needs only a valid passage.
BY_CONSTRUCTION = frozenset(
    term(t)
    for t in (
        "rdf:type", "mg:unnamed", "mg:indicator", "mg:unit", "mg:basis", "mg:qualifier", "mg:share", "mg:comparedWith",
        "schema:currency", "mg:membershipStatus", "mg:completeFor",
    )
)  # fmt: skip
#: What a node is about: its subject, in truth, which the heading above may name.
ABOUT = frozenset(
    term(t) for t in ("mg:figureOf", "schema:fundedItem", "mg:inContext", "org:organization", "org:member")
)
_NODE = re.compile(re.escape(ID) + rf"(?:{'|'.join(NODE_KINDS)})/")
_NUMERIC = frozenset(term(f"xsd:{t}") for t in ("integer", "decimal", "double", "nonNegativeInteger", "gDay"))
_DATES = frozenset(term(f"xsd:{t}") for t in ("date", "gYear", "gYearMonth"))
_DURATION, _BOOLEAN = term("xsd:duration"), term("xsd:boolean")
_AS_STATED, _KIND = term("mg:asStated"), term("dct:type")


def check_evidence(
    statements: Iterable[Statement],
    documents: Mapping[str, Document],
    spellings: Spellings,
) -> Report:
    """Check every statement that has a span of one of the documents.

    A claim with several passages of one source holds when the passages together say it. Statements of sources that are
    not among the documents are counted as not checked, with a warning for each source. Cost: linear in the statements.
    """
    claims: dict[tuple[str, Triple], list[Statement]] = defaultdict(list)
    as_stated: dict[tuple[str, object], list[str]] = defaultdict(list)
    not_checked: Counter[str] = Counter()
    for statement in statements:
        if not isinstance(statement.passage.selector, TextSpan):
            continue
        key = source_key(statement.passage.source.value)
        if key not in documents:
            not_checked[key] += 1
            continue
        claims[key, statement.triple].append(statement)
        if statement.triple.predicate == _AS_STATED and isinstance(statement.triple.object, Literal):
            as_stated[key, statement.triple.subject].append(statement.triple.object.value)
    findings = [
        Finding(
            "evidence",
            Severity.VIOLATION,
            focus=name(triple.subject),
            message=fault,
            where=said[0].where,
            path=name(triple.predicate),
            value=name(triple.object),
        )
        for (key, triple), said in claims.items()
        for fault in _faults(triple, said, documents[key], spellings, as_stated[key, triple.subject])
    ]
    findings += [
        Finding(
            "evidence",
            Severity.WARNING,
            focus=f"source:{key}",
            message="No document at hand has the SHA-256 of the source, so its claims were not checked. "
            "Put the document into the folder, unchanged.",
            value=f"{n} statements",
        )
        for key, n in sorted(not_checked.items())
    ]
    counts = {
        "claims checked against documents": len(claims),
        "statements whose document is not at hand": not_checked.total(),
    }
    return Report(tuple(findings), counts)


def _faults(
    triple: Triple, said: list[Statement], document: Document, spellings: Spellings, as_stated: list[str]
) -> list[str]:
    faults: list[str] = []
    texts: list[str] = []
    for statement in said:
        span = statement.passage.selector
        assert isinstance(span, TextSpan)  # noqa: S101 (only such come here)
        if span.end > len(document.text):
            faults.append(
                f"the passage {span.start},{span.end} lies outside the document, which has {len(document.text)} "
                f'characters. Find the place with `migragraph cite {document.key} "words"`.'
            )
            continue
        faults += _cut_words(document, span)
        text = fold(document.text[span.start : span.end])
        texts.append(text)
        for words in statement.words:
            if not stands_in(words, text):
                faults.append(
                    f"the words {words!r} do not stand in the passage. Quote them as the passage writes them."
                )
    if faults or all(s.warrant == COMPUTED for s in said):
        return faults
    folded = " ¶ ".join(texts)
    if not _names_subject(triple, said, folded, spellings):
        faults.append(
            "the passage does not name the subject. Add its spelling as skos:altLabel, or mark the block "
            "mg:warrant warrant:from-context."
        )
    wordings = spellings.wordings(triple.predicate)
    if wordings and not any(s.relation_words for s in said) and not any(stands_in(w, folded) for w in wordings):
        faults.append(
            f"no wording of {name(triple.predicate)} stands in the passage. Say with `{name(triple.predicate)} "
            'mg:wordedAs "…"` which words stand for it.'
        )
    from_context = any(s.warrant == FROM_CONTEXT for s in said)
    if triple.predicate not in BY_CONSTRUCTION and not (from_context and triple.predicate in ABOUT):
        quoted = any(s.object_words for s in said)
        faults += _object_faults(triple, folded, spellings, as_stated, quoted=quoted)
    return faults


def _cut_words(document: Document, span: TextSpan) -> list[str]:
    """Tell where a passage begins or ends within a word: its numbers were counted by hand, or are of another text."""
    text, whole = document.text, document.grow_to_words(span.start, span.end)
    if whole == (span.start, span.end):
        return []
    said = [
        f"{verb} within the word {text[slice(*document.grow_to_words(at, at))]!r}"
        for verb, at, grown in zip(("begins", "ends"), (span.start, span.end), whole, strict=True)
        if at != grown
    ]
    return [
        f"the passage {span.start},{span.end} {' and '.join(said)}. "
        f"Look at it with `migragraph cite {document.key} --at {span.start},{span.end}`; "
        f"in whole words it is {whole[0]},{whole[1]}."
    ]


def _names_subject(triple: Triple, said: list[Statement], folded: str, spellings: Spellings) -> bool:
    if not _is_thing(triple.subject) or any(s.warrant == FROM_CONTEXT or s.subject_words for s in said):
        return True
    if spellings.is_unnamed(triple.subject):
        return True
    return any(stands_in(label, folded) for label in spellings.of(triple.subject))


def _is_thing(node: object) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(ID) and not _NODE.match(node.value)


def _object_faults(
    triple: Triple, folded: str, spellings: Spellings, as_stated: list[str], *, quoted: bool
) -> list[str]:
    match triple.object:
        case Literal() as literal:
            return _literal_faults(literal, folded, as_stated)
        case NamedNode() as node if _NODE.match(node.value):
            return []
        case NamedNode() as node if node.value.startswith((ID, CONCEPT)):
            if (
                triple.predicate == _KIND
                and isinstance(triple.subject, NamedNode)
                and _NODE.match(triple.subject.value)
            ):
                return []
            if quoted or any(stands_in(label, folded) for label in spellings.of(node)):
                return []
            what = "has no name of its own" if spellings.is_unnamed(node) else "is not named in the passage"
            return [
                f"the object {what}. Add the spelling as a label of {name(node)}, or say with "
                f'`{name(node)} mg:wordedAs "…"` which words stand for it.'
            ]
        case NamedNode() as node:
            address = re.sub(r"^https?://(www\.)?", "", node.value).rstrip("/")
            if quoted or stands_in(address, folded):
                return []
            return ["the address does not stand in the passage. Say with mg:wordedAs which words stand for it."]
        case _:
            return []


def _literal_faults(literal: Literal, folded: str, as_stated: list[str]) -> list[str]:
    if literal.datatype in _NUMERIC:
        try:
            value = Decimal(literal.value)
        except InvalidOperation:
            return [f"{literal.value!r} is not a number."]
        stated = [fold(s) for s in as_stated]
        # a rate of 0.9 is written 90 %
        for form in (value, value * 100) if abs(value) < 1 else (value,):
            if number_stands_in(form, folded) or any(number_stands_in(form, s) for s in stated):
                return []
        return [f"the number {literal.value} does not stand in the passage. Check it, or give mg:asStated."]
    if literal.datatype in _DATES:
        if date_stands_in(literal.value, folded):
            return []
        return [f"the date {literal.value} does not stand in the passage. Include the words that give it."]
    if literal.datatype == _DURATION:
        numbers = re.findall(r"\d+", literal.value)
        if numbers and all(number_stands_in(Decimal(n), folded) for n in numbers):
            return []
        return [f"the duration {literal.value} does not stand in the passage. Include the words that give it."]
    if literal.datatype == _BOOLEAN or stands_in(literal.value, folded):
        return []
    return [f"the text {literal.value[:60]!r} does not stand in the passage. Quote it as the passage writes it."]
