"""Which part of a page shows a relation, and in which order: one table for the pages of all classes.

A key of the table is a property (``mg:operator``), the same seen from its value (``^mg:operator``), that for subjects
of one class alone (``^mg:locatedIn:mg:Project``), or any relation from subjects of a class (``^*:mg:Project``), which
holds for properties that no other key names. ``*`` and ``^*`` take what is left.

Entry point: :func:`place_of`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

#: Title of a section, the keys of what it shows, both in the order of the page.
SECTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("At a glance", """
        dct:type org:classification org:purpose m8g:format mg:indicator schema:value schema:minValue schema:maxValue
        mg:unit mg:qualifier mg:countedGroup mg:activityKind mg:basis mg:figureOf mg:comparedWith schema:observationDate
        org:member org:organization mg:membershipStatus org:role m8g:hasParticipant m8g:role mg:inContext
        ^m8g:hasParticipation mg:onBehalfOf schema:fundedItem schema:funder mg:fundedThrough schema:amount
        schema:currency mg:share mg:cofinancingRate mg:grantAgreement mg:takenBy mg:addressedTo mg:voicedIn ^mg:sets
        mg:bearer ^mg:faces mg:barrier skos:broader ^skos:broader skos:exactMatch skos:closeMatch
        dct:isPartOf m8g:parentEvent mg:subSchemeOf org:subOrganizationOf mg:chapterOf
        schema:startDate schema:endDate schema:duration schema:foundingDate dct:date dct:issued schema:legislationDate
        mg:opensOn mg:closesOn mg:frequency m8g:eventNumber schema:award"""),
    ("Who is behind it", """
        mg:operator mg:coordinator mg:ledBy mg:developedBy mg:adoptedBy mg:signedBy dct:publisher ^mg:establishes
        ^mg:output mg:partner mg:supportedBy mg:fundedBy ^schema:fundedItem dingo:funder"""),
    ("What it does", """
        ^mg:operator ^mg:developedBy ^mg:adoptedBy ^mg:signedBy mg:implementsPolicy ^mg:implementsPolicy
        mg:contributesTo ^mg:contributesTo mg:establishes mg:output ^mg:coversArea ^schema:legislationJurisdiction
        mg:appliesMethod ^mg:appliesMethod mg:basedOn ^mg:basedOn
        mg:inspiredBy ^mg:inspiredBy dct:replaces ^dct:replaces dct:hasPart ^dct:isPartOf:mg:Undertaking
        ^dct:isPartOf:mg:Event ^m8g:parentEvent"""),
    ("Networks and projects", """
        org:memberOf ^mg:ledBy ^mg:coordinator ^mg:partner ^mg:chapterOf ^org:memberOf org:hasMember"""),
    ("Partners and funders", """
        ^mg:authorityOf mg:authorityOf mg:cooperatesWith ^mg:cooperatesWith org:linkedTo ^org:linkedTo
        ^org:subOrganizationOf ^mg:supportedBy ^mg:fundedBy ^schema:funder ^mg:fundedThrough ^mg:subSchemeOf
        ^dingo:funder"""),
    ("What is there", """
        ^mg:locatedIn:mg:Practice ^mg:locatedIn:mg:Project ^mg:locatedIn:mg:Event ^mg:locatedIn:mg:Organisation
        ^mg:locatedIn"""),
    ("Practices and services", "^*:mg:Practice"),
    ("Projects", "^*:mg:Project"),
    ("For whom and about what", """
        mg:theme mg:targetGroup mg:deliveryGroup mg:ground mg:approach mg:homeTo"""),
    ("What it sets out and says", """
        mg:sets ^dct:isPartOf:mg:Provision mg:faces ^mg:takenBy ^mg:bearer ^mg:addressedTo ^mg:voicedIn dct:references
        ^dct:references"""),
    ("Numbers", "^mg:figureOf ^mg:comparedWith"),
    ("Policies and laws", "^*:mg:Policy"),
    ("Networks and organisations", "^*:mg:Organisation"),
    ("Places", "^*:mg:Territory"),
    ("Positions", "^*:mg:Position"),
    ("Provisions", "^*:mg:Provision"),
    ("Challenges", "^*:mg:Challenge"),
    ("Events and publications", """
        ^dct:publisher mg:producedFor ^mg:producedFor ^*:mg:Event ^*:mg:Work"""),
    ("What it is about", "mg:presents schema:mentions mg:knownGap mg:asOf"),
    ("More about it", "* ^*"),
    ("Where it is", """
        mg:locatedIn mg:coversArea schema:legislationJurisdiction schema:containedInPlace ^schema:containedInPlace
        wgs84:lat wgs84:long"""),
    ("Names and codes", """
        mg:isoCode mg:nutsCode mg:nutsLevel mg:withinNuts mg:lauCode dct:identifier skos:notation foaf:homepage
        foaf:page schema:url schema:sameAs rdfs:seeAlso skos:inScheme skos:topConceptOf ^skos:hasTopConcept
        ^skos:member mg:earliest mg:latest mg:asStated mg:unnamed skos:hiddenLabel"""),
    ("Single records", """
        m8g:hasParticipation ^mg:inContext ^org:member ^org:organization ^m8g:hasParticipant ^mg:onBehalfOf
        ^*:mg:Membership ^*:mg:Participation ^*:mg:Grant ^*:mg:Figure"""),
    ("Sources", "^mg:presents ^schema:mentions"),
)  # fmt: skip

#: Relations that show only what the page has not shown before: they say less than another one of the same two things.
REPEATING: Final = frozenset({
    "^mg:locatedIn", "^org:hasMember", "^org:memberOf", "^schema:mentions", "^dct:hasPart", "dct:hasPart",
    "^skos:hasTopConcept", "^mg:cooperatesWith", "^mg:inContext", "^mg:coversArea",
})  # fmt: skip
#: Relations whose values are shown only when a reader opens them: long, and of use to few.
FOLDED: Final = frozenset({"skos:hiddenLabel", "^schema:mentions", "^mg:inContext", "m8g:hasParticipation"})


@cache
def _places() -> dict[str, tuple[int, int]]:
    keys: dict[str, tuple[int, int]] = {}
    for section, (_, text) in enumerate(SECTIONS):
        for row, key in enumerate(text.split()):
            keys[key] = section, row
    return keys


def place_of(name: str, *, is_inverse: bool = False, classes: Collection[str] = ()) -> tuple[int, int]:
    """Return where a relation is shown: the number of its section in :data:`SECTIONS`, and of its place there.

    ``name`` is the prefixed name of the property. Of an inverse relation, ``classes`` are those of the subject: the
    first key of the table that fits one of them is taken.

    >>> SECTIONS[place_of("mg:operator", is_inverse=True, classes=["mg:Practice"])[0]][0]
    'What it does'
    """
    places = _places()
    if not is_inverse:
        return places.get(name, places["*"])
    for key in (f"^{name}", "^*"):
        fitting = [places[of] for of in (f"{key}:{cls}" for cls in classes) if of in places]
        if fitting:
            return min(fitting)
        if key in places:
            return places[key]
    return places["^*"]
