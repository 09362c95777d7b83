"""The invite sheet: one printed page for each unit, with its code and what to scan."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from messages.documents.codes import qr_drawings
from messages.documents.typesetting import FOLDER, typeset
from messages.documents.words import needed, read_words, tidy
from messages.errors import MessageBroken

TEMPLATE = FOLDER / "invite_sheet.typ"
LINKS = 3
"""As many codes find room side by side."""
_NAMES = ("agency", "agency_short", "province", "contact_name", "contact_phone")
_SEPARATORS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class SheetLink:
    """One way in: the channel's name, what its QR code says, and one line on what happens after the scan."""

    channel_label: str
    url: str
    hint: str


@dataclass(frozen=True, slots=True)
class InviteSheet:
    """What one page says. `expires` and `made` are written out as they shall stand; without `expires` no date is
    printed, without links the code and the steps stand alone."""

    unit: str
    role_label: str
    code: str
    links: tuple[SheetLink, ...]
    expires: str
    made: str
    cycle_year: int | None


def sheet_link(channel: str, url: str) -> SheetLink:
    """A link with the usual words of that channel (telegram, zalo, web); MessageBroken when it has none."""
    words = read_words()["channel"].get(channel)
    if words is None:
        raise MessageBroken(f"no words for channel {channel!r} on an invite sheet")
    return SheetLink(words["label"], url, words["hint"])


def invite_sheets(sheets: Sequence[InviteSheet], names: Mapping[str, str]) -> bytes:
    """A PDF of one A4 page for each sheet, in their order.

    `names` are the settings' names: agency, agency_short, province, contact_name, contact_phone. MessageBroken when
    there is no sheet, when one has more links than find room, or when something cannot be printed.
    """
    if not sheets:
        raise MessageBroken("no invite sheet to print")
    data = {
        "words": read_words()["invite_sheet"],
        "names": needed(names, *_NAMES),
        "sheets": [_page(sheet) for sheet in sheets],
    }
    return typeset(TEMPLATE, data)


def spelled(code: str) -> str:
    """A code as it is read out, in groups of four: K7QM 4T2P."""
    bare = _SEPARATORS.sub("", tidy(code))
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))


def short_address(url: str, code: str) -> str:
    """An address as somebody types it from paper: without scheme and query, and without the code, which is typed
    there."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    bare = _SEPARATORS.sub("", code)
    return f"{parts.netloc}{path.removesuffix(f'/{bare}') if bare else path}"


def _page(sheet: InviteSheet) -> dict[str, Any]:
    if len(sheet.links) > LINKS:
        raise MessageBroken(f"invite sheet: {len(sheet.links)} links, there is room for {LINKS}")
    return {
        "unit": tidy(sheet.unit),
        "role": tidy(sheet.role_label),
        "code": spelled(sheet.code),
        "links": _drawn(sheet.links, sheet.code),
        "expires": tidy(sheet.expires),
        "made": tidy(sheet.made),
        "year": sheet.cycle_year,
    }


def _drawn(links: Sequence[SheetLink], code: str) -> list[dict[str, str]]:
    try:
        drawings = qr_drawings([link.url for link in links])
        addresses = [short_address(link.url, code) for link in links]
    except ValueError as error:  # no address, or one too long to be scanned
        raise MessageBroken(f"invite sheet: {error}") from error
    return [
        {
            "label": tidy(link.channel_label),
            "hint": tidy(link.hint),
            "url": link.url,
            "address": tidy(at),
            "qr": drawing,
        }
        for link, at, drawing in zip(links, addresses, drawings, strict=True)
    ]
