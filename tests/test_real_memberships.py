"""The members and participants of the networks of the project: against the tables, row by row.

What a network should hold is worked out here without SPARQL: from the CSV tables and ``reconciliation.csv``.
"""

from collections import defaultdict

from migragraph.iris import PREFIXES, shorten
from migragraph.networks.ties import Network
from real_facts import Facts, pairs
from registry import table, things


def test_members_are_those_of_the_tables(real_networks: dict[str, Network]) -> None:
    """Each table of members by hand: which rows make a member, and which thing each is."""
    cities, regions = things("city"), things("region")
    expected: dict[str, set[str]] = defaultdict(set)
    expected["network:eurocities"] = {cities[row["city"], row["country"]] for row in table("eurocities_members")}
    expected["network:intercultural-cities"] = {
        cities[row["city"], row["country"]] for row in table("icc_members") if row["status"] == "member seen"
    }
    national = {
        "IT: Città del Dialogo": "citta-del-dialogo", "ES: RECI": "reci", "PT: RPCI": "rpci", "MA: RMCI": "rmci",
        "UK: ICC-UK": "icc-uk", "UA: ICC-UA": "icc-ua", "CA: RÉMIRI (Québec)": "remiri",
    }  # fmt: skip
    for row in table("icc_members"):
        if row["network"] in national:
            expected[f"network:{national[row['network']]}"].add(cities[row["city"], row["country"]])
    # gone with the French mergers of 2016 and the Norwegian ones of 2020; one member is an association, no territory
    left = {
        "Alsace", "Aquitaine", "Champagne-Ardenne", "Franche-Comté", "Languedoc-Roussillon", "Limousin",
        "Poitou-Charentes", "Rhône-Alpes", "Hedmark", "Oppland", "Union of Cyprus Municipalities",
    }  # fmt: skip
    expected["network:aer"] = {
        regions[row["region"], row["country"]] for row in table("aer_members") if row["region"] not in left
    }
    expected["network:intercultural-regions"] = {"region:catalonia"}
    either = things("city", "region")
    for row in table("other_networks"):
        if row["network"] != "Integrating Cities Charter" and row["status"] != "mayor statement on joining":
            body = {"ECCAR": "network:eccar", "Solidarity Cities": "network:solidarity-cities"}[row["network"]]
            expected[body].add(either[row["member"], row["country"]])
    found: dict[str, set[str]] = defaultdict(set)
    for member, body in pairs(real_networks["membership"]):
        found[body].add(member)
    assert found == expected
    assert {body: len(members) for body, members in found.items()} == {
        "network:eurocities": 226, "network:intercultural-cities": 143, "network:aer": 113, "network:eccar": 54,
        "network:citta-del-dialogo": 32, "network:reci": 20, "network:rpci": 18, "network:rmci": 11,
        "network:solidarity-cities": 10, "network:icc-uk": 7, "network:icc-ua": 6, "network:remiri": 4,
        "network:intercultural-regions": 1,
    }  # fmt: skip


def test_members_have_their_evidence_and_dates(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """The claims of the table that the member, the network and the status rest on; the year where it is known."""
    found = {(shorten(t.source), shorten(t.target)): t for t in real_networks["membership"].ties}
    node = "membership:intercultural-cities/kepez"
    expected = {
        ("member", claim) for claim in real_facts.claims[node, "org:member", "city:kepez"]
    } | {
        ("organization", claim) for claim in real_facts.claims[node, "org:organization", "network:intercultural-cities"]
    } | {
        ("membershipStatus", claim)
        for claim in real_facts.claims[node, "mg:membershipStatus", "membership-status:member"]
    }  # fmt: skip
    tie = found["city:kepez", "network:intercultural-cities"]
    assert set(tie.evidence) == expected
    assert len(expected) == 3
    assert (tie.start, tie.end) == ("2018", None)
    assert found["city:berlin", "network:eccar"].start == "2006-03-14"
    dated = sum(bool(row["joined_year"]) and row["status"] == "member seen" for row in table("icc_members"))
    in_icc = [tie for (_, body), tie in found.items() if body == "network:intercultural-cities"]
    # a city whose year is disputed (conflicts.csv) has none
    disputed = {row["subject"] for row in table("conflicts") if row["property"] == "joined ICC"}
    assert 0 < dated - sum(tie.start is not None for tie in in_icc) <= len(disputed)


def test_members_stand_in_their_rows_and_hold_as_of_the_dates_there(real_networks: dict[str, Network]) -> None:
    """By the tables: the rows that name a member of a list, numbered with the head as the first, and their dates."""
    cities, regions = things("city"), things("region")
    columns = {
        "eurocities_members": ("city", cities, "network:eurocities"),
        "icc_members": ("city", cities, "network:intercultural-cities"),
        "aer_members": ("region", regions, "network:aer"),
    }
    expected: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for name, (column, thing_of, body) in columns.items():
        for number, row in enumerate(table(name), 2):
            if thing := thing_of.get((row[column], row["country"])):
                key = name.replace("_", "-")
                expected[thing, body].add((f"{PREFIXES['source']}{key}#row={number}", row["as_of"]))
    network = real_networks["membership"]
    graph = network.to_graph()
    seen = 0
    for tie in network.ties:
        ends = shorten(tie.source), shorten(tie.target)
        if ends in expected:
            claims = [claim for _, claim in tie.evidence]
            assert network.origins.passages(claims) == {row for row, _ in expected[ends]}
            dates = tuple(sorted({date for _, date in expected[ends]} - {""}))
            assert graph.edges[tie.source, tie.target].get("as_of", ()) == dates
            seen += 1
    assert seen == 226 + 143 + 113


def test_participants_are_those_of_the_table_of_partners(real_networks: dict[str, Network], real_facts: Facts) -> None:
    """Ties that rest on the table: each row but that of the supporting institution, authorities as territories."""
    bodies, undertakings = things("organisation"), things("project")
    expected = {
        (real_facts.acting(bodies[row["organisation"], row["country"]]), undertakings[row["project"], ""])
        for row in table("project_partners")
        if row["role"] != "supporting institution"
    }
    found = {
        (shorten(t.source), shorten(t.target))
        for t in real_networks["participation"].ties
        if any("/project-partners/" in claim for part, claim in t.evidence if part == "takes part")
    }
    assert found == expected
