"""A host that queries and updates read from, as bad as hosts can be: a real server on the loopback."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

JSON = "application/sparql-results+json"


@dataclass
class Reply:
    """What a path answers: status, media type, body, further headers; how long it waits, and between two bytes."""

    body: bytes = b""
    media_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: Lets the answer begin; a test that never sets it makes a server that never answers.
    begin: threading.Event | None = None
    #: Waits between two bytes of the body.
    pause_seconds: float = 0
    #: What Content-Length says, where that is not the truth.
    length: int | None = None


@dataclass
class Elsewhere:
    """Where the host is, what its paths answer, and which requests have come: path, and query where one was sent."""

    address: str
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str, reply: Reply) -> str:
        """Let a path answer, and give its address."""
        self.replies[path] = reply
        return self.address + path


@contextmanager
def elsewhere(secured: ssl.SSLContext | None = None) -> Iterator[Elsewhere]:
    """Serve on a free port of the loopback, with TLS where it is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(parse_qs(body).get("query", [""])[0])

        def _answer(self, query: str) -> None:
            path = self.path.partition("?")[0]
            found.asked.append((self.path, query))
            reply = found.replies.get(path, Reply(b"nothing here", "text/plain", 404))
            if reply.begin is not None:
                while not (reply.begin.wait(0.05) or found.over.is_set()):
                    pass
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.media_type)
                self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if not reply.pause_seconds:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    if found.over.wait(reply.pause_seconds):
                        return
            except OSError:  # the other side has left
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if secured is not None:
            server.socket = secured.wrap_socket(server.socket, server_side=True)
        found = Elsewhere(f"http{'s' if secured else ''}://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield found
        finally:
            found.over.set()
            server.shutdown()
            thread.join()
