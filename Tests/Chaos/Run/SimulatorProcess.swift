import JSON
import Runtime

/// The simulated console and threat intelligence.
struct SimulatorProcess: Sendable {
    let process: ChildProcess
    let url: String
    let port: UInt16

    static func start(_ scenario: String, _ options: ChaosOptions, log: String) async throws -> SimulatorProcess {
        let process = try await ChildProcess.start(
            .init(
                executable: "\(options.executables)/simulator", arguments: ["--port", "0", "--scenario", scenario],
                environment: ChaosSettings.inherited(options.environment)))
        let log = RotatingLog(log)
        let (urls, found) = AsyncStream.makeStream(of: String.self)
        Task {
            for await line in process.lines {
                log.write(line.text)
                let url: String?? = try? withJSON(Array(line.text.utf8)) { (root) throws(JSONError) in
                    root["console"]?.asString
                }
                if let url, let url { found.yield(url) }
            }
            found.finish()
        }
        for await url in urls {
            guard let port = url.split(separator: ":").last.flatMap({ UInt16($0) }) else { continue }
            return SimulatorProcess(process: process, url: url, port: port)
        }
        throw ChaosError("the simulator ended with \(await process.status())")
    }
}
