"""The lines of the ACTS table about ways in: second factors, sessions, and showing who one is."""

from __future__ import annotations

from tracker.policy.roles import EVERYONE, NOBODY, A, Act, O, T, W

WAYS_IN: tuple[Act, ...] = (
    Act("open.second", O, NOBODY, "give the second factor, once the password was right"),
    Act("open.lock", O, NOBODY, "lock their screen, and unlock it with the password"),
    # ---- one's own
    Act("self.kept", T, EVERYONE, "get back what they typed before the screen was locked"),
    Act("self.confirm", T, EVERYONE, "show again who they are"),
    Act("self.sessions", T, EVERYONE, "end their other sessions", "{by} ended sessions of theirs"),
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
