"""What a page is encoded to can be read by those who asked for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from drs_exporter.encodings import ENCODINGS

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor

DECODER = Path(__file__).parent / "decoder"
WINDOW = 8 * 1024 * 1024
"""Bytes that a reader of HTTP grants, by RFC 9659."""


def page(encoding: str) -> tuple[bytes, bytes]:
    """A page several windows long, as it is and encoded."""
    lines = [f'drs_job_status{{job_id="{number:036}",project="p"}} 1.0\n' for number in range(64_000)]
    families = ["".join(lines).replace("status", f"status_{family}").encode() for family in range(4)]
    encoded = ENCODINGS[encoding](families).page(lambda: b"# EOF\n", kind=None, now=0.0)
    plain = b"".join((*families, b"# EOF\n"))
    assert len(plain) > 2 * WINDOW
    return plain, b"".join(encoded)


def built_with_go(folder: Path) -> Path | None:
    """The decoder of Prometheus, klauspost/compress; `None` without Go, or where `go mod download` was never run."""
    program, offline = folder / "decoder", {**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod"}
    if shutil.which("go") is None:
        return None
    built = subprocess.run(
        ["go", "build", "-o", program, "."], cwd=DECODER, env=offline, check=False, capture_output=True, text=True
    )
    assert built.returncode == 0 or "disabled by GOPROXY=off" in built.stderr, built.stderr
    return program if built.returncode == 0 else None


def decoded_with_that_window(encoded: bytes) -> bytes:
    """Both frames under the same limit of the window, as the reference library checks it."""
    limits: Mapping[int, int] = {DecompressionParameter.window_log_max: WINDOW.bit_length() - 1}
    found = b""
    while encoded:
        decoder = ZstdDecompressor(options=limits)
        found += decoder.decompress(encoded)
        assert decoder.eof
        encoded = decoder.unused_data
    return found


def test_a_decoder_with_the_window_of_http_reads_a_zstandard_page_of_several_windows(tmp_path: Path) -> None:
    plain, encoded = page("zstd")
    assert decoded_with_that_window(encoded) == plain
    program = built_with_go(tmp_path)
    if program is not None:
        assert subprocess.run([program], input=encoded, stdout=subprocess.PIPE, check=True).stdout == plain


def test_zstandard_is_the_smallest_for_its_window_reaches_the_same_jobs_of_the_family_before() -> None:
    _, zstd = page("zstd")
    _, gzip = page("gzip")
    assert len(zstd) < 0.4 * len(gzip)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_end_of_a_page_is_used_for_a_second(encoding: str) -> None:
    body, ends = ENCODINGS[encoding]((b"a 1.0\n",)), iter((b"b 1\n", b"b 2\n"))
    first = body.page(lambda: next(ends), kind="x", now=10.0)
    assert body.page(lambda: next(ends), kind="x", now=10.99) == first
    assert body.page(lambda: next(ends), kind="x", now=11.0) != first
