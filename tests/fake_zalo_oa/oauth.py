"""Who may send for the account: codes and refresh tokens that are good once, and what they turn into."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from fake_zalo_oa.world import ApiError, Json, World

LASTS_S = 90_000


class Grants:
    """The tokens that were given out. `access` is the one that is good now, `""` when none is."""

    def __init__(self, world: World, app_secret: str) -> None:
        self.app_secret = app_secret
        self.access = ""
        self.refresh = ""
        self.expires_at = 0.0
        self.given = 0
        self._world = world
        self._used: set[str] = set()
        self._codes: dict[str, str] = {}

    def give(self) -> Json:
        """New tokens; the ones before are dead."""
        self._used.add(self.refresh)
        self.given += 1
        self.access = f"access-{self.given}-canary-{self._world.new_id()}"
        self.refresh = f"refresh-{self.given}-canary-{self._world.new_id()}"
        self.expires_at = self._world.clock() + LASTS_S
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": str(LASTS_S)}

    def consent(self, url: str) -> str:
        """An admin of the account opens the page and says yes; the address their browser ends at."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert urlsplit(url).path == "/v4/oa/permission"
        assert set(query) == {"app_id", "redirect_uri", "code_challenge", "state"}
        assert query["app_id"] == self._world.app_id
        code = f"code-{self._world.new_id()}"
        self._codes[code] = query["code_challenge"]
        back = {"code": code, "oa_id": self._world.oa_id, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, secret: str, form: Mapping[str, str]) -> Json:
        """Tokens for a code or for a refresh token. Raises ApiError."""
        if secret != self.app_secret or form.get("app_id") != self._world.app_id:
            raise ApiError(-14004, "Invalid app or secret")
        if form.get("grant_type") == "authorization_code" and set(form) == {
            "code",
            "app_id",
            "grant_type",
            "code_verifier",
        }:
            challenge = self._codes.pop(form["code"], "")
            if not challenge or challenge != _challenge(form["code_verifier"]):
                raise ApiError(-14019, "Invalid code or verifier")
            return self.give()
        if form.get("grant_type") == "refresh_token" and set(form) == {"refresh_token", "app_id", "grant_type"}:
            if form["refresh_token"] != self.refresh:
                if form["refresh_token"] in self._used:
                    self._world.violations.append("a refresh token was used twice")
                raise ApiError(-14014, "Invalid refresh token")
            return self.give()
        self._world.violations.append("a request for tokens of a shape that nobody documented")
        raise ApiError(-14002, "Invalid request")

    def check(self, token: str | None) -> None:
        """Raise ApiError when this token is not the one that is good now."""
        if not token or token != self.access:
            raise ApiError(-216, "Access token is invalid")
        if self._world.clock() > self.expires_at:
            raise ApiError(-220, "Access token has expired")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    urlsafe, standard = base64.urlsafe_b64encode(digest), base64.b64encode(digest)
    assert urlsafe == standard, "the alphabet of a challenge is not documented"
    return standard.decode().rstrip("=")
