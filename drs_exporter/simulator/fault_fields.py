"""Faults inside an answer: fields that are null, of a wrong type or gone, and names that hurt."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from drs_exporter.simulator.exchange import Exchange

Params = Mapping[str, object]

_ARRAYS: Final = ("jobs", "results")
_IDS: Final = ("id", "job_id", "async_job_id")
_STATUS: Final = "status"

HOSTILE_NAMES: Final = (
    "quote \" and ' here",
    "back\\slash \\n \\",
    "line\nfeed\r\nand carriage",
    "nul \x00 bell \x07 escape \x1b[31m del \x7f",
    "lone \ud800 surrogate \udfff",
    "right \u202e to left",
    'braces {project="x"} 1 # HELP',
    "<script>alert(1)</script>",
    "emoji 🐘 and 漢字",
    "x" * 10_000,
    "",
    "   ",
)
"""Job names a user could never have typed, and an API may yet answer."""


def nan(payload: dict[str, Any], _exchange: "Exchange", _params: Params) -> object:
    """JSON that only lenient parsers write."""
    for index, item in enumerate(_items(payload)):
        number = (math.nan, math.inf, -math.inf)[index % 3]
        for name, value in item.items():
            if not isinstance(value, dict | list) and name not in (*_IDS, "name", _STATUS):
                item[name] = number
    payload["count" if "count" in payload else "total_record"] = math.nan
    return payload


def null_array(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """The array is null; with a total of 0 that is an empty answer, without a total or with a code a broken one."""
    changed: dict[str, object] = {name: None for name in _ARRAYS if name in payload}
    if "code" in params:
        changed["error_code"] = params["code"]
    totals = [name for name in payload if name in ("total_record", "count", "total_count")]
    if "total" in params:
        changed.update(dict.fromkeys(totals, params["total"]))
    return changed


def null_item(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """One entry of the array is null."""
    array = _array(payload)
    for index, item in enumerate(array):
        if _chosen(item, params):
            array[index] = None
            break
    return payload


def null(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """One field of one job is null."""
    _put(payload, params, None)
    return payload


def wrong(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """One field of one job is an object, or whatever `value` is."""
    _put(payload, params, params.get("value", {"unexpected": ["value"]}))
    return payload


def left_out(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """One field of one job is not there."""
    holder, name = _holder(payload, params)
    if holder is not None:
        holder.pop(name, None)
    return payload


def hostile(payload: dict[str, Any], _exchange: "Exchange", _params: Params) -> object:
    """Every job has a name that hurts."""
    for index, item in enumerate(_items(payload)):
        if "name" in item:
            item["name"] = HOSTILE_NAMES[index % len(HOSTILE_NAMES)]
    return payload


def duplicate(payload: dict[str, Any], _exchange: "Exchange", _params: Params) -> object:
    """The second job has the first one's id."""
    items = _items(payload)
    if len(items) > 1:
        name = next(name for name in _IDS if name in items[0])
        items[1][name] = items[0][name]
    return payload


def unanswered(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """A batch's answer forgets one id."""
    gone = _item(payload, params)
    array = _array(payload)
    if gone is not None:
        array.remove(gone)
    return payload


def renamed(payload: dict[str, Any], _exchange: "Exchange", _params: Params) -> object:
    """One published name for the other."""
    if "results" in payload:
        payload["jobs"] = payload.pop("results")
    return payload


def part_list(payload: dict[str, Any], _exchange: "Exchange", _params: Params) -> object:
    """The parts of a transfer in an array."""
    for item in _items(payload):
        parts = item.get("progress_map")
        if isinstance(parts, dict):
            item["progress_map"] = [{"type": name, **part} for name, part in parts.items()]
    return payload


def unknown(payload: dict[str, Any], _exchange: "Exchange", params: Params) -> object:
    """A status of next year's service."""
    _put(payload, {**params, "field": _STATUS}, params.get(_STATUS, "ROLLBACK_JOB_STARTED"))
    return payload


def misspelt(payload: dict[str, Any], _exchange: "Exchange", _params: Params) -> object:
    """The spelling of one page."""
    for item in _items(payload):
        if item.get(_STATUS) == "PAUSING":
            item[_STATUS] = "PAUSEING"
    return payload


def fresh(payload: dict[str, Any], exchange: "Exchange", params: Params) -> object:
    """Ids that were never seen before, for pages that never end; without `fresh` the known ones come round again."""
    if not params.get("fresh"):
        return payload
    for index, item in enumerate(_items(payload)):
        name = next(name for name in _IDS if name in item)
        item[name] = f"{exchange.window_start + index:08x}-{str(item[name])[9:]}"
    return payload


def _array(payload: dict[str, Any]) -> list[Any]:
    return next((payload[name] for name in _ARRAYS if isinstance(payload.get(name), list)), [])


def _items(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in _array(payload) if isinstance(item, dict)]


def _item(payload: dict[str, Any], params: Params) -> dict[str, Any] | None:
    return next((item for item in _items(payload) if _chosen(item, params)), None)


def _chosen(item: object, params: Params) -> bool:
    wanted = params.get("id")
    return isinstance(item, dict) and (wanted is None or wanted in (item.get(name) for name in _IDS))


def _holder(payload: dict[str, Any], params: Params) -> tuple[dict[str, Any] | None, str]:
    """The object that holds the field, which may be written `alarm_notify.delay_time`, and the field's own name."""
    *way, name = str(params.get("field", _STATUS)).split(".")
    holder: Any = _item(payload, params)
    for step in way:
        holder = holder.get(step) if isinstance(holder, dict) else None
    return holder if isinstance(holder, dict) else None, name


def _put(payload: dict[str, Any], params: Params, value: object) -> None:
    holder, name = _holder(payload, params)
    if holder is not None:
        holder[name] = value
