"""The line between phones and server: it loses, repeats, reorders, cuts and makes up replies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.sync.simulation.script import PHONES
from tests.sync.simulation.server import AFTER_COMMIT, AT_COMMIT, Died, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sync.simulation.server import Server

Reply = dict[str, Any]
KEPT = 4  # old replies of a phone that may still come
REFUSALS = (413, 429, 503, 502)
HTML = "<html><title>Wi-Fi</title>Welcome</html>"


def problem(status: int) -> Reply:
    """Return a refusal of a proxy or of the server."""
    text = json.dumps({"status": status, "title": "不行", "code": "busy"})
    wait = "5" if status in (429, 503) else None
    return {"status": status, "contentType": "application/problem+json", "retryAfter": wait, "text": text}


def place_of(number: int) -> int:
    """Return at which statement something happens; half of the times it is the COMMIT."""
    return (AT_COMMIT, AFTER_COMMIT)[number % 2] if number < 30 else number - 30


class Network:
    """What is under way. `plans` are the faults of the next requests of a phone."""

    def __init__(self, server: Server, hooks: dict[str, Callable[[str, int], None]]) -> None:
        self.server, self.hooks = server, hooks
        self.plans: dict[str, list[list[Any]]] = {}
        self.delayed: list[tuple[str, str]] = []
        self.replies: dict[str, list[Reply]] = {}
        self.old: set[str] = set()

    def line(self, phone: str, body: str) -> Reply | None:
        """Return the reply to a request of the phone; None where none comes."""
        plans = self.plans.get(phone)
        fault, number, other = plans.pop(0) if plans else ("none", 0, phone)
        if fault == "none":
            return self.deliver(phone, body)
        reply: Reply | None = getattr(self, fault)(phone, body, number, other)
        return reply

    def deliver(
        self, phone: str, body: str, plan: Plan | None = None, *, signed_in: bool = True
    ) -> Reply | None:
        """Return the server's answer to the request; None where it died."""
        if phone in self.old:
            body = json.dumps(json.loads(body) | {"schema": 1})
        client = self.server.clients[PHONES[phone]].flask
        headers = {"X-Minqing": "1", "Content-Type": "application/json"}
        if not signed_in:
            client = self.server.app.test_client()
        try:
            with self.server.planned(plan):
                answer = client.open("/api/sync", method="POST", headers=headers, data=body, buffered=True)
        except Died:
            self.server.forget()
            return None
        reply = {
            "status": answer.status_code,
            "contentType": answer.headers["Content-Type"],
            "retryAfter": answer.headers.get("Retry-After"),
            "text": answer.get_data(as_text=True),
        }
        self.replies[phone] = [*self.replies.get(phone, [])[1 - KEPT :], reply]
        return reply

    def lose_request(self, phone: str, body: str, _number: int, _other: str) -> None:
        """Lose the request, or let it arrive much later."""
        self.delayed.append((phone, body))

    def lose_reply(self, phone: str, body: str, _number: int, _other: str) -> None:
        """Lose the server's answer."""
        self.deliver(phone, body)

    def truncate(self, phone: str, body: str, number: int, _other: str) -> Reply | None:
        """Cut the reply off."""
        reply = self.deliver(phone, body)
        return reply and reply | {"text": reply["text"][: len(reply["text"]) * number // 61]}

    def captive(self, _phone: str, _body: str, _number: int, _other: str) -> Reply:
        """Answer as a hotel's Wi-Fi does."""
        return {"status": 200, "contentType": "text/html", "retryAfter": None, "text": HTML}

    def refuse(self, _phone: str, _body: str, number: int, _other: str) -> Reply:
        """Refuse as a busy server or a proxy does."""
        return problem(REFUSALS[number % len(REFUSALS)])

    def signed_out(self, phone: str, body: str, _number: int, _other: str) -> Reply | None:
        """Let the session have ended."""
        return self.deliver(phone, body, signed_in=False)

    def twice(self, phone: str, body: str, number: int, _other: str) -> Reply | None:
        """Let the request arrive twice, and either reply be heard."""
        replies = [self.deliver(phone, body), self.deliver(phone, body)]
        self.delayed.append((phone, body))
        return replies[number % 2]

    def stale(self, phone: str, body: str, number: int, _other: str) -> Reply | None:
        """Give an old reply instead of the new one."""
        known = list(self.replies.get(phone, []))
        reply = self.deliver(phone, body)
        return known[number % len(known)] if known else reply

    def die(self, phone: str, body: str, number: int, _other: str) -> Reply | None:
        """Let the server die at a statement."""

        def happen() -> None:
            raise Died

        return self.deliver(phone, body, Plan(place_of(number), happen))

    def meanwhile(self, phone: str, body: str, number: int, other: str) -> Reply | None:
        """Another phone syncs between two statements."""
        return self.deliver(phone, body, Plan(place_of(number), lambda: self.hooks["sync"](other, number)))

    def write(self, phone: str, body: str, number: int, _other: str) -> Reply | None:
        """Its person writes while the request is under way."""
        self.hooks["write"](phone, number)
        return self.deliver(phone, body)
