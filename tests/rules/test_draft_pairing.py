"""Reading what stands beside the steps of a draft: therapies, check-ins, new medicines."""

from __future__ import annotations

from tests.rules.plan_samples import draft, problems, two, usual, version, with_text
from tracker.plans import NewMedicine


def test_a_check_in_repeats_through_the_last_day_of_its_step() -> None:
    rhythms = [{"mode": "phone", "day": "1", "again": "9", "steps": "1"}]
    made = version(with_text(usual(), "rhythms", rhythms) | {"checkin_none_because": "Seen daily"})
    days = [one.on.isoformat() for one in made.steps[0].checkins]
    assert days == ["2026-12-01", "2026-12-10", "2026-12-19", "2026-12-28"]


def test_an_open_last_step_has_only_the_first_check_in() -> None:
    raw = with_text(usual(), "medicines.0.after", "stay")
    raw = with_text(raw, "rhythms.0.again", "7")
    assert [len(step.checkins) for step in version(raw).steps] == [4, 4, 1]


def test_two_check_ins_at_once_become_one() -> None:
    rhythms = [
        {"mode": "phone", "day": "3", "steps": "all", "topics": ["withdrawal"]},
        {"mode": "phone", "day": "3", "steps": "all", "topics": ["pain-flare", "withdrawal"]},
        {"mode": "video", "day": "3", "steps": "all", "topics": ["withdrawal"]},
    ]
    (phone, video) = version(with_text(usual(), "rhythms", rhythms)).steps[0].checkins
    assert (phone.mode, phone.topics) == ("phone", ("withdrawal", "pain-flare"))
    assert video.mode == "video"


def test_more_check_ins_than_anyone_could_do_are_refused() -> None:
    raw = draft(two("1", "1"), two("1", "1"), every="999")
    raw = with_text(raw, "rhythms.0.again", "1")
    assert "more than 1,000" in problems(raw)["rhythms"]


def test_a_late_day_names_the_steps_it_does_not_fit() -> None:
    raw = with_text(usual(), "steps.2.start", "12/31/2026")
    assert "the last day of step 2." in problems(raw)["rhythms.0.day"]


def test_blank_rows_of_pairings_are_left_out() -> None:
    raw = usual()
    raw["therapies"].append({"id": "", "steps": "", "note": ""})
    raw["therapies"].append(dict(raw["therapies"][0]))
    raw["rhythms"].append({})
    raw["new_medicines"] = [{}, {"words": "naproxen 250 mg tablet", "directions": "1 twice a day"}]
    made = version(raw)
    assert len(made.steps[0].therapies) == 1
    assert made.new_medicines == (NewMedicine("naproxen 250 mg tablet", "1 twice a day", "", ""),)


def test_psychological_support_that_is_paired_must_be_a_pairing() -> None:
    raw = with_text(usual(), "psych.answer", "paired")
    assert "no step has one" in problems(raw, psychological={"cbt"})["psych.answer"]
    assert problems(raw) == {}
