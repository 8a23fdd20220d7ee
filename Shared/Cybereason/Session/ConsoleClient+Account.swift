import HTTPClient
import JSON

extension ConsoleClient {
    /// The names of the account's roles, for example `analyst_l3`, which the vendor's documentation wants for remediation.
    ///
    /// - Returns: nil when the console does not tell them. What it answers here is not documented: clients of others ask
    ///   it, and no more than the list of roles is relied on.
    /// - Throws: ``ConsoleError`` when there is no usable answer at all.
    public func roles(deadline: ContinuousClock.Instant? = nil) async throws(ConsoleError) -> [String]? {
        let path = "/rest/users/current"
        let call = Call.get(path, route: path, .status, until: self.deadline(deadline, .status))
        let body: [UInt8]
        do {
            body = try await caller.read(call).body
        } catch {
            if error.kind == .notFound { return nil }
            throw error
        }
        return try PlatformJSON.read(body) { root throws(JSONError) in
            guard let roles = root["roles"], !roles.isNull else { return nil }
            let names = roles.elements.compactMap { $0.asString ?? $0["name"]?.asString }
            return names.isEmpty ? nil : names
        }
    }
}
