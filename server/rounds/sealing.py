"""The seal of anonymous answers: HPKE (RFC 9180), of which the server holds the opening half (rule Q3)."""

from __future__ import annotations

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from sync.anonymous import NotPadded, info, pad, unpad

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class NotSealed(ValueError):
    """The bytes weren't sealed to this round."""


class Pair(NamedTuple):
    """The keys of a round: the public one as an uncompressed point, the private one as PKCS #8."""

    public: bytes
    private: bytes


def new_pair() -> Pair:
    """Return new keys."""
    made = ec.generate_private_key(ec.SECP256R1())
    return Pair(
        made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def opened(sealed: bytes, private: bytes, round_id: str) -> bytes:
    """Return the content; NotSealed for whatever wasn't sealed to this round."""
    key = load_der_private_key(private, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - `new_pair` made it
    try:
        return unpad(SUITE.decrypt(sealed, key, info(round_id)))
    except (InvalidTag, NotPadded, ValueError) as error:
        raise NotSealed from error


def seal(content: bytes, public: bytes, round_id: str) -> bytes:
    """Return the content as a phone seals it: padded, then sealed to the round."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    return SUITE.encrypt(pad(content), key, info(round_id))
