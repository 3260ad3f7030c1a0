"""What every answer says to browsers about security and storing."""

from __future__ import annotations

from flask import Response, request

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
POLICIES = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 31_536_000


def add_headers(response: Response, *, is_https: bool) -> Response:
    """Add the policies; errors and pages that may hold a member's own view are never stored. Redirects within the site
    do not name its host: the router takes it from the request, which may say anything.
    """
    location = response.headers.get("Location", "")
    if location.startswith(request.host_url):
        response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
    for name, value in POLICIES.items():
        response.headers.setdefault(name, value)
    if is_https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    if "Cache-Control" not in response.headers:
        private = response.status_code >= 400 or bool(request.cookies) or request.method not in {"GET", "HEAD"}
        response.headers["Cache-Control"] = "no-store" if private else "private, no-cache"
    return response
