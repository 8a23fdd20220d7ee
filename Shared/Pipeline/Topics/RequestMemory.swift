public import Kafka
internal import Model

/// For how long an ended request is remembered. A record of it that is still read after that would be a new request, so
/// no record may be kept as long.
public struct RequestMemory: Sendable, Hashable {
    /// From a request's end until it is forgotten.
    public let time: Duration

    /// The key of the environment that says so, for whoever has to mend it.
    public let setting: String

    /// A memory as the setting has it.
    public init(_ time: Duration, setting: String) {
        self.time = time
        self.setting = setting
    }

    /// Why the topic's records outlive the memory of them; nil if they do not.
    ///
    /// Kafka drops whole segments only, by the newest record of each: a record may be read for as long as `retention.ms`
    /// and `segment.ms` together.
    ///
    /// - Parameter requests: The topic of the requests as the broker describes it.
    public func problem(with requests: TopicDescription) -> String? {
        let needed = "\(setting)=\(time.milliseconds)"
        guard let retention = Int64(requests.settings["retention.ms"] ?? ""), retention >= 0 else {
            let given = requests.settings["retention.ms"] ?? ""
            return "\(requests.name) has retention.ms=\(given) and so keeps records for ever, but an ended request is"
                + " forgotten after \(needed), and a record that is read later would be a new request: give the topic"
                + " a retention.ms of at most \(setting) less segment.ms"
        }
        let own = Int64(requests.settings["segment.ms"] ?? "")
        let segment = own.flatMap { $0 > 0 ? $0 : nil } ?? Self.defaultSegment
        let (sum, overflows) = retention.addingReportingOverflow(segment)
        guard overflows || sum > time.milliseconds else { return nil }
        return "\(requests.name) has retention.ms=\(retention) and segment.ms=\(segment), so a record of it may be read"
            + " that long, but an ended request is forgotten after \(needed): set \(setting) to at least"
            + " \(overflows ? Int64.max : sum), or the topic's retention.ms lower"
    }

    /// Kafka's own default: seven days in milliseconds.
    private static let defaultSegment: Int64 = 604_800_000
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
