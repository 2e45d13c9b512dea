"""What the tests of the service share: how to ask, and how to read a problem."""

import json

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
MALMO = "https://w3id.org/migragraph/id/city/malmo"


def ask(client: FlaskClient, query: str, **headers: str) -> TestResponse:
    """Send a query by GET."""
    return client.get("/sparql", query_string={"query": query}, headers=headers)


def problem(answer: TestResponse) -> tuple[int, str]:
    """Return status and code of problem details, which say a remedy too."""
    body = json.loads(answer.data)
    assert answer.mimetype == "application/problem+json"
    assert body["status"] == answer.status_code
    assert body["remedy"]
    return answer.status_code, body["type"].partition("#")[2]
