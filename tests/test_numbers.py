"""Numbers and dates as documents write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migragraph.checks.numbers import date_stands_in, number_stands_in
from migragraph.sources.documents import fold


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1052", "49 sessions for 1,052 participants"),
        ("15700", "asylum to 15 700 Ukrainians"),
        ("15700", "asylum to 15\u202f700 Ukrainians"),
        ("47.4", "almost half of the residents (47,4%)"),
        ("1850000", "a metropolitan region of 1.85m."),
        ("7000000000", "the €7bn invested"),
        ("660809", "a population of 660,809 in 2023"),
        ("89300.06", "Bologna share 89,300.06 EUR"),
        ("52", "fifty-two people"),
        ("0", "zero cases"),
        ("0", "null Fälle"),
        ("10000", "ten thousand people"),
        ("52", "fifty two people"),
        ("3", "the third webinar"),
        ("3", "the 3rd webinar"),
        ("80", "8 out of 10 mentors"),
        ("80", "eighty per cent of all Europeans"),
        ("2", "the doubling of the quota"),
        ("11", "mit elf Regionalbehörden"),
        ("7500", "7500+ duos"),
        ("5", "5% of the fund"),
    ],
)
def test_a_number_is_found_as_documents_write_it(value: str, text: str) -> None:
    """Separators, suffixes, words, ordinals and shares all count."""
    assert number_stands_in(Decimal(value), fold(text))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("52", "520 people"),
        ("52", "about 1,052 people"),
        ("10", "in 2010"),
        ("1.5", "15 years"),
        ("47", "47.4 %"),
        ("7", "€7bn"),
        ("1052", "1,053 participants"),
        ("8", "no number here"),
    ],
)
def test_a_number_that_does_not_stand_there_is_not_found(value: str, text: str) -> None:
    """Part of a longer number is not the number."""
    assert not number_stands_in(Decimal(value), fold(text))


@given(st.integers(min_value=0, max_value=10**9))
def test_every_whole_number_is_found_with_and_without_separators(value: int) -> None:
    """Plain, with commas, dots or spaces between the thousands."""
    written = f"{value:,}"
    for text in (str(value), written, written.replace(",", "."), written.replace(",", " ")):
        assert number_stands_in(Decimal(value), f"about {text} people")


@pytest.mark.parametrize(
    ("date", "text", "found"),
    [
        ("2021-02-16", "On 16th February 2021, the Assembly", True),
        ("2021-02-16", "On 17th February 2021, the Assembly", False),
        ("2022-01-03", "Start: 3rd of Januar 2022", True),
        ("2022-01-03", "Start: 3. Januar 2022 (Laufzeit 36 Monate)", True),
        ("2024-05", "in May 2024", True),
        ("2024-06", "in May 2024", False),
        ("2027", "In its 2021-27 budget", True),
        ("2023", "(2023-2026)", True),
        ("2020", "12020 people", False),
    ],
)
def test_a_date_is_found_by_its_parts(date: str, text: str, found: bool) -> None:
    """Year always, month and day where the date has them."""
    assert date_stands_in(date, fold(text)) is found
