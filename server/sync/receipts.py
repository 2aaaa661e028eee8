"""Signed receipts: what the server has stored of a device, so that it can be proven (rule P12)."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from server.config import write_once
from server.core.database import ask, now
from server.core.errors import Misconfigured
from server.sync.batch import instant
from server.sync.models import Device, Op
from server.sync.storage import device_taken
from sync.canonical import GENESIS, canonical

KEY_DIGITS = 16
HEAD = (
    select(Device.account_id, Device.last_n, Device.last_hash, Op.scope_id, Op.seq)
    .outerjoin(Op, and_(Op.device_id == Device.id, Op.n == Device.last_n))
    .where(Device.id == bindparam("device"))
)
Receipt = dict[str, Any]


def receipt_of(session: Session, account_id: str, device: str) -> Receipt:
    """Return the signed receipt of the device; Forbidden if it is another account's (rule P7).

    It says the head of the device's chain, and where its last op is read back.
    """
    row = ask(session, HEAD, device=device).one_or_none()
    receipt: Receipt = {"device": device, "n": 0, "hash": GENESIS, "at": instant(now())}
    if row is not None and row.account_id != account_id:
        raise device_taken()
    if row is not None and row.last_n:
        receipt |= {"n": row.last_n, "hash": row.last_hash.hex(), "scope": row.scope_id, "seq": row.seq}
    return signer_of(current_app.config["MINQING"].receipt_key).signed(receipt)


class Signer:
    """The key of an installation, and its name."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = name_of(self.public)

    def signed(self, receipt: Mapping[str, Any]) -> Receipt:
        """Return the receipt with the name of the key and its signature."""
        whole = {**receipt, "key": self.key}
        return whole | {"sig": base64url(self.private.sign(canonical(whole)))}

    def published(self) -> dict[str, str]:
        """Return the public key as it is published."""
        return {"key": self.key, "alg": "Ed25519", "public": base64url(self.public)}


def signer_of(path: Path) -> Signer:
    """Return the signer of the key in the file, which is made where there is none, mode 0600.

    Misconfigured where the file can't be read or holds no such key: a key is never replaced.
    """
    try:
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        return _loaded(path, stamp)
    except OSError as error:
        message = f"收据密钥 {path} 不能读写: {error.strerror}"
        raise Misconfigured(message, field="MINQING_RECEIPT_KEY") from error


@lru_cache(maxsize=8)
def _loaded(path: Path, _stamp: int) -> Signer:
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_once(path, pem.decode("ascii").rstrip("\n"))
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise unreadable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise unreadable(path)
    return Signer(key)


def unreadable(path: Path) -> Misconfigured:
    """Return the refusal of a file that holds no key of ours."""
    return Misconfigured(f"收据密钥 {path} 已损坏, 请从备份恢复", field="MINQING_RECEIPT_KEY")


def name_of(public: bytes) -> str:
    """Return the name of a public key: 16 digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:KEY_DIGITS]


def is_genuine(receipt: Mapping[str, Any], public: bytes) -> bool:
    """Return whether the receipt was signed with the key, as it stands."""
    text = canonical({name: value for name, value in receipt.items() if name != "sig"}, strict=False)
    try:
        padded = str(receipt["sig"]) + "=="
        Ed25519PublicKey.from_public_bytes(public).verify(urlsafe_b64decode(padded), text)
    except (InvalidSignature, KeyError, ValueError):
        return False
    return receipt.get("key") == name_of(public)


def base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
