/// Whether what a rule asks for is really done. The mode of the installation binds every rule: where it says `observe`,
/// a rule's `enforce` sends nothing.
public enum ResponseMode: String, CaseIterable, Sendable {
    /// Every check runs, nothing is sent; the result says what would have been done.
    case observe
    /// The action is sent.
    case enforce
}
