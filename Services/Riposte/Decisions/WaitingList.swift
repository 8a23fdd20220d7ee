internal import JSON
internal import Model
internal import Pipeline
internal import Runtime

/// What waits for an approval right now: what an analyst who is woken has to see.
enum WaitingList {
    /// Prints it, the oldest first.
    static func print(asJSON: Bool, _ context: CommandContext) async throws -> ExitCode {
        let access = try KafkaAccess(context)
        let all = Array(try await access.results().values)
        let waiting = all.filter(\.waitsForApproval).sorted(by: isEarlier)
        if asJSON {
            for result in waiting { context.output.line(String(decoding: result.json(), as: UTF8.self)) }
            return .done
        }
        guard !waiting.isEmpty else {
            context.output.line("nothing waits for an approval")
            return .done
        }
        let table = ApprovalText.table(waiting, among: all, await access.names(), now: .now())
        for line in table { context.output.line(PlainText.line(line)) }
        context.output.line("\nriposte approve <request> shows all of it and approves; riposte deny <request> denies.")
        return .done
    }

    private static func isEarlier(_ left: RemediationResult, _ right: RemediationResult) -> Bool {
        let (first, second) = (left.acceptedAt ?? left.updatedAt, right.acceptedAt ?? right.updatedAt)
        return first != second ? first < second : left.requestId < right.requestId
    }
}
