"""A kept sheet locked with a password, for a portal or an e-mail: AES-256 (PDF 2.0, revision 6).

The copy is another document made from the kept bytes: locking is different each time by design, so
what was printed is proved by the kept sheet alone. The password is kept nowhere.
"""

from __future__ import annotations

import secrets
from io import BytesIO

import pikepdf

SHORTEST = 10
_LONGEST = 127  # bytes that the PDF standard takes


def why_not_password(password: str, again: str) -> str | None:
    """Say in a sentence why a copy is not locked with this password, or None when it may be."""
    if len(password) < SHORTEST:
        return f"Type at least {SHORTEST} characters. Three or four words are easy to say aloud."
    if len(password.encode()) > _LONGEST:
        return "This password is too long for a PDF. Type at most 120 characters."
    if password != password.strip() or not password.isprintable():
        return "A password has no space at its ends and no control character."
    if len(set(password.casefold())) < 5:
        return "Use more different characters."
    if password != again:
        return "The two passwords differ. Type the same one twice."
    return None


def locked(kept: bytes, password: str) -> bytes:
    """Return a copy of a sheet that opens with the password alone; printing it is allowed.

    Screen readers may read it. Raises ValueError for a password that `why_not_password` refuses.
    """
    if why := why_not_password(password, password):
        raise ValueError(why)
    # Whoever opens it may print and read aloud; only changing it would take the other password.
    allow = pikepdf.Permissions(
        accessibility=True,
        extract=True,
        modify_annotation=False,
        modify_assembly=False,
        modify_form=False,
        modify_other=False,
        print_lowres=True,
        print_highres=True,
    )
    lock = pikepdf.Encryption(
        owner=secrets.token_urlsafe(32), user=password, R=6, aes=True, metadata=True, allow=allow
    )
    made = BytesIO()
    with pikepdf.open(BytesIO(kept)) as pdf:
        pdf.save(made, encryption=lock)
    return made.getvalue()
