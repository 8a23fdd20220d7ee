extension Detection {
    /// The same with something left out, which ``incomplete`` says: for one that is larger than Kafka takes. The ids stay.
    ///
    /// What convicts no item goes first: command lines, then domains and addresses, then machines that no suspect is
    /// on. Then each step halves the suspects, and those whose protection failed stay longest; at last the machines.
    ///
    /// - Returns: Nil if there is nothing left to leave out.
    public func shrunk() -> Detection? {
        var smaller = self
        return smaller.leaveOut() ? smaller : nil
    }

    private mutating func leaveOut() -> Bool {
        let suspected = Set(suspects.map(\.machineGuid))
        if suspects.contains(where: { $0.commandLine != nil }) {
            for index in suspects.indices { suspects[index].commandLine = nil }
            note("command lines")
        } else if !domains.isEmpty || !addresses.isEmpty {
            domains = []
            addresses = []
            note("domains and addresses")
        } else if !suspects.isEmpty, machines.contains(where: { !suspected.contains($0.guid) }) {
            machines.removeAll { !suspected.contains($0.guid) }
            note("machines")
        } else if !suspects.isEmpty {
            let failed = suspects.filter(\.hasFailedProtection)
            let others = suspects.filter { !$0.hasFailedProtection }
            suspects = Array((failed + others).prefix(suspects.count / 2))
            note("suspects")
        } else if !machines.isEmpty {
            machines.removeLast((machines.count + 1) / 2)
            note("machines")
        } else {
            return false
        }
        return true
    }

    private mutating func note(_ leftOut: String) {
        let words = "\(leftOut) left out for their size"
        guard let before = incomplete else { return incomplete = words }
        if !before.contains(words) { incomplete = "\(before); \(words)" }
    }
}

extension Suspect {
    /// The console's words for it begin alike: `DDS_FAILED_TO_PREVENT`, `DDS_FAILED_TO_QUARANTINE`, …
    fileprivate var hasFailedProtection: Bool { decisionStatus?.hasPrefix("DDS_FAILED") == true }
}
