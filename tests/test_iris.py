"""Prefixed names and IRIs of ours."""

from hypothesis import given
from hypothesis import strategies as st

from migragraph.iris import PREFIXES, shorten

_local = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.sampled_from(sorted(PREFIXES)), _local)
def test_the_longest_namespace_that_fits_gives_the_prefix(prefix: str, local: str) -> None:
    """As trying all namespaces gives it, for the most hostile local part too."""
    iri = PREFIXES[prefix] + local
    fitting = [(len(space), known) for known, space in PREFIXES.items() if iri.startswith(space) and iri != space]
    length, best = max(fitting)
    assert shorten(iri) == f"{best}:{iri[length:]}"


@given(st.one_of(_local, st.sampled_from(["", "urn:x", "http://", "https://example.org/a#b", "a/b#c"])))
def test_what_fits_no_namespace_is_in_brackets(iri: str) -> None:
    """Also a namespace itself, where nothing would be left."""
    if not any(iri.startswith(space) for space in PREFIXES.values()):
        assert shorten(iri) == f"<{iri}>"
    for space in PREFIXES.values():
        if not any(space != other and space.startswith(other) for other in PREFIXES.values()):
            assert shorten(space) == f"<{space}>"
