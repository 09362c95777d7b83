"""What is known of each file by its digest; which file stands where is told by texts of the kind ``file``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from storage.dialect import PerDialect
from storage.rows import FiledRow, FileRow
from storage.schema import assessments, files, texts, units

_PUT = PerDialect(files, lambda insert: insert.on_conflict_do_nothing(index_elements=["digest"]))
_FILE = select(files.c.digest, files.c.media, files.c.size, files.c.at)
_FILED: Select[Any] = (
    select(
        texts.c.id,
        texts.c.assessment_id,
        units.c.id,
        units.c.code,
        texts.c.criterion,
        texts.c.body,
        files.c.digest,
        files.c.media,
        files.c.size,
        texts.c.at,
    )
    .select_from(
        texts.join(files, files.c.digest == texts.c.digest)
        .join(assessments, assessments.c.id == texts.c.assessment_id)
        .join(units, units.c.id == assessments.c.unit_id)
    )
    .where(texts.c.kind == "file")
)
_BY_TEXT = _FILED.where(texts.c.id == bindparam("text_id"))


def put_file(conn: Connection, digest: str, media: str, size: int, at: int) -> None:
    """Note a file; one that is known already stays as it was noted first."""
    conn.execute(_PUT(conn), {"digest": digest, "media": media, "size": size, "at": at})


def list_files(conn: Connection) -> tuple[FileRow, ...]:
    """Every file that was ever filed, by digest."""
    return tuple(FileRow(*row) for row in conn.execute(_FILE.order_by(files.c.digest)))


def find_filed(conn: Connection, text_id: int) -> FiledRow | None:
    """The file that stands beside a criterion under this text's id; None when it does not (any more)."""
    row = conn.execute(_BY_TEXT, {"text_id": text_id}).first()
    return FiledRow(*row) if row is not None else None
