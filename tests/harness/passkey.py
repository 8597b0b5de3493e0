"""A passkey in software: each person has one, made from their user name, so that every sign-in of
the suite gives a real second factor and no test waits for a code.

A code of an authenticator app is good once in 30 seconds, and the clock of the suite stands still;
a passkey signs a new challenge each time. What it signs is checked as in the clinic.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _NEW = 0x01, 0x04, 0x40
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256


def base64url(data: bytes) -> str:
    """Write bytes as browsers do."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """The passkey of one person."""

    def __init__(self, username: str) -> None:
        seed = hashlib.sha256(f"passkey of {username}".encode()).digest()
        self._private = ec.derive_private_key(
            int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1()
        )
        self._id = hashlib.sha256(seed).digest()
        self.credential_id = base64url(self._id)

    @property
    def _cose(self) -> bytes:
        at = self._private.public_key().public_numbers()
        x, y = at.x.to_bytes(32, "big"), at.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    @property
    def public_key(self) -> str:
        """The public half, as the application keeps it."""
        return base64url(self._cose)

    def create(self, options: dict[str, Any], origin: str) -> str:
        """Answer the request for a new passkey."""
        about = _about(options["rp"]["id"], _PRESENT | _VERIFIED | _NEW)
        about += bytes(16) + len(self._id).to_bytes(2, "big") + self._id + self._cose
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        client = _client("webauthn.create", options["challenge"], origin)
        return self._answer({"attestationObject": base64url(made)}, client)

    def sign(self, options: dict[str, Any], origin: str) -> str:
        """Answer the request to sign."""
        about = _about(options["rpId"], _PRESENT | _VERIFIED)
        client = _client("webauthn.get", options["challenge"], origin)
        signature = self._private.sign(
            about + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        parts = {"authenticatorData": base64url(about), "signature": base64url(signature)}
        return self._answer(parts, client)

    def _answer(self, parts: dict[str, str], client: bytes) -> str:
        return json.dumps(
            {
                "id": self.credential_id,
                "rawId": self.credential_id,
                "type": "public-key",
                "response": {"clientDataJSON": base64url(client), **parts},
            }
        )


def _about(host: str, flags: int) -> bytes:
    return hashlib.sha256(host.encode()).digest() + bytes([flags]) + bytes(4)


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
