"""The service as an operator installs it: wheel, systemd unit, container file."""

import configparser
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from dockerfile_parse import DockerfileParser

from migragraph.config import SETTINGS, read_settings
from projects import ROOT
from servers import running
from tiny import publish_tiny

UNIT = ROOT / "deploy" / "migragraph.service"
PACKAGE = ROOT / "src" / "migragraph"
#: https://man7.org/linux/man-pages/man2/prctl.2.html
NO_NEW_PRIVILEGES, MEMORY_DENY_WRITE_EXECUTE = 38, 65


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Templates, styles and scripts too; nothing else but what describes it."""
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    files = {
        f"migragraph/{path.relative_to(PACKAGE)}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == files
    assert any(name.endswith("templates/home.html") for name in names)
    assert "migragraph/web/static/style.css" in names


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment with the wheel; its dependencies are those of this one, so none is fetched."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    site = next(folder.glob("lib/*/site-packages"))
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(f"{here}\n")
    return folder / "bin" / "migragraph"


def test_what_is_installed_serves(installed: Path, tmp_path: Path) -> None:
    """Pages, styles and queries, confined as the unit confines it: no new privileges, no writable code."""
    publish_tiny(tmp_path)
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MIGRAGRAPH_REFERENCE")
    }
    environment |= {"MIGRAGRAPH_HOME": str(tmp_path), "MIGRAGRAPH_PORT": "0", "MIGRAGRAPH_LOG": "none"}
    python = installed.parent / "python"
    where = [python, "-c", "import migragraph; print(migragraph.__file__)"]
    found = subprocess.run(where, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(installed.parents[1]))

    with subprocess.Popen(
        [installed, "serve"], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        preexec_fn=confine,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        line = process.stderr.readline()
        try:
            said = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert said, line
            with urlopen(f"{said[0]}/") as page:
                assert b"What it holds" in page.read()
            with urlopen(f"{said[0]}/static/style.css") as style:
                assert style.headers["Content-Type"].startswith("text/css")
            query = quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
            with urlopen(f"{said[0]}/sparql?format=csv&query={query}") as answer:
                assert answer.read() == b"n\r\n29\r\n"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0


def confine() -> None:
    """Take from the process what the unit takes, as far as one can without systemd."""
    libc = ctypes.CDLL(None)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(MEMORY_DENY_WRITE_EXECUTE, 1, 0, 0, 0)  # not known to an older kernel, which does no harm


def read_unit() -> configparser.ConfigParser:
    """Read the unit as far as it is an ini file: the last of several values of a name."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNIT)
    return unit


def test_the_unit_is_one_and_is_hardened(tmp_path: Path) -> None:
    """By systemd's own check, with the command put where there is one; settings that it names exist."""
    unit = read_unit()
    assert set(unit.sections()) == {"Unit", "Service", "Install"}
    service = unit["Service"]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "MemoryDenyWriteExecute"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert int(service["TimeoutStopSec"]) > read_settings({}).stop_seconds
    assert set(re.findall(r"MIGRAGRAPH_[A-Z]+(?:_[A-Z]+)*(?==)", UNIT.read_text())) - {"MIGRAGRAPH_NAME"} <= {
        setting.variable for setting in SETTINGS
    }
    if (tool := shutil.which("systemd-analyze")) is None:
        return  # what it would say beside is whether all names are known to it
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace(service["ExecStart"].split()[0], "/bin/true"))
    done = subprocess.run([tool, "verify", str(copy)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_query_processes_may_be_confined_under_the_unit() -> None:
    """What they call to confine themselves (by prctl), to talk and to make way is in the filter of the unit."""
    if (tool := shutil.which("systemd-analyze")) is None:
        assert read_unit()["Service"]["SystemCallFilter"] == "@system-service"
        return
    allowed, groups = set[str](), ["@system-service"]
    while groups:
        listed = subprocess.run([tool, "syscall-filter", groups.pop()], capture_output=True, text=True, check=True)
        names = {word for line in listed.stdout.splitlines()[1:] if (word := line.strip()) and word[0] != "#"}
        groups += [name for name in names if name[0] == "@"]
        allowed |= names
    assert {"prctl", "prlimit64", "setrlimit", "setpriority", "socketpair", "sendmsg", "clone"} <= allowed
    assert "AF_UNIX" in read_unit()["Service"]["RestrictAddressFamilies"]


def test_the_container_file_does_what_it_should(tmp_path: Path) -> None:
    """Stages, user, health check, and files that are there; its settings are known and possible."""
    shutil.copy(ROOT / "deploy" / "Containerfile", tmp_path / "Dockerfile")
    parser = DockerfileParser(str(tmp_path))
    steps = [(step["instruction"], step["value"]) for step in parser.structure if step["instruction"] != "COMMENT"]
    stages = [value for name, value in steps if name == "FROM"]
    assert [stage.partition(" AS ")[2] for stage in stages] == ["wheel", "built", ""]
    assert len({stage.partition(" AS ")[0] for stage in stages}) == 1
    last = steps[max(n for n, step in enumerate(steps) if step[0] == "FROM") :]
    assert ("USER", "10001") in last
    assert ("CMD", '["migragraph", "serve"]') in last
    for name, value in steps:
        if name == "COPY" and not value.startswith("--from"):
            for source in value.split()[:-1]:
                assert (ROOT / source).exists(), source
    health = next(value for name, value in last if name == "HEALTHCHECK")
    command = json.loads(health[health.index("CMD ") + 4 :])
    compile(command[2], "the health check", "exec")
    environment = {name: value for name, value in parser.envs.items() if name.startswith("MIGRAGRAPH_")}
    assert read_settings(environment).port == 8000
    project_files = {path.name for path in ROOT.iterdir() if path.is_dir()} & {
        "ontology",
        "shapes",
        "queries",
        "data",
        "networks",
    }
    assert project_files == {
        value.split()[0] for name, value in steps if name == "COPY" and value.split()[-1].startswith("/project/")
    }


@pytest.mark.parametrize(
    ("trusted", "client"), [("", "127.0.0.0"), ("127.0.0.1", "198.51.100.0"), ("10.0.0.1", "127.0.0.0")]
)
def test_the_word_of_a_trusted_proxy_is_taken_and_no_other(tmp_path: Path, trusted: str, client: str) -> None:
    """On the client's address, by which limits go and which the log has."""
    publish_tiny(tmp_path)
    with running(tmp_path, trusted_proxies=trusted) as server:
        headers = {"X-Forwarded-For": "198.51.100.77", "X-Request-Id": "proxied"}
        with urlopen(Request(f"{server.address}/errors", headers=headers)) as answer:
            assert answer.headers["X-Request-Id"] == "proxied"
    line = json.loads(next(line for line in server.log if '"proxied"' in line))
    assert line["client"] == client
