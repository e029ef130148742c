"""Answers of the operations that diagnose a job; rows, SQL, messages and positions in them are never decoded."""

import msgspec

from drs_exporter.cloud.json_values import Scalar, Wrong, WrongList


class GuardMonitor(msgspec.Struct, gc=False):
    """How a disaster recovery job fares; the unit of its delays is published nowhere, so they are not read."""

    src_normal: Scalar = None
    dst_normal: Scalar = None
    trans_inMB: Scalar = None  # noqa: N815 - the service's own name
    trans_lines: Scalar = None
    volume_used_inGB: Scalar = None  # noqa: N815 - as above
    node_volume_inGB: Scalar = None  # noqa: N815 - as above


class GuardMonitored(msgspec.Struct, gc=False):
    """One result of `dr_monitor`."""

    id: Scalar = None
    data_guard_minitor: GuardMonitor | Wrong = None
    data_guard_monitor: GuardMonitor | Wrong = None
    """As above, spelt as it is elsewhere."""
    error_code: Scalar = None


class MonitorData(msgspec.Struct, gc=False):
    """Answer of `monitor_data`."""

    is_src_normal: Scalar = None
    is_dst_normal: Scalar = None
    trans_data: Scalar = None
    """Megabytes."""
    trans_lines: Scalar = None
    used_volumes: Scalar = None
    """Gigabytes, as the one below."""
    node_volume_size: Scalar = None
    error_code: Scalar = None


class DirtyData(msgspec.Struct, gc=False):
    """Answer of `dirty_data`, of which only the number is read."""

    count: Scalar = None
    error_code: Scalar = None


class IncrementComponent(msgspec.Struct, gc=False):
    """What captures or what applies changes."""

    type: Scalar = None
    """`capture` or `apply`."""
    status: Scalar = None
    """`STARTING`, `STARTED`, `STOPPING`, `STOPPED`."""
    delay: Scalar = None
    """Seconds."""


class IncrementComponents(msgspec.Struct, gc=False):
    """Answer of `components`."""

    increment_components_list: list[IncrementComponent | Wrong] | WrongList = None
    error_code: Scalar = None
