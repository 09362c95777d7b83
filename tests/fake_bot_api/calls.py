"""One call from arrival to answer: faults, limits, the method itself and the log."""

import random
import time
from typing import Any

from fake_bot_api.acts import Act
from fake_bot_api.errors import WEBHOOK_ACTIVE, ApiError
from fake_bot_api.faults import UNDONE, Fault, FaultKind, Faults
from fake_bot_api.methods import METHODS
from fake_bot_api.requests import Params
from fake_bot_api.world import World

MAX_POLL = 50


async def carry_out(
    world: World, method: str, params: Params, faults: Faults, dice: random.Random
) -> tuple[Act, Any, Fault | None]:
    """Do what a call asks and log it; return the act, the body of the answer and the fault that strikes it."""
    act = _begin(world, method, params)
    fault = faults.draw(method, dice, act.chat_id)
    act.fault = fault.kind if fault else None
    try:
        if fault and fault.kind in UNDONE:
            return act, _fail(world, act, fault), fault
        result = await _perform(world, act, params)
    except ApiError as error:
        return act, refuse(world, act, error), None
    act.done, act.code = True, 200
    world.pulse.beat()
    return act, {"ok": True, "result": result}, fault


def refuse(world: World, act: Act, error: ApiError) -> dict[str, Any]:
    """Log a refusal and give the body that tells it."""
    act.code, act.description = error.code, error.description
    if error.malformed:
        world.violations.append(f"{act.method}: {error.description}")
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    world.pulse.beat()
    return body


def _begin(world: World, method: str, params: Params) -> Act:
    try:
        chat_id = params.integer("chat_id")
    except ApiError:
        chat_id = None
    now = time.monotonic()
    follows = world.updates.latest.get(chat_id) if chat_id is not None else None
    act = Act(now, method, dict(params.values), chat_id, follows)
    act.early = world.limits.is_early(chat_id if chat_id is not None else method, now)
    world.log.acts.append(act)
    return act


def _fail(world: World, act: Act, fault: Fault) -> dict[str, Any]:
    if fault.kind is FaultKind.TOO_MANY:
        who = act.chat_id if act.chat_id is not None else act.method
        raise world.limits.hold(who, act.at, fault.seconds)
    if fault.kind is FaultKind.FORBIDDEN:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return {}


async def _perform(world: World, act: Act, params: Params) -> Any:
    if act.method == "getUpdates":
        return await _get_updates(world, params)
    perform = METHODS.get(act.method)
    if perform is None:
        world.violations.append(f"unknown method {act.method!r}")
        raise ApiError(404, "Not Found: method not found")
    if act.chat_id is not None:
        world.limits.check(act.method, act.chat_id, act.at)
    result, act.shown = perform(world, params)
    return result


async def _get_updates(world: World, params: Params) -> Any:
    if world.webhook:
        raise ApiError(409, WEBHOOK_ACTIVE)
    kinds = params.decoded("allowed_updates")
    if kinds is not None:
        world.updates.allow(kinds)
    world.pulse.beat()
    limit = params.integer("limit", 100) or 100
    timeout = params.integer("timeout", 0) or 0
    return await world.updates.poll(params.integer("offset"), min(max(limit, 1), 100), min(timeout, MAX_POLL))
