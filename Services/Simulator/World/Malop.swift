/// A detection with its references resolved. What changes about it stands in its element in the graph.
struct Malop: Sendable {
    struct Suspect: Sendable {
        var element: ElementID
        var decisionStatus: String
        var lastDecisionStatus: String
    }

    let id: ElementID
    var displayName: String
    var machines: [ElementID]
    var accounts: [ElementID]
    var fileSuspects: [Suspect]
    var processSuspects: [Suspect]
    var connections: [ElementID]
    var autoruns: [ElementID]
    var engines: [String]
    var detectionType: String
    var severity: String
    var status: String
    /// Milliseconds since 1970.
    var created: Int64
    var updated: Int64

    /// Whether it comes from behaviour (`MalopProcess`) and not from endpoint protection.
    var isBehavioural: Bool { id.type != "MalopDetectionEvents" }

    func suspects(_ element: ElementID) -> Bool {
        (fileSuspects + processSuspects).contains { $0.element == element } || autoruns.contains(element)
    }
}
