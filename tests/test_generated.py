"""What is made from code is what is committed."""

from tools import generate


def test_generated_files_are_up_to_date() -> None:
    """Run `make generate` after a change of the catalogue, the settings, the rules or the dashboards."""
    assert generate.outdated() == []
