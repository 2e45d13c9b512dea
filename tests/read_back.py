"""What readers of other people should give of an export, made from the networkx graph and not by the writers."""

import json
from collections.abc import Callable
from typing import Any

import networkx as nx
from hypothesis import HealthCheck, settings

#: What a reader gives: by node its attributes, and the ties with theirs, in any order.
Read = tuple[dict[str, dict[str, Any]], list[tuple[str, str, dict[str, Any]]]]
many = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def pictured(text: str) -> str:
    """Return text as XML, CSV and DOT get it: control characters as pictures, two non-characters as U+FFFD."""
    for n in set(range(0x20)) - {0x09, 0x0A, 0x0D}:
        text = text.replace(chr(n), chr(0x2400 + n))
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def attributes(data: dict[str, Any], change: Callable[[str], str] = str) -> dict[str, Any]:
    """Return the attributes of a node or tie as columns: labels by language, lists, nothing unknown."""
    flat = {**{k: v for k, v in data.items() if k != "labels"}}
    flat |= {f"label_{language}": text for language, text in data.get("labels", {}).items()}

    def changed(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [changed(member) for member in value]
        return change(value) if isinstance(value, str) else value

    return {name: changed(value) for name, value in flat.items() if value is not None}


def whole(graph: nx.Graph, change: Callable[[str], str] = str) -> Read:
    """Return what a reader should give of a network."""
    nodes = {node: {"label": change(node), **attributes(data, change)} for node, data in graph.nodes(data=True)}
    ties = [(*ends(graph, a, b), {"weight": 1.0, **attributes(data, change)}) for a, b, data in graph.edges(data=True)]
    return nodes, ordered(ties)


def ends(graph: nx.Graph, a: str, b: str) -> tuple[str, str]:
    """Return the ends of a tie as they are written: an actor or the smaller IRI first, if it has no direction."""
    if graph.is_directed():
        return a, b
    one, two = sorted((a, b), key=lambda node: (graph.nodes[node].get("bipartite", 0), node))
    return one, two


def ordered(ties: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Sort ties by their ends, which no two share."""
    return sorted(ties, key=lambda tie: tie[:2])


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a mapping without some names."""
    return {name: value for name, value in data.items() if name not in names}


def listed(value: Any) -> Any:
    """Return a list as the text of a JSON array, for formats without lists."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def texts(value: Any) -> str:
    """Return a value as text, for formats without types."""
    return str(value).lower() if isinstance(value, bool) else str(listed(value))


def mapped(read: Read, change: Callable[[Any], Any]) -> Read:
    """Change every value of what is expected."""
    nodes, ties = read
    return (
        {node: {name: change(value) for name, value in data.items()} for node, data in nodes.items()},
        [(a, b, {name: change(value) for name, value in data.items()}) for a, b, data in ties],
    )
