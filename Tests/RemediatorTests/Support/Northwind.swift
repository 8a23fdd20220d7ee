import Model

@testable import Simulator

/// The machines and items that the tests act on, as the simulated console has them.
enum Northwind {
    static let user = "riposte@northwind.example"
    static let malop = "11.2718161727221199870"

    /// The ids of the vendor's tutorials.
    static let workstation = "-1632138521.1198775089551518743"
    static let process = "-1632138521.1198775089551518743"
    static let fileServer = "1632138521.1198775089551518743"
    static let file = "-1632138521.1198775089551518743"

    /// A machine whose sensor is away at first.
    static let laptop = "51.1"
    static let laptopFile = "51.100"

    /// Processes on the file server, for tests with many requests.
    static func process(_ number: Int) -> String { "900.\(number)" }

    static func scenario(processes: Int = 0, extra: String = "") -> String {
        let many = (0..<processes).map { number in
            #", {"id": "p\#(number)", "guid": "\#(process(number))", "machine": "server", "name": "job.exe"}"#
        }
        return """
            {"users": [{"name": "\(user)", "password": "parry", "roles": ["analyst_l3"]}],
             "machines": [{"id": "ws", "guid": "\(workstation)", "name": "FIN-WS-014"},
                          {"id": "server", "guid": "\(fileServer)", "name": "OPS-SRV-03"},
                          {"id": "lt", "guid": "\(laptop)", "name": "SALES-LT-033", "online": false}],
             "files": [{"id": "tool", "guid": "\(file)", "machine": "server", "name": "tool.exe"},
                       {"id": "worm", "guid": "\(laptopFile)", "machine": "lt", "name": "pricelist.scr"}],
             "processes": [{"id": "run", "guid": "\(process)", "machine": "ws", "name": "inv_2291.exe"}\(many.joined())],
             "malops": [{"id": "malop", "guid": "\(malop)", "machines": ["ws"], "processes": [{"process": "run"}]}]
             \(extra)}
            """
    }
}

/// The bodies that the vendor's tutorials print.
enum Tutorial {
    static let killProcess = """
        {
            "malopId": "11.2718161727221199870",
            "initiatorUserName": "admin@myserver.com",
            "actionsByMachine": {
                "-1632138521.1198775089551518743": [
                    {
                        "targetId":"-1632138521.1198775089551518743",
                        "actionType": "KILL_PROCESS"
                    }
                ]
            }
        }
        """

    static let quarantineFile = """
        {
            "initiatorUserName": "admin@myserver.com",
            "actionsByMachine": {
                "1632138521.1198775089551518743": [
                    {
                        "targetId":"-1632138521.1198775089551518743",
                        "actionType": "QUARANTINE_FILE"
                    }
                ]
            }
        }
        """
}
