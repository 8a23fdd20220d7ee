import HTTPClient
import JSON
import PlatformIDs

extension ConsoleClient {
    /// Has actions carried out, at most once.
    ///
    /// - Parameters:
    ///   - order: what to do. Its initiator is usually the account's user name.
    ///   - gate: asked right before the first byte leaves; false stops it, provably not sent. It may be asked twice, when
    ///     the console had first asked for a login. It is called on the HTTP client's own thread and must be quick.
    /// - Returns: what is known of it. This never repeats an order that may have been carried out.
    public func remediate(
        _ order: RemediationOrder, deadline: ContinuousClock.Instant? = nil, gate: (@Sendable () -> Bool)? = nil
    ) async -> RemediationOutcome {
        let body: [UInt8]
        do {
            body = try order.body()
        } catch {
            return .notSent(.invalid(error))
        }
        let call = Call.post("/rest/remediate", body, .remediate, until: self.deadline(deadline, .remediate))
        return await report(of: call, gate: gate)
    }

    /// Stops a remediation: actions that the sensors have not got yet. What it does to others is not documented.
    ///
    /// - Parameter malopID: nil for a remediation without a malop.
    public func abort(
        malopID: String?, remediationID: String, deadline: ContinuousClock.Instant? = nil
    ) async -> RemediationOutcome {
        let path: String
        do {
            path = try Self.path("/rest/remediate/abort", malopID, remediationID)
        } catch {
            return .notSent(.invalid(error))
        }
        let call = Call.post(
            path, route: "/rest/remediate/abort", nil, .remediate, until: self.deadline(deadline, .remediate))
        return await report(of: call, gate: nil)
    }

    /// What a remediation has come to.
    ///
    /// - Parameters:
    ///   - user: the initiator that it was ordered with.
    ///   - malopID: nil for a remediation without a malop. The platform answers such ones with the malop `NOMALOP`; that
    ///     it also takes this word in the address is not documented.
    /// - Returns: nil if the console knows of no such remediation (HTTP 404, or an answer with nothing in it).
    /// - Throws: ``ConsoleError``.
    public func progress(
        user: String, malopID: String?, remediationID: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> RemediationReport? {
        let path = try Self.path(
            "/rest/remediate/progress/" + PlatformID.segment(user, "user name"), malopID, remediationID)
        let call = Call.get(
            path, route: "/rest/remediate/progress", .status, until: self.deadline(deadline, .status))
        guard let body = try await bodyOrNothing(call) else { return nil }
        return try PlatformJSON.read(body) { root throws(JSONError) in
            if root.isNull { return nil }
            _ = try root.object()
            guard let report = RemediationReport(root) else {
                if root.members.first(where: { !$0.value.isNull }) == nil { return nil }
                throw root.error(.missing, "remediationId")
            }
            return report
        }
    }

    /// All remediations of a malop, as far as the console remembers.
    ///
    /// - Throws: ``ConsoleError``; of kind `notUnderstood` if the answer is no list, for then nothing can be concluded
    ///   from what is not on it.
    public func remediations(
        ofMalop malopID: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> [RemediationReport] {
        let path = "/rest/remediate/status/" + (try PlatformID.segment(malopID, "malop id"))
        let call = Call.get(path, route: "/rest/remediate/status", .status, until: self.deadline(deadline, .status))
        let response = try await caller.read(call)
        return try PlatformJSON.read(response.body) { root throws(JSONError) in
            try root.array { element throws(JSONError) in
                guard let report = RemediationReport(element) else { throw element.error(.missing, "remediationId") }
                return report
            }
        }
    }

    private func report(of call: Call, gate: (@Sendable () -> Bool)?) async -> RemediationOutcome {
        switch await caller.once(call, gate: gate) {
        case .notSent(let reason): return .notSent(reason)
        case .refused(let status, let words): return .refused(Refusal(status: status, words: words))
        case .mayHaveRun(let reason): return .mayHaveRun(reason)
        case .answered(let response):
            let report = try? PlatformJSON.read(response.body) { root in RemediationReport(root) }
            if let report = report ?? nil { return .submitted(report) }
            let words = "answered without a remediation id: \(Reply.words(response))"
            return .mayHaveRun(UncertainReason(.notUnderstood, words, status: response.status))
        }
    }

    private func bodyOrNothing(_ call: Call) async throws(ConsoleError) -> [UInt8]? {
        do {
            let response = try await caller.read(call)
            return response.status == 204 || response.body.isEmpty ? nil : response.body
        } catch {
            if error.kind == .notFound { return nil }
            throw error
        }
    }

    private static func path(
        _ prefix: String, _ malopID: String?, _ remediationID: String
    ) throws(ConsoleError) -> String {
        let malop = try PlatformID.segment(malopID ?? RemediationReport.noMalop, "malop id")
        return prefix + "/" + malop + "/" + (try PlatformID.segment(remediationID, "remediation id"))
    }
}
