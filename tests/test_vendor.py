"""The borders that are kept of the world: what is cut, and that the rest is as it was."""

import importlib.util
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "src/migragraph/web/static/vendor/world-atlas/europe-50m.json"


def cut(world: dict[str, object]) -> dict[str, object]:
    """Cut a topology as ``make vendor`` does."""
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["vendor"] = module
    spec.loader.exec_module(module)
    found: dict[str, object] = json.loads(module.cut_europe(json.dumps(world).encode()))
    return found


def test_polygons_with_a_corner_in_europe_stay() -> None:
    """By hand: two neighbours at 10° E share an arc, one backwards; an island at 100° E goes, with its arc."""
    transform = {"scale": [1, 1], "translate": [0, 0]}
    far, shared, west, east = (
        [[100, 0], [5, 0], [0, 5], [-5, -5]],
        [[10, 40], [0, 10]],
        [[10, 50], [-5, -5], [5, -5]],
        [[10, 50], [5, -5], [-5, -5]],
    )
    countries = [
        {"type": "MultiPolygon", "id": "1", "arcs": [[[0]], [[1, 2]]]},
        {"type": "Polygon", "id": "2", "arcs": [[~1, ~3]]},
        {"type": None},
    ]
    world = {
        "type": "Topology",
        "objects": {"countries": {"type": "GeometryCollection", "geometries": countries}, "land": {}},
        "arcs": [far, shared, west, east],
        "transform": transform,
    }
    assert cut(world) == {
        "type": "Topology",
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]]},
                    {"type": "Polygon", "arcs": [[~0, ~2]]},
                ],
            }
        },
        "arcs": [shared, west, east],
        "transform": transform,
    }


def test_the_kept_borders_use_each_of_their_arcs() -> None:
    """And no other."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    polygons = kept["objects"]["countries"]["geometries"]
    used = {arc if arc >= 0 else ~arc for polygon in polygons for ring in polygon["arcs"] for arc in ring}
    assert used == set(range(len(kept["arcs"])))
