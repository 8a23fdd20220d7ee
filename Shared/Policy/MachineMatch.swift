internal import PlatformIDs

/// Which machines belong to a group: those that every given condition fits.
public struct MachineMatch: Sendable, Hashable {
    /// GUIDs, in whichever spelling. Nil: any.
    public var ids: Set<String>? { didSet { keys = ids.map(PlatformID.keys) } }
    /// Patterns of names. Nil: any.
    public var names: [NamePattern]?
    /// The console's words for operating systems. Nil: any.
    public var os: Set<String>?
    /// Patterns of the console's groups: one of a machine's fits. Nil: any.
    public var labels: [NamePattern]?
    /// What the ids name.
    private var keys: Set<PlatformID.Key>?

    /// A match made by hand; without any condition it fits every machine.
    public init(
        ids: Set<String>? = nil, names: [NamePattern]? = nil, os: Set<String>? = nil, labels: [NamePattern]? = nil
    ) {
        self.ids = ids
        self.names = names
        self.os = os
        self.labels = labels
        keys = ids.map(PlatformID.keys)
    }

    /// Whether a machine belongs; nil if too little is known of it to tell.
    public func fits(_ machine: MachineFacts) -> Bool? {
        let answers = [
            keys.map { $0.contains(PlatformID.Key(machine.guid)) },
            names.flatMap { patterns in Self.ask(machine.name) { name in patterns.contains { $0.fits(name) } } },
            os.flatMap { os in Self.ask(machine.os) { word in os.contains { $0.lowercased() == word.lowercased() } } },
            labels.flatMap { patterns in
                Self.ask(machine.labels) { labels in labels.contains { label in patterns.contains { $0.fits(label) } } }
            },
        ]
        let isOpen = [
            names != nil && machine.name == nil, os != nil && machine.os == nil,
            labels != nil && machine.labels == nil,
        ]
        if answers.contains(false) { return false }
        return isOpen.contains(true) ? nil : true
    }

    private static func ask<Fact>(_ fact: Fact?, _ test: (Fact) -> Bool) -> Bool? { fact.map(test) }
}
