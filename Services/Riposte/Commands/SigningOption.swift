internal import Runtime
internal import Signing

/// The options that sign what a command publishes.
enum SigningOption {
    /// The key's file.
    static let key = CommandOption.value(
        "sign", "KEYFILE",
        help: "Sign it: with an Ed25519 private key in PEM, or an HMAC-SHA-256 secret.")

    /// The id that the policy knows the key by.
    static let keyID = CommandOption.value(
        "key-id", "ID",
        help: "With --sign: the key's id in the policy; the file's name without its ending unless given.")

    /// How long a signed request may be sent that does not say so itself.
    static let expiry = Duration.seconds(3600)

    /// What signs; nil if nothing is to be signed.
    ///
    /// - Throws: `UsageError`, and ``UnusableKey`` for a key that cannot be used.
    static func signer(_ arguments: CommandArguments, _ context: CommandContext) throws -> RecordSigner? {
        guard let path = arguments.value("sign") else {
            if arguments.flag("key-id") { throw UsageError("--key-id is for --sign") }
            return nil
        }
        let id = arguments.value("key-id") ?? name(of: path)
        guard !id.isEmpty, id.utf8.count <= 100, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw UsageError("--key-id: '\(id)' is no key's id: 1 to 100 letters, digits and signs, without spaces")
        }
        do throws(SigningError) {
            let key = try SigningKey(contentsOf: path)
            if let warning = key.warning { context.errors.line(PlainText.line("warning: \(warning)")) }
            return RecordSigner(keyID: id, key: key)
        } catch {
            throw UnusableKey(description: error.description)
        }
    }

    /// The file's name without folders and without its ending.
    private static func name(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}

/// A key that cannot be used.
struct UnusableKey: ExitCodeError, Equatable, CustomStringConvertible {
    let description: String
    /// 64: whoever named it meant another one.
    var exitCode: ExitCode { .usage }
}
