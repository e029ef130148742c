"""Pictures of dashboards from a running Prometheus, for where no Grafana is at hand."""
