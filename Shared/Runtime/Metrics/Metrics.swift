internal import Synchronization

/// The registry of a service's metrics, and their text for Prometheus.
///
/// Names are given without the project's prefix, in snake case with the unit as suffix; a counter ends in `_total`.
/// Asking again for the same name and labels gives the same handle. A name that breaks the rules, or that is used for
/// two kinds of metric, is a mistake in the program and stops it.
public final class Metrics: Sendable {
    /// What `/metrics` is served as: version 0.0.4 of the text format.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let prefix: String
    private let families = Mutex<[String: any RenderedFamily]>([:])

    /// An empty registry; every name gets `prefix`.
    public init(prefix: String = "riposte_") { self.prefix = prefix }

    /// A counter. `labels` are names with values.
    public func counter(_ name: String, help: String, labels: [String: String] = [:]) -> Counter {
        let (names, values) = Self.split(labels)
        return counters(name, help: help, labels: names).handle(values)
    }

    /// A gauge. `labels` are names with values.
    public func gauge(_ name: String, help: String, labels: [String: String] = [:]) -> Gauge {
        let (names, values) = Self.split(labels)
        return gauges(name, help: help, labels: names).handle(values)
    }

    /// A histogram. `labels` are names with values.
    public func histogram(
        _ name: String, help: String, buckets: [Double] = Histogram.seconds, labels: [String: String] = [:]
    ) -> Histogram {
        let (names, values) = Self.split(labels)
        return histograms(name, help: help, buckets: buckets, labels: names).handle(values)
    }

    /// Counters that differ by the values of `labels`.
    public func counters(_ name: String, help: String, labels: [String]) -> MetricFamily<Counter> {
        family(name, help, .counter, labels, make: { Counter() }) { counter, name, labels, text in
            text += "\(name)\(labels.braced) \(counter.value)\n"
        }
    }

    /// Gauges that differ by the values of `labels`.
    public func gauges(_ name: String, help: String, labels: [String]) -> MetricFamily<Gauge> {
        family(name, help, .gauge, labels, make: { Gauge() }) { gauge, name, labels, text in
            text += "\(name)\(labels.braced) \(LabelText.number(gauge.value))\n"
        }
    }

    /// Histograms that differ by the values of `labels`.
    public func histograms(
        _ name: String, help: String, buckets: [Double] = Histogram.seconds, labels: [String]
    ) -> MetricFamily<Histogram> {
        family(name, help, .histogram, labels, make: { Histogram(buckets) }) { histogram, name, labels, text in
            let cumulative = histogram.cumulative
            for (bound, count) in zip(histogram.bounds.map(LabelText.number) + ["+Inf"], cumulative) {
                text += "\(name)_bucket\(labels.bucket(bound)) \(count)\n"
            }
            text += "\(name)_sum\(labels.braced) \(LabelText.number(histogram.sum))\n"
            text += "\(name)_count\(labels.braced) \(cumulative.last ?? 0)\n"
        }
    }

    /// A number that is read when the metrics are: an age, a size that something else keeps. Nil leaves it out.
    /// Registering the same name and labels again replaces the reader.
    public func reading(
        _ name: String, help: String, kind: MetricKind = .gauge, labels: [String: String] = [:],
        _ read: @escaping @Sendable () -> Double?
    ) {
        let (names, values) = Self.split(labels)
        let family = family(name, help, kind, names, make: { MetricReading { nil } }) { reading, name, labels, text in
            guard let value = reading.read() else { return }
            text += "\(name)\(labels.braced) \(LabelText.number(value))\n"
        }
        family.set(values, to: MetricReading(read: read))
    }

    /// All metrics in the text format, families in the order of their names.
    public func render() -> String {
        let families = families.withLock { $0.values.sorted { $0.name < $1.name } }
        var text = ""
        for family in families { family.render(into: &text) }
        return text
    }

    private func family<Handle: Sendable>(
        _ name: String, _ help: String, _ kind: MetricKind, _ labels: [String],
        make: @escaping @Sendable () -> Handle,
        samples: @escaping @Sendable (Handle, String, LabelText, inout String) -> Void
    ) -> MetricFamily<Handle> {
        let full = prefix + name
        return families.withLock { families in
            if let known = families[full] {
                guard let family = known as? MetricFamily<Handle>, family.kind == kind, family.labels == labels else {
                    preconditionFailure("\(full) is registered with another kind or other labels")
                }
                return family
            }
            precondition(MetricName.isValid(full), "\(full) is not a metric's name")
            precondition(kind != .counter || full.hasSuffix("_total"), "\(full): a counter ends in _total")
            precondition(labels.allSatisfy(MetricName.isValidLabel), "\(full): \(labels) are not labels' names")
            let family = MetricFamily(
                name: full, help: help, kind: kind, labels: labels, make: make, samples: samples)
            families[full] = family
            return family
        }
    }

    private static func split(_ labels: [String: String]) -> (names: [String], values: [String]) {
        let sorted = labels.sorted { $0.key < $1.key }
        return (sorted.map(\.key), sorted.map(\.value))
    }
}

/// A metric whose value is asked for.
struct MetricReading: Sendable {
    let read: @Sendable () -> Double?
}

/// What Prometheus takes as names.
enum MetricName {
    static func isValid(_ name: String) -> Bool {
        isWord(name, orColon: true)
    }

    /// Two leading underscores belong to Prometheus itself, and `le` to histograms.
    static func isValidLabel(_ name: String) -> Bool {
        isWord(name, orColon: false) && !name.hasPrefix("__") && name != "le"
    }

    private static func isWord(_ name: String, orColon: Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            case 0x3A: orColon
            default: false
            }
        }
    }
}
