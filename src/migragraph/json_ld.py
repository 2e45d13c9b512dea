"""JSON-LD with a context: the IRIs of a document by prefixes, so that people and programs without RDF can read it.

https://www.w3.org/TR/json-ld11/#compact-iris

Entry point: :func:`compacted`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def compacted(expanded: list[Any], spaces: Mapping[str, str]) -> dict[str, Any]:
    """Return expanded JSON-LD, as the engine writes it, with a context of those prefixes that are used.

    ``spaces`` are namespaces by prefix, each ending in ``/`` or ``#``; of two that fit an IRI the longer is taken. A
    prefix that is also the scheme of an IRI in the document (``geo:48.2,16.4``) would be taken for it and is left out.

    >>> compacted([{"@id": "http://example.org/a"}], {"ex": "http://example.org/"})
    {'@context': {'ex': 'http://example.org/'}, '@graph': [{'@id': 'ex:a'}]}
    """
    schemes = {iri.partition(":")[0] for iri in _iris(expanded, set())}
    usable = {prefix: space for prefix, space in spaces.items() if prefix not in schemes}
    used: dict[str, str] = {}

    @cache
    def short(iri: str) -> str:
        fitting = [prefix for prefix, space in usable.items() if iri.startswith(space) and iri != space]
        prefix = max(fitting, key=lambda one: len(usable[one]), default=None)
        if prefix is None:
            return iri
        local = iri.removeprefix(usable[prefix])
        if local.startswith("//"):  # which makes an absolute IRI of it
            return iri
        used[prefix] = usable[prefix]
        return f"{prefix}:{local}"

    graph = [_compact(node, short) for node in expanded]
    return {"@context": dict(sorted(used.items())), "@graph": graph}


def _iris(value: Any, found: set[str]) -> set[str]:
    """Add all IRIs of expanded JSON-LD to those that were found."""
    if isinstance(value, list):
        for member in value:
            _iris(member, found)
    elif isinstance(value, dict):
        for key, held in value.items():
            if key in ("@id", "@type"):
                found.add(held)
            elif not key.startswith("@"):
                found.add(key)
                _iris(held, found)
    return found


def _compact(value: Any, short: Callable[[str], str]) -> Any:
    """Write the IRIs of expanded JSON-LD by prefixes: names of properties, ``@id`` and ``@type``."""
    if isinstance(value, list):
        return [_compact(member, short) for member in value]
    if not isinstance(value, dict):
        return value
    compact: dict[str, Any] = {}
    for key, held in value.items():
        if key in ("@id", "@type"):
            compact[key] = short(held)
        elif key.startswith("@"):
            compact[key] = held
        elif key == _TYPE and all("@id" in member for member in held):  # a literal is no @type
            compact["@type"] = [short(member["@id"]) for member in held]
        else:
            compact[short(key)] = _compact(held, short)
    return compact
