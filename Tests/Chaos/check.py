#!/usr/bin/env python3
"""Judges a run of the chaos harness from what anyone can see: the topics and the console's journal.

    check.py --bootstrap SERVERS --prefix PREFIX --journal URL --published FILE [--window-ms N] [--records DIR]

It shares no code with the services, and has its own idea of what the ledger means. FILE has one JSON object a line: the
records that were published (`kind`: request, duplicate, reused, unusable; `requestId` if it has one; `topic`,
`partition`, `offset`) and the malops that were there to be found (`kind`: malop; `malopId`, `isMalicious`).

Each violation is one line, `violation: WHAT: WHO: WHY; WHERE`. The last line is `check: parked=N violations=N`.
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
# Clocks of one machine, read one after the other.
TOLERANCE_MS = 1500


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


class Followed:
    """One request as this judge reads the ledger."""

    def __init__(self, record, fact):
        self.id = fact["requestId"]
        self.request = fact.get("request") or {}
        self.accepted = record
        self.phase = "waiting"
        self.attempt = 0
        self.writer = None
        self.intents = []  # records of those that counted
        self.remediation = None
        self.doubted = False
        self.was_not_there = False
        self.end = None
        self.end_reason = None
        self.end_record = None

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
        self.facts = defaultdict(list)
        for record in records:
            fact = record.value
            if isinstance(fact, dict):
                self.facts[fact.get("requestId")].append(record)
                self.take(record, fact)

    def take(self, record, fact):
        kind, known = fact.get("fact"), self.requests.get(fact.get("requestId"))
        if known is None:
            if kind == "ACCEPTED" or (kind == "REFUSED" and fact.get("request")):
                known = self.requests[fact["requestId"]] = Followed(record, fact)
                if kind == "REFUSED":
                    known.finish("REFUSED", record, fact.get("reason"))
            return
        if kind == "ACCEPTED" or known.end or (kind == "REFUSED" and fact.get("request")):
            return
        getattr(self, "take_" + kind.lower(), lambda *_: None)(known, record, fact)
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

    def take_decided(self, known, record, fact):
        decision = fact.get("decision") or {}
        verb, remediation = decision.get("decision"), decision.get("remediationId")
        if known.phase != "parked":
            return
        if verb == "ADOPT" and remediation and self.owner.get(remediation, known.id) == known.id:
            self.own(known, remediation)
        elif verb == "GIVE_UP":
            known.finish("UNKNOWN", record, "given-up")
        elif verb == "SEND_AGAIN":
            known.phase, known.doubted = "waiting", True

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
            origin = (record.value or {}).get("origin") or {}
            self.buried[(origin.get("topic"), origin.get("partition"), origin.get("offset"))].append(record)

    def judge(self):
        self.check_whole()
        self.check_published()
        self.check_requests()
        self.check_results()
        self.check_ledger_against_results()
        self.check_journal()
        self.check_results_against_journal()
        self.check_detections()
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
        kinds = {(e["topic"], e["partition"], e["offset"]): e["kind"] for e in self.evidence.published
                 if e["kind"] != "malop"}
        for record in self.evidence.topics["remediation.requests"]:
            place = (record.topic, record.partition, record.offset)
            kind = kinds.get(place, "request")
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
        if rows and rows[-1].value.get("state") == "PARKED":
            self.parked.add(request)
            return
        last = rows[-1].value.get("state") if rows else "no result"
        self.violation("lost", f"request {request}", f"has no end state ({last})", record, *rows[-1:])

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

    # What the console did.

    @property
    def orders(self):
        return [entry for entry in self.evidence.journal if entry.get("kind") == "remediate"]

    @staticmethod
    def order_content(entry):
        actions = entry.get("actions") or []
        return entry.get("malopId"), frozenset(
            (action.get("machineId"), action.get("targetId"), action.get("actionType")) for action in actions)

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

    # The whole.

    def tell(self):
        states = Counter()
        for known in self.ledger.requests.values():
            states[known.end or known.phase] += 1
        attempts = Counter(len(known.intents) for known in self.ledger.requests.values())
        reasons = Counter(known.end_reason for known in self.ledger.requests.values() if known.end == "UNKNOWN")
        adopted = sum(1 for records in self.ledger.facts.values()
                      if any(r.value.get("fact") == "ADOPTED" for r in records))
        second = sum(1 for known in self.ledger.requests.values() if known.was_not_there)
        facts = Counter(r.value.get("fact") for rs in self.ledger.facts.values() for r in rs)
        void = facts["INTENT"] - sum(len(known.intents) for known in self.ledger.requests.values())
        self.notes += [
            f"{len(self.ledger.requests)} requests: " + ", ".join(f"{k} {v}" for k, v in sorted(states.items())),
            f"{len(self.orders)} orders at the console, {len(self.loose)} of them never owned by a request; "
            f"{adopted} adopted, {second} second attempts, {void} intents void; attempts "
            + ", ".join(f"{k}: {v}" for k, v in sorted(attempts.items()))
            + ("; UNKNOWN for " + ", ".join(f"{k} {v}" for k, v in sorted(reasons.items(), key=str)) if reasons else ""),
            f"{len(self.evidence.topics['remediation.ledger'])} facts ({', '.join(f'{k} {v}' for k, v in sorted(facts.items()))}), "
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
                value = record.value if record.value is not None else (record.raw or b"").decode("utf-8", "replace")
                file.write(json.dumps({
                    "partition": record.partition, "offset": record.offset, "timestamp": record.timestamp,
                    "key": record.key, "value": value}) + "\n")
    (folder / "journal.json").write_text(json.dumps(evidence.journal, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--journal", required=True)
    parser.add_argument("--published", required=True)
    parser.add_argument("--window-ms", type=int, default=8000)
    parser.add_argument("--records")
    parser.add_argument("--keep", action="store_true", help="write the records also without a violation")
    options = parser.parse_args()

    topics, first = read_topics(options.bootstrap, options.prefix)
    with urllib.request.urlopen(options.journal, timeout=60) as answer:
        journal = json.load(answer)["entries"]
    with open(options.published, encoding="utf-8") as file:
        published = [json.loads(line) for line in file if line.strip()]
    evidence = Evidence(topics, journal, published, options.window_ms, first)
    judge = Judge(evidence).judge()
    for line in judge.notes:
        print(f"check: {line}")
    for line in judge.violations:
        print(line[:2000])
    if options.records and (judge.violations or options.keep):
        write_records(options.records, evidence)
    print(f"check: parked={len(judge.parked)} violations={len(judge.violations)}")
    sys.exit(1 if judge.violations else 0)


if __name__ == "__main__":
    main()
