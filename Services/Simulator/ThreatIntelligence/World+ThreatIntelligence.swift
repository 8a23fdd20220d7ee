/// The threat-intelligence server: no login, one endpoint for each kind of indicator.
extension World {
    mutating func classify(_ request: Request) -> Answer {
        guard request.method == "POST" else { return .text("Method Not Allowed", status: 405) }
        if let wait = intelligenceQuota.take(limit: intelligence.requestsPerMinute, now: now) { return tooMany(wait) }
        if request.segments.starts(with: ["rest", "download_v1"]) { return .json(["recordList": []]) }
        guard request.segments.count == 3, request.segments.starts(with: ["rest", "classification_v1"]),
            let kind = IndicatorKind(rawValue: request.segments[2])
        else { return notFound }
        guard let items = (try? Document(json: request.body))?["requestData"]?.items else { return badBatch }
        if intelligence.maximumBatch > 0 && items.count > intelligence.maximumBatch { return badBatch }
        var responses: [Document] = []
        for item in items {
            guard let key = item["requestKey"], let indicator = kind.indicator(key) else { return badBatch }
            guard let response = response(to: indicator, kind.echo(key)) else { continue }
            responses.append(response)
        }
        return .json(["classificationResponses": .array(responses)])
    }

    private var badBatch: Answer { .text(intelligence.errorBody, status: intelligence.errorStatus) }

    /// The item for one indicator; `nil` if the server leaves it out.
    private func response(to indicator: String, _ echo: Document) -> Document? {
        guard let reputation = reputations[indicator.lowercased()] else { return unknownItem(echo) }
        if reputation.isMissing { return nil }
        var item: Document = ["requestKey": echo, "ttl": .integer(ttl(reputation.ttlMs))]
        item["aggregatedResult"] = reputation.isNull ? .null : result(reputation)
        for member in reputation.provider?.members ?? [] { item[member.key] = member.value }
        return item
    }

    private func result(_ reputation: Reputation) -> Document {
        var classification: Document = [
            "type": .string(reputation.type), "classificationScore": -1, "typeScore": -1,
        ]
        if let source = reputation.source { classification["source"] = .string(source) }
        var result: Document = ["maliciousClassification": classification]
        if let product = reputation.product { result["productClassification"] = product }
        if let link = reputation.link { result["link"] = .string(link) }
        if let firstSeen = reputation.firstSeen { result["firstSeen"] = .integer(firstSeen) }
        return result
    }

    private func unknownItem(_ echo: Document) -> Document? {
        switch intelligence.unknownItem {
        case .missing: return nil
        case .null:
            return ["requestKey": echo, "ttl": .integer(ttl(intelligence.unknownTtlMs)), "aggregatedResult": nil]
        case .unknown, .noTypeFound, .indifferent:
            let type = intelligence.unknownItem.rawValue
            return [
                "requestKey": echo, "ttl": .integer(ttl(intelligence.unknownTtlMs)),
                "aggregatedResult": [
                    "maliciousClassification": [
                        "type": .string(type), "classificationScore": -1, "typeScore": -1,
                    ]
                ],
            ]
        }
    }

    private func ttl(_ milliseconds: Int64) -> Int64 {
        switch intelligence.ttlUnit {
        case .milliseconds: milliseconds
        case .seconds: milliseconds / 1000
        case .epochMilliseconds: now + milliseconds
        }
    }
}

/// The three endpoints, named as in their URLs.
enum IndicatorKind: String, Sendable {
    case file = "file_batch"
    case domain = "domain_batch"
    case address = "ip_batch"

    /// What is asked about; `nil` if the key is none of this endpoint's. Files go by MD5 or SHA-1 alone.
    func indicator(_ key: Document) -> String? {
        switch self {
        case .file: hash(key["md5"]?.text, 32) ?? hash(key["sha1"]?.text, 40)
        case .domain: key["domain"]?.text
        case .address: isAddressType(key["addressType"]) ? key["ipAddress"]?.text : nil
        }
    }

    private func hash(_ text: String?, _ length: Int) -> String? {
        text.flatMap { $0.count == length && $0.allSatisfy(\.isHexDigit) ? $0 : nil }
    }

    private func isAddressType(_ type: Document?) -> Bool {
        type == nil || type?.isNull == true || type?.text == "Ipv4" || type?.text == "Ipv6"
    }

    /// The key as the answer repeats it: a file's always has both hashes, one of them null.
    func echo(_ key: Document) -> Document {
        guard self == .file else { return key }
        return ["sha1": .string(key["sha1"]?.text), "md5": .string(key["md5"]?.text)]
    }
}
