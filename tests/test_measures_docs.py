"""docs/measures.md says what the code says, and its examples run."""

from dataclasses import fields

import pytest

from migragraph import measures as m
from migragraph.measures.described import describe
from projects import ROOT


def test_the_page_is_the_one_that_the_code_writes(regenerate: bool) -> None:
    """Written anew with --regenerate."""
    page = ROOT / "docs" / "measures.md"
    if regenerate:
        page.write_text(describe(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == describe()


@pytest.mark.parametrize("measure", m.MEASURES.values(), ids=lambda measure: measure.name)
def test_each_measure_is_documented_like_a_paper(measure: m.Measure) -> None:
    """Every text is there; formula, example by hand, and where it comes from stand in the docstring."""
    for part in fields(measure):
        value = getattr(measure, part.name)
        if isinstance(value, str) and part.name not in ("otherwise", "name", "of"):
            assert value.endswith((".", ")")) or part.name == "title" or part.name == "high", part.name
            assert value
    text = measure.function.__doc__ or ""
    assert "By hand:" in text
    assert ">>>" in text
    assert "Reference:" in text or "As :func:" in text or measure.name == "projection-degree"
    assert len(measure.modes) == 2 or measure.otherwise


def test_what_is_offered_is_in_the_facade() -> None:
    """Each measure under the name that the page tells."""
    for measure in m.MEASURES.values():
        assert getattr(m, measure.function.__name__) is measure.function
        assert measure.function.__name__ in m.__all__
