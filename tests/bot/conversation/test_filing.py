"""Files beside criteria: put where the person stands or says, waiting where nobody said, reused, taken away again.

Checked once against: `remove` without its look at the criterion, `attach` without `editable`, the same content filed
twice, a second file that drops the first while both wait: each failed here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk.sessions import NOW, PEOPLE, begun, complete, fresh, standing, submitted, told
from talk.stage import criteria, renderer

from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment, Written
from bot.conversation.events import Event, Filed, Pressed, Typed
from bot.conversation.facts import EvidenceCited, EvidenceFiled, Returned, TextRemoved
from bot.conversation.filing import MOST_BESIDE, MOST_WAITING
from bot.conversation.overseeing import file_names
from bot.conversation.place import Place
from bot.conversation.session import Session
from bot.conversation.submitting import snapshot
from bot.conversation.turn import Turn

A, B = "a" * 64, "b" * 64
FILE = Filed(A, "ke-hoach.pdf", "application/pdf", 1234)
OTHER = Filed(B, "anh | 1.jpg".replace(" | ", "-"), "image/jpeg", 99)
AT_11 = Place(step="question", focus="1.1", pending={"seen": "0"})


def with_texts(*texts: Written) -> Assessment:
    return replace(begun(), texts=texts)


def filed(number: int, criterion: str, digest: str = A, name: str = "ke-hoach.pdf") -> Written:
    return Written(number, criterion, "file", name, "An", NOW, digest)


def turn_of(session: Session, event: Event) -> Turn:
    """The turn, with its one reply rendered."""
    turn = advance(session, event, NOW)
    (reply,) = turn.replies
    renderer().render(reply.template, {**reply.data, "home": None})
    for row in reply.rows:
        for button in row:
            renderer().label(button.label, button.args)
    return turn


def officer(assessment: Assessment | None = None, place: Place = AT_11) -> Session:
    return standing(PEOPLE["officer"], assessment or begun(), place)


def follow(session: Session, turn: Turn) -> Session:
    return replace(session, place=turn.place)


def verbs(turn: Turn) -> list[str]:
    return [button.press.partition(":")[0] for row in turn.replies[0].rows for button in row]


def test_a_file_goes_beside_the_question_at_hand_which_is_shown_again() -> None:
    turn = turn_of(officer(), FILE)
    assert turn.facts == (EvidenceFiled("1.1", A, "ke-hoach.pdf", "application/pdf", 1234),)
    assert (turn.place.step, turn.place.focus) == ("question", "1.1")
    shown = renderer().render("question", turn.replies[0].data)
    assert "Đã lưu tài liệu cho 1.1: ke-hoach.pdf" in shown


@pytest.mark.parametrize(
    ("caption", "criterion"),
    [("1.3", "1.3"), ("câu 1.3", "1.3"), ("Câu 1.4.2: Quyết định 45", "1.4.2"), ("1.1 và 1.3", "1.1"), ("", "1.1")],
)
def test_a_caption_may_name_the_criterion(caption: str, criterion: str) -> None:
    turn = turn_of(officer(), replace(FILE, caption=caption))
    assert isinstance(turn.facts[0], EvidenceFiled)
    assert turn.facts[0].criterion == criterion
    assert turn.place.focus == criterion


def test_the_event_names_the_criterion_before_anything_else_does() -> None:
    turn = turn_of(officer(), replace(FILE, criterion="1.3", caption="1.4.2"))
    assert [fact.criterion for fact in turn.facts if isinstance(fact, EvidenceFiled)] == ["1.3"]


def test_what_is_written_beside_a_file_is_a_citation() -> None:
    turn = turn_of(officer(), replace(FILE, caption="1.1: Quyết định số 45/QĐ-SDL, trang 3"))
    assert turn.facts[1:] == (EvidenceCited("1.1", "Quyết định số 45/QĐ-SDL, trang 3"),)
    dated = turn_of(officer(), replace(FILE, caption="Quyết định 45 ngày 12.3.2025"))
    assert dated.facts[1:] == (EvidenceCited("1.1", "Quyết định 45 ngày 12.3.2025"),)


@pytest.mark.parametrize("caption", ["85", "/nop", "", "\u200b", "1.1"])
def test_a_bare_number_or_command_beside_a_file_is_no_citation(caption: str) -> None:
    assert len(turn_of(officer(), replace(FILE, caption=caption)).facts) == 1


def test_the_same_content_is_filed_once_beside_a_criterion_but_for_several_criteria() -> None:
    assessment = with_texts(filed(7, "1.1"))
    again = turn_of(officer(assessment), replace(FILE, name="khac.pdf"))
    assert again.facts == ()
    assert "đã có" in renderer().render("question", again.replies[0].data)
    assert len(turn_of(officer(assessment, replace(AT_11, focus="1.3")), FILE).facts) == 1


@pytest.mark.parametrize("place", [Place(), Place(step="review", return_to="review"), Place(step="submit")])
def test_where_no_question_is_at_hand_the_file_waits_and_its_criterion_is_asked_for(place: Place) -> None:
    session = officer(place=place)
    turn = turn_of(session, FILE)
    assert (turn.facts, turn.place.step, turn.replies[0].template) == ((), "file", "file_ask")
    assert verbs(turn) == ["fl"] * 38 + ["cn"]
    pressed = turn_of(follow(session, turn), Pressed("fl:1:1.3::0"))
    assert pressed.facts == (EvidenceFiled("1.3", A, "ke-hoach.pdf", "application/pdf", 1234),)
    typed = turn_of(follow(session, turn), Typed("câu 1.3 nhé"))
    assert typed.facts == pressed.facts
    assert turn_of(follow(session, turn), Typed("không biết")).place == turn.place


def test_the_files_of_an_album_wait_together() -> None:
    session = officer(place=Place())
    first = turn_of(session, replace(FILE, caption="Kế hoạch | trang 1"))
    second = turn_of(follow(session, first), OTHER)
    assert second.replies[0].data["names"] == ("ke-hoach.pdf", "anh-1.jpg")
    turn = turn_of(follow(session, second), Pressed("fl:1:1.3::0"))
    assert turn.facts == (
        EvidenceFiled("1.3", A, "ke-hoach.pdf", "application/pdf", 1234),
        EvidenceFiled("1.3", B, "anh-1.jpg", "image/jpeg", 99),
        EvidenceCited("1.3", "Kế hoạch | trang 1"),
    )


def test_a_waiting_place_survives_being_stored_and_is_shown_again_on_return() -> None:
    session = officer(place=Place())
    waiting = turn_of(session, FILE).place
    assert Place.from_json(waiting.to_json()) == waiting
    back = turn_of(replace(session, place=waiting), Typed("/tieptuc"))
    assert (back.place, back.replies[0].template) == (waiting, "file_ask")


def test_more_files_than_may_wait_are_told_and_none_is_lost_silently() -> None:
    session = officer(place=Place())
    for number in range(MOST_WAITING + 1):
        turn = turn_of(session, replace(FILE, digest=f"{number:064x}", name=f"{number}.pdf"))
        session = follow(session, turn)
    assert turn.replies[0].data["hint"] == "too_many"
    assert turn.replies[0].data["names"] == tuple(f"{number}.pdf" for number in range(MOST_WAITING))


def test_too_many_files_beside_a_criterion_are_told() -> None:
    many = with_texts(*(filed(n + 1, "1.1", f"{n:064x}", f"{n}.pdf") for n in range(MOST_BESIDE)))
    turn = turn_of(officer(many), FILE)
    assert turn.facts == ()
    assert "quá nhiều tệp" in renderer().render("question", turn.replies[0].data)


@pytest.mark.parametrize("verb", ["fl", "rm", "cu"])
def test_an_old_button_writes_nothing_where_it_does_not_fit(verb: str) -> None:
    session = officer(with_texts(filed(7, "1.1")), Place())
    assert turn_of(session, Pressed(f"{verb}:1:1.3:9:0")).facts == ()


def test_a_file_may_be_reused_from_the_screen_of_another_criterion() -> None:
    session = officer(with_texts(filed(7, "1.1"), filed(8, "1.2.1")))
    asked = turn_of(session, Pressed("ev:1:1.3::0"))
    assert verbs(asked) == ["cu", "go"]  # one content, offered once
    turn = turn_of(session, Pressed("cu:1:1.3:8:0"))
    assert turn.facts == (EvidenceFiled("1.3", A, "ke-hoach.pdf"),)


def test_what_stands_beside_a_criterion_can_be_taken_away_from_there_only() -> None:
    cited = Written(9, "1.1", "citation", "Quyết định 45", "An", NOW)
    session = officer(with_texts(filed(7, "1.1"), filed(8, "1.3"), cited))
    asked = turn_of(session, Pressed("ev:1:1.1::0"))
    assert verbs(asked) == ["rm", "rm", "go"]
    for number in (7, 9):
        turn = turn_of(session, Pressed(f"rm:1:1.1:{number}:0"))
        assert turn.facts == (TextRemoved("1.1", number),)
        assert turn.replies[0].template == "evidence_ask"
        assert verbs(turn).count("rm") == 1
    assert turn_of(session, Pressed("rm:1:1.1:8:0")).facts == ()
    note = with_texts(Written(7, "1.1", "note", "x", "An", NOW))
    assert turn_of(officer(note), Pressed("rm:1:1.1:7:0")).facts == ()


@pytest.mark.parametrize("event", [FILE, Pressed("rm:1:1.1:7:0"), Pressed("cu:1:1.1:8:0"), Pressed("fl:1:1.1::0")])
@pytest.mark.parametrize("state", ["submitted", "closed", "returned"])
def test_nothing_is_filed_or_taken_away_where_nothing_may_be_changed(event: Event, state: str) -> None:
    given_back = told(submitted(), Returned(("1.3",), "thiếu"))
    states = {"submitted": submitted(), "closed": begun(closed=True), "returned": given_back}
    assessment = replace(states[state], texts=(filed(7, "1.1"), filed(8, "1.3", B)))
    waiting = Place(step="file", pending={"0": f"{B}|application/pdf|1|x.pdf|"})
    for place in (AT_11, waiting if event != FILE else AT_11):
        turn = turn_of(officer(assessment, place), event)
        assert turn.facts == ()
        assert turn.replies[0].template in {"locked", "cycle_closed", "question"}


def test_after_a_return_a_file_may_go_beside_what_was_given_back() -> None:
    given_back = told(submitted(), Returned(("1.3",), "thiếu"))
    turn = turn_of(officer(given_back, Place()), FILE)
    assert verbs(turn) == ["fl", "cn"]
    assert len(turn_of(officer(given_back, replace(AT_11, focus="1.3")), FILE).facts) == 1


@pytest.mark.parametrize("role", PEOPLE)
def test_only_the_officer_of_the_unit_files(role: str) -> None:
    session = standing(PEOPLE[role], begun(), AT_11)
    turn = turn_of(session, FILE)
    assert bool(turn.facts) == (role == "officer")
    if role != "officer":
        assert turn.replies[0].template in {"not_allowed", "welcome"}
        assert turn.place == session.place


def test_before_the_notice_is_accepted_nothing_is_filed() -> None:
    turn = turn_of(standing(fresh(PEOPLE["officer"]), begun(), AT_11), FILE)
    assert (turn.facts, turn.replies[0].template) == ((), "notice")


def test_an_officer_without_an_assessment_hears_how_things_stand() -> None:
    turn = turn_of(standing(PEOPLE["officer"], None), FILE)
    assert turn.facts == ()
    assert turn.replies[0].template != "not_allowed"


def test_in_a_group_a_file_is_between_the_people_there() -> None:
    session = officer()
    turn = advance(replace(session, chat=replace(session.chat, private=False)), FILE, NOW)
    assert (turn.facts, turn.replies) == ((), ())


def test_the_frozen_snapshot_cites_files_by_name_and_digest() -> None:
    whole = replace(complete(), texts=(filed(7, "1.1"), filed(8, "1.1", B, "anh.jpg")))
    rows = {row["id"]: row for row in snapshot(whole)["rows"]}  # type: ignore[attr-defined]
    assert rows["1.1"]["files"] == [{"name": "ke-hoach.pdf", "digest": A}, {"name": "anh.jpg", "digest": B}]
    assert file_names(rows["1.1"]) == ("ke-hoach.pdf", "anh.jpg")
    assert "files" not in rows["1.3"]
    assert file_names(rows["1.3"]) == ()


def test_every_criterion_can_be_named_in_a_caption() -> None:
    for leaf in criteria().leaves:
        turn = turn_of(officer(), replace(FILE, caption=leaf.id))
        assert turn.place.focus == leaf.id
