"""Acts by which something leaves the record, or arrives in it."""

from __future__ import annotations

from tracker.policy.roles import CLINICAL, NOBODY, A, Act, L, N, O, P, R, W

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
    Act(
        "install.counts",
        W,
        NOBODY,
        "export the counts of the reports by command",
        "{by} exported the counts of the reports as a spreadsheet",
    ),
    Act("export.clinic_look", L, frozenset({A}), "see the export of the clinic"),
    Act(
        "export.clinic",
        W,
        frozenset({A}),
        "export the records of the clinic",
        "{by} exported the records of the clinic as {format}, for {whom}",
        fresh=True,
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
    # ---- programs that read for a person
    Act("open.feed", O, NOBODY, "read a calendar at its own address"),
    Act("token.look", L, CLINICAL, "see their own calendar addresses and programs’ keys"),
    Act(
        "token.make",
        W,
        CLINICAL,
        "let a calendar or a program read for them",
        "{by} made {what} for {words}",
        fresh=True,
    ),
    Act("token.end", W, CLINICAL, "take that back", "{by} ended {what} for {words}"),
    Act("fhir.metadata", L, CLINICAL, "ask what the FHIR service offers"),
    Act("fhir.search", L, CLINICAL, "list patients by FHIR", "{by} listed patients by FHIR"),
    Act(
        "fhir.patient",
        R,
        CLINICAL,
        "read who a patient is by FHIR",
        "{by} read who the patient is by FHIR",
    ),
    Act(
        "fhir.everything",
        R,
        CLINICAL,
        "read a patient’s whole record by FHIR",
        "{by} read the whole record by FHIR",
    ),
)
