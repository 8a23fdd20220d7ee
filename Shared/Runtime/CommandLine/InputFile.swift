internal import Glibc

/// What a person hands to a command: a file, or standard input.
public enum InputFile {
    /// The bytes of the file, or of standard input for `-`. Read on a thread of its own, for somebody may still be typing.
    ///
    /// - Parameter limit: The largest number of bytes.
    public static func read(_ path: String, limit: Int) async throws(InputFileError) -> [UInt8] {
        let result = await withCheckedContinuation { continuation in
            let isThreaded = DetachedThread.start("input") { continuation.resume(returning: contents(path, limit)) }
            if !isThreaded { continuation.resume(returning: .failure(InputFileError(path: path, reason: "no thread"))) }
        }
        return try result.get()
    }

    private static func contents(_ path: String, _ limit: Int) -> Result<[UInt8], InputFileError> {
        let isInput = path == "-"
        let bytes =
            isInput ? Descriptor.rest(of: STDIN_FILENO, limit: limit) : Descriptor.contents(of: path, limit: limit)
        if let bytes { return .success(bytes) }
        return .failure(InputFileError(path: isInput ? "standard input" : path, reason: systemError(errno)))
    }
}

/// An input that could not be read.
public struct InputFileError: ExitCodeError, Equatable, CustomStringConvertible {
    /// Its path, or "standard input".
    public let path: String
    /// The system's words.
    public let reason: String
    /// 64: whoever named it meant another one.
    public var exitCode: ExitCode { .usage }
    /// One sentence.
    public var description: String { "\(path) cannot be read: \(reason)" }
}
