r"""Terms that came from elsewhere, as text of a query or update: what the engine reads back is what came.

The engine writes them. Only a backslash before a u is written differently: ``"\\u0041"`` is a backslash and a name to
some readers of SPARQL, and a backslash and a letter to those that resolve escapes before all else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from migragraph.outline import may_hide_service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

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


def can_stand(term: Term) -> bool:
    """Tell whether a term can stand in a query or update of SPARQL 1.1, and is taken for nothing else there.

    A literal with a base direction or a NUL character cannot, nor can a triple. An IRI without a host that has the word
    "service" after a bracket would be taken for a call.
    """
    if isinstance(term, Literal):
        return "\0" not in term.value and getattr(term, "direction", None) is None and can_stand(term.datatype)
    return isinstance(term, BlankNode) or (isinstance(term, NamedNode) and not may_hide_service(str(term)))


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
