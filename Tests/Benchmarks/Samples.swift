extension FlatEvent {
    static let sample = FlatEvent(
        id: "01J9Z7Q4C7M2V6T3X8B5K1N0WD", tenant: "acme-industries", kind: "remediation.submitted",
        host: "ws-0042.corp.example", user: #"CORP\j.müller"#, process: "powershell.exe", severity: 7, score: 0.875,
        isSuccess: true, at: "2026-11-22T10:00:00.123Z", requestID: "5f1f5c1e0a5d4c0b9a7e2f64c0d81b3e")
}

extension NestedEvent {
    static let sample = NestedEvent(
        id: "9b6c0f9e4f3ad0c1b7e8", revision: 3, at: "2026-11-22T10:00:00.123Z",
        malop: Malop(
            guid: "11.2718281828459045235", displayName: "Process powershell.exe – known malware",
            decisionStatuses: ["DDS_FAILED_TO_PREVENT", "DDS_FAILED_TO_QUARANTINE"]),
        machines: (0..<2).map(machine), suspects: (0..<4).map(suspect), indicators: (0..<5).map(indicator))

    private static func machine(_ number: Int) -> Machine {
        Machine(
            guid: "-1845090846.1198775089551518\(number)", name: "ws-004\(number).corp.example", system: "WINDOWS_10",
            isOnline: true)
    }

    private static func suspect(_ number: Int) -> Suspect {
        Suspect(
            guid: "-1845090846.-677264927456381\(number)", kind: "Process", name: "powershell.exe",
            path: #"c:\windows\system32\windowspowershell\v1.0\powershell.exe"#,
            md5: "7353f60b1739074eb17c5f4dddefe239", sha1: "6cbce4a295c163791b60fc23d285e6d84f28ee4c",
            decision: number == 0 ? "DDS_FAILED_TO_PREVENT" : nil)
    }

    private static func indicator(_ number: Int) -> Indicator {
        Indicator(
            kind: "domain", value: "host-\(number).malicious.example", verdict: "indifferent",
            checkedAt: 1_795_341_600_123)
    }
}
