"""The roles that people hold, and what an invite can be for, in the order in which they are offered."""

from __future__ import annotations

OF_UNIT = ("officer", "colleague", "leader")
OF_OFFICE = ("reviewer", "admin")
INVITED_TO_OFFICE = (*OF_OFFICE, "group")
"""A group of the office's joins by an invite too, and is nobody's role."""
