import JSON

/// A flat event of about 0.3 KB.
struct FlatEvent: JSONRecord, Codable, Equatable {
    var id = ""
    var tenant = ""
    var kind = ""
    var host = ""
    var user = ""
    var process = ""
    var severity = 0
    var score = 0.0
    var isSuccess = false
    var at = ""
    var requestID = ""
    var note: String?

    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("id", &id)
        try c("tenant", &tenant)
        try c("kind", &kind)
        try c("host", &host)
        try c("user", &user)
        try c("process", &process)
        try c("severity", &severity)
        try c("score", &score)
        try c("isSuccess", &isSuccess)
        try c("at", &at)
        try c("requestID", &requestID)
        try c("note", &note)
    }
}

/// A detection of about 2 KB with machines, suspects and indicators.
struct NestedEvent: JSONRecord, Codable, Equatable {
    var id = ""
    var revision = 0
    var at = ""
    var malop = Malop()
    var machines: [Machine] = []
    var suspects: [Suspect] = []
    var indicators: [Indicator] = []

    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("id", &id)
        try c("revision", &revision)
        try c("at", &at)
        try c("malop", &malop)
        try c("machines", &machines)
        try c("suspects", &suspects)
        try c("indicators", &indicators)
    }

    struct Malop: JSONRecord, Codable, Equatable {
        var guid = ""
        var displayName = ""
        var decisionStatuses: [String] = []

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("guid", &guid)
            try c("displayName", &displayName)
            try c("decisionStatuses", &decisionStatuses)
        }
    }

    struct Machine: JSONRecord, Codable, Equatable {
        var guid = ""
        var name = ""
        var system = ""
        var isOnline = false

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("guid", &guid)
            try c("name", &name)
            try c("system", &system)
            try c("isOnline", &isOnline)
        }
    }

    struct Suspect: JSONRecord, Codable, Equatable {
        var guid = ""
        var kind = ""
        var name = ""
        var path = ""
        var md5 = ""
        var sha1 = ""
        var decision: String?

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("guid", &guid)
            try c("kind", &kind)
            try c("name", &name)
            try c("path", &path)
            try c("md5", &md5)
            try c("sha1", &sha1)
            try c("decision", &decision)
        }
    }

    struct Indicator: JSONRecord, Codable, Equatable {
        var kind = ""
        var value = ""
        var verdict = ""
        var checkedAt: Int64 = 0

        mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
            try c("kind", &kind)
            try c("value", &value)
            try c("verdict", &verdict)
            try c("checkedAt", &checkedAt)
        }
    }
}
