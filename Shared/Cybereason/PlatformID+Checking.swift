import HTTPClient
import PlatformIDs

/// Checks ids before they reach a URL or a request. Both spellings are sent as they came, so only what cannot be an id at
/// all is refused.
extension PlatformID {
    /// The longest id that is sent.
    static let longest = 256

    /// The id itself if it can be sent.
    ///
    /// - Throws: ``ConsoleError`` of kind `invalidArgument` if it is empty, too long or has control characters.
    @discardableResult
    static func checked(_ id: String, _ name: StaticString) throws(ConsoleError) -> String {
        guard !id.isEmpty else { throw ConsoleError(.invalidArgument, "\(name) is empty") }
        guard id.utf8.count <= longest else {
            throw ConsoleError(.invalidArgument, "\(name) is longer than \(longest) bytes")
        }
        let controlled = id.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        guard !controlled else { throw ConsoleError(.invalidArgument, "\(name) has control characters") }
        return id
    }

    /// The id as one segment of a path.
    static func segment(_ id: String, _ name: StaticString) throws(ConsoleError) -> String {
        PercentEncoding.pathSegment(try checked(id, name))
    }
}
