"""Versions on disk: named by content, published whole or not at all."""

import hashlib
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from migragraph.cli import main
from migragraph.errors import DamagedVersion, DiskFull, NoVersion
from migragraph.store import disk
from migragraph.store.versions import (
    Delta,
    canonical_lines,
    current_version,
    find_version,
    only_writer,
    prune_versions,
    publish,
    publish_change,
    published_versions,
    roll_back,
    switch,
)

EX = "https://example.org/"
ONE = [
    Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal("Malmö", language="sv"), DefaultGraph()),
    Quad(NamedNode(EX + "b"), NamedNode(EX + "p"), Literal('"quoted"\nline'), NamedNode(EX + "g")),
]
TWO = ONE[:1]
TWO_MORE = [Quad(NamedNode(EX + name), NamedNode(EX + "p"), Literal(3), DefaultGraph()) for name in "cd"]


def folders(home: Path) -> list[str]:
    """List what stands in the folder of versions."""
    return sorted(p.name for p in (home / "versions").iterdir())


def test_a_version_holds_what_was_published(tmp_path: Path) -> None:
    """Quads, manifest, current pointer and log."""
    version = publish(tmp_path, ONE, {"counts": {"facts": 1}})
    assert set(version.open()) == set(ONE)
    assert current_version(tmp_path) == version
    assert version.manifest["id"] == version.id == version.folder.name
    assert (version.manifest["quads"], version.manifest["counts"]) == (2, {"facts": 1})
    assert [line.split()[1] for line in (tmp_path / "published.log").read_text().splitlines()] == [version.id]


def test_the_id_is_that_of_the_content(tmp_path: Path) -> None:
    """Order and repetition do not matter; the id is the published SHA-256 of the sorted N-Quads."""
    first = publish(tmp_path / "x", ONE, {})
    again = publish(tmp_path / "y", [*reversed(ONE), ONE[0]], {"other": "description"})
    assert first.id == again.id
    lines = (
        f'<{EX}a> <{EX}p> "Malm\u00f6"@sv .\n'.encode(),
        f'<{EX}b> <{EX}p> "\\"quoted\\"\\nline" <{EX}g> .\n'.encode(),
    )

    assert first.id == hashlib.sha256(b"".join(sorted(lines))).hexdigest()


def test_publishing_the_same_again_writes_only_the_switch(tmp_path: Path) -> None:
    """A → B → A gives the same id twice; the log keeps all three switches."""
    a = publish(tmp_path, ONE, {})
    written = (a.folder / "manifest.json").stat().st_mtime_ns
    b = publish(tmp_path, TWO, {})
    assert publish(tmp_path, ONE, {}).id == a.id
    assert (a.folder / "manifest.json").stat().st_mtime_ns == written
    assert folders(tmp_path) == sorted([a.id, b.id])
    assert [line.split()[1] for line in (tmp_path / "published.log").read_text().splitlines()] == [a.id, b.id, a.id]


def test_the_manifest_says_of_what_the_content_came_last(tmp_path: Path) -> None:
    """The same content from other inputs is the same version; its manifest follows the inputs."""
    publish(tmp_path, ONE, {"files": {"a": "1"}, "counts": {"facts": 1}})
    again = publish(tmp_path, ONE, {"files": {"b": "2"}, "counts": {"facts": 1}})
    assert current_version(tmp_path) == again
    assert (again.manifest["files"], again.manifest["counts"]) == ({"b": "2"}, {"facts": 1})
    assert set(again.open()) == set(ONE)


def test_reading_leaves_a_version_as_it_was(tmp_path: Path) -> None:
    """A reader's store changes no file of a version."""
    version = publish(tmp_path, ONE, {})

    def state() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in sorted(version.folder.rglob("*")) if p.is_file()}

    before = state()
    store = version.open()
    assert len(list(store)) == 2
    del store
    assert state() == before


def test_a_reader_keeps_its_version_while_another_is_published(tmp_path: Path) -> None:
    """Readers never see half of a change."""
    reader = publish(tmp_path, ONE, {}).open()
    publish(tmp_path, TWO, {})
    assert set(reader) == set(ONE)
    assert set(current_version(tmp_path).open()) == set(TWO)


@pytest.mark.parametrize("step", ["only_writer", "Store", "disk.write_file", "disk.sync", "_make_current"])
def test_an_interrupted_build_leaves_the_served_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whatever fails on the way, the current version is the old one, whole, and nothing half-written has a name."""
    old = publish(tmp_path, ONE, {})

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"migragraph.store.versions.{step}", fail)
        with pytest.raises((OSError, DiskFull), match="No space left"):
            publish(tmp_path, TWO, {})
    assert current_version(tmp_path).id == old.id
    assert set(current_version(tmp_path).open()) == set(ONE)
    assert [f for f in folders(tmp_path) if f.startswith("staging")] == []


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """A process killed while it writes leaves a folder that no living process owns."""
    old = publish(tmp_path, ONE, {})
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from migragraph.store import disk, versions\n"
        "disk.write_file = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "versions.publish(Path(sys.argv[1]), [], {})\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert killed.returncode == -9
    assert len(folders(tmp_path)) == 2
    assert current_version(tmp_path).id == old.id
    (tmp_path / "versions" / f"removed-{'0' * 64}").mkdir()  # by a removal that was killed
    new = publish(tmp_path, TWO, {})
    assert folders(tmp_path) == sorted([old.id, new.id])


def test_builds_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    """Four processes publish two contents at once: each succeeds, and both versions are whole."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pyoxigraph import RdfFormat, parse\n"
        "from migragraph.store.versions import publish\n"
        "publish(Path(sys.argv[1]), parse(sys.argv[2].encode(), RdfFormat.N_QUADS), {})\n"
    )
    contents = [f"<{EX}a> <{EX}p> <{EX}{name}> .\n" for name in ("b", "c")]
    builds = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), text]) for text in contents * 2]
    assert [build.wait() for build in builds] == [0, 0, 0, 0]
    assert len(folders(tmp_path)) == 2
    assert sorted(str(next(iter(find_version(tmp_path, id_).open())).object) for id_ in folders(tmp_path)) == [
        f"<{EX}b>",
        f"<{EX}c>",
    ]
    assert len((tmp_path / "published.log").read_text().splitlines()) == 4


def test_what_is_published_is_on_the_disk_before_it_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and folder of the version is synced before the rename, and the folder of versions after it."""
    synced: list[Path] = []
    monkeypatch.setattr(disk, "sync", synced.append)
    version = publish(tmp_path, ONE, {}, {"page.html": "x"})
    staging = tmp_path / "versions" / "staging"
    written = {staging / path.relative_to(version.folder) for path in version.folder.rglob("*")} | {staging}
    assert written <= set(synced)
    assert synced.index(staging) < synced.index(tmp_path / "versions") < synced.index(tmp_path)


def test_a_store_that_is_gone_is_a_damaged_version(tmp_path: Path) -> None:
    """The manifest alone is no version."""
    version = publish(tmp_path, ONE, {})
    shutil.rmtree(version.folder / "store")
    with pytest.raises(DamagedVersion, match="and build again"):
        version.open()


def test_no_version_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """Nothing built, an unknown id, an id that is a path."""
    with pytest.raises(NoVersion, match=r"Run `migragraph build`"):
        current_version(tmp_path)
    for id_ in ("0" * 64, "../..", ""):
        with pytest.raises(NoVersion):
            find_version(tmp_path, id_)
        with pytest.raises(NoVersion):
            switch(tmp_path, id_)
    assert not (tmp_path / "current").exists()


@pytest.mark.parametrize("manifest", ["{", "{}", json.dumps({"id": "1" * 64})])
def test_a_damaged_version_is_named(tmp_path: Path, manifest: str) -> None:
    """A manifest that is broken or another's."""
    version = publish(tmp_path, ONE, {})
    (version.folder / "manifest.json").write_text(manifest)
    with pytest.raises(DamagedVersion):
        find_version(tmp_path, version.id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",))), max_size=5))
def test_any_text_survives(tmp_path: Path, texts: list[str]) -> None:
    """Literals come back as they were, control characters too."""
    quads = {Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal(t), DefaultGraph()) for t in texts}
    assert set(publish(tmp_path, quads, {}).open()) == quads


def publish_numbers(home: Path, *numbers: int) -> list[str]:
    """Publish versions that differ by a number; return their ids."""
    quads = (Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), Literal(n), DefaultGraph()) for n in numbers)
    return [publish(home, [quad], {"counts": {"facts": 1}}).id for quad in quads]


def test_versions_are_listed_in_the_order_of_publication(tmp_path: Path) -> None:
    """A version that was published again counts from then."""
    a, b, c, _ = publish_numbers(tmp_path, 1, 2, 3, 1)
    assert [v.id for v in published_versions(tmp_path)] == [b, c, a]
    assert published_versions(tmp_path / "nowhere") == []


def test_rolling_back_serves_the_version_before(tmp_path: Path) -> None:
    """Twice leads back; without another version there is nothing to go back to."""
    (first,) = publish_numbers(tmp_path, 1)
    with pytest.raises(NoVersion, match="no version but the current one"):
        roll_back(tmp_path)
    (second,) = publish_numbers(tmp_path, 2)
    assert roll_back(tmp_path).id == first
    assert current_version(tmp_path).id == first
    assert roll_back(tmp_path).id == second


def test_rolling_back_goes_by_what_is_current_when_its_turn_comes(tmp_path: Path) -> None:
    """Somebody publishes while it waits for the lock: then the version before that one is served, and not that one."""
    publish_numbers(tmp_path, 1)
    second = publish(tmp_path, ONE, {})
    content = [*ONE, *TWO_MORE]
    third = hashlib.sha256(b"".join(canonical_lines(content))).hexdigest()
    with ThreadPoolExecutor(1) as other:
        with only_writer(tmp_path):
            rolled_back = other.submit(roll_back, tmp_path)
            with suppress(TimeoutError):
                rolled_back.result(timeout=0.3)  # it waits; were it late, it would only see what is current sooner
            publish_change(second, third, Delta(tuple(TWO_MORE), ()), {"edits": [], "quads": len(content)})
        assert rolled_back.result().id == current_version(tmp_path).id == second.id


@pytest.mark.parametrize(("keep", "left"), [(5, 4), (3, 3), (1, 1), (0, 1)])
def test_old_versions_are_removed_and_the_current_one_never(tmp_path: Path, keep: int, left: int) -> None:
    """The newest stay; a reader of a removed one goes on reading."""
    ids = publish_numbers(tmp_path, 1, 2, 3, 4)
    reader = find_version(tmp_path, ids[0]).open()
    switch(tmp_path, ids[1])
    ordered = [ids[0], ids[2], ids[3], ids[1]]
    assert prune_versions(tmp_path, keep) == ordered[: 4 - left]
    assert folders(tmp_path) == sorted(ordered[4 - left :])
    assert current_version(tmp_path).id == ids[1]
    assert len(list(reader)) == 1


def test_the_command_line_lists_and_rolls_back(tmp_path: Path) -> None:
    """The current version is marked; a version can be named."""
    first, second = publish_numbers(tmp_path, 1, 2)

    def run(*arguments: str) -> list[str]:
        result = CliRunner().invoke(main, [*arguments, "--home", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return [" ".join(line.split()[:2]) for line in result.output.splitlines()]

    assert run("versions") == [f"* {second}", first + " built"]
    assert run("rollback") == [f"version {first},"]
    assert run("versions") == [f"* {first}", second + " built"]
    assert run("rollback", second) == [f"version {second},"]
    unknown = CliRunner().invoke(main, ["rollback", "0" * 64, "--home", str(tmp_path)])
    assert (unknown.exit_code, "no-version" in unknown.stderr) == (3, True)
    assert "`migragraph versions` lists those that are kept" in unknown.stderr
    assert run("rollback", first[:8]) == [f"version {first},"]


def test_a_version_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    """From 8 characters on, where one version begins so; several are told apart by more, and all are named."""
    (first,) = publish_numbers(tmp_path, 1)
    for n in (8, 12, 63, 64):
        assert find_version(tmp_path, first[:n]).id == first
    with pytest.raises(NoVersion, match="its first 8 characters or more"):
        find_version(tmp_path, first[:7])
    for wrong in (f"{first[:8]}*", first[:8].upper(), first + "0", f"../versions/{first}", "zzzzzzzz", "f" * 12):
        with pytest.raises(NoVersion, match="`migragraph versions` lists"):
            find_version(tmp_path, wrong)
    twin = first[:20] + "0" * 44
    shutil.copytree(tmp_path / "versions" / first, tmp_path / "versions" / twin)
    manifest = tmp_path / "versions" / twin / "manifest.json"
    manifest.write_text(manifest.read_text().replace(first, twin))
    with pytest.raises(NoVersion, match=rf"of 2 versions in .*{min(first, twin)}, {max(first, twin)}\. Give more"):
        find_version(tmp_path, first[:20])
    assert {find_version(tmp_path, id_[:24]).id for id_ in (first, twin)} == {first, twin}
    (tmp_path / "versions" / f"removed-{first}").mkdir()  # what a removal that was killed leaves
    assert find_version(tmp_path, first).id == first
