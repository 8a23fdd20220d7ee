import JSON

/// The body of a batch as the vendor's tutorial has it, and the reading of its answer.
enum ClassificationRequest {
    static func body(_ indicators: [Indicator]) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 + indicators.count * 96)
        writer.object { writer in
            writer.key("requestData")
            writer.array { writer in
                for indicator in indicators {
                    writer.object { writer in
                        writer.key("requestKey")
                        indicator.write(to: &writer)
                    }
                }
            }
        }
        return writer.finish()
    }

    /// What an answer says of the indicators that were asked for. Items are told by the key that they repeat, never by
    /// their place: they may be missing, come twice, in another order, or not have been asked for.
    ///
    /// - Throws: ``ConsoleError`` of kind `notUnderstood` if it is no answer to a batch: the server may send an error
    ///   message with HTTP 200.
    static func read(
        _ bytes: [UInt8], asked: [Indicator], _ settings: ThreatIntelligenceSettings
    ) throws(ConsoleError) -> [Indicator: Classification] {
        let asked = Set(asked)
        return try PlatformJSON.read(bytes) { root throws(JSONError) in
            guard let items = root["classificationResponses"], items.kind == .array else {
                throw root.error(.missing, "no classificationResponses")
            }
            var found: [Indicator: Classification] = [:]
            for item in items.elements {
                guard let key = item["requestKey"], let result = Classification(item, settings) else { continue }
                for indicator in Indicator.named(by: key) where asked.contains(indicator) && found[indicator] == nil {
                    found[indicator] = result
                }
            }
            return found
        }
    }
}

extension Indicator {
    /// The key of a request.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .md5(let text): writer.field("md5", text)
            case .sha1(let text): writer.field("sha1", text)
            case .domain(let text): writer.field("domain", text)
            case .ipv4(let text):
                writer.field("ipAddress", text)
                writer.field("addressType", "Ipv4")
            case .ipv6(let text):
                writer.field("ipAddress", text)
                writer.field("addressType", "Ipv6")
            }
        }
    }

    /// The indicators that a key in an answer names: for files the server repeats both hashes, one of them null, but
    /// both may be set.
    static func named(by key: JSONValue) -> [Indicator] {
        var names: [Indicator?] = []
        for field: StaticString in ["sha1", "md5"] { names.append(key[field]?.asString.flatMap(Indicator.hash)) }
        names.append(key["domain"]?.asString.flatMap(Indicator.domainName))
        names.append(key["ipAddress"]?.asString.flatMap(Indicator.address))
        return names.compactMap { $0 }
    }
}

extension Classification {
    /// Reads one item; nil if it holds no classification.
    init?(_ item: JSONValue, _ settings: ThreatIntelligenceSettings) {
        guard let result = item["aggregatedResult"], let malicious = result["maliciousClassification"],
            let type = malicious["type"]?.asString, !type.isEmpty
        else { return nil }
        self.init(type: type.lowercased())
        source = malicious["source"]?.asString
        link = result["link"]?.asString
        firstSeen = Timestamp(platform: result["firstSeen"]?.asInt64)
        productType = result["productClassification"]?["productType"]?.asString
        timeToLive = Self.bounded(item["ttl"]?.asInt64, settings)
    }

    private static func bounded(_ milliseconds: Int64?, _ settings: ThreatIntelligenceSettings) -> Duration {
        guard let milliseconds, milliseconds > 0 else { return settings.defaultTimeToLive }
        let bounds = settings.timeToLive
        return min(max(.milliseconds(milliseconds), bounds.lowerBound), bounds.upperBound)
    }
}
