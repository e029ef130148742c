"""Prometheus exporter for the Data Replication Service of Huawei Cloud and T Cloud Public."""

__version__ = "0.1.0"
