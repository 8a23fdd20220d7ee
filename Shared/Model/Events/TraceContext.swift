/// A W3C trace context as it travels in the header `traceparent`.
///
/// The trace of a detection is derived from its id, so a redelivery continues the same trace.
public struct TraceContext: Sendable, Hashable {
    /// 32 hexadecimal digits.
    public let traceID: String

    /// The span that caused what carries this header: 16 hexadecimal digits.
    public let parentID: String

    /// The name of the record header.
    public static let headerName = "traceparent"

    /// Starts a trace for the event with this id.
    public init(startingAt eventID: String) {
        traceID = StableID.make("trace", [eventID])
        parentID = String(StableID.make("span", [eventID]).prefix(16))
    }

    /// Reads a header's value; nil if it is not a version 00 trace context with non-zero ids.
    public init?(header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00", Self.isHexadecimal(parts[3], digits: 2),
            Self.isID(parts[1], digits: 32), Self.isID(parts[2], digits: 16)
        else { return nil }
        traceID = String(parts[1])
        parentID = String(parts[2])
    }

    private init(traceID: String, parentID: String) {
        self.traceID = traceID
        self.parentID = parentID
    }

    /// The context for what the event with this id causes next.
    public func child(of eventID: String) -> TraceContext {
        TraceContext(traceID: traceID, parentID: String(StableID.make("span", [traceID, eventID]).prefix(16)))
    }

    /// The header's value; always sampled.
    public var header: String { "00-\(traceID)-\(parentID)-01" }

    private static func isID(_ text: Substring, digits: Int) -> Bool {
        isHexadecimal(text, digits: digits) && text.utf8.contains { $0 != 0x30 }
    }

    private static func isHexadecimal(_ text: Substring, digits: Int) -> Bool {
        text.utf8.count == digits
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
