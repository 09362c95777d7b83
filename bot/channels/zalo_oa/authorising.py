"""How an admin lets the service act for the Official Account: a page of the platform, and a code that comes back."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

PATH = "/v4/oa/permission"
_CODE = re.compile(r"[A-Za-z0-9_.~+/=-]{8,512}", re.ASCII)
_TWOFOLD = re.compile(r"[A-Za-z0-9]+", re.ASCII)


class NoCode(Exception):
    """What was pasted holds no code, or one of another authorisation (`foreign`)."""

    def __init__(self, *, foreign: bool = False) -> None:
        super().__init__("foreign" if foreign else "none")
        self.foreign = foreign


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """That whoever brings the code is who asked for it (PKCE)."""

    verifier: str
    challenge: str
    state: str


def draw_proof() -> Proof:
    """A new proof. Its challenge is spelled the same in both alphabets of Base64: the platform does not say which."""
    while True:
        verifier = secrets.token_urlsafe(48)[:43].replace("-", "x").replace("_", "y")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if _TWOFOLD.fullmatch(challenge):
            return Proof(verifier, challenge, secrets.token_urlsafe(16))


def permission_url(oauth_base: str, app_id: str, back_to: str, proof: Proof) -> str:
    """The platform's page on which an admin of the Official Account says yes."""
    query = {"app_id": app_id, "redirect_uri": back_to, "code_challenge": proof.challenge, "state": proof.state}
    return f"{oauth_base}{PATH}?{urlencode(query)}"


def code_in(pasted: str, proof: Proof) -> str:
    """The code in the address the browser ended at, or pasted by itself. Raises NoCode."""
    text = pasted.strip()
    if "://" in text:
        query = parse_qs(urlsplit(text).query)
        code = next(iter(query.get("code", ())), "")
        if code and query.get("state", [proof.state]) != [proof.state]:
            raise NoCode(foreign=True)
        text = code
    if not _CODE.fullmatch(text):
        raise NoCode
    return text
