/// Something that happens by itself at a point of the simulated time.
struct ScheduledChange: Sendable {
    enum Change: Sendable {
        case appears(Element)
        case detected(Malop, Element)
        case online(ElementID, Bool)
        case processEnds(ElementID)
        case decisionStatuses(ElementID, [String])
        case recurs(Recurrence)
        case vanishes(Passing)
    }

    /// Milliseconds since 1970.
    var at: Int64
    var change: Change
}
