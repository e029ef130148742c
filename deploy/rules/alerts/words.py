"""Pieces of descriptions, in Prometheus's template language."""

from typing import Final

JOB: Final = "{{ $labels.job_name }} ({{ $labels.job_id }}) in project {{ $labels.project }}"

ERROR_CODE: Final = (
    '{{ range query (printf "max by (error_code) (last_over_time(drs_job_error{project=%q,job_id=%q}[10m]))"'
    " $labels.project $labels.job_id) }} The service gives error code {{ .Labels.error_code }}.{{ end }}"
)


def looked_up(series: str, how: str) -> str:
    """Another series of the alert's job, formatted; nothing where there is none."""
    return (
        f'{{{{ range query (printf "max(last_over_time({series}{{project=%q,job_id=%q}}[10m]))"'
        f" $labels.project $labels.job_id) }}}}{{{{ .Value | {how} }}}}{{{{ end }}}}"
    )
