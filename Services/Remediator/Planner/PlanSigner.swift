import JSON
import Model
import Signing

/// Signs what the planner asks for, and gives it the time to live that signed requests need.
struct PlanSigner: Sendable {
    /// The planner's own key.
    let signer: RecordSigner
    /// How long a request may be sent that does not say so itself.
    let expiry: Duration
    /// The request that the ledger has under an id.
    let known: @Sendable (_ id: String) -> RemediationRequest?

    /// The request as it is to be published, with its headers; nil if there is nothing to publish.
    ///
    /// What is asked again is asked in the same words, or it would be another request under the same id: a request that the
    /// ledger knows keeps the `notAfter` that it has there. One that came without is not asked again at all.
    ///
    /// - Throws: `SigningError` if libcrypto does not sign.
    func sign(
        _ request: RemediationRequest, of enriched: EnrichedDetection, at now: Timestamp
    ) throws(SigningError) -> (request: RemediationRequest, headers: [(name: String, value: String)])? {
        var request = request
        if let id = request.requestId, let first = known(id) {
            guard let notAfter = first.notAfter else { return nil }
            request.notAfter = notAfter
        } else {
            request.notAfter = Self.notAfter(enriched.enrichedAt, expiry, at: now)
        }
        return (request, try signer.headers(for: request.json()))
    }

    /// The first whole multiple of the time to live after `start` that leaves half of it at least.
    ///
    /// It does not go by the clock alone, so that a record that comes twice, before the ledger knows of it, asks for the same
    /// both times.
    static func notAfter(_ start: Timestamp, _ expiry: Duration, at now: Timestamp) -> Timestamp {
        let step = max(1, (start + expiry).milliseconds - start.milliseconds)
        let age = max(0, now.milliseconds - start.milliseconds)
        let steps = max(1, (age + step / 2 + step - 1) / step)
        return Timestamp(milliseconds: start.milliseconds + steps * step)
    }
}
