"""The service as it is run: a real server in a process of its own, on a free port."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_START = """
import json, sys
from pathlib import Path
from migragraph.config import read_settings
from migragraph.web import serve
serve(read_settings({}, home=Path(sys.argv[1]), port=0, **json.loads(sys.argv[2])))
"""


@dataclass
class Server:
    """A running server: where it is, its process, and what it has logged so far."""

    address: str
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)


@contextmanager
def running(home: Path, **settings: object) -> Iterator[Server]:
    """Serve a home with further settings, and end the server as an operator would."""
    command = [sys.executable, "-c", _START, str(home), json.dumps(settings)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.fullmatch(rf"serving {re.escape(str(home))} at (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line + process.stderr.read()
        server = Server(found[1], process)
        # the log is read as it comes, or a full pipe would stop the server
        reader = threading.Thread(target=server.log.extend, args=[process.stderr], daemon=True)
        reader.start()
        try:
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
            reader.join()


@contextmanager
def running_scratch(token: str) -> Iterator[str]:
    """Serve a throw-away instance as its users start it; give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "migragraph", "serve", "--scratch", "--port", str(port), "--token", token]
    environment = os.environ | {"MIGRAGRAPH_LOG": "none"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.fullmatch(r"serving an empty store, .* at (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line + process.stderr.read()
        try:
            yield found[1]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
