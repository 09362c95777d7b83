"""The platform's signature under what it posts: made over the bytes as they came, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-ZEvent-Signature"
_PREFIX = "mac="


def signature(app_id: str, body: bytes, timestamp: str, secret_key: str) -> str:
    """The platform's formula: SHA-256 of app, body, the body's own timestamp and the secret, one after the other."""
    signed = b"".join((app_id.encode(), body, timestamp.encode("utf-8", "surrogatepass"), secret_key.encode()))
    return hashlib.sha256(signed).hexdigest()


def is_signed(shown: str, app_id: str, body: bytes, timestamp: str, secret_key: str) -> bool:
    """Whether the header shows that signature; the prefix may be missing, letters may be large."""
    mac = shown.strip().lower().removeprefix(_PREFIX).encode("utf-8", "surrogateescape")
    return hmac.compare_digest(mac, signature(app_id, body, timestamp, secret_key).encode())
