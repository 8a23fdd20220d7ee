internal import Runtime
internal import Synchronization

/// Says what becomes of each record, and counts.
final class ReplayPrinter: Sendable {
    private let context: CommandContext
    private let isDryRun: Bool
    private let counts = Mutex((done: 0, failed: 0))

    init(_ context: CommandContext, isDryRun: Bool) {
        self.context = context
        self.isDryRun = isDryRun
    }

    /// It was replayed, or would be.
    func done(_ place: LetterPlace, _ words: String) {
        counts.withLock { $0.done += 1 }
        context.output.line(PlainText.line("\(isDryRun ? "would replay" : "replayed") \(place)\(words)"))
    }

    /// It was not, and why.
    func failed(_ place: LetterPlace, _ words: String) {
        counts.withLock { $0.failed += 1 }
        context.errors.line(PlainText.line("not replayed \(place): \(words)"))
    }

    /// What a person should know of it.
    func note(_ place: LetterPlace, _ words: String) {
        context.errors.line(PlainText.line("note on \(place): \(words)"))
    }

    /// The sum, and how the command ends.
    func finish() -> ExitCode {
        let (done, failed) = counts.withLock { $0 }
        let verb = isDryRun ? "would be replayed" : "replayed"
        context.output.line("\(done) \(verb)" + (failed == 0 ? "" : ", \(failed) not"))
        return failed == 0 ? .done : .failed
    }
}
