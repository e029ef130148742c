"""A package index on loopback, of tiny packages that the test makes up."""

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def wheel(name: str, version: str, *, needs: Sequence[str] = (), extras: Sequence[str] = ()) -> tuple[str, bytes]:
    """File name and content of a wheel with one empty module."""
    folder = f"{name}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Requires-Dist: {line}" for line in needs] + [f"Provides-Extra: {extra}" for extra in extras]
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{folder}/METADATA": "\n".join(metadata) + "\n",
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{folder}/RECORD"] = "\n".join([*record, f"{folder}/RECORD,,"]) + "\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}-{version}-py3-none-any.whl", packed.getvalue()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class Index(ThreadingHTTPServer):
    """The simple API, over whatever was published so far."""

    daemon_threads = True

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Answering)

    @property
    def url(self) -> str:
        """What `--index-url` takes."""
        return f"http://127.0.0.1:{self.server_port}/simple/"

    def publish(self, name: str, version: str, *, needs: Sequence[str] = (), extras: Sequence[str] = ()) -> None:
        """Offer a release."""
        file, content = wheel(name, version, needs=needs, extras=extras)
        self.files[file] = content


class _Answering(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        *_, last = (part for part in self.path.split("/") if part)
        if last in self.server.files:
            self._answer(self.server.files[last], "application/octet-stream")
            return
        links = [
            f'<a href="/files/{file}#sha256={hashlib.sha256(content).hexdigest()}">{file}</a>'
            for file, content in self.server.files.items()
            if file.startswith(f"{last}-")
        ]
        self._answer("\n".join(["<!DOCTYPE html>", *links]).encode(), "text/html", status=200 if links else 404)

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def _answer(self, body: bytes, kind: str, *, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving() -> Iterator[Index]:
    """An index that is asked until the end of the block."""
    with Index() as index:
        thread = threading.Thread(target=index.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield index
        finally:
            index.shutdown()
            thread.join()
