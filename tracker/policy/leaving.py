"""Acts by which something leaves the record, or arrives in it."""

from __future__ import annotations

from tracker.policy.roles import CLINICAL, NOBODY, A, Act, L, N, P, R, W

LEAVING: tuple[Act, ...] = (
    Act(
        "export.look",
        R,
        CLINICAL,
        "see what left a patient’s record",
        "{by} looked at what left the record",
    ),
    Act(
        "export.patient",
        W,
        CLINICAL,
        "export one patient’s record",
        "{by} exported the record as {format}, for {whom}",
    ),
    Act("report.look", L, frozenset({P, N, A}), "see the counts of the clinic’s reports"),
    Act("report.list", L, CLINICAL, "see the list behind a count"),
    Act(
        "export.report",
        W,
        CLINICAL,
        "export the list of a report",
        "{by} exported the report “{title}” as a spreadsheet",
    ),
    Act(
        "export.counts",
        W,
        frozenset({P, N, A}),
        "export the counts of the reports",
        "{by} exported the counts of the reports as a spreadsheet",
    ),
    Act("export.clinic_look", L, frozenset({A}), "see the export of the clinic"),
    Act(
        "export.clinic",
        W,
        frozenset({A}),
        "export the records of the clinic",
        "{by} exported the records of the clinic as {format}, for {whom}",
    ),
    Act(
        "install.export",
        W,
        NOBODY,
        "export a clinic by command",
        "{by} exported the records of the clinic as {format}, for {whom}",
    ),
    Act("import.look", L, frozenset({P, N, A}), "see which files arrived"),
    Act("import.lines", L, CLINICAL, "read the lines of a file that arrived"),
    Act(
        "import.upload",
        W,
        frozenset({A}),
        "upload a file of patients to import",
        "{by} uploaded a file with {rows} patients to import",
    ),
    Act(
        "import.confirm",
        W,
        CLINICAL,
        "confirm one imported patient",
        "{by} registered the patient from line {line} of an imported file",
    ),
    Act(
        "import.leave_out",
        W,
        CLINICAL,
        "leave an imported line out",
        "{by} left line {line} of an imported file out",
    ),
)
