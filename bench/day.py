"""One clinician's working day on the wire: what is opened, what is typed, what was acknowledged."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.forms import Fields, Form, form
from bench.servers import ask

ANSWERS: Mapping[str, str] = {
    "mode": "phone", "spoke_with": "patient", "identity": "yes", "taking.as": "as_written",
    "alertness.state": "clear", "mood.low": "no", "events.any": "none", "pace.view": "right",
    "therapies.going": "going", "peg.pain": "4", "peg.enjoyment": "5", "peg.activity": "3",
    "withdrawal-signs.any": "none", "next.way": "none", "next.because": "The next one is planned",
}  # fmt: skip
MORNING = ("21", "19½", "18", "16½", "15", "13½", "12", "9½", "8", "6½", "5", "3½")
BEDTIME = ("20½", "19", "17½", "16", "14½", "13", "11½", "9", "7½", "6", "4½", "2½")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One act that the server said it saved: what, where, and the id by which it is found."""

    what: str
    clinic_id: int
    patient_id: int
    ref: int


@dataclass
class Tally:
    """What all clinicians together have seen; one lock for all."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    acts: list[Acknowledged] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float) -> None:
        """Note how long one answer took."""
        with self._lock:
            self.seconds[what].append(seconds)

    def acknowledge(self, act: Acknowledged) -> None:
        """Note an act that was saved."""
        with self._lock:
            self.acts.append(act)

    def wrong(self, what: str) -> None:
        """Note an answer that should not have come."""
        with self._lock:
            self.errors[what] += 1

    @property
    def all_seconds(self) -> list[float]:
        """Give every answer's seconds."""
        return [one for each in self.seconds.values() for one in each]


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient in a clinician's own care, so that nobody else acts upon the same record."""

    patient_id: int
    record_no: str
    checkins: tuple[int, ...]  # open
    startable: bool


@dataclass
class Clinician:
    """A person at work: their session, their patients, and what they do next."""

    number: int
    clinic_id: int
    cookies: dict[str, str]
    patients: Sequence[Patient]
    new_plan: int | None  # a patient whose plan is laid out and not yet typed
    password: str
    birth_year: str
    tally: Tally
    port: int = 0
    chance: random.Random = field(default_factory=random.Random)
    _used: set[int] = field(default_factory=set)

    def work(self, stop: threading.Event, think: float, errands: int = 0) -> None:
        """Do one errand after the other, with time to think between, until told to stop."""
        done = 0
        stop.wait(self.chance.uniform(0, think))
        while not stop.is_set() and (not errands or done < errands):
            self._errand()()
            done += 1
            stop.wait(self.chance.expovariate(1 / think) if think else 0)

    def _errand(self) -> Callable[[], None]:
        if self.new_plan and self.chance.random() < 0.15:
            return self._sign_plan
        return self.chance.choices(
            (self._find, self._list, self._check_in, self._start, self._print), (5, 3, 4, 1, 1)
        )[0]

    # ---- errands

    def _list(self) -> None:
        self._get("Today", f"/c/{self.clinic_id}/today")

    def _find(self) -> None:
        """Search by record number and open the patient's page, where the search leads."""
        one = self.chance.choice(self.patients)
        page = self._get("search page", f"/c/{self.clinic_id}/patients")
        found = form(page, "/patients")
        if found is not None:
            self._post("search", found, {"q": one.record_no})
            self._get("patient page", f"/c/{self.clinic_id}/patients/{one.patient_id}")

    def _check_in(self) -> None:
        patient = self._next(lambda one: bool(one.checkins))
        if patient is None:
            return self._find()
        ref = patient.checkins[0]
        path = self._path(patient, f"/checkins/{ref}/record")
        page = self._get("check-in form", path)
        found = form(page, "/record")
        if found is not None and self._post("check-in saved", found, ANSWERS):
            self._acknowledge("check-in", patient.patient_id, ref)
        return None

    def _start(self) -> None:
        patient = self._next(lambda one: one.startable)
        if patient is None:
            return self._list()
        found = form(self._get("start form", self._path(patient, "/course/start")), "/start")
        if found is not None and self._post("step started", found, {}):
            self._acknowledge("start", patient.patient_id, 0)
        return None

    def _print(self) -> None:
        patient = self.chance.choice(self.patients)
        found = form(self._get("handout page", self._path(patient, "/handout")), "/handout")
        place = self._post("handout printed", found, {}) if found is not None else ""
        if place:
            self._acknowledge("handout", patient.patient_id, int(place.rpartition("/")[2]))
            self._get("handout PDF", f"{place}/pdf")

    def _sign_plan(self) -> None:
        """Type twelve steps into a plan, review it, and sign it with the password."""
        assert self.new_plan is not None
        patient_id, self.new_plan = self.new_plan, None
        path = f"/c/{self.clinic_id}/patients/{patient_id}/plan/draft"
        found = form(self._get("plan form", path), "/draft")
        if found is None:
            return
        typed = {f"steps.{n}.cells.m1.morning": dose for n, dose in enumerate(MORNING)}
        typed |= {f"steps.{n}.cells.m1.bedtime": dose for n, dose in enumerate(BEDTIME)}
        self._post("plan saved", found, {**typed, "goal": "Walk to the lake", "do": "enter"})
        found = form(self._get("plan review", f"{path}/review"), "/sign")
        if found is None:
            return
        proof = {"birth_year": self.birth_year, "password": self.password}
        place = self._post("plan signed", found, proof)
        if place:
            self._acknowledge("plan", patient_id, 0)

    # ---- the wire

    def _next(self, fits: Callable[[Patient], bool]) -> Patient | None:
        """Give a patient of theirs whom they have not yet acted upon."""
        fitting = (one for one in self.patients if one.patient_id not in self._used and fits(one))
        found = next(fitting, None)
        if found is not None:
            self._used.add(found.patient_id)
        return found

    def _path(self, patient: Patient, rest: str) -> str:
        return f"/c/{self.clinic_id}/patients/{patient.patient_id}{rest}"

    def _acknowledge(self, what: str, patient_id: int, ref: int) -> None:
        self.tally.acknowledge(Acknowledged(what, self.clinic_id, patient_id, ref))

    def _get(self, what: str, path: str) -> str:
        _, body = self._ask(what, "GET", path, None, (200,))
        return body

    def _post(self, what: str, found: Form, typed: Mapping[str, str]) -> str:
        """Send a form and give where the answer leads, "" when it was not taken."""
        fields = found.filled(typed)
        place, body = self._ask(what, "POST", found.action, fields, (303, 200))
        return place or ("" if what != "search" else body[:1])

    def _ask(
        self, what: str, method: str, path: str, fields: Fields | None, wanted: tuple[int, ...]
    ) -> tuple[str, str]:
        body = urlencode(fields, doseq=True).encode() if fields is not None else b""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        began = time.perf_counter()
        try:
            status, answer = ask(self.port, head.encode() + body)
        except OSError as failure:
            self.tally.wrong(f"{what}: {type(failure).__name__}")
            return "", ""
        self.tally.note(what, time.perf_counter() - began)
        if status not in wanted or (status == 200 and method == "POST" and what != "search"):
            self.tally.wrong(f"{what}: {status}")
            return "", ""
        top, _, rest = answer.partition(b"\r\n\r\n")
        place = ""
        for line in top.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self.cookies[key] = content
            elif name.lower() == "location":
                place = value
        return place, rest.decode(errors="replace")
