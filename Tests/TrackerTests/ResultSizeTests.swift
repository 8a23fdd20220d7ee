internal import JSON
internal import Model
internal import Testing

@testable import Tracker

@Suite("What is said of very many actions")
struct ResultSizeTests {
    private func result(_ count: Int) -> RemediationResult {
        var result = RemediationResult()
        result.requestId = "r"
        result.state = .failed
        result.detail = "words"
        result.actions = (0..<count).map { index in
            var action = ActionResult(Samples.kill("p\(index)"), state: .failed)
            action.error = String(repeating: "e", count: 1000)
            action.platformStatus = "FAILURE"
            return action
        }
        return result
    }

    @Test("what fits is sent as it is")
    func small() {
        for count in [0, 1, 100, 200] { #expect(result(count).fitting() == result(count)) }
        #expect(result(200).actions.fitting() == result(200).actions)
    }

    @Test("first the console's words go, then actions; the detail says how many, and the state of each stays")
    func large() {
        let wordless = result(1200).fitting()
        #expect(wordless.actions.count == 1200 && wordless.detail == "words")
        #expect(wordless.actions.allSatisfy { $0.error == nil && $0.state == .failed })
        #expect(result(1200).actions.fitting()?.count == 1200)
        let cut = result(12_000).fitting()
        #expect(cut.json().count <= RemediationResult.largest && cut.actions.count > 5000)
        #expect(cut.detail == "words; \(12_000 - cut.actions.count) of 12000 actions left out for their size")
        #expect(result(12_000).actions.fitting() == nil)
    }
}
