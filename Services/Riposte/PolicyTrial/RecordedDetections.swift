internal import JSON
internal import Model
internal import Runtime

/// Enriched detections that somebody has kept, one a line: as `riposte sandbox --record` writes records, or the
/// detections alone.
struct RecordedDetections {
    /// What was understood, in its order.
    private(set) var detections: [EnrichedDetection] = []
    /// What was not: the line, from 1, and why.
    private(set) var problems: [String] = []

    /// A line, of which only the half is there that it has.
    private struct Line: JSONRecord {
        var value: JSONText?
        var detection: JSONText?

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("value", &value)
            try c("detection", &detection)
        }
    }

    /// Reads lines; empty ones and tombstones are passed over.
    init(_ bytes: [UInt8]) {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do throws(JSONError) {
                if let detection = try Self.detection(Array(line)) { detections.append(detection) }
            } catch {
                problems.append("line \(index + 1): \(error)")
            }
        }
    }

    /// The newest so many of those that are not older than a time, the newest last.
    static func newest(_ detections: [EnrichedDetection], _ count: Int?, since: Timestamp?) -> [EnrichedDetection] {
        let sorted = detections.enumerated()
            .sorted { ($0.element.enrichedAt, $0.offset) < ($1.element.enrichedAt, $1.offset) }.map(\.element)
        let wanted = since.map { since in sorted.filter { $0.enrichedAt >= since } } ?? sorted
        return count.map { Array(wanted.suffix($0)) } ?? wanted
    }

    private static func detection(_ bytes: [UInt8]) throws(JSONError) -> EnrichedDetection? {
        // The record around a detection is a little larger than that may be.
        var limits = JSONLimits.event
        limits.maxBytes *= 2
        let line = try Line(json: bytes, limits: limits)
        if line.detection != nil { return try EnrichedDetection(json: bytes, limits: limits) }
        return try line.value.map { value throws(JSONError) in try EnrichedDetection(json: value.bytes) }
    }
}
