"""Terms of RDF for hypothesis: texts that look like queries, IRIs with all that may stand in one."""

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\"'\\uU{}<>\n\r\t()#?$ SERVICE0041")))
IRIS = st.one_of(
    st.from_regex(r"\A(http://a\.example/|urn:x:)[A-Za-z0-9._~:/?@!$&'()*+,;=éß-]*(#[a-z()]*)?\Z"),
    st.sampled_from(["urn:x:)service", "http://a.example/)SERVICE<", "http://a.example/%22"]).map(
        lambda iri: iri.strip("<")
    ),
)
_TAGS = st.sampled_from(["en", "de-at", "zh-hant-tw", "i-klingon", "x-service", "de-1996"])
TERMS = st.one_of(
    IRIS.map(NamedNode),
    TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, _TAGS),
    st.builds(lambda text, iri: Literal(text, datatype=NamedNode(iri)), TEXTS, IRIS),
    st.integers().map(Literal),
)
