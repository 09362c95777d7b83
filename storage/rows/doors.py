"""Who is signed in from where, the one-time links that let them in, and passes for one thing only."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.rows.words import JsonObject


@dataclass(frozen=True, slots=True)
class NewSession:
    """A browser that is let in; ``token_hash`` is all that is kept of its cookie."""

    token_hash: str
    chat_id: int
    label: str
    at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that lives, with the chat it looks at and the person that chat belongs to."""

    id: int
    chat_id: int
    person_id: int
    created_at: int
    seen_at: int
    expires_at: int
    label: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A one-time link to a person's own page."""

    code_hash: str
    person_id: int
    issued_by: int | None
    issued_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class SignInRow:
    """A one-time link as stored, with the person whose page it opens."""

    id: int
    person_id: int
    person_name: str
    expires_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True)
class NewPass:
    """What opens one thing (``kind``: chat, upload, download; ``subject`` says which) for one person for a while."""

    code_hash: str
    kind: str
    person_id: int
    issued_at: int
    expires_at: int
    subject: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PassRow:
    """A pass as stored."""

    id: int
    kind: str
    person_id: int
    subject: JsonObject
    issued_at: int
    expires_at: int
    used_at: int | None

    def usable(self, at: int) -> bool:
        """Whether it opens anything at the moment."""
        return self.used_at is None and self.expires_at > at
