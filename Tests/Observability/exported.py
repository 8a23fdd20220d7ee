"""The metrics that the services export, scraped while the sandbox plays its scenario."""
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

SERVICES = ("detector", "enricher", "remediator", "tracker")
SAMPLE = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass
class Family:
    """All that the services export under one name."""

    name: str
    help: str = ""
    type: str = ""
    labels: dict = field(default_factory=dict)
    services: set = field(default_factory=set)
    series: int = 0
    values: list = field(default_factory=list)


def scraped(build, within=120):
    """The exported text of each service, once the play is over, and what must not be in it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("w") as output:
            sandbox = subprocess.Popen(
                [build / "riposte", "sandbox", "--stay"], cwd=folder, stdout=output, stderr=output,
                stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + within
            while "The sandbox stays" not in log.read_text():
                if sandbox.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the sandbox did not play to its end:\n{log.read_text()[-3000:]}")
                time.sleep(0.2)
            settings = dict(
                line.split("=", 1) for line in Path(folder, ".sandbox/env").read_text().splitlines() if "=" in line)
            secret = Path(settings["CYBEREASON_PASSWORD_FILE"]).read_text().strip()
            # The lag is known some seconds after the partitions are, or when Kafka's client has told its statistics.
            while True:
                texts = {service: scrape(settings, service) for service in SERVICES}
                if all("riposte_consumer_lag_records{" in text for text in texts.values()):
                    return texts, secret
                if time.monotonic() > deadline:
                    raise SystemExit("no consumer lag is exported")
                time.sleep(0.5)
        finally:
            sandbox.send_signal(signal.SIGINT)
            try:
                sandbox.wait(30)
            except subprocess.TimeoutExpired:
                sandbox.kill()


def scrape(settings, service):
    port = settings[f"SANDBOX_{service.upper()}_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def families(texts):
    """By name, from the texts of all services together. A histogram's samples belong to its family."""
    found = {}
    for service, text in texts.items():
        for line in text.splitlines():
            if line.startswith("# HELP "):
                _, _, name, words = line.split(" ", 3)
                found.setdefault(name, Family(name)).help = words
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ", 3)
                found[name].type = kind
            elif line:
                take(found, service, line)
    return found


def take(found, service, line):
    name, labels, value = SAMPLE.match(line).groups()
    family = found.get(name) or found[re.sub(r"_(bucket|sum|count)$", "", name)]
    family.services.add(service)
    if name != family.name and not name.endswith("_count"):
        return
    family.series += 1
    family.values.append(float(value))
    for label, text in LABEL.findall(labels or ""):
        family.labels.setdefault(label, set()).add(text)
