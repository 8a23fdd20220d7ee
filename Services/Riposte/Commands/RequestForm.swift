internal import JSON
internal import Model
internal import Runtime

/// A request as the flags of `riposte request` say it.
enum RequestForm {
    /// The request that the flags ask for, without an id.
    ///
    /// - Throws: `UsageError` for what makes no sense.
    static func request(
        _ arguments: CommandArguments, user: String?, now: Timestamp
    ) throws(UsageError) -> RemediationRequest {
        guard let machine = arguments.value("machine"), !machine.isEmpty else {
            throw UsageError("--machine is needed, or --body")
        }
        var actions: [RemediationAction] = []
        for text in arguments.values("action") { actions.append(try action(text)) }
        guard !actions.isEmpty else { throw UsageError("--action is needed, or --body") }
        var request = RemediationRequest()
        request.actionsByMachine = [machine: actions]
        request.malopId = arguments.value("malop")
        request.reason = arguments.value("reason")
        request.initiatorUserName = user
        request.notAfter = try notAfter(arguments, now: now)
        request.dryRun = arguments.flag("dry-run") ? true : nil
        return request
    }

    /// `KILL_PROCESS:TARGET`.
    static func action(_ text: String) throws(UsageError) -> RemediationAction {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw UsageError("--action: '\(text)' is not allowed. Allowed: ACTION:TARGET, as KILL_PROCESS:<its GUID>")
        }
        let type = ActionType(rawValue: String(parts[0]))
        guard ActionType.supported.contains(type) else {
            let all = ActionType.supported.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--action: '\(parts[0])' is not an action. Allowed: \(all)")
        }
        return RemediationAction(targetId: String(parts[1]), actionType: type)
    }

    /// Until when it may be sent; nil leaves it to the executor.
    static func notAfter(_ arguments: CommandArguments, now: Timestamp) throws(UsageError) -> Timestamp? {
        let time = arguments.value("not-after")
        guard let span = arguments.value("expires-in") else {
            guard let time else { return nil }
            if let parsed = Timestamp(rfc3339: time) { return parsed }
            throw UsageError("--not-after: '\(time)' is not allowed. Allowed: a time as 2026-11-22T10:00:00Z")
        }
        guard time == nil else { throw UsageError("--not-after and --expires-in say the same: give one of them") }
        return now + (try duration("expires-in", span))
    }

    /// The span that an option was given.
    static func duration(_ option: String, _ text: String) throws(UsageError) -> Duration {
        if let duration = duration(text) { return duration }
        throw UsageError(
            "--\(option): '\(text)' is not allowed. Allowed: seconds, or a number and s, m or h, as 90s, 15m or 2h;"
                + " at most 90 days")
    }

    /// `90`, `90s`, `15m`, `2h`; at most 90 days. A plain number is seconds.
    static func duration(_ text: String) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        let named = text.last.flatMap { units[$0] }
        let (digits, unit) = (named == nil ? text[...] : text.dropLast(), named ?? 1)
        guard digits.allSatisfy(\.isASCIIDigit), let count = Int64(digits), count > 0, count <= 90 * 86_400 / unit
        else { return nil }
        return .seconds(count * unit)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
