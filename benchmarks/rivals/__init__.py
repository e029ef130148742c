"""Servers that the exporter is compared with."""
