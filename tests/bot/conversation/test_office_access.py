"""Acts of the office against every role: the table stands here a second time, by hand.

Checked once against: an act without a row in `access.OFFICE` that anybody could do, a row opened to reviewers, the
clock's own words taken from a person: each failed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from talk.sessions import NOW, PEOPLE, begun, standing

from bot.conversation import office_events as e
from bot.conversation.advance import advance
from bot.conversation.office import ACTS
from bot.conversation.session import Acquaintance, Chat, Granted, Invite

ADMIN, NOBODY = frozenset({"admin"}), frozenset[str]()
LATER = NOW + timedelta(days=30)
ROWS: Mapping[str, tuple[e.OfficeEvent, frozenset[str]]] = {
    "a list of units": (e.ImportUnits((e.UnitRow("X", "Sở X", "Sở X", "so_ban_nganh"),)), ADMIN),
    "a cycle opened": (e.OpenCycle(2026, "qd-3270-2020", "0" * 64, LATER), ADMIN),
    "a cycle extended": (e.ExtendCycle(LATER, (), "mưa lũ"), ADMIN),
    "a cycle closed": (e.CloseCycle(), ADMIN),
    "a cycle opened again": (e.ReopenCycle("mở lại"), ADMIN),
    "a set amended": (e.AmendCycle("qd-3270-2020", "0" * 64, "quyết định mới"), ADMIN),
    "approval asked for": (e.SetApproval(True), ADMIN),
    "reminders planned": (e.PlanReminders({}), ADMIN),
    "an invite": (e.IssueInvite("admin", "0" * 64), ADMIN),
    "many invites": (e.IssueInvites((e.IssueInvite("admin", "0" * 64),)), ADMIN),
    "an invite taken back": (e.RevokeInvite(1), ADMIN),
    "a role taken back": (e.RevokeRole(1), ADMIN),
    "a hand-over": (e.HandOver(1, "0" * 64, LATER), ADMIN),
    "a way in for somebody": (e.IssueSignIn(9, "0" * 64), ADMIN),
    "a person forgotten": (e.ErasePerson(9), ADMIN),
    "two people merged": (e.MergePeople(9, 8), ADMIN),
    "a broadcast": (e.Broadcast("Kính gửi", "all", 0), ADMIN),
    "a mailing steered": (e.SteerMailing(1, "pause"), ADMIN),
    "a mailing sent again": (e.Resend(1, (1,)), ADMIN),
    "the consolidated table": (e.ConsolidatedDue("daily"), NOBODY),
    "a reminder": (e.RemindersDue("submit", 3), NOBODY),
    "doubts": (e.NoticesDoubtful((1,)), NOBODY),
    "failures": (e.NoticesFailed((1,)), NOBODY),
    "cut off": (e.ChannelCutOff("telegram", (1,)), NOBODY),
    "mailings that ended": (e.MailingsEnded((1,)), NOBODY),
    "an alarm": (e.AlarmRaised("lag", "k"), NOBODY),
}


def test_every_act_is_listed_and_every_one_has_somebody_who_decides_it() -> None:
    assert {type(event) for event, _ in ROWS.values()} == set(get_args(e.OfficeEvent)) == set(ACTS)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("row", ROWS)
def test_only_who_may_does_what_the_office_does(row: str, role: str) -> None:
    event, allowed = ROWS[row]
    session = replace(
        standing(PEOPLE[role], begun()),
        granted=Granted(1, 9, "Trần Bình", "officer", begun().unit),
        other=Acquaintance(9, "Trần Bình"),
        invite=Invite(1, "officer", None, True, ""),
    )
    turn = advance(session, event, NOW)
    if role in allowed:
        assert turn.refusal is None or turn.refusal.code != "not_allowed"
    else:
        assert (turn.facts, turn.replies) == ((), ())
        assert turn.refusal is not None
        assert turn.refusal.code == "not_allowed"


@pytest.mark.parametrize("row", ROWS)
def test_the_shell_and_the_clock_are_never_forbidden(row: str) -> None:
    session = replace(standing(None, None), chat=Chat(0, "cli"), cycle=begun().cycle)
    turn = advance(session, ROWS[row][0], NOW)
    assert turn.refusal is None or turn.refusal.code != "not_allowed"
