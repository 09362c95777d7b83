"""Documents made of plain data: the invite sheet (PDF) and the lists of a mailing's recipients (XLSX).

They know nothing of units, invites or mailings as the service keeps them: texts go in, bytes come out, the same bytes
for the same texts.
"""

from messages.documents.sheets import InviteSheet, SheetLink, invite_sheets, sheet_link
from messages.documents.tables import PhoneRow, phone_list, recipients_table

__all__ = ("InviteSheet", "PhoneRow", "SheetLink", "invite_sheets", "phone_list", "recipients_table", "sheet_link")
