"""The Data Replication Service as this exporter sees it: calls, answers, errors."""
