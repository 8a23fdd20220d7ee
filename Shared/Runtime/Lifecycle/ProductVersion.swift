internal import FoundationEssentials

/// Which build this is, as `--version`, logs and metrics show it.
///
/// An image says it by `IMAGE_VERSION` and `IMAGE_REVISION`, for it is named when it is made, after the programs in it.
public enum ProductVersion {
    /// The release.
    public static let current = version(of: ProcessInfo.processInfo.environment)

    /// The commit that it was made from; empty where nobody said so.
    public static let revision = revision(of: ProcessInfo.processInfo.environment)

    /// The release that this source is on the way to.
    static let source = "0.1.0"

    static func version(of environment: [String: String]) -> String {
        let told = environment["IMAGE_VERSION"] ?? ""
        return told.isEmpty ? source : told
    }

    static func revision(of environment: [String: String]) -> String {
        let told = environment["IMAGE_REVISION"] ?? ""
        return told == "unknown" ? "" : told
    }
}
