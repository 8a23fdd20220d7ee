import JSON
import Testing

enum Verdict: String, JSONName, CaseIterable { case malicious, suspicious, indifferent }

/// A vocabulary that the platform owns: any word.
struct Status: JSONName, Hashable {
    var rawValue: String
}

struct Machine: JSONRecord, Hashable {
    var guid = ""
    var name: String?
    var isOnline = false

    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("guid", &guid)
        try c("name", &name)
        try c("isOnline", &isOnline)
    }
}

/// A record with a field of every type that a coder takes.
struct Everything: JSONRecord, Hashable {
    var version = 1
    var text = ""
    var optionalText: String?
    var int = 0
    var optionalInt: Int?
    var long: Int64 = 0
    var optionalLong: Int64?
    var double = 0.0
    var optionalDouble: Double?
    var bool = false
    var optionalBool: Bool?
    var strings: [String] = []
    var optionalStrings: [String]?
    var time = Timestamp(milliseconds: 0)
    var optionalTime: Timestamp?
    var raw = JSONText(writing: { $0.null() })
    var optionalRaw: JSONText?
    var machine = Machine()
    var optionalMachine: Machine?
    var machines: [Machine] = []
    var optionalMachines: [Machine]?
    var groups: [String: [Machine]] = [:]
    var optionalGroups: [String: [Machine]]?
    var labels: [String: String] = [:]
    var optionalLabels: [String: String]?
    var verdict = Verdict.indifferent
    var optionalVerdict: Verdict?
    var statuses: [Status] = []
    var optionalStatuses: [Status]?

    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("version", &version, default: 1)
        try c("text", &text)
        try c("optionalText", &optionalText)
        try c("int", &int)
        try c("optionalInt", &optionalInt)
        try c("long", &long)
        try c("optionalLong", &optionalLong)
        try c("double", &double)
        try c("optionalDouble", &optionalDouble)
        try c("bool", &bool)
        try c("optionalBool", &optionalBool)
        try c("strings", &strings)
        try c("optionalStrings", &optionalStrings)
        try c("time", &time)
        try c("optionalTime", &optionalTime)
        try c("raw", &raw)
        try c("optionalRaw", &optionalRaw)
        try c("machine", &machine)
        try c("optionalMachine", &optionalMachine)
        try c("machines", &machines)
        try c("optionalMachines", &optionalMachines)
        try c("groups", &groups)
        try c("optionalGroups", &optionalGroups)
        try c("labels", &labels)
        try c("optionalLabels", &optionalLabels)
        try c("verdict", &verdict)
        try c("optionalVerdict", &optionalVerdict)
        try c("statuses", &statuses)
        try c("optionalStatuses", &optionalStatuses)
    }
}

/// A document and what is expected of it; bytes rather than text where it need not be UTF-8.
struct Case: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let code: JSONError.Code?
    let offset: Int?

    init(_ text: String, _ code: JSONError.Code? = nil, at offset: Int? = nil) {
        self.init(Array(text.utf8), code, at: offset)
    }

    init(_ bytes: [UInt8], _ code: JSONError.Code? = nil, at offset: Int? = nil) {
        self.bytes = bytes
        self.code = code
        self.offset = offset
    }

    var testDescription: String { String(decoding: bytes.prefix(40), as: UTF8.self) }

    /// Checks that the parser accepts this document, or refuses it for the expected reason at the expected byte.
    func check(_ limits: JSONLimits = .event, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = refusal(of: bytes, limits)
        #expect(
            error?.code == code, "\(testDescription): \(error?.description ?? "accepted")",
            sourceLocation: sourceLocation)
        if let offset { #expect(error?.offset == offset, sourceLocation: sourceLocation) }
    }
}

/// Why the parser refuses a document; nil if it accepts it.
func refusal(of bytes: [UInt8], _ limits: JSONLimits = .event) -> JSONError? {
    do throws(JSONError) {
        _ = try withJSON(bytes, limits: limits) { $0.isNull }
        return nil
    } catch {
        return error
    }
}

/// What the closure throws about a document.
func failure(_ text: String, _ body: (JSONValue) throws(JSONError) -> Void) -> JSONError? {
    do throws(JSONError) {
        try withJSON(Array(text.utf8), body)
        return nil
    } catch {
        return error
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
