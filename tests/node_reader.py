"""Libraries for Node.js that read graph files, behind one function."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

READERS = Path(__file__).parent / "readers"
#: From the name of a format and the content of a file to what was read.
Reader = Callable[[str, bytes], dict[str, Any]]


def install(home: Path) -> None:
    """Install the libraries into a folder, once, whichever worker comes first."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("needs Node.js and npm")
    lock = (READERS / "package-lock.json").read_text()
    with FileLock(home / "install.lock"):
        for name in ("package.json", "package-lock.json", "read.js", ".npmrc"):
            shutil.copy(READERS / name, home / name)
        installed = home / "installed"
        if not installed.exists() or installed.read_text() != lock:
            subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=home, check=True)
            installed.write_text(lock)


@contextmanager
def reading(home: Path) -> Iterator[Reader]:
    """Run the reader that is installed in a folder."""
    with subprocess.Popen(["node", "read.js"], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        given, answered = process.stdin, process.stdout

        def read(form: str, content: bytes) -> dict[str, Any]:
            given.write(json.dumps({"format": form, "text": content.decode()}).encode() + b"\n")
            given.flush()
            # JavaScript writes a large float as a whole number with as few digits as tell it from its neighbours
            answer: dict[str, Any] = json.loads(answered.readline(), parse_int=_whole_number)
            assert "error" not in answer, answer["error"]
            return answer

        yield read
        given.close()


def _whole_number(digits: str) -> int | float:
    return int(digits) if abs(int(digits)) < 2**53 else float(digits)
