/// How a fault changes an answer. Cuts and delays are not answers; the server performs them.
extension Fault {
    /// - Parameters:
    ///   - answer: what would have been said; `nil` if the request was not carried out.
    ///   - now: the simulated time, for a `Retry-After` that is a date.
    func applied(to answer: Answer?, now: Int64) -> Answer {
        switch kind {
        case .status: statusAnswer(now: now)
        case .html: .html(Pages.login)
        case .garbage: Answer(content: .text(body ?? "{\"data\": }]", type: "application/json"))
        case .textAnswer: .text(body ?? "Service is temporarily unavailable")
        case .envelope: envelope(of: answer)
        case .queryTerminated: terminated(answer)
        case .nullData: changed(answer) { $0["data"] = .null }
        case .missingItems: items(of: answer) { Array($0.prefix(kept($0.count))) }
        case .reorderedItems: items(of: answer) { $0.reversed() }
        case .duplicatedItems: items(of: answer) { $0 + $0 }
        case .refuse, .cut, .slow, .truncated, .expiredSession: answer ?? Answer()
        }
    }

    private func statusAnswer(now: Int64) -> Answer {
        var answer = Answer.text(body ?? "", status: code)
        if let retryAfterSeconds {
            let date = HTTPDate.string(milliseconds: now + retryAfterSeconds * 1000)
            answer.headers.append(("Retry-After", retryAfterAsDate ? date : String(retryAfterSeconds)))
        }
        return answer
    }

    private func kept(_ count: Int) -> Int { count * min(keepPercent, 100) / 100 }

    private func changed(_ answer: Answer?, _ change: (inout Document) -> Void) -> Answer {
        guard var answer, var document = answer.document else { return answer ?? Answer() }
        change(&document)
        answer.content = .json(document)
        return answer
    }

    /// `FAILURE` comes without data; every other status with the rows that were found.
    private func envelope(of answer: Answer?) -> Answer {
        let text = message.isEmpty ? "Failed to get data! Status: \(status)" : message
        if status == "FAILURE" {
            return .json(["status": "FAILURE", "message": .string(text), "expectedResults": 0, "failures": 0])
        }
        return changed(answer) { document in
            document["status"] = .string(status)
            document["message"] = .string(text)
            document["failures"] = 1
            dropRows(&document)
        }
    }

    private func terminated(_ answer: Answer?) -> Answer {
        changed(answer) { document in
            dropRows(&document)
            document["data"]?["queryTerminated"] = true
        }
    }

    private func dropRows(_ document: inout Document) {
        guard let rows = document["data"]?["resultIdToElementDataMap"]?.members else { return }
        let left = Array(rows.prefix(kept(rows.count)))
        document["data"]?["resultIdToElementDataMap"] = .object(left)
        if document["data"]?["guids"] != nil { document["data"]?["guids"] = .strings(left.map(\.key)) }
    }

    private func items(of answer: Answer?, _ change: ([Document]) -> [Document]) -> Answer {
        changed(answer) { document in
            guard let items = document["classificationResponses"]?.items else { return }
            document["classificationResponses"] = .array(change(items))
        }
    }
}
