"""The log, on standard error: one line of JSON for each request and event, or text for people."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from pythonjsonlogger.json import JsonFormatter

from migragraph.errors import ConfigError

FORMS: Final = ("json", "text", "none")
_ACCESS: Final = "migragraph.access"


def write_logs(form: str) -> None:
    """Write what is logged to standard error, as ``json`` or ``text``, or nothing but warnings for ``none``.

    Raises ``ConfigError`` for another form.
    """
    if form not in FORMS:
        raise ConfigError(f"MIGRAGRAPH_LOG is {form!r}.", remedy=f"Give one of {', '.join(FORMS)}.")
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        formatter: logging.Formatter = JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    else:
        formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    formatter.formatTime = lambda *_: _now()  # type: ignore[method-assign]
    handler.setFormatter(formatter)
    # nobody reads these; the documentation of logging names them as what to turn off for speed
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING if form == "none" else logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


class AccessLog:
    """Writes a line for each request, beside what is logged otherwise.

    Not by way of :mod:`logging`: its record and the formatting of one take a third of the time of a cached answer.
    """

    def __init__(self, form: str) -> None:
        self._form = form

    def write(self, **fields: object) -> None:
        """Write what is known of a request, its parts in the order that they are given."""
        if self._form == "json":
            begun = {"time": _now(), "level": "INFO", "logger": _ACCESS, "message": "request"}
            line = json.dumps(begun | fields)
        elif self._form == "text":
            line = " ".join([_now(), "INFO", *(str(value or "-") for value in fields.values())])
        else:
            return
        sys.stderr.write(line + "\n")


def _now() -> str:
    """Return the time with its zone, which is that of the world: RFC 3339.

    >>> len(_now())
    24
    """
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
