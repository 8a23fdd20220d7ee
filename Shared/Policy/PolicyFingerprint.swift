internal import Model

extension ResponsePolicy {
    /// A hash of the policy's text and of what is in its keys' files right now; it changes whenever one of them does. Blocks.
    public func fingerprint() -> String {
        let files = keys.map { key -> String in
            do throws(PolicyError) {
                return Digest.sha256(try Self.bytes(of: key.file)).hexadecimal()
            } catch {
                return error.description
            }
        }
        return StableID.make("policy", [digest] + files)
    }
}
