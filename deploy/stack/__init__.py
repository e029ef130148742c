"""The whole stack on loopback: simulated cloud, exporter, real Prometheus with the rules, real Alertmanager."""
