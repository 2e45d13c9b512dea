"""A small project for tests: the real vocabulary, shapes and rules over data small enough to check by hand."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "data" / "small"
DOCUMENTS = SMALL / "documents"


def copy_small_project(folder: Path) -> Path:
    """Copy the small project with the real ontology, shapes, a query and a network into a folder."""
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    for part in ("ontology", "shapes"):
        shutil.copytree(ROOT / part, folder / part)
    (folder / "queries").mkdir(exist_ok=True)
    shutil.copy(ROOT / "queries" / "networks-by-members.rq", folder / "queries")
    (folder / "networks").mkdir(exist_ok=True)
    shutil.copy(ROOT / "networks" / "membership.rq", folder / "networks")
    return folder


def replace_in(path: Path, old: str, new: str) -> Path:
    """Replace a text that stands once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path
