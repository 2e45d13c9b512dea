"""The log, on standard error: one line of JSON for each request and event, or text for people."""

from __future__ import annotations

import logging
import sys
from typing import Final

from pythonjsonlogger.json import JsonFormatter

from migragraph.errors import ConfigError

FORMS: Final = ("json", "text", "none")


def write_logs(form: str) -> None:
    """Write what is logged to standard error, as ``json`` or ``text``, or nothing but warnings for ``none``.

    Raises ``ConfigError`` for another form.
    """
    if form not in FORMS:
        raise ConfigError(f"MIGRAGRAPH_LOG is {form!r}.", remedy=f"Give one of {', '.join(FORMS)}.")
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(
            JsonFormatter(
                "%(asctime)s %(levelname)s %(name)s %(message)s",
                rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            )
        )
    else:
        handler.setFormatter(_TextFormatter("%(asctime)s %(levelname)s %(message)s"))
    # nobody reads these; the documentation of logging names them as what to turn off for speed
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING if form == "none" else logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


class _TextFormatter(logging.Formatter):
    """A line about a request has its parts in a fixed order."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "migragraph.access":
            named = ("client", "method", "path", "status", "bytes", "seconds", "cache", "limit", "request")
            record.msg = " ".join(str(getattr(record, name, "-") or "-") for name in named)
        return super().format(record)
