"""The description of the service for programs, and requests made up from it: none meets an error it does not tell."""

import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from pyoxigraph import NamedNode
from schemathesis.specs.openapi import checks

from migragraph import errors
from migragraph.checks.report import Finding, Report, Severity
from migragraph.config import Settings
from migragraph.errors import InvalidGraph, MalformedQuery, MigragraphError
from migragraph.formats import GRAPH_FORMATS, RESULT_FORMATS
from migragraph.web import create_app
from migragraph.web.openapi import IMPLIED
from migragraph.web.problems import STATUS
from migragraph.web.serving import Scratch

TOKEN = "secret"  # noqa: S105 (that of a throw-away instance)


@pytest.fixture
def scratch(tiny_settings: Settings) -> Flask:
    """The application on a throw-away instance."""
    return create_app(tiny_settings, Scratch(tiny_settings, TOKEN))


def description(app: Flask) -> dict[str, Any]:
    """Return the description that an application serves."""
    answer = app.test_client().get("/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.oai.openapi+json")
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_the_description_is_valid(app: Flask, scratch: Flask) -> None:
    """By the validator of the OpenAPI community, with and without writing."""
    for found in (description(app), description(scratch)):
        assert [str(error) for error in OpenAPIV31SpecValidator(found).iter_errors()] == []  # type: ignore[arg-type]


def test_every_route_stands_in_the_description_and_no_other(app: Flask, scratch: Flask) -> None:
    """Those of writing only where somebody may write."""

    def described(app: Flask) -> set[tuple[str, str]]:
        return {(path, method) for path, item in description(app)["paths"].items() for method in item}

    def routed(app: Flask) -> set[tuple[str, str]]:
        return {
            (re.sub(r"<(?:[a-z]+:)?([a-z]+)>", r"{\1}", rule.rule), method.lower())
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - IMPLIED
        }

    assert described(scratch) == routed(scratch)
    writing = {
        (path, method) for path, method in routed(app) if path.startswith(("/update", "/graph-store", "/rollback"))
    }
    assert len(writing) == 10
    assert described(app) == routed(app) - writing


def test_what_is_described_comes_from_the_tables(app: Flask, scratch: Flask) -> None:
    """Formats, statuses and bounds are those of the software; references lead somewhere."""
    found = description(app)
    query = found["paths"]["/sparql"]["get"]
    media_types = {media_type for form in (*RESULT_FORMATS, *GRAPH_FORMATS) for media_type in form.media_types}
    assert set(query["responses"]["200"]["content"]) == {*media_types, "text/html", "application/xhtml+xml"}
    assert query["parameters"][0]["schema"] == {"type": "string", "maxLength": 5000}
    faults = (400, 403, 404, 406, 413, 414, 429, 431, 500, 501, 502, 503)
    assert set(query["responses"]) == {"200", "304", *map(str, faults)}
    statuses = {str(int(status)) for status in STATUS.values()}
    told = {name.removeprefix("Problem") for name in description(scratch)["components"]["responses"]}
    assert statuses <= told
    assert "queries" not in json.dumps(found["paths"]["/sparql"]["get"]["parameters"][0]["schema"])
    assert description(scratch)["paths"]["/update"]["post"]["security"] == [{"bearer": []}]


def test_every_error_is_as_described(scratch: Flask, tiny_settings: Settings) -> None:
    """Each that there is, raised behind an address: its status is described, its members and no others."""
    finding = Finding("City-name", Severity.VIOLATION, "city:x", "It has no name.", shape=NamedNode("a:s"))
    raised: dict[str, MigragraphError] = {
        "invalid-graph": InvalidGraph(Report((finding,), {"things": 1})),
        "malformed-query": MalformedQuery("it ends", line=1, column=2),
    }
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MigragraphError)]
    for kind in kinds:
        if not kind.__subclasses__() and kind is not errors.SourceError and kind.code not in raised:
            raised[kind.code] = kind("it failed.", remedy="Mend it.")
    assert len(raised) > 30

    @scratch.get("/fail/<code>")
    def fail(code: str) -> str:
        raise raised[code]

    document = description(scratch)
    properties = {name: set(found["properties"]) for name, found in document["components"]["schemas"].items()}
    problem = OAS31Validator({"$ref": "#/components/schemas/Problem", "components": document["components"]})
    for code in raised:
        answer = scratch.test_client().get(f"/fail/{code}")
        told = json.loads(answer.data)
        assert [error.message for error in problem.iter_errors(told)] == []
        assert set(told) <= properties["Problem"]
        assert set(told.get("report", {})) <= properties["Report"]
        described = document["components"]["responses"][f"Problem{answer.status_code}"]
        assert answer.status_code == 500 or f"- [{code}](errors#{code})" in described["description"]
        assert set(described["headers"]) - set(answer.headers.keys()) <= {"X-Request-Id"}  # which the front adds
    assert document["components"]["schemas"]["Report"]["properties"]["findings"]["items"]["properties"]["severity"] == {
        "enum": list(Severity)
    }
    broken = json.loads(scratch.test_client().get("/fail/invalid-graph").data)
    broken["report"]["findings"][0]["severity"] = "grave"
    assert list(problem.iter_errors(broken))


def test_the_description_is_found(client: FlaskClient) -> None:
    """From the footer of every page, and by the link relation of RFC 8631."""
    for address in ("/", "/sparql", "/sparql?query=ASK%7B%7D", "/health"):
        links = client.get(address).headers.getlist("Link")
        assert '</openapi.json>; rel="service-desc"; type="application/vnd.oai.openapi+json"' in links
    assert 'href="/openapi.json"' in client.get("/errors").text


def test_the_public_address_stands_in_it(tiny_settings: Settings) -> None:
    """Behind a proxy; else the address it was read from."""
    app = create_app(replace(tiny_settings, public_url="https://graph.example.org/"))
    assert description(app)["servers"] == [{"url": "https://graph.example.org"}]


# Requests made up from the description ---------------------------------------------------------------------------

#: What is made up at random is hardly ever a query, so "positive data" may be refused; what the tables of bad requests
#: in this folder hold need not be found again by chance.
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
ACCEPT = st.sampled_from(
    [
        "*/*",
        "text/html",
        "text/plain",
        "application/json",
        "text/turtle",
        "image/png",
        "text/csv, */*;q=0.1",
        "",
        "\x00",
    ]
)
BOUNDED = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def check_problem(answer: schemathesis.Response) -> None:
    """Every error has a cause and a remedy, whatever it is written in; every answer may be read from other sites."""
    assert answer.headers["access-control-allow-origin"] == ["*"]
    assert b"Traceback" not in answer.content
    assert answer.status_code != 500
    if answer.status_code < 400:
        return
    text = answer.content.decode()
    kind = answer.headers["content-type"][0].partition(";")[0]
    if kind == "application/problem+json":
        found = json.loads(text)
        assert found["status"] == answer.status_code
        assert found["detail"].endswith(".")
        assert found["remedy"]
    elif kind == "text/plain":
        assert re.fullmatch(r"[a-z-]+: .+\. .+\n", text, re.DOTALL)
    else:
        assert "About this error" in text or "Ask in SPARQL" in text


def ask_at_random(app: Flask, only: str = "", **sent: st.SearchStrategy[str]) -> int:
    """Send made-up requests to every operation below a path, right ones and wrong ones; return how many operations."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    n_operations = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if not re.match(only, operation.path):
            continue
        n_operations += 1
        for mode in schemathesis.GenerationMode:

            @BOUNDED
            @given(case=operation.as_strategy(generation_mode=mode), headers=st.fixed_dictionaries(sent))
            def ask(case: schemathesis.Case, headers: dict[str, str]) -> None:
                answer = case.call(headers=headers)
                case.validate_response(answer, checks=CHECKS)
                check_problem(answer)

            with suppress(Unsatisfiable):  # nothing can be wrong where nothing is taken
                ask()
    return n_operations


def test_no_request_that_reads_meets_an_error_that_is_not_told(tiny_settings: Settings) -> None:
    """On the tiny version, without tokens."""
    app = create_app(replace(tiny_settings, query_processes=2))
    app.extensions["migragraph"].current().pool.warm()
    described = app.test_client().get("/openapi.json").json
    assert described is not None
    n_operations = sum(len({"get", "post", "put", "delete"} & item.keys()) for item in described["paths"].values())
    assert ask_at_random(app, Accept=ACCEPT) == n_operations - 1  # all but the description itself
    assert n_operations > 18


def test_no_request_that_writes_meets_an_error_that_is_not_told(scratch: Flask) -> None:
    """On a throw-away instance, with the right token and another."""
    tokens = st.sampled_from([f"Bearer {TOKEN}", f"Bearer {TOKEN}", "Bearer x"])
    assert ask_at_random(scratch, "/(?:update|graph-store)", Accept=ACCEPT, Authorization=tokens) == 9


def test_every_example_is_answered(scratch: Flask) -> None:
    """What the description shows can be sent as it stands."""
    client = scratch.test_client()
    n = 0
    for path, item in description(scratch)["paths"].items():
        for method, operation in item.items():
            shown = {p["name"]: p["example"] for p in operation.get("parameters", []) if "example" in p}
            if shown:
                assert client.open(path, method=method, query_string=shown).status_code == 200
                n += 1
            for media_type, body in operation.get("requestBody", {}).get("content", {}).items():
                if "example" in body:
                    headers = {"Authorization": f"Bearer {TOKEN}"}
                    answer = client.open(
                        path, method=method, data=body["example"], content_type=media_type, headers=headers
                    )
                    assert answer.status_code in (200, 204), answer.text
                    n += 1
    assert n == 7
