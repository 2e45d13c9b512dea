"""Pages for people: the start page with search and questions, the page about errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request, url_for

from migragraph.things import kinds_of
from migragraph.things.lists import KINDS
from migragraph.web.harvesting import description, wanted_as_data
from migragraph.web.problems import known_errors
from migragraph.web.serving import served

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

blueprint = Blueprint("pages", __name__)

#: The lists that the start page counts.
HEADLINES: Final = (
    "city", "region", "network", "project", "practice", "policy", "organisation", "event", "work", "figure",
    "membership",
)  # fmt: skip
_MOST_HITS: Final = 30


@blueprint.get("/")
def show_home() -> Response:
    """Say what the graph is, how much it holds, what it can be asked; with ``q``, the things of that name.

    To a client that likes data better than a page, describe the dataset.
    """
    now = served()
    if not request.args and (form := wanted_as_data()) is not None:
        return description(now, form)
    text = request.args.get("q", "").strip()
    hits = now.labels.find(text, limit=_MOST_HITS + 1) if text else []
    kinds = kinds_of(now.store, [hit.iri for hit in hits[:_MOST_HITS]])
    page = render_template(
        "home.html",
        manifest=now.version.manifest,
        headlines=headlines(now.version.manifest),
        text=text,
        hits=[(hit, kinds[hit.iri]) for hit in hits[:_MOST_HITS]],
        has_more=len(hits) > _MOST_HITS,
        questions=now.questions,
    )
    answer = Response(page, mimetype="text/html")
    answer.vary.add("Accept")
    answer.headers.add("Link", f'<{url_for("harvesting.describe")}>; rel="describedby"; type="text/turtle"')
    return answer


@blueprint.get("/errors")
def show_errors() -> str:
    """List every error of the service: what it means, what to do."""
    return render_template("errors.html", errors=known_errors())


def headlines(manifest: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Return name, count and address of the lists on the start page; one of which there is nothing is left out."""
    classes = manifest.get("classes", {})
    kinds = [KINDS[name] for name in HEADLINES]
    return [
        (kind.plural, classes[kind.cls], url_for("lists.show_list", kind=kind.name))
        for kind in kinds
        if classes.get(kind.cls)
    ]
