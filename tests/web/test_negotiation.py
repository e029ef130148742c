import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST

from drs_exporter.web.negotiation import OPENMETRICS_TYPE, TEXT_TYPE, encoding_for, wants_openmetrics

PROMETHEUS_2_42 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"


@pytest.mark.parametrize(
    ("accept", "openmetrics"),
    [
        (PROMETHEUS_2_42, True),
        (PROMETHEUS_3, True),
        (f"{PROTOBUF};q=0.7,{PROMETHEUS_3}", True),
        ("text/plain;version=0.0.4;q=1,*/*;q=0.1", False),
        ("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", False),
        ("", False),
        ("*/*", False),
        ("application/*", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/openmetrics-text", True),
        ('Application/OpenMetrics-Text; Version="1.0.0"', True),
        ("application/openmetrics-text;version=2.0.0", False),
        ("application/openmetrics-text;q=0", False),
        ("application/openmetrics-text;q=0.2,*/*;q=0.5", False),
        ("application/openmetrics-text;q=0.3,text/plain;q=0.1,*/*;q=0.9", True),
        ("text/plain,application/openmetrics-text", False),
        ("application/openmetrics-text,text/plain", True),
        ("application/openmetrics-text;q=rubbish,text/plain;q=0.5", False),
        ("application/openmetrics-text;q=7,text/plain;q=0.5", False),
        ("application/openmetrics-text;version=1.0.0;q=0,application/openmetrics-text", False),
        ("application/json", False),
        (",;,=;", False),
    ],
)
def test_the_format_is_the_one_liked_best(accept: str, openmetrics: bool) -> None:
    assert wants_openmetrics(accept) is openmetrics


OFFERED = ("zstd", "gzip", "identity")


@pytest.mark.parametrize(
    ("accept_encoding", "encoding"),
    [
        ("gzip", "gzip"),
        ("", "identity"),
        ("identity", "identity"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd, gzip", "zstd"),
        ("gzip;q=1, zstd;q=0.9", "gzip"),
        ("zstd;q=0.001", "zstd"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.0, *", "identity"),
        ("*", "identity"),
        ("identity;q=0, *", "gzip"),
        ("identity;q=0, gzip;q=0, *", "zstd"),
        ("identity;q=0.5, *;q=0.6", "gzip"),
        ("identity;q=0.5, gzip;q=0.4", "identity"),
        ("identity, gzip", "gzip"),
        ("X-GZIP", "gzip"),
        ("deflate", "identity"),
        ("br", "identity"),
        ("br, *;q=0.1", "identity"),
        ("*;q=0.5, zstd;q=0.4", "identity"),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("br, identity;q=0", None),
        ("*;q=0, gzip", "gzip"),
        ("*;q=0, identity;q=0.2", "identity"),
        ("gzip;q=rubbish", "gzip"),
    ],
)
def test_the_encoding_is_the_one_liked_best(accept_encoding: str, encoding: str | None) -> None:
    assert encoding_for(accept_encoding, OFFERED) == encoding


def test_the_content_types_are_those_of_the_client_library() -> None:
    assert TEXT_TYPE == CONTENT_TYPE_PLAIN_0_0_4
    assert OPENMETRICS_TYPE == CONTENT_TYPE_LATEST


WEIGHTS = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@given(ours=WEIGHTS, text=WEIGHTS, other=WEIGHTS, order=st.permutations(range(3)))
def test_the_higher_weight_wins_in_any_order(ours: float, text: float, other: float, order: list[int]) -> None:
    elements = [
        f"application/openmetrics-text; version=1.0.0; q={ours:.3f}",
        f"text/plain;version=0.0.4;q={text:.3f}",
        f"*/*;q={other:.3f}",
    ]
    accept = ", ".join(elements[place] for place in order)
    expected = ours > text or (ours == text > 0 and order.index(0) < order.index(1))
    assert wants_openmetrics(accept) is expected


@given(zstd=WEIGHTS, gzip=WEIGHTS, plain=WEIGHTS, order=st.permutations(range(3)))
def test_the_encoding_of_the_highest_weight_wins(zstd: float, gzip: float, plain: float, order: list[int]) -> None:
    weights = dict(zip(OFFERED, (zstd, gzip, plain), strict=True))
    elements = [f"{name};q={weight:.3f}" for name, weight in weights.items()]
    chosen = encoding_for(",".join(elements[place] for place in order), OFFERED)
    best = max(weights.values())
    assert chosen == (next(name for name in OFFERED if weights[name] == best) if best > 0 else None)


@given(st.text())
def test_no_header_is_too_strange(header: str) -> None:
    wants_openmetrics(header)
    encoding_for(header, OFFERED)
