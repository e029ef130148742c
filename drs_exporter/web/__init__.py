"""The HTTP side: metrics, probe, lifecycle and the pages for people."""
