"""Writes over HTTP on a real service: a change makes a version, or is refused by name and nothing is changed."""

import hashlib
import json
import resource
import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from openapi_schema_validator import OAS31Validator
from pyoxigraph import DefaultGraph, Literal, Quad

from migragraph.build import build_version
from migragraph.config import read_settings
from migragraph.iris import term
from migragraph.store.versions import current_version
from projects import copy_small_project
from servers import Server, running

TOKENS = {"ana": "write", "ben": "read", "root": "admin"}


class Client:
    """Somebody with a token, or without one."""

    def __init__(self, address: str, token: str | None) -> None:
        self.address, self.token = address, token

    def send(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Send a request; give status, headers and body."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, body.encode(), sent)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def update(self, text: str, why: str = "a test") -> tuple[int, Any]:
        """Send an update; give status and problem."""
        status, _, body = self.send("POST", "/update", urlencode({"update": text, "why": why}))
        return status, json.loads(body) if body else None

    def count(self, where: str) -> int:
        """Count what matches."""
        status, _, body = self.send("GET", f"/sparql?format=csv&query={quote(f'SELECT * {{ {where} }}')}")
        assert status == 200, body
        return len(body.splitlines()) - 1


Clients = dict[str | None, Client]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project and its version, to be copied."""
    folder = tmp_path_factory.mktemp("guarded")
    project = copy_small_project(folder / "project")
    build_version(read_settings({}, project=project, home=folder / "var"))
    return folder


def started(folder: Path, **settings: object) -> AbstractContextManager[Server]:
    """Serve a project and its home, with the tokens of all and further settings."""
    tokens = ",".join(f"{name}:{scope}:{hashlib.sha256(name.encode()).hexdigest()}" for name, scope in TOKENS.items())
    return running(folder / "var", project=str(folder / "project"), tokens=tokens, **settings)


@contextmanager
def serving(folder: Path, **settings: object) -> Iterator[Clients]:
    """Serve a project and its home, with further settings; give those who may ask."""
    with started(folder, **settings) as server:
        yield {name: Client(server.address, name) for name in (*TOKENS, None, "nobody")}


@pytest.fixture
def clients(built: Path, tmp_path: Path) -> Iterator[Clients]:
    """A service whose graph may be changed by the test."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    with serving(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def refusing(built: Path) -> Iterator[Clients]:
    """A service whose graph is the same after every test."""
    with serving(built) as found:
        yield found


CODE = 'city:malmo mg:nutsCode "SE224"'


def test_an_update_makes_a_version_that_its_writer_reads(clients: Clients, tmp_path: Path) -> None:
    """With who and why in the record; the same again changes nothing; an older version can still be asked."""
    ana, before = clients["ana"], current_version(tmp_path / "var")
    assert ana.update(f"INSERT DATA {{ {CODE} }} ; INSERT DATA {{ city:malmo mg:nutsCode 'x' }} ;"
                      " DELETE DATA { city:malmo mg:nutsCode 'x' }", "Read on the map.") == (204, None)  # fmt: skip
    assert clients[None].count(CODE) == 1
    after = current_version(tmp_path / "var")
    assert Quad(term("city:malmo"), term("mg:nutsCode"), Literal("SE224"), DefaultGraph()) in after.open()
    assert clients[None].count('?s dct:description "Change by ana: Read on the map."@en') == 1
    assert ana.update(f"INSERT DATA {{ {CODE} }}") == (204, None)
    assert current_version(tmp_path / "var").id == after.id
    query = quote(f"ASK {{ {CODE} }}")
    _, _, body = ana.send("GET", f"/sparql?format=csv&version={before.id}&query={query}")
    assert body == b"false"
    assert ana.update("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = 'SE224') }") == (204, None)
    assert clients[None].count(CODE) == 0


def test_names_are_written_to_the_graph_store(clients: Clients) -> None:
    """Added by POST; a PUT would take away what the files say, which the graph's shapes do not allow."""
    ana = clients["ana"]
    graph = quote("https://w3id.org/migragraph/graph/authority", safe="")
    name = '<https://w3id.org/migragraph/id/city/malmo> <http://www.w3.org/2004/02/skos/core#altLabel> "Malmogia"@la .'
    headers = {"Content-Type": "text/turtle"}
    assert ana.send("POST", f"/graph-store?graph={graph}&why=Latin", name, **headers)[0] == 204
    assert ana.count('city:malmo skos:altLabel "Malmogia"@la') == 1
    status, _, body = ana.send("PUT", f"/graph-store?graph={graph}&why=Latin", name, **headers)
    assert status == 422
    found = json.loads(body)
    assert found["type"].endswith("#invalid-graph")
    assert found["report"]["violations"] == len(found["report"]["findings"]) > 0
    assert {finding["file"] for finding in found["report"]["findings"]} == {None}
    _, _, described = ana.send("GET", "/openapi.json")
    schema = {"$ref": "#/components/schemas/Problem", "components": json.loads(described)["components"]}
    assert [(error.json_path, error.message) for error in OAS31Validator(schema).iter_errors(found)] == []
    assert ana.count("city:malmo skos:prefLabel ?name") == 1


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("INSERT DATA { city:malmo mg:nutsCode 'no code' }", 422, "invalid-graph"),
        ("DELETE WHERE { city:malmo a mg:City }", 403, "forbidden-write"),
        ("CLEAR GRAPH graph:ontology", 403, "forbidden-write"),
        ("INSERT DATA { GRAPH <https://example.org/mine> { city:malmo mg:nutsCode 'SE224' } }", 403, "forbidden-write"),
        ("INSERT DATA { city:malmo mg:nutsCode }", 400, "malformed-query"),
        ("LOAD <http://127.0.0.1:9/>", 403, "forbidden-query"),
        ("DROP GRAPH <https://example.org/none>", 404, "unknown-thing"),
    ],
)
def test_what_may_not_be_is_refused(refusing: Clients, built: Path, text: str, status: int, code: str) -> None:
    """By name, with a remedy, and the served version is as it was."""
    before = current_version(built / "var").id
    found, said = refusing["ana"].update(text)
    assert (found, said["type"].partition("#")[2]) == (status, code)
    assert said["remedy"]
    assert str(built) not in json.dumps(said)
    assert current_version(built / "var").id == before
    assert not list((built / "var").glob("edits/*"))


def test_who_may_do_what(refusing: Clients) -> None:
    """Nobody without a token, nobody with another; reading is no writing, and writing chooses no version."""
    update = f"INSERT DATA {{ {CODE} }}"
    assert refusing[None].update(update)[0] == 401
    assert refusing["nobody"].update(update)[0] == 401
    assert refusing["ben"].update(update)[0] == 403
    assert refusing["ana"].send("POST", "/rollback")[0] == 403
    status, said = refusing["ana"].update(update, why="")
    assert (status, said["type"].partition("#")[2]) == (400, "bad-parameter")
    assert refusing[None].count(CODE) == 0


def test_an_admin_goes_back(clients: Clients, tmp_path: Path) -> None:
    """To the version before, or to one that is named."""
    first = current_version(tmp_path / "var").id
    clients["root"].update(f"INSERT DATA {{ {CODE} }}")
    second = current_version(tmp_path / "var").id
    for path, id_ in (("/rollback", first), (f"/rollback?version={second}", second)):
        status, _, body = clients["root"].send("POST", path)
        assert (status, json.loads(body)) == (200, {"version": id_})
        assert clients[None].count(CODE) == (id_ == second)


def test_nobody_goes_back_to_what_is_not_there(clients: Clients, tmp_path: Path) -> None:
    """404 that says which: no id, an unknown one, the beginning of several, none before; nothing is switched."""
    home, root = tmp_path / "var", clients["root"]
    only = current_version(home).id

    def refused(path: str, body: str = "") -> str:
        status, headers, answer = root.send("POST", path, body)
        said = json.loads(answer)
        assert (status, said["type"].partition("#")[2]) == (404, "unknown-thing")
        assert "retry-after" not in headers
        assert said["remedy"]
        assert str(tmp_path) not in answer.decode()
        return str(said["detail"])

    assert refused("/rollback") == "there is no version before the current one."
    for wrong in ("", "zzzzzzzz", only[:7], only[:8].upper(), only + "0", "..%2F..", "%2E", "2024-13-45", "*"):
        assert refused(f"/rollback?version={wrong}").endswith("is not the id of a version, nor the beginning of one.")
    for unknown in ("0" * 8, "0" * 64):
        expected = f"there is no version {unknown!r}, or it is no longer kept."
        assert refused(f"/rollback?version={unknown}") == expected
        assert refused("/rollback", f"version={unknown}") == expected
        asked = root.send("GET", f"/sparql?query=ASK%7B%7D&version={unknown}")
        assert (asked[0], json.loads(asked[2])["detail"]) == (404, expected)
    twin = only[:20] + "0" * 44
    shutil.copytree(home / "versions" / only, home / "versions" / twin)
    first, last = sorted((only, twin))
    assert (
        refused(f"/rollback?version={only[:20]}") == f"{only[:20]!r} is the beginning of 2 versions: {first}, {last}."
    )
    for path, body in (
        (f"/rollback?version={only}&version={twin}", ""),
        (f"/rollback?version={only}", f"version={only}"),
    ):
        assert root.send("POST", path, body)[0] == 400
    assert root.send("POST", "/rollback", "which=x")[0] == 400
    assert current_version(home).id == only
    assert (home / "published.log").read_text().count("\n") == 1
    (home / "current").unlink()  # what is served goes on; what there is to go back to, nobody knows
    for path in ("/rollback", "/rollback?version=" + "0" * 64):
        status, _, answer = root.send("POST", path)
        assert (status, json.loads(answer)["type"].partition("#")[2]) == (503, "no-version")


def test_a_change_for_which_there_is_no_room_is_refused(built: Path, tmp_path: Path) -> None:
    """It says that it is a version, and not where; nothing is changed, and the same goes through once there is room."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    home = tmp_path / "var"
    before = current_version(home).id
    with started(tmp_path) as server:
        ana = Client(server.address, "ana")
        free = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (2_000, free[1]))
        status, told = ana.update(f"INSERT DATA {{ {CODE} }}")
        assert (status, told["detail"]) == (507, "there is no room for a new version on the disk of the service.")
        assert told["remedy"] == "Ask the operator to make room, and try again; nothing was changed."
        assert current_version(home).id == before
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, free)
        assert ana.update(f"INSERT DATA {{ {CODE} }}") == (204, None)
    assert current_version(home).id != before


def test_writers_queue(clients: Clients) -> None:
    """Three at once: each works on what the one before has made, and none is lost."""
    outcomes: list[int] = []
    names = ["Malmö City", "Malmö stad", "Malmö kommun"]

    def write(name: str) -> None:
        update = f"INSERT DATA {{ GRAPH graph:authority {{ city:malmo skos:altLabel '{name}'@sv }} }}"
        outcomes.append(clients["ana"].update(update)[0])

    threads = [threading.Thread(target=write, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [204] * 3
    assert clients[None].count("city:malmo skos:altLabel ?name FILTER(LANG(?name) = 'sv')") == 3
