"""Files by digest, and where they stand."""

from __future__ import annotations

from product_store.seeds import NOW, seed_office
from sqlalchemy import Connection, update

from storage import assessments, files
from storage.rows import FiledRow, FileRow, NewText
from storage.schema import texts
from storage.store import Store

A, B = "a" * 64, "b" * 64


def erase(conn: Connection, text_id: int) -> None:
    conn.execute(update(texts).where(texts.c.id == text_id).values(body=None))


async def test_a_file_is_noted_once_by_its_digest(store: Store) -> None:
    await store.run(files.put_file, A, "application/pdf", 12, NOW)
    await store.run(files.put_file, A, "image/png", 13, NOW + 1)
    await store.run(files.put_file, B, "image/jpeg", 5_000_000_000, NOW)
    first, second = FileRow(A, "application/pdf", 12, NOW), FileRow(B, "image/jpeg", 5_000_000_000, NOW)
    assert await store.read(files.list_files) == (first, second)


async def test_a_filed_file_tells_whose_it_is_until_it_is_taken_away(store: Store) -> None:
    office = await store.run(seed_office)

    def scene(conn: Connection) -> tuple[int, int]:
        files.put_file(conn, A, "application/pdf", 12, NOW)
        new = NewText(office.assessment_id, "1.1", "file", A, "kế hoạch.pdf", office.person_id, NOW)
        note = NewText(office.assessment_id, "1.1", "note", A, "không phải tệp", office.person_id, NOW)
        return assessments.add_text(conn, new), assessments.add_text(conn, note)

    filed, note = await store.run(scene)
    row = await store.read(files.find_filed, filed)
    opened = await store.read(assessments.view_assessment, office.assessment_id)
    assert row == FiledRow(
        filed, office.assessment_id, opened.row.unit_id, opened.row.unit_code, "1.1", "kế hoạch.pdf", A,
        "application/pdf", 12, NOW,
    )  # fmt: skip
    assert await store.read(files.find_filed, note) is None
    await store.run(erase, filed)
    erased = await store.read(files.find_filed, filed)
    assert erased is not None
    assert erased.name is None
    await store.run(assessments.drop_text, filed)
    assert await store.read(files.find_filed, filed) is None
