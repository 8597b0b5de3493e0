"""Acts of the record and the house: sign-in, patients, regimen, plan, paper, administration."""

from __future__ import annotations

from tracker.policy.roles import CLINICAL, EVERYONE, FRONT, NOBODY, A, Act, L, O, P, R, T, W

HOUSE: tuple[Act, ...] = (
    # ---- open to anyone
    Act("open.static", O, NOBODY, "load the style sheet, scripts and icon"),
    Act("open.sign_in", O, NOBODY, "see the sign-in page and sign in"),
    Act("open.health", O, NOBODY, "ask whether the server is alive"),
    # ---- one's own session
    Act("self.home", L, EVERYONE, "choose a clinic"),
    Act("self.account", L, EVERYONE, "see their own account"),
    Act("self.sign_out", T, EVERYONE, "sign out", "{by} signed out"),
    Act("self.password", T, EVERYONE, "change their own password", "{by} changed their password"),
    Act("self.stay", T, EVERYONE, "stay signed in"),
    Act("help.look", L, EVERYONE, "read what is derived and what never is"),
    # ---- the clinic's lists
    Act("today.look", L, FRONT, "see the Today page"),
    Act("patient.search", L, FRONT, "search for patients"),
    # ---- patients
    Act("patient.read", R, FRONT, "open a patient's page", "{by} opened the record"),
    Act("patient.register", W, FRONT, "register a patient", "{by} registered the patient"),
    Act("patient.edit", W, FRONT, "edit a patient's identity", "{by} changed {fields}"),
    Act(
        "patient.merge",
        W,
        CLINICAL,
        "merge two records of one person, and undo it",
        "{by} merged {merged} into this record: {reason}",
    ),
    Act(
        "patient.unmerge",
        W,
        CLINICAL,
        "undo a merge",
        "{by} undid the merge of {merged}: {reason}",
    ),
    Act(
        "fact.in_error",
        W,
        CLINICAL,
        "mark a fact as entered in error",
        "{by} marked the {what} as entered in error: {reason}",
    ),
    Act("history.read", R, CLINICAL, "read a patient's history", "{by} read the history"),
    # ---- regimen
    Act("regimen.read", R, CLINICAL, "read a regimen", "{by} read the regimen"),
    Act("regimen.draft", T, CLINICAL, "prepare a regimen"),
    Act("regimen.write", W, CLINICAL, "write a regimen", "{by} recorded the regimen as of {as_of}"),
    # ---- plan
    Act("plan.read", R, CLINICAL, "read a plan", "{by} read the plan"),
    Act("plan.draft", T, CLINICAL, "prepare a draft plan"),
    Act(
        "plan.discard",
        W,
        CLINICAL,
        "discard a draft plan",
        "{by} discarded a draft plan",
    ),
    Act(
        "plan.read_back",
        W,
        CLINICAL,
        "read a draft back before another person signs it",
        "{by} read back the draft of the plan",
    ),
    Act(
        "plan.sign",
        W,
        frozenset({P}),
        "sign a version of a plan",
        "{by} signed version {number} of the plan, code {code}",
    ),
    Act(
        "plan.sign_refused",
        W,
        frozenset({P}),
        "have a failed re-entry recorded",
        "{by} was refused at signing: {why}",
    ),
    # ---- paper
    Act("handout.read", R, FRONT, "see the handout", "{by} looked at the handout"),
    Act(
        "handout.print",
        W,
        FRONT,
        "print the current handout",
        "{by} printed the handout of version {number}",
    ),
    Act("handout.pdf", R, FRONT, "open a printed handout", "{by} opened a printed handout"),
    Act(
        "handout.give",
        W,
        FRONT,
        "record that a handout was given",
        "{by} recorded that the handout of version {number} was given to {to}",
    ),
    Act(
        "code.check",
        W,
        FRONT,
        "check a plan code",
        "{by} checked a plan code: {answer}",
    ),
    # ---- administration
    Act("staff.look", L, frozenset({A}), "see the staff of the clinic"),
    Act("staff.add", W, frozenset({A}), "add a member of staff", "{by} added {who} as {roles}"),
    Act(
        "staff.roles",
        W,
        frozenset({A}),
        "change roles",
        "{by} changed the roles of {who} to {roles}",
    ),
    Act("staff.cover", W, frozenset({A}), "record cover", "{by} recorded cover for {who}: {cover}"),
    Act("staff.disable", W, frozenset({A}), "disable a member of staff", "{by} disabled {who}"),
    Act("staff.enable", W, frozenset({A}), "enable a member of staff", "{by} enabled {who}"),
    Act(
        "staff.reset",
        W,
        frozenset({A}),
        "give a new one-time password",
        "{by} gave {who} a one-time password",
    ),
    Act("clinic.look", L, frozenset({A}), "see the clinic's details"),
    Act("clinic.edit", W, frozenset({A}), "change the clinic's details", "{by} changed {fields}"),
    Act("wording.look", L, frozenset({A}), "read the paper's words in another language"),
    Act(
        "wording.translate",
        W,
        frozenset({A}),
        "write the clinic's own texts in another language",
        "{by} wrote the clinic's texts in {language}",
    ),
    Act(
        "wording.allow",
        W,
        frozenset({A}),
        "allow phrases of the paper that no translator has approved",
        "{by} allowed {language} phrases that no translator has approved",
    ),
    Act(
        "wording.withdraw",
        W,
        frozenset({A}),
        "stop allowing such phrases",
        "{by} stopped allowing {language} phrases that no translator has approved",
    ),
    Act("catalogue.look", L, EVERYONE, "read the catalogue and its review dates"),
    # ---- the installation itself, from the command line or the sign-in page
    Act("install.clinic", W, NOBODY, "create a clinic by command", "{by} created the clinic"),
    Act(
        "install.font",
        W,
        NOBODY,
        "add a font by command",
        "{by} added the font {file_name}, SHA-256 {sha256}",
    ),
    Act("install.staff", W, NOBODY, "add staff by command", "{by} added {who} as {roles}"),
    Act(
        "install.backup",
        W,
        NOBODY,
        "make a backup by command",
        "{by} made the backup {archive}, SHA-256 {sha256}",
    ),
    Act(
        "install.restore",
        W,
        NOBODY,
        "restore a backup by command",
        "{by} restored the backup {archive} of {made_at}",
    ),
    Act("sign_in.done", W, NOBODY, "sign in", "{by} signed in"),
    Act("sign_in.failed", W, NOBODY, "fail to sign in", "a sign-in failed"),
)
