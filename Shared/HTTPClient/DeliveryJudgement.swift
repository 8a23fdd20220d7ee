import CCurl

/// Turns what was observed of a transfer into what can be proven: a whole answer, or a failure with its delivery.
struct DeliveryJudgement: Sendable {
    let facts: TransferFacts

    /// Nil when the answer is whole.
    var failure: HTTPFailure? {
        guard let reason = interruption ?? defect else { return nil }
        return HTTPFailure(
            delivery: delivery, reason: reason, requestIncomplete: requestIncomplete, detail: detail(reason))
    }

    private var delivery: HTTPFailure.Delivery {
        if facts.timesOpened == 0 { return .notSent }
        if let status = facts.head.status { return .answered(status: status) }
        return .mayHaveBeenReceived
    }

    /// Only on a connection of its own does a short upload mean that the server never held the rest; and libcurl starts its
    /// count anew when it prepares to send again.
    private var requestIncomplete: Bool {
        facts.repeatability == .once && facts.timesOpened == 1 && facts.refusal == nil
            && facts.uploaded < facts.bodyLength
            && delivery == .mayHaveBeenReceived
    }

    /// What ended the transfer from our side.
    private var interruption: HTTPFailure.Reason? {
        switch (facts.stop, facts.refusal) {
        case (.cancelled, _): .cancelled
        case (.shutDown, _): .shutDown
        case (.tooLarge, _): .tooLarge
        case (.timeout(let phase), _): .timeout(phase)
        case (nil, .closed): .gateClosed
        case (nil, .cancelled): .cancelled
        case (nil, .secondSend): .cut
        case (nil, nil): nil
        }
    }

    /// What libcurl saw go wrong, or what it overlooked.
    private var defect: HTTPFailure.Reason? {
        if facts.code != CURLE_OK.rawValue { return facts.timesOpened == 0 ? reasonUnsent : reasonSent }
        guard facts.head.status != nil else { return .cut }
        // libcurl 7.88 takes a connection that ends inside the header block for a whole answer.
        guard facts.head.isComplete else { return .truncated }
        // A cut body looks whole here. For a side effect that is no answer to rely on.
        if facts.repeatability == .once, facts.head.framing == .untilClose { return .truncated }
        return nil
    }

    private var reasonUnsent: HTTPFailure.Reason {
        switch CURLcode(rawValue: facts.code) {
        case CURLE_COULDNT_RESOLVE_HOST: .nameResolution
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: facts.usesProxy ? .proxy : .connect
        case CURLE_OPERATION_TIMEDOUT: .timeout(.connect)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: .malformed
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING: facts.usesProxy ? .proxy : .cut
        case let code where Self.tlsCodes.contains(code.rawValue): .tls
        default: .other
        }
    }

    private var reasonSent: HTTPFailure.Reason {
        switch CURLcode(rawValue: facts.code) {
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: facts.head.status == nil ? .cut : .truncated
        case CURLE_PARTIAL_FILE: .truncated
        case CURLE_OPERATION_TIMEDOUT: .timeout(.total)
        // A header line above libcurl's own limit of 100 KiB ends as "out of memory", or since 8.6 as "too large".
        case CURLE_OUT_OF_MEMORY, CURLE_FILESIZE_EXCEEDED, Self.tooLarge: .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformed
        case let code where Self.tlsCodes.contains(code.rawValue): .tls
        default: .other
        }
    }

    private static let tooLarge = CURLcode(rawValue: 100)

    private static let tlsCodes: Set<UInt32> = Set(
        [
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
        ].map(\.rawValue))

    private func detail(_ reason: HTTPFailure.Reason) -> String {
        var words = [facts.origin]
        if !facts.explanation.isEmpty {
            words.append(facts.explanation)
        } else if facts.code != CURLE_OK.rawValue, interruption == nil {
            words.append(unsafe String(cString: curl_easy_strerror(CURLcode(rawValue: facts.code))))
        } else if reason == .truncated {
            words.append(facts.head.isComplete ? "the end of the body cannot be told" : "the header block was cut")
        } else if facts.refusal == .secondSend {
            words.append("the connection ended before an answer")
        }
        if requestIncomplete { words.append("\(facts.uploaded) of \(facts.bodyLength) body bytes were sent") }
        return words.joined(separator: ": ")
    }
}
