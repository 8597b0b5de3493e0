"""Passkeys: what the browser is asked to sign, and whether it did.

A thin cover over the `webauthn` package, imported only when a passkey is used. It comes after the
password, so the device need not check the person again. A signature is good for this host, this
origin and one challenge.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.factors import ISSUER

LONGEST_ANSWER = 20_000


class NotGood(Exception):
    """Raised when what the browser sent is not what it was asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is: the host alone, and the whole origin."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """The public half of a pair of keys, as it is kept."""

    credential_id: str
    public_key: str
    sign_count: int


def new_challenge() -> str:
    """Make what the passkey must sign: 256 random bits, base64url."""
    return secrets.token_urlsafe(32)


def to_create(
    challenge: str, place: Place, *, owner: int, username: str, name: str, known: Iterable[str]
) -> str:
    """Give the options for making a passkey, as JSON for the browser; `known` are left out."""
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(
        generate_registration_options(
            rp_id=place.host,
            rp_name=ISSUER,
            user_id=str(owner).encode(),
            user_name=username,
            user_display_name=name,
            challenge=base64url_to_bytes(challenge),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
        )
    )


def to_sign(challenge: str, place: Place, *, known: Iterable[str]) -> str:
    """Give the options for signing with one of the known passkeys, as JSON for the browser."""
    from webauthn import base64url_to_bytes, generate_authentication_options, options_to_json
    from webauthn.helpers.structs import (
        PublicKeyCredentialDescriptor,
        UserVerificationRequirement,
    )

    return options_to_json(
        generate_authentication_options(
            rp_id=place.host,
            challenge=base64url_to_bytes(challenge),
            allow_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def created(answer: str, challenge: str, place: Place) -> NewKey:
    """Give the new passkey's public half; raises NotGood."""
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        done = verify_registration_response(
            credential=_readable(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
        )
    except (WebAuthnException, ValueError) as failure:
        raise NotGood(str(failure)) from failure
    return NewKey(
        bytes_to_base64url(done.credential_id),
        bytes_to_base64url(done.credential_public_key),
        done.sign_count,
    )


def credential_id_of(answer: str) -> str:
    """Give the id of the passkey that an answer claims to come from; raises NotGood."""
    return str(_readable(answer).get("id", ""))


def signed(answer: str, challenge: str, place: Place, key: NewKey) -> int:
    """Check what a known passkey signed and give its new count of uses; raises NotGood.

    A count that goes backwards means a copied key, and is refused.
    """
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        done = verify_authentication_response(
            credential=_readable(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError) as failure:
        raise NotGood(str(failure)) from failure
    return done.new_sign_count


def _readable(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise NotGood("longer than any passkey's answer")
    try:
        read = json.loads(answer)
    except ValueError as failure:
        raise NotGood("not JSON") from failure
    if not isinstance(read, dict):
        raise NotGood("not an answer of a passkey")
    return read
