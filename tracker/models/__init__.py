"""The tables. Facts are added and never rewritten; heads, drafts and sessions change in place.

What belongs here: columns, constraints, keys and the protection of facts. What does not: rules
(see `tracker.plans`), who may do what (`tracker.policy`) and writing (`tracker.records`).
"""

from tracker.models.amendments import AmendmentAnswer, AmendmentRequest, Removal
from tracker.models.arriving import ImportFile, ImportRow
from tracker.models.base import (
    READ_BEFORE,
    Base,
    Day,
    FactRow,
    audit_key,
    begin_writing,
    db,
    lend_audit_key,
    new_id,
    plain_rows,
    read_elsewhere,
    utc_now,
)
from tracker.models.batches import BatchSheet, PrintBatch
from tracker.models.checkins import (
    CheckInAlarm,
    CheckInAnswer,
    CheckInAttempt,
    CheckInBooking,
    CheckInCancelled,
    CheckInRecord,
    CheckInScore,
)
from tracker.models.clinics import Clinic, ClinicRevision
from tracker.models.course import (
    Away,
    AwayNote,
    CallBack,
    Happening,
    HappeningCell,
    Reversal,
    SupplyProblem,
)
from tracker.models.emergencies import EmergencyAccess, EmergencyAcknowledged
from tracker.models.escalations import (
    Escalation,
    EscalationAccepted,
    EscalationNote,
    EscalationResolved,
    EscalationTold,
)
from tracker.models.factors import Authenticator, KeptForm, Passkey, RecoveryCode
from tracker.models.history import Event, EventHead, ReadLog, ReadSeal
from tracker.models.papers import CodeCheck, Handout, HandoutGiven
from tracker.models.patients import (
    EnteredInError,
    Patient,
    PatientMerge,
    PatientRevision,
    PatientSearch,
)
from tracker.models.plans import (
    Draft,
    Plan,
    PlannedCheckIn,
    PlanVersion,
    StepCell,
    StepContent,
    VersionMedicine,
    VersionPairing,
    VersionStep,
    VersionTranslation,
)
from tracker.models.regimens import Regimen, RegimenCell, RegimenLine
from tracker.models.staff import Membership, SignInAttempt, Staff, StaffRevision, StaffSession
from tracker.models.stream import Fact
from tracker.models.therapies import TherapyEvent
from tracker.models.tokens import AccessToken
from tracker.models.wording import ClinicWords, DraftWordsAllowed, PhraseApproval
from tracker.models.worklist import WorklistRow, WorklistTherapy

__all__ = [
    "READ_BEFORE",
    "AccessToken",
    "AmendmentAnswer",
    "AmendmentRequest",
    "Authenticator",
    "Away",
    "AwayNote",
    "Base",
    "BatchSheet",
    "CallBack",
    "CheckInAlarm",
    "CheckInAnswer",
    "CheckInAttempt",
    "CheckInBooking",
    "CheckInCancelled",
    "CheckInRecord",
    "CheckInScore",
    "Clinic",
    "ClinicRevision",
    "ClinicWords",
    "CodeCheck",
    "Day",
    "Draft",
    "DraftWordsAllowed",
    "EmergencyAccess",
    "EmergencyAcknowledged",
    "EnteredInError",
    "Escalation",
    "EscalationAccepted",
    "EscalationNote",
    "EscalationResolved",
    "EscalationTold",
    "Event",
    "EventHead",
    "Fact",
    "FactRow",
    "Handout",
    "HandoutGiven",
    "Happening",
    "HappeningCell",
    "ImportFile",
    "ImportRow",
    "KeptForm",
    "Membership",
    "Passkey",
    "Patient",
    "PatientMerge",
    "PatientRevision",
    "PatientSearch",
    "PhraseApproval",
    "Plan",
    "PlanVersion",
    "PlannedCheckIn",
    "PrintBatch",
    "ReadLog",
    "ReadSeal",
    "RecoveryCode",
    "Regimen",
    "RegimenCell",
    "RegimenLine",
    "Removal",
    "Reversal",
    "SignInAttempt",
    "Staff",
    "StaffRevision",
    "StaffSession",
    "StepCell",
    "StepContent",
    "SupplyProblem",
    "TherapyEvent",
    "VersionMedicine",
    "VersionPairing",
    "VersionStep",
    "VersionTranslation",
    "WorklistRow",
    "WorklistTherapy",
    "audit_key",
    "begin_writing",
    "db",
    "lend_audit_key",
    "new_id",
    "plain_rows",
    "read_elsewhere",
    "utc_now",
]
