"""Settings: one table, from which environment variables, command line and documentation follow."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from migragraph.errors import ConfigError
from migragraph.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PREFIX: Final = "MIGRAGRAPH_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, how its text is read, its default, what it does and in which unit.

    ``least`` and ``most`` bound a number, both included; ``among`` are the only values of a text.
    """

    name: str
    read: Callable[[str], Any]
    default: Any
    help: str
    least: float | None = None
    most: float | None = None
    among: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return PREFIX + self.name.upper()

    @property
    def range(self) -> str:
        """Return the values that it may have, for people; empty where any will do."""
        if self.among:
            return ", ".join(self.among)
        if self.least is None:
            return ""
        return f"{self.least:,} to {self.most:,}" if self.most is not None else f"{self.least:,} or more"

    def fault_of(self, value: object) -> str:
        """Return what is wrong with a value, empty where it is possible."""
        if self.among and value not in self.among:
            return f"{self.variable} is {value!r}; it is one of {self.range}."
        if self.least is None or not isinstance(value, int | float):
            return ""
        most = self.most if self.most is not None else float("inf")
        return "" if self.least <= value <= most else f"{self.variable} is {value:g}; it is from {self.range}."


def _folder(text: str) -> Path | None:
    return Path(text).resolve() if text else None


def _address(text: str) -> str:
    """Read the address of a service; accounts have settings of their own, which no message shows."""
    if not text:
        return text
    msg = (
        "an address starts with http:// or https:// and a host, without account, ? or #, with a port of at most 65,535"
    )
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:  # which does not say what an address looks like
        raise ValueError(msg) from error
    if not is_web or parts.username or parts.query or parts.fragment:
        raise ValueError(msg)
    return text


def _addresses(text: str) -> str:
    return " ".join(_address(part) for part in text.split())


def _proxies(text: str) -> str:
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part != "*":
            try:
                ip_network(part, strict=False)
            except ValueError as error:
                msg = f"{part!r} is no address or network, such as 10.0.0.5 or 10.0.0.0/8"
                raise ValueError(msg) from error
    return text


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        msg = f"{text!r} is no whole number"
        raise ValueError(msg) from error


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        msg = f"{text!r} is no number"
        raise ValueError(msg) from error


def _tokens(text: str) -> str:
    Tokens.read(text)
    return text


#: What no machine of today has: a number above is a slip of the hand.
_MOST_MIB: Final = 2**20
_DAY: Final = 86_400

SETTINGS: Final = (
    Setting("project", _folder, Path(), "folder with ontology/, shapes/, data/, queries/ and networks/"),
    Setting("home", _folder, Path("var"), "folder that holds the built versions of the graph"),
    Setting(
        "reference",
        _folder,
        None,
        "folder with the source documents, or the one above its sources/, for the evidence check",
    ),
    Setting(
        "keep_versions",
        _whole,
        5,
        "versions that are kept, the current one counted; a build removes older ones",
        1,
        10_000,
    ),
    Setting("host", str, "127.0.0.1", "address that the service listens on"),
    Setting("port", _whole, 8000, "port that the service listens on; 0: one that is free", 0, 65_535),
    Setting("threads", _whole, 16, "requests answered at the same time; more than query_processes", 2, 1000),
    Setting(
        "public_url", _address, "", "address under which the public reaches the service; empty: that of the request"
    ),
    Setting("max_query_bytes", _whole, 100_000, "longest SPARQL query that is read, in bytes", 1000, 100_000_000),
    Setting(
        "query_seconds", _number, 30.0, "deadline of a query, in seconds; a request can only shorten it", 0.1, _DAY
    ),
    Setting("query_processes", _whole, 12, "queries answered at the same time, each in a process of its own", 1, 999),
    Setting("query_memory_mib", _whole, 1024, "memory that a query may take beyond the graph, in MiB", 64, _MOST_MIB),
    Setting("answer_mib", _whole, 256, "longest answer to a query, in MiB", 1, _MOST_MIB),
    Setting(
        "report_seconds",
        _number,
        60.0,
        "deadline of a report on a network, or of a file or picture of a query, in seconds",
        1,
        _DAY,
    ),
    Setting(
        "report_processes",
        _whole,
        2,
        "reports on networks, files and pictures of queries, made at the same time, each in a process of its own",
        1,
        999,
    ),
    Setting(
        "queue_seconds",
        _number,
        5.0,
        "how long a query waits for a free place before it is refused, in seconds",
        0,
        3600,
    ),
    Setting(
        "cache_mib", _whole, 64, "memory for answers that are given again as they are, in MiB; 0: none", 0, _MOST_MIB
    ),
    Setting("client_requests", _whole, 8, "requests of one client answered at the same time; 0: no limit", 0, 1000),
    Setting(
        "client_rate",
        _whole,
        100,
        "requests per second of one client, over ten seconds, cache aside; 0: no limit",
        0,
        1_000_000,
    ),
    Setting(
        "trusted_proxies", _proxies, "", "addresses, by comma, whose word on a client's address is taken; * for any"
    ),
    Setting("write_mib", _whole, 64, "longest update or graph that is read, in MiB", 1, _MOST_MIB),
    Setting("tokens", _tokens, "", "who may write, as `migragraph token` prints it, by comma; empty: nobody"),
    Setting(
        "stop_seconds",
        _whole,
        10,
        "how long requests under way may take when the service is told to stop, in seconds",
        0,
        3600,
    ),
    Setting("log", str, "json", "form of the log on standard error", among=("json", "text", "none")),
    Setting(
        "memory_quads",
        _whole,
        2_000_000,
        "largest version held in memory, in quads; a larger one stays on disk",
        0,
        10**10,
    ),
    Setting("engine", _address, "", "address of the SPARQL 1.1 engine that holds the graph; empty: the embedded one"),
    Setting("engine_graph_store", _address, "", "address of its Graph Store Protocol, where `migragraph load` writes"),
    Setting("engine_user", str, "", "account at the engine"),
    Setting("engine_password", str, "", "password of that account; never shown or logged"),
    Setting("service_endpoints", _addresses, "", "endpoints that queries may call with SERVICE, by space; empty: none"),
    Setting(
        "load_sources",
        _addresses,
        "",
        "addresses that updates may LOAD from, by space; one that ends in / stands for all below it; empty: none",
    ),
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
    report_seconds: float
    report_processes: int
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
    service_endpoints: str
    load_sources: str

    @property
    def documents(self) -> Path | None:
        """Return the folder with the source documents, where the reference material is at hand."""
        return folder_of_documents(self.reference) if self.reference else None


def folder_of_documents(given: Path) -> Path:
    """Return the folder with the source documents: the ``sources/`` of the one given, or that one itself."""
    return given / "sources" if (given / "sources").is_dir() else given


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Return the settings: what is given, else the environment, else the default.

    Raises one ``ConfigError`` that names every fault at once: unknown ``MIGRAGRAPH_…`` variables, values that cannot be
    read or are out of their range, settings that contradict each other.

    >>> read_settings({"MIGRAGRAPH_PORT": "9000"}).port
    9000
    """
    env = os.environ if environment is None else environment
    known = {setting.variable for setting in SETTINGS}
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in known)
    faults = [f"there is no setting {name}." for name in unknown]
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        values[setting.name] = setting.default
        try:
            if given.get(setting.name) is not None:
                values[setting.name] = given[setting.name]
            elif setting.variable in env:
                values[setting.name] = setting.read(env[setting.variable])
        except (ValueError, ConfigError) as error:
            cause = error.message.rstrip(".") if isinstance(error, ConfigError) else str(error)
            takes = f"; it is from {setting.range}" if setting.least is not None else ""
            faults.append(f"{setting.variable} cannot be read: {cause}{takes}.")
        if fault := setting.fault_of(values[setting.name]):
            faults.append(fault)
    faults += _contradictions(values)
    if faults:
        remedy = (
            f"Known settings: {', '.join(sorted(known))}." if unknown else "docs/settings.md lists what each takes."
        )
        raise ConfigError(" ".join(faults), remedy=remedy)
    for name in ("project", "home", "reference"):
        if values[name] is not None:
            values[name] = Path(values[name]).resolve()
    return Settings(**values)


def _contradictions(values: Mapping[str, Any]) -> Iterator[str]:
    """Say which settings cannot hold together, or not on this machine."""
    threads, processes = values["threads"], values["query_processes"]
    if threads <= processes:
        yield (
            f"MIGRAGRAPH_THREADS is {threads}, which is not more than the {processes} of MIGRAGRAPH_QUERY_PROCESSES: "
            "queries could hold every thread."
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    if values["cache_mib"] >= memory:
        yield f"MIGRAGRAPH_CACHE_MIB is {values['cache_mib']}, and this machine has {memory} MiB of memory."
    if values["engine"] and values["tokens"]:
        yield (
            "MIGRAGRAPH_TOKENS lets people write, and MIGRAGRAPH_ENGINE names a remote engine, whose graph only"
            " `migragraph load` replaces."
        )
    if Path(values["home"]).is_file():
        yield f"MIGRAGRAPH_HOME is {values['home']}, which is a file and no folder."
