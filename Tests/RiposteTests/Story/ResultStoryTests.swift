import JSON
import Model
import Testing

@testable import Riposte

/// What is told of each result.
@Suite struct ResultStoryTests {
    private func told(_ results: [RemediationResult], for listener: ResultStory.Listener = .audience) -> [String] {
        var story = ResultStory(for: listener)
        return results.flatMap { story.take($0, Sample.names) }.map { "\($0.label): \($0.text)" }
    }

    @Test("a request's way is told once, step by step") func way() {
        var submitted = Sample.result(.submitted, version: 2)
        submitted.remediationId = "rem-1"
        var running = Sample.result(.inProgress, version: 3, actions: [(Sample.kill, .inProgress)])
        running.remediationId = "rem-1"
        var ended = Sample.result(.succeeded, version: 4, reason: .completed, actions: [(Sample.kill, .succeeded)])
        ended.remediationId = "rem-1"
        var verified = ended
        verified.version = 5
        verified.verification = .verified
        let subject = "KILL_PROCESS inv_2291.exe on FIN-WS-014"
        #expect(
            told([Sample.result(.accepted, version: 1), submitted, running, ended, ended, verified]) == [
                "submitted: \(subject): remediation rem-1", "action: \(subject): SUCCEEDED", "SUCCEEDED: \(subject)",
                "verified: \(subject)",
            ])
    }

    @Test("a result that overtook the one before still tells that the console took it") func overtaken() {
        var ended = Sample.result(.succeeded, version: 4, actions: [(Sample.kill, .succeeded)])
        ended.remediationId = "rem-1"
        #expect(told([ended]).map { $0.prefix { $0 != ":" } } == ["submitted", "action", "SUCCEEDED"])
    }

    @Test("an older or repeated result tells nothing") func older() {
        let newer = Sample.result(.succeeded, version: 4)
        let older = Sample.result(.held, version: 3, reason: .machineOffline)
        #expect(told([newer, older, newer]).count == 1)
    }

    @Test("each reason for being held is told") func held() {
        var offline = Sample.result(.held, version: 1, reason: .machineOffline)
        offline.detail = "not connected"
        let halted = Sample.result(.held, version: 2, reason: .halted)
        let again = Sample.result(.held, version: 3, reason: .halted)
        let subject = "KILL_PROCESS inv_2291.exe on FIN-WS-014"
        #expect(
            told([offline, halted, again]) == [
                "held: \(subject): machine-offline: not connected", "held: \(subject): halted",
            ])
    }

    @Test("what waits for an approval is told in whichever words, and who approved it") func approval() {
        var asking = Sample.result(.held, version: 1, reason: .approvalRequired)
        asking.detail = "group finance: approve"
        var own = asking
        (own.version, own.approvedBy) = (2, ["soar"])
        var judged = own
        (judged.version, judged.detail) = (3, "group finance: approve; the approval by soar does not count")
        judged.objections = [ApprovalObjection(by: "soar", why: "they asked for it themselves")]
        var approved = Sample.result(.held, version: 4, reason: .machineOffline)
        (approved.approvedBy, approved.objections) = (["soar", "ann"], judged.objections)
        var again = approved
        again.version = 5
        let subject = "KILL_PROCESS inv_2291.exe on FIN-WS-014"
        #expect(
            told([asking, own, judged, approved, again]) == [
                "held: \(subject): approval-required: group finance: approve",
                "approved: \(subject): by soar, which does not count: they asked for it themselves",
                "held: \(subject): approval-required: group finance: approve; the approval by soar does not count",
                "approved: \(subject): by ann", "held: \(subject): machine-offline",
            ])
    }

    @Test(
        "an end by the guardrails says whose or which words it is",
        arguments: [
            (RequestState.denied, Reason.denied, "denied by bob: not ours", "denied by bob: not ours"),
            (.denied, .approvalExpired, "nobody approved it", "nobody approved it"),
            (.observed, .observeMode, "group finance: observe", "observe-mode: group finance: observe"),
            (.refused, .protectedMachine, "group servers", "protected-machine: group servers"),
            (.held, .machineHourCap, "20 of 20 within the hour", "cap-machine-hour: 20 of 20 within the hour"),
        ])
    func guardrails(_ state: RequestState, _ reason: Reason, _ detail: String, _ words: String) {
        var result = Sample.result(state, version: 1, reason: reason)
        result.detail = detail
        #expect(told([result]) == ["\(state.label): KILL_PROCESS inv_2291.exe on FIN-WS-014: \(words)"])
    }

    @Test("each action's end is told once, with the console's words, before the end of all") func actions() {
        let first = Sample.result(
            .inProgress, version: 1, actions: [(Sample.kill, .succeeded), (Sample.quarantine, .inProgress)])
        var second = Sample.result(
            .partial, version: 2, reason: .someFailed,
            actions: [(Sample.kill, .succeeded), (Sample.quarantine, .failed)])
        second.actions[1].error = "in use"
        second.actions[1].errorType = "BUSY"
        #expect(
            told([first, second]) == [
                "action: KILL_PROCESS inv_2291.exe on FIN-WS-014: SUCCEEDED",
                "action: QUARANTINE_FILE inv_2291.exe on FIN-WS-014: FAILED: BUSY: in use",
                "PARTIAL: KILL_PROCESS inv_2291.exe on FIN-WS-014 and 1 more: some-failed: BUSY",
            ])
    }

    @Test("what becomes known after an end is told, and the end is not told again") func amended() {
        let ended = Sample.result(.unknown, version: 1, reason: .cannotTell)
        var later = Sample.result(.unknown, version: 2, reason: .answerLost)
        later.amended = "it had succeeded"
        later.verification = .contradicted
        #expect(told([ended, later]).map { $0.prefix { $0 != ":" } } == ["UNKNOWN", "contradicted", "amended"])
        var late = Sample.result(.unknown, version: 2, reason: .cannotTell, actions: [(Sample.kill, .succeeded)])
        late.amended = "KILL_PROCESS of 1.2 on 1.1 SUCCEEDED"
        #expect(told([ended, late]).map { $0.prefix { $0 != ":" } } == ["UNKNOWN", "amended"], "once is enough")
    }

    @Test("for whoever watches many, the first line has the whole id and the others enough of it") func watcher() {
        let id = "095786aee66be5c998db8245c0ccce80"
        let lines = told(
            [
                Sample.result(.accepted, version: 1, id: id), Sample.result(.inProgress, version: 2, id: id),
                Sample.result(.held, version: 1, id: "cli-25b8246607ddf916"),
            ], for: .watcher)
        let subject = "KILL_PROCESS inv_2291.exe on FIN-WS-014"
        #expect(
            lines == [
                "accepted: \(id): \(subject)", "progress: 095786aee66b…: \(subject)",
                "held: cli-25b8246607ddf916: \(subject)",
            ])
    }

    @Test("whoever asked is told who that was") func sender() {
        var accepted = Sample.result(.accepted, version: 1, id: "ticket-4711")
        accepted.requestedBy = "soar"
        accepted.requestReason = "reported"
        #expect(
            told([accepted], for: .sender) == [
                "accepted: KILL_PROCESS inv_2291.exe on FIN-WS-014: asked by soar: reported"
            ])
        accepted.signedBy = "soar-2026"
        #expect(
            told([accepted], for: .sender).first?.hasSuffix("asked by soar, signed by key soar-2026: reported") == true)
    }

    @Test("what goes on after it was held is not told as if it had been asked for again") func resumed() {
        var accepted = Sample.result(.accepted, version: 1, id: "r")
        accepted.requestedBy = "soar"
        var again = accepted
        again.version = 3
        let lines = told([accepted, Sample.result(.held, version: 2, id: "r", reason: .halted), again], for: .sender)
        let subject = "KILL_PROCESS inv_2291.exe on FIN-WS-014"
        #expect(
            lines == [
                "accepted: \(subject): asked by soar", "held: \(subject): halted", "accepted: \(subject): goes on",
            ])
    }

    @Test("the names of a result itself are told, and whoever is to approve it hears where there is none")
    func named() {
        var asking = Sample.result(.held, version: 1, reason: .approvalRequired)
        var story = ResultStory(for: .watcher)
        #expect(
            story.take(asking, NameBook()).first?.text
                == "r-1: KILL_PROCESS \(Sample.process) (name not known) on \(Sample.machine): approval-required")
        asking.version = 2
        asking.reason = .halted
        (asking.actions[0].targetName, asking.actions[0].machineName) = ("nc64.exe", "OPS-SRV-03")
        #expect(story.take(asking, NameBook()).first?.text == "r-1: KILL_PROCESS nc64.exe on OPS-SRV-03: halted")
    }

    @Test("what has no name is told by its GUID") func unnamed() {
        var story = ResultStory(for: .watcher)
        let lines = story.take(Sample.result(.held, version: 1), NameBook())
        #expect(lines.first?.text == "r-1: KILL_PROCESS \(Sample.process) on \(Sample.machine)")
    }
}
