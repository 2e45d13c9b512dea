"""Where the service listens: a port that is free, one that is taken, one that it may not take."""

import configparser
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from migragraph.cli import CANNOT_LISTEN, UNREADABLE
from migragraph.errors import CannotListen
from migragraph.web.listening import listen
from projects import ROOT

LOOPBACK = "127.0.0.1"


def start(home: Path, port: int) -> subprocess.Popen[str]:
    """Start the service as an operator does."""
    command = [sys.executable, "-m", "migragraph", "serve", "--home", str(home), "--port", str(port)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_port_that_is_taken_is_told_with_the_way_out(tiny_home: Path) -> None:
    """One line with the remedy and an exit code of its own; once the port is free the same call serves."""
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        refused = start(tiny_home, port)
        said = refused.communicate(timeout=60)
    assert said == (
        "",
        f"cannot-listen: the service cannot listen at 127.0.0.1:{port}: Address already in use. Give another port "
        "(`migragraph serve --port 8001`, or MIGRAGRAPH_PORT; 0 takes one that is free), or end what listens there.\n",
    )
    assert refused.returncode == CANNOT_LISTEN
    with start(tiny_home, port) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == f"serving {tiny_home} at http://127.0.0.1:{port}\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_port_0_is_one_that_is_free_and_it_is_said_which(tiny_home: Path) -> None:
    """By the option; two services beside each other."""
    with start(tiny_home, 0) as one, start(tiny_home, 0) as other:
        assert one.stderr is not None
        assert other.stderr is not None
        found = [re.search(r"http://127\.0\.0\.1:(\d+)$", p.stderr.readline().strip()) for p in (one, other)]
        try:
            ports = {int(match[1]) for match in found if match}
            assert len(ports - {0}) == 2
            for port in ports:
                with urlopen(f"http://127.0.0.1:{port}/health") as answer:
                    assert answer.status == 200
        finally:
            for process in (one, other):
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)


def test_the_unit_starts_the_service_again_where_that_helps() -> None:
    """After a clash of ports, without an end to the tries; not after settings or files that cannot be used."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(ROOT / "deploy" / "migragraph.service")
    final = {int(code) for code in unit["Service"]["RestartPreventExitStatus"].split()}
    assert unit["Service"]["Restart"] == "on-failure"
    assert UNREADABLE in final
    assert CANNOT_LISTEN not in final
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"


def test_a_name_of_several_addresses_has_one_port() -> None:
    """`localhost` is 127.0.0.1 and, where the machine has IPv6, ::1: each address listens, all on the same port."""
    expected = {address[0] for *_, address in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    sockets = listen("localhost", 0)
    try:
        assert {s.getsockname()[0] for s in sockets} == expected
        assert len({s.getsockname()[1] for s in sockets}) == 1
        for each in sockets:
            socket.create_connection(each.getsockname()[:2], timeout=5).close()
    finally:
        for each in sockets:
            each.close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_no_machine_here_may_come_later(host: str) -> None:
    """One of another machine (RFC 5737), a name that nobody has: named, and not taken for a fault of the settings."""
    with pytest.raises(CannotListen, match=re.escape(f"cannot listen at {host}:8123: ")):
        listen(host, 8123)


def test_a_port_that_one_may_not_take_is_a_fault_of_the_settings() -> None:
    """As a user without rights, where the system keeps ports below 1024 for others."""
    code = (
        "from migragraph.errors import ConfigError\n"
        "from migragraph.web.listening import listen\n"
        "try:\n    listen('127.0.0.1', 1)\n    print('taken')\nexcept ConfigError as error:\n    print(error)\n"
    )
    script = "import os\nif os.getuid() == 0: os.setuid(65534)\n"
    # imported first: the other user need not be able to read our files
    done = subprocess.run(
        [sys.executable, "-c", "import encodings.idna, migragraph.web.listening\n" + script + code],
        capture_output=True,
        text=True,
    )
    lowest = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    expected = "taken" if lowest <= 1 else "config-error: the service may not listen at 127.0.0.1:1: Permission denied."
    assert done.stdout.startswith(expected), done.stderr
