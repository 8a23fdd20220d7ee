#!/usr/bin/env python3
"""Judges a run of the chaos harness from what anyone can see: the topics and the console's journal.

    check.py --bootstrap SERVERS --prefix PREFIX --journal URL --published FILE [--window-ms N] [--records DIR]
    check.py --records DIR [--published FILE] [--window-ms N]      the same later, from what a run has kept

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
    sent           what must never be sent was to be sent
    twice, late    the console was asked twice for one request, or at a time that its intent does not allow
    contradiction  what is said of a request is not what the console did
    detections     a revision of a malop is not published as it is
The last line is `check: parked=N violations=N`.
With violations, every record goes to DIR, one NDJSON file a topic. Exit code: 0 without a violation, 1 with, 64 and others when it could not judge.
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
    "remediation.results", "dead-letters",
]
OPEN = {"ACCEPTED", "HELD", "SUBMITTED", "IN_PROGRESS", "UNCERTAIN", "PARKED"}
NEVER_SENT = {"OBSERVED", "REFUSED", "DENIED", "EXPIRED"}
CARRIED_OUT = {"SUCCEEDED", "PARTIAL", "FAILED", "ABORTED", "TIMED_OUT"}
ENDS = NEVER_SENT | CARRIED_OUT | {"UNKNOWN"}
REPEATABLE = {"KILL_PROCESS", "QUARANTINE_FILE"}
# What the services must not send through /rest/remediate, and what the console does not report on.
FORBIDDEN = {"ISOLATE_MACHINE"}
UNTRACKED = {"KILL_PREVENT_UNSUSPEND", "BLOCK_FILE"}
# What a record can be refused for that is no request at all.
UNUSABLE = {"not-json", "wrong-schema", "no-actions", "unknown-version", "too-large", "empty"}
# The console's last word on an action, and the state that it means.
WORDS = {"SUCCESS": "SUCCEEDED", "FAILURE": "FAILED", "FAILED": "FAILED", "ABORTED": "ABORTED"}
# How long a request lives that does not say so itself.
LIFE_MS = 3_600_000
# Clocks of one machine, read one after the other.
TOLERANCE_MS = 1500
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
    # `kills` and `plannedKills`, `faults` (name: how often it struck).
    is_run: bool = False
    told: dict = field(default_factory=dict)


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
        self.intents = []  # records of those that counted
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
        if known.phase != "waiting" or fact.get("attempt") != known.attempt + 1:
            return
        known.phase, known.attempt, known.writer = "intent", fact["attempt"], fact.get("writer")
        known.intents.append(record)

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
            return
        known.phase = "waiting"

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
            known.phase, known.doubted = "waiting", True
            known.not_after = record.timestamp + max(0, known.not_after - known.accepted.timestamp)

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
            origin = (record.value if isinstance(record.value, dict) else {}).get("origin") or {}
            self.buried[place_of(origin)].append(record)
        self.kinds = {(e["topic"], e["partition"], e["offset"]): e["kind"] for e in evidence.published
                      if e["kind"] != "malop"}
        self.machines = self.known_machines()

    def known_machines(self):
        """The machines that the console has shown: of its detections, and of what it has carried out."""
        found = {action.get("machineId") for entry in self.evidence.journal for action in entry.get("actions") or []}
        for record in self.evidence.topics["detections"]:
            if isinstance(record.value, dict):
                found |= {machine.get("guid") for machine in record.value.get("machines") or []}
        return found

    def judge(self):
        self.check_whole()
        self.check_published()
        self.check_requests()
        self.check_fates()
        self.check_results()
        self.check_ledger_against_results()
        self.check_intents()
        self.check_journal()
        self.check_results_against_journal()
        self.check_outcomes()
        self.check_detections()
        self.check_coverage()
        self.tell()
        return self

    def violation(self, what, who, why, *places):
        where = ", ".join(place.place if isinstance(place, Record) else str(place) for place in places)
        self.violations.append(f"violation: {what}: {who}: {why}" + (f"; {where}" if where else ""))

    # The evidence itself.

    def check_whole(self):
        """Everything that was written is still there."""
        for (topic, partition), first in self.evidence.first_offsets.items():
            if first != 0:
                self.violation("evidence", f"{topic} {partition}", f"begins at {first}: the run does not fit this broker")

    # Nothing is lost.

    def end_of(self, request):
        """The states with which a request's results have ended."""
        return {r.value.get("state") for r in self.results.get(request, []) if r.value.get("state") in ENDS}

    def check_published(self):
        """What Kafka acknowledged is there; what the console had to show was found."""
        places = {(r.topic, r.partition, r.offset) for r in self.evidence.topics["remediation.requests"]}
        detected = {(r.value or {}).get("malopId") for r in self.evidence.topics["detections"]}
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
            self.violation(
                "buried", f"request {request}", f"is fine, and among the dead letters ({letter.value.get('reason')})",
                record, letter)
        if self.end_of(request):
            return
        rows = self.results.get(request, [])
        if rows and rows[-1].value.get("state") == "PARKED" and known.phase == "parked":
            self.parked.add(request)
            return
        last = rows[-1].value.get("state") if rows else "no result"
        self.violation("lost", f"request {request}", f"has no end state ({last})", record, *rows[-1:])

    # What may become of whom.

    def check_fates(self):
        """Each request has come to an end that is meant for such a one, for a reason that is so."""
        for known in self.ledger.requests.values():
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

    def fate(self, known, why, *places):
        self.violation("fate", f"request {known.id}", f"{why}; ended {known.end} ({known.end_reason})",
                       known.accepted, known.end_record, *places)

    def check_observed(self, known):
        if not known.is_dry_run:
            self.fate(known, "was not only to be observed")
        elif any(action in FORBIDDEN for _, _, action in known.targets):
            self.fate(known, "asks for what is never sent, and is not refused")

    def check_denied(self, known):
        self.fate(known, "needs nobody's leave")

    def check_expired(self, known):
        """Nothing expires before its time."""
        if known.end_record.timestamp < known.not_after - TOLERANCE_MS:
            self.fate(known, f"had {(known.not_after - known.end_record.timestamp) / 1000:.1f} s left")

    def check_refused(self, known):
        reason = known.end_reason
        if reason == "already-open":
            if not self.was_in_the_way(known):
                self.fate(known, "stood in nobody's way")
        elif reason == "machine-unknown":
            if all(machine in self.machines for machine, _, _ in known.targets):
                self.fate(known, "is about machines that the console knows")
        elif reason != "action-not-allowed" or not any(action in FORBIDDEN for _, _, action in known.targets):
            self.fate(known, "was good")

    def was_in_the_way(self, known):
        """Whether another was at one of its targets at any time between its acceptance and its refusal."""
        since, until = known.accepted.offset, known.end_record.offset
        others = {other for target in known.targets for other in self.ledger.fired[target]} - {known.id}
        return any(begin < until and since < end for other in others for begin, end in self.ledger.requests[other].busy)

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
            # A tracker that has lost its partition without knowing may write once more over one that has not; whoever has
            # the partition writes the end again above it. Readers go by the version.
            highest = 0
            for row in rows:
                version = row.value.get("version")
                self.stale += version <= highest
                highest = max(highest, version)
            if ends and rows[-1].value.get("state") not in ENDS:
                self.violation(
                    "ends", who, f"has ended ({ends[0].value['state']}), but its last record says "
                    f"{rows[-1].value.get('state')}", ends[-1], rows[-1])
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
            for intent in known.intents:
                # A broker that is away takes it late; who wrote it finds that in the gate.
                meant = intent.value.get("at")
                at = min(intent.timestamp, milliseconds(meant) if meant else intent.timestamp)
                if at > known.not_after + TOLERANCE_MS:
                    self.violation("late", f"request {known.id}", "was to be sent after its notAfter", intent)

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
            intent.timestamp - TOLERANCE_MS <= entry["at"] <= intent.timestamp + self.evidence.window_ms + TOLERANCE_MS
            for intent in known.intents)

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
                if action.get("platformStatus") == "SUCCESS":
                    done[(action.get("machineId"), action.get("targetId"))].add(request)
            if known.end:
                self.check_outcome(known, ordered)
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
                self.violation("contradiction", who, f"the console said {action['platformStatus']} of an action that is "
                               f"{action.get('state')}", row)
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
            self.violation("contradiction", who, "succeeded at a console that does what it says, and is CONTRADICTED", row)

    def check_outcome(self, known, ordered):
        """Whether the console has done what the end rests on."""
        if known.end_reason == "seen-by-effect":
            missing = [target for target in known.targets
                       if not any(at <= known.end_record.timestamp for at in ordered[target[:2]])]
            if missing:
                self.violation("contradiction", f"request {known.id}", f"was seen by its effect, and nobody brought it "
                               f"about: {missing[0]}", known.end_record)
        if known.end in ("TIMED_OUT", "ABORTED") and known.remediation not in self.aborted:
            if known.end_record.timestamp < self.run_end - ABORT_MS:
                self.violation("contradiction", f"request {known.id}", f"is {known.end}, and the console was never asked "
                               "to abort it", known.end_record)

    # Detections.

    def check_detections(self):
        revisions = defaultdict(list)
        seen = Counter()
        for record in self.evidence.topics["detections"]:
            value = record.value or {}
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
        self.void = facts["INTENT"] - sum(len(known.intents) for known in ledger)
        self.facts = facts
        if not self.evidence.is_run:
            return
        asked = sum(1 for kind in self.kinds.values() if kind == "request")
        if len(self.orders) < max(1, asked / 5):
            self.uncovered(f"{asked} requests, and {len(self.orders)} orders at the console")
        # So many that a run without any is no chance.
        for least, count, what in ((300, self.adopted, "adopted"), (1000, self.second, "sent a second time"),
                                   (1000, self.void, "refused by the log at its intent")):
            if asked >= least and not count:
                self.uncovered(f"{asked} requests, and none was {what}")
        if told.get("kills", 0) < told.get("plannedKills", 0):
            self.uncovered(f"{told['plannedKills']} kills were planned, and {told.get('kills', 0)} struck")
        if asked >= 300:
            for name, struck in (told.get("faults") or {}).items():
                if name.startswith("POST ") and not struck:
                    self.uncovered(f"the fault '{name}' never struck")

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
            f"{len(self.evidence.topics['remediation.ledger'])} facts ({', '.join(f'{k} {v}' for k, v in sorted(self.facts.items()))}), "
            f"{len(self.evidence.topics['remediation.results'])} results ({self.stale} stale), "
            f"{len(self.evidence.topics['dead-letters'])} dead letters",
            "verification: " + ", ".join(f"{k} {v}" for k, v in sorted(Counter(
                str(rows[-1].value.get("verification")) for rows in self.results.values()).items())),
            f"{len(self.evidence.topics['detections'])} detections, {self.revisions} revisions, {self.repeats} repeats",
        ]


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
        with open(Path(folder) / f"{name}.ndjson", encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                value = item["value"]
                raw = None if value is None else value.encode() if isinstance(value, str) else json.dumps(value).encode()
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
    evidence = Evidence(topics, journal, published, options.window_ms, first, True, options.told)
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
