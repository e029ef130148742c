"""How the exporter is run: rules, Prometheus and Alertmanager examples, and the whole stack on loopback."""
