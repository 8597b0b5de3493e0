"""Django over the same SQLite tables: its stock admin list, and a plain view with a template.

The plain view shows what our page shows: the same groups with their counts, the same rows with the
same words, links and buttons, the filters with their choices, navigation, search and sign-out. Its
addresses are written out, which is quicker than Django's router.

Its own tables (people, sessions) stand in a file beside ours. The model of the Today list is
unmanaged, and has the rowid for a key, because the admin takes no key of several columns.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from tracker import catalogue

HERE = Path(__file__).parent
LABEL = "peers"  # the name under which Django knows this package

settings.configure(
    SECRET_KEY="of the bench alone, on the loopback",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "bench.peers",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DJANGO"],
            "CONN_MAX_AGE": None,
        },
        "clinic": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_SQLITE"],
            "CONN_MAX_AGE": None,
        },
    },
    STATIC_URL="static/",
)
django.setup()

from django.contrib import admin  # noqa: E402  # Django must be configured before
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.db.models import F, Q, QuerySet  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402


class WorklistRow(models.Model):
    """One row of the Today list, as our table holds it."""

    rowid = models.BigAutoField(primary_key=True)
    clinic_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    ref = models.BigIntegerField()
    part = models.BigIntegerField()
    patient_id = models.BigIntegerField()
    lane = models.CharField(max_length=12)
    due = models.DateField()
    late_from = models.DateField()
    until = models.DateField()
    shows_from = models.DateField()
    tried_on = models.DateField(null=True)
    tries = models.IntegerField()
    owner_id = models.BigIntegerField(null=True)
    what = models.TextField()
    detail = models.TextField()
    name = models.TextField()
    born = models.DateField()
    record_no = models.TextField()
    on_step = models.TextField()
    last_contact = models.TextField()

    class Meta:
        """Django changes nothing about the table."""

        app_label = LABEL
        managed = False
        db_table = "worklist"
        verbose_name = "row of the Today list"


class Staff(models.Model):
    """A member of staff."""

    name = models.TextField()

    class Meta:
        """Django changes nothing about the table."""

        app_label = LABEL
        managed = False
        db_table = "staff"


class Membership(models.Model):
    """Who works at which clinic, and as what."""

    rowid = models.BigAutoField(primary_key=True)
    clinic_id = models.BigIntegerField()
    staff = models.ForeignKey(Staff, models.DO_NOTHING)
    roles = models.TextField()

    class Meta:
        """Django changes nothing about the table."""

        app_label = LABEL
        managed = False
        db_table = "membership"


THERAPIES = catalogue.load(Path(catalogue.__file__).parent).therapies
CLINIC = int(os.environ["BENCH_CLINIC"])
ON_A_PAGE, COUNTED = 50, 100
GRACE = timedelta(days=8)


def groups(today: date) -> dict[str, QuerySet[WorklistRow]]:
    """Give the rows of each group of the page, the earliest first."""
    rows = WorklistRow.objects.using("clinic").filter(clinic_id=CLINIC, until__gte=today)
    late, ahead = rows.filter(late_from__lte=today), rows.filter(late_from__gt=today)
    soon = ahead.filter(late_from__lte=today + GRACE, shows_from__lte=today)
    untried = Q(tried_on__isnull=True) | ~Q(tried_on=today)
    found = {
        "Escalations waiting": rows.filter(lane="escalation", shows_from__lte=today),
        "Overdue": late.filter(untried, lane="task"),
        "Due today": soon.filter(untried, lane="task"),
        "Start date passed, start not recorded": late.filter(lane="start"),
        "Step starts within 7 days": soon.filter(lane="start"),
        "Not reached today": rows.filter(tried_on=today),
        "No next contact booked": late.filter(lane="no_contact"),
        "Handout out of date": late.filter(lane="paper"),
        "Done today": rows.filter(lane="done", late_from=today),
    }
    return {name: some.order_by("late_from", "ref", "kind", "part") for name, some in found.items()}


def overdue() -> QuerySet[WorklistRow]:
    """Give what is overdue at the clinic of this bench, the earliest first."""
    return groups(date.today())["Overdue"]


class WorklistAdmin(admin.ModelAdmin):
    """The stock list: columns, fifty rows a page, nothing else set."""

    list_display = ("name", "born", "record_no", "what", "detail", "due", "on_step", "last_contact")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorklistRow]:
        """Give the same rows in the same order as the page it is compared with."""
        return overdue()

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """Keep the order of the rows."""
        return (F("late_from"), F("ref"), F("kind"), F("part"))


admin.site.register(WorklistRow, WorklistAdmin)


@login_required
def plain(request: HttpRequest) -> HttpResponse:
    """Show the first fifty rows with a template, as one would write it in an afternoon."""
    today = date.today()
    people = (
        Membership.objects.using("clinic")
        .filter(clinic_id=CLINIC).select_related("staff").order_by("staff__name")
    )  # fmt: skip
    staff = {one.staff_id: one for one in people}
    of_group, room = groups(today), ON_A_PAGE
    shown = []
    for title, rows in of_group.items():
        if room and (page := list(rows[:room])):
            shown.append((title, [_with_words(row, staff, today) for row in page]))
            room -= len(page)
    names = {row.patient_id: row.name for _, page in shown for row in page}
    alike = Counter(map(_likeness, names.values()))
    for _, page in shown:
        for row in page:
            row.similar = alike[_likeness(row.name)] > 1
    return render(
        request,
        "django_plain.html",
        {
            "clinic": CLINIC,
            "today": today,
            "counts": [
                (title, f"{COUNTED}+" if number == COUNTED else number)
                for title, rows in of_group.items()
                if (number := rows[:COUNTED].count())
            ],
            "groups": shown,
            "titles": list(of_group),
            "physicians": [one.staff for one in people if "physician" in one.roles],
            "therapies": THERAPIES,
        },
    )


def _with_words(row: Any, staff: dict[int, Membership], today: date) -> Any:
    """Put beside a row what the template cannot say by itself."""
    row.days = (today - row.due).days
    row.owner = staff[row.owner_id].staff.name if row.owner_id in staff else "–"
    return row


def _likeness(name: str) -> str:
    family, _, given = name.casefold().partition(", ")
    return f"{family}/{given[:1]}"


urlpatterns = [path("admin/", admin.site.urls), path("plain/", plain)]
application = get_wsgi_application()


def prepare() -> str:
    """Make Django's own tables and a person, and print the cookie of a session."""
    call_command("migrate", verbosity=0)
    people = get_user_model().objects
    who = people.filter(username="bench").first() or people.create_superuser("bench", "", "bench")
    client = Client()
    client.force_login(who)
    found: str = client.cookies["sessionid"].value
    return found


if __name__ == "__main__":
    sys.stdout.write(prepare())
