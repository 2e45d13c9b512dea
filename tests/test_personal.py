"""E-mail addresses and phone numbers are found, in the graph and in files; other numbers are left alone."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from migragraph.checks.focus import Focuses
from migragraph.checks.personal import check_personal, find_data_files, find_personal, mask
from migragraph.checks.report import Severity
from migragraph.errors import SourceError, Where

TURTLE = """@prefix dct: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/migragraph/id/organisation/x> skos:prefLabel "X"@en ;
    dct:description "Office, tel. 040-34 10 00."@en ;
    schema:url <mailto:x@malmo.se> .
"""


@pytest.mark.parametrize(
    "text",
    [
        "jane.doe@example.org",
        "Contact: J_Doe+news@city.example.eu.",
        "jane.doe [at] example.org",
        "jane.doe(at)example(dot)org",
        '"jane@example.org"@en',
        "<mailto:jane@example.org>",
        "a;b;jane@example.org;c",
    ],
)
def test_email_address_is_found(text: str) -> None:
    """Every usual way of writing an address is found, once."""
    assert [what for what, _ in find_personal(text)] == ["e-mail address"]


@pytest.mark.parametrize(
    "text",
    [
        "+49 341 123 45 67",
        "call 0049 341 1234567 now",
        "+49 (0)341 1234567",
        "+46-40-34-10-00",
        "+351213456789",
        "Tel.: 040-34 10 00",
        "Telefon 0341 1234-567",
        "phone: 555 123 456",
        "(0341) 123 45 67",
        "0341/1234567",
        "020 7946 0958",
        "tel:+4934112345",
    ],
)
def test_phone_number_is_found(text: str) -> None:
    """International, national and announced numbers are found, once."""
    assert [what for what, _ in find_personal(text)] == ["phone number"]


@pytest.mark.parametrize(
    "text",
    [
        "2021-2027",
        "2014/2020",
        "01.02.2021 to 28-02-2025",
        "2022-01-03",
        "agreement 101038215",
        "+49 3411 2345 6789 0123",  # longer than any number: 15 digits are the most, ITU-T E.164
        "1,499,996.74 EUR",
        "15 700 of 250 000 inhabitants",
        "+10 000 000 euros",
        "about +7,500 participants (47,4 %)",
        "DE_09162000",
        "05111000",
        "ISBN 978-3-16-148410-0 and ISBN 0-306-40615-2",
        "ISSN 0378-8733",
        "doi:10.1016/0378-8733(78)90021-7",
        "AMIF-2023-TF2-AG-CALL-02-LOCAL",
        "55.60587, 13.00073",
        "https://www.google.com/maps/@55.6,13.0,12z",
        "https://example.org/?xsl=2420&s=49&v=9&c=94983&es=6603 | https://example.org/2018/0341-123-4567",
        "https://medium.com/@city",
        "https://docslib.org/doc/1259257/name-of-city",
        '"Malmö"@sv, "Malmoe"@en-gb',
        "#row=12 and #cell=12,3",
        "CELEX 32003L0109",
        "934da10f59485fd95cb29925dd52a8e9608d8873765a02c8ece7c7f7907d2ff6",
    ],
)
def test_other_numbers_and_signs_are_left_alone(text: str) -> None:
    """Years, dates, amounts, codes, coordinates and addresses of pages are no contact data."""
    assert list(find_personal(text)) == []


def test_report_names_line_and_masks(tmp_path: Path) -> None:
    """A finding in a file has its line; what could be used stands nowhere in the report."""
    (tmp_path / "members.csv").write_text("city,contact\nMalmö,jane.doe@example.org\nLund,+46 46 359 50 00\n")
    report = check_personal(Store(), find_data_files([tmp_path]), Focuses(Store()))
    assert [(f.where, f.value, f.severity) for f in report.findings] == [
        (Where(tmp_path / "members.csv", 2), "j…@example.org", Severity.VIOLATION),
        (Where(tmp_path / "members.csv", 3), "…00", Severity.VIOLATION),
    ]
    assert "jane" not in str(report)
    assert report.counts == {"files searched for personal data": 1, "texts searched for personal data": 0}


def test_literals_and_addresses_of_the_graph_are_searched(tmp_path: Path) -> None:
    """What is only in the graph is reported on its thing; what a file holds too is reported once."""
    store = Store()
    store.load(TURTLE.encode(), format=RdfFormat.TURTLE)
    report = check_personal(store, [], Focuses(store))
    assert sorted((f.focus, f.label, f.value) for f in report.findings) == [
        ("organisation:x", "X", "x…@malmo.se"),
        ("organisation:x", "X", "…00"),
    ]
    (tmp_path / "things.ttl").write_text(TURTLE)
    report = check_personal(store, find_data_files([tmp_path]), Focuses(store))
    assert [f.where and f.where.line for f in report.findings] == [5, 6]


def test_folder_without_text_is_refused(tmp_path: Path) -> None:
    """A search through nothing is an error."""
    with pytest.raises(SourceError, match="no file to look through"):
        find_data_files([tmp_path])


def test_mask_leaves_nothing_to_use() -> None:
    """The middle of an address and most of a number are hidden."""
    assert mask("mailto:jane@example.org") == "j…@example.org"
    assert mask("jane [at] example.org") == "…rg"
    assert mask("+46 46 359 50 00") == "…00"
