"""Dashboards as code: sources here, generated JSON in `dashboards/` and `import/`."""
