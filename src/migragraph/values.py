"""Terms of RDF as values of Python.

Entry point: :func:`to_python`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from migragraph.iris import PREFIXES

#: A value in Python: text for IRIs and for literals that no other type fits, None for what is unbound.
Value = str | int | float | bool | Decimal | dt.date | dt.datetime | None

_XSD = PREFIXES["xsd"]
_INTEGERS = {
    _XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
}  # fmt: skip


def to_python(node: object) -> Value:
    """Return the Python value of a term of RDF; text where its datatype has none, or where it does not fit it.

    >>> to_python(Literal("47.4", datatype=NamedNode(_XSD + "decimal"))), to_python(NamedNode("http://example.org/a"))
    (Decimal('47.4'), 'http://example.org/a')
    """
    if node is None:
        return None
    if not isinstance(node, Literal):
        return node.value if isinstance(node, NamedNode) else str(node)
    text, datatype = node.value, node.datatype.value
    try:
        if datatype in _INTEGERS:
            return int(text)
        if datatype == _XSD + "decimal":
            number = Decimal(text)
            return number if number.is_finite() else text  # xsd:decimal has neither NaN nor infinity
        if datatype in (_XSD + "double", _XSD + "float"):
            return float(text)
        if datatype == _XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text]
        if datatype == _XSD + "date":
            return dt.date.fromisoformat(text)
        if datatype == _XSD + "dateTime":
            return dt.datetime.fromisoformat(text)
    except (ValueError, KeyError, InvalidOperation):
        return text
    return text
