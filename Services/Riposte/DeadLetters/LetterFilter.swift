internal import JSON
internal import Model
internal import Runtime

/// Which dead letters are meant. Pure.
struct LetterFilter: Sendable {
    var places: Set<LetterPlace> = []
    var topics: Set<String> = []
    var reasons: Set<String> = []
    var services: Set<String> = []
    var since: Timestamp?

    /// The options that a filter is made of.
    static let options: [CommandOption] = [
        .value("topic", "TOPIC", help: "Only records of this topic; several times for several."),
        .value("reason", "CODE", help: "Only those with this reason; several times for several."),
        .value("service", "NAME", help: "Only those that this service could not use; several times for several."),
        .value("since", "TIME", help: "Only those since then: 2026-11-22T10:00:00Z, or a span as 90s, 15m or 2h."),
    ]

    init() {}

    /// What the arguments ask for.
    ///
    /// - Parameter prefix: What the name of every topic begins with.
    /// - Throws: `UsageError` for what makes no sense.
    init(_ arguments: CommandArguments, prefix: String, now: Timestamp) throws(UsageError) {
        topics = Set(arguments.values("topic").map { LetterPlace.fullName($0, prefix: prefix) })
        reasons = Set(arguments.values("reason"))
        services = Set(arguments.values("service"))
        since = try arguments.value("since").map { text throws(UsageError) in
            if let time = Timestamp(rfc3339: text) { return time }
            if let span = RequestForm.duration(text) { return now - span }
            throw UsageError(
                "--since: '\(text)' is not allowed. Allowed: a time as 2026-11-22T10:00:00Z, or a span as 90s, 15m or 2h"
            )
        }
        for text in arguments.positional {
            guard let place = LetterPlace(text, prefix: prefix) else {
                throw UsageError("'\(text)' is no place of a record. Allowed: topic/partition/offset, as list shows it")
            }
            places.insert(place)
        }
    }

    /// Whether anything but places is asked for.
    var picksByKind: Bool { !topics.isEmpty || !reasons.isEmpty || !services.isEmpty || since != nil }

    func wants(_ letter: DeadLetter) -> Bool {
        (places.isEmpty || places.contains(LetterPlace(letter.origin)))
            && (topics.isEmpty || topics.contains(letter.origin.topic))
            && (reasons.isEmpty || reasons.contains(letter.reason.rawValue))
            && (services.isEmpty || services.contains(letter.service))
            && (since.map { letter.deadAt >= $0 } ?? true)
    }
}
