"""What only the files can show, because parsing hides it: language tags that are not in lower case.

pyoxigraph makes tags lower case as it reads; other readers do not, and then ``"x"@EN`` and ``"x"@en`` differ.
Entry point: :func:`check_language_tags`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import Where
from migragraph.sources.text_files import read_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TAG = re.compile(r'(?<=["\'])@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)')


def check_language_tags(paths: Iterable[Path]) -> Report:
    """Look for language tags with a capital letter in Turtle and TriG files."""
    findings: list[Finding] = []
    n_tags = 0
    for path in paths:
        if path.suffix not in {".ttl", ".trig"}:
            continue
        for number, line in enumerate(read_text_file(path).splitlines(), 1):
            for match in _TAG.finditer(line):
                n_tags += 1
                tag = match[1]
                if tag != tag.lower():
                    message = f"The language tag @{tag} is not in lower case. Write @{tag.lower()}."
                    value = f"@{tag}"
                    where = Where(path, number)
                    findings.append(Finding("language-tag", Severity.VIOLATION, path.name, message, where, "", value))
    return Report(tuple(findings), {"language tags": n_tags})
