"""The making of a change: recorded as an edit, checked, published with it in one step; or nothing at all.

Entry point: :func:`write_change`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from migragraph.build import describe_content
from migragraph.checks import check_change, check_rules
from migragraph.checks.report import Finding, Report, Severity
from migragraph.errors import InvalidGraph, OutdatedVersion, SourceError, StoreError, WriteConflict
from migragraph.graph.assembly import AUTHORITY, DERIVED_PREFIX, ONTOLOGY
from migragraph.iris import name_edit
from migragraph.sources.project import amend_project, read_project
from migragraph.store.edits import edits_in, stage_edit
from migragraph.store.versions import current_version, installed_tools, only_writer, prune_versions, publish_change
from migragraph.writes.change import Change, admit, refuse, show
from migragraph.writes.following import follow, load_authored
from migragraph.writes.record import next_number, plan_edit, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyoxigraph import Quad, Store

    from migragraph.config import Settings
    from migragraph.sources.project import Project
    from migragraph.store.versions import Version

_SHOWN = 5


def write_change(
    settings: Settings,
    base: str,
    change: Change | Callable[[], Change],
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Version:
    """Make the change to the dataset of the version ``base``, which has to be the current one; return the new version.

    Where the change is still being worked out, a function gives it, which is called once all that does not depend on
    it is read. A change that changes nothing returns the current version and leaves no record. Waits while another
    process writes or publishes. Raises

    - ``BadParameter`` where writer, reason or time are missing or impossible;
    - ``ForbiddenWrite`` where the change is one to generated data, or a fact stays whatever is withdrawn;
    - ``WriteConflict`` where ``base`` is not the current version any more;
    - ``OutdatedVersion`` where files, edits or software are not those the version was made of;
    - ``InvalidGraph`` where the graph would break a shape or a rule, with the report;
    - ``DiskFull`` where there is no room; ``SourceError`` where files of the project cannot be read.

    In each case versions and edits stay as they were.
    """
    if isinstance(change, Change):
        change = admit(change)
    home = settings.home
    current_version(home)  # where there is none, no lock file is made either
    with only_writer(home):
        current = current_version(home)
        if current.id != base:
            raise WriteConflict(
                f"the current version is {current.id}, not {base}: somebody has written meanwhile.",
                remedy="Ask the current version, and send the change that you want to make to it.",
            )
        version = _write(settings, current, change, progress)
    if version is not current:
        with suppress(OSError, StoreError):  # the change is made; what is too much goes with the next one
            prune_versions(home, settings.keep_versions)
    return version


def _write(
    settings: Settings, current: Version, wanted: Change | Callable[[], Change], progress: Callable[[str], None]
) -> Version:
    progress("reading")
    base = current.open()
    folders = edits_in(settings.home)
    with ThreadPoolExecutor(1) as beside:
        loading = beside.submit(load_authored, base, settings.project / "ontology" / "rules")
        project = read_project(settings.project, folders)
        _refuse_outdated(current, project)
        change = wanted if isinstance(wanted, Change) else admit(wanted())
        plan = plan_edit(change, project, base)
        if not plan:
            _refuse_unmoved(change, base, base)
            return current
        name = name_edit(next_number(project), change.when)
        staged = stage_edit(settings.home, name, write_files(name, change, plan, current.id))
        try:
            project = amend_project(project, staged)
            following = follow(loading.result(), project, progress)
        except SourceError as error:
            raise InvalidGraph(_report(error, staged)) from error
    _refuse_unmoved(change, base, following.store)
    with ThreadPoolExecutor(1) as beside:
        rules = beside.submit(check_rules, project, following.store, following.claims)
        progress("difference")
        difference = following.difference()
        described = {
            **describe_content(following.store, following.derived, project),
            "quads": difference.n_quads,
            "edits": [*(folder.name for folder in folders), name],
            "checked": True,
        }
        report = check_change(project, following.store, difference.delta, progress)
        progress("rules")
        report += rules.result()
    if not report.conforms:
        raise InvalidGraph(replace(report, findings=tuple(_unplaced(report.findings, staged))))
    progress("writing")
    return publish_change(current, difference.id, difference.delta, described)


def _refuse_outdated(current: Version, project: Project) -> None:
    """Refuse to go on from a version that a build of today would not give, or that was published unchecked."""
    manifest = current.manifest
    was, now = manifest.get("files", {}), project.files
    changed = sorted(path for path in was.keys() | now.keys() if was.get(path) != now.get(path))
    changed += [tool for tool, version in installed_tools().items() if manifest.get("tools", {}).get(tool) != version]
    if changed:
        listed = ", ".join(changed[:_SHOWN]) + (f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else "")
        raise OutdatedVersion(
            f"since version {current.id} was made these have changed: {listed}.",
            remedy="Run `migragraph build`, then send the change again; or move an edit that shall not count out of "
            "the folder of edits.",
        )
    if not manifest.get("checked"):
        raise OutdatedVersion(
            f"version {current.id} was published without checks.",
            remedy="Run `migragraph build`, then send the change again.",
        )


def _refuse_unmoved(change: Change, before: Store, after: Store) -> None:
    """Refuse the change where the graph would not hold what is added, or still hold what is removed."""
    stay = sorted((q for q in change.removed - change.added if q in before and q in after), key=str)
    lack = sorted((q for q in change.added - change.removed if q not in after), key=str)
    reasons = [f"{show(q)} cannot be removed: {_reason(q, after)}" for q in stay]
    reasons += [f"{show(q)} does not become a fact" for q in lack]
    if reasons:
        refuse(reasons)


def _reason(quad: Quad, store: Store) -> str:
    """Say why a triple is a fact."""
    found = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    graphs = {q.graph_name.value for q in found if isinstance(q.graph_name, NamedNode)}
    if AUTHORITY.value in graphs:
        return "an authority file says so; remove it from graph:authority"
    for graph in sorted(graphs):
        if graph.startswith(DERIVED_PREFIX):
            rule = graph.removeprefix(DERIVED_PREFIX)
            return f"it follows by the rule {rule}; remove the facts it follows from"
    if ONTOLOGY.value in graphs:
        return "it is part of the vocabulary; change the files in ontology/ and build"
    return "it describes a source; change data/ttl/sources*.ttl and build"


def _unplaced(findings: Iterable[Finding], staged: Path) -> Iterable[Finding]:
    """Leave out places in the files of an edit that will not be there."""
    for finding in findings:
        inside = finding.where is not None and finding.where.path.is_relative_to(staged)
        yield replace(finding, where=None) if inside else finding


def _report(error: SourceError, staged: Path) -> Report:
    """Return what is wrong with the inputs as a report."""
    findings = (Finding("inputs", Severity.VIOLATION, "", f"{p.message} {p.remedy}", p.where) for p in error.problems)
    return Report(tuple(_unplaced(findings, staged)))
