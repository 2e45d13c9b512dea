"""Writing in a process of its own: checking a graph computes for seconds, and the service is to answer meanwhile.

Run as ``python -m migragraph.writes.apart``; what passes are pickles from a process of ours to another.
Entry point: :func:`write_apart`.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

from migragraph.errors import InvalidGraph, MigragraphError
from migragraph.limits.messages import Failure
from migragraph.store.versions import find_version

if TYPE_CHECKING:
    from migragraph.config import Settings
    from migragraph.store.versions import Version
    from migragraph.writes.change import Change


def write_apart(settings: Settings, base: str, change: Change) -> Version:
    """Do what :func:`migragraph.writes.writing.write_change` does, in another process; raise what it raises.

    Where this process ends before, the other one goes on to its end.
    """
    asked = pickle.dumps((settings, base, change))
    done = subprocess.run(
        [sys.executable, "-m", "migragraph.writes.apart"], input=asked, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        msg = f"the process that writes ended with {done.returncode}"
        raise RuntimeError(msg)
    found = pickle.loads(done.stdout)  # noqa: S301 (from a process of ours)
    if isinstance(found, Failure):
        raise found.to_error()
    if not isinstance(found, str):
        raise InvalidGraph(found)
    return find_version(settings.home, found)


def main() -> None:
    """Read what is to be written from standard input; write the id of the version, the report, or the failure."""
    from migragraph.writes.writing import write_change  # the checks, which the service does without

    settings, base, change = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 (from the service)
    found: object
    try:
        found = write_change(settings, base, change).id
    except InvalidGraph as error:
        found = error.report
    except MigragraphError as error:
        found = Failure.of(error)
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
