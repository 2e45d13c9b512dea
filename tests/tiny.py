"""The tiny version that most tests of the service serve: three cities, a network, two claims, one question."""

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from migragraph.store.versions import Version, publish

TINY = Path(__file__).parent / "data" / "tiny.trig"
#: What the manifest of the tiny version says beside what publication itself notes.
DESCRIBED = {
    "counts": {"facts": 29, "claims": 2, "claims accepted": 1, "sources": 1},
    "classes": {"mg:City": 3, "mg:Network": 1, "mg:Service": 1, "mg:Territory": 1},
    "graphs": {
        "https://w3id.org/migragraph/graph/authority": 2,
        "https://w3id.org/migragraph/graph/claims/report": 15,
        "https://w3id.org/migragraph/graph/derived/superclasses": 1,
        "https://w3id.org/migragraph/graph/queries": 8,
    },
}


def publish_tiny(home: Path) -> Version:
    """Publish the version of hand-written quads in ``tests/data/tiny.trig``."""
    return publish(home, list(parse(TINY.read_bytes(), RdfFormat.TRIG)), DESCRIBED)
