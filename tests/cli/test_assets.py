"""What `assets` can be told; what it writes is tested where releases are."""

from pathlib import Path

import pytest

from tests.cli.conftest import Drs


@pytest.mark.parametrize(
    "url",
    [
        *("", "/", "wiki", "https://", "ftp://wiki.test/drs", "https://wiki.test/a b", "https://wiki.test/a\nb: c"),
        *('https://wiki.test/"', "https://wiki.test/'", "https://wiki.test/\\", "https://wiki.test/{{ x }}"),
        *("https://wiki.test/#drs", "https://wiki.test/?page=drs", "https://wiki.test/${x}"),
    ],
)
def test_runbooks_whose_place_no_file_could_hold_are_a_wrong_option(url: str, drs: Drs, tmp_path: Path) -> None:
    """It becomes a part of YAML, JSON and pages, with the name of a page at its end."""
    ended = drs("assets", str(tmp_path), "--runbooks", url)
    wanted = "must be a URL such as https://wiki.example.com/runbooks"
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"drs-exporter: Invalid value for '--runbooks': {wanted}\n"
    assert list(tmp_path.iterdir()) == []
