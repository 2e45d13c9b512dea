"""What tests of SERVICE share: clients that may call endpoints, rows of answers, results that endpoints give."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from answers import ask

ClientOf = Callable[..., FlaskClient]


def rows(client: FlaskClient, query: str) -> list[list[str]]:
    """Ask for CSV, and give the rows without the head."""
    answer = ask(client, query, Accept="text/csv")
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text)))[1:]


def results(variables: list[str], bindings: list[dict[str, Any]]) -> bytes:
    """Write results in JSON."""
    return json.dumps({"head": {"vars": variables}, "results": {"bindings": bindings}}).encode()


def literal(value: str) -> dict[str, str]:
    """A literal in results in JSON."""
    return {"type": "literal", "value": value}
