internal import Synchronization

/// The metrics of one name, which differ by the values of their labels.
///
/// Hold on to the handles: a look-up costs a lock and a dictionary, a handle costs neither. Label values come from small
/// sets (topics, routes, outcomes), never from ids: each is a series for ever.
public final class MetricFamily<Handle: Sendable>: Sendable {
    let name: String
    let help: String
    let kind: MetricKind
    let labels: [String]
    private let make: @Sendable () -> Handle
    private let samples: @Sendable (Handle, _ name: String, _ labels: LabelText, inout String) -> Void
    private let series = Mutex<[[String]: Handle]>([:])

    init(
        name: String, help: String, kind: MetricKind, labels: [String], make: @escaping @Sendable () -> Handle,
        samples: @escaping @Sendable (Handle, String, LabelText, inout String) -> Void
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.make = make
        self.samples = samples
    }

    /// The metric with these values of the family's labels, in their order; always the same one for the same values.
    public func with(_ values: String...) -> Handle { handle(values) }

    /// Shows the metrics with each of these values, as 0, from now on: of one that begins with a 1 no rate could see the
    /// rise. For the values that are known beforehand.
    public func prepare(_ series: some Sequence<[String]>) {
        for values in series { _ = handle(values) }
    }

    /// The same for a family with one label.
    public func prepare(_ values: some Sequence<String>) { prepare(values.map { [$0] }) }

    /// Forgets the metric with these values, so that it is no longer shown: of a partition that went elsewhere.
    public func remove(_ values: String...) {
        _ = series.withLock { $0.removeValue(forKey: values) }
    }

    func handle(_ values: [String]) -> Handle {
        precondition(values.count == labels.count, "\(name) has the labels \(labels), not \(values.count) values")
        return series.withLock { series in
            if let known = series[values] { return known }
            let new = make()
            series[values] = new
            return new
        }
    }

    func set(_ values: [String], to handle: Handle) {
        precondition(values.count == labels.count, "\(name) has the labels \(labels), not \(values.count) values")
        series.withLock { $0[values] = handle }
    }
}

/// A family as the registry sees it.
protocol RenderedFamily: Sendable {
    var name: String { get }
    func render(into text: inout String)
}

extension MetricFamily: RenderedFamily {
    /// The family's lines: help, type, and all samples together, as the text format demands.
    func render(into text: inout String) {
        let series = series.withLock { $0 }
        guard !series.isEmpty else { return }
        text += "# HELP \(name) \(LabelText.escapeHelp(help))\n# TYPE \(name) \(kind.rawValue)\n"
        for (values, handle) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            samples(handle, name, LabelText(zip(labels, values)), &text)
        }
    }
}

/// What a family's numbers mean.
public enum MetricKind: String, Sendable {
    /// Only grows.
    case counter
    /// Rises and falls.
    case gauge
    /// Counts by bounds.
    case histogram
}
