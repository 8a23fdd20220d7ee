/// What a doctor's look at one thing has found.
struct Finding: Sendable, Equatable {
    /// How bad it is.
    enum Grade: String, Sendable {
        /// As it should be.
        case ok

        /// Somebody should know of it.
        case warn

        /// Riposte cannot do its work like this.
        case fail

        var tone: Tone {
            switch self {
            case .ok: .good
            case .warn: .waiting
            case .fail: .bad
            }
        }
    }

    let grade: Grade

    /// What was looked at, in one word.
    let subject: String

    /// What was found, and what to do about it.
    let text: String

    init(_ grade: Grade, _ subject: String, _ text: String) {
        self.grade = grade
        self.subject = subject
        self.text = text
    }
}
