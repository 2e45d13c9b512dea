r"""Terms that came from elsewhere, as text of a query or update: what the engine reads back is what came.

The engine writes them. Only a backslash before a u is written differently: ``"\\u0041"`` is a backslash and a name to
some readers of SPARQL, and a backslash and a letter to those that resolve escapes before all else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import BlankNode, Triple

    Term = NamedNode | BlankNode | Literal | Triple

_BACKSLASHES: Final = re.compile(r"\\\\([uU])|\\.")
_LETTERS: Final = {"u": r"\u0075", "U": r"\u0055"}


def write_term(term: Term) -> str:
    r"""Write a term as SPARQL 1.1.

    >>> write_term(Literal('say "hi"', language="en"))
    '"say \\"hi\\""@en'
    >>> print(write_term(Literal(r"\u0041")))
    "\\\u00750041"
    """
    return _BACKSLASHES.sub(lambda found: "\\\\" + _LETTERS[found[1]] if found[1] else found[0], str(term))


def holds_in_values(term: Term) -> bool:
    """Tell whether VALUES of SPARQL 1.1 can hold a term: an IRI, or a text or value without a base direction."""
    if isinstance(term, Literal):
        return getattr(term, "direction", None) is None
    return isinstance(term, NamedNode)


def write_values(variables: Iterable[str], rows: Iterable[Mapping[str, Term]]) -> str:
    """Write rows as a VALUES block; a variable that a row does not bind is UNDEF.

    >>> write_values(["a", "b"], [{"a": Literal("x")}, {}])
    'VALUES (?a ?b) { ("x" UNDEF) (UNDEF UNDEF) }'
    """
    names = list(variables)
    head = " ".join(f"?{name}" for name in names)
    body = " ".join(
        f"({' '.join(write_term(row[name]) if name in row else 'UNDEF' for name in names)})" for row in rows
    )
    return f"VALUES ({head}) {{ {body} }}"
