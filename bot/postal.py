"""Mail addresses and mail servers as settings and lists write them: one grammar, checked once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote

LONGEST = 254
"""Characters of an address, as mail servers take it."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_SERVER = re.compile(
    r"(?P<scheme>smtps?)://"
    r"(?:(?P<user>[^\s:@/?#]+):(?P<password>[^\s@/?#]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?/?",
    re.ASCII,
)


class PostalWrong(ValueError):
    """Not an address, or not a server; nothing of what was given is repeated."""


def mail_address(text: str) -> str:
    """The address as it stands on an envelope: the domain in lower case and in ASCII. Raises PostalWrong.

    No quoted names, no comments, no display name: nothing in it can end a line or a bracket.
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise PostalWrong from None
    address = f"{local}@{domain}"
    if len(local) > 64 or len(address) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise PostalWrong
    return address


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `tls`: from the first byte (smtps), else it is asked for with STARTTLS."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def on_this_machine(self) -> bool:
        """Whether nothing leaves this machine on the way there, so that no TLS is needed."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def mail_server(url: str) -> MailServer:
    """The server that `smtp://user:password@host:587` or `smtps://…` names; signs in a password are written as %40.

    Raises PostalWrong.
    """
    found = _SERVER.fullmatch(url.strip())
    if found is None:
        raise PostalWrong
    tls = found["scheme"] == "smtps"
    port = int(found["port"] or (465 if tls else 587))
    if not 0 < port < 65536:
        raise PostalWrong
    return MailServer(
        host=found["host"].strip("[]").lower(),
        port=port,
        tls=tls,
        user=unquote(found["user"] or ""),
        password=unquote(found["password"] or ""),
    )
