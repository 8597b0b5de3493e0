"""Acts about the history itself: looking it over, and what was refused."""

from __future__ import annotations

from tracker.policy.roles import NOBODY, A, Act, L, W

AUDITING: tuple[Act, ...] = (
    Act("audit.ask", L, frozenset({A}), "choose what the audit report shows"),
    Act(
        "audit.look",
        W,
        frozenset({A}),
        "read the audit report",
        "{by} read the audit report: {what}",
    ),
    Act(
        "audit.csv",
        W,
        frozenset({A}),
        "take the audit report along as a table",
        "{by} took the audit report along as a table: {what}",
    ),
    Act(
        "sign_in.wrong_password",
        W,
        NOBODY,
        "have a wrong password typed for their name",
        "somebody typed a wrong password for {who}",
    ),
    Act("refused.act", W, NOBODY, "be refused an act", "{by} was refused: {what}"),
    Act(
        "refused.address",
        W,
        NOBODY,
        "ask for what is not there for them",
        "{by} asked for what is not there for them: {what}",
    ),
    Act(
        "refused.more",
        W,
        NOBODY,
        "be refused more often than is written",
        "{by} was refused {times} times within {minutes} minutes; more are not written one by one",
    ),
)
