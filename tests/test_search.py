"""Search by words of names: their order, number and accents do not matter; what goes with a thing finds it too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, parse

from migragraph.iris import PREFIXES
from migragraph.search import Hit, LabelIndex

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
FACTS = """
city:malmo a mg:City ; skos:prefLabel "Malmö"@en ; skos:altLabel "City of Malmö"@en .
city:lodz a mg:City ; skos:prefLabel "Łódź"@en .
theme:housing skos:prefLabel "housing"@en ; skos:altLabel "homes"@en .
theme:social-housing skos:prefLabel "social housing"@en .
theme:work skos:prefLabel "work"@en .
practice:keys a mg:Practice, mg:Undertaking ; skos:prefLabel "Keys for newcomers"@en ;
  mg:operator city:malmo ; mg:theme theme:housing .
practice:flats a mg:Practice, mg:Undertaking ; skos:prefLabel "A programme of housing"@en ; mg:theme theme:housing .
practice:cafe a mg:Practice, mg:Undertaking ; skos:prefLabel "Language café"@en ; mg:locatedIn city:lodz ;
  skos:altLabel "Talk in the library"@en .
network:cities a mg:Network ; skos:prefLabel "Network of refugee cities"@en ; mg:theme theme:housing .
"""


@pytest.fixture(scope="module")
def index() -> LabelIndex:
    """The index of a few things."""
    store = Store()
    store.extend(parse(HEADER + FACTS, RdfFormat.TURTLE))
    return LabelIndex(store)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # the concept of that very name, then names with the word, then what is on the theme
        ("housing", ["housing", "A programme of housing", "social housing", "Keys for newcomers"]),
        # another spelling of a concept is no reason to stand before things
        ("hous", ["A programme of housing", "housing", "social housing", "Keys for newcomers"]),
        ("malmo", ["Malmö", "Keys for newcomers"]),
        ("malmö city", ["Malmö", "Keys for newcomers"]),
        ("café language", ["Language café"]),
        ("library CAFE", ["Language café"]),  # two names of one thing
        ("housing malmö", ["Keys for newcomers"]),
        ("newcomers homes malmo", ["Keys for newcomers"]),
        ("lodz cafe", ["Language café"]),
        ("malmo work", []),
        ("refugees city", ["Network of refugee cities"]),  # in another number, both ways
        ("cities", ["Network of refugee cities", "Malmö", "Keys for newcomers"]),  # a name before another spelling
        ("networks", ["Network of refugee cities"]),
        ("ca", ["Language café"]),
        ("", []), ("?! –", []), ("housing xyz", []), ("\x00", []), ("(", []),
    ],
)  # fmt: skip
def test_what_a_text_finds(index: LabelIndex, text: str, found: list[str]) -> None:
    """The nearest first."""
    assert [hit.label for hit in index.find(text)] == found


def test_a_hit_says_why_it_fits(index: LabelIndex) -> None:
    """Another spelling, or the names that go with it."""
    assert index.find("homes")[0] == Hit(PREFIXES["theme"] + "housing", "housing", "homes")
    assert index.find("housing malmö") == [
        Hit(PREFIXES["practice"] + "keys", "Keys for newcomers", None, ("Malmö", "housing"))
    ]


def test_names_only(index: LabelIndex) -> None:
    """For what completes a name: neither two names of one thing nor what goes with it."""
    assert [hit.label for hit in index.find("malmo", names_only=True)] == ["Malmö"]
    assert index.find("library cafe", names_only=True) == []


@given(st.text(max_size=30), st.integers(1, 5))
def test_any_text_is_answered(index: LabelIndex, text: str, limit: int) -> None:
    """Each thing once, no more than asked for, and the first ones are those that a longer list begins with."""
    found = index.find(text, limit=limit)
    assert len({hit.iri for hit in found}) == len(found) <= limit
    assert index.find(text, limit=50)[: len(found)] == found
