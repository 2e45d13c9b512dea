"""Writing in a process of its own: checking a graph computes for seconds, and the service is to answer meanwhile.

Run as ``python -m migragraph.writes.apart``; what passes are pickles from a process of ours to another.
Entry point: :func:`writing_apart`.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migragraph.errors import InvalidGraph, MigragraphError
from migragraph.limits.messages import Failure
from migragraph.store.versions import find_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migragraph.config import Settings
    from migragraph.store.versions import Version
    from migragraph.writes.change import Change


@contextmanager
def writing_apart(settings: Settings, base: str) -> Iterator[Callable[[Change], Version]]:
    """Start to read a version and the project in another process; yield what makes a change to that version there.

    That does what :func:`migragraph.writes.writing.write_change` does, and raises what it raises. It is called once;
    where it is not, nothing was written. A process that has the change goes on to its end, even where this one ends.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "migragraph.writes.apart"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        has_change = False

        def write(change: Change) -> Version:
            nonlocal has_change
            has_change = True
            told, _ = process.communicate(pickle.dumps(change))
            if process.returncode:
                msg = f"the process that writes ended with {process.returncode}"
                raise RuntimeError(msg)
            found = pickle.loads(told)  # noqa: S301 (from a process of ours)
            if isinstance(found, Failure):
                raise found.to_error()
            if not isinstance(found, str):
                raise InvalidGraph(found)
            return find_version(settings.home, found)

        try:
            assert process.stdin is not None  # noqa: S101 (it is a pipe)
            process.stdin.write(pickle.dumps((settings, base)))
            process.stdin.flush()
            yield write
        finally:
            if not has_change:
                process.kill()


def main() -> None:
    """Read what is to be written from standard input; write the id of the version, the report, or the failure."""
    from migragraph.writes.writing import write_change  # the checks, which the service does without

    settings, base = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the service)
    found: object
    try:
        found = write_change(settings, base, lambda: pickle.load(sys.stdin.buffer)).id  # noqa: S301
    except InvalidGraph as error:
        found = error.report
    except MigragraphError as error:
        found = Failure.of(error)
    except EOFError:
        return  # there will be no change: the service has ended
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
