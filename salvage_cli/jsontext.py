"""Plain data to JSON text. A Decimal keeps its digits (0.80 stays 0.80), which the json module cannot do."""

from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any


def json_text(value: Any) -> str:
    """JSON on one line, not escaped beyond need."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{encode_basestring(key)}: {json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
