"""What a bot sent: urlencoded, JSON or multipart, read into one kind of parameters."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from fake_bot_api.errors import malformed


@dataclass(frozen=True, slots=True)
class Upload:
    """A file inside a multipart request."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one call; values are strings, or already decoded when the call came as JSON."""

    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise malformed(f"field {name!r} must be of type String")
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A whole number, or the default when it is absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise malformed(f"field {name!r} must be a number") from None

    def needed(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.integer(name)
        if value is None:
            raise malformed(f"parameter {name!r} is required")
        return value

    def flag(self, name: str) -> bool:
        """A truth value, false when absent."""
        return self.values.get(name) in (True, "true", "True", "1")

    def decoded(self, name: str) -> Any:
        """A JSON value (None when absent), whether it came as text or decoded."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise malformed(f"can't parse {name} JSON object") from None


async def read_params(request: web.Request) -> Params:
    """Read query and body; raise ApiError when the body cannot be read."""
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values |= _read_json(await request.read())
    elif request.body_exists:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.file.read())
                value.file.close()
            else:
                values[name] = value if isinstance(value, str) else bytes(value).decode()
    return Params(values, files)


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise malformed("can't parse the JSON body of the request") from None
    if not isinstance(value, dict):
        raise malformed("the JSON body of a request must be an object")
    return value
