"""Acts about the history itself: looking it over, what was refused, amending and removing."""

from __future__ import annotations

from tracker.policy.roles import CLINICAL, NOBODY, A, Act, L, P, R, W

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
        fresh=True,
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
        "refused.elsewhere",
        W,
        NOBODY,
        "ask for what is another clinic’s",
        "{by} asked another clinic for what is not there for them: {what}",
    ),
    Act(
        "refused.more",
        W,
        NOBODY,
        "be refused more often than is written",
        "{by} was refused {times} times within {minutes} minutes; more are not written one by one",
    ),
    Act(
        "amendment.look",
        R,
        CLINICAL,
        "see a patient’s requests to amend the record",
        "{by} looked at the requests to amend the record",
    ),
    Act(
        "amendment.ask",
        W,
        CLINICAL,
        "record a patient’s request to amend the record",
        "{by} recorded the patient’s request to amend the record",
    ),
    Act(
        "amendment.answer",
        W,
        frozenset({P}),
        "accept or deny a request to amend the record",
        "{by} {what} a request to amend the record",
    ),
    Act(
        "install.remove",
        W,
        NOBODY,
        "remove records that the law lets go, by command",
        "{by} removed {records} records without an entry since {before}: {events} events and "
        "{facts} facts, SHA-256 {sha256}",
    ),
)
