"""`python -m drs_exporter` is `drs-exporter`."""

from drs_exporter.cli import main

if __name__ == "__main__":
    main()
