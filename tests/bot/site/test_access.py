"""Every action against every role, asked of the site itself; what anybody may open is a list written out here."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from aiohttp import web
from site_bench.browser import Browser, SiteBench, site_on
from sqlalchemy import Connection
from talk.stage import Stage

from bot.conversation.access import Action
from bot.conversation.assessment import Unit
from bot.intake.moments import to_ms
from bot.site.doors import doors
from bot.site.route import OpenRoute, Route, Visitor
from bot.site.site import Site
from storage import chats, people

ROLES = ("officer", "colleague", "leader", "reviewer", "admin")
UNIT_ROLES = ("officer", "colleague", "leader")
LET_IN = {
    Action.JOIN: ROLES,
    Action.ACCEPT_NOTICE: ROLES,
    Action.READ_OWN: ("officer", "leader"),
    Action.ANSWER: ("officer",),
    Action.ANSWER_ONE: ("officer", "colleague"),
    Action.CITE: ("officer",),
    Action.SUBMIT: ("officer",),
    Action.APPROVE: ("leader",),
    Action.OVERSEE: ("reviewer", "admin"),
    Action.READ_SUBMISSION: ("reviewer", "admin"),
    Action.READ_FILE: ("officer", "leader", "reviewer", "admin"),
    Action.SIGN_IN: ROLES,
    Action.SIGN_IN_OTHERS: ("officer", "leader", "admin"),
    Action.SESSIONS: ROLES,
    Action.RETURN: ("reviewer",),
    Action.BIND_GROUP: ("admin",),
    Action.DELIVERY: ("admin",),
    Action.UNITS: ("admin",),
    Action.STAFF: ("admin",),
    Action.CYCLE: ("admin",),
    Action.BROADCAST: ("admin",),
    Action.SNOOZE: ("officer", "leader"),
    Action.LINK: ROLES,
}
OPEN = {
    ("GET", "/"),
    ("GET", "/moi"),
    ("POST", "/moi"),
    ("GET", "/moi/{code}"),
    ("POST", "/moi/{code}"),
    ("GET", "/vao"),
    ("GET", "/vao/{code}"),
    ("POST", "/vao/{code}"),
    ("GET", "/ra"),
    ("POST", "/ra"),
    ("GET", "/tinh/{digest}/{name}"),
    ("GET", "/{missing:.*}"),
    ("POST", "/{missing:.*}"),
}


async def yes(_request: web.Request, _visitor: Visitor) -> web.StreamResponse:
    return web.Response(text="in")


def probes(site: Site) -> Iterable[Route | OpenRoute]:
    async def named(request: web.Request) -> Unit | None:
        units = {"own": 1, "other": 2}
        found = units.get(request.match_info["which"])
        return None if found is None else Unit(found, "X", "X", "X", "so_ban_nganh")

    for action in Action:
        yield Route("GET", f"/probe/{action}", action, yes)
        yield Route("GET", f"/unit/{action}/{{which}}", action, yes, named)


@pytest.fixture
async def bench(stage: Stage) -> object:
    async with site_on(stage, probes) as made:
        yield made


async def somebody(bench: SiteBench, role: str) -> Browser:
    await bench.stage.invite("GGGG2222", role, "SDL" if role in UNIT_ROLES else None)
    return await bench.joined("GGGG2222")


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_is_let_in_where_it_may_and_nowhere_else(bench: SiteBench, role: str) -> None:
    browser = await somebody(bench, role)
    found = {action: (await browser.get(f"/probe/{action}")).status for action in Action}
    assert found == {action: 200 if role in LET_IN[action] else 403 for action in Action}


@pytest.mark.parametrize("role", ROLES)
async def test_an_address_of_a_unit_lets_in_only_who_may_there(bench: SiteBench, role: str) -> None:
    browser = await somebody(bench, role)
    for action in (Action.READ_OWN, Action.ANSWER, Action.READ_FILE, Action.READ_SUBMISSION):
        may = role in LET_IN[action]
        seen = [(await browser.get(f"/unit/{action}/{which}")).status for which in ("own", "other", "none")]
        assert seen == [200 if may else 403, 200 if may and role not in UNIT_ROLES else 403, 404]


async def test_a_stranger_is_let_in_nowhere(bench: SiteBench) -> None:
    stranger = bench.browser()
    assert {(await stranger.get(f"/probe/{action}")).location for action in Action} == {"/vao"}


async def test_a_role_that_is_taken_away_is_gone_at_once(bench: SiteBench, stage: Stage) -> None:
    browser = await somebody(bench, "admin")
    assert (await browser.get(f"/probe/{Action.OVERSEE}")).status == 200
    found = await bench.site.visitors.find(browser.cookies["tucham"])
    assert found is not None
    address = found.chat.address

    def revoke(conn: Connection) -> None:
        arrival = chats.look(conn, "web", address)
        assert arrival is not None
        people.revoke_role(conn, arrival.roles[0].id, to_ms(stage.clock()))

    await stage.store.run(revoke)
    assert (await browser.get(f"/probe/{Action.OVERSEE}")).status == 403


async def test_only_these_doors_are_open_to_anybody(bench: SiteBench) -> None:
    routes = doors(bench.site)
    assert {(route.method, route.path) for route in routes if isinstance(route, OpenRoute)} == OPEN
    assert {(route.path, route.action) for route in routes if isinstance(route, Route)} == {("/phien", Action.SESSIONS)}
