internal import Glibc

/// The account that this process runs as.
public enum SystemAccount {
    /// How long the system may take to find its name: a directory server that is away must not hold up a command.
    private static let patience = Duration.seconds(2)

    /// The account's name as the system knows it, or `uid N@host` if it has none there, as in many containers.
    public static func name() async -> String {
        let user = getuid()
        let found = OneShot<String?>()
        // The directory may be on the network, and the call blocks.
        if !DetachedThread.start("account", { found.set(entry(of: user)) }) { found.set(nil) }
        let alarm = Task {
            try? await Task.sleep(for: patience)
            found.set(nil)
        }
        defer { alarm.cancel() }
        return await found.get() ?? unnamed(user, host: HostName.current)
    }

    /// What an account without a name is called.
    static func unnamed(_ user: UInt32, host: String) -> String { "uid \(user)@\(host)" }

    /// The name of an account; nil if the system has none.
    static func entry(of user: UInt32) -> String? {
        var buffer = [CChar](repeating: 0, count: 16_384)
        var record = unsafe passwd()
        var found = unsafe UnsafeMutablePointer<passwd>?.none
        guard unsafe getpwuid_r(user, &record, &buffer, buffer.count, &found) == 0, unsafe found != nil,
            let bytes = unsafe record.pw_name
        else { return nil }
        let name = unsafe String(cString: bytes)
        return name.isEmpty ? nil : name
    }
}
