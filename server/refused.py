"""A request that cannot be met: a stable code for programs, and a sentence for people."""

from collections.abc import Sequence
from typing import Any

import msgspec

from .messages import Trouble

STATUS = {
    "malformed": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "taken": 409,
    "conflict": 412,
    "too_large": 413,
    "media_type": 415,
    "range": 416,
    "wrong_host": 421,
    "invalid": 422,
    "too_many_requests": 429,
    "internal": 500,
    "unavailable": 503,
    "no_room": 507,
}


class Refused(Exception):
    """`problems` are all that is wrong, with their places; `more` is what else the client needs."""

    def __init__(
        self, code: str, message: str, problems: Sequence[Trouble] = (), **more: Any
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.problems, self.more = code, message, problems, more

    @property
    def status(self) -> int:
        """The status of the HTTP answer."""
        return STATUS[self.code]

    def said(self) -> dict[str, Any]:
        """As it stands under `error` in an answer."""
        told = {"code": self.code, "message": self.message, "problems": list(self.problems)}
        said: dict[str, Any] = msgspec.to_builtins(told | self.more)
        return said
