"""The lines of the ACTS table about ways in: second factors, sessions, and showing who one is."""

from __future__ import annotations

from tracker.policy.roles import CLINICAL, EVERYONE, NOBODY, A, Act, L, O, R, T, W

MOST_HOURS = 12  # of emergency access

WAYS_IN: tuple[Act, ...] = (
    Act("open.second", O, NOBODY, "give the second factor, once the password was right"),
    Act("open.lock", O, NOBODY, "lock their screen, and unlock it with the password"),
    Act("open.language", O, NOBODY, "choose the language of the pages in this browser"),
    # ---- one's own
    Act("self.kept", T, EVERYONE, "get back what they typed before the screen was locked"),
    Act("self.confirm", T, EVERYONE, "show again who they are"),
    Act("self.sessions", T, EVERYONE, "end their other sessions", "{by} ended sessions of theirs"),
    Act(
        "self.language",
        T,
        EVERYONE,
        "choose the language of their pages",
        "{by} chose {language} for their pages",
    ),
    Act("self.factors", T, EVERYONE, "change their own second factors", fresh=True),
    # ---- another person's
    Act(
        "staff.reset_factor",
        W,
        frozenset({A}),
        "take away a person's second factors",
        "{by} took away the second factors of {who}",
        fresh=True,
    ),
    # ---- a record of another clinic, in an emergency
    Act(
        "emergency.ask",
        W,
        CLINICAL,
        "open a record of another clinic in an emergency",
        "{by} asked for emergency access to a record of {clinic}: {reason}",
    ),
    Act("emergency.read", L, CLINICAL, "read the record that they opened in an emergency"),
    Act("emergency.told", L, frozenset({A}), "see who opened their records in an emergency"),
    Act(
        "emergency.acknowledge",
        W,
        frozenset({A}),
        "acknowledge an emergency access, or end it",
        "{by} {what} an emergency access to this record",
    ),
    Act(
        "emergency.opened",
        W,
        NOBODY,
        "have a record opened in an emergency",
        "{by} of {clinic} opened this record in an emergency, to read for {hours}: {reason}",
    ),
    Act(
        "emergency.page",
        R,
        NOBODY,
        "read under emergency access",
        "{by} read the record under emergency access",
    ),
    Act(
        "emergency.refused",
        W,
        NOBODY,
        "name no patient when asking for emergency access",
        "{by} asked for emergency access and named no patient",
    ),
    # ---- from the command line, and from the pages that ask who one is
    Act(
        "install.reset",
        W,
        NOBODY,
        "give a one-time password by command",
        "{by} gave {who} a one-time password",
    ),
    Act(
        "install.reset_factor",
        W,
        NOBODY,
        "take away second factors by command",
        "{by} took away the second factors of {who}",
    ),
    Act(
        "sign_in.second_failed",
        W,
        NOBODY,
        "fail to give the second factor",
        "{by} typed the right password and a wrong second factor",
    ),
    Act("sign_in.unlocked", W, NOBODY, "unlock the screen", "{by} unlocked the screen"),
    Act("sign_in.confirmed", W, NOBODY, "confirm who they are", "{by} showed again who they are"),
    Act("self.factor_added", W, NOBODY, "add a second factor", "{by} added {what}"),
    Act("self.factor_removed", W, NOBODY, "remove a second factor", "{by} removed {what}"),
    Act("self.factor_codes", W, NOBODY, "make recovery codes", "{by} made new recovery codes"),
)
