"""A simulated DRS, Cloud Eye, IAM and metadata service over real HTTP, for the demo and for tests."""

from drs_exporter.simulator.cloud import SimulatedCloud
from drs_exporter.simulator.fault_kinds import KINDS
from drs_exporter.simulator.faults import OPERATIONS, FaultError, Faults, Setting, parse_fault
from drs_exporter.simulator.fleet import Fleet
from drs_exporter.simulator.gateway import SeenRequest
from drs_exporter.simulator.truth import SimulatedJob

__all__ = [
    "KINDS",
    "OPERATIONS",
    "FaultError",
    "Faults",
    "Fleet",
    "SeenRequest",
    "Setting",
    "SimulatedCloud",
    "SimulatedJob",
    "parse_fault",
]
