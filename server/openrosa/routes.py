"""The OpenRosa endpoints, so that ODK Collect and Enketo can be clients of named rounds.

They follow docs.getodk.org/openrosa: formList, manifest, form, and the submission with its HEAD.
"""

from __future__ import annotations

from flask import Response, request

from server.accounts.limits import limiter, refuse
from server.core.api import Blueprint
from server.core.database import reading
from server.core.errors import MinqingError, TooMuch
from server.openrosa import answers, forms, submissions
from server.openrosa.signing_in import LIMIT, account_at_address, has_failed, signed_in
from server.questionnaires import media

blueprint = Blueprint("openrosa", __name__, url_prefix="/openrosa", description="For ODK Collect and Enketo")
blueprint.register_error_handler(MinqingError, answers.of_error)
limited = limiter.limit(LIMIT, key_func=account_at_address, deduct_when=has_failed, on_breach=refuse)
PART = "xml_submission_file"


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """Add what every answer of an OpenRosa server carries."""
    return answers.add_headers(response)


def xml(text: str | bytes, status: int = 200) -> Response:
    """Return the answer that carries XML."""
    return Response(text, status, content_type=answers.XML)


@blueprint.get("/formList")
@limited
@blueprint.response(200, content_type="text/xml")
def get_forms() -> Response:
    """Return the forms of open named rounds in one's grid; `formID` asks for one."""
    access = signed_in()
    with reading() as session:
        return xml(answers.form_list(forms.listed(session, access, request.args.get("formID"))))


@blueprint.get("/forms/<form_id>/form.xml")
@limited
@blueprint.response(200, content_type="text/xml")
def get_form(form_id: str) -> Response:
    """Return the form of a round."""
    access = signed_in()
    with reading() as session:
        return xml(forms.document(forms.one_of(session, access, form_id)))


@blueprint.get("/forms/<form_id>/manifest")
@limited
@blueprint.response(200, content_type="text/xml")
def get_manifest(form_id: str) -> Response:
    """Return the list of the form's files."""
    access = signed_in()
    with reading() as session:
        asked = forms.one_of(session, access, form_id)
        return xml(answers.manifest(form_id, forms.files(session, asked)))


@blueprint.get("/forms/<form_id>/media/<name>")
@limited
@blueprint.response(200, content_type="application/octet-stream")
def get_file(form_id: str, name: str) -> Response:
    """Return a file of the form."""
    access = signed_in()
    with reading() as session:
        asked = forms.one_of(session, access, form_id)
        one, content = media.read(session, asked.version.id, name)
        return Response(content, mimetype=one.media_type)


@blueprint.route("/submission", methods=["HEAD"])
@limited
def head_submission() -> Response:
    """Say where submissions go, and how large they may be."""
    signed_in()
    return Response(status=204, headers={"Location": f"{request.url_root}openrosa/submission"})


@blueprint.route("/submission", methods=["POST"])
@limited
@blueprint.response(201, content_type="text/xml")
def post_submission() -> Response:
    """Take a submission: 201, and 202 again; 409 for other content, another version or a closed round."""
    access = signed_in()
    if (request.content_length or 0) > answers.MOST_BYTES:
        raise TooMuch("提交的内容太大", limit=answers.MOST_BYTES)
    part = request.files.get(PART)
    if part is None or len(list(request.files.items(multi=True))) > 1:
        message = "记名问卷不收附件" if part else f"提交的内容缺少 {PART}"
        raise submissions.Malformed(message, code="attachments" if part else "malformed")
    is_new = submissions.take(access, submissions.read(part.stream.read()))
    text = "已收到" if is_new else "早已收到, 没有变化"
    return xml(answers.message(text, "submit_success"), 201 if is_new else 202)
