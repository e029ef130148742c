"""Faults with tests of their own, one record each."""

from typing import Final

from tests.faults.listings import LISTINGS
from tests.faults.rows import Row, Special

_RECOVERED: Final = "Next poll: `collector.recovered`."

REFUSALS: Final = (
    Special(
        test="test_one_refused_scenario_is_left_out_and_tried_hourly",
        row=Row(
            fault="400, 403 or 404 for one scenario of the listing",
            seen='`api_requests_total{code="403"}`; `drs_up` stays 1',
            log="`scenario.refused` with `scenario`, `status` and `error_code`",
            held="That scenario's jobs, for `HOLD_TIME`; the other scenarios are fresh.",
            recovery="Tried hourly: `scenario.accepted`.",
        ),
    ),
    Special(
        test="test_one_bad_id_among_a_hundred_costs_that_job_only",
        row=Row(
            fault="one bad id among a hundred: 400, or 404 of one object",
            seen='`api_requests_total{code="400"}`: 8 requests, by halves',
            log="`job.refused` with `job_id`, `status` and `error_code`",
            held="All other jobs are fresh; of that one, what the operation told, for `HOLD_TIME`.",
            recovery="Asked again when its listing changes.",
        ),
    ),
    Special(
        test="test_a_call_that_is_wrong_whatever_the_id_is_a_failure_and_blames_no_job",
        row=Row(
            fault="every id of a batch is refused",
            seen='`collector_success{collector="status"}` 0',
            log="`collector.failed`",
            held="What that operation told, for `HOLD_TIME`.",
            recovery=_RECOVERED,
        ),
    ),
    Special(
        test="test_what_the_cloud_does_not_have_is_no_error_and_tried_hourly",
        row=Row(
            fault="404 of the gateway for one operation, at every poll",
            seen="at the second poll, or at the first if it never worked, `collector_supported` 0 and no "
            "`collector_success`: not an error",
            log="`collector.failed`, then `collector.unsupported` with `operation`",
            held="What that operation told, for `HOLD_TIME`.",
            recovery="Tried hourly: `collector.supported`.",
        ),
    ),
    Special(
        test="test_a_listing_that_is_missing_twice_in_a_row_is_that_of_v5",
        row=Row(
            fault="404 of the gateway for the listing, at every poll, where the cloud has v5",
            seen='`drs_up` 0 for one poll; then `api_requests_total{operation="list_jobs_v5"}` instead of `list_jobs`',
            log="`collector.failed`, then `listing.replaced` and `collector.recovered`",
            held="Everything, for `HOLD_TIME`.",
            recovery="At the second poll, by v5; `list_jobs` is tried hourly.",
        ),
    ),
    Special(
        test="test_one_404_of_a_gateway_is_an_ordinary_failure",
        row=Row(
            fault="404 of the gateway, once, for an operation that worked before",
            seen="`collector_success` 0 of that collector; `collector_supported` stays 1",
            log="`collector.failed` `reason=4xx`: HTTP 404: this cloud or region has no such operation",
            held="What that operation told, for `HOLD_TIME`.",
            recovery=_RECOVERED,
        ),
    ),
    Special(
        test="test_a_batch_deleted_meanwhile_does_not_make_v5_unsupported",
        row=Row(
            fault="404 for one async batch, deleted meanwhile",
            seen='`api_requests_total{code="404"}`; `collector_supported` stays 1',
            log="none",
            held="What its detail told, for `HOLD_TIME` or until the listing of batches lacks it.",
            recovery="Next run.",
        ),
    ),
    Special(
        test="test_one_async_batch_that_is_refused_costs_itself_only",
        row=Row(
            fault="400 for the detail of one async batch",
            seen='`api_requests_total{code="400"}`; `collector_success` stays 1',
            log="`batch.refused` with `async_job_id`, `status` and `error_code`, once",
            held="What its detail told, for `HOLD_TIME`; all other batches are fresh.",
            recovery="Asked again at every run.",
        ),
    ),
    Special(
        test="test_a_retry_after_of_many_minutes_is_waited_for_and_not_asked_into",
        row=Row(
            fault="429 with a Retry-After of many minutes",
            seen="all `collector_success` 0, no requests",
            log="`collector.failed` `reason=throttled`: the service asked to wait another … s",
            held="All series, for `HOLD_TIME`.",
            recovery="First poll after that time, or after 5 minutes if it is longer.",
        ),
    ),
    Special(
        test="test_a_failing_collector_costs_its_own_series_only",
        row=Row(
            fault="any of the failures above, of another operation than the listing",
            seen="`collector_success` 0 of that collector; `drs_up` stays 1",
            log="`collector.failed` with `collector` and `operation`",
            held="That collector's series, for `HOLD_TIME`; the others are fresh.",
            recovery=_RECOVERED,
        ),
    ),
)
"""Refusals that concern a part."""

JOBS: Final = (
    Special(
        test="test_an_empty_listing_is_believed_when_the_service_says_so",
        row=Row(
            fault="422 `DRS.M00002` (empty), or `null` with a total of 0, for the listing",
            seen="every `drs_jobs` is 0",
            log="none",
            held="Nothing: there are no jobs, says the service.",
            recovery="Next poll.",
        ),
    ),
    Special(
        test="test_a_job_without_a_name_stays_and_one_without_an_id_goes",
        row=Row(
            fault="name `null`, missing or of a wrong type in one job",
            seen='`parse_errors_total{field="name"}`',
            log="`field.unreadable` `field=name`",
            held='The job stays, under `job_name=""`.',
            recovery="Next poll.",
        ),
    ),
    Special(
        test="test_a_job_without_a_name_stays_and_one_without_an_id_goes",
        row=Row(
            fault="id `null`, missing or of a wrong type in one job",
            seen='`parse_errors_total{field="id"}`',
            log="`field.unreadable` `field=id`",
            held="Its series go: a job without an id is nobody's.",
            recovery="Next poll.",
        ),
    ),
    Special(
        test="test_an_unknown_status_passes_through_is_counted_and_told_once",
        row=Row(
            fault="a status nobody knows",
            seen="`unknown_statuses` 1, `drs_job_status` in phase `other`",
            log="`status.unknown`, once",
            held="Everything but what only makes sense in its former phase.",
            recovery="Next poll; `drs_jobs` keeps the status, at 0.",
        ),
    ),
    Special(
        test="test_names_that_hurt_are_escaped_and_nothing_else_changes",
        row=Row(
            fault="names with quotes, backslashes, newlines, control characters, lone surrogates, 10,000 characters",
            seen="its first 256 characters, escaped; U+FFFD for what no page can carry; `dropped_values_total`",
            log="none",
            held="Everything.",
            recovery="Next poll.",
        ),
    ),
    Special(
        test="test_bytes_that_are_no_text_cost_the_name_they_are_in",
        row=Row(
            fault="bytes that are no UTF-8, as of a name cut in the middle of a character",
            seen="U+FFFD in their place; in an id as an id of a wrong type",
            log="none",
            held="Everything, under that name.",
            recovery="Next poll.",
        ),
    ),
    Special(
        test="test_a_renamed_job_has_its_new_name_on_every_series_at_once",
        row=Row(
            fault="a job is renamed",
            seen="new series, held ones included, in the same poll",
            log="none",
            held="Everything, under the new name.",
            recovery="-",
        ),
    ),
    Special(
        test="test_a_deleted_job_leaves_with_the_next_complete_listing",
        row=Row(
            fault="a job is deleted",
            seen="its series end",
            log="none",
            held="Nothing of it, after the next complete listing.",
            recovery="-",
        ),
    ),
)
"""Jobs that come, go and change."""

TIME: Final = (
    Special(
        test="test_a_token_that_ends_in_the_middle_of_a_poll_is_renewed_once",
        row=Row(
            fault="the token ends, or is revoked, in the middle of a poll",
            seen='`api_requests_total{code="401"}` or `403`, `sign_ins_total` one more',
            log="none",
            held="Everything is fresh: all calls share one renewal and are repeated.",
            recovery="Same poll.",
        ),
    ),
    Special(
        test="test_a_secret_replaced_by_what_is_none_is_its_own_projects_failure",
        row=Row(
            fault="a secret's file is replaced by two lines, a NUL, a control character or nothing, while it runs",
            seen="`drs_up{project=…}` 0 of that project only",
            log="`collector.failed` `reason=auth`: the file, and what is wrong with it",
            held="That project's series, for `HOLD_TIME`; the others are polled at their pace.",
            recovery="First poll after the file is right again.",
        ),
    ),
    Special(
        test="test_a_token_of_iam_that_no_header_can_hold_is_its_own_projects_failure",
        row=Row(
            fault="IAM answers with a token that holds a control character",
            seen="`drs_up{project=…}` 0 of that project only; `sign_in_failures_total`",
            log="`collector.failed` `reason=schema`: the credential in the answer holds what no header can",
            held="That project's series, for `HOLD_TIME`; the others are polled at their pace.",
            recovery=_RECOVERED,
        ),
    ),
    Special(
        test="test_a_proxy_that_cannot_be_one_is_its_own_projects_failure",
        row=Row(
            fault="the file of `PROXY_URL` is replaced by what cannot be a proxy, or by a host that cannot exist",
            seen="`drs_up{project=…}` 0 of that project only",
            log="`collector.failed` `reason=auth`: the setting, and what is wrong with it",
            held="That project's series, for `HOLD_TIME`; the others are polled at their pace.",
            recovery="First poll after the file is right again.",
        ),
    ),
    Special(
        test="test_a_dead_iam_does_not_matter_while_the_token_lives",
        row=Row(
            fault="IAM does not answer, while the token lives",
            seen="`sign_in_failures_total` near the token's end",
            log="none",
            held="Everything is fresh.",
            recovery="-",
        ),
    ),
    Special(
        test="test_a_jumping_clock_drops_nothing_and_skips_no_poll",
        row=Row(
            fault="the clock jumps, by seconds or by years",
            seen="timestamps follow the clock",
            log="none",
            held="Everything is fresh: holds, intervals and token lives go by the monotonic clock.",
            recovery="Same poll.",
        ),
    ),
    Special(
        test="test_a_signature_refused_for_a_wrong_clock_says_so",
        row=Row(
            fault="the clock is wrong and requests are signed",
            seen="`drs_up` 0",
            log="`collector.failed` `reason=auth`: … this machine's clock is 20 minutes ahead of the service's",
            held="All series, for `HOLD_TIME`.",
            recovery=_RECOVERED,
        ),
    ),
)
"""Credentials and clocks."""

WHOLE: Final = (
    Special(
        test="test_one_dead_endpoint_leaves_the_other_projects_fresh",
        row=Row(
            fault="one endpoint of three is dead",
            seen="`drs_up{project=…}` 0 of that project only",
            log="`collector.failed` with `project`",
            held="That project's series; the others are polled at their pace.",
            recovery=_RECOVERED,
        ),
    ),
    Special(
        test="test_a_listing_that_hangs_does_not_starve_the_other_collectors",
        row=Row(
            fault="the listing hangs for the whole poll",
            seen="`drs_up` 0; the other collectors succeed",
            log="`collector.failed` `reason=timeout`: no call has ended for … s, … of … were done: …",
            held="All series, for `HOLD_TIME`; after half the poll's time the others go on with the known jobs.",
            recovery=_RECOVERED,
        ),
    ),
    Special(
        test="test_the_first_poll_may_find_no_cloud_at_all",
        row=Row(
            fault="no cloud at the start",
            seen="`drs_up` 0, no job series; `/-/ready` 200",
            log="`collector.failed`",
            held="There is nothing to hold.",
            recovery=_RECOVERED,
        ),
    ),
    Special(
        test="test_ten_thousand_jobs_appear_at_once_while_scrapers_hammer",
        row=Row(
            fault="10,000 jobs appear at once, while scrapers hammer",
            seen="the page before, then the page with all of them",
            log="none",
            held="Everything.",
            recovery="-",
        ),
    ),
    Special(
        test="test_a_failing_listing_is_told_held_dropped_and_comes_back",
        row=Row(
            fault="scrapers that hammer during the faults above",
            seen="every page whole, valid, without a series twice, with all jobs that are held or, after it, none",
            log="as above",
            held="As above.",
            recovery="As above.",
        ),
    ),
    Special(
        test="test_a_bad_file_keeps_the_old_configuration_and_says_why",
        row=Row(
            fault="reload of a bad configuration file",
            seen="`config_last_reload_successful` 0; `/-/reload` answers 500 with the reason",
            log="`config.reload_failed` with `error`",
            held="The old configuration, with everything.",
            recovery="Next reload of a good file.",
        ),
    ),
    Special(
        test="test_a_signal_ends_it_within_five_seconds_in_the_middle_of_a_hanging_request",
        row=Row(
            fault="SIGTERM or SIGINT in the middle of a hanging request",
            seen="the process ends within 5 s, code 0",
            log="`exporter.stopped`",
            held="-",
            recovery="-",
        ),
    ),
    Special(
        test="test_it_writes_nothing_and_reloads_by_a_signal",
        row=Row(
            fault="a read-only file system",
            seen="nothing: no file is ever opened for writing",
            log="none",
            held="Everything.",
            recovery="-",
        ),
    ),
)
"""The exporter as a whole."""

SPECIAL: Final = (*REFUSALS, *LISTINGS, *JOBS, *TIME, *WHOLE)
