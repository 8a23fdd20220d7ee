/// The address of a server, as it comes from a configuration.
enum BaseURL {
    /// Scheme, host and port without anything behind them.
    static func checked(_ text: String) throws(ConsoleError) -> String {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw ConsoleError(.invalidArgument, "an address must begin with https:// or http://")
        }
        let host = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let printable = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard !host.isEmpty, printable, !host.contains("@"), !host.contains("\\") else {
            throw ConsoleError(.invalidArgument, "an address must name a host, and neither user nor password")
        }
        return scheme + host
    }
}
