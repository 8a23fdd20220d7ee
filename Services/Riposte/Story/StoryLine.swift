internal import JSON

/// One line of what happens.
struct StoryLine: Sendable, Equatable {
    /// When it happened.
    let at: Timestamp

    /// What happened, in one word.
    let label: String
    let tone: Tone

    /// To whom and why.
    let text: String

    init(_ at: Timestamp, _ label: String, _ tone: Tone = .plain, _ text: String) {
        self.at = at
        self.label = label
        self.tone = tone
        self.text = text
    }
}
