"""The words some columns are limited to."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
ChatKind: TypeAlias = Literal["private", "group", "mailbox"]
Lane: TypeAlias = Literal["reply", "notice"]
OutboxKind: TypeAlias = Literal["card", "message", "echo"]
OutboxState: TypeAlias = Literal["queued", "sent", "uncertain", "failed", "replaced", "dropped", "kept", "paused"]
TextKind: TypeAlias = Literal["note", "ground", "citation", "reason", "file", "remark"]
BreakKind: TypeAlias = Literal["altered", "missing", "head", "checkpoint", "no stream"]
