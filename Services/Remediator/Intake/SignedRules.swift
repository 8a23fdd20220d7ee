import JSON
import Model
import Pipeline

/// What a signed record has to say so that it is good for one thing only, once, and not for ever: whoever has seen it can
/// publish it again.
enum SignedRules {
    /// What is wrong with a signed request; nil if nothing is.
    ///
    /// - Parameter memory: For how long a request is remembered after its end. One that has expired before it is forgotten
    ///   is never done twice.
    static func fault(of request: RemediationRequest, at now: Timestamp, memory: Duration) -> Unusable? {
        guard request.requestId != nil else { return replayable("a signed request needs a requestId") }
        guard let notAfter = request.notAfter else { return replayable("a signed request needs a notAfter") }
        // What is too far ahead today would not be one day, for someone who has kept it.
        let from = min(request.requestedAt ?? now, now)
        guard notAfter - from <= memory else {
            return replayable(
                "notAfter is \(notAfter.rfc3339), more than \(memory.components.seconds) s ahead: for longer requests are not"
                    + " remembered")
        }
        return nil
    }

    /// What is wrong with a signed decision; nil if nothing is.
    static func fault(of decision: RemediationDecision) -> Unusable? {
        guard decision.digest != nil else {
            return replayable("a signed decision needs the digest of what it is about")
        }
        guard decision.attempt != nil || !decision.decision.resolvesParked else {
            return replayable("a signed decision about a parked request needs the attempt that it is about")
        }
        return nil
    }

    private static func replayable(_ words: String) -> Unusable {
        Unusable(.signatureReplayable, "\(words), or it could be done again")
    }
}
