"""Recording and alerting rules: written here once, generated as plain files, a manifest and documentation."""
