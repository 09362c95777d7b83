"""How a page of sending is answered: whole, or only the part that changed, with the live line of one mailing."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.board.acting import DONE, REFUSED
from bot.board.asked import Asked
from bot.board.tabs import SENDING, tabs_of
from bot.conversation.access import Action, may
from bot.conversation.turn import Refusal
from bot.site.route import Visitor
from bot.site.site import Site

PART = "X-Part"
"""A request with this header is answered with the part that changed."""
WRITE, SEND, TRY = SENDING, f"{SENDING}/gui", f"{SENDING}/gui-thu"
REMINDERS, SENT = f"{SENDING}/nhac", f"{SENDING}/da-gui"
ONE = f"{SENDING}/{{id}}"
LIVE, STEER, AGAIN = f"{ONE}/live", f"{ONE}/dieu-khien", f"{ONE}/gui-lai"
CALLS, TABLE = f"{ONE}/goi-dien", f"{ONE}/nguoi-nhan"
PATHS = {
    "write": WRITE,
    "send": SEND,
    "try": TRY,
    "reminders": REMINDERS,
    "sent": SENT,
    "one": ONE,
    "steer": STEER,
    "again": AGAIN,
    "calls": CALLS,
    "table": TABLE,
    "cycle": "/bang/dot",
}
_FRAMES = {"truth": "pages/board_sending_truth.j2", "look": "pages/board_sending_look.j2"}
_WHOLE = "pages/board_frame.j2"


def show(
    site: Site,
    request: web.Request,
    visitor: Visitor,
    name: str,
    data: Mapping[str, object],
    refused: Refusal | None = None,
    told: str = "",
) -> web.Response:
    """The page board_NAME.j2 below the tab of sending; `data["mailing"]` is the one whose course it follows."""
    mailing = data.get("mailing")
    followed = mailing if isinstance(mailing, Mapping) else None
    around = {
        "frame": _FRAMES.get(request.headers.get(PART, ""), _WHOLE),
        "page": "sending",
        "tabs": tabs_of(visitor.person),
        "asked": Asked(request.path),
        "years": (),
        "live": LIVE.replace("{id}", str(followed["id"])) if followed else "",
        "version": followed["version"] if followed else 0,
        "at": site.clock(),
        "paths": PATHS,
        "writes": may(visitor.person, Action.BROADCAST),
        "told": told or (request.query.get(DONE, "") if request.method in ("GET", "HEAD") else ""),
        "refused": refused,
        "mailing": None,
    }
    status = 200 if refused is None or PART in request.headers else REFUSED
    return site.page(request, f"board_{name}", {**around, **data}, status=status, visitor=visitor, style="sending")
