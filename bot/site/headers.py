"""The headers every answer of the site carries: what a browser may do with it, and that nobody keeps it."""

from __future__ import annotations

from collections.abc import Mapping

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
A_YEAR_S = 365 * 24 * 3600


def safe_headers(https: bool) -> Mapping[str, str]:
    """Headers for everything that does not say otherwise itself."""
    found = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer: under that, browsers send `Origin: null` with our own forms, as anybody else's do.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
    }
    return found | {"Strict-Transport-Security": f"max-age={A_YEAR_S}"} if https else found
