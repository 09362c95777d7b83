"""What we use of aiogram. Its models are built when they are first used: built all at once, as importing them does,
they take seconds and a hundred MiB, and we read a dozen of six hundred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel


@contextmanager
def _unbuilt() -> Iterator[None]:
    """Import aiogram in here. It asks pydantic to build each of its types, with the names that their fields speak of;
    only the names are noted, and each model asks again, with them, when it is used.

    Where aiogram was imported before, all is built and nothing happens.
    """
    at_once = BaseModel.__dict__["model_rebuild"]
    names: dict[str, Any] = {}

    def note(_model: type[BaseModel], /, *, _types_namespace: Mapping[str, Any], **_options: Any) -> None:
        names.update(_types_namespace)

    def build(model: type[BaseModel], /, **options: Any) -> bool | None:
        built: bool | None = at_once.__func__(model, **{**options, "_types_namespace": names})
        return built

    BaseModel.model_rebuild = classmethod(note)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = at_once  # type: ignore[method-assign]
    for base in BaseModel.__subclasses__() if names else ():
        if base.__module__.startswith("aiogram."):
            base.model_rebuild = classmethod(build)  # type: ignore[assignment, method-assign]


with _unbuilt():
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
    from aiogram.enums import ContentType
    from aiogram.types import Chat, ChatMemberUpdated, Message, Update, User

Update.model_rebuild()  # with all that stands in an update; nobody shall wait for it later

__all__ = (
    "PRODUCTION",
    "AiohttpSession",
    "Chat",
    "ChatMemberUpdated",
    "ContentType",
    "Message",
    "TelegramAPIServer",
    "Update",
    "User",
)
