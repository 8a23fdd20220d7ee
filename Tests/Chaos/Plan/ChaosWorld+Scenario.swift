import JSON
import Model

/// The world as the simulator reads it.
extension ChaosWorld {
    /// Who may log in. Everything else is given when the services are ready, for its times count from then.
    var base: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("users")
            writer.array { writer in
                writer.object { writer in
                    writer.field("name", Self.username)
                    writer.field("password", Self.password)
                }
            }
        }
        return writer.finish()
    }

    /// Machines, what is on them, malops, reputations, behaviours and what happens by itself.
    var contents: [UInt8] {
        let (machines, targets) = (machines + guards.machines, targets + guards.targets)
        let files = targets.filter { !$0.isProcess } + malops.map(\.file)
        var writer = JSONWriter()
        writer.object { writer in
            list("machines", machines, &writer) { machine, writer in
                writer.field("id", machine.id)
                writer.field("guid", machine.guid)
            }
            list("files", files, &writer) { file, writer in
                describe(file, &writer)
                writer.field("sha1", file.sha1)
            }
            list("processes", targets.filter(\.isProcess), &writer) { describe($0, &$1) }
            list("malops", malops, &writer) { describe($0, &$1) }
            list("reputations", malops, &writer) { malop, writer in
                writer.field("key", malop.file.sha1)
                writer.field("type", malop.isMalicious ? "malware" : "indifferent")
            }
            list("remediation", targets.filter { $0.behaviour != nil }, &writer) { target, writer in
                writer.field("target", target.guid)
                writer.field("behaviour", target.behaviour)
            }
            writer.key("events")
            writer.array { writer in
                for machine in machines { comingsAndGoings(of: machine, &writer) }
                for malop in malops { revision(of: malop, &writer) }
            }
        }
        return writer.finish()
    }

    private func list<Item>(
        _ key: StaticString, _ items: [Item], _ writer: inout JSONWriter, _ each: (Item, inout JSONWriter) -> Void
    ) {
        writer.key(key)
        writer.array { writer in
            for item in items { writer.object { each(item, &$0) } }
        }
    }

    private func describe(_ target: Target, _ writer: inout JSONWriter) {
        writer.field("id", target.guid)
        writer.field("guid", target.guid)
        writer.field("machine", target.machine.id)
        writer.field("name", (target.isProcess ? "process " : "file ") + target.guid)
    }

    private func describe(_ malop: Malop, _ writer: inout JSONWriter) {
        writer.field("id", malop.guid)
        writer.field("guid", malop.guid)
        writer.field("displayName", "malop \(malop.guid)")
        writer.key("decisionStatuses")
        writer.array { $0.value("DDS_FAILED_TO_QUARANTINE") }
        writer.key("machines")
        writer.array { $0.value(malop.file.machine.id) }
        writer.key("files")
        writer.array { writer in
            writer.object { writer in
                writer.field("file", malop.file.guid)
                writer.field("decisionStatus", "DDS_FAILED_TO_QUARANTINE")
            }
        }
        writer.field("appearsAfterMs", malop.appears.wholeMilliseconds)
        writer.field("startedAgoMs", 1000)
    }

    private func comingsAndGoings(of machine: Machine, _ writer: inout JSONWriter) {
        for absence in machine.absences {
            for (at, isOnline) in [(absence.from, false), (absence.until, true)] {
                writer.object { writer in
                    writer.field("afterMs", at.wholeMilliseconds)
                    writer.field("machine", machine.id)
                    writer.field("online", isOnline)
                }
            }
        }
    }

    private func revision(of malop: Malop, _ writer: inout JSONWriter) {
        guard let changes = malop.changes else { return }
        writer.object { writer in
            writer.field("afterMs", changes.wholeMilliseconds)
            writer.field("malop", malop.guid)
            writer.key("decisionStatuses")
            writer.array { writer in
                writer.value("DDS_FAILED_TO_QUARANTINE")
                writer.value("DDS_FAILED_TO_PREVENT")
            }
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var wholeMilliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
