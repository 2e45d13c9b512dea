"""The tables of the registry, as the tests read them."""

import csv

from projects import ROOT

REGISTRY = ROOT / "data" / "registry"


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with (REGISTRY / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def things(*kinds: str) -> dict[tuple[str, str], str]:
    """Return which thing a name (with its country) is, by the table of reconciliation."""
    found = {}
    for kind in reversed(kinds):
        found.update(
            {(row["name"], row["country"]): row["thing"] for row in table("reconciliation") if row["kind"] == kind}
        )
    return found
