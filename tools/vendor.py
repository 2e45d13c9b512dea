"""Fetch the browser libraries that are kept in this repository, and check that they are what was looked at.

``make vendor`` runs it; ``npm`` has to be installed. Each package is named with its version, and each file with its
SHA-256, so nobody gets other files than those that were reviewed. To renew a library, change the version, run this,
look at the difference, note the new sums that it tells, and look at the pages (``tests/test_editor.py`` drives them).
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
_STATIC: Final = ROOT / "src/migragraph/web/static/vendor"


@dataclass(frozen=True)
class Library:
    """A package: where its files go, those that are kept with the SHA-256 of each, what is built into them."""

    package: str
    folder: Path
    files: dict[str, str]
    #: Packages that the author has built into the files, each with the version whose licence is shown; the package
    #: itself stands first where its licence is to be shown with theirs.
    bundles: tuple[str, ...] = field(default=())
    #: Who holds the rights, where the package has no file that says so.
    notice: str = ""
    #: Files that are not kept as they come: what they are called here, and what is made of them.
    changed: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = field(default_factory=dict)


#: West, south, east, north of what is kept of the borders of the world, in degrees.
_EUROPE: Final = (-27.0, 30.0, 48.0, 73.0)


def cut_europe(world: bytes) -> bytes:
    """Return the part of a file of TopoJSON (quantised, with the object ``countries``) that is in or near Europe.

    Of each country those polygons stay that have a corner in the frame; arcs that no polygon uses are left out, and
    properties too. https://github.com/topojson/topojson-specification
    """
    found: dict[str, Any] = json.loads(world)
    (kx, ky), (dx, dy) = found["transform"]["scale"], found["transform"]["translate"]
    west, south, east, north = _EUROPE

    def is_inside(arc: int) -> bool:
        steps = found["arcs"][arc if arc >= 0 else ~arc]
        xs, ys = (accumulate(axis) for axis in zip(*steps, strict=True))
        return any(west <= x * kx + dx <= east and south <= y * ky + dy <= north for x, y in zip(xs, ys, strict=True))

    kept: list[list[list[int]]] = []
    for country in found["objects"]["countries"]["geometries"]:
        polygons = [country["arcs"]] if country["type"] == "Polygon" else country.get("arcs", [])
        kept.extend(polygon for polygon in polygons if any(is_inside(arc) for ring in polygon for arc in ring))
    number: dict[int, int] = {}
    for arc in _arcs(kept):
        number.setdefault(arc if arc >= 0 else ~arc, len(number))
    arcs = [[[number[a] if a >= 0 else ~number[~a] for a in ring] for ring in polygon] for polygon in kept]
    cut = {
        "type": "Topology",
        "objects": {"countries": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": polygon} for polygon in arcs
        ]}},
        "arcs": [found["arcs"][arc] for arc in number],
        "transform": found["transform"],
    }  # fmt: skip
    return (json.dumps(cut, separators=(",", ":")) + "\n").encode()


def _arcs(polygons: list[list[list[int]]]) -> Iterator[int]:
    return (arc for polygon in polygons for ring in polygon for arc in ring)


_MIT: Final = """\
The MIT License (MIT)

{holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
"""

LIBRARIES: Final = (
    # the editor of Yasgui; Yasgui itself brings a table, tabs and jQuery besides, see docs/editor.md
    Library(
        package="@zazuko/yasqe@4.6.2",
        folder=_STATIC / "yasqe",
        files={
            "build/yasqe.min.js": "288202e5f1c0195a71d1190b35c052ad5e5103e73d61455da029ffcacb7f9347",
            "build/yasqe.min.css": "f82256c2a56f83a5356abef88c760cff67da21e38873e744db73afaf08f285a2",
        },
        bundles=(
            "codemirror@5.65.20",
            "decode-uri-component@0.2.2",
            "dompurify@3.2.4",
            "events@3.3.0",
            "filter-obj@1.1.0",
            "lodash-es@4.17.21",
            "query-string@6.14.1",
            "split-on-first@1.1.0",
            "store@2.0.12",
            "strict-uri-encode@2.0.0",
        ),
        # as in LICENSE.txt of its repository; package.json names Triply as author and Zazuko as contributor
        notice=_MIT.format(holder="Copyright © 2018 Ruben Taelman"),
    ),
    # pictures of networks
    Library(
        package="sigma@3.0.3",
        folder=_STATIC / "sigma",
        files={
            "dist/sigma.min.js": "58e30383ab428f832068d9d16a5215c65ba12430d438ed091c5703f398de9e16",
        },
        bundles=("sigma@3.0.3", "events@3.3.0", "graphology-utils@2.5.2"),
    ),
    Library(
        package="graphology@0.26.0",
        folder=_STATIC / "graphology",
        files={
            "dist/graphology.umd.min.js": "dc337efa23903f61e064c8e7e7f93a429e6855dccfc2458802b4ed30c621c087",
        },
        bundles=("graphology@0.26.0", "events@3.3.0"),
    ),
    # maps of networks
    Library(
        package="d3-array@3.2.4",
        folder=_STATIC / "d3-array",
        files={
            "dist/d3-array.min.js": "80aa70d0cd17dabddf6d056494ea17926a45a69da8b7850220aace331bad671d",
        },
        bundles=("d3-array@3.2.4", "internmap@2.0.3"),
    ),
    Library(
        package="d3-geo@3.1.2",
        folder=_STATIC / "d3-geo",
        files={
            "dist/d3-geo.min.js": "1ea4c9608d0998f6468df3ab313c473bebbe81ba2c542a456b49db90e3672f89",
            "LICENSE": "3ded44a2c7935c8f5236f0543069406fdf7256b61b9eaeaddd007e80f19bc959",
        },
    ),
    Library(
        package="topojson-client@3.1.0",
        folder=_STATIC / "topojson-client",
        files={
            "dist/topojson-client.min.js": "25cd02ae486cc5063e0215a4e4cfb15de83700c87ac48bac4d57dc6aaf3ebb89",
            "LICENSE": "4c4d15b635e04e691825a76db7d33f7f2033b55669a7430011694f31e6c65999",
        },
    ),
    # borders of Natural Earth (public domain)
    Library(
        package="world-atlas@2.0.2",
        folder=_STATIC / "world-atlas",
        files={
            "countries-50m.json": "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394",
            "LICENSE": "8048290dfdb6e83fbed17e8985c8cfc4ce9da9b842642f3d3e497280790cfa31",
        },
        changed={"countries-50m.json": ("europe-50m.json", cut_europe)},
    ),
    # accessibility checks of the tests; not part of the service
    Library(
        package="axe-core@4.14.1",
        folder=ROOT / "tests/data/axe",
        files={
            "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
            "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
            "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
        },
    ),
)


def main() -> None:
    """Fetch every library and write its files; stop at the first file that is not the one that was looked at."""
    for library in LIBRARIES:
        archive = _pack(library.package)
        files = {name: _read(archive, name) for name in library.files}
        for name, content in files.items():
            if (found := hashlib.sha256(content).hexdigest()) != library.files[name]:
                sys.exit(f"{library.package}: {name} has the SHA-256 {found}, not {library.files[name]}.")
        library.folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            kept, change = library.changed.get(name, (Path(name).name, bytes))
            (library.folder / kept).write_bytes(change(content))
        if library.notice or library.bundles:
            (library.folder / "LICENSE").write_text(_licences(library), encoding="utf-8")
        sys.stdout.write(f"{library.package} → {library.folder.relative_to(ROOT)}\n")


def _pack(package: str) -> bytes:
    """Return the archive of a package."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--ignore-scripts", package]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return next(Path(folder).glob("*.tgz")).read_bytes()


def _read(archive: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        found = files.extractfile(f"package/{name}")
        if found is None:
            sys.exit(f"there is no file {name} in the archive.")
        return found.read()


def _licences(library: Library) -> str:
    """Return the licence of a library and those of all that is built into it."""
    parts = [f"{library.package}\n\n{library.notice}"] if library.notice else []
    for package in library.bundles:
        archive = _pack(package)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            names = sorted(n.removeprefix("package/") for n in files.getnames() if _is_licence(n))
        if not names:
            sys.exit(f"{package} has no licence file.")
        parts.append(f"{package}\n\n" + "\n".join(_read(archive, name).decode() for name in names))
    text = ("\n\n" + "=" * 80 + "\n\n").join(part.strip() for part in parts)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _is_licence(name: str) -> bool:
    return name.count("/") == 1 and Path(name).stem.lower() in {"license", "licence"}


if __name__ == "__main__":
    main()
