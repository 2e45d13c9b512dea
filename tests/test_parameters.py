"""The parameters of every address: none is ignored, and none counts only once where it is given twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from migragraph.config import Settings
from migragraph.web import create_app
from migragraph.web.serving import Scratch


@pytest.fixture
def apps(app: Flask, tiny_settings: Settings) -> tuple[Flask, Flask]:
    """The application on a version, where nobody may write, and on a throw-away instance, where everybody may."""
    return app, create_app(tiny_settings, Scratch(tiny_settings, None))


def operations(app: Flask) -> Iterator[tuple[str, str, dict[str, bool]]]:
    """Yield address, method and parameters (may they be given again?) of all that an application describes."""
    described = json.loads(app.test_client().get("/openapi.json").data)
    for path, item in described["paths"].items():
        for method, operation in item.items():
            asked: dict[str, Any] = {p["name"]: p["schema"] for p in operation.get("parameters", ())}
            in_path = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            known = {n: s.get("type") == "array" for n, s in asked.items() if n not in in_path}
            for name in in_path:  # a number where one is wanted, else the name itself
                path = path.replace(f"{{{name}}}", "1" if asked[name].get("type") == "integer" else name)
            yield path, method, known


def test_no_address_ignores_a_parameter(apps: tuple[Flask, Flask]) -> None:
    """Each of all operations refuses one that it does not know, and names those that it knows."""
    asked = set()
    for app in apps:
        for path, method, known in operations(app):
            asked.add((path, method))
            answer = app.test_client().open(f"{path}?quarry=1", method=method.upper())
            problem = answer.get_json(force=True)
            assert (answer.status_code, problem["type"].rpartition("#")[2]) == (400, "bad-parameter"), (path, method)
            assert problem["detail"] == "there is no parameter quarry here."
            told = problem["remedy"]
            assert all(name in told for name in known), (path, told)
            assert known or told == "Leave it out: none is known here." or path in ("/sparql", "/update"), (path, told)
    assert len(asked) > 30


def test_no_address_takes_the_first_of_two(apps: tuple[Flask, Flask]) -> None:
    """What may be given once only is refused where it is given twice; lists are lists."""
    n_asked = 0
    for app in apps:
        for path, method, known in operations(app):
            for name, may_repeat in known.items():
                answer = app.test_client().open(f"{path}?{name}=1&{name}=2", method=method.upper())
                problem = answer.get_json(force=True, silent=True) or {}
                is_refused = problem.get("detail") == f"the parameter {name} is given 2 times."
                assert is_refused != may_repeat, (path, method, name, problem)
                assert not is_refused or answer.status_code == 400
                n_asked += 1
    assert n_asked > 60


def test_head_is_as_strict_as_get_and_options_is_answered(app: Flask) -> None:
    """A probe sees the same status; what the framework answers takes no parameters to heed."""
    client = app.test_client()
    assert client.head("/health?quarry=1").status_code == 400
    assert client.head("/health").status_code == 200
    assert client.options("/health?quarry=1").status_code == 200


def test_what_is_not_there_stays_not_found(app: Flask) -> None:
    """Whatever the address says besides; writing is not there where nobody may write."""
    client = app.test_client()
    assert client.get("/nothing?quarry=1").status_code == 404
    assert client.post("/update?quarry=1").status_code == 404


def test_a_link_that_was_shared_leads_where_it_did(app: Flask) -> None:
    """With what a mail program or a social network has added; at the endpoint it is a question, and refused."""
    added = "utm_source=mail&utm_source=again&fbclid=1"
    assert app.test_client().get(f"/?{added}").status_code == 200
    assert app.test_client().get(f"/sparql?query=ASK%20%7B%7D&{added}").status_code == 400
