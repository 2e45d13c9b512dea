"""A write that is killed at any step, or finds no room on the disk: the old state or the new one, whole."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import small_writer
from migragraph.store.versions import current_version, publish, published_versions, recorded_edits, roll_back
from small_writer import FILES, NAME, ONE, TWO

PROGRAM = [sys.executable, str(Path(small_writer.__file__))]
OLD, NEW = small_writer.content_id(ONE), small_writer.content_id(TWO)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one version."""
    publish(tmp_path / "home", ONE, {})
    return tmp_path / "home"


def run(home: Path, *options: object) -> subprocess.CompletedProcess[str]:
    """Make the edit in a process of its own."""
    command = [*PROGRAM, str(home), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def state(home: Path) -> str:
    """Tell whether the home is whole in its old or its new state, after the next one who comes has opened it."""
    current = current_version(home)
    assert set(current.open()) == set({OLD: ONE, NEW: TWO}[current.id])
    edits = {folder.name: {p.name: p.read_text() for p in folder.iterdir()} for folder in recorded_edits(home)}
    assert edits == ({NAME: FILES} if current.id == NEW else {})
    assert current.manifest["edits"] == list(edits)
    there = sorted(path.name for path in (home / "versions").iterdir())
    known = [version.id for version in published_versions(home)]
    assert set(known) <= set(there) <= {OLD, NEW}
    assert known[-1] == current.id
    assert (NEW in there) == (current.id == NEW)
    left = [path.name for path in home.iterdir() if path.name.startswith(".")]
    left += [path.name for path in (home / "edits").glob("*") if path.name.startswith(".")]
    assert left == []
    return {OLD: "old", NEW: "new"}[current.id]


def test_a_write_killed_at_any_step_leaves_the_old_or_the_new_state(home: Path, tmp_path: Path) -> None:
    """Ended right before each call that changes or syncs a file; afterwards the same write can be made."""
    whole = tmp_path / "whole"
    shutil.copytree(home, whole)
    calls = run(whole, "--kill", 0).stdout.splitlines()
    assert state(whole) == "new"
    assert len(calls) > 50
    assert sum("/edits/." in call and call.startswith("os.rename") for call in calls) == len(FILES) + 1

    def kill(step: int) -> str:
        copy = tmp_path / str(step)
        shutil.copytree(home, copy)
        assert run(copy, "--kill", step).returncode == -9
        found = state(copy)
        if found == "old":
            assert run(copy).returncode == 0
            assert state(copy) == "new"
        shutil.rmtree(copy)
        return found

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = list(threads.map(kill, range(1, len(calls) + 1)))
    switched = next(n for n, call in enumerate(calls) if "/.current-" in call and call.startswith("os.rename"))
    assert found == ["old"] * (switched + 1) + ["new"] * (len(calls) - switched - 1)


def test_a_rollback_after_a_killed_write_records_the_edit_first(home: Path) -> None:
    """Killed between the switch and the name of the edit: who comes next finishes, then does what was asked."""
    calls = run(shutil.copytree(home, home.with_name("copy")), "--kill", 0).stdout.splitlines()
    naming = next(n for n, call in enumerate(calls, 1) if call.endswith(f"/edits/.{NAME}") and "os.rename" in call)
    assert run(home, "--kill", naming).returncode == -9
    assert current_version(home).id == NEW
    assert roll_back(home).id == OLD
    assert [folder.name for folder in recorded_edits(home)] == [NAME]


@pytest.mark.parametrize("n_bytes", [0, 100, 2000, 20_000])
def test_where_no_file_can_grow_the_write_is_refused(home: Path, n_bytes: int) -> None:
    """The system's limit of a file's size: an error that names it, the old state, and the write when it is gone."""
    result = run(home, "--bytes", n_bytes)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith(f"disk-full: {home} has no room for a new version: File too large. Make room")
    assert state(home) == "old"
    assert run(home).returncode == 0
    assert state(home) == "new"


@pytest.mark.parametrize("n_free", [4, 60, 150])
def test_a_full_disk_refuses_the_write(home: Path, tmp_path: Path, n_free: int) -> None:
    """A disk of 1.5 MB with some KB left, where one may be mounted; else the limit of the file size stands for it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=1500k none "$0" && cp -r "$1"/. "$0" || exit 9\n'
        'head -c $(((1500 - $(du -sk "$0" | cut -f1) - $2) * 1024)) /dev/zero > "$0/ballast"\n'
        '"$3" "$4" "$0"; code=$?\n'
        'rm "$0/ballast"; cp -r "$0"/. "$1"-after; exit $code\n'
    )
    arguments = [str(disk), str(home), str(n_free), *PROGRAM]
    confined = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, *arguments]
    result = subprocess.run(confined, capture_output=True, text=True, check=False)
    after = home.with_name("home-after")
    if not after.is_dir():  # mounting is not allowed here
        result, after = run(home, "--bytes", n_free * 100), home
        assert "File too large" in result.stderr
    else:
        assert result.stderr.startswith(f"disk-full: {disk} has no room for a new version: No space left on device.")
    assert result.returncode == 3
    assert state(after) == "old"
    assert run(after).returncode == 0
    assert state(after) == "new"
