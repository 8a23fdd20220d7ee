#!/usr/bin/env python3
"""Shows that the judge can fail: each violation by records that have it, and none by records that have none."""

import json
import tempfile
import unittest
from datetime import datetime, timezone
from unittest import mock

from check import LEAST, Evidence, Judge, Record, TOPICS, World, read_records, write_records

P = "riposte."
# What each action is where a result does not say it.
EACH = {state: state for state in ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT", "UNKNOWN")}


def action(target="t1", kind="KILL_PROCESS"):
    return {"targetId": target, "actionType": kind}


def request(request_id="r1", malop="m1", actions=None):
    value = {"actionsByMachine": {"pc1": actions or [action()]}, "initiatorUserName": "soar"}
    if request_id:
        value["requestId"] = request_id
    if malop:
        value["malopId"] = malop
    return value


def time(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds")


class Story:
    """A run in which everything is as it must be: one request that succeeds, one detection."""

    def __init__(self):
        self.topics = {name: [] for name in TOPICS}
        self.journal = []
        self.published = []
        self.at = 1_000_000
        self.asked = {}  # what the ledger has of each request
        self.last = None  # the record that was published last

    def add(self, topic, value, key=None, partition=0, at=None, raw=None):
        self.at += 10
        records = self.topics[topic]
        offset = sum(1 for record in records if record.partition == partition)
        raw = json.dumps(value).encode() if raw is None else raw
        try:
            value = json.loads(raw)
        except ValueError:
            value = None
        record = Record(P + topic, partition, offset, at or self.at, key, raw, value)
        records.append(record)
        return record

    def publish(self, value, kind="request", raw=None, partition=0):
        record = self.add("remediation.requests", value, partition=partition, raw=raw)
        self.published.append({
            "kind": kind, "topic": record.topic, "partition": record.partition, "offset": record.offset,
            "requestId": (value or {}).get("requestId")})
        self.last = record
        return record

    def fact(self, kind, request_id="r1", **rest):
        if "request" in rest:
            self.asked.setdefault(request_id, rest["request"])
            if self.last:
                rest.setdefault("origin", self.origin(self.last))
        return self.add(
            "remediation.ledger", {"fact": kind, "requestId": request_id, "writer": "w1", **rest},
            key=f"{request_id}/{kind}/")

    def result(self, state, version, request_id="r1", partition=0, **rest):
        rest.setdefault("actions", [
            {"machineId": machine, **one, "state": EACH.get(state, "PENDING")}
            for machine, those in self.asked.get(request_id, {}).get("actionsByMachine", {}).items() for one in those])
        return self.add(
            "remediation.results", {"requestId": request_id, "state": state, "version": version, **rest},
            key=request_id, partition=partition)

    def order(self, remediation="rem1", malop="m1", actions=None, at=None):
        self.journal.append({
            "kind": "remediate", "remediationId": remediation, "malopId": malop, "at": at or self.at + 5,
            "actions": [{"machineId": "pc1", **a} for a in actions or [action()]]})

    def letter(self, record, reason):
        return self.add("dead-letters", {"origin": self.origin(record), "reason": reason})

    def sent(self, request_id="r1", malop="m1", remediation="rem1", **kind):
        """A request up to its submission."""
        value = request(request_id, malop, **kind)
        record = self.publish(value)
        self.fact("ACCEPTED", request_id, request=value)
        self.fact("INTENT", request_id, attempt=1)
        self.order(remediation, malop, **kind)
        self.fact("SUBMITTED", request_id, attempt=1, remediationId=remediation)
        return record

    def succeeded(self, request_id="r1", malop="m1", remediation="rem1", **kind):
        record = self.sent(request_id, malop, remediation, **kind)
        self.result("ACCEPTED", 1, request_id)
        self.fact("ENDED", request_id, state="SUCCEEDED")
        self.result("SUCCEEDED", 2, request_id, remediationId=remediation)
        return record

    def detection(self, malop="m1", revision="v1", detection_id="d1", is_enriched=True, **rest):
        value = {"malopId": malop, "revision": revision, "detectionId": detection_id, **rest}
        record = self.add("detections", value, key=malop)
        if is_enriched:
            self.enriched(value)
        return record

    def enriched(self, detection, is_complete=True, **rest):
        return self.add(
            "detections.enriched", {"detection": detection, "complete": is_complete, **rest},
            key=detection["malopId"])

    def planned(self, request_id="p1", malop="m1", remediation="rem1", is_malicious=True):
        """What the planner makes of a malop, up to its end."""
        self.succeeded(request_id, malop, remediation)
        self.published = [entry for entry in self.published if entry.get("requestId") != request_id]
        if not any(entry["kind"] == "malop" and entry["malopId"] == malop for entry in self.published):
            self.published.append({"kind": "malop", "malopId": malop, "isMalicious": is_malicious})
            self.detection(malop)

    def decision(self, verb="GIVE_UP", request_id="r1", is_taken=True):
        record = self.add("remediation.decisions", {"requestId": request_id, "decision": verb}, key=request_id)
        if is_taken:
            self.fact("DECIDED", request_id, decision={"decision": verb}, origin=self.origin(record))
        return record

    @staticmethod
    def origin(record):
        return {"topic": record.topic, "partition": record.partition, "offset": record.offset}

    def judge(self, **rest):
        for records in self.topics.values():
            records.sort(key=lambda record: (record.partition, record.offset))
        return Judge(Evidence(self.topics, self.journal, self.published, **rest)).judge()


class JudgeTest(unittest.TestCase):
    def setUp(self):
        self.story = Story()

    def assertViolates(self, what, count=None, **rest):
        lines = self.story.judge(**rest).violations
        matching = [line for line in lines if line.startswith(f"violation: {what}:")]
        self.assertTrue(matching, f"no violation '{what}' in {lines}")
        if count is not None:
            self.assertEqual(len(matching), count, lines)
        self.assertEqual(len(matching), len(lines), lines)

    def assertClean(self, parked=0):
        judge = self.story.judge()
        self.assertEqual(judge.violations, [])
        self.assertEqual(len(judge.parked), parked)

    def refused_because_of_another(self, reason="already-open"):
        self.story.sent()
        self.story.publish(request("r2"))
        self.story.fact("ACCEPTED", "r2", request=request("r2"))
        self.story.fact("REFUSED", "r2", reason=reason)
        self.story.result("REFUSED", 1, "r2")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")

    def ended(self, state, reason, request_id="r1", value=None, **rest):
        """A request that was never sent."""
        value = value or request(request_id)
        self.story.publish(value)
        self.story.fact("ACCEPTED", request_id, request=value)
        self.story.fact("ENDED", request_id, state=state, reason=reason)
        self.story.result(state, 1, request_id, reason=reason, **rest)

    def uncertain(self, value=None):
        """A request that may be at the console."""
        value = value or request()
        self.story.publish(value)
        self.story.fact("ACCEPTED", request=value)
        self.story.fact("INTENT", attempt=1)
        self.story.fact("UNCERTAIN", attempt=1)

    # What is right.

    def test_a_request_that_succeeds(self):
        self.story.succeeded()
        self.assertClean()

    def test_the_same_record_again(self):
        self.story.succeeded()
        self.story.publish(request(), "duplicate", partition=1)
        self.story.fact("ACCEPTED", request=request())
        self.assertClean()

    def test_a_result_written_again(self):
        self.story.succeeded()
        self.story.result("SUCCEEDED", 2, remediationId="rem1")
        self.story.result("SUCCEEDED", 3, remediationId="rem1", verification="VERIFIED")
        self.assertClean()

    def test_a_request_without_an_id(self):
        value = request(None) | {"notAfter": time(self.story.at + 20)}
        record = self.story.publish(value)
        self.story.fact("ACCEPTED", "made", request=value)
        self.story.fact("ENDED", "made", state="EXPIRED")
        self.story.result(
            "EXPIRED", 1, "made", source={"partition": record.partition, "offset": record.offset})
        self.assertClean()

    def test_a_parked_request(self):
        self.story.publish(request())
        self.story.fact("ACCEPTED", request=request())
        self.story.fact("INTENT", attempt=1)
        self.story.order()
        self.story.fact("UNCERTAIN", attempt=1)
        self.story.fact("PARKED", attempt=1)
        self.story.result("PARKED", 1)
        self.assertClean(parked=1)

    def test_an_attempt_that_was_not_there_and_a_second_one(self):
        self.story.publish(request())
        self.story.fact("ACCEPTED", request=request())
        self.story.fact("INTENT", attempt=1)
        self.story.fact("UNCERTAIN", attempt=1)
        self.story.fact("NOT_SENT", attempt=1, reason="not-there", writer="w2")
        self.story.fact("INTENT", attempt=2, writer="w2")
        self.story.order()
        self.story.fact("SUBMITTED", attempt=2, remediationId="rem1", writer="w2")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        self.assertClean()

    def test_two_requests_for_one_target_one_after_the_other(self):
        self.story.succeeded()
        self.story.at += 60_000
        self.story.succeeded("r2", remediation="rem2")
        self.assertClean()

    def test_an_end_that_the_log_does_not_allow_changes_nothing(self):
        self.story.sent()
        self.story.fact("ENDED", state="EXPIRED")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.fact("ENDED", state="FAILED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        self.assertClean()

    def test_unusable_records(self):
        self.story.letter(self.story.publish(None, "unusable", raw=b"kill it all"), "not-json")
        value = {"requestId": "bad", "actionsByMachine": {}}
        self.story.letter(self.story.publish(value, "unusable"), "no-actions")
        self.story.fact("REFUSED", "bad", request=value, reason="no-actions")
        self.story.result("REFUSED", 1, "bad")
        self.assertClean()

    def test_an_id_that_was_used_before(self):
        self.story.succeeded()
        self.story.letter(self.story.publish(request(malop="m2"), "reused"), "id-reused")
        self.assertClean()

    def test_a_revision_published_twice_under_one_id(self):
        self.story.detection(detectedAt="a", machines=[{"guid": "pc1", "connected": True}])
        self.story.detection(detectedAt="b", machines=[{"guid": "pc1", "connected": False}])
        judge = self.story.judge()
        self.assertEqual((judge.violations, judge.repeats), ([], 1))

    # What is lost.

    def test_a_request_without_an_end(self):
        self.story.sent()
        self.story.result("SUBMITTED", 1, remediationId="rem1")
        self.assertViolates("lost", 1)

    def test_a_request_that_nobody_took(self):
        self.story.publish(request())
        self.assertViolates("lost", 1)

    def test_a_request_without_an_id_and_an_end(self):
        self.story.publish(request(None))
        self.assertViolates("lost", 1)

    def test_an_acknowledged_record_that_is_gone(self):
        self.story.succeeded()
        self.story.published.append({"kind": "request", "topic": P + "remediation.requests", "partition": 0, "offset": 9})
        self.assertViolates("evidence", 1)

    def test_an_unusable_record_without_a_dead_letter(self):
        self.story.publish(None, "unusable", raw=b"kill it all")
        self.assertViolates("lost", 1)

    def test_an_unusable_object_without_a_refusal(self):
        self.story.letter(self.story.publish({"requestId": "bad"}, "unusable"), "wrong-schema")
        self.assertViolates("lost", 1)

    def test_another_body_under_an_id_without_a_dead_letter(self):
        self.story.succeeded()
        self.story.publish(request(malop="m2"), "reused")
        self.assertViolates("lost", 1)

    def test_an_end_in_the_ledger_without_a_result(self):
        self.story.succeeded()
        self.story.topics["remediation.results"].pop()
        self.assertViolates("lost", 2)

    def test_a_malop_that_was_never_found(self):
        self.story.published.append({"kind": "malop", "malopId": "m7", "isMalicious": False})
        self.assertViolates("lost", 1)

    def test_a_malicious_malop_without_a_request(self):
        self.story.published.append({"kind": "malop", "malopId": "m7", "isMalicious": True})
        self.story.detection("m7")
        self.assertViolates("lost", 1)

    def test_a_good_request_among_the_dead_letters(self):
        self.story.letter(self.story.succeeded(), "console-unavailable")
        self.assertViolates("buried", 1)

    def test_a_partition_that_has_lost_its_beginning(self):
        self.story.succeeded()
        self.assertViolates("evidence", 1, first_offsets={("riposte.remediation.ledger", 0): 3})

    def test_a_result_that_says_parked_where_the_ledger_does_not(self):
        self.story.publish(request())
        self.story.fact("ACCEPTED", request=request())
        self.story.result("PARKED", 1)
        self.assertViolates("lost", 1)

    def test_an_adopted_request_that_never_ended(self):
        self.uncertain()
        self.story.order(at=self.story.at - 5)
        self.story.fact("PARKED", attempt=1)
        self.story.result("PARKED", 1)
        self.story.fact("DECIDED", decision={"decision": "ADOPT", "remediationId": "rem1"})
        self.assertViolates("lost", 1)

    # What may become of whom.

    def test_a_request_that_nobody_published(self):
        self.story.succeeded()
        self.story.topics["remediation.requests"].clear()
        self.story.published.clear()
        self.assertViolates("nobody's", 1)

    def test_a_request_that_is_another_in_the_ledger(self):
        self.story.publish(request(actions=[action("t2")]))
        self.story.published.clear()
        self.story.fact("ACCEPTED", request=request())
        self.story.fact("REFUSED", reason="already-open")
        lines = self.story.judge().violations
        self.assertTrue(any("not in the ledger as it was asked for" in line for line in lines), lines)

    def test_a_request_that_only_another_was_in_the_way_of(self):
        self.refused_because_of_another()
        self.assertClean()

    def test_a_request_that_nobody_was_in_the_way_of(self):
        self.story.succeeded()
        value = request("r2")
        self.story.publish(value)
        self.story.fact("ACCEPTED", "r2", request=value)
        self.story.fact("REFUSED", "r2", reason="already-open")
        self.story.result("REFUSED", 1, "r2")
        self.assertViolates("fate", 1)

    def already_done(self, accepted_first):
        value = request("r2")
        self.story.publish(value)
        if accepted_first:
            self.story.fact("ACCEPTED", "r2", request=value)
        self.story.succeeded()
        if not accepted_first:
            self.story.fact("ACCEPTED", "r2", request=value)
        self.story.fact("REFUSED", "r2", reason="already-done")
        self.story.result("REFUSED", 1, "r2")

    def test_a_request_that_another_has_done_while_it_waited(self):
        self.already_done(accepted_first=True)
        self.assertClean()

    def test_a_request_that_was_done_before_it_came(self):
        self.already_done(accepted_first=False)
        self.assertViolates("fate", 1)

    def test_a_good_request_that_was_refused(self):
        self.refused_because_of_another("refused-by-console")
        self.assertViolates("fate", 1)

    def test_a_request_about_a_machine_that_the_console_knows(self):
        self.refused_because_of_another("machine-unknown")
        self.assertViolates("fate", 1)

    def test_a_request_about_a_machine_that_nobody_knows(self):
        value = {"requestId": "r1", "actionsByMachine": {"pc9": [action()]}}
        self.ended("REFUSED", "machine-unknown", value=value)
        self.assertClean()

    def test_an_isolation_that_is_refused(self):
        self.ended("REFUSED", "action-not-allowed", value=request(actions=[action(kind="ISOLATE_MACHINE")]))
        self.assertClean()

    def test_a_kill_that_is_refused_as_an_isolation_is(self):
        self.ended("REFUSED", "action-not-allowed")
        self.assertViolates("fate", 1)

    def test_a_request_that_expires(self):
        self.ended("EXPIRED", "expired", value=request() | {"notAfter": time(self.story.at + 20)})
        self.assertClean()

    def test_a_request_that_expires_before_its_time(self):
        self.ended("EXPIRED", "expired")
        self.assertViolates("fate", 1)

    def test_a_request_that_is_to_be_observed(self):
        self.ended("OBSERVED", "dry-run", value=request() | {"dryRun": True})
        self.assertClean()

    def test_a_request_that_is_only_observed(self):
        self.ended("OBSERVED", "dry-run")
        self.assertViolates("fate", 1)

    def test_a_request_that_nobody_approved(self):
        self.ended("DENIED", "denied")
        self.assertViolates("fate", 1)

    def given_up(self, verb="GIVE_UP", **decision):
        self.uncertain()
        self.story.fact("PARKED", attempt=1)
        self.story.fact("DECIDED", decision={"decision": verb, **decision})
        self.story.result("UNKNOWN", 1)

    def test_a_request_that_a_person_gave_up(self):
        self.given_up(attempt=1)
        self.assertClean()

    def test_a_decision_about_another_attempt(self):
        self.given_up(attempt=2)
        judge = self.story.judge()
        self.assertTrue(any("ended (UNKNOWN), and not in the ledger" in line for line in judge.violations))

    def test_an_end_that_is_not_known_and_could_be(self):
        self.story.sent()
        self.story.fact("ENDED", state="UNKNOWN", reason="cannot-tell")
        self.story.result("UNKNOWN", 1, remediationId="rem1")
        self.assertViolates("fate", 1)

    def test_an_end_that_the_console_does_not_report(self):
        blocked = [action(kind="KILL_PREVENT_UNSUSPEND")]
        self.story.sent(actions=blocked)
        self.story.fact("ENDED", state="UNKNOWN", reason="not-trackable")
        self.story.result("UNKNOWN", 1, remediationId="rem1")
        self.assertClean()

    def test_an_unusable_record_that_is_more_than_refused(self):
        value = {"requestId": "bad", "actionsByMachine": {}}
        self.story.letter(self.story.publish(value, "unusable"), "no-actions")
        self.story.fact("ACCEPTED", "bad", request=value)
        self.story.fact("REFUSED", "bad", reason="already-open")
        self.story.result("REFUSED", 1, "bad")
        self.assertViolates("fate", 1)

    # What is buried, and what a person says.

    def test_a_good_detection_among_the_dead_letters(self):
        self.story.letter(self.story.detection(), "wrong-schema")
        self.assertViolates("buried", 1)

    def test_an_unusable_record_that_is_buried_for_what_it_is_not(self):
        self.story.letter(self.story.publish(None, "unusable", raw=b"kill it all"), "console-unavailable")
        self.assertViolates("buried", 1)

    def test_a_request_that_is_buried_for_itself(self):
        self.story.letter(self.story.succeeded(), "id-reused")
        self.assertViolates("buried", 1)

    def test_a_letter_about_nothing(self):
        record = self.story.succeeded()
        record = Record(record.topic, record.partition, 77, record.timestamp, record.key, record.raw, record.value)
        self.story.letter(record, "id-reused")
        self.assertViolates("buried", 1)

    def parked(self):
        self.uncertain()
        self.story.fact("PARKED", attempt=1)
        self.story.result("PARKED", 1)

    def test_a_decision_that_counts(self):
        self.parked()
        self.story.decision()
        self.story.result("UNKNOWN", 2)
        self.assertClean()

    def test_a_decision_that_is_lost(self):
        self.parked()
        self.story.decision(is_taken=False)
        self.assertViolates("lost", 1)

    def test_a_decision_that_comes_late(self):
        self.story.succeeded()
        self.story.letter(self.story.decision(is_taken=False), "already-ended")
        self.assertClean()

    def test_a_decision_that_is_buried_for_nothing(self):
        self.parked()
        self.story.letter(self.story.decision(is_taken=False), "console-unavailable")
        self.assertViolates("buried", 1)

    def test_what_is_parked_after_everybody_was_asked(self):
        self.parked()
        self.assertEqual(self.story.judge(told={"undecided": 1}).violations, [])
        self.assertViolates("lost", 1, told={"undecided": 0})

    # Whether what is judged is whole.

    def test_records_that_are_no_objects(self):
        for topic in ("remediation.ledger", "remediation.results", "detections", "dead-letters"):
            for raw in (b"garbage{", b"[]", b""):
                with self.subTest(topic, raw=raw):
                    self.setUp()
                    self.story.succeeded()
                    self.story.add(topic, None, key="r1", raw=raw)
                    self.assertViolates("evidence", 1)

    def test_a_record_that_is_gone_between_others(self):
        self.story.succeeded()
        self.story.topics["remediation.results"][-1].offset += 1
        self.assertViolates("evidence", 1)

    def test_records_that_nobody_finds_by_their_key(self):
        for topic in ("remediation.ledger", "remediation.results", "detections", "detections.enriched"):
            with self.subTest(topic):
                self.setUp()
                self.story.succeeded()
                self.story.detection()
                self.story.topics[topic][-1].key = "r9"
                self.assertViolates("evidence", 1)

    def test_records_that_are_judged_later(self):
        self.story.succeeded()
        self.story.publish(None, "unusable", raw=b"kill it all")
        self.story.detection()
        self.story.add("remediation.results", None, key="r1", raw=b"")
        first = self.story.judge()
        with tempfile.TemporaryDirectory() as folder:
            write_records(folder, first.evidence)
            topics, firsts, journal = read_records(folder, P)
        again = Judge(Evidence(topics, journal, self.story.published, first_offsets=firsts)).judge()
        self.assertEqual(again.violations, first.violations)
        self.assertEqual(len(again.violations), 2)

    # Ends.

    def test_an_end_that_has_the_version_of_an_open_state(self):
        self.story.sent()
        self.story.result("IN_PROGRESS", 2, remediationId="rem1")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 2, remediationId="rem1")
        self.assertViolates("ends", 1)

    def test_two_ends(self):
        self.story.succeeded()
        self.story.result("FAILED", 3, remediationId="rem1")
        judge = self.story.judge()
        self.assertTrue(any(line.startswith("violation: ends:") for line in judge.violations))

    def test_an_open_state_over_the_end(self):
        self.story.succeeded()
        self.story.result("IN_PROGRESS", 3, remediationId="rem1")
        self.assertViolates("ends")

    def test_an_end_under_a_version_that_another_record_has_passed(self):
        self.story.succeeded()
        self.story.topics["remediation.results"][0].value["version"] = 3
        self.assertViolates("ends")

    def test_a_late_writer_whose_record_was_written_over(self):
        self.story.succeeded()
        self.story.result("IN_PROGRESS", 2, remediationId="rem1")
        self.story.result("SUCCEEDED", 3, remediationId="rem1")
        judge = self.story.judge()
        self.assertEqual((judge.violations, judge.stale), ([], 1))

    def test_an_end_that_the_ledger_does_not_have(self):
        self.story.sent()
        self.story.fact("ENDED", state="FAILED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        judge = self.story.judge()
        self.assertTrue(any(line.startswith("violation: ledger:") for line in judge.violations))

    def test_a_result_of_a_request_that_is_not_in_the_ledger(self):
        self.story.result("REFUSED", 1, "nobody")
        self.assertViolates("ledger", 1)

    # Orders.

    def test_an_order_accepted_twice_under_two_ids(self):
        self.story.succeeded()
        self.story.order("rem2", at=self.story.journal[0]["at"] + 3)
        self.assertViolates("twice", 1)

    def test_an_order_accepted_twice_whose_answers_were_lost(self):
        self.story.publish(request())
        self.story.fact("ACCEPTED", request=request())
        self.story.fact("INTENT", attempt=1)
        self.story.order("rem1")
        self.story.order("rem2")
        self.story.fact("UNCERTAIN", attempt=1)
        self.story.fact("PARKED", attempt=1)
        self.story.result("PARKED", 1)
        self.assertViolates("twice", 1)

    def test_two_orders_for_two_requests_with_the_same_target_of_which_one_was_refused(self):
        self.refused_because_of_another()
        self.story.order("rem2", at=self.story.journal[0]["at"] + 3)
        self.assertViolates("twice", 1)

    def test_an_order_of_an_expired_request(self):
        value = request() | {"notAfter": time(self.story.at + 40)}
        self.story.publish(value)
        self.story.fact("ACCEPTED", request=value)
        self.story.fact("INTENT", attempt=1)
        self.story.order()
        self.story.fact("NOT_SENT", attempt=1)
        self.story.fact("ENDED", state="EXPIRED")
        self.story.result("EXPIRED", 1)
        self.assertViolates("contradiction", 1)

    def test_an_order_after_the_window(self):
        self.story.succeeded()
        self.story.journal[0]["at"] += 20_000
        self.assertViolates("late", 1)

    def test_an_order_that_was_given_up_and_came_late(self):
        self.story.publish(request())
        self.story.fact("ACCEPTED", request=request())
        self.story.fact("INTENT", attempt=1)
        self.story.fact("UNCERTAIN", attempt=1)
        self.story.fact("PARKED", attempt=1)
        self.story.fact("DECIDED", decision={"decision": "GIVE_UP"})
        self.story.result("UNKNOWN", 1)
        self.story.order(at=self.story.at + 30_000)
        self.assertViolates("late", 1)

    def test_an_order_without_an_intent(self):
        self.story.succeeded()
        self.story.topics["remediation.ledger"] = [
            record for record in self.story.topics["remediation.ledger"] if record.value["fact"] != "INTENT"]
        judge = self.story.judge()
        self.assertTrue(judge.violations)

    def test_an_order_that_nobody_asked_for(self):
        self.story.succeeded()
        self.story.order("rem2", "m9", [action("elsewhere")])
        self.assertViolates("nobody's", 1)

    def test_an_order_accepted_twice_is_not_excused_by_the_next_request(self):
        self.story.sent()
        self.story.order("rem1b")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        value = request("r2")
        self.story.publish(value)
        self.story.fact("ACCEPTED", "r2", request=value)
        self.story.fact("INTENT", "r2", attempt=1)
        self.story.fact("UNCERTAIN", "r2", attempt=1)
        self.story.fact("PARKED", "r2", attempt=1)
        self.story.fact("DECIDED", "r2", decision={"decision": "GIVE_UP"})
        self.story.result("UNKNOWN", 1, "r2")
        self.assertViolates("twice", 1)

    def test_what_the_planner_asks_for(self):
        self.story.planned()
        self.assertClean()

    def test_what_the_planner_asks_for_twice(self):
        self.story.planned()
        self.story.planned("p2", remediation="rem2")
        self.assertViolates("twice", 1)

    def test_what_the_planner_asks_for_without_malice(self):
        self.story.planned(is_malicious=False)
        self.assertViolates("nobody's", 1)

    def test_other_orders_than_remediations(self):
        for kind in ("isolate", "un-isolate", "custom-remediate"):
            with self.subTest(kind):
                self.setUp()
                self.story.succeeded()
                self.story.journal.append({"kind": kind, "at": 1, "remediationId": "x", "actions": []})
                self.assertViolates("nobody's", 1)

    def aborted(self, remediation="rem1"):
        self.story.sent()
        self.story.journal.append({"kind": "abort", "remediationId": remediation, "at": self.story.at, "actions": []})
        self.story.fact("ENDED", state="TIMED_OUT")
        self.story.result("TIMED_OUT", 1, remediationId="rem1")
        self.story.at += 120_000
        self.story.fact("HELD", "somebody")

    def test_an_abort_of_our_own(self):
        self.aborted()
        self.assertClean()

    def test_an_abort_of_what_is_not_ours(self):
        self.story.succeeded()
        self.story.journal.append({"kind": "abort", "remediationId": "rem2", "at": self.story.at, "actions": []})
        self.assertViolates("nobody's", 1)

    def test_a_timeout_without_an_abort(self):
        self.aborted()
        self.story.journal.pop()
        self.assertViolates("contradiction", 1)

    def test_a_timeout_at_the_end_of_the_run(self):
        self.aborted()
        self.story.journal.pop()
        self.story.topics["remediation.ledger"].pop()
        self.assertClean()

    def test_a_dry_run_that_was_sent(self):
        value = request() | {"dryRun": True}
        self.story.publish(value)
        self.story.fact("ACCEPTED", request=value)
        self.story.fact("INTENT", attempt=1)
        self.story.fact("NOT_SENT", attempt=1)
        self.story.fact("ENDED", state="OBSERVED")
        self.story.result("OBSERVED", 1)
        self.assertViolates("sent", 1)

    def test_an_isolation_that_was_to_be_sent(self):
        value = request(actions=[action(kind="ISOLATE_MACHINE")])
        self.story.publish(value)
        self.story.fact("ACCEPTED", request=value)
        self.story.fact("INTENT", attempt=1)
        self.story.fact("NOT_SENT", attempt=1)
        self.story.fact("REFUSED", reason="action-not-allowed")
        self.story.result("REFUSED", 1)
        self.assertViolates("sent", 1)

    def sent_until(self, seconds, intent=None, order=None):
        """A request with a deadline; when its intent was meant, and when the console took it, in seconds."""
        begin = self.story.at
        value = request() | {"notAfter": time(begin + seconds * 1000)}
        self.story.publish(value)
        self.story.fact("ACCEPTED", request=value)
        self.story.at = begin + 10_000
        self.story.fact("INTENT", attempt=1, at=time(begin + (intent or 10) * 1000))
        self.story.order(at=begin + (order or 11) * 1000)
        self.story.fact("SUBMITTED", attempt=1, remediationId="rem1")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")

    def test_a_request_that_was_sent_in_time(self):
        self.sent_until(10)
        self.assertClean()

    def test_an_intent_that_the_log_took_late(self):
        self.sent_until(5, intent=4)
        self.assertClean()

    def test_an_intent_after_the_deadline(self):
        self.sent_until(5)
        self.assertViolates("late", 1)

    def test_an_order_long_after_the_deadline(self):
        self.sent_until(5, intent=4, order=17)
        self.assertViolates("late", 1)

    def test_an_order_after_the_deadline_that_a_person_moved(self):
        begin = self.story.at
        value = request() | {"notAfter": time(begin + 5_000)}
        self.uncertain(value)
        self.story.fact("PARKED", attempt=1)
        self.story.at = begin + 60_000
        self.story.fact("DECIDED", decision={"decision": "SEND_AGAIN", "attempt": 1})
        self.story.fact("INTENT", attempt=2)
        self.story.order()
        self.story.fact("SUBMITTED", attempt=2, remediationId="rem1")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        self.assertClean()

    # Results against the journal.

    def test_a_success_that_the_console_does_not_know(self):
        self.story.succeeded()
        self.story.journal.clear()
        self.assertViolates("contradiction", 1)

    def test_a_success_without_a_remediation(self):
        self.story.succeeded()
        del self.story.topics["remediation.results"][-1].value["remediationId"]
        self.assertViolates("contradiction", 1)

    def test_a_remediation_that_does_more_than_was_asked(self):
        self.story.succeeded()
        self.story.journal[0]["actions"].append({"machineId": "pc2", **action("t2")})
        judge = self.story.judge()
        self.assertTrue(all(line.startswith("violation: contradiction:") for line in judge.violations))
        self.assertTrue(judge.violations)

    def ends_with(self, state, *actions, **rest):
        """A request with several actions, and how its result says that they ended."""
        targets = [action(f"t{number}") for number in range(len(actions))]
        self.story.sent(actions=targets)
        self.story.fact("ENDED", state=state)
        told = [{"machineId": "pc1", **target, **one} for target, one in zip(targets, actions)]
        self.story.result(state, 1, remediationId="rem1", actions=told, **rest)

    good = {"state": "SUCCEEDED", "platformStatus": "SUCCESS"}
    bad = {"state": "FAILED", "platformStatus": "FAILURE"}

    def test_ends_that_their_actions_make(self):
        for state, actions in (
            ("SUCCEEDED", [self.good, self.good]), ("PARTIAL", [self.good, self.bad]), ("FAILED", [self.bad, self.bad]),
        ):
            with self.subTest(state):
                self.setUp()
                self.ends_with(state, *actions)
                self.assertClean()

    def test_ends_that_their_actions_do_not_make(self):
        for state, actions in (
            ("SUCCEEDED", [self.good, self.bad]), ("PARTIAL", [self.bad, self.bad]), ("FAILED", [self.bad, self.good]),
            ("UNKNOWN", [self.good, {"state": "UNKNOWN"}]), ("TIMED_OUT", [self.good, self.bad]),
        ):
            with self.subTest(state):
                self.setUp()
                self.ends_with(state, *actions)
                lines = self.story.judge().violations
                self.assertTrue(any("and its actions are" in line for line in lines), lines)

    def test_an_amended_end_keeps_its_state(self):
        self.ends_with("SUCCEEDED", self.good, self.bad, amended="the console changed its mind")
        self.assertClean()

    def test_an_action_that_the_console_reports_otherwise(self):
        self.ends_with("SUCCEEDED", {"state": "SUCCEEDED", "platformStatus": "FAILURE"})
        self.assertViolates("contradiction", 1)

    def test_a_result_that_leaves_an_action_out(self):
        self.ends_with("SUCCEEDED", self.good, self.good)
        self.story.topics["remediation.results"][-1].value["actions"].pop()
        self.assertViolates("contradiction", 1)

    def test_a_success_that_is_contradicted(self):
        self.ends_with("SUCCEEDED", self.good, verification="CONTRADICTED")
        self.assertViolates("contradiction", 1)

    def test_a_process_that_ends_twice(self):
        self.ends_with("SUCCEEDED", self.good)
        value = request("r2", actions=[action("t0")])
        self.story.publish(value)
        self.story.fact("ACCEPTED", "r2", request=value)
        self.story.fact("INTENT", "r2", attempt=1)
        self.story.order("rem2", actions=[action("t0")])
        self.story.fact("SUBMITTED", "r2", attempt=1, remediationId="rem2")
        self.story.fact("ENDED", "r2", state="SUCCEEDED")
        told = [{"machineId": "pc1", **action("t0"), **self.good}]
        self.story.result("SUCCEEDED", 1, "r2", remediationId="rem2", actions=told)
        self.assertViolates("contradiction", 1)

    def seen_by_effect(self):
        self.uncertain(request(malop=None))
        self.story.fact("ENDED", state="SUCCEEDED", reason="seen-by-effect")
        self.story.result("SUCCEEDED", 1, reason="seen-by-effect")

    def test_an_effect_that_the_console_brought_about(self):
        self.seen_by_effect()
        self.story.order(malop=None, at=self.story.at - 25)
        self.assertClean()

    def test_an_effect_that_nobody_brought_about(self):
        self.seen_by_effect()
        self.assertViolates("contradiction", 1)

    def on(self, outcome, *actions):
        """A request for one target, on a console where actions on it end so."""
        self.ends_with(*actions)
        return self.world(remediation=[{"target": "t0", "behaviour": {"outcome": outcome}}])

    def world(self, malops=(), events=(), remediation=()):
        return World({
            "machines": [{"id": "one", "guid": "pc1"}], "files": [{"guid": "f1", "machine": "one"}],
            "processes": [{"guid": "t0", "machine": "one"}], "remediation": remediation, "events": events,
            "malops": malops, "reputations": [{"key": "bad5ha1", "type": "malware"}]})

    def test_actions_that_end_as_they_must(self):
        for outcome, state, one in (("SUCCESS", "SUCCEEDED", self.good), ("FAILURE", "FAILED", self.bad)):
            with self.subTest(outcome):
                self.setUp()
                world = self.on(outcome, state, one)
                self.assertEqual(self.story.judge(world=world).violations, [])

    def test_actions_that_cannot_end_so(self):
        for outcome, state, one in (
            ("FAILURE", "SUCCEEDED", self.good), ("NEVER", "SUCCEEDED", self.good), ("NEVER", "FAILED", self.bad),
            ("SUCCESS", "FAILED", self.bad),
        ):
            with self.subTest(outcome, state=state):
                self.setUp()
                world = self.on(outcome, state, one)
                self.assertViolates("contradiction", 1, world=world)

    def twice_on_one_target(self, state, one):
        self.ends_with(state, one)
        value = request("r2", actions=[action("t0")])
        self.story.publish(value)
        self.story.fact("ACCEPTED", "r2", request=value)
        self.story.fact("INTENT", "r2", attempt=1)
        self.story.order("rem2", actions=[action("t0")])
        self.story.fact("SUBMITTED", "r2", attempt=1, remediationId="rem2")
        self.story.fact("ENDED", "r2", state="FAILED")
        told = [{"machineId": "pc1", **action("t0"), **self.bad}]
        self.story.result("FAILED", 1, "r2", remediationId="rem2", actions=told)

    def test_an_action_that_comes_second(self):
        self.twice_on_one_target("SUCCEEDED", self.good)
        self.assertEqual(self.story.judge(world=self.world()).violations, [])

    def test_actions_that_all_come_second(self):
        self.twice_on_one_target("FAILED", self.bad)
        self.assertViolates("contradiction", 1, world=self.world())

    # Whether the run shows anything.

    def test_a_run_that_does_something(self):
        self.story.succeeded()
        told = {"kills": 3, "plannedKills": 3, "faults": [{"name": "POST 429", "struck": 0}]}
        self.assertEqual(self.story.judge(is_run=True, told=told).violations, [])

    def test_a_run_that_does_nothing(self):
        self.assertViolates("coverage", 1, is_run=True)

    def test_a_run_that_sends_next_to_nothing(self):
        self.story.succeeded()
        for number in range(6):
            self.ended("REFUSED", "machine-unknown", f"u{number}", {
                "requestId": f"u{number}", "actionsByMachine": {"pc9": [action()]}})
        self.assertViolates("coverage", 1, is_run=True)

    def test_a_run_in_which_nothing_was_ever_doubted(self):
        self.enterContext(mock.patch.dict(LEAST, dict.fromkeys(LEAST, 10)))
        for number in range(10):
            self.story.succeeded(f"r{number}", remediation=f"rem{number}", actions=[action(f"t{number}")])
        self.assertViolates("coverage", 3, is_run=True)
        counts = {"POST 429": 0, "POST slow": 3, "other": 0}
        faults = [{"name": name, "struck": struck} for name, struck in counts.items()]
        lines = self.story.judge(is_run=True, told={"faults": faults}).violations
        self.assertTrue(any("'POST 429' never struck" in line for line in lines))
        self.assertEqual(len(lines), 4)

    def test_a_run_with_fewer_kills_than_planned(self):
        self.story.succeeded()
        self.assertViolates("coverage", 1, is_run=True, told={"kills": 2, "plannedKills": 3})

    # Detections.

    def test_a_revision_under_two_ids(self):
        self.story.detection(detection_id="d1")
        self.story.detection(detection_id="d2")
        self.assertViolates("detections")

    def test_a_revision_with_two_contents(self):
        self.story.detection(suspects=[], is_enriched=False)
        self.story.detection(suspects=[{"guid": "f1"}])
        self.assertViolates("detections", 1)

    # What the console says of the malop, first and then.
    revision = {
        "decisionStatuses": ["DDS_FAILED_TO_QUARANTINE"],
        "suspects": [{"guid": "f1", "decisionStatus": "DDS_FAILED_TO_QUARANTINE"}]}
    later = revision | {"decisionStatuses": ["DDS_FAILED_TO_QUARANTINE", "DDS_FAILED_TO_PREVENT"]}

    def with_malop(self, changes=True):
        malop = {"guid": "m1", "decisionStatuses": self.revision["decisionStatuses"], "files": [
            {"file": "f1", "decisionStatus": "DDS_FAILED_TO_QUARANTINE"}]}
        events = [{"malop": "m1", "decisionStatuses": self.later["decisionStatuses"]}] if changes else []
        return self.world([malop], events)

    def test_a_malop_that_changes(self):
        self.story.detection(**self.revision)
        self.story.detection(revision="v2", detection_id="d2", **self.later)
        self.assertEqual(self.story.judge(world=self.with_malop()).violations, [])
        self.assertClean()

    def test_a_malop_whose_first_revision_nobody_saw(self):
        self.story.detection(revision="v2", detection_id="d2", **self.later)
        self.assertEqual(self.story.judge(world=self.with_malop()).violations, [])

    def test_a_malop_whose_last_revision_is_missing(self):
        self.story.detection(**self.revision)
        self.assertViolates("lost", 1, world=self.with_malop())

    def test_a_revision_that_never_was(self):
        self.story.detection(**self.revision)
        self.story.detection(revision="v2", detection_id="d2", **self.revision | {"suspects": [{"guid": "f1"}]})
        self.assertViolates("detections", 1, world=self.with_malop(changes=False))
        self.assertViolates("detections", 1)

    def test_a_revision_of_which_a_part_is_missing(self):
        self.story.detection(**self.revision)
        self.story.detection(
            revision="v2", detection_id="d2", incomplete="no hashes", **self.revision | {"suspects": [{"guid": "f1"}]})
        self.assertEqual(self.story.judge(world=self.with_malop(changes=False)).violations, [])
        self.assertClean()

    def test_a_detection_that_was_never_enriched(self):
        self.story.detection(is_enriched=False)
        self.assertViolates("lost", 1)

    def test_a_detection_that_was_completed_later(self):
        record = self.story.detection(is_enriched=False)
        self.story.enriched(record.value, is_complete=False)
        self.story.enriched(record.value)
        self.assertClean()

    def test_a_detection_that_was_never_completed(self):
        record = self.story.detection(is_enriched=False)
        self.story.enriched(record.value, is_complete=False)
        self.assertViolates("lost", 1)

    def test_an_enriched_detection_that_is_none(self):
        self.story.enriched({"malopId": "m1", "detectionId": "d1"})
        self.assertViolates("detections", 1)

    def test_a_detection_that_is_another_when_enriched(self):
        record = self.story.detection(is_enriched=False)
        self.story.enriched(record.value | {"malopName": "another"})
        self.assertViolates("detections", 1)

    def test_verdicts(self):
        for verdict, count in (("malicious", 0), ("not-checked", 0), ("indifferent", 1)):
            with self.subTest(verdict):
                self.setUp()
                record = self.story.detection(is_enriched=False, **self.revision)
                self.story.enriched(record.value, verdicts=[
                    {"indicator": {"type": "sha1", "value": "bad5ha1"}, "verdict": verdict}])
                self.assertEqual(len(self.story.judge(world=self.with_malop(changes=False)).violations), count)

    def test_more_repeats_than_blows(self):
        for _ in range(30):
            self.story.detection()
        self.assertViolates("detections", 1)
        self.assertViolates("detections", 1, told={"kills": 20, "stops": 5})
        self.assertEqual(self.story.judge(told={"kills": 20, "stops": 7}).violations, [])

    # Guardrails.

    guards = {"approve": ["pc1"], "protected": [], "actionsPerRequest": 3, "caps": {"actionsPerMachineAndHour": 3}}
    rates = {"actionsPerMachineAndHour": 3}

    def clean(self, **guards):
        self.assertEqual(self.story.judge(guards=self.guards | guards).violations, [])

    def accepted(self, request_id="r1", **rest):
        value = request(request_id) | rest
        self.story.publish(value)
        self.story.fact("ACCEPTED", request_id, request=value, digest="d1")

    def decided(self, verb, request_id="r1", by="ann", **rest):
        decision = {"requestId": request_id, "decision": verb, "decidedBy": by, "digest": "d1"} | rest
        record = self.story.add("remediation.decisions", decision, key=request_id)
        self.story.fact("DECIDED", request_id, decision=decision, origin=self.story.origin(record))
        return record

    def fired(self, request_id="r1", remediation="rem1", attempt=1, caps=None, **rest):
        self.story.fact("INTENT", request_id, attempt=attempt, caps=self.rates if caps is None else caps, **rest)
        self.story.order(remediation)
        self.story.fact("SUBMITTED", request_id, attempt=attempt, remediationId=remediation)
        self.story.fact("ENDED", request_id, state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, request_id, remediationId=remediation)

    def test_what_is_sent_after_an_approval(self):
        self.accepted()
        self.decided("APPROVE")
        self.fired()
        self.clean()

    def test_what_is_sent_without_an_approval(self):
        for words in ({"by": "SOAR"}, {"digest": "d2"}, {"digest": None}, {"decision": "DENIAL"}):
            with self.subTest(words):
                self.setUp()
                self.accepted()
                record = self.decided("APPROVE", **words)
                if "by" not in words:
                    self.story.letter(record, "wrong-digest" if words.get("digest") else "wrong-schema")
                self.fired()
                self.assertViolates("sent", 1, guards=self.guards)

    def test_an_approval_after_the_intent(self):
        self.accepted()
        self.story.fact("INTENT", attempt=1, caps=self.rates)
        record = self.decided("APPROVE")
        self.story.letter(record, "too-late")
        self.story.order()
        self.story.fact("SUBMITTED", attempt=1, remediationId="rem1")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        self.assertViolates("sent", 1, guards=self.guards)

    def test_a_request_that_itself_asks_for_leave(self):
        self.accepted(mode="approve")
        self.fired()
        self.assertViolates("sent", 1, guards=self.guards | {"approve": []})

    def test_a_denial_is_the_end(self):
        self.accepted()
        self.decided("DENY")
        self.story.fact("INTENT", attempt=1, caps=self.rates)
        self.story.result("DENIED", 1, reason="denied")
        self.clean()
        self.story.order()
        self.assertViolates("late", 1, guards=self.guards)

    def test_a_denial_of_what_may_have_run_parks_it(self):
        self.accepted()
        self.decided("APPROVE")
        self.story.fact("INTENT", attempt=1, caps=self.rates)
        self.story.fact("UNCERTAIN", attempt=1)
        self.story.fact("NOT_SENT", attempt=1, reason="not-there")
        self.decided("DENY", by="bob")
        self.story.result("PARKED", 1)
        self.clean()
        self.assertEqual(self.story.judge().parked, {"r1"})

    def test_a_denial_of_what_is_on_its_way_allows_no_further_attempt(self):
        for is_sent, count in ((False, 0), (True, 1)):
            with self.subTest(is_sent):
                self.setUp()
                self.accepted()
                self.decided("APPROVE")
                self.story.fact("INTENT", attempt=1, caps=self.rates)
                self.decided("DENY", by="bob")
                self.story.fact("NOT_SENT", attempt=1, reason="gate-closed")
                self.story.fact("INTENT", attempt=2, caps=self.rates)
                self.story.result("DENIED", 1, reason="denied")
                if is_sent:
                    self.story.at += 60_000
                    self.story.order()
                self.assertEqual(len(self.story.judge(guards=self.guards).violations), count)

    def test_what_was_denied_on_its_way_and_had_arrived(self):
        self.accepted()
        self.decided("APPROVE")
        self.story.fact("INTENT", attempt=1, caps=self.rates)
        self.decided("DENY", by="bob")
        self.story.order()
        self.story.fact("SUBMITTED", attempt=1, remediationId="rem1")
        self.story.fact("ENDED", state="SUCCEEDED")
        self.story.result("SUCCEEDED", 1, remediationId="rem1")
        self.clean()

    def test_who_ends_denied_without_a_denial(self):
        self.accepted()
        self.story.fact("ENDED", state="DENIED", reason="denied")
        self.story.result("DENIED", 1)
        self.assertViolates("fate", 1, guards=self.guards)

    def test_what_nobody_approves_in_time(self):
        for late, is_careful, count in ((30, True, 0), (30, False, 1), (600_000, True, 1)):
            with self.subTest((late, is_careful)):
                self.setUp()
                self.accepted(notAfter=time(self.story.at + late))
                self.story.at += 30
                self.story.fact("ENDED", state="DENIED", reason="approval-expired")
                self.story.result("DENIED", 1)
                guards = self.guards if is_careful else self.guards | {"approve": []}
                self.assertEqual(len(self.story.judge(guards=guards).violations), count)

    def test_a_decision_about_something_else_is_buried(self):
        for digest, count in (("d2", 0), ("d1", 1)):
            with self.subTest(digest):
                self.setUp()
                self.accepted()
                record = self.decided("DENY", digest="d2")
                record.value["digest"] = digest
                self.story.letter(record, "wrong-digest")
                self.decided("APPROVE")
                self.fired()
                self.assertEqual(len(self.story.judge(guards=self.guards).violations), count)

    def test_protected_machines(self):
        guards = {"approve": [], "protected": ["pc1"]}
        self.ended("REFUSED", "protected-machine")
        self.clean(**guards)
        self.assertViolates("fate", 1, guards=self.guards | {"approve": []})
        self.setUp()
        self.accepted()
        self.fired()
        self.assertViolates("sent", 1, guards=self.guards | guards)

    def test_a_request_that_is_too_large(self):
        guards = self.guards | {"approve": [], "actionsPerRequest": 1, "caps": {}}
        both = request(actions=[action("t1"), action("t2")])
        self.ended("REFUSED", "cap-actions-per-request", value=both)
        self.assertEqual(self.story.judge(guards=guards).violations, [])
        self.assertViolates("fate", 1, guards=guards | {"actionsPerRequest": 2})
        self.setUp()
        self.story.publish(both)
        self.story.fact("ACCEPTED", request=both)
        self.story.fact("INTENT", attempt=1, caps={})
        self.story.fact("NOT_SENT", attempt=1)
        self.story.fact("ENDED", state="EXPIRED", reason="expired")
        self.story.result("EXPIRED", 1)
        violations = self.story.judge(guards=guards).violations
        self.assertTrue(any(line.startswith("violation: sent: request r1: has 2 actions") for line in violations))

    def test_intents_are_judged_by_the_policys_caps(self):
        self.accepted()
        self.fired(caps={"actionsPerMachineAndHour": 4})
        self.assertViolates("sent", 1, guards=self.guards | {"approve": []})

    def fill(self, count):
        for number in range(count):
            self.accepted(f"r{number}")
            self.fired(f"r{number}", f"rem{number}")

    def over(self, is_sent=False, **rest):
        """One whose intent is over the cap; and what its writer says, which frees its targets."""
        self.accepted("over", notAfter=time(self.story.at + 200))
        self.story.fact("INTENT", "over", attempt=1, caps=self.rates)
        if is_sent:
            self.story.order("rem9")
        self.story.fact("NOT_SENT", "over", attempt=1, reason="cap-machine-hour", **rest)
        self.story.at += 200
        self.story.fact("ENDED", "over", state="EXPIRED", reason="expired")
        self.story.result("EXPIRED", 1, "over")

    def test_an_intent_over_a_cap_is_not_sent(self):
        for writer in ("w1", "w2"):
            with self.subTest(writer):
                self.setUp()
                self.fill(3)
                self.over(writer=writer)
                self.clean(approve=[])

    def test_an_intent_over_a_cap_that_is_sent(self):
        self.fill(3)
        self.over(is_sent=True)
        lines = self.story.judge(guards=self.guards | {"approve": []}).violations
        self.assertTrue(any("request over: was over a cap" in line for line in lines), lines)
        self.assertTrue(any("machine pc1: had 4 actions within an hour" in line for line in lines), lines)

    def test_only_an_intent_over_a_cap_is_taken_back_by_anyone(self):
        self.fill(2)
        self.over(writer="w2")
        self.assertViolates("ledger", guards=self.guards | {"approve": []})

    def test_what_was_not_sent_is_not_spent(self):
        self.fill(2)
        self.accepted("r8")
        self.story.fact("INTENT", "r8", attempt=1, caps=self.rates)
        self.story.fact("NOT_SENT", "r8", attempt=1, reason="gate-closed")
        self.fired("r8", "rem8", 2)
        self.clean(approve=[])

    def test_what_may_have_been_sent_is_spent(self):
        self.fill(2)
        self.accepted("r8")
        self.story.fact("INTENT", "r8", attempt=1, caps=self.rates)
        self.story.fact("UNCERTAIN", "r8", attempt=1)
        self.story.fact("NOT_SENT", "r8", attempt=1, reason="not-there")
        self.story.at += 20_000
        self.fired("r8", "rem8", 2)
        lines = self.story.judge(guards=self.guards | {"approve": []}).violations
        self.assertTrue(any("request r8: was over a cap" in line for line in lines), lines)

    def test_an_hour_later_there_is_room(self):
        self.fill(3)
        self.story.at += 3_660_000
        self.accepted("r8", notAfter=time(self.story.at + 100_000))
        self.fired("r8", "rem8")
        self.clean(approve=[])

    def halted(self, on=True):
        return self.story.add("control", {"name": "halt", "on": on}, key="halt")

    def test_orders_and_halts(self):
        stories = (
            ("before it is known", 0, 4_000, 4_000, 0), ("meant in time and late there", 0, 4_000, 12_000, 0),
            ("meant too late", 0, 8_000, 8_000, 1), ("there too late", 0, 6_400, 16_000, 1),
            ("after the end", 30_000, 31_000, 31_000, 0))
        for words, ended, meant, there, count in stories:
            with self.subTest(words):
                self.setUp()
                self.accepted(notAfter=time(self.story.at + 100_000))
                self.halted(False)
                since = self.halted().timestamp
                if ended:
                    self.story.at = since + ended
                    self.halted(False)
                self.story.at = since + meant
                self.story.fact("INTENT", attempt=1, caps=self.rates)
                self.story.order(at=since + there)
                self.story.at = since + there
                self.story.fact("SUBMITTED", attempt=1, remediationId="rem1")
                self.story.fact("ENDED", state="SUCCEEDED")
                self.story.result("SUCCEEDED", 1, remediationId="rem1")
                lines = self.story.judge(guards=self.guards | {"approve": []}, window_ms=9000).violations
                halted = [line for line in lines if line.startswith("violation: halted")]
                self.assertEqual((len(halted), len(lines)), (count, count), lines)


if __name__ == "__main__":
    unittest.main()
