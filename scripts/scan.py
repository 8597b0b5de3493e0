"""Lets two scanners that nobody here wrote at the demo, and fails when they find anything.

Makes a demo of its own under `.test/`, serves it on a loopback port, signs in as each role, lets
wapiti (every module that applies) and sqlmap (every field of every form) at it, each for a limited
time. Prints figures; exit status 1 for a finding, for an answer of 500 or more, and when a scanner
lost its sign-in. Standard library only: the scanners have an environment of their own.

    python -m scripts.scan [--seconds 15] [--only amara,dee] [--tool wapiti]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.scan_forms import Form, Person

ROOT = Path(__file__).resolve().parent.parent
ROOM = ROOT / ".test" / "scan"
PASSWORD = "quiet-harbor"  # the demo's, known to all
ROLES = ("amara", "bo", "cleo", "dee")

# What does not apply: programs and devices that are not here (cms, wapp, wp_enum, log4shell,
# spring4shell, shellshock, network_device), what needs HTTPS or a name (ssl, https_redirect,
# takeover), what would ask machines of the scanner's makers (nikto, htp, ssrf, xxe; the application
# reads no XML and fetches nothing), directories (there is none; ldap takes any two pages that
# differ for a hit), and guessing passwords, which locks the scanner itself out.
MODULES = (
    "backup", "buster", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess",
    "http_headers", "information_disclosure", "methods", "permanentxss", "redirect", "sql",
    "timesql", "upload", "xss",
)  # fmt: skip
# What wapiti says of what is deliberate, with the reason.
DELIBERATE = {
    "Secure Flag cookie": "the demo has no HTTPS; elsewhere each cookie is Secure, test_session",
    "Secure cookie flag": "the demo has no HTTPS; elsewhere each cookie is Secure, test_session",
    "HTTP Strict Transport Security (HSTS)": "needs HTTPS; elsewhere it is sent, test_session",
}
# Leaving, locking and changing who one is would end the scanner's own session.
KEPT_AWAY = ("/sign-out", "/lock", "/sign-in", "/account", "/confirm", "/unlock")


@dataclass
class Tally:
    """What the scanners did and found."""

    findings: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


def tool(name: str) -> str:
    """Give the path of a scanner, installed on first use."""
    wanted = (ROOT / "requirements-scan.txt").read_text(encoding="utf-8")
    mark, venv = ROOM / "installed.txt", ROOM / "venv"
    if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        print("Installing the scanners pinned in requirements-scan.txt ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(venv / "bin" / "pip"), "install", "-q", "-r", "requirements-scan.txt"]
        subprocess.run(pip, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
        mark.write_text(wanted, encoding="utf-8")
    return str(venv / "bin" / name)


@contextlib.contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """Serve a demo of its own on the loopback; give its address and the log of its answers."""
    instance, log = ROOM / "instance", ROOM / "answers.log"
    shutil.rmtree(instance, ignore_errors=True)
    log.unlink(missing_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    around = {**os.environ, "TRACKER_DEMO": "1", "TRACKER_INSTANCE": str(instance)}
    here = ROOT / ".venv" / "bin"
    for command in ("db upgrade", "demo load"):
        subprocess.run(
            [here / "flask", "--app", "tracker", *command.split()],
            check=True, cwd=ROOT, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    server = subprocess.Popen(
        [
            here / "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8",
            "--no-control-socket", "--log-level", "error", "--access-logfile", log,
            "--access-logformat", "%(s)s %(m)s %(U)s", "tracker.serving:application()",
        ],
        cwd=ROOT, env=around,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}", log
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(instance, ignore_errors=True)


def _wait_for(port: int) -> None:
    for _ in range(240):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.25)
    raise SystemExit("The demo did not start.")


def wapiti(person: Person, seconds: int, tally: Tally) -> None:
    """Crawl and attack as one person; `seconds` bound the crawl (three times) and each module."""
    report = ROOM / f"wapiti-{person.name}.json"
    report.unlink(missing_ok=True)
    command = [
        tool("wapiti"), "-u", f"{person.address}/", "-m", ",".join(MODULES),
        "-H", f"Cookie: {person.cookie_header()}", "-f", "json",
        "-o", str(report),
        "--max-scan-time", str(3 * seconds), "--max-attack-time", str(seconds), "--no-bugreport",
        "--flush-session", "--store-session", str(ROOM / "sessions"), "-v", "0", "--tasks", "4",
        "--max-parameters", "60", "--scope", "domain",
    ]  # fmt: skip
    for path in KEPT_AWAY:
        command += ["-x", f"{person.address}{path}*", "-x", f"{person.address}{path}"]
    with (ROOM / f"wapiti-{person.name}.log").open("wb") as log:
        subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False, timeout=7200)
    if not report.exists():
        tally.findings.append(f"wapiti as {person.name} made no report: see .test/scan")
        return
    found = json.loads(report.read_text(encoding="utf-8"))
    tally.counts["pages and forms crawled"] += int(found["infos"].get("crawled_pages_nbr", 0))
    tally.counts["modules run"] += len(MODULES)
    for kind, ones in {**found["vulnerabilities"], **found["anomalies"]}.items():
        for one in ones:
            line = f"wapiti as {person.name}: {kind}: {one['method']} {one['path']}: {one['info']}"
            if kind in DELIBERATE:
                tally.notes[f"{kind}: {DELIBERATE[kind]}"] += 1
            elif kind == "Resource consumption":
                tally.notes["a request took longer than wapiti waits"] += 1
            else:
                tally.findings.append(line)


def sqlmap(person: Person, form: Form, seconds: int, tally: Tally) -> None:
    """Try every field of one form for injection, for a bounded time."""
    out = ROOM / "sqlmap"
    shutil.rmtree(out, ignore_errors=True)
    command = [
        tool("sqlmap"), "-u", form.action, "--cookie", person.cookie_header(), "--batch",
        "--dbms", "sqlite", "--smart", "--level", "2", "--risk", "1", "--technique", "BEUS",
        "--skip", "csrf_token", "--output-dir", str(out), "--disable-coloring", "--timeout", "20",
        "--ignore-code", "*", "--flush-session", "--unstable",
    ]  # fmt: skip
    if form.method == "post":
        command += ["--data", form.body()]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
        text = said.stdout
        tally.counts["forms tried by sqlmap to the end"] += 1
    except subprocess.TimeoutExpired as late:
        text = (late.stdout or b"").decode(errors="replace")
        tally.counts["forms tried by sqlmap, cut off by time"] += 1
    (ROOM / "sqlmap.log").open("a", encoding="utf-8").write(f"== {form}\n{text}\n")
    tally.counts["fields tried by sqlmap"] += len(form.fields)
    logs = [one for one in out.glob("*/log") if one.stat().st_size]
    if logs or re.search(r"parameter '.*' is vulnerable|identified the following injection", text):
        tally.findings.append(f"sqlmap as {person.name}: {form} is injectable: see .test/scan")


def main() -> int:
    """Scan, print the figures, and give the exit status."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seconds", type=int, default=15, help="bounds each module and each form")
    asked.add_argument("--only", default=",".join(ROLES))
    asked.add_argument("--tool", choices=("wapiti", "sqlmap"))
    options = asked.parse_args()
    ROOM.mkdir(parents=True, exist_ok=True)
    (ROOM / "sqlmap.log").unlink(missing_ok=True)
    tally, start = Tally(), time.monotonic()
    tried: set[str] = set()
    statuses: Counter[str] = Counter()
    broken: set[str] = set()
    for name in options.only.split(","):
        with served() as (address, answers):  # each on a clinic that nobody spoiled before
            person = Person(address, name, PASSWORD)
            forms = [one for one in person.forms(KEPT_AWAY) if one.kind not in tried]
            tried |= {one.kind for one in forms}
            if options.tool != "sqlmap":
                print(f"wapiti as {name} ...", flush=True)
                wapiti(person, options.seconds, tally)
            for form in forms if options.tool != "wapiti" else ():
                print(f"sqlmap as {name}: {form}", flush=True)
                sqlmap(person, form, 4 * options.seconds, tally)
            if not person.is_signed_in():
                tally.findings.append(f"{name} was signed out while being scanned")
        lines = answers.read_text(encoding="utf-8").splitlines()
        statuses.update(line.split(" ")[0] for line in lines)
        broken |= {line for line in lines if line.startswith("5")}
    tally.findings += [f"the server answered {one}" for one in sorted(broken)]
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    print(f"{sum(statuses.values())} answers in {time.monotonic() - start:.0f} s: {told}")
    for what, count in sorted(tally.counts.items()):
        print(f"{count} {what}")
    for what, count in tally.notes.items():
        print(f"note: {count} × {what}")
    for one in tally.findings:
        print(f"FINDING {one}")
    print(f"{len(tally.findings)} findings")
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
