"""Lists to browse: the things of a class, page by page, and the concept schemes."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request, url_for

from migragraph.errors import BadParameter, UnknownThing
from migragraph.things.lists import KIND_OF, KINDS
from migragraph.things.schemes import list_schemes
from migragraph.web.serving import served

blueprint = Blueprint("lists", __name__)

#: How many things stand on a page.
_ON_A_PAGE: Final = 100


@blueprint.get("/list/<kind>")
def show_list(kind: str) -> str:
    """List the things of a class by name, with what each is and its country, a hundred on a page."""
    if kind not in KINDS:
        raise UnknownThing(f"there is no list {kind!r}.", remedy=f"There are: {', '.join([*KINDS, 'concept'])}.")
    found = served().catalogue.of(KINDS[kind])
    last = max(1, -(-len(found) // _ON_A_PAGE))
    page = _page(last)
    return render_template(
        "list.html",
        kind=KINDS[kind],
        kinds=KINDS.values(),
        total=len(found),
        listed=found[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        first=(page - 1) * _ON_A_PAGE + 1,
        has_countries=any(listed.countries for listed in found),
        page=page,
        last=last,
    )


@blueprint.get("/list/concept")
def show_schemes() -> str:
    """List the concept schemes: themes, groups, kinds and others, with what each is for."""
    return render_template("schemes.html", schemes=list_schemes(served().store), kinds=KINDS.values())


def list_path(iri: str) -> str | None:
    """Return the path of the list of the things of a class; None for a class without one."""
    return url_for("lists.show_list", kind=KIND_OF[iri].name) if iri in KIND_OF else None


def _page(last: int) -> int:
    """Return the number of the page that is asked for; ``BadParameter`` for one that there is not."""
    text = request.args.get("page", "1")
    if not text.isdecimal() or not text.isascii() or len(text) > 6 or not 1 <= int(text) <= last:
        raise BadParameter(f"there is no page {text[:20]!r}.", remedy=f"Pages go from 1 to {last}.")
    return int(text)
