"""A version with three small networks, for the pages: members (two-mode, dated), places (directed), nothing (empty)."""

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from migragraph.networks.definitions import describe_networks
from migragraph.store.versions import Version, publish

DATA = Path(__file__).parent / "data"
ID = "https://w3id.org/migragraph/id/"


def publish_networks(home: Path) -> Version:
    """Publish the version of ``tests/data/networks.trig`` with the networks of ``tests/data/networks``."""
    facts = parse((DATA / "networks.trig").read_bytes(), RdfFormat.TRIG)
    return publish(home, [*facts, *describe_networks(DATA / "networks")], {"classes": {"mg:City": 4}})
