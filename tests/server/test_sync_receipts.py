"""Signed receipts, and the key they are signed with (rule P12)."""

from __future__ import annotations

import hashlib
import stat
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.config import Config
from server.core.errors import Misconfigured
from server.sync.receipts import is_genuine, signer_of
from sync.canonical import GENESIS, canonical
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["config"]


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(receipt: Json, public: bytes) -> None:
    """Check the signature as the specification says it, by nothing of the server's."""
    text = canonical({name: value for name, value in receipt.items() if name != "sig"})
    Ed25519PublicKey.from_public_bytes(public).verify(decoded(receipt["sig"]), text)


def public_key(phone: Phone) -> bytes:
    """Return the one key that the server publishes."""
    (key,) = phone.client.get("/api/sync/keys").get_json()["keys"]
    assert key["alg"] == "Ed25519"
    public = decoded(key["public"])
    assert key["key"] == hashlib.sha256(public).hexdigest()[:16]
    return public


def test_p12_a_receipt_is_signed_and_says_where_the_last_op_is_read(phone: Phone) -> None:
    phone.create("diary_entry", diary())
    phone.create("diary_entry", diary(narrative="短"))
    answer = phone.post().get_json()
    receipt, last = answer["receipt"], answer["results"][-1]
    assert (receipt["device"], receipt["n"], receipt["hash"]) == (phone.device, 2, phone.head)
    assert (receipt["scope"], receipt["seq"]) == (last["scope"], last["seq"])
    assert last["status"] == "quarantined", "what is quarantined is kept, too"
    public = public_key(phone)
    verify(receipt, public)
    for name, value in (("n", 3), ("hash", GENESIS), ("seq", 99), ("device", phone.device[::-1])):
        forged = receipt | {name: value}
        with pytest.raises(InvalidSignature):
            verify(forged, public)
        assert not is_genuine(forged, public)
    assert is_genuine(receipt, public)


def test_p12_before_the_first_push_there_is_a_signed_nothing(phone: Phone) -> None:
    receipt = phone.sync()["receipt"]
    assert (receipt["n"], receipt["hash"]) == (0, GENESIS)
    assert not {"scope", "seq"} & receipt.keys()
    verify(receipt, public_key(phone))


def test_p12_the_key_is_made_once_and_read_by_its_owner_only(config: Config) -> None:
    first = signer_of(config.receipt_key)
    assert config.receipt_key == config.data / "receipt-key.pem"
    assert stat.S_IMODE(config.receipt_key.stat().st_mode) == 0o600
    assert signer_of(config.receipt_key).public == first.public


def test_p12_a_key_may_lie_elsewhere_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "mine.pem"
    environ = {"MINQING_DATA": str(tmp_path / "data"), "MINQING_RECEIPT_KEY": str(path)}
    chosen = Config.from_environment(environ)
    assert chosen.receipt_key == path
    with pytest.raises(Misconfigured, match="不能读写"):
        signer_of(path)
    path.parent.mkdir()
    signer_of(path)
    path.write_text("no key")
    with pytest.raises(Misconfigured, match="已损坏"):
        signer_of(path)
    assert path.read_text() == "no key"
