"""A program that the tests of writes end, or starve, at a step of its choice: one edit of a tiny version.

``python small_writer.py HOME [--kill N] [--bytes N]`` makes the edit; ``--kill`` ends the process, as ``kill -9`` does,
right before the Nth call that changes a file below HOME, and prints all such calls where N is 0; ``--bytes`` is the
longest file that the process may write.
"""

import argparse
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from migragraph.errors import DiskFull
from migragraph.store import versions
from migragraph.store.edits import edits_in, stage_edit

NAME = "0001-20261122t061500z"
FILES = {"edit.json": "{}\n", "sources.ttl": "# described\n", "claims.trig": "# claimed\n"}
ONE = [
    Quad(NamedNode("urn:a"), NamedNode("urn:p"), Literal(str(n) * 50), NamedNode(f"urn:g{n % 3}")) for n in range(200)
]
ADDED = tuple(Quad(NamedNode("urn:b"), NamedNode("urn:p"), Literal(str(n) * 50), DefaultGraph()) for n in range(200))
REMOVED = tuple(ONE[:7])
TWO = [*ONE[7:], *ADDED]
#: Calls that change files, by the names of https://docs.python.org/3/library/audit_events.html
CALLS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "shutil.rmtree", "os.link"}


def content_id(quads: list[Quad]) -> str:
    """Return the id of the version with this content."""
    import hashlib

    return hashlib.sha256(b"".join(versions.canonical_lines(quads))).hexdigest()


def write_edit(home: Path) -> str:
    """Make the edit: staged, published with its version, recorded; the same steps as ``write_change`` takes."""
    with versions.only_writer(home):
        base = versions.current_version(home)
        if edits_in(home):
            return base.id
        stage_edit(home, NAME, FILES)
        described = {"edits": [NAME], "quads": len(TWO), "counts": {"facts": len(ADDED)}}
        id_ = versions.publish_change(base, content_id(TWO), versions.Delta(ADDED, REMOVED), described).id
    versions.prune_versions(home, 5)
    return id_


def count_calls(home: Path, kill_at: int) -> list[str]:
    """Record every call that changes a file below a folder, or syncs one; end the process right before one of them."""
    calls: list[str] = []

    def note(event: str, path: object) -> None:
        calls.append(f"{event} {path}")
        if len(calls) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        path = str(arguments[0]) if arguments else ""
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if path.startswith(str(home)) and (event in CALLS or writes):
            note(event, path)

    def fsync(handle: int, real: Any = os.fsync) -> None:
        note("fsync", handle)
        real(handle)

    os.fsync = fsync
    sys.addaudithook(hook)
    return calls


def main() -> None:
    """Read the arguments and make the edit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--kill", type=int)
    parser.add_argument("--bytes", type=int)
    given = parser.parse_args()
    if given.bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (given.bytes, given.bytes))
    calls = count_calls(given.home, given.kill) if given.kill is not None else []
    try:
        write_edit(given.home)
    except DiskFull as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(3) from error
    sys.stdout.write("".join(f"{call}\n" for call in calls))


if __name__ == "__main__":
    main()
