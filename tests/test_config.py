"""Settings: what is impossible is refused before anything starts, and every fault is named at once."""

import os
import subprocess
import sys

import pytest

from migragraph.config import SETTINGS, read_settings
from migragraph.errors import ConfigError


def faults(**environment: str) -> str:
    """Return what is said of an environment."""
    with pytest.raises(ConfigError) as caught:
        read_settings({f"MIGRAGRAPH_{name.upper()}": value for name, value in environment.items()})
    assert caught.value.remedy
    return caught.value.message


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.least is not None], ids=lambda s: s.name)
def test_a_number_has_a_range(setting: object) -> None:
    """The default is within it; both ends are; what is beyond is refused."""
    found = next(s for s in SETTINGS if s is setting)
    assert found.least is not None
    assert found.most is not None
    assert found.fault_of(found.default) == found.fault_of(found.least) == found.fault_of(found.most) == ""
    for value in (found.least - 1, found.most + 1, float("nan")):
        assert found.fault_of(value).startswith(f"{found.variable} is ")


def test_every_number_has_bounds() -> None:
    """Or the table would let anything pass."""
    assert {s.name for s in SETTINGS if isinstance(s.default, int | float)} == {
        s.name for s in SETTINGS if s.least is not None
    }


def test_every_fault_is_named_at_once() -> None:
    """Unknown, unreadable, out of range, contradicting."""
    said = faults(
        prot="1", port="http", query_seconds="-5", threads="4", query_processes="8", cache_mib="1000000", log="xml",
        tokens="ana", public_url="graph.example.org", trusted_proxies="10.0.0.1, proxy",
    )  # fmt: skip
    for part in (
        "there is no setting MIGRAGRAPH_PROT.",
        "MIGRAGRAPH_PORT cannot be read: 'http' is no whole number; it is from 0 to 65,535.",
        "MIGRAGRAPH_QUERY_SECONDS is -5; it is from 0.1 to 86,400.",
        "MIGRAGRAPH_THREADS is 4, which is not more than the 8 of MIGRAGRAPH_QUERY_PROCESSES: queries could hold every",
        "MIGRAGRAPH_CACHE_MIB is 1000000, and this machine has ",
        "MIGRAGRAPH_LOG is 'xml'; it is one of json, text, none.",
        "MIGRAGRAPH_TOKENS cannot be read: entry 1 of MIGRAGRAPH_TOKENS is not name:scope:sha256.",
        "MIGRAGRAPH_PUBLIC_URL cannot be read: an address starts with http:// or https:// and a host, without account",
        "MIGRAGRAPH_TRUSTED_PROXIES cannot be read: 'proxy' is no address or network, such as 10.0.0.5 or 10.0.0.0/8.",
    ):
        assert part in said
    assert said.count("MIGRAGRAPH_") == 11


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "", "5s"])
def test_seconds_are_a_number(value: str) -> None:
    """What Python takes for a number but no clock does is refused too."""
    assert "MIGRAGRAPH_QUERY_SECONDS" in faults(query_seconds=value)


def test_the_service_does_not_start_with_impossible_settings() -> None:
    """Exit code 3 for an input that cannot be used, all faults on standard error, no trace."""
    environment = os.environ | {"MIGRAGRAPH_THREADS": "2", "MIGRAGRAPH_STOP_SECONDS": "-1"}
    done = subprocess.run(
        [sys.executable, "-m", "migragraph", "serve"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3
    assert done.stderr.startswith(
        "config-error: MIGRAGRAPH_STOP_SECONDS is -1; it is from 0 to 3,600. MIGRAGRAPH_THREA"
    )
    assert "Traceback" not in done.stderr


def test_a_home_that_is_a_file_is_refused(tmp_path: os.PathLike[str]) -> None:
    """Nothing can be served from it."""
    file = os.path.join(tmp_path, "var")  # noqa: PTH118
    with open(file, "w"):  # noqa: PTH123
        pass
    assert "is a file and no folder" in faults(home=file)
