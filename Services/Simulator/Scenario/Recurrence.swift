/// Contents that come anew again and again, for as long as the simulator runs.
///
/// Each time has a number, which is how often its interval fits into the time since 1970: it goes on rising over restarts,
/// so that nothing comes twice under the same name and id.
struct Recurrence: Sendable {
    var everyMs: Int64
    /// How long after it came it is gone from the console; `nil`: it stays.
    var keepMs: Int64?
    /// What comes: the members of ``ScenarioContents``. In every text `{n}` stands for the number, and `{hex}` for its
    /// last twelve hexadecimal digits.
    var template: Document

    /// What comes with that number.
    func contents(number: Int64) throws(ScenarioError) -> ScenarioContents {
        let digits = String(UInt64(bitPattern: number), radix: 16).suffix(12)
        let hex = String(repeating: "0", count: 12 - digits.count) + digits
        let written = template.mapTexts {
            $0.replacing("{n}", with: String(number)).replacing("{hex}", with: hex)
        }
        return try ScenarioContents(written)
    }

    /// The number of the time that begins last before that one, in milliseconds since 1970.
    func number(at time: Int64) -> Int64 { time / everyMs }
}

extension Recurrence {
    init(_ fields: inout Fields) throws(ScenarioError) {
        everyMs = try fields.integer("everyMs", default: 0)
        guard everyMs > 0 else { throw fields.wrong("everyMs", "must be above 0") }
        keepMs = try fields.optionalInteger("keepMs")
        guard let document = fields.document("contents") else { throw fields.wrong("contents", "is missing") }
        template = document
        let first = try contents(number: 0)
        guard first.recurrences.isEmpty else { throw fields.wrong("contents.recurring", "is not known here") }
    }
}

extension Document {
    /// The same with other texts.
    func mapTexts(_ change: (String) -> String) -> Document {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let items): .array(items.map { $0.mapTexts(change) })
        case .object(let members):
            .object(members.map { Member(key: $0.key, value: $0.value.mapTexts(change)) })
        case .null, .bool, .integer, .number: self
        }
    }
}
