#!/usr/bin/env python3
"""Judges a run of the chaos harness from what anyone can see: the topics and the console's journal.

    check.py --bootstrap SERVERS --prefix PREFIX --journal URL --published FILE [--guards FILE] [--window-ms N]
             [--records DIR]
    check.py --records DIR [--published FILE] [--world FILE] [--guards FILE] [--window-ms N]
                                                                        later, from what a run has kept

It shares no code with the services, and has its own idea of what the ledger means. FILE has one JSON object a line: the
records that were published (`kind`: request, duplicate, reused, unusable; `requestId` if it has one; `topic`,
`partition`, `offset`) and the malops that were there to be found (`kind`: malop; `malopId`, `isMalicious`).

Each violation is one line, `violation: WHAT: WHO: WHY; WHERE`. WHAT is one of
    evidence       what is to be judged is not whole
    coverage       the run did not do enough to show anything
    lost, buried   a request, a decision or a malop came to nothing, or to the dead letters
    fate           a request has come to an end that is not for such a one
    ends, ledger   the end of a request changes, or ledger and results do not agree
    nobody's       the console was asked for what nobody asked us for
    sent           what must never be sent was to be sent: for a protected machine, without an approval, over a cap
    halted         the console was asked while all remediation was halted
    twice, late    the console was asked twice for one request, or at a time that its intent does not allow
    contradiction  what is said of a request is not what the console did
    detections     a revision of a malop is not published as it is
The last line is `check: parked=N violations=N`.
With violations, every record goes to DIR, one NDJSON file a topic. Exit code: 0 without a violation, 1 with, 64 and
others when it could not judge.
"""

import argparse
import json
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

TOPICS = [
    "detections", "detections.enriched", "remediation.requests", "remediation.decisions", "remediation.ledger",
    "remediation.results", "dead-letters", "control",
]
OPEN = {"ACCEPTED", "HELD", "SUBMITTED", "IN_PROGRESS", "UNCERTAIN", "PARKED"}
NEVER_SENT = {"OBSERVED", "REFUSED", "DENIED", "EXPIRED"}
CARRIED_OUT = {"SUCCEEDED", "PARTIAL", "FAILED", "ABORTED", "TIMED_OUT"}
ENDS = NEVER_SENT | CARRIED_OUT | {"UNKNOWN"}
REPEATABLE = {"KILL_PROCESS", "QUARANTINE_FILE"}
# What the harness asks for in a way that must not be sent, what it may be refused for, and what the console does not
# report on.
FORBIDDEN = {"ISOLATE_MACHINE"}
FORBIDDEN_REASONS = {"action-not-allowed", "mixed-actions", "wrong-schema"}
UNTRACKED = {"KILL_PREVENT_UNSUSPEND", "BLOCK_FILE"}
# What a record can be refused for that is no request at all.
UNUSABLE = {"not-json", "wrong-schema", "no-actions", "unknown-version", "too-large", "empty"}
# Why a decision can come too late: what it was about has been settled in the meantime.
SETTLED = {"not-parked", "too-late", "already-ended", "already-open", "wrong-schema"}
# The console's last word on an action, and the state that it means.
WORDS = {"SUCCESS": "SUCCEEDED", "FAILURE": "FAILED", "FAILED": "FAILED", "ABORTED": "ABORTED"}
# Whether a record has the key that readers find it by.
KEYS = {
    "detections": lambda value, key: key == value.get("malopId"),
    "detections.enriched": lambda value, key: key == (value.get("detection") or {}).get("malopId"),
    "remediation.ledger": lambda value, key: key.startswith(f"{value.get('requestId')}/{value.get('fact')}/"),
    "remediation.results": lambda value, key: key == value.get("requestId"),
}
# How long a request lives that does not say so itself.
LIFE_MS = 3_600_000
# So many requests that it is no chance any more if none of them was so.
LEAST = {"adopted": 300, "sent a second time": 1000, "refused by the log at its intent": 3000,
         "struck by every fault": 3000, "approved": 300, "denied": 300, "refused for its machine": 300,
         "refused for its size": 300, "held by a cap": 300, "halted": 100}
# Clocks of one machine, read one after the other; and how much one of them may differ from the other.
TOLERANCE_MS = 1500
EARLY_MS = 20
# What was spent counts until an hour after the end of its minute.
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
CAP_REASONS = {"cap-machine-hour", "cap-machines-hour", "cap-actions-hour"}
# How old what an instance knows of the halt switch may be.
FRESH_MS = 5_000
# An abort has its time until the console has answered, but not beyond the end of the run.
ABORT_MS = 60_000


@dataclass
class Record:
    """A record of a topic; `value` is the parsed JSON, or None where it is none."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: str
    raw: bytes
    value: object = None

    @property
    def place(self):
        return f"{self.topic} {self.partition}/{self.offset}"


@dataclass
class Evidence:
    """Everything that is judged."""

    topics: dict  # name without prefix: records, partition by partition
    journal: list
    published: list
    window_ms: int = 8000
    first_offsets: dict = field(default_factory=dict)
    # Whether it is all of a run, of which something is to be expected, and what the harness says of it, where it does:
    # `kills` and `plannedKills`, `stops`, `faults` (each with `name` and `struck`, how often), `undecided` (of what is
    # parked, how much the person on call could not decide).
    is_run: bool = False
    told: dict = field(default_factory=dict)
    world: object = None
    # What the policy says: the GUIDs of machines that are `protected` and of those where a person is to `approve`,
    # `actionsPerRequest`, and the `caps` of an hour.
    guards: dict = field(default_factory=dict)


class World:
    """What there was on the console, from the scenario that the simulator was given."""

    def __init__(self, scenario):
        names = {machine["id"]: machine["guid"] for machine in scenario["machines"]}
        self.machines = set(names.values())
        self.places = {item["guid"]: names[item["machine"]] for item in scenario["files"] + scenario["processes"]}
        self.outcomes = {item["target"]: (item.get("behaviour") or {}).get("outcome", "SUCCESS")
                         for item in scenario["remediation"]}
        self.reputations = {item["key"]: item["type"] for item in scenario["reputations"]}
        self.suspects = {}
        self.revisions = {}  # malop: the decision statuses that it has one after the other
        for malop in scenario["malops"]:
            self.suspects[malop["guid"]] = {(item["file"], item["decisionStatus"]) for item in malop["files"]}
            self.revisions[malop["guid"]] = [set(malop["decisionStatuses"])]
        for event in scenario["events"]:
            if "malop" in event:
                self.revisions[event["malop"]].append(set(event["decisionStatuses"]))

    def outcome(self, machine, target):
        """How an action on a target ends the first time."""
        return self.outcomes.get(target, "SUCCESS") if self.places.get(target) == machine else "FAILURE"


def asked(request):
    """What a request asks for, as (machine, target, action) triples."""
    found = set()
    for machine, actions in (request.get("actionsByMachine") or {}).items():
        for action in actions or []:
            found.add((machine, action.get("targetId"), action.get("actionType")))
    return frozenset(found)


def content(request):
    """What makes a request another one, beside its id."""
    return (
        request.get("malopId"), request.get("initiatorUserName"), bool(request.get("dryRun")), request.get("notAfter"),
        asked(request),
    )


def milliseconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def place_of(origin):
    """A place as dead letters, ledger and results name it."""
    return origin.get("topic"), origin.get("partition"), origin.get("offset")


def triples(actions):
    """The (machine, target, action) of a list that has one object for each."""
    return frozenset((a.get("machineId"), a.get("targetId"), a.get("actionType")) for a in actions or [])


class Spending:
    """What intents have spent within the hour: actions, by machine."""

    def __init__(self):
        self.minutes = defaultdict(Counter)  # minute: machine: actions
        self.most = Counter()  # machine: the most actions that it had within an hour

    def spend(self, targets, at, sign=1):
        minute = self.minutes[at // MINUTE_MS]
        for machine, _, _ in targets:
            minute[machine] += sign
        for machine, count in self.now(at).items():
            self.most[machine] = max(self.most[machine], count)

    def now(self, at):
        for minute in [m for m in self.minutes if (m + 1) * MINUTE_MS + HOUR_MS <= at]:
            del self.minutes[minute]
        return +sum(self.minutes.values(), Counter())

    def excess(self, targets, caps, at):
        """The cap that these actions would be over; None if there is room."""
        spent, asked = self.now(at), Counter(machine for machine, _, _ in targets)
        each = caps.get("actionsPerMachineAndHour")
        if each is not None and any(spent[machine] + count > each for machine, count in asked.items()):
            return "cap-machine-hour"
        machines, further = caps.get("machinesPerHour"), len(set(asked) - set(spent))
        if machines is not None and further and len(spent) + further > machines:
            return "cap-machines-hour"
        total = caps.get("actionsPerHour")
        if total is not None and spent.total() + asked.total() > total:
            return "cap-actions-hour"
        return None


class Followed:
    """One request as this judge reads the ledger."""

    def __init__(self, record, fact):
        self.id = fact["requestId"]
        self.request = fact.get("request") or {}
        self.accepted = record
        self.origin = place_of(fact.get("origin") or {})
        self.digest = fact.get("digest")
        self.not_after = self.deadline(fact)
        self.phase = "waiting"
        self.attempt = 0
        self.writer = None
        self.intents = []  # records of those that counted and allowed to send
        self.excess = None  # the cap that the last intent was over
        self.spent_at = None
        self.overs = []  # records of intents that counted and were over a cap
        self.approvals = []  # records of the approvals that counted
        self.taken = []  # every decision that counted
        self.is_denied = False  # no attempt follows the one that is on its way
        self.remediation = None
        self.doubted = False
        self.was_not_there = False
        self.parks = 0
        self.decisions = []  # verbs of those that counted
        self.busy = []  # [from, to]: offsets between which it may have been at the console
        self.end = None
        self.end_reason = None
        self.end_record = None

    def deadline(self, fact):
        """After which it must not be sent, in milliseconds; its own word, or the time of its record and an hour."""
        if self.request.get("notAfter"):
            return milliseconds(self.request["notAfter"])
        since = (fact.get("origin") or {}).get("timestamp")
        return (milliseconds(since) if since else self.accepted.timestamp) + LIFE_MS

    @property
    def is_dry_run(self):
        return bool(self.request.get("dryRun"))

    @property
    def targets(self):
        return asked(self.request)

    @property
    def is_firing(self):
        if self.phase == "waiting":
            return self.doubted
        return self.phase != "ended"

    def finish(self, state, record, reason):
        self.phase, self.end, self.end_record, self.end_reason = "ended", state, record, reason


class LedgerReading:
    """The requests of the ledger, by what its facts mean where they stand."""

    def __init__(self, records):
        self.requests = {}
        self.owner = {}  # remediation id: request id
        self.firing = {}  # target: request id
        self.fired = defaultdict(set)  # target: every request that was firing on it
        self.facts = defaultdict(list)
        self.spending = Spending()
        for record in records:
            fact = record.value
            if isinstance(fact, dict):
                self.facts[fact.get("requestId")].append(record)
                self.take(record, fact)

    def take(self, record, fact):
        kind, known = fact.get("fact"), self.requests.get(fact.get("requestId"))
        if known is None:
            if kind == "ACCEPTED" or (kind == "REFUSED" and "request" in fact):
                known = self.requests[fact["requestId"]] = Followed(record, fact)
                if kind == "REFUSED":
                    known.finish("REFUSED", record, fact.get("reason"))
            return
        if kind == "ACCEPTED" or known.end or (kind == "REFUSED" and "request" in fact):
            return
        was_firing = known.is_firing
        getattr(self, "take_" + str(kind).lower(), lambda *_: None)(known, record, fact)
        if known.is_firing and not was_firing:
            known.busy.append([record.offset, float("inf")])
            for target in known.targets:
                self.fired[target].add(known.id)
        elif was_firing and not known.is_firing:
            known.busy[-1][1] = record.offset
        for target in known.targets:
            if known.is_firing:
                self.firing[target] = known.id
            elif self.firing.get(target) == known.id:
                del self.firing[target]

    def take_intent(self, known, record, fact):
        if any(self.firing.get(target, known.id) != known.id for target in known.targets):
            return
        if known.phase != "waiting" or known.is_denied or fact.get("attempt") != known.attempt + 1:
            return
        known.phase, known.attempt, known.writer = "intent", fact["attempt"], fact.get("writer")
        known.excess = self.spending.excess(known.targets, fact.get("caps") or {}, record.timestamp)
        if known.excess:
            known.overs.append(record)
        else:
            known.intents.append(record)
            known.spent_at = record.timestamp
            self.spending.spend(known.targets, record.timestamp)

    def take_not_sent(self, known, record, fact):
        if fact.get("attempt") != known.attempt or known.phase not in ("intent", "uncertain", "parked"):
            return
        if fact.get("reason") == "not-there":
            if known.phase != "uncertain" or known.was_not_there:
                return
            if not all(action in REPEATABLE for _, _, action in known.targets):
                return
            known.doubted = known.was_not_there = True
        elif fact.get("writer") != known.writer:
            # That nobody has sent what is over a cap, everyone can tell by its place in the log.
            if fact.get("reason") not in CAP_REASONS or known.phase != "intent" or not known.excess:
                return
        known.phase = "waiting"
        if not known.excess and fact.get("reason") != "not-there":
            self.spending.spend(known.targets, known.spent_at, -1)
        if known.is_denied:
            self.end_denied(known, record)

    def take_submitted(self, known, record, fact):
        remediation = fact.get("remediationId")
        if not remediation or known.remediation or self.owner.get(remediation, known.id) != known.id:
            return
        if known.is_firing and fact.get("attempt", 0) <= known.attempt:
            self.own(known, remediation)

    take_adopted = take_submitted

    def own(self, known, remediation):
        known.phase, known.remediation = "submitted", remediation
        self.owner[remediation] = known.id

    def take_uncertain(self, known, record, fact):
        if known.phase == "intent" and fact.get("attempt") == known.attempt:
            known.phase = "uncertain"

    def take_parked(self, known, record, fact):
        may = known.phase in ("intent", "uncertain") or (known.phase == "waiting" and known.doubted)
        if may and fact.get("attempt") == known.attempt:
            known.phase = "parked"
            known.parks += 1

    def take_decided(self, known, record, fact):
        decision = fact.get("decision") or {}
        verb, remediation = decision.get("decision"), decision.get("remediationId")
        if verb in ("APPROVE", "DENY"):
            return self.answer(known, record, decision)
        if known.phase != "parked" or decision.get("attempt", known.attempt) != known.attempt:
            return
        if known.digest and decision.get("digest", known.digest) != known.digest:
            return
        known.decisions.append(verb)
        if verb == "ADOPT" and remediation and self.owner.get(remediation, known.id) == known.id:
            self.own(known, remediation)
        elif verb == "GIVE_UP":
            known.finish("UNKNOWN", record, "given-up")
        elif verb == "SEND_AGAIN":
            known.phase, known.doubted, known.is_denied = "waiting", True, False
            known.not_after = record.timestamp + max(0, known.not_after - known.accepted.timestamp)

    def answer(self, known, record, decision):
        """An approval of what waits, or a denial of that or of what is on its way; of nothing else that has its id."""
        if decision in known.taken or known.digest and decision.get("digest", known.digest) != known.digest:
            return
        if decision["decision"] == "APPROVE":
            if known.phase != "waiting" or decision.get("digest") is None:
                return
            known.approvals.append(record)
        else:
            if known.phase not in ("waiting", "intent", "uncertain"):
                return
            known.is_denied = True
            if known.phase == "waiting":
                self.end_denied(known, record)
        known.taken.append(decision)
        known.decisions.append(decision["decision"])

    @staticmethod
    def end_denied(known, record):
        """The end of what was denied; but what may have run does not end as if nothing had been sent."""
        if known.doubted:
            known.phase = "parked"
            known.parks += 1
        else:
            known.finish("DENIED", record, "denied")

    def answers(self, known, fact):
        asked = known.phase in ("intent", "uncertain", "parked") and not known.doubted
        return asked and fact.get("attempt") == known.attempt and fact.get("writer") == known.writer

    @staticmethod
    def is_unsent(known):
        return known.phase == "waiting" and not known.doubted

    def take_refused(self, known, record, fact):
        if self.is_unsent(known) or self.answers(known, fact):
            known.finish("REFUSED", record, fact.get("reason"))

    def take_ended(self, known, record, fact):
        state = fact.get("state")
        if state in ("OBSERVED", "DENIED", "EXPIRED"):
            may = self.is_unsent(known)
        elif state == "REFUSED":
            may = self.is_unsent(known) or self.answers(known, fact)
        else:
            may = state in ENDS and known.phase in ("submitted", "uncertain", "parked")
        if may:
            known.finish(state, record, fact.get("reason"))


class Judge:
    """Holds the evidence together; every contradiction is a violation."""

    def __init__(self, evidence):
        self.evidence = evidence
        self.violations = []
        self.notes = []
        self.parked = set()
        self.stale = 0
        self.ledger = LedgerReading(evidence.topics["remediation.ledger"])
        self.results = defaultdict(list)
        self.by_source = defaultdict(set)
        for record in evidence.topics["remediation.results"]:
            if isinstance(record.value, dict):
                self.results[record.value.get("requestId")].append(record)
                source = record.value.get("source") or {}
                if source:
                    place = (source.get("partition"), source.get("offset"))
                    self.by_source[place].add(record.value.get("requestId"))
        self.buried = defaultdict(list)
        for record in evidence.topics["dead-letters"]:
            if isinstance(record.value, dict):
                self.buried[place_of(record.value.get("origin") or {})].append(record)
        self.kinds = {(e["topic"], e["partition"], e["offset"]): e["kind"] for e in evidence.published
                      if e["kind"] != "malop"}
        self.machines = self.known_machines()
        self.halts = self.read_halts()

    def known_machines(self):
        """The machines that the console has; those that it has shown, where nobody says which it has."""
        if self.evidence.world:
            return self.evidence.world.machines
        found = {action.get("machineId") for entry in self.evidence.journal for action in entry.get("actions") or []}
        for record in self.evidence.topics["detections"]:
            if isinstance(record.value, dict):
                found |= {machine.get("guid") for machine in record.value.get("machines") or []}
        return found

    def read_halts(self):
        """From when to when all was halted, by the topic's clock."""
        halts = []
        for record in self.evidence.topics.get("control", []):
            on = (record.value or {}).get("on") if isinstance(record.value, dict) else True
            if on and not (halts and halts[-1][1] is None):
                halts.append([record.timestamp, None])
            elif not on and halts and halts[-1][1] is None:
                halts[-1][1] = record.timestamp
        return [(since, until or float("inf")) for since, until in halts]

    def judge(self):
        self.check_whole()
        self.check_published()
        self.check_requests()
        self.check_decisions()
        self.check_letters()
        self.check_fates()
        self.check_results()
        self.check_ledger_against_results()
        self.check_intents()
        self.check_journal()
        self.check_caps()
        self.check_halts()
        self.check_plans()
        self.check_results_against_journal()
        self.check_outcomes()
        self.check_detections()
        self.check_enrichment()
        self.check_coverage()
        self.tell()
        return self

    def values(self, name):
        return [record.value for record in self.evidence.topics[name] if isinstance(record.value, dict)]

    def violation(self, what, who, why, *places):
        where = ", ".join(place.place if isinstance(place, Record) else str(place) for place in places)
        self.violations.append(f"violation: {what}: {who}: {why}" + (f"; {where}" if where else ""))

    # The evidence itself.

    def check_whole(self):
        """Everything that was written is still there."""
        for (topic, partition), first in self.evidence.first_offsets.items():
            if first != 0:
                self.violation(
                    "evidence", f"{topic} {partition}", f"begins at {first}: the run does not fit the broker")
        for name, records in self.evidence.topics.items():
            last = {}
            for record in records:
                due = last.get(record.partition, record.offset - 1) + 1
                if record.offset != due:
                    self.violation("evidence", record.place, f"comes where {due} is due: a record is gone", record)
                last[record.partition] = record.offset
                # Senders may write anything. Nothing of ours is so old that it is forgotten.
                if name not in ("remediation.requests", "remediation.decisions"):
                    if not isinstance(record.value, dict):
                        self.violation("evidence", record.place, "is no object", record)
                    elif name in KEYS and not KEYS[name](record.value, record.key):
                        self.violation("evidence", record.place, f"has the key '{record.key}'", record)

    # Nothing is lost.

    def end_of(self, request):
        """The states with which a request's results have ended."""
        return {r.value.get("state") for r in self.results.get(request, []) if r.value.get("state") in ENDS}

    def check_published(self):
        """What Kafka acknowledged is there; what the console had to show was found."""
        places = {(r.topic, r.partition, r.offset) for r in self.evidence.topics["remediation.requests"]}
        detected = {value.get("malopId") for value in self.values("detections")}
        planned = {(r.value or {}).get("malopId") for r in self.evidence.topics["remediation.requests"]
                   if isinstance(r.value, dict)}
        for entry in self.evidence.published:
            if entry["kind"] == "malop":
                malop = entry["malopId"]
                if malop not in detected:
                    self.violation("lost", f"malop {malop}", "was never published as a detection")
                elif entry.get("isMalicious") and malop not in planned:
                    self.violation("lost", f"malop {malop}", "is malicious, and nothing was planned")
            elif (entry["topic"], entry["partition"], entry["offset"]) not in places:
                self.violation(
                    "evidence", entry.get("requestId"), "was acknowledged by Kafka and is not there",
                    f"{entry['topic']} {entry['partition']}/{entry['offset']}")

    def check_requests(self):
        """Every record of the request topic came to something."""
        for record in self.evidence.topics["remediation.requests"]:
            place = (record.topic, record.partition, record.offset)
            kind = self.kinds.get(place, "request")
            letters = self.buried.get(place, [])
            if kind == "unusable":
                self.check_unusable(record, letters)
            else:
                self.check_request(record, letters)

    def check_unusable(self, record, letters):
        who = f"unusable record {record.key or ''}"
        if not letters:
            self.violation("lost", who, "has no dead letter", record)
        if isinstance(record.value, dict):
            ids = self.by_source.get((record.partition, record.offset), set())
            if record.value.get("requestId"):
                ids = ids | {record.value["requestId"]}
            states = set().union(*(self.end_of(request) for request in ids)) if ids else set()
            if "REFUSED" not in states:
                self.violation("lost", who, "is an object, and its sender has no REFUSED result", record)

    def check_request(self, record, letters):
        value = record.value
        if not isinstance(value, dict):
            return self.violation("evidence", record.place, "was published as a request and is no object", record)
        request = value.get("requestId")
        if request is None:
            ids = self.by_source.get((record.partition, record.offset), set())
            if len(ids) != 1:
                return self.violation(
                    "lost", "a request without an id", f"{len(ids)} requests have it as their source", record)
            request = next(iter(ids))
        known = self.ledger.requests.get(request)
        if known is None:
            return self.violation("lost", f"request {request}", "is not in the ledger", record)
        if content(known.request) != content(value):
            if not any(letter.value.get("reason") == "id-reused" for letter in letters):
                self.violation(
                    "lost", f"request {request}", "came again with another body, and is no dead letter", record,
                    known.accepted)
            return
        for letter in letters:
            if letter.value.get("reason") == "id-reused":
                self.violation("buried", f"request {request}", "came again as it was, and is buried", record, letter)
        if self.end_of(request):
            return
        rows = self.results.get(request, [])
        if rows and rows[-1].value.get("state") == "PARKED" and known.phase == "parked":
            self.parked.add(request)
            return
        last = rows[-1].value.get("state") if rows else "no result"
        self.violation("lost", f"request {request}", f"has no end state ({last})", record, *rows[-1:])

    def check_decisions(self):
        """What a person has said is in the ledger, and what a person can decide does not stay parked."""
        taken = {place_of(fact.get("origin") or {}) for fact in self.values("remediation.ledger")
                 if fact.get("fact") == "DECIDED"}
        for record in self.evidence.topics["remediation.decisions"]:
            place = (record.topic, record.partition, record.offset)
            if place not in taken and place not in self.buried:
                self.violation("lost", f"the decision about {record.key}", "is neither in the ledger nor a dead letter",
                               record)
        undecided = self.evidence.told.get("undecided")
        if undecided is not None and len(self.parked) > undecided:
            for request in sorted(self.parked):
                self.violation("lost", f"request {request}", "is parked, and a person has been asked",
                               self.ledger.requests[request].accepted)

    def check_letters(self):
        """Only what cannot be used is buried. What becomes of requests is for those who look at them."""
        requests, decisions = (
            {(r.topic, r.partition, r.offset): r for r in self.evidence.topics[name]}
            for name in ("remediation.requests", "remediation.decisions"))
        for place, letters in self.buried.items():
            for letter in letters:
                reason = letter.value.get("reason")
                if place in requests:
                    right = reason in (UNUSABLE if self.kinds.get(place) == "unusable" else {"id-reused"})
                else:
                    right = place in decisions and (reason in SETTLED or self.is_about_another(decisions[place], reason))
                if not right:
                    self.violation(
                        "buried", " ".join(map(str, place)), f"is fine, and among the dead letters ({reason})", letter)

    def is_about_another(self, record, reason):
        """Whether a decision quotes another digest than its request has."""
        decision = record.value if isinstance(record.value, dict) else {}
        known = self.ledger.requests.get(decision.get("requestId"))
        return reason == "wrong-digest" and known and decision.get("digest") != known.digest

    # What may become of whom.

    def check_fates(self):
        """Each request was asked for, and has come to an end that is meant for such a one, for a reason that is so."""
        records = {(r.topic, r.partition, r.offset): r for r in self.evidence.topics["remediation.requests"]}
        for known in self.ledger.requests.values():
            record = records.get(known.origin)
            if record is None:
                self.violation("nobody's", f"request {known.id}", "is in the ledger and not among the requests",
                               known.accepted)
            elif self.kinds.get(known.origin) != "unusable" and not self.is_of(known, record):
                self.violation("nobody's", f"request {known.id}", "is not in the ledger as it was asked for",
                               known.accepted, record)
            if known.end is None:
                continue
            if self.kinds.get(known.origin) == "unusable":
                if known.end != "REFUSED" or known.end_reason not in UNUSABLE or known.intents:
                    self.fate(known, "is no request")
            elif known.end in CARRIED_OUT:
                if known.is_dry_run or any(action in FORBIDDEN for _, _, action in known.targets):
                    self.fate(known, "must not be sent")
            else:
                getattr(self, "check_" + known.end.lower())(known)

    @staticmethod
    def is_of(known, record):
        return isinstance(record.value, dict) and content(record.value) == content(known.request)

    def fate(self, known, why, *places):
        self.violation("fate", f"request {known.id}", f"{why}; ended {known.end} ({known.end_reason})",
                       known.accepted, known.end_record, *places)

    def check_observed(self, known):
        if not known.is_dry_run:
            self.fate(known, "was not only to be observed")
        elif any(action in FORBIDDEN for _, _, action in known.targets):
            self.fate(known, "asks for what is never sent, and is not refused")

    def is_on(self, known, kind):
        """Whether one of the request's machines is of a kind that the policy has a word for."""
        return any(machine in self.evidence.guards.get(kind, []) for machine, _, _ in known.targets)

    def needs_leave(self, known):
        return self.is_on(known, "approve") or known.request.get("mode") == "approve"

    def is_large(self, known):
        return len(known.targets) > self.evidence.guards.get("actionsPerRequest", float("inf"))

    def check_denied(self, known):
        """A person has said so, or nobody has said anything in time."""
        if known.end_reason == "denied":
            if "DENY" not in known.decisions:
                self.fate(known, "nobody has denied it")
        elif known.end_reason != "approval-expired" or not self.needs_leave(known):
            self.fate(known, "needs nobody's leave")
        elif known.end_record.timestamp < known.not_after - TOLERANCE_MS:
            self.fate(known, f"had {(known.not_after - known.end_record.timestamp) / 1000:.1f} s left")

    def check_expired(self, known):
        """Nothing expires before its time."""
        if known.end_record.timestamp < known.not_after - TOLERANCE_MS:
            self.fate(known, f"had {(known.not_after - known.end_record.timestamp) / 1000:.1f} s left")

    def check_refused(self, known):
        reason = known.end_reason
        if reason == "already-open":
            if not self.was_in_the_way(known):
                self.fate(known, "stood in nobody's way")
        elif reason == "already-done":
            if not self.was_done_meanwhile(known):
                self.fate(known, "was not done by others while it waited")
        elif reason == "machine-unknown":
            if all(machine in self.machines for machine, _, _ in known.targets):
                self.fate(known, "is about machines that the console knows")
        elif reason == "protected-machine":
            if not self.is_on(known, "protected"):
                self.fate(known, "is about machines that nobody protects")
        elif reason == "cap-actions-per-request":
            if not self.is_large(known):
                self.fate(known, f"has no more than {len(known.targets)} actions")
        elif reason not in FORBIDDEN_REASONS or not any(action in FORBIDDEN for _, _, action in known.targets):
            self.fate(known, "was good")

    def was_in_the_way(self, known):
        """Whether another was at one of its targets at any time between its acceptance and its refusal."""
        since, until = known.accepted.offset, known.end_record.offset
        others = {other for target in known.targets for other in self.ledger.fired[target]} - {known.id}
        return any(begin < until and since < end for other in others for begin, end in self.ledger.requests[other].busy)

    def was_done_meanwhile(self, known):
        """Whether each of its targets was acted on by another that began after its acceptance and ended well before its end."""
        return all(any(self.has_done(other, target, known) for other in self.ledger.fired[target] - {known.id})
                   for target in known.targets)

    def has_done(self, other, target, known):
        other = self.ledger.requests[other]
        if other.end not in ("SUCCEEDED", "PARTIAL") or not other.intents:
            return False
        return (other.intents[-1].timestamp >= known.accepted.timestamp
                and other.end_record.offset < known.end_record.offset)

    def check_unknown(self, known):
        """Only what cannot be known ends so."""
        reason, actions = known.end_reason, Counter((machine, action) for machine, _, action in known.targets)
        if reason == "given-up":
            right = "GIVE_UP" in known.decisions
        elif reason == "not-trackable":
            right = any(action in UNTRACKED for _, action in actions)
        else:
            # A log that leaves out its targets cannot be told apart for two of a kind on one machine.
            right = reason == "cannot-tell" and known.remediation and max(actions.values()) > 1
        if not right:
            self.fate(known, "could have been known")

    # One end, which never changes.

    def check_results(self):
        for request, rows in self.results.items():
            who = f"request {request}"
            states = self.end_of(request)
            ends = [row for row in rows if row.value.get("state") in ENDS]
            if len(states) > 1:
                self.violation("ends", who, f"has several end states: {sorted(states)}", *ends)
            if len({row.partition for row in rows}) > 1:
                self.violation("ends", who, "has results on several partitions", *rows)
            # A tracker that has lost its partition without knowing may write once more over one that has not; whoever
            # has the partition writes the end again above it. Readers go by the version.
            highest = 0
            for row in rows:
                version = row.value.get("version")
                self.stale += version <= highest
                highest = max(highest, version)
            if ends and rows[-1].value.get("state") not in ENDS:
                self.violation(
                    "ends", who, f"has ended ({ends[0].value['state']}), but its last record says "
                    f"{rows[-1].value.get('state')}", ends[-1], rows[-1])
            if ends:
                opened = max((row.value.get("version") for row in rows if row not in ends), default=0)
                if max(row.value.get("version") for row in ends) <= opened:
                    self.violation("ends", who, f"its end is no news to who has read version {opened}", *ends)
            if ends and rows[-1].value.get("version") != max(row.value.get("version") for row in rows):
                self.violation("ends", who, "its last record has not the highest version", rows[-1])

    def check_ledger_against_results(self):
        for request, rows in self.results.items():
            known = self.ledger.requests.get(request)
            who = f"request {request}"
            if known is None:
                self.violation("ledger", who, "has a result and is not in the ledger", rows[0])
                continue
            for state in self.end_of(request):
                row = next(row for row in rows if row.value.get("state") == state)
                if known.end is None:
                    self.violation("ledger", who, f"has ended ({state}), and not in the ledger", row)
                elif known.end != state:
                    self.violation("ledger", who, f"ends {known.end} in the ledger and {state} in its results",
                                   known.end_record, row)
        for request, known in self.ledger.requests.items():
            if known.end and known.end not in self.end_of(request):
                self.violation("lost", f"request {request}", f"ended {known.end} in the ledger, and no result says so",
                               known.end_record)

    # What was to be sent.

    def check_intents(self):
        """Nothing is to be sent that must not be sent, or not any more."""
        for known in self.ledger.requests.values():
            if not known.intents:
                continue
            if known.is_dry_run:
                self.violation("sent", f"request {known.id}", "was only to be observed", *known.intents)
            if any(action in FORBIDDEN for _, _, action in known.targets):
                self.violation("sent", f"request {known.id}", "asks for what is never sent", *known.intents)
            if self.is_on(known, "protected"):
                self.violation("sent", f"request {known.id}", "is about a protected machine", *known.intents)
            if self.is_large(known):
                self.violation("sent", f"request {known.id}", f"has {len(known.targets)} actions", *known.intents)
            for intent in known.intents:
                if self.needs_leave(known) and not self.leave(known, intent):
                    self.violation("sent", f"request {known.id}", "was to be sent, and nobody had approved it", intent,
                                   *known.approvals)
                if intent.value.get("caps") != self.evidence.guards.get("caps"):
                    self.violation("sent", f"request {known.id}", f"was judged by other caps: {intent.value.get('caps')}",
                                   intent)
                # A broker that is away takes it late; who wrote it finds that in the gate.
                meant = intent.value.get("at")
                at = min(intent.timestamp, milliseconds(meant) if meant else intent.timestamp)
                if at > known.not_after + TOLERANCE_MS:
                    self.violation("late", f"request {known.id}", "was to be sent after its notAfter", intent)

    @staticmethod
    def leave(known, intent):
        """The approvals before an intent of people who had not asked for it themselves."""
        requester = (known.request.get("initiatorUserName") or "").lower()
        return [record for record in known.approvals if record.offset < intent.offset
                and record.value["decision"].get("decidedBy", "").lower() != requester]

    # What the console did.

    @property
    def orders(self):
        return [entry for entry in self.evidence.journal if entry.get("kind") == "remediate"]

    @staticmethod
    def order_content(entry):
        return entry.get("malopId"), triples(entry.get("actions"))

    @staticmethod
    def told(entry):
        return f"journal {entry.get('remediationId')} at {entry.get('at')}"

    def covers(self, known, entry):
        """Whether an intent of the request allowed this order: within the window, no order comes later."""
        return any(
            intent.timestamp - EARLY_MS <= entry["at"] <= intent.timestamp + self.evidence.window_ms + TOLERANCE_MS
            for intent in known.intents)

    def over(self, known, entry):
        """The intent that this order follows, where it was over a cap and no other allows the order."""
        if self.covers(known, entry):
            return None
        return next((intent for intent in known.overs if intent.timestamp - EARLY_MS <= entry["at"]
                     <= intent.timestamp + self.evidence.window_ms + TOLERANCE_MS), None)

    def check_journal(self):
        """Each order belongs to one request that meant it at that time, and each request has one order at most."""
        for entry in self.evidence.journal:
            if entry.get("kind") == "abort":
                if entry.get("remediationId") not in self.ledger.owner:
                    self.violation("nobody's", "an abort", "no request owns the remediation", self.told(entry))
            elif entry.get("kind") != "remediate":
                self.violation("nobody's", f"an order of kind {entry.get('kind')}", "nobody asked for it",
                               self.told(entry))
        candidates = defaultdict(list)
        for known in self.ledger.requests.values():
            candidates[(known.request.get("malopId"), known.targets)].append(known)
        taken = defaultdict(list)
        loose = []
        for entry in self.orders:
            owner = self.ledger.owner.get(entry.get("remediationId"))
            if owner is None:
                loose.append(entry)
                continue
            known = self.ledger.requests[owner]
            taken[owner].append(entry)
            if self.order_content(entry) != (known.request.get("malopId"), known.targets):
                self.violation("contradiction", f"request {owner}", "has a remediation that does something else",
                               self.told(entry), known.accepted)
            elif over := self.over(known, entry):
                self.violation("sent", f"request {owner}", f"was over a cap ({known.excess}), and the console was asked",
                               self.told(entry), over)
            elif not self.covers(known, entry):
                self.violation("late", f"request {owner}", "was taken by the console outside of its intent's window",
                               self.told(entry), *known.intents)
        for entry in self.match(loose, candidates, taken):
            self.stray(entry, candidates[self.order_content(entry)], taken)
        self.loose = loose
        for request, entries in [*taken.items(), *((request, [entry]) for request, entry in self.guessed.items())]:
            limit = self.ledger.requests[request].not_after + self.evidence.window_ms + TOLERANCE_MS
            for entry in entries:
                if entry["at"] > limit:
                    self.violation("late", f"request {request}", "was sent after its notAfter", self.told(entry))

    def check_caps(self):
        """No machine had more at the console within an hour than the policy allows, whatever the ledger says."""
        cap = (self.evidence.guards.get("caps") or {}).get("actionsPerMachineAndHour", float("inf"))
        # What was meant within an hour may have come to the console over a little more than that.
        hour = HOUR_MS - self.evidence.window_ms - TOLERANCE_MS
        acted = defaultdict(list)
        for entry in sorted(self.orders, key=lambda entry: entry["at"]):
            for machine, _, _ in self.order_content(entry)[1]:
                acted[machine].append(entry["at"])
        self.most_on_machine = 0
        for machine, times in acted.items():
            for index, at in enumerate(times):
                count = sum(1 for other in times[:index + 1] if at - other < hour)
                self.most_on_machine = max(self.most_on_machine, count)
                if count > cap:
                    self.violation("sent", f"machine {machine}", f"had {count} actions within an hour, and {cap} are "
                                   "allowed", f"journal at {at}")
                    break

    def check_halts(self):
        """Soon after a halt nothing is meant to be sent any more, and soon after that nothing arrives."""
        self.worst_after_halt = None
        intents = {}
        for owner, known in self.ledger.requests.items():
            for record in known.intents:
                meant = record.value.get("at")
                at = min(record.timestamp, milliseconds(meant) if meant else record.timestamp)
                intents.setdefault(owner, []).append((record, at))
        guessed = {id(entry): request for request, entry in self.guessed.items()}
        for entry in self.orders:
            owner = self.ledger.owner.get(entry.get("remediationId")) or guessed.get(id(entry))
            halt = next((h for h in self.halts if h[0] < entry["at"] < h[1]), None)
            if halt is None:
                continue
            late = entry["at"] - halt[0]
            self.worst_after_halt = max(late, self.worst_after_halt or 0)
            if late > FRESH_MS + self.evidence.window_ms + TOLERANCE_MS:
                self.violation("halted", f"request {owner}", f"was sent {late / 1000:.1f} s after the halt",
                               self.told(entry))
            before = [(r, at) for r, at in intents.get(owner, []) if r.timestamp - EARLY_MS <= entry["at"]]
            if before and halt[0] + FRESH_MS + TOLERANCE_MS < before[-1][1] < halt[1]:
                self.violation("halted", f"request {owner}", "was meant to be sent "
                               f"{(before[-1][1] - halt[0]) / 1000:.1f} s after the halt, and was", before[-1][0],
                               self.told(entry))

    def match(self, loose, candidates, taken):
        """Orders whose answer was lost each need a request of their own that may have made them. Those left over."""
        assigned = {}  # request id: entry

        def options(entry):
            return [k for k in candidates.get(self.order_content(entry), [])
                    if k.id not in taken and k.end not in NEVER_SENT and self.covers(k, entry)]

        def place(entry, seen):
            for known in options(entry):
                if known.id in seen:
                    continue
                seen.add(known.id)
                if known.id not in assigned or place(assigned[known.id], seen):
                    assigned[known.id] = entry
                    return True
            return False

        rest = [entry for entry in loose if not place(entry, set())]
        self.guessed = assigned
        return rest

    def stray(self, entry, candidates, taken):
        told = self.told(entry)
        if not candidates:
            return self.violation("nobody's", "an order", "nobody asked for it", told)
        names = ", ".join(known.id for known in candidates)
        for known in candidates:
            if over := self.over(known, entry):
                return self.violation("sent", f"request {known.id}", "was over a cap, and the console was asked", told,
                                      over)
        for known in candidates:
            if known.end in NEVER_SENT and self.covers(known, entry):
                return self.violation(
                    "contradiction", f"request {known.id}", f"ended {known.end}, but the console was asked", told,
                    *known.intents, known.end_record)
        for known in candidates:
            others = taken.get(known.id) or [e for i, e in self.guessed.items() if i == known.id]
            if others:
                return self.violation(
                    "twice", f"request {known.id}", "the console accepted it more than once", told,
                    *[self.told(other) for other in others], *self.ledger.facts[known.id])
        self.violation("late", f"request {names}", "the console was asked outside of every intent's window", told,
                       *[intent for known in candidates for intent in known.intents])

    def check_plans(self):
        """The planner asks once for an action on a target of a malop, and only where there is something malicious."""
        malicious = {entry["malopId"]: entry.get("isMalicious") for entry in self.evidence.published
                     if entry["kind"] == "malop"}
        planned = defaultdict(lambda: defaultdict(list))
        for record in self.evidence.topics["remediation.requests"]:
            if (record.topic, record.partition, record.offset) in self.kinds or not isinstance(record.value, dict):
                continue
            malop = record.value.get("malopId")
            for target in asked(record.value):
                planned[(malop, target)][record.value.get("requestId")].append(record)
            if not malicious.get(malop):
                self.violation("nobody's", f"request {record.value.get('requestId')}",
                               f"was planned for malop {malop}, which is not malicious", record)
        for (malop, target), requests in planned.items():
            if len(requests) > 1:
                self.violation("twice", f"malop {malop}", f"{target} was planned as {', '.join(map(str, requests))}",
                               *[records[0] for records in requests.values()])

    def check_results_against_journal(self):
        orders = {entry.get("remediationId"): entry for entry in self.orders}
        for request, rows in self.results.items():
            known = self.ledger.requests.get(request)
            for row in rows:
                remediation = row.value.get("remediationId")
                if remediation is None:
                    if row.value.get("state") in CARRIED_OUT and row.value.get("reason") != "seen-by-effect":
                        self.violation("contradiction", f"request {request}",
                                       f"is {row.value['state']} and names no remediation", row)
                    continue
                entry = orders.get(remediation)
                if entry is None:
                    self.violation("contradiction", f"request {request}",
                                   f"names remediation {remediation}, which the console does not know", row)
                elif known and self.order_content(entry) != (known.request.get("malopId"), known.targets):
                    self.violation("contradiction", f"request {request}", "names a remediation that is not its own",
                                   row, self.told(entry))
                elif row.value.get("state") in NEVER_SENT:
                    self.violation("contradiction", f"request {request}",
                                   f"is {row.value['state']}, but the console was asked", row, self.told(entry))

    def check_outcomes(self):
        """What is said of each action is what the console said and did."""
        self.aborted = {e.get("remediationId") for e in self.evidence.journal if e.get("kind") == "abort"}
        self.run_end = max((r.timestamp for r in self.evidence.topics["remediation.ledger"]), default=0)
        ordered = defaultdict(list)
        for entry in self.orders:
            for machine, target, _ in self.order_content(entry)[1]:
                ordered[(machine, target)].append(entry["at"])
        done = defaultdict(set)
        for request, rows in self.results.items():
            known = self.ledger.requests.get(request)
            if known is None:
                continue
            for row in rows:
                self.check_actions(known, row)
            for action in rows[-1].value.get("actions") or []:
                if self.evidence.world:
                    self.check_effect(known, action, len(ordered[(action.get("machineId"), action.get("targetId"))]),
                                      rows[-1])
                if action.get("platformStatus") == "SUCCESS":
                    done[(action.get("machineId"), action.get("targetId"))].add(request)
            if known.end:
                self.check_outcome(known, ordered)
        if self.evidence.world:
            self.check_targets()
        for (machine, target), requests in done.items():
            if len(requests) > 1:
                self.violation("contradiction", f"target {target} on {machine}",
                               f"was ended more than once: {', '.join(sorted(requests))}",
                               *[self.results[request][-1] for request in sorted(requests)])

    def check_actions(self, known, row):
        """Whether a result agrees with its own actions."""
        state, who = row.value.get("state"), f"request {known.id}"
        actions = row.value.get("actions") or []
        states = [action.get("state") for action in actions]
        if state in CARRIED_OUT and triples(actions) != known.targets:
            self.violation("contradiction", who, "does not tell of its own actions", row)
        if row.value.get("amended") or not actions:
            return
        for action in actions:
            word = WORDS.get(action.get("platformStatus"))
            if word and word != action.get("state"):
                said = action["platformStatus"]
                self.violation("contradiction", who, f"is {action.get('state')} where the console said {said}", row)
        told = set(states)
        agrees = {
            "SUCCEEDED": told == {"SUCCEEDED"},
            "FAILED": "FAILED" in told and told <= {"FAILED", "ABORTED"},
            "PARTIAL": "SUCCEEDED" in told and len(told) > 1,
            "ABORTED": told == {"ABORTED"},
            "TIMED_OUT": bool(told & {"TIMED_OUT", "UNKNOWN"}),
            "UNKNOWN": "UNKNOWN" in told and "SUCCEEDED" not in told,
        }.get(state, state not in NEVER_SENT or told == {"PENDING"})
        if not agrees:
            self.violation("contradiction", who, f"is {state}, and its actions are {sorted(map(str, told))}", row)
        if state == "SUCCEEDED" and row.value.get("verification") == "CONTRADICTED":
            self.violation(
                "contradiction", who, "succeeded at a console that does what it says, and is CONTRADICTED", row)

    def check_effect(self, known, action, orders, row):
        """Whether an action has ended as such an action does on that target."""
        machine, target, state = action.get("machineId"), action.get("targetId"), action.get("state")
        outcome = self.evidence.world.outcome(machine, target)
        wrong = (
            state == "SUCCEEDED" and outcome != "SUCCESS",
            state == "FAILED" and outcome == "NEVER",
            # Only the first can end a process or put a file away.
            state == "FAILED" and outcome == "SUCCESS" and orders < 2,
        )
        if any(wrong):
            self.violation(
                "contradiction", f"request {known.id}",
                f"an action on {target} is {state}, and it ends with {outcome} there; {orders} orders", row)

    def check_targets(self):
        """Of all that were asked to end a target, one has done it."""
        states = defaultdict(list)
        for entry in self.orders:
            owner = self.ledger.owner.get(entry.get("remediationId"))
            rows = self.results.get(owner) or []
            last = {(a.get("machineId"), a.get("targetId")): a.get("state")
                    for a in (rows[-1].value.get("actions") or [] if rows else [])}
            for machine, target, _ in self.order_content(entry)[1]:
                states[(machine, target)].append(last.get((machine, target)))
        for (machine, target), told in states.items():
            if len(told) > 1 and set(told) == {"FAILED"} and self.evidence.world.outcome(machine, target) == "SUCCESS":
                self.violation("contradiction", f"target {target} on {machine}",
                               f"was acted on {len(told)} times, and all failed where the first succeeds")

    def check_outcome(self, known, ordered):
        """Whether the console has done what the end rests on."""
        if known.end_reason == "seen-by-effect":
            missing = [target for target in known.targets
                       if not any(at <= known.end_record.timestamp for at in ordered[target[:2]])]
            if missing:
                self.violation(
                    "contradiction", f"request {known.id}",
                    f"was seen by its effect, and nobody brought it about: {missing[0]}", known.end_record)
        if known.end in ("TIMED_OUT", "ABORTED") and known.remediation not in self.aborted:
            if known.end_record.timestamp < self.run_end - ABORT_MS:
                self.violation(
                    "contradiction", f"request {known.id}",
                    f"is {known.end}, and the console was never asked to abort it", known.end_record)

    # Detections.

    def check_detections(self):
        """Each revision is published under one id with one content, and the console has had it."""
        revisions = defaultdict(list)
        seen = Counter()
        for record in self.evidence.topics["detections"]:
            value = record.value
            if isinstance(value, dict):
                revisions[(value.get("malopId"), value.get("revision"), bool(value.get("incomplete")))].append(record)
                seen[value.get("detectionId")] += 1
        for (malop, revision, _), records in revisions.items():
            who = f"malop {malop} revision {revision}"
            if len({record.value.get("detectionId") for record in records}) > 1:
                self.violation("detections", who, "was published under several ids", *records)
            if len({self.lasting(record.value) for record in records}) > 1:
                self.violation("detections", who, "was published with several contents", *records)
        self.repeats = sum(count - 1 for count in seen.values())
        self.revisions = len(revisions)
        told = self.evidence.told
        # Who dies between writing and knowing writes again.
        blows = told["kills"] + told.get("stops", 0) if "kills" in told else 20
        if self.repeats > blows + 2:
            self.violation("detections", "the detector", f"has published {self.repeats} revisions again")
        self.check_revisions([records[0] for (_, _, is_part), records in revisions.items() if not is_part])

    def check_revisions(self, records):
        """A malop has the revisions that it had on the console. One may be passed over, but not the last."""
        world, shown, looks = self.evidence.world, defaultdict(list), defaultdict(list)
        for record in records:
            value = record.value
            statuses = set(value.get("decisionStatuses") or [])
            suspects = {(item.get("guid"), item.get("decisionStatus")) for item in value.get("suspects") or []}
            looks[(value.get("malopId"), frozenset(statuses), frozenset(guid for guid, _ in suspects))].append(record)
            shown[value.get("malopId")].append(statuses)
            if world and (statuses not in world.revisions.get(value.get("malopId"), [])
                          or suspects != world.suspects[value["malopId"]]):
                self.violation("detections", f"malop {value.get('malopId')}",
                               f"was never as revision {value.get('revision')} has it", record)
        for (malop, _, _), same in looks.items():
            if not world and len(same) > 1:
                self.violation("detections", f"malop {malop}", f"has {len(same)} revisions, and has not changed", *same)
        for malop, statuses in shown.items():
            if world and malop in world.revisions and world.revisions[malop][-1] not in statuses:
                self.violation("lost", f"malop {malop}", "its last revision was never published")

    def check_enrichment(self):
        """Every detection was enriched, and nothing else; what was known is right."""
        detected = {value.get("detectionId"): value for value in self.values("detections")}
        enriched = {}
        for record in self.evidence.topics["detections.enriched"]:
            value = record.value if isinstance(record.value, dict) else {}
            detection = value.get("detection") or {}
            enriched[detection.get("detectionId")] = record
            origin, who = detected.get(detection.get("detectionId")), f"detection {detection.get('detectionId')}"
            if origin is None:
                self.violation("detections", who, "was enriched, and is none", record)
            elif self.lasting(origin) != self.lasting(detection):
                self.violation("detections", who, "was changed on the way", record)
            for verdict in value.get("verdicts") or []:
                self.check_verdict(verdict, record)
        for detection, value in detected.items():
            if detection not in enriched:
                self.violation("lost", f"detection {detection} of malop {value.get('malopId')}", "was never enriched")
            elif not enriched[detection].value.get("complete"):
                self.violation("lost", f"detection {detection} of malop {value.get('malopId')}",
                               "its verdicts never became complete", enriched[detection])

    def check_verdict(self, verdict, record):
        known = self.evidence.world.reputations if self.evidence.world else {}
        due = {"malware": "malicious"}.get(known.get((verdict.get("indicator") or {}).get("value")))
        if due and verdict.get("verdict") not in (due, "not-checked"):
            self.violation("contradiction", f"indicator {verdict['indicator']['value']}",
                           f"is {due}, and {verdict.get('verdict')} in its verdict", record)

    @staticmethod
    def lasting(detection):
        """A detection without what may differ from one look to the next."""
        kept = {key: value for key, value in detection.items() if key not in ("detectedAt", "updatedAt", "resumeFrom")}
        kept["machines"] = [
            {key: value for key, value in machine.items() if key != "connected"}
            for machine in detection.get("machines") or []]
        return json.dumps(kept, sort_keys=True)

    # Whether the run shows anything.

    def check_coverage(self):
        """A run in which nothing happens has no violation either, and proves nothing."""
        ledger, told = list(self.ledger.requests.values()), self.evidence.told
        facts = Counter(r.value.get("fact") for rs in self.ledger.facts.values() for r in rs)
        self.adopted = sum(1 for records in self.ledger.facts.values()
                           if any(r.value.get("fact") == "ADOPTED" for r in records))
        self.second = sum(1 for known in ledger if known.was_not_there)
        self.void = facts["INTENT"] - sum(len(known.intents) + len(known.overs) for known in ledger)
        self.facts = facts
        if not self.evidence.is_run:
            return
        asked = sum(1 for kind in self.kinds.values() if kind == "request")
        if len(self.orders) < max(1, asked / 5):
            self.uncovered(f"{asked} requests, and {len(self.orders)} orders at the console")
        ends = Counter((known.end, known.end_reason) for known in ledger)
        guards = (
            ("approved", sum(1 for known in ledger if known.approvals and known.intents)),
            ("denied", ends[("DENIED", "denied")]),
            ("refused for its machine", ends[("REFUSED", "protected-machine")]),
            ("refused for its size", ends[("REFUSED", "cap-actions-per-request")]),
            ("held by a cap", sum(1 for known in ledger if self.was_held_by_a_cap(known))), ("halted", len(self.halts)),
        ) if self.evidence.guards else ()
        for what, count in (("adopted", self.adopted), ("sent a second time", self.second),
                            ("refused by the log at its intent", self.void), *guards):
            if asked >= LEAST[what] and not count:
                self.uncovered(f"{asked} requests, and none was {what}")
        if told.get("kills", 0) < told.get("plannedKills", 0):
            self.uncovered(f"{told['plannedKills']} kills were planned, and {told.get('kills', 0)} struck")
        if asked >= LEAST["struck by every fault"]:
            for fault in told.get("faults") or []:
                if fault["name"].startswith("POST ") and not fault["struck"]:
                    self.uncovered(f"the fault '{fault['name']}' never struck")

    def was_held_by_a_cap(self, known):
        return known.overs or any(record.value.get("fact") == "HELD" and record.value.get("reason") in CAP_REASONS
                                  for record in self.ledger.facts[known.id])

    def uncovered(self, why):
        self.violation("coverage", "the run", why)

    # The whole.

    def tell(self):
        states = Counter()
        for known in self.ledger.requests.values():
            states[known.end or known.phase] += 1
        attempts = Counter(len(known.intents) for known in self.ledger.requests.values())
        reasons = Counter(known.end_reason for known in self.ledger.requests.values() if known.end == "UNKNOWN")
        self.notes += [
            f"{len(self.ledger.requests)} requests: " + ", ".join(f"{k} {v}" for k, v in sorted(states.items())),
            f"{len(self.orders)} orders at the console, {len(self.loose)} of them never owned by a request; "
            f"{self.adopted} adopted, {self.second} second attempts, {self.void} intents void; attempts "
            + ", ".join(f"{k}: {v}" for k, v in sorted(attempts.items()))
            + ("; UNKNOWN for " + ", ".join(f"{k} {v}" for k, v in sorted(reasons.items(), key=str)) if reasons else ""),
            f"{sum(1 for known in self.ledger.requests.values() if known.parks)} were parked at some time; decided: "
            + ", ".join(f"{k} {v}" for k, v in sorted(Counter(
                verb for known in self.ledger.requests.values() for verb in known.decisions).items(), key=str)),
            "guardrails: " + self.tell_guards(),
            f"{len(self.evidence.topics['remediation.ledger'])} facts ("
            + ", ".join(f"{k} {v}" for k, v in sorted(self.facts.items(), key=str)) + "), "
            f"{len(self.evidence.topics['remediation.results'])} results ({self.stale} stale), "
            f"{len(self.evidence.topics['dead-letters'])} dead letters",
            "verification: " + ", ".join(f"{k} {v}" for k, v in sorted(Counter(
                str(rows[-1].value.get("verification")) for rows in self.results.values()).items())),
            f"{len(self.evidence.topics['detections'])} detections, {self.revisions} revisions, {self.repeats} repeats",
        ]


    def tell_guards(self):
        ledger = list(self.ledger.requests.values())
        ends = Counter(known.end_reason for known in ledger if known.end in NEVER_SENT)
        late = "none" if self.worst_after_halt is None else f"{self.worst_after_halt / 1000:.1f} s after it at the latest"
        return (
            f"{sum(1 for known in ledger if known.approvals)} approved, {ends['denied']} denied, "
            f"{ends['approval-expired']} left to expire, {ends['protected-machine']} protected, "
            f"{ends['cap-actions-per-request']} too large; "
            f"{sum(1 for known in ledger if self.was_held_by_a_cap(known))} held by a cap, "
            f"{sum(len(known.overs) for known in ledger)} intents over one, {self.most_on_machine} actions on one machine "
            f"at the most; {len(self.halts)} halts, orders: {late}")


# Reading.


def parsed(raw):
    try:
        return json.loads(raw)
    except (ValueError, TypeError, RecursionError):
        return None


def read_topics(bootstrap, prefix, patience=60):
    """Every record of every topic, partition by partition in its order; and where each partition begins."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "riposte.chaos.judge", "enable.auto.commit": False,
        "auto.offset.reset": "earliest", "isolation.level": "read_committed",
    })
    topics, first = {}, {}
    try:
        known = consumer.list_topics(timeout=30).topics
        wanted, ends = [], {}
        for name in TOPICS:
            topics[name] = []
            for partition in known[prefix + name].partitions:
                low, high = consumer.get_watermark_offsets(TopicPartition(prefix + name, partition), timeout=30)
                first[(prefix + name, partition)] = low
                if high > low:
                    wanted.append(TopicPartition(prefix + name, partition, low))
                    ends[(prefix + name, partition)] = high
        consumer.assign(wanted)
        deadline = time.monotonic() + patience
        while ends:
            batch = consumer.consume(1000, timeout=1)
            if batch:
                deadline = time.monotonic() + patience
            elif time.monotonic() > deadline:
                raise SystemExit(f"check: topics cannot be read to their end: {ends}")
            for message in batch:
                if message.error():
                    continue
                place = (message.topic(), message.partition())
                raw = message.value()
                topics[message.topic()[len(prefix):]].append(Record(
                    message.topic(), message.partition(), message.offset(), message.timestamp()[1],
                    (message.key() or b"").decode("utf-8", "replace"), raw, parsed(raw)))
                if place in ends and message.offset() + 1 >= ends[place]:
                    del ends[place]
    finally:
        consumer.close()
    for records in topics.values():
        records.sort(key=lambda record: (record.partition, record.offset))
    return topics, first


def write_records(folder, evidence):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in evidence.topics.items():
        with open(folder / f"{name}.ndjson", "w", encoding="utf-8") as file:
            for record in records:
                value = record.value
                if value is None and record.raw is not None:
                    value = record.raw.decode("utf-8", "replace")
                file.write(json.dumps({
                    "partition": record.partition, "offset": record.offset, "timestamp": record.timestamp,
                    "key": record.key, "value": value}) + "\n")
    (folder / "journal.json").write_text(json.dumps(evidence.journal, indent=1))


def read_records(folder, prefix):
    """What `write_records` has written. Text in place of JSON is what could not be parsed."""
    topics, first = {}, {}
    for name in TOPICS:
        topics[name] = []
        if not (Path(folder) / f"{name}.ndjson").exists():
            continue
        with open(Path(folder) / f"{name}.ndjson", encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                value = item["value"]
                text = value if value is None or isinstance(value, str) else json.dumps(value)
                raw = None if text is None else text.encode()
                record = Record(prefix + name, item["partition"], item["offset"], item["timestamp"], item["key"], raw,
                                None if isinstance(value, str) else value)
                topics[name].append(record)
                first.setdefault((record.topic, record.partition), record.offset)
    return topics, first, json.loads((Path(folder) / "journal.json").read_text())


def prefix_of(published):
    """The topics' prefix, from the places that were published to."""
    places = [entry["topic"] for entry in published if "topic" in entry]
    return places[0].removesuffix("remediation.requests") if places else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", help="without it, what --records has is judged")
    parser.add_argument("--prefix")
    parser.add_argument("--journal")
    parser.add_argument("--published")
    parser.add_argument("--window-ms", type=int, default=9000)
    parser.add_argument("--records", help="where the records go, or are")
    parser.add_argument("--keep", action="store_true", help="write the records also without a violation")
    parser.add_argument("--world", help="the scenario that the simulator was given")
    parser.add_argument("--guards", type=Path, help="what the policy says, as JSON")
    parser.add_argument("--told", type=json.loads, default={}, help="what the harness says of the run, as JSON")
    options = parser.parse_args()

    if not options.bootstrap and not options.records:
        parser.error("--bootstrap or --records is needed")
    with open(options.published or Path(options.records).parent / "published.ndjson", encoding="utf-8") as file:
        published = [json.loads(line) for line in file if line.strip()]
    if options.bootstrap:
        topics, first = read_topics(options.bootstrap, options.prefix)
        with urllib.request.urlopen(options.journal, timeout=60) as answer:
            journal = json.load(answer)["entries"]
    else:
        topics, first, journal = read_records(options.records, options.prefix or prefix_of(published))
    world = World(json.loads(Path(options.world).read_text())) if options.world else None
    guards = json.loads(options.guards.read_text()) if options.guards else {}
    evidence = Evidence(topics, journal, published, options.window_ms, first, True, options.told, world, guards)
    judge = Judge(evidence).judge()
    for line in judge.notes:
        print(f"check: {line}")
    for line in judge.violations:
        print(line[:2000])
    if options.bootstrap and options.records and (judge.violations or options.keep):
        write_records(options.records, evidence)
    print(f"check: parked={len(judge.parked)} violations={len(judge.violations)}")
    sys.exit(1 if judge.violations else 0)


if __name__ == "__main__":
    main()
