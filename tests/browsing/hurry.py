"""The plain forms of the chat sent without a page being drawn: for the many questions between those looked at."""

import re
from collections.abc import Mapping
from html import unescape

from browsing.officer import WebOfficer
from officer.plan import Pick

LIVE = re.compile(r'id="nay".*?</ol>', re.DOTALL)
ASKED = re.compile(r'<h2><span class="id">([\d.]+)\.</span>')
HIDDEN = re.compile(r'<input type="hidden" name="(csrf|key|about)" value="([^"]*)">')
OPTION = re.compile(r'<button class="option" form="press" name="press" value="([^"]*)"')


async def hurry(officer: WebOfficer, home: str, until: str) -> None:
    """Answer as planned until this criterion is asked, then look at the page; AssertionError at anything else."""
    person = officer.page.context.request
    page = await (await person.get("/chat")).text()
    while (asked := _asked(page)) != until:
        planned = officer.plan.answer(asked)
        officer.given[asked] = planned
        said = {"press": _option(page, planned.place)} if isinstance(planned, Pick) else {"text": planned.text}
        answer = await person.post("/chat", form={**_hidden(page), **said}, headers={"Origin": home})
        assert answer.status == 200, answer.status
        page = await answer.text()
        assert _asked(page) != asked, page
    await officer.look_again()


def _live(page: str) -> str:
    found = LIVE.search(page)
    assert found, page
    return found[0]


def _asked(page: str) -> str:
    found = ASKED.search(_live(page))
    assert found, _live(page)
    return found[1]


def _option(page: str, place: int) -> str:
    return unescape(OPTION.findall(_live(page))[place])


def _hidden(page: str) -> Mapping[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page.split('id="press"', 1)[1].split("</form>")[0])}
