"""The leader's approval, decided: who asks, who is asked, what an old button does, what each of them reads.

Checked against: `goes_out` without its look at `seq`, `Assessment.apply` that keeps waiting after an answer,
`send_back` that does not look at what was pending, `submit` that hands in although approval is asked for: each failed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from talk.sessions import NOW, PEOPLE, begun, complete, first_answer, standing, told
from talk.stage import DUE, renderer

from bot.conversation import perusing
from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment, Written
from bot.conversation.events import Filed, Pressed, Typed
from bot.conversation.facts import (
    Amended,
    AnswerGiven,
    ApprovalAsked,
    ApprovalWithdrawn,
    Approved,
    AssessmentFact,
    Ended,
    NoteWritten,
    Returned,
    SentBack,
    Submitted,
)
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.resuming import welcome_back
from bot.conversation.session import Person, Role, Session
from bot.conversation.submitting import goes_out
from bot.conversation.turn import Reply, Turn, UnitLeaders, UnitOfficers


def approved_first(assessment: Assessment, *, asked: bool = True) -> Assessment:
    """The same in a cycle in which leaders approve, or do not any more."""
    return replace(assessment, cycle=replace(assessment.cycle, approval=asked))


READY = approved_first(complete())
WAITING = told(READY, ApprovalAsked())
OFFICER, LEADER = PEOPLE["officer"], PEOPLE["leader"]
BOTH = Person(11, "An", True, (Role("officer", READY.unit), Role("leader", READY.unit)))
REMARK = "Câu 2.3.2: rà soát lại số liệu"


def presses(person: Person | None, assessment: Assessment, verb: str, *, seen: int | None = None) -> Turn:
    return pressed_in(standing(person, assessment), verb, seen)


def pressed_in(session: Session, verb: str, seen: int | None = None) -> Turn:
    revision = session.opened.seq if seen is None else seen
    return advance(session, Pressed(Press(verb, 1, revision=revision).encode()), NOW)


def shown(turn: Turn) -> str:
    """The template of the person's own answer."""
    (own,) = (reply for reply in turn.replies if not isinstance(reply.to, UnitOfficers | UnitLeaders) and reply.card)
    return own.template


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.rows for button in row]


def test_handing_in_goes_to_the_leader_first() -> None:
    turn = presses(OFFICER, READY, "sb")
    assert (shown(turn), turn.facts) == ("approval_ask", ())
    assert turn.replies[0].data["leaders"] == ("Dũng",)
    asked = presses(OFFICER, READY, "la")
    assert asked.facts == (ApprovalAsked(),)
    own, notice = asked.replies
    assert (own.template, own.data["what"], labels(own)) == (
        "awaiting",
        "asked",
        ["approval_read", "approval_withdraw"],
    )
    assert notice.to == UnitLeaders(READY.unit.id, 11)
    assert labels(notice) == ["approval_read", "approve", "send_back"]
    assert {"by": "An", "class_letter": "A"}.items() <= notice.data.items()
    assert all(f":{READY.seq + 1}" in row[0].press for row in notice.rows[1:])  # for what stands after asking


def test_where_no_leader_joined_nothing_is_sent() -> None:
    nobody = replace(standing(OFFICER, READY), leaders=())
    for verb in ("sb", "la"):
        turn = pressed_in(nobody, verb)
        assert (shown(turn), turn.facts, len(turn.replies)) == ("approval_no_leader", (), 1)


@pytest.mark.parametrize("press", ["an:1:1.1:oyes:0", "un:1:1.1::1", "cu:1:1.3:7:0", "rm:1:1.1:7:0", "op:1:2.7:no:0"])
def test_a_button_changes_nothing_while_the_leader_is_asked(press: str) -> None:
    undo = Place(step="question", focus="1.1", undo={"criterion": "1.1", "revision": "1", "previous": '{"1.1": null}'})
    turn = advance(standing(OFFICER, WAITING, undo), Pressed(press), NOW)
    assert turn.facts == ()


@pytest.mark.parametrize("text", ["85", "sửa 1.1", "/nop", "hoàn tác", "bỏ qua", "1.1 có; 2.1.1 90%", "ghi chú"])
@pytest.mark.parametrize("step", ["question", "note", "ground", "confirm", "submit", "idle"])
def test_a_text_changes_nothing_while_the_leader_is_asked(step: str, text: str) -> None:
    pending = {"value": "percent=85", "typed": "0,85", "seen": "0"} if step == "confirm" else {}
    turn = advance(standing(OFFICER, WAITING, Place(step=step, focus="2.1.1", pending=pending)), Typed(text), NOW)
    assert turn.facts == ()


def test_a_file_changes_nothing_while_the_leader_is_asked() -> None:
    turn = advance(standing(OFFICER, WAITING), Filed("a" * 64, "a.pdf", "application/pdf", 9, "1.1"), NOW)
    assert (shown(turn), turn.facts) == ("awaiting", ())


def test_the_leader_approves_and_it_is_handed_in_with_the_same_word() -> None:
    assert shown(presses(LEADER, WAITING, "lp")) == "approve_confirm"
    turn = presses(LEADER, WAITING, "ly")
    approved, handed_in = turn.facts
    assert approved == Approved()
    assert isinstance(handed_in, Submitted)
    assert (handed_in.approved_by, handed_in.late, handed_in.receipt) == (14, False, "QB-2025-001")
    asked_at = (NOW - timedelta(hours=1)).isoformat()
    assert handed_in.snapshot["approval"] == {"by": 14, "at": NOW.isoformat(), "asked_by": 11, "asked_at": asked_at}
    summary = next(reply for reply in turn.replies if reply.template == "summary")
    assert (summary.data["approved"], summary.data["by"]) == ({"by": "Dũng", "alone": False}, "An")
    assert {type(reply.to).__name__ for reply in turn.replies if reply.template == "receipt"} == {
        "Myself", "UnitOfficers", "UnitLeaders"
    }  # fmt: skip
    after = told(WAITING, *turn.facts, by=14)  # type: ignore[arg-type]
    assert (after.state, after.awaits, after.approved_by) == ("submitted", False, 14)


def test_after_the_deadline_the_word_still_counts_and_is_late() -> None:
    turn = advance(standing(LEADER, WAITING), Pressed(Press("ly", 1, revision=WAITING.seq).encode()), DUE)
    assert isinstance(turn.facts[1], Submitted)
    assert turn.facts[1].late


def test_who_is_officer_and_leader_approves_alone_and_the_summary_says_so() -> None:
    own = presses(BOTH, READY, "la").replies[0]
    assert labels(own) == ["approval_read", "approve", "send_back", "approval_withdraw"]
    turn = presses(BOTH, WAITING, "ly")
    summary = next(reply for reply in turn.replies if reply.template == "summary")
    assert summary.data["approved"] == {"by": "An", "alone": True}
    assert "đồng thời là người chuẩn bị" in renderer().render("summary", {**summary.data, "ledger_head": "0" * 64})


GONE = {
    "taken back": told(WAITING, ApprovalWithdrawn()),
    "sent back": told(WAITING, SentBack(REMARK)),
    "an answer since": told(WAITING, AnswerGiven("1.1", first_answer("1.1"))),
    "a note since": told(WAITING, NoteWritten("1.1", "khác")),
    "amended": WAITING.apply(Amended("0" * 64, ("1.1",)), None, "", NOW),
    "the unit is no more": WAITING.apply(Ended("merged"), None, "", NOW),
    "not asked for any more": approved_first(WAITING, asked=False),
    "closed": replace(WAITING, cycle=replace(WAITING.cycle, closed=True)),
    "handed in": told(WAITING, Approved(), Submitted("QB-2025-001", 1, False, "100", "A", {}, 14)),
}


@pytest.mark.parametrize("verb", ["lp", "ly", "lr", "lc"])
@pytest.mark.parametrize("what", GONE)
@pytest.mark.parametrize("fresh", [True, False], ids=["as if made now", "made then"])
def test_a_leaders_button_for_what_is_gone_does_nothing(what: str, verb: str, fresh: bool) -> None:
    pending = Place(step="remark", pending={"seen": str(WAITING.seq), "text": REMARK})
    turn = pressed_in(standing(LEADER, GONE[what], pending), verb, None if fresh else WAITING.seq)
    assert turn.facts == ()
    assert shown(turn) in ("approval_gone", "locked", "cycle_closed")
    assert turn.place.step == "idle"


@pytest.mark.parametrize("verb", ["lp", "ly", "lr", "lc"])
def test_a_button_of_an_earlier_request_shows_the_present_one(verb: str) -> None:
    again = told(GONE["taken back"], ApprovalAsked())
    turn = presses(LEADER, again, verb, seen=WAITING.seq)
    assert (shown(turn), turn.facts) == ("awaiting", ())
    assert f":{again.seq}" in turn.replies[0].rows[1][0].press


@pytest.mark.parametrize("assessment", [READY, WAITING, *GONE.values(), complete(), begun(), approved_first(begun())])
@pytest.mark.parametrize("off", [0, 1])
def test_a_number_is_drawn_exactly_when_something_is_handed_in(assessment: Assessment, off: int) -> None:
    seen = assessment.seq - off
    for person, verb, approved in ((OFFICER, "ok", False), (LEADER, "ly", True)):
        turn = presses(person, assessment, verb, seen=max(seen, 0))
        drawn = goes_out(assessment, max(seen, 0), approved=approved)
        assert any(isinstance(fact, Submitted) for fact in turn.facts) == drawn


def test_an_officer_cannot_pass_the_leader_by_with_an_older_button() -> None:
    assert shown(presses(OFFICER, READY, "ok")) == "approval_ask"
    assert shown(presses(OFFICER, WAITING, "ok")) == "awaiting"


def test_where_approval_is_not_asked_for_any_more_the_officer_hands_in() -> None:
    assert shown(presses(OFFICER, GONE["not asked for any more"], "la")) == "submit_confirm"
    turn = presses(OFFICER, GONE["not asked for any more"], "ok")
    assert isinstance(turn.facts[0], Submitted)
    assert turn.facts[0].approved_by is None
    assert "approval" not in turn.facts[0].snapshot


def test_the_officer_takes_it_back_once() -> None:
    turn = presses(OFFICER, WAITING, "lw")
    assert turn.facts == (ApprovalWithdrawn(),)
    assert [reply.template for reply in turn.replies] == ["review", "approval_withdrawn"]
    again = told(GONE["taken back"], ApprovalAsked())
    for now, card in ((GONE["taken back"], "review"), (again, "awaiting")):
        turn = presses(OFFICER, now, "lw", seen=WAITING.seq)
        assert (shown(turn), turn.facts) == (card, ())


def test_a_remark_is_read_confirmed_and_told_to_every_officer() -> None:
    asked = presses(LEADER, WAITING, "lr")
    assert (shown(asked), asked.place.step) == ("send_back_ask", "remark")
    session = standing(LEADER, WAITING, asked.place)
    for nothing in ("87,5", " ", "/khongco", "x" * 1001):
        assert advance(session, Typed(nothing), NOW).facts == ()
    confirm = advance(session, Typed(REMARK), NOW)
    assert (shown(confirm), confirm.facts) == ("send_back_confirm", ())
    turn = pressed_in(standing(LEADER, WAITING, confirm.place), "lc")
    assert turn.facts == (SentBack(REMARK),)
    assert [(type(reply.to).__name__, reply.data["remark"]) for reply in turn.replies] == [
        ("Myself", REMARK), ("UnitOfficers", REMARK)
    ]  # fmt: skip
    assert presses(LEADER, WAITING, "lc").facts == ()  # nothing was typed


def test_the_remark_stands_in_the_review_until_it_is_handed_in_again() -> None:
    back = GONE["sent back"]
    assert presses(OFFICER, back, "rv").replies[0].data["remark"] == REMARK
    mended = told(back, AnswerGiven("1.1", first_answer("1.1")), ApprovalAsked())
    assert presses(LEADER, mended, "rv").replies[0].data["remark"] == REMARK
    turn = presses(OFFICER, told(back, AnswerGiven("1.1", first_answer("1.1"))), "la")
    assert turn.replies[1].data["remark"] == REMARK
    handed_in = told(mended, Approved(), Submitted("QB-2025-001", 1, False, "100", "A", {}, 14))
    assert handed_in.remark == ""


def test_a_result_that_the_office_gave_back_goes_through_the_leader_again() -> None:
    handed_in: tuple[AssessmentFact, ...] = (Approved(), Submitted("QB-2025-001", 1, False, "100", "A", {}, 14))
    back = told(WAITING, *handed_in, Returned(("1.1",), "sai năm", DUE))
    mended = back.apply(AnswerGiven("1.1", first_answer("1.1")), 11, "An", NOW)
    assert shown(presses(OFFICER, mended, "ok")) == "approval_ask"
    notice = presses(OFFICER, mended, "la").replies[1]
    assert (notice.data["revision"], notice.data["back_due_at"]) == (2, DUE)


@pytest.mark.parametrize(
    ("place", "template"),
    [
        (Place(step="remark", pending={"seen": str(WAITING.seq)}), "send_back_ask"),
        (Place(step="remark", pending={"seen": str(WAITING.seq), "text": REMARK}), "send_back_confirm"),
        (Place(step="remark", pending={"seen": "1", "text": REMARK}), "awaiting"),
        (Place(step="approve"), "approve_confirm"),
        (Place(), "awaiting"),
    ],
)
def test_coming_back_shows_what_was_asked(place: Place, template: str) -> None:
    assert shown(welcome_back(standing(LEADER, WAITING, place), NOW)) == template


def test_a_leader_who_joins_while_it_waits_sees_it_at_once() -> None:
    turn = advance(standing(LEADER, WAITING, Place(step="notice")), Pressed("ac:1:::0"), NOW)
    assert shown(turn) == "awaiting"


LONG = "Số liệu theo báo cáo năm, có xác nhận của phòng chuyên môn. " * 16


def test_every_line_can_be_read_with_all_that_stands_beside_it_in_a_few_messages() -> None:
    texts = tuple(
        Written(n, leaf.id, kind, f"{leaf.id} {kind} {LONG[:length]}", "An", NOW)
        for n, (leaf, kind, length) in enumerate(
            (leaf, kind, 780 if leaf.id == "2.3.2" else 60)
            for leaf in READY.criteria.leaves
            for kind in ("note", "citation", "file")
        )
    )
    full = replace(WAITING, texts=texts)
    session = standing(LEADER, full)
    read = [perusing.read(session, n) for n in range(1, len(perusing.pages(full)) + 1)]
    rendered = [renderer().render(turn.replies[0].template, turn.replies[0].data) for turn in read]
    assert len(rendered) <= 8
    assert all(len(text) <= 4000 for text in rendered)
    whole = "\n".join(rendered)
    assert all(f"<b>{leaf.id}</b>" in whole for leaf in READY.criteria.leaves)
    assert all(text.body.strip() in whole for text in texts)


def test_a_line_with_more_than_a_page_of_texts_is_cut_and_says_so() -> None:
    texts = tuple(Written(n, "1.1", "citation", LONG, "An", NOW) for n in range(20))
    session = standing(LEADER, replace(WAITING, texts=texts))
    text = renderer().render("reading", perusing.read(session, 1).replies[0].data)
    assert len(text) <= 4000
    assert "và 8 tài liệu khác" in text


@pytest.mark.parametrize("number", ["0", "99", "x", ""])
def test_a_page_that_is_not_there_gives_the_nearest(number: str) -> None:
    turn = advance(standing(LEADER, WAITING), Pressed(f"rd:1:{number}::0"), NOW)
    assert shown(turn) == "reading"


def test_a_leader_reads_a_section_and_is_offered_nothing_to_edit() -> None:
    turn = advance(standing(LEADER, READY), Pressed("ls:1:2::0"), NOW)
    assert (shown(turn), turn.replies[0].data["number"]) == ("reading", "2")
    review = presses(LEADER, READY, "rv").replies[0]
    assert set(labels(review)) == {"section"}
