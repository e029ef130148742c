"""Pages as a browser without script would show them."""

from html.parser import HTMLParser

import aiohttp
from yarl import URL


class Reader(HTMLParser):
    """Elements, and the text of each table row, as a browser without script would show them."""

    def __init__(self, page: bytes | str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.rows: list[str] = []
        self.inline: dict[str, str] = {}
        self.row = False
        self.within = ""
        self.feed(page if isinstance(page, str) else page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.within = tag
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
        if tag == "tr":
            self.rows.append("")
            self.row = True

    def handle_endtag(self, tag: str) -> None:
        self.within = ""
        if tag == "tr":
            self.row = False

    def handle_data(self, data: str) -> None:
        if self.within in {"style", "script"}:
            self.inline[self.within] = self.inline.get(self.within, "") + data
        elif self.row:
            self.rows[-1] += f" {data}"


async def page(http: aiohttp.ClientSession, url: str | URL) -> tuple[aiohttp.ClientResponse, bytes]:
    async with http.get(url, headers={"Accept-Encoding": "identity"}) as response:
        return response, await response.read()
