"""The vendor's SDK as a client of the simulated cloud, and whether it has a place for everything that is sent."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig

from drs_exporter.simulator import SimulatedCloud

T = TypeVar("T")


def connect(kind: Any, cloud: SimulatedCloud, *, secret: str | None = None, project_id: str | None = None) -> Any:
    """A client of the SDK with AK and SK."""
    keys = BasicCredentials(cloud.access_key, secret or cloud.secret_key, project_id or cloud.project_id)
    config = HttpConfig.get_default_config()
    config.timeout = (5, 5)
    return kind.new_builder().with_http_config(config).with_credentials(keys).with_endpoints([cloud.url]).build()


async def call(function: Callable[[Any], T], request: Any) -> T:
    """The SDK blocks: beside the event loop with it."""
    return await asyncio.to_thread(function, request)


def unread(sent: object, model: Any, way: str = "") -> Iterator[str]:
    """Names of what was sent and the SDK's models have no field for."""
    if isinstance(sent, dict) and hasattr(model, "attribute_map"):
        attributes = {wire: attribute for attribute, wire in model.attribute_map.items()}
        for name, value in sent.items():
            if name not in attributes:
                yield f"{way}.{name}"
            else:
                read = getattr(model, attributes[name])
                if read is None and value is not None:
                    yield f"{way}.{name} = {value!r}"
                yield from unread(value, read, f"{way}.{name}")
    elif isinstance(sent, dict) and isinstance(model, dict):
        for name, value in sent.items():
            yield from unread(value, model.get(name), f"{way}.{name}")
    elif isinstance(sent, list):
        assert isinstance(model, list)
        assert len(sent) == len(model)
        for value, read in zip(sent, model, strict=True):
            yield from unread(value, read, way)


def all_read(response: Any) -> None:
    """Every field that was sent has a place in the SDK's models and came through."""
    assert list(unread(json.loads(response.raw_content), response)) == []
