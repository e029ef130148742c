"""Faults whose tests stand with what they are about: what was seen once, what is seen now, and tests of the kind."""

from typing import Final, NamedTuple


class Elsewhere(NamedTuple):
    """One kind of fault."""

    fault: str
    before: str
    since: str
    tests: tuple[str, ...]
    """`file::name`, below `tests/`."""


ELSEWHERE: Final = (
    Elsewhere(
        "SIGTERM while a client under TLS holds its connection, in whatever state",
        "exit 1, `process.crashed`",
        "exit 0 within 5 s, `exporter.stopped`",
        (
            "web/test_stopping.py::test_it_stops_whatever_state_a_connection_is_in",
            "web/test_stopping.py::test_it_stops_while_connections_of_every_state_come",
            "web/test_stopping.py::test_the_daemon_ends_well_ten_times",
        ),
    ),
    Elsewhere(
        "`once --output` names a pipe, a device, a link or `-`",
        "it was replaced by a file",
        "pipe and device are written to, a link is followed, `-` is standard output; a pipe without a reader is exit 1",
        (
            "cli/test_once.py::test_a_pipe_is_written_to_and_stays_one",
            "cli/test_once.py::test_a_device_is_written_to_and_stays_one",
            "cli/test_once.py::test_a_link_stays_and_what_it_leads_to_is_replaced",
            "cli/test_once.py::test_a_dash_is_standard_output_even_beside_a_folder_of_that_name",
            "cli/test_once.py::test_a_pipe_that_nobody_reads_is_told_at_once",
        ),
    ),
    Elsewhere(
        "a terminal without dashes and bars (ASCII, latin-1, cp437), a full disk",
        "a traceback",
        "the table in characters that the terminal has; one line and exit 1",
        (
            "cli/test_jobs.py::test_any_encoding_can_show_the_table",
            "cli/test_jobs.py::test_a_full_disk_is_told_in_one_line",
        ),
    ),
    Elsewhere(
        "a pre-check that still runs",
        "`drs_job_precheck_passed` 0, and an alert",
        "absent until it has ended; its items are told as they come",
        ("parse/test_details.py::test_a_precheck_that_runs_has_not_failed",),
    ),
    Elsewhere(
        "an error code inside of `results[0]`, of `message` or of `error`",
        "the code was lost, throttling halved batches",
        "as if it stood on top",
        ("cloud/test_refusals.py::test_a_code_is_found_wherever_a_service_of_the_cloud_puts_it",),
    ),
    Elsewhere(
        "`error_code` of zero, RPO of `NA`, a `progress_map` without names",
        "`drs_job_error{error_code='0'}`; counted as unreadable",
        "nothing: none of them is a mistake",
        (
            "parse/test_jobs.py::test_a_zero_is_no_error_code",
            "parse/test_jobs.py::test_a_delay_that_is_not_available_is_no_mistake",
            "parse/test_progress.py::test_an_array_without_names_says_nothing_and_is_no_mistake",
        ),
    ),
    Elsewhere(
        "a value of the vendor's enumerations that no rule and no dashboard knew (`TIMEOUT_INTERRUPT`)",
        "no alert",
        "every value of the newest SDK was thought of",
        (
            "contract/test_enumerations.py::test_every_value_of_the_sdk_was_thought_of_and_no_other",
            "contract/test_enumerations.py::test_an_alert_looks_for_every_value_that_means_trouble",
        ),
    ),
    Elsewhere(
        "`IAM_ENDPOINT` ends in `/v3`, or leads to no IAM at all",
        "the project id was blamed",
        "the version is stripped; the address is blamed",
        (
            "cloud/test_password.py::test_a_version_at_the_end_of_the_address_is_stripped",
            "cloud/test_password.py::test_an_address_without_an_identity_service_is_blamed_and_not_the_credential",
        ),
    ),
    Elsewhere(
        "`HTTPS_PROXY` without a scheme or with `socks5://`; `NO_PROXY` with CIDR, `*.domain`, `.domain`, `host:port`, "
        "IPv6, `*`",
        "every call failed, the endpoint was named; exceptions were ignored",
        "read as curl and Go read them; what is not spoken is said at the start",
        (
            "cloud/test_proxies.py::test_a_proxy_is_http_where_it_names_no_scheme",
            "cloud/test_proxies.py::test_a_kind_of_proxy_that_is_not_spoken_is_not_spoken_to_as_another",
            "cloud/test_proxies.py::test_an_exception_goes_direct",
            "cloud/test_proxies.py::test_nothing_else_does",
        ),
    ),
    Elsewhere(
        "`--log.level warn`",
        "exit 2",
        "as `warning`",
        ("settings/test_load.py::test_warn_is_a_log_level_too",),
    ),
    Elsewhere(
        "a line break or a byte order mark around a secret; `${X}` for a password; a wrong `OS_PASSWORD`",
        "an error; sent letter by letter; blamed on a setting nobody wrote",
        "no part of the secret; refused for what it looks like; named as it was written",
        (
            "settings/test_special_files.py::test_what_an_editor_leaves_around_a_secret_is_no_part_of_it",
            "settings/test_special_files.py::test_a_password_that_looks_like_a_variable_can_stand_in_a_file",
            "settings/test_wrong_variables.py::test_a_wrong_variable_is_told_in_one_line",
            "settings/test_foreign.py::test_a_wrong_variable_is_named_as_it_is",
        ),
    ),
    Elsewhere(
        "a filter that matches no job; one project under two names; `x-…` keys; an IPv6 zone in an address",
        "silence; twice the calls; exit 2; exit 1",
        "a line each; the keys are the user's own; the zone is understood",
        (
            "poll/test_filters.py::test_a_filter_that_matches_no_job_is_idle",
            "settings/test_foreign.py::test_one_project_under_two_names_is_told",
            "settings/test_special_files.py::test_keys_for_anchors_are_the_users_own",
            "web/test_listen.py::test_an_address_that_cannot_be_is_one_line",
        ),
    ),
    Elsewhere(
        "`check` where `serve` would fail or stay empty",
        "ok",
        "web configuration read, filters counted, a refused sign-in called one, a region of the other cloud told",
        (
            "cli/test_options.py::test_a_wrong_web_configuration_is_found_without_serving",
            "cli/test_check.py::test_what_the_filters_leave_is_told_and_what_to_do_next",
            "cli/test_check.py::test_a_refused_sign_in_is_not_called_signed_in",
            "settings/test_regions.py::test_cloud_and_endpoints_follow_from_the_region",
        ),
    ),
    Elsewhere(
        "plain HTTP, or nothing of the kind, on a port that speaks TLS",
        "no answer",
        "400 with a sentence",
        ("web/test_connections.py::test_whatever_is_not_tls_is_told_so_on_a_port_that_speaks_it",),
    ),
    Elsewhere(
        "a client that ends its half of the connection after its request",
        "no answer",
        "its answer",
        ("web/test_connections.py::test_a_client_that_says_it_is_done_gets_its_answers",),
    ),
    Elsewhere(
        "`POST /-/reload` by a page of another site",
        "200",
        "403",
        ("web/test_documents.py::test_only_this_exporter_s_pages_and_no_browser_s_others_reload",),
    ),
    Elsewhere(
        "an id of `..`, or with a step up in it",
        "another path was asked for; `/jobs` linked to it",
        "it is not asked for by its path, and has no link",
        (
            "cloud/test_signing.py::test_an_id_that_would_change_the_path_is_not_asked_for",
            "web/test_pages.py::test_no_link_is_a_step_up_for_whoever_normalises_it",
        ),
    ),
    Elsewhere(
        "`Location: file:///…`, `javascript:…` and other redirects that are none",
        "'points to itself'",
        "what they are",
        ("cloud/test_transport.py::test_an_odd_redirect_is_still_one",),
    ),
    Elsewhere(
        "`serve` with standard output or error closed",
        "it ended without a word, or logged into a socket",
        "it serves",
        ("logs/test_output.py::test_streams_that_were_closed_lead_nowhere_and_not_into_a_socket",),
    ),
    Elsewhere(
        "tokens that end after a second",
        "a sign-in a second",
        "six a minute",
        ("cloud/test_patience.py::test_credentials_that_end_at_once_are_not_asked_for_at_every_call",),
    ),
)
