"""The SPARQL 1.1 suites of the W3C, over HTTP against a throw-away instance; what fails is listed with its reason."""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from servers import running_scratch

REFERENCE = Path(os.environ.get("MIGRAGRAPH_REFERENCE", "/nonexistent"))
TOOL = REFERENCE / "tools" / "w3c_http.py"
pytestmark = pytest.mark.skipif(not TOOL.exists(), reason="MIGRAGRAPH_REFERENCE does not lead to the W3C suites")

#: Of each suite, how many tests there are, and those that fail, each with the reason: all lie in the engine.
#: What would mend them around it was looked at:
#: - PATH: the constant would have to stand in a triple, which every other pattern would then find;
#: - GRAPH: `GRAPH ?g {}` beside each such group mends bindings#graph alone (the counts of the other are still those of
#:   all graphs), and makes every query with a variable graph list the graphs first;
#: - BNODE: nodes would have to be told apart in the rows, after FILTER and DISTINCT have seen them as the same;
#: - tsv03: the datatype is lost when the data are stored.
#: GROUP_CONCAT, which keeps a language that all values share, is put inside STR (``migragraph.syntax``).
PATH = "a path of no step from a constant is not found where no triple has the constant"
GRAPH = "GRAPH with a variable is evaluated over all graphs at once, not in each"
SUITES: dict[str, tuple[int, dict[str, str]]] = {
    "query-1.1": (
        234,
        {
            "aggregates/manifest#agg-empty-group-count-graph": GRAPH,
            "bindings/manifest#graph": GRAPH,
            "negation/manifest#graph-minus": GRAPH,
            "functions/manifest#bnode01": "BNODE with a text gives the same node in every row",
            "property-path/manifest#zero_or_more_set_start": PATH,
            "property-path/manifest#zero_or_more_set_end": PATH,
            "property-path/manifest#zero_or_one_set_start": PATH,
            "property-path/manifest#zero_or_one_set_end": PATH,
        },
    ),
    "results-formats": (
        10,
        {"csv-tsv-res/manifest#tsv03": "the datatype xsd:negativeInteger is stored as xsd:integer"},
    ),
    "update-1.1": (102, {}),
    "syntax-query-1.1": (97, {}),
    "syntax-update-1.1": (55, {}),
    "protocol": (34, {}),
    "gsp-indirect": (9, {}),
    "gsp-direct": (4, {}),
    "service-description": (3, {}),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bool]]:
    """Run all suites once; give whether each test passed, by suite and the end of its IRI."""
    written = tmp_path_factory.mktemp("w3c") / "outcome.json"
    token = secrets.token_hex(8)
    with running_scratch(token) as address:
        command = [sys.executable, str(TOOL), "--token", token, "--json", str(written), "--only", ",".join(SUITES),
                   "--query", f"{address}/sparql", "--update", f"{address}/update",
                   "--gsp", f"{address}/graph-store"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    categories = json.loads(written.read_text())["categories"]
    return {
        suite: {re.sub(r".*/(?=[^/]+/[^/]+$)", "", test["test"]): test["ok"] for test in found["tests"]}
        for suite, found in categories.items()
    }


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_passes_but_for_what_is_listed(suite: str, outcome: dict[str, dict[str, bool]]) -> None:
    """A listed test that passes fails the run too."""
    total, expected = SUITES[suite]
    found = outcome[suite]
    assert len(found) == total
    assert {name for name, passed in found.items() if not passed} == set(expected)
