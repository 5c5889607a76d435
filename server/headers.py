"""What every answer carries, so that a browser trusts nothing in it more than it must."""

from aiohttp import web

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    )
)
# for what users bring: it may be shown, and can do nothing
MEDIA_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
SAFE = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


async def add(request: web.Request, answer: web.StreamResponse) -> None:
    """Put them on an answer that is about to go; what it says itself stays."""
    for name, value in SAFE.items():
        answer.headers.setdefault(name, value)
    answer.headers["Server"] = "latentwire"
