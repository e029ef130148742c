"""The web configuration file, in the format Prometheus' exporter-toolkit gave it: TLS, headers, users, rate limit."""
