/// The scenario that most tests share: two machines, one of them away, and what is found on them.
enum TestWorld {
    static let members = """
        "machines": [
            {"id": "ws", "guid": "-1632138521.1198775089551518743", "name": "WS-01", "pylumId": "PYLUM_WS"},
            {"id": "lt", "guid": "AAAAMxCi55eyTiwX", "name": "LT-02", "pylumId": "PYLUM_LT", "online": false}
        ],
        "accounts": [{"id": "eve", "guid": "24.17"}],
        "files": [
            {"id": "dropper", "guid": "-1632138521.100", "machine": "ws", "name": "dropper.exe", "signed": false,
             "path": "C:\\\\Temp\\\\dropper.exe", "sha1": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
             "md5": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "size": 4244205568,
             "features": {"companyName": null, "productName": [], "versions": ["1", "2", "3"],
                          "signer": {"values": null, "totalValues": 0}}},
            {"id": "editor", "guid": "-1632138521.101", "machine": "ws", "name": "Editor.exe", "signed": true,
             "sha1": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
            {"id": "script", "guid": "51.102", "machine": "lt", "name": "run.ps1"}
        ],
        "processes": [
            {"id": "dropper-run", "guid": "-1632138521.200", "machine": "ws", "name": "dropper.exe", "file": "dropper",
             "account": "eve", "pid": 4711, "commandLine": "dropper.exe /q"},
            {"id": "child", "guid": "-1632138521.201", "machine": "ws", "name": "cmd.exe", "parent": "dropper-run"},
            {"id": "script-run", "guid": "51.202", "machine": "lt", "name": "powershell.exe", "file": "script"}
        ],
        "connections": [
            {"id": "beacon", "machine": "ws", "process": "dropper-run", "remoteAddress": "203.0.113.9",
             "domain": "c2.example"}
        ],
        "autoruns": [
            {"id": "run-key", "guid": "-1632138521.300", "machine": "ws", "name": "HKCU\\\\Run\\\\dropper",
             "file": "dropper", "process": "dropper-run"}
        ],
        "malops": [
            {"id": "epp", "guid": "AAAA1kFkoAiE4Tf9", "displayName": "dropper.exe",
             "decisionStatuses": ["DDS_FAILED_TO_PREVENT", "DDS_PREVENTED"], "machines": ["ws"], "accounts": ["eve"],
             "files": [{"file": "dropper", "lastDecisionStatus": "DDS_UNKNOWN"}],
             "processes": [{"process": "dropper-run"}], "connections": ["beacon"], "autoruns": ["run-key"]},
            {"id": "other", "guid": "214.1", "decisionStatuses": ["DDS_SOMETHING_NEW"], "machines": ["lt"]},
            {"id": "edr", "guid": "11.2718161727221199870", "type": "MalopProcess", "name": "dropper.exe",
             "machines": ["ws"], "processes": [{"process": "dropper-run"}], "autoruns": ["run-key"]}
        ]
        """

    static func scenario(_ more: String = "") -> String {
        "{\(members)\(more.isEmpty ? "" : ", " + more)}"
    }
}
