"""Settings: one table, from which environment variables, command line and documentation follow."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from migragraph.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX: Final = "MIGRAGRAPH_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, how its text is read, its default, what it does and in which unit."""

    name: str
    read: Callable[[str], Any]
    default: Any
    help: str

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return PREFIX + self.name.upper()


def _folder(text: str) -> Path | None:
    return Path(text).resolve() if text else None


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        msg = "a port is a number from 1 to 65535"
        raise ValueError(msg)
    return port


def _address(text: str) -> str:
    """Read the address of a service; accounts have settings of their own, which no message shows."""
    if not text:
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        msg = "an address starts with http:// or https:// and a host, without account, ? or #"
        raise ValueError(msg)
    return text


SETTINGS: Final = (
    Setting("project", _folder, Path(), "folder with ontology/, shapes/, data/, queries/ and networks/"),
    Setting("home", _folder, Path("var"), "folder that holds the built versions of the graph"),
    Setting("reference", _folder, None, "folder with the reference material, for the evidence check: its sources/"),
    Setting("keep_versions", int, 5, "versions that are kept, the current one counted; a build removes older ones"),
    Setting("host", str, "127.0.0.1", "address that the service listens on"),
    Setting("port", _port, 8000, "port that the service listens on"),
    Setting("threads", int, 16, "requests answered at the same time; more than query_processes"),
    Setting("public_url", str, "", "address under which the public reaches the service; empty: that of the request"),
    Setting("max_query_bytes", int, 100_000, "longest SPARQL query that is read, in bytes"),
    Setting("query_seconds", float, 30.0, "deadline of a query, in seconds; a request can only shorten it"),
    Setting("query_processes", int, 12, "queries answered at the same time, each in a process of its own"),
    Setting("query_memory_mib", int, 1024, "memory that a query may take beyond the graph, in MiB"),
    Setting("answer_mib", int, 256, "longest answer to a query, in MiB"),
    Setting("queue_seconds", float, 5.0, "how long a query waits for a free place before it is refused, in seconds"),
    Setting("cache_mib", int, 64, "memory for answers that are given again as they are, in MiB; 0: none"),
    Setting("client_requests", int, 8, "requests of one client answered at the same time; 0: no limit"),
    Setting("client_rate", int, 100, "requests per second of one client, over ten seconds, cache aside; 0: no limit"),
    Setting("trusted_proxies", str, "", "addresses, by comma, whose word on a client's address is taken; * for any"),
    Setting("write_mib", int, 64, "longest update or graph that is read, in MiB"),
    Setting("tokens", str, "", "who may write, as `migragraph token` prints it, by comma; empty: nobody"),
    Setting("stop_seconds", int, 10, "how long requests under way may take when the service is told to stop"),
    Setting("log", str, "json", "form of the log on standard error: json, text or none"),
    Setting("memory_quads", int, 2_000_000, "largest version held in memory, in quads; a larger one stays on disk"),
    Setting("engine", _address, "", "address of the SPARQL 1.1 engine that holds the graph; empty: the embedded one"),
    Setting("engine_graph_store", _address, "", "address of its Graph Store Protocol, where `migragraph load` writes"),
    Setting("engine_user", str, "", "account at the engine"),
    Setting("engine_password", str, "", "password of that account; never shown or logged"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run; see :data:`SETTINGS`."""

    project: Path
    home: Path
    reference: Path | None
    keep_versions: int
    host: str
    port: int
    threads: int
    public_url: str
    max_query_bytes: int
    query_seconds: float
    query_processes: int
    query_memory_mib: int
    answer_mib: int
    queue_seconds: float
    cache_mib: int
    client_requests: int
    client_rate: int
    trusted_proxies: str
    write_mib: int
    tokens: str
    stop_seconds: int
    log: str
    memory_quads: int
    engine: str
    engine_graph_store: str
    engine_user: str = field(repr=False)
    engine_password: str = field(repr=False)

    @property
    def documents(self) -> Path | None:
        """Return the folder with the source documents, where the reference material is at hand."""
        return self.reference / "sources" if self.reference else None


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Return the settings: what is given, else the environment, else the default.

    Raises ``ConfigError`` for an unknown ``MIGRAGRAPH_…`` variable and for a value that cannot be read.

    >>> read_settings({"MIGRAGRAPH_PORT": "9000"}).port
    9000
    """
    env = os.environ if environment is None else environment
    known = {setting.variable for setting in SETTINGS}
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigError(
            f"there is no setting {', '.join(unknown)}.", remedy=f"Known settings: {', '.join(sorted(known))}."
        )
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        if given.get(setting.name) is not None:
            values[setting.name] = given[setting.name]
        elif setting.variable in env:
            text = env[setting.variable]
            try:
                values[setting.name] = setting.read(text)
            except ValueError as error:
                shown = repr(text) if "@" not in text else "not what it should be"  # there may be a password in it
                raise ConfigError(
                    f"{setting.variable} is {shown}: {error}.", remedy=f"Give the {setting.help}."
                ) from error
        else:
            values[setting.name] = setting.default
    for name in ("project", "home", "reference"):
        if values[name] is not None:
            values[name] = Path(values[name]).resolve()
    return Settings(**values)
