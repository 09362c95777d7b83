"""The refusals of the Bot API, in its own words."""

from typing import Any


class ApiError(Exception):
    """A refusal that is answered as `{"ok": false, …}`."""

    def __init__(self, code: int, description: str, *, malformed: bool = False, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.malformed = malformed
        self.parameters = parameters


def malformed(description: str) -> ApiError:
    """A 400 that only a bug in the bot can cause; the fake remembers it as a violation."""
    return ApiError(400, f"Bad Request: {description}", malformed=True)


def bad_request(description: str) -> ApiError:
    """A 400 that also happens to a correct bot."""
    return ApiError(400, f"Bad Request: {description}")


def too_many(seconds: int) -> ApiError:
    """A 429 that names how many whole seconds to keep still."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


BLOCKED = "Forbidden: bot was blocked by the user"
KICKED = "Forbidden: bot was kicked from the group chat"
CHAT_NOT_FOUND = "chat not found"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
EDIT_NOT_FOUND = "message to edit not found"
DELETE_NOT_FOUND = "message to delete not found"
CANNOT_EDIT = "message can't be edited"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
TWO_POLLERS = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
