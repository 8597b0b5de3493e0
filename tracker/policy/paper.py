"""Acts about paper for the whole clinic, the sheets beside the patient's own, and copies."""

from __future__ import annotations

from tracker.policy.roles import CLINICAL, FRONT, Act, L, R, W

PAPER: tuple[Act, ...] = (
    Act("printing.look", L, FRONT, "see which handouts are due"),
    Act(
        "batch.print",
        W,
        FRONT,
        "print all handouts that are due",
        "{by} began printing {count} handouts due from {first} to {last}",
    ),
    Act(
        "handout.refused",
        W,
        FRONT,
        "have it recorded that a handout could not be printed",
        "{by} could not print the handout: {why}",
    ),
    Act("batch.pdf", L, FRONT, "open the handouts of a batch"),
    Act(
        "downtime.print",
        W,
        FRONT,
        "print the downtime pack",
        "{by} printed a downtime pack of {patients} patients, SHA-256 {sha256}",
    ),
    Act(
        "hold_slip.print",
        W,
        FRONT,
        "print the slip of a plan on hold",
        "{by} printed the hold slip of version {number}",
    ),
    Act(
        "handout.lock",
        W,
        FRONT,
        "make a password-protected copy of a printed handout",
        "{by} made a password-protected copy of the handout of version {number}, for {where}",
    ),
    Act("form.blank", L, CLINICAL, "open a check-in form for anybody"),
    Act(
        "sheet.print",
        W,
        CLINICAL,
        "print a check-in form or a supervision sheet",
        "{by} printed a {what}, version {number}",
    ),
    Act(
        "sheet.pdf",
        R,
        CLINICAL,
        "open a printed form or supervision sheet",
        "{by} opened a printed sheet",
    ),
)
