"""Faults that fail the job listing, one record each."""

from typing import Final

from tests.faults.rows import Failure

_QUICK: Final = {"request_timeout": 0.25}

_ONE: Final = {"scenarios": ["sync"]}
"""One listing waits out its own pauses only, and fails before what is held ends."""

REFUSALS: Final = (
    Failure(
        name="500", kind="500", code="500", reason="5xx", attempts=3,
        error="HTTP 500 DRS.M00500: the service failed",
    ),
    Failure(
        name="502 with an HTML page", kind="502", code="502", reason="5xx", attempts=3,
        error="HTTP 502: the service failed",
    ),
    Failure(
        name="503 with Retry-After", kind="503", params={"retry_after": 2}, code="503", reason="5xx",
        error="HTTP 503 DRS.M00503: the service failed", attempts=3,
    ),
    Failure(
        name="429 without Retry-After", kind="throttle", code="429", reason="throttled",
        error="HTTP 429 APIGW.0308: too many requests", attempts=3, settings=_ONE,
    ),
    Failure(
        name="429 with Retry-After in seconds", kind="throttle", params={"retry_after": 2}, code="429",
        reason="throttled", error="HTTP 429 APIGW.0308: too many requests", attempts=3,
    ),
    Failure(
        name="429 with Retry-After as a date", kind="throttle", params={"retry_after": 2, "date": True}, code="429",
        reason="throttled", error="HTTP 429 APIGW.0308: too many requests", attempts=3,
    ),
    Failure(
        name="400 `DRS.M01503` (throttled)", kind="throttle_400", code="400", reason="throttled",
        error="HTTP 400 DRS.M01503: too many requests", attempts=3, settings=_ONE,
    ),
    Failure(
        name="400 with `DRS.M01503` in `results[0]`", kind="in_results", params={"code": "DRS.M01503"}, code="400",
        reason="throttled", error="HTTP 400 DRS.M01503: too many requests", attempts=3, settings=_ONE,
    ),
    Failure(
        name="408", kind="408", code="408", reason="5xx", error="HTTP 408: the service failed", attempts=3,
    ),
    Failure(
        name="401", kind="401", code="401", reason="auth", attempts=2, sign_ins=1,
        error="HTTP 401 APIGW.0301: the token or signature is not accepted",
    ),
    Failure(
        name="401 `DRS.M00103` (permission)", kind="401_permission", code="401", reason="4xx",
        error="HTTP 401 DRS.M00103: no permission for this operation",
    ),
    Failure(
        name="403 `DRS.M00100` (token)", kind="403_token", code="403", reason="auth", attempts=2, sign_ins=1,
        error="HTTP 403 DRS.M00100: the token or signature is not accepted",
    ),
    Failure(
        name="403 `DRS.M00102` (permission), every scenario", kind="403_permission", code="403", reason="4xx",
        error="HTTP 403 DRS.M00102: no permission for this operation",
    ),
    Failure(
        name="403 `DRS.M00261` (wrong project)", kind="403_project", code="403", reason="4xx",
        error="HTTP 403 DRS.M00261: the project id does not belong to these credentials",
    ),
    Failure(
        name="404 of the gateway, for the listing", kind="404_gateway", code="404", reason="4xx",
        error="HTTP 404 APIGW.0101: this cloud or region has no such operation",
    ),
    Failure(
        name="400 `DRS.M00202`, every scenario", kind="bad_request", code="400", reason="4xx",
        error="HTTP 400 DRS.M00202: the service does not accept the request",
    ),
    Failure(
        name="202 with an error body", kind="202_error", code="error", reason="4xx",
        error="HTTP 202 DRS.M01504: the service does not accept the request",
    ),
    Failure(
        name="302 to another host", kind="redirect", code="302", reason="5xx",
        error="HTTP 302: the service points to 127.0.0.2; redirects are not followed",
    ),
)  # fmt: skip
"""The service, or the gateway in front of it, says no."""

_THAN: Final = "than what was asked for can have"
_SHAPE: Final = "the answer is JSON of another shape than documented"

BODIES: Final = (
    Failure(
        name="200 with an HTML page", kind="html", code="schema", reason="schema", attempts=3,
        error="the answer is an HTML page, not JSON",
    ),
    Failure(
        name="200 with nothing", kind="empty", code="schema", reason="schema", attempts=3,
        error="the answer is empty",
    ),
    Failure(name="200 with a JSON array", kind="json_array", code="schema", reason="schema", error=_SHAPE),
    Failure(name="200 with `null`", kind="json_null", code="schema", reason="schema", error=_SHAPE),
    Failure(name="200 with a JSON string", kind="json_string", code="schema", reason="schema", error=_SHAPE),
    Failure(
        name="200 with JSON nested 100,000 deep", kind="json_deep", code="schema", reason="schema",
        error="the answer is nested too deeply",
    ),
    Failure(
        name="a few kilobytes that unpack to millions of zeros", kind="json_zeros", params={"zeros": 3_000_000},
        code="schema", reason="schema", error=f"the answer holds far more values {_THAN}",
    ),
    Failure(
        name="thousands of nests side by side", kind="json_nests", params={"nests": 3_000}, code="schema",
        reason="schema", error=f"the answer holds far more values {_THAN}",
    ),
    Failure(
        name="a word of megabytes", kind="json_word", params={"mebibytes": 4}, code="schema", reason="schema",
        error="the answer holds a value longer than any that is read",
    ),
    Failure(
        name="200 without the array", kind="null_array", code="schema", reason="schema",
        error="the answer lacks what the operation promises",
    ),
    Failure(
        name="200 with an error code, no array and a total of 0", kind="null_array",
        params={"total": 0, "code": "DRS.M00400"}, code="error", reason="4xx",
        error="HTTP 200 DRS.M00400: the service does not accept the request",
    ),
    Failure(
        name="body cut off", kind="truncated", code="schema", reason="schema",
        error="the answer is not JSON, or was cut off",
    ),
    Failure(
        name="Content-Length too large", kind="wrong_length", code="connection", reason="connection", attempts=3,
        error="the answer of {host} broke off or is badly encoded",
    ),
    Failure(
        name="Content-Length too small", kind="wrong_length", params={"bytes": -20}, code="connection",
        reason="connection", attempts=3, error="the answer of {host} is not valid HTTP",
    ),
    Failure(
        name="body over 64 MiB", kind="oversize", settings={"scenarios": ["sync"]}, code="schema", reason="schema",
        error="the answer holds a value longer than any that is read",
    ),
    Failure(
        name="200 with no jobs under a total that counts some", kind="pages_empty", params={"first": True}, code="200",
        reason="schema", error="the listing is empty, its total is not",
    ),
    Failure(
        name="pages that never end", kind="pages_endless", code="200", reason="schema",
        error="the listing does not end where its total says",
    ),
    Failure(
        name="pages that repeat", kind="pages_repeat", code="200", reason="schema",
        error="the listing does not end where its total says", jobs=320, settings={"scenarios": ["sync"]},
    ),
    Failure(
        name="pages that end before the total, after a full one", kind="pages_empty", code="200", reason="schema",
        error="the listing breaks off before its total", jobs=320, settings={"scenarios": ["sync"]},
    ),
)  # fmt: skip
"""The service says yes, and what follows cannot be read."""

CONNECTIONS: Final = (
    Failure(
        name="connection reset", kind="reset", code="connection", reason="connection", attempts=3,
        error="the connection to {host} failed: connection reset by peer",
    ),
    Failure(
        name="connection closed without an answer", kind="close", code="connection", reason="connection", attempts=3,
        error="{host} closed the connection without an answer",
    ),
    Failure(
        name="no answer (hang before headers)", kind="hang", settings=_QUICK, code="timeout", reason="timeout",
        attempts=3, error="no complete answer from {host} within 0.25 s",
    ),
    Failure(
        name="dripping body, a byte a second", kind="drip", settings=_QUICK, code="timeout", reason="timeout",
        attempts=3, error="no complete answer from {host} within 0.25 s",
    ),
)  # fmt: skip
"""The way there is broken."""

UNREACHABLE: Final = (
    Failure(
        name="connection refused", code="connection", reason="connection", attempts=3,
        error="cannot connect to {host}: connection refused",
    ),
    Failure(
        name="name does not resolve (DNS)", code="connection", reason="connection", attempts=3,
        error="the name of {host} cannot be resolved",
    ),
    Failure(
        name="TLS: certificate of an unknown authority", code="connection", reason="connection", attempts=3,
        error="the certificate of {host} is not trusted: unable to get local issuer certificate",
    ),
)  # fmt: skip
"""Faults that no cloud can make: the test takes the endpoint away. Sign-in and every other collector fail with it."""

FAILURES: Final = (*REFUSALS, *BODIES, *CONNECTIONS)
