#!/usr/bin/env python3
"""Shows that the judge can fail: each violation by records that have it, and none by records that have none."""

import copy
import json
import unittest

from check import Evidence, Judge, Record, TOPICS

P = "riposte."


def action(target="t1", kind="KILL_PROCESS"):
    return {"targetId": target, "actionType": kind}


def request(request_id="r1", malop="m1", actions=None):
    value = {"actionsByMachine": {"pc1": actions or [action()]}, "initiatorUserName": "soar"}
    if request_id:
        value["requestId"] = request_id
    if malop:
        value["malopId"] = malop
    return value


class Story:
    """A run in which everything is as it must be: one request that succeeds, one detection."""

    def __init__(self):
        self.topics = {name: [] for name in TOPICS}
        self.journal = []
        self.published = []
        self.at = 1_000_000

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
        return record

    def fact(self, kind, request_id="r1", **rest):
        return self.add("remediation.ledger", {"fact": kind, "requestId": request_id, "writer": "w1", **rest})

    def result(self, state, version, request_id="r1", partition=0, **rest):
        return self.add(
            "remediation.results", {"requestId": request_id, "state": state, "version": version, **rest},
            key=request_id, partition=partition)

    def order(self, remediation="rem1", malop="m1", actions=None, at=None):
        self.journal.append({
            "kind": "remediate", "remediationId": remediation, "malopId": malop, "at": at or self.at + 5,
            "actions": [{"machineId": "pc1", **a} for a in actions or [action()]]})

    def letter(self, record, reason):
        return self.add("dead-letters", {
            "origin": {"topic": record.topic, "partition": record.partition, "offset": record.offset}, "reason": reason})

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

    def detection(self, malop="m1", revision="v1", detection_id="d1", **rest):
        return self.add("detections", {"malopId": malop, "revision": revision, "detectionId": detection_id, **rest})

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
        value = request(None)
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
        self.story.fact("REFUSED", "bad", request=value)
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

    # Ends.

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
        self.story.succeeded()
        self.story.publish(request("r2"))
        self.story.fact("ACCEPTED", "r2", request=request("r2"))
        self.story.fact("REFUSED", "r2")
        self.story.result("REFUSED", 1, "r2")
        self.story.order("rem2", at=self.story.journal[0]["at"] + 3)
        self.assertViolates("twice", 1)

    def test_an_order_of_an_expired_request(self):
        self.story.publish(request())
        self.story.fact("ACCEPTED", request=request())
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

    # Detections.

    def test_a_revision_under_two_ids(self):
        self.story.detection(detection_id="d1")
        self.story.detection(detection_id="d2")
        self.assertViolates("detections")

    def test_a_revision_with_two_contents(self):
        self.story.detection(suspects=[])
        self.story.detection(suspects=[{"guid": "f1"}])
        self.assertViolates("detections", 1)


if __name__ == "__main__":
    unittest.main()
