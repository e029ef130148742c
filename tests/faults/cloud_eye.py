"""Faults of Cloud Eye, each with its test before a simulated one."""

from typing import Final

from tests.faults.rows import Row, Special

_HELD: Final = "What it told of machines, for `HOLD_TIME`; everything of DRS is fresh and on time."
_TELLS: Final = '`collector_success{collector="cloud_eye"}` 0; `drs_up` stays 1'
_HOURLY: Final = "Tried hourly: `collector.supported`."

CLOUD_EYE: Final = (
    Special(
        test="test_a_failing_cloud_eye_costs_drs_nothing",
        row=Row(
            fault="Cloud Eye throttles, fails or answers what cannot be read",
            seen=f'{_TELLS}; for throttling `api_requests_total{{operation="ces_data",code="429"}}`',
            log="`collector.failed` with `reason` and `error`",
            held=_HELD,
            recovery="At the next round that succeeds: `collector.recovered`.",
        ),
    ),
    Special(
        test="test_a_hanging_cloud_eye_delays_nothing_of_drs",
        row=Row(
            fault="Cloud Eye does not answer",
            seen=f'{_TELLS}; `api_requests_total{{operation="ces_data",code="timeout"}}`',
            log="`collector.failed` `reason=timeout`",
            held=_HELD,
            recovery="At the next round that succeeds: `collector.recovered`.",
        ),
    ),
    Special(
        test="test_a_missing_right_is_unsupported_and_the_log_says_which",
        row=Row(
            fault="Cloud Eye is refused for want of a right, from the first try on",
            seen='`collector_supported{collector="cloud_eye"}` 0: not an error',
            log="`collector.unsupported`, whose `error` names the rights and the role that has them",
            held="No machine has metrics; everything of DRS is as ever.",
            recovery=_HOURLY,
        ),
    ),
    Special(
        test="test_a_right_that_is_taken_away_later_is_a_failure",
        row=Row(
            fault="a right for Cloud Eye is taken away later",
            seen=_TELLS,
            log="`collector.failed` `reason=4xx`, whose `error` names the rights",
            held=_HELD,
            recovery="At the next round that succeeds: `collector.recovered`.",
        ),
    ),
    Special(
        test="test_an_absent_cloud_eye_is_unsupported_and_tried_hourly",
        row=Row(
            fault="there is no Cloud Eye",
            seen='`collector_supported{collector="cloud_eye"}` 0: not an error',
            log="`collector.unsupported`",
            held="No machine has metrics; everything of DRS is as ever.",
            recovery=_HOURLY,
        ),
    ),
    Special(
        test="test_a_limit_of_ten_metrics_is_learned_once",
        row=Row(
            fault="Cloud Eye takes 10 metrics a call, not 300",
            seen='`api_requests_total{operation="ces_data",code="400"}`: five refusals, by halves',
            log="none",
            held="Nothing: all metrics are there at the first round, in more calls.",
            recovery="What was learned is remembered.",
        ),
    ),
)
