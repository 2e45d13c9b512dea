"""What synthetic graphs are made of: countries, networks and schemes as they are, words for invented names, classes."""

from __future__ import annotations

from typing import Final

Country = tuple[str, str, str, str, str, int]

#: slug, English name, code, name at home with its language, weight: about how many of the cities lie there.
COUNTRIES: Final[tuple[Country, ...]] = (
    ("sweden", "Sweden", "SE", "Sverige", "sv", 4), ("germany", "Germany", "DE", "Deutschland", "de", 14),
    ("spain", "Spain", "ES", "España", "es", 12), ("italy", "Italy", "IT", "Italia", "it", 14),
    ("france", "France", "FR", "France", "fr", 12), ("poland", "Poland", "PL", "Polska", "pl", 8),
    ("portugal", "Portugal", "PT", "Portugal", "pt", 6), ("greece", "Greece", "EL", "Ελλάδα", "el", 6),
    ("netherlands", "Netherlands", "NL", "Nederland", "nl", 6), ("belgium", "Belgium", "BE", "België", "nl", 5),
    ("romania", "Romania", "RO", "România", "ro", 5), ("bulgaria", "Bulgaria", "BG", "България", "bg", 4),
    ("austria", "Austria", "AT", "Österreich", "de", 3), ("finland", "Finland", "FI", "Suomi", "fi", 3),
    ("denmark", "Denmark", "DK", "Danmark", "da", 3), ("hungary", "Hungary", "HU", "Magyarország", "hu", 3),
    ("czechia", "Czechia", "CZ", "Česko", "cs", 3), ("ireland", "Ireland", "IE", "Éire", "ga", 2),
    ("croatia", "Croatia", "HR", "Hrvatska", "hr", 2), ("slovakia", "Slovakia", "SK", "Slovensko", "sk", 2),
    ("slovenia", "Slovenia", "SI", "Slovenija", "sl", 2), ("lithuania", "Lithuania", "LT", "Lietuva", "lt", 2),
    ("latvia", "Latvia", "LV", "Latvija", "lv", 1), ("estonia", "Estonia", "EE", "Eesti", "et", 1),
    ("cyprus", "Cyprus", "CY", "Κύπρος", "el", 1), ("malta", "Malta", "MT", "Malta", "mt", 1),
    ("luxembourg", "Luxembourg", "LU", "Lëtzebuerg", "lb", 1), ("norway", "Norway", "NO", "Norge", "nb", 3),
    ("switzerland", "Switzerland", "CH", "Schweiz", "de", 3), ("turkey", "Türkiye", "TR", "Türkiye", "tr", 5),
    ("serbia", "Serbia", "RS", "Србија", "sr", 3), ("ukraine", "Ukraine", "UA", "Україна", "uk", 5),
)  # fmt: skip
NETWORKS: Final = (
    ("eurocities", "Eurocities"), ("intercultural-cities", "Intercultural Cities"), ("eccar", "ECCAR"),
    ("aer", "Assembly of European Regions"), ("solidarity-cities", "Solidarity Cities"),
)  # fmt: skip
SCHEMES: Final = (
    ("amif", "Asylum, Migration and Integration Fund"), ("erdf", "European Regional Development Fund"),
    ("esf", "European Social Fund"), ("uia", "Urban Innovative Actions"), ("interreg", "Interreg"),
    ("erasmus-plus", "Erasmus+"), ("cerv", "Citizens, Equality, Rights and Values"),
    ("horizon-europe", "Horizon Europe"),
)  # fmt: skip
N_SCHEMES: Final = 20
STARTS: Final = (
    "Bel", "Mar", "Nor", "Sund", "Kar", "Lin", "Ost", "Wes", "Gra", "Hel", "Tor", "Vil", "San", "Por", "Ros", "Bran",
    "Dun", "Lau", "Łod", "Źu", "Ål", "Ör", "Sé", "Žil",
)  # fmt: skip
MIDDLES: Final = ("a", "e", "i", "o", "u", "en", "er", "an", "in", "ol", "ar", "es")
ENDS: Final = (
    "burg", "stad", "ville", "mont", "grad", "haven", "borg", "polis", "feld", "minde", "ova", "etta", "ana", "szeg",
    "ów", "køb", "ñola", "ães",
)  # fmt: skip
AIMS: Final = (
    "Housing", "Language courses", "Mentoring", "Welcome desks", "Work permits", "School places", "Health care",
    "Anti-rumour campaign", "Affordable housing", "Neighbourhood meetings", "Counselling", "Vocational training",
)  # fmt: skip
WHOM: Final = ("refugees", "newcomers", "young people", "women", "jobseekers", "families", "students", "residents")
#: What a thing of each kind is, superclasses counted in, as the rules of the project derive them.
TYPES: Final = {
    "country": "mg:Country mg:Territory schema:Country schema:AdministrativeArea m8g:AdminUnit dct:Location",
    "region": "mg:Region mg:Territory schema:AdministrativeArea m8g:AdminUnit dct:Location",
    "city": "mg:City mg:Territory schema:City schema:AdministrativeArea m8g:AdminUnit dct:Location org:Organization",
    "network": "mg:Network mg:Organisation org:Organization",
    "organisation": "mg:Organisation org:Organization",
    "project": "mg:Project mg:Undertaking dingo:Project prov:Activity",
    "practice": "mg:Practice mg:Undertaking prov:Activity",
    "scheme": "mg:FundingScheme dingo:FundingScheme",
    "membership": "mg:Membership org:Membership",
    "participation": "mg:Participation m8g:Participation",
    "grant": "mg:Grant schema:MonetaryGrant dingo:Grant",
    "figure": "mg:Figure schema:Observation",
    "provision": "mg:Provision schema:Intangible",
}
#: Properties that say the same as a more general one, which the rules derive.
GENERAL: Final = {
    "mg:theme": "dct:subject", "mg:targetGroup": "dct:audience", "mg:locatedIn": "dct:spatial",
    "mg:membershipStatus": "dct:type", "mg:partner": "dct:contributor", "mg:fundedBy": "dct:relation",
    "mg:sets": "dct:hasPart", "mg:fundedThrough": "dingo:implementation_of", "mg:share": "dct:type",
    "mg:indicator": "schema:variableMeasured", "mg:figureOf": "schema:observationAbout", "mg:unit": "dct:relation",
    "mg:inContext": "dct:relation", "mg:approach": "dct:relation", "mg:subSchemeOf": "dct:isPartOf",
    "mg:operator": "dct:contributor", "mg:authorityOf": "org:linkedTo",
}  # fmt: skip
