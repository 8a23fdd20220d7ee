internal import Model

/// A machine of a request, with what is asked for it and the groups that it has to do with.
struct JudgedMachine {
    /// A group that the machine belongs to, or may belong to.
    struct Membership {
        let group: MachineGroup
        /// Whether it surely belongs; otherwise too little is known of it to tell.
        let isSure: Bool
    }

    /// What is asked for it; at least one action.
    let targets: [ActionTarget]
    /// What the console says of it; nil if it is not known at all.
    let facts: MachineFacts?
    /// The groups that it belongs to or may belong to, in the policy's order.
    let memberships: [Membership]

    init(targets: [ActionTarget], facts: MachineFacts?, _ groups: [MachineGroup]) {
        self.targets = targets
        self.facts = facts
        var known = facts ?? MachineFacts(guid: "")
        known.guid = targets.first?.machineId ?? known.guid
        memberships = groups.compactMap { group in
            let belongs = group.match.fits(known)
            return belongs == false ? nil : Membership(group: group, isSure: belongs == true)
        }
    }

    /// For a person: the name and the GUID as the request has it.
    var words: String {
        let guid = targets.first?.machineId ?? facts?.guid ?? ""
        return facts?.name.map { "machine '\($0)' (\(guid))" } ?? "machine \(guid)"
    }

    /// That it belongs to a group of which something holds, or that it may and why that cannot be told.
    func words(of membership: Membership, _ what: String) -> String {
        let name = membership.group.name
        if membership.isSure { return "\(words) is in group '\(name)', \(what)" }
        let missing = membership.group.match.missing(of: facts).joined(separator: ", ")
        return "\(words) may be in group '\(name)', \(what); the console does not tell its \(missing)"
    }

    /// A group of this kind that it belongs to, or else one that it may belong to.
    func strictest(where isKind: (MachineGroup) -> Bool) -> Membership? {
        let all = memberships.filter { isKind($0.group) }
        return all.first(where: \.isSure) ?? all.first
    }

    /// Whether it surely belongs to one of the groups named.
    func isSurely(in names: Set<String>) -> Bool {
        memberships.contains { $0.isSure && names.contains($0.group.name) }
    }
}

extension MachineMatch {
    /// What would have to be known of a machine to tell whether it belongs.
    func missing(of facts: MachineFacts?) -> [String] {
        var missing: [String] = []
        if names != nil, facts?.name == nil { missing.append("name") }
        if os != nil, facts?.os == nil { missing.append("operating system") }
        if labels != nil, facts?.labels == nil { missing.append("groups") }
        return missing
    }
}
