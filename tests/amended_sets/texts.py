"""Texts of a criteria set issued anew in mid-season: the set of the stage with a few criteria changed."""

from __future__ import annotations

from collections.abc import Callable

from scoring.library import set_text

Change = Callable[[str], str]
OLD = "qd-3270-2020"
_HEAD = "[[criteria]]\n"


def issued_anew(*changes: Change) -> str:
    """The old set with these changes; without any it is worded otherwise only where nobody looks."""
    text = set_text(OLD)
    for change in changes:
        text = change(text)
    return f"# issued anew\n{text}"


def within(criterion: str, *pairs: tuple[str, str]) -> Change:
    """A change of one criterion: each old text must stand in its part of the file."""

    def change(text: str) -> str:
        parts = text.split(_HEAD)
        (place,) = (n for n, part in enumerate(parts) if part.startswith(f'id = "{criterion}"\n'))
        for old, new in pairs:
            assert old in parts[place], f"{criterion}: {old}"
            parts[place] = parts[place].replace(old, new)
        return _HEAD.join(parts)

    return change


def dropped(criterion: str) -> Change:
    """A criterion is no more."""

    def change(text: str) -> str:
        parts = text.split(_HEAD)
        kept = [part for part in parts if not part.startswith(f'id = "{criterion}"\n')]
        assert len(kept) == len(parts) - 1, criterion
        return _HEAD.join(kept)

    return change


def inserted(behind: str, block: str) -> Change:
    """A new criterion stands behind another one."""

    def change(text: str) -> str:
        parts = text.split(_HEAD)
        (place,) = (n for n, part in enumerate(parts) if part.startswith(f'id = "{behind}"\n'))
        return _HEAD.join([*parts[: place + 1], block, *parts[place + 1 :]])

    return change


HIGHER_TARGET = within(
    "2.3.2",
    ("target = 30", "target = 40"),
    ("Tỷ lệ >=30% = 4; Tỷ lệ < 30% = (Tỷ lệ %*4)/30%", "Tỷ lệ >=40% = 4; Tỷ lệ < 40% = (Tỷ lệ %*4)/40%"),
    ("Từ 30% trở lên: 4 điểm; dưới 30%: điểm = tỷ lệ × 4 / 30% (ví dụ 15% được 2 điểm).", "Từ 40% trở lên: 4 điểm."),
)
"""2.3.2 pays in full only from 40 %."""
RETITLED = within("1.1", ('\ntitle = "Kế hoạch', '\ntitle = "Kế hoạch năm về'))
"""1.1 is printed otherwise."""
RENAMED_BUTTON = within("1.1", ('button = "Chưa ban hành"', 'button = "Năm nay chưa ban hành"'))
"""1.1 is asked in other words but means the same."""
MERGED = (
    dropped("2.8.2"),
    within("2.8.1", ("maximum = 3", "maximum = 5"), ("= 3;", "= 5;"), ("points = 3", "points = 5")),
)
"""2.8.2 is gone, 2.8.1 pays its points too."""
_NEW = """id = "2.8.3"
printed_id = "2.8.3"
parent = "2.8"
title = "Giao nhiệm vụ trên phần mềm"
display_title = "Giao nhiệm vụ trên phần mềm"
short_title = "Giao nhiệm vụ"
maximum = 1
question = "Cơ quan, đơn vị có giao nhiệm vụ trên phần mềm không?"
rule_text = "Có = 1; Không = 0"
evidence = ["Báo cáo từ phần mềm"]
evidence_holder = "Văn phòng (tổng hợp)"
clause = "Phụ lục kèm theo Quyết định số 3270/QĐ-UBND, mục 2.8.3"
[criteria.rule]
kind = "choice"
options = [
  { id = "yes", printed = "Có", button = "Có giao", points = 1 },
  { id = "no", printed = "Không", button = "Không giao", points = 0, negative = true },
]

"""
SPLIT = (
    within("2.8.1", ("maximum = 3", "maximum = 2"), ("= 3;", "= 2;"), ("points = 3", "points = 2")),
    inserted("2.8.2", _NEW),
)
"""2.8.3 is new and takes a point of 2.8.1."""


def _without_exemption(text: str) -> str:
    parts = text.split(_HEAD)
    (place,) = (n for n, part in enumerate(parts) if part.startswith('id = "2.7"\n'))
    head, _, _ = parts[place].partition("[criteria.exemption]\n")
    parts[place] = head.replace(
        " (Trường hợp sở, ban, ngành không có phòng/ bộ phận thanh tra thì tính điểm tối đa)", ""
    )
    return _HEAD.join(parts)


NO_EXEMPTION: Change = _without_exemption
"""2.7 grants its full points to nobody any more."""


def other_kinds(text: str) -> str:
    """The set is for other kinds of units."""
    return text.replace("ubnd_cap_huyen", "ubnd_cap_xa")


_SHARE: Change = within(
    "2.8.1",
    (
        """[criteria.rule]
kind = "choice"
options = [
  { id = "yes", printed = "Có ứng dụng", button = "Có ứng dụng", points = 3 },
  { id = "no", printed = "Không ứng dụng", button = "Không ứng dụng", points = 0, negative = true },
]
""",
        """[criteria.rule]
kind = "proportional_with_floor"
factor = 3
floor = { op = ">=", value = 50 }
below = 0
cap = 3
[criteria.inputs]
numerator = "Số nhiệm vụ báo cáo trên phần mềm"
denominator = "Tổng số nhiệm vụ được giao"
unit = "nhiệm vụ"
bounded = true
when_zero = "ask"
""",
    ),
    ("Có ứng dụng = 3; Không ứng dụng = 0", "Tỷ lệ >=50% = Tỷ lệ %*3; Tỷ lệ < 50% = 0"),
    ("maximum = 3\n", 'maximum = 3\nnone_allowed = true\nrule_plain = "Từ 50%: tỷ lệ × 3 điểm; dưới 50%: 0 điểm."\n'),
)
RATIO = (
    _SHARE,
    within("2.8.2", ('depends_on = { on = "2.8.1", option = "no" }', 'depends_on = { on = "2.8.1", zero = true }')),
)
"""2.8.1 asks for a share instead of a choice, and 2.8.2 hangs on that."""
