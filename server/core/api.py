"""How endpoints speak: strict JSON in, JSON out, and one contract for the OpenAPI document."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import flask_smorest
import orjson
from flask import Response
from flask.json.provider import JSONProvider
from marshmallow import Schema, fields
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

from server.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Request
    from marshmallow import ValidationError


class StrictJSON(JSONProvider):
    """JSON by orjson: it is fast, and refuses NaN, lone surrogates and other broken text."""

    def dumps(self, obj: object, **_options: object) -> str:
        """Return the JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: object) -> object:
        """Return the value; BadInput where the text isn't strict JSON."""
        return loads(s)

    def response(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - Flask's own signature
        """Return the answer that carries the value."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def loads(text: str | bytes) -> object:
    """Return the JSON value; BadInput `invalid_json` for NaN, lone surrogates or broken text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = "请求内容不是有效的 JSON"
        raise BadJSON(message, detail=str(error)) from error


class BadJSON(BadInput):
    """The body isn't JSON at all, so no field can be named."""

    status, code = 400, "invalid_json"


class ApiParser(FlaskParser):
    """Reads arguments with the strict JSON, and turns what a schema refuses into BadInput."""

    def _raw_load_json(self, req: Request) -> Any:  # noqa: ANN401 - webargs's own signature
        if not is_json_request(req):
            return missing
        return loads(req.get_data(cache=True))

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, **_status: object
    ) -> NoReturn:
        """Raise BadInput that names the first field refused, and lists the others in `errors`."""
        del req
        raise refused(error.messages, getattr(schema, "labels", {})) from error


def refused(messages: object, labels: Mapping[str, str] = MappingProxyType({})) -> BadInput:
    """Return the BadInput for marshmallow's messages: title and `field` of the first one.

    `labels` are the fields' Chinese names, which the person sees in the title.
    """
    found = [(field_name(path), text) for path, text in flattened(messages)]
    field, text = found[0]
    errors = [{"field": name, "message": message} for name, message in found]
    label = labels.get(field.partition(".")[0], field)
    title = f"{label}: {text}" if label else text
    return BadInput(title, field=field or None, errors=errors)


def flattened(messages: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Return the leaves of marshmallow's nested messages with their paths."""
    if isinstance(messages, dict):
        return [leaf for key, value in messages.items() for leaf in flattened(value, (*path, str(key)))]
    if isinstance(messages, list):
        return [leaf for value in messages for leaf in flattened(value, path)]
    return [(path, str(messages))]


def field_name(path: tuple[str, ...]) -> str:
    """Return `members.0.name` of the path, without the location and marshmallow's `_schema`."""
    locations = {"json", "query", "form", "files", "headers", "path", "json_or_form"}
    inner = path[1:] if path and path[0] in locations else path
    return ".".join(part for part in inner if part != "_schema")


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc] # it has no types
    """The blueprint of a domain; its `arguments` parse strictly."""

    ARGUMENTS_PARSER = ApiParser()


class ProblemSchema(Schema):
    """RFC 9457's body as `core.errors` makes it; for the OpenAPI document only."""

    type = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "Chinese, for the person"})
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable, for the program"})
    field = fields.String()


class Api(flask_smorest.Api):  # type: ignore[misc] # it has no types
    """The OpenAPI side of flask-smorest; the answers to errors are `core.problem_answers`'."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Register none."""
