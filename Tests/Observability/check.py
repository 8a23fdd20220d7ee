#!/usr/bin/env python3
"""Holds alert rules, dashboards and runbook against the metrics that the services export: see `run` beside it."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

import exported
from queries import Query

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ROOT / "deploy/observability"
RUNBOOK = ROOT / "deploy/RUNBOOK.md"
DASHBOARDS = DEPLOYED / "grafana/dashboards"

# A gauge says what it counts; one of 0 and 1 says in its help when it is which.
UNITS = ("seconds", "bytes", "records", "requests", "detections", "entries", "brokers", "fds", "info")
# Ids of the platform, digests, names of machines, people.
PRIVATE = re.compile(r"-?\d+\.-?\d{6,}|[0-9a-f]{16,}|[A-Z]{2,}-[A-Z]{2,}-\d+|@")
MOST_VALUES, MOST_SERIES = 40, 150
TABLE = ("<!-- The table is made by Tests/Observability/run BUILD_FOLDER --write -->", "<!-- end of the table -->")


class Report:
    def __init__(self):
        self.passed, self.faults = 0, []

    def check(self, what, faults):
        faults = [faults] if isinstance(faults, str) else [fault for fault in faults if fault]
        self.passed += not faults
        self.faults += [f"{what}: {fault}" for fault in faults]


def command(*words, **options):
    """What a command says if it fails; none if it does not."""
    run = subprocess.run(words, capture_output=True, text=True, **options)
    return [] if run.returncode == 0 else [f"{' '.join(map(str, words))}\n{run.stdout}{run.stderr}"]


# What is exported

def registered():
    """The names that the sources register: each must be exported, or this test has not seen it."""
    call = re.compile(r'\.(?:counter|gauge|histogram|counters|gauges|histograms|reading)\(\s*"([a-z_]+)"')
    files = [file for part in ("Services", "Shared") for file in (ROOT / part).rglob("*.swift")]
    return {"riposte_" + name for file in files for name in call.findall(file.read_text())}


def conventions(family):
    name, kind = family.name, family.type
    if not (family.help[:1].isupper() or family.help[:1].isdigit()) or not family.help.endswith("."):
        yield f"its help is no sentence: {family.help!r}"
    if kind == "counter" and not name.endswith("_total"):
        yield "a counter ends in _total"
    if kind == "histogram" and not name.endswith("_seconds"):
        yield "a histogram ends in its unit"
    if kind == "gauge" and not name.endswith(UNITS):
        if not family.help.startswith(("1 ", "0 ")):
            yield f"a gauge ends in its unit, one of {UNITS}, or its help says when it is 1 or 0"
        elif set(family.values) - {0, 1}:
            yield f"is {family.values}, and not 0 or 1"
    for label, values in family.labels.items():
        if len(values) > MOST_VALUES:
            yield f"has {len(values)} values of {label}"
        yield from (f"tells {value!r} in {label}" for value in values if PRIVATE.search(value))
    if family.series > MOST_SERIES * len(family.services):
        yield f"has {family.series} series"


def check_exported(report, texts, secret, families):
    for name in sorted(registered()):
        report.check(name, [] if name in families else "is registered and not exported")
    for family in families.values():
        report.check(family.name, conventions(family))
    for service, text in texts.items():
        report.check(service, "exports the console's password" if secret in text else [])
        report.check(service, command("promtool", "check", "metrics", input=text))


# What is asked

def panels():
    for file in sorted(DASHBOARDS.glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            yield file.name, panel


def asked():
    """(where, PromQL, labels that its words name) of every panel and rule."""
    for file, panel in panels():
        for target in panel.get("targets", []):
            text = target["expr"].replace("$__rate_interval", "5m").replace("$__range", "1h")
            yield f"{file}: {panel['title']}", text, set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
    for rule in rules():
        words = " ".join(rule["annotations"].values())
        yield rule["alert"], rule["expr"], set(re.findall(r"\$labels\.(\w+)", words))


def rules():
    groups = yaml.safe_load((DEPLOYED / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def check_queries(report, families):
    everything = []
    for where, text, labels in asked():
        query = Query(text, families)
        faults = query.faults + [f"names {{{{{label}}}}}, which it does not have" for label in labels - query.labels]
        report.check(where, [f"{fault}\n    {text}" for fault in faults])
        everything.append({"record": f"asked:{len(everything)}", "expr": text})
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump({"groups": [{"name": "asked", "rules": everything}]}, file)
        file.flush()
        report.check("all queries", command("promtool", "check", "rules", file.name))


def check_prometheus(report):
    report.check("prometheus.yml", command("promtool", "check", "config", DEPLOYED / "prometheus.yml"))
    report.check("rules.yml", command("promtool", "check", "rules", DEPLOYED / "rules.yml"))
    report.check("rules.test.yml", command("promtool", "test", "rules", DEPLOYED / "rules.test.yml"))
    tested = (DEPLOYED / "rules.test.yml").read_text()
    for rule in rules():
        report.check(rule["alert"], [] if f'alertname="{rule["alert"]}"' in tested else "is in no test of rules.test.yml")


def check_dashboards(report, write):
    generator = DEPLOYED / "grafana/dashboards.py"
    with tempfile.TemporaryDirectory() as folder:
        report.check(generator.name, command(sys.executable, generator, DASHBOARDS if write else folder))
        for file in Path(folder).glob("*.json"):
            known = DASHBOARDS / file.name
            same = known.exists() and known.read_text() == file.read_text()
            report.check(file.name, [] if same else f"is not what {generator.name} makes: run it")
    source = yaml.safe_load((DEPLOYED / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uid, places = source["datasources"][0]["uid"], {}
    for file, panel in panels():
        where, grid = f"{file}: {panel['title']}", panel["gridPos"]
        cells = {(file, x, y) for x in range(grid["x"], grid["x"] + grid["w"])
                 for y in range(grid["y"], grid["y"] + grid["h"])}
        report.check(where, f"lies over {places[next(iter(cells & places.keys()))]}" if cells & places.keys() else [])
        report.check(where, "goes beyond 24 columns" if grid["x"] + grid["w"] > 24 else [])
        places |= dict.fromkeys(cells, panel["title"])
        sources = {each["datasource"]["uid"] for each in panel.get("targets", [])}
        report.check(where, f"asks {sources}, and {uid} is there" if sources - {uid} else [])


# What the runbook says

def table(families):
    rows = ["| metric | kind | labels | of | meaning |", "|---|---|---|---|---|"]
    for _, family in sorted(families.items()):
        labels = ", ".join(f"`{label}`" for label in sorted(family.labels))
        of = "all" if len(family.services) == len(exported.SERVICES) else ", ".join(sorted(family.services))
        rows.append(f"| `{family.name}` | {family.type} | {labels} | {of} | {family.help} |")
    return "\n".join(rows)


def check_runbook(report, build, families, write):
    text = RUNBOOK.read_text()
    begin, end = (text.find(mark) for mark in TABLE)
    if begin < 0 or end < begin:
        return report.check(RUNBOOK.name, f"has no place for the table of metrics: {TABLE}")
    begin += len(TABLE[0])
    made = f"\n{table(families)}\n"
    if write:
        text = text[:begin] + made + text[end:]
        RUNBOOK.write_text(text)
    report.check(RUNBOOK.name, [] if made in text else "its table of metrics is not what is exported: run with --write")
    sections = re.findall(r"^### (Riposte\w+)$", text, re.M)
    for rule in rules():
        alert = rule["alert"]
        report.check(alert, [
            None if sections.count(alert) == 1 else f"has {sections.count(alert)} sections in {RUNBOOK.name}",
            None if rule["annotations"].get("runbook") == f"deploy/RUNBOOK.md#{alert.lower()}" else
            "its annotation `runbook` does not name its section",
            None if rule["labels"].get("severity") in ("critical", "warning") else "has no severity that is known",
        ])
    for section in sections:
        report.check(section, [] if section in {rule["alert"] for rule in rules()} else "has a section, and is no alert")
    check_commands(report, build, text)
    for name in set(re.findall(r"\briposte_\w+", text)):
        known = name in families or re.sub(r"_(bucket|sum|count)$", "", name) in families
        report.check(RUNBOOK.name, [] if known else f"names {name}, which nobody exports")


def check_commands(report, build, text):
    """Every `riposte …` of the runbook is a command with those options."""
    for line in sorted(set(re.findall(r"`riposte ([a-z][^`]*)`", text))):
        words = line.split()
        name = words[:2] if words[0] in ("dead-letters", "topics", "policy") else words[:1]
        run = subprocess.run([build / "riposte", "help", *name], capture_output=True, text=True)
        report.check(f"riposte {line}", [] if run.returncode == 0 else f"is no command: {run.stderr.strip()}")
        for option in re.findall(r"--[a-z-]+", line):
            report.check(f"riposte {line}", [] if option in run.stdout else f"has no option {option}")


def main():
    build, write = Path(sys.argv[1]), "--write" in sys.argv[2:]
    report = Report()
    check_prometheus(report)
    check_dashboards(report, write)
    texts, secret = exported.scraped(build)
    families = exported.families(texts)
    check_exported(report, texts, secret, families)
    check_queries(report, families)
    check_runbook(report, build, families, write)
    for fault in report.faults:
        print(f"✘ {fault}")
    print(f"observability: {len(families)} metrics, {len(list(asked()))} queries, {len(rules())} alerts")
    print(f"{report.passed} passed, {len(report.faults)} failed")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
