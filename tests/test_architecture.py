"""The floors of docs/architecture.md: a room imports only rooms below it, and each library has its homes."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "migragraph"

#: Room → floor. A room may import rooms of its own floor, as long as they do not import it back.
FLOORS = {
    "iris": 0, "errors": 0, "config": 0, "tokens": 0, "formats": 0, "syntax": 0, "outline": 0, "documentation": 0,
    "values": 0,
    "sources": 1,
    "graph": 2, "canonical": 2,
    "store": 3,
    "checks": 4,
    "query": 5, "questions": 5, "representations": 5, "dumps": 5, "search": 5, "things": 5, "service_description": 5,
    "updates": 5, "graph_store": 5, "json_ld": 5, "thing_data": 5, "claim_lookup": 5,
    "query_files": 5, "networks": 5, "completions": 5, "exports": 5, "measures": 5,
    "build": 6, "limits": 6, "writes": 6, "depiction": 6, "report": 6,
    "federation": 6,
    "api": 7,
    "web": 8,
    "__init__": 9, "__main__": 9, "cli": 9, "asking_commands": 9, "command_options": 9,
    "citation_command": 9, "export_command": 9, "network_commands": 9,
}  # fmt: skip
#: Library → the rooms that may import it.
HOMES = {
    "flask": {"web"},
    "uvicorn": {"web"},
    "cachetools": {"web"},
    "limits": {"web"},
    "prometheus_client": {"web"},
    "pythonjsonlogger": {"web"},
    "werkzeug": {"web", "formats"},
    "click": {"asking_commands", "citation_command", "cli", "command_options", "export_command", "network_commands"},
    "jinja2": {"report"},
    "pandas": {"api"},
    "pyshacl": {"checks"},
    "num2words": {"checks"},
    "anyascii": {"iris"},
    "networkx": {"networks", "exports", "measures", "depiction", "report"},
    "SPARQLWrapper": {"store"},
    "rdflib": {"api", "canonical", "checks", "documentation"},
    "pylode": {"documentation"},
    "lxml": {"exports"},
    "vl_convert": {"exports"},
    "igraph": {"exports", "measures"},
    "scipy": {"measures"},
}
#: Libraries that take long to import and that only some commands and requests need.
HEAVY = {"igraph", "networkx", "num2words", "numpy", "pyshacl", "rdflib", "scipy"}
#: What a process starts with → what it starts without.
STARTS_WITHOUT = {
    "migragraph.cli": HEAVY | {"flask", "SPARQLWrapper", "werkzeug"},
    "migragraph.limits.nursery": HEAVY | {"flask", "SPARQLWrapper", "werkzeug"},
    "migragraph.web": HEAVY,
}
MODULES = sorted(SRC.rglob("*.py"))
MOST_LINES = 350


def room_of(path: Path) -> str:
    """Return the first part of the module's name below the package."""
    return path.relative_to(SRC).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the modules that a file imports when it runs: those for type checkers alone are left out."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            if node.module == "migragraph":
                yield from (f"migragraph.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def rooms_imported(path: Path) -> set[str]:
    """Return the other rooms that a file imports; a name of the facade is the room ``__init__``."""
    parts = [name.split(".") for name in imports(path) if name.split(".")[0] == "migragraph"]
    rooms = {part[1] if len(part) > 1 and part[1] in FLOORS else "__init__" for part in parts}
    return rooms - {room_of(path)}


def test_there_is_something_to_look_at() -> None:
    """A glob that finds nothing would make every test below pass."""
    assert len(MODULES) > 20


def test_every_room_has_a_floor() -> None:
    """A new room is given its place here and in docs/architecture.md."""
    assert {room_of(path) for path in MODULES} <= set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    """Data flow one way."""
    floor = FLOORS[room_of(path)]
    above = {room for room in rooms_imported(path) if FLOORS[room] > floor}
    assert above == set()


def test_rooms_of_one_floor_do_not_import_each_other_in_a_circle() -> None:
    """Otherwise they are one room."""
    edges = {room: set() for room in FLOORS}  # type: dict[str, set[str]]
    for path in MODULES:
        edges[room_of(path)] |= rooms_imported(path)
    order: list[str] = []
    while left := [room for room in edges if room not in order]:
        free = [room for room in left if edges[room] <= set(order)]
        assert free, f"a circle among {left}"
        order += free


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_imported_in_its_homes_only(library: str) -> None:
    """So that it can be replaced in one place."""
    users = {room_of(path) for path in MODULES if library in {name.split(".")[0] for name in imports(path)}}
    assert users <= HOMES[library]


@pytest.mark.parametrize("module", STARTS_WITHOUT)
def test_a_process_starts_without_what_only_some_requests_need(module: str) -> None:
    """A library that takes a tenth of a second is imported by the function that needs it."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & STARTS_WITHOUT[module] == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_module_is_short(path: Path) -> None:
    """What is longer becomes a folder of the same name."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_rooms_are_named_for_what_they_hold() -> None:
    """No drawers."""
    drawers = {"utils", "util", "helpers", "common", "base", "manager", "services", "misc", "core"}
    assert {path.stem for path in MODULES} & drawers == set()


def test_no_page_brings_script_or_style_of_its_own() -> None:
    """Nothing inline, which the content security policy would block; what a page loads stands in our static folder."""
    templates = sorted((SRC / "web" / "templates").glob("*.html"))
    assert len(templates) >= 6
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert not any(word in text for word in ("<style", " style=", "javascript:")), template
        assert not re.search(r"\son[a-z]+\s*=", text), template
        for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
            found = re.search(r"""src="{{ url_for\('static', filename='([^']+)'\) }}\"""", attributes)
            assert found, f"{template}: a script that is not one of our static files"
            assert not content, f"{template}: a script in the page"
            assert (SRC / "web" / "static" / found[1]).is_file(), found[1]
        assert text.count("<script") == len(re.findall(r"<script[^>]*>", text)) == text.count("</script>"), template
