"""Outbox rows for tests that need no database."""

from __future__ import annotations

from storage.rows import Lane, OutboxKind, OutboxRow


def row(
    number: int = 1,
    *,
    chat: int = 1,
    lane: Lane = "reply",
    kind: OutboxKind = "card",
    card: str | None = None,
    is_last: bool = False,
    tries: int = 1,
) -> OutboxRow:
    """A row of one chat, claimed by "me"."""
    return OutboxRow(
        id=number,
        key=None,
        chat_id=chat,
        lane=lane,
        kind=kind,
        body={"html": "x", "rows": []},
        late=None,
        state="queued",
        owner="me",
        tries=tries,
        due_at=0,
        not_before=10**15,
        first_try_at=0,
        settled_at=None,
        message_id=None,
        last_error=None,
        channel="telegram",
        address=str(1000 + chat),
        chat_kind="private",
        person_id=None,
        card_message_id=card,
        card_is_last=is_last,
        blocked_at=None,
    )
