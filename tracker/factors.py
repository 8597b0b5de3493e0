"""Second factors as they are made and checked: authenticator codes, recovery codes, passwords
that everybody tries first.

What belongs here: what a factor is. Who holds which is read by `charts.factors`, written by
`records.factors`. A passkey's own words are in `tracker.passkeys`. Secrets leave here sealed with
the key of the instance folder, so that a stolen database holds none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app

if TYPE_CHECKING:  # only sign-in needs it: a start does not wait for it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP = 30  # seconds; a code is good in its own step alone, and once
ISSUER = "Opioid taper tracker"
CODES = 10
# No letter or digit that is read as another; 12 of them, the first four to find the code by.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_SELECTOR = 4


class Unreadable(Exception):
    """Raised for a sealed secret that this instance's key does not open."""


def seal(secret: str, *, owner: int) -> str:
    """Seal a secret for one person; moved to another person's row it no longer opens."""
    nonce = secrets.token_bytes(12)
    sealed = _cipher().encrypt(nonce, secret.encode(), str(owner).encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, owner: int) -> str:
    """Open what `seal` made for this person; raises Unreadable."""
    from cryptography.exceptions import InvalidTag

    try:
        whole = base64.b64decode(sealed)
        return _cipher().decrypt(whole[:12], whole[12:], str(owner).encode()).decode()
    except (InvalidTag, ValueError) as failure:
        raise Unreadable("factors.key is not the key this secret was sealed with") from failure


def _cipher() -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key: bytes = current_app.config["FACTORS_KEY"]
    return AESGCM(hashlib.sha256(key).digest())


def new_secret() -> str:
    """Make the secret of an authenticator: 160 random bits in base 32."""
    import pyotp  # here and below: only sign-in needs it

    return pyotp.random_base32()


def address_of(secret: str, username: str) -> str:
    """Give the address that an authenticator app reads from the picture."""
    import pyotp

    totp = pyotp.TOTP(secret, interval=STEP, name=username, issuer=ISSUER)
    return str(totp.provisioning_uri())


def picture_of(address: str) -> str:
    """Draw the address as a QR code: SVG without style, script, or anything typed by a person."""
    import segno

    drawn: str = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return drawn


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Give the time step for which a typed code is right now, or None.

    Whoever asks must refuse a step that is not later than the last one used.
    """
    import pyotp

    code = "".join(typed.split())
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    totp = pyotp.TOTP(secret, interval=STEP)
    return totp.timecode(now) if hmac.compare_digest(totp.at(now), code) else None


def new_codes() -> tuple[str, ...]:
    """Make a set of recovery codes, such as "k7pm-3vqx-9ahd"; no two begin alike."""
    found: dict[str, str] = {}
    while len(found) < CODES:
        code = "".join(secrets.choice(_LETTERS) for _ in range(12))
        found.setdefault(code[:_SELECTOR], f"{code[:4]}-{code[4:8]}-{code[8:]}")
    return tuple(found.values())


def plain_code(typed: str) -> str:
    """Give a recovery code as it is hashed: no spaces, dashes or capitals."""
    return re.sub(r"[\s‐-―-]", "", typed).casefold()


def selector(code: str) -> str:
    """Give the letters that a recovery code is found by."""
    return plain_code(code)[:_SELECTOR]


def hashed_codes(codes: Iterable[str], hasher: PasswordHasher) -> tuple[tuple[str, str], ...]:
    """Give the selector and the hash of each recovery code, as they are kept."""
    return tuple((selector(code), hasher.hash(plain_code(code))) for code in codes)


def is_code(typed: str, kept: str, hasher: PasswordHasher) -> bool:
    """Tell whether a typed recovery code is the one that was hashed."""
    try:
        return hasher.verify(kept, plain_code(typed))
    except (Argon2Error, InvalidHashError):
        return False


def is_common(password: str) -> bool:
    """Tell whether a password is among the 30,000 most common ones, plainly or dressed up.

    The list is that of zxcvbn (MIT). Dressed up: other capitals, digits and signs around it, or
    the same word twice.
    """
    folded = password.casefold().strip()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    half = core[: len(core) // 2]
    candidates = {folded, core, half if half * 2 == core else core}
    return bool(candidates & _common())


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a large module: at the first new password

    return frozenset(FREQUENCY_LISTS["passwords"])
