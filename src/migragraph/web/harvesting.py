"""For harvesters: what the dataset is and where it can be had, which addresses they may visit, and all pages.

https://www.w3.org/TR/void/#discovery https://www.rfc-editor.org/rfc/rfc9309 https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for

from migragraph.errors import NotAcceptable, UnknownThing
from migragraph.formats import GRAPH_FORMATS, HTML, RESULT_FORMATS, by_name, negotiate
from migragraph.iris import BASE
from migragraph.query import QueryRequest
from migragraph.representations import write_document
from migragraph.service_description import Addresses, describe_dataset
from migragraph.things.lists import KINDS
from migragraph.web.addresses import absolute, local_path
from migragraph.web.headers import VERSION
from migragraph.web.serving import served

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from migragraph.formats import Format
    from migragraph.web.serving import Served

blueprint = Blueprint("harvesting", __name__)

#: What costs much, or leads into ever more addresses of the same; a rule with * is one of RFC 9309, section 2.2.3.
_NOT_FOR_ROBOTS: Final = (
    "/sparql?query=", "/?q=", "/update", "/graph-store", "/networks/query/", "/networks/*?*", "/networks/*/report",
)  # fmt: skip
#: The most addresses that one sitemap may hold. https://www.sitemaps.org/protocol.html#index
_MOST_LISTED: Final = 50_000
_PAGES: Final = ("pages.show_home", "sparql.endpoint", "networks.list_networks", "vocabulary.show_ontology",
                 "vocabulary.show_shapes", "lists.show_schemes")  # fmt: skip
_THINGS: Final = f"""
SELECT DISTINCT ?thing WHERE {{
  ?thing a ?class .
  FILTER(isIRI(?thing) && STRSTARTS(STR(?thing), "{BASE}") && !CONTAINS(STR(?thing), "#"))
}}
"""


@blueprint.get("/.well-known/void")
def describe() -> Response:
    """Describe the dataset (VoID, DCAT): licence, version, size, vocabularies, endpoint, downloads."""
    asked = request.args.get("format")
    accept = request.headers.get("Accept")
    form = by_name(asked, GRAPH_FORMATS) if asked else negotiate(accept, GRAPH_FORMATS).format
    return description(served(), form)


@blueprint.get("/dataset")
def see_other() -> BaseResponse:
    """Lead from the IRI of the dataset to the start page, or to its description as data."""
    choice = negotiate(request.headers.get("Accept"), (HTML, *GRAPH_FORMATS))
    answer = redirect(url_for("pages.show_home" if choice.format is HTML else "harvesting.describe"), code=303)
    answer.vary.add("Accept")
    return answer


def description(now: Served, form: Format) -> Response:
    """Return the description of the dataset in a format of graphs."""
    where = Addresses(
        home=absolute("pages.show_home"),
        description=absolute("harvesting.describe"),
        endpoint=absolute("sparql.endpoint"),
        dump=lambda path: absolute("dumps.download", path=path),
    )
    triples = describe_dataset(now.version, now.store, where)
    answer = Response(write_document(triples, form), mimetype=form.media_types[0])
    answer.vary.add("Accept")
    answer.headers["Content-Location"] = url_for("harvesting.describe")
    answer.headers[VERSION] = now.version.id
    return answer


def wanted_as_data() -> Format | None:
    """Return the format of graphs that a client of a page likes better than the page, None where it does not."""
    try:
        form = negotiate(request.headers.get("Accept"), (HTML, *GRAPH_FORMATS)).format
    except NotAcceptable:
        return None
    return form if form in GRAPH_FORMATS else None


@blueprint.get("/robots.txt")
def show_robots() -> Response:
    """Tell robots which addresses to leave out, and where all pages are listed."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), "Allow: /", ""]
    return Response("\n".join([*lines, f"Sitemap: {absolute('harvesting.show_sitemap')}", ""]), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def show_sitemap() -> Response:
    """List the pages of all things for search engines, or, where they are too many, the lists of them."""
    now = served()
    pages = _pages(now)
    if len(pages) <= _MOST_LISTED:
        return _sitemap(now, pages)
    numbers = range(1, -(-len(pages) // _MOST_LISTED) + 1)
    addresses = [absolute("harvesting.show_part", number=number) for number in numbers]
    return _sitemap(now, addresses, "sitemapindex", "sitemap")


@blueprint.get("/sitemap-<int:number>.xml")
def show_part(number: int) -> Response:
    """List a part of the pages, where they are too many for one list."""
    now = served()
    pages = _pages(now)[(number - 1) * _MOST_LISTED : number * _MOST_LISTED] if number else []
    if not pages:
        raise UnknownThing(f"there is no part {number} of the sitemap.", remedy="/sitemap.xml lists the parts.")
    return _sitemap(now, pages)


def _pages(now: Served) -> list[str]:
    """Return the addresses of all pages, those of things in the order of their IRIs; found by a query process."""
    answer = now.pool.answer(QueryRequest(_THINGS), by_name("tsv", RESULT_FORMATS)).read().decode()
    things = sorted(line.strip("<>") for line in answer.splitlines()[1:])
    paths = [path for iri in things if (path := local_path(iri)) != iri]
    start = absolute("pages.show_home").removesuffix("/")
    lists = [absolute("lists.show_list", kind=kind) for kind in KINDS]
    return [*map(absolute, _PAGES), *lists, *(start + path for path in paths)]


def _sitemap(now: Served, addresses: list[str], whole: str = "urlset", each: str = "url") -> Response:
    text = render_template("sitemap.xml", addresses=addresses, changed=now.version.built, whole=whole, each=each)
    return Response(text, mimetype="application/xml")
