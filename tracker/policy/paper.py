"""Acts about paper for the whole clinic, the sheets beside the patient's own, and copies."""

from __future__ import annotations

from tracker.policy.roles import FRONT, Act, L, W

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
)
