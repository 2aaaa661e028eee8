"""A form as a request sends it: a spreadsheet in multipart, or rows in JSON."""

from __future__ import annotations

from typing import Any

from flask import Request

from server.core.api import refused
from server.core.errors import BadInput
from server.questionnaires.authoring import running
from server.questionnaires.authoring.limits import MOST_BYTES
from server.questionnaires.schemas import RowsIn
from server.questionnaires.versions import Made, Sent

DESCRIPTION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
            "application/json": {"schema": RowsIn},
        },
    }
}


def sent(request: Request) -> Sent:
    """Return what the request's form became; BadInput where there is none in it."""
    if request.is_json:
        made = of_rows(request.get_json())
        return taken(made, b"")
    file = request.files.get("file")
    if file is None:
        raise BadInput("请选择问卷文件 (.xlsx)", field="file")
    content = file.stream.read(MOST_BYTES + 1)
    file.close()  # A large one lies in a temporary file.
    return taken(running.of_file(content, (file.filename or "")[:200]), content)


def of_rows(body: object) -> Made:
    """Return what the rows became."""
    schema = RowsIn()
    given = body if isinstance(body, dict) else {}
    if errors := schema.validate(given):
        raise refused(errors, schema.labels)
    asked = schema.load(given)
    return running.of_rows(asked["rows"], asked["name"])


def taken(made: Made, content: bytes) -> Sent:
    """Return the form with its workbook: the file itself, or the one that was written of its rows."""
    return Sent(made, bytes.fromhex(made["sheet"]) if made["sheet"] else content)
