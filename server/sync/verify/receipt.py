"""Whether a receipt that somebody kept is genuine, and still true (rule P12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from server.sync.models import Op
from server.sync.receipts import Signer, is_genuine
from sync.canonical import GENESIS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def check_receipt(session: Session, signer: Signer, receipt: object) -> list[str]:
    """Return what is wrong with the receipt; nothing if all that it promises is there."""
    if not isinstance(receipt, dict) or not {"device", "n", "hash", "key", "sig"} <= receipt.keys():
        return ["这不是一张收据"]
    if receipt["key"] != signer.key:
        return [f"收据由另一把密钥 {receipt['key']} 签名，本机的密钥是 {signer.key}"]
    if not is_genuine(receipt, signer.public):
        return ["收据的签名不对：它被改动过，或不是本机签发的"]
    if receipt["n"] == 0:
        return [] if receipt["hash"] == GENESIS else ["收据的哈希不对"]
    return still_true(session, receipt)


def still_true(session: Session, receipt: dict[str, Any]) -> list[str]:
    """Return what of a genuine receipt the database doesn't keep."""
    where = f"设备 {receipt['device']} 第 {receipt['n']} 条"
    op = session.execute(
        select(Op.hash, Op.scope_id, Op.seq).where(Op.device_id == receipt["device"], Op.n == receipt["n"])
    ).one_or_none()
    if op is None:
        return [f"{where}：收据承诺已保存，数据库里没有"]
    found = []
    if op.hash.hex() != receipt["hash"]:
        found.append(f"{where}：哈希与收据不符")
    if (op.scope_id, op.seq) != (receipt.get("scope"), receipt.get("seq")):
        found.append(f"{where}：范围和次序号与收据不符")
    return found
