internal import FoundationEssentials

extension KafkaConfiguration {
    /// The configuration that the variables `KAFKA_…` describe.
    ///
    /// - Parameters:
    ///   - environment: the process's environment, read once by the caller.
    ///   - defaultClientID: used unless `KAFKA_CLIENT_ID` is set.
    /// - Throws: `KafkaConfigurationError` with every problem, so that they can be mended in one go.
    public init(
        environment: [String: String], defaultClientID: String = "riposte"
    ) throws(KafkaConfigurationError) {
        var reading = EnvironmentReading()
        for key in environment.keys.sorted() where Self.isOurs(key) {
            reading.read(key, environment[key] ?? "")
        }
        let servers = reading.settings.removeValue(forKey: "bootstrap.servers") ?? ""
        if servers.isEmpty, !reading.mentionsServers {
            reading.problems.insert("KAFKA_BOOTSTRAP_SERVERS is not set: host:port, several separated by commas", at: 0)
        }
        let clientID = reading.settings.removeValue(forKey: "client.id") ?? String(defaultClientID.prefix(40))
        reading.problems += Self.problems(clientID: clientID, of: "KAFKA_CLIENT_ID")
        guard reading.problems.isEmpty else { throw KafkaConfigurationError(problems: reading.problems) }
        self.init(checked: servers, clientID: clientID, settings: reading.settings)
    }

    /// Kubernetes puts variables like `KAFKA_SERVICE_HOST` and `KAFKA_PORT_9092_TCP_ADDR` into every pod of a namespace
    /// that has a service named `kafka`; they are not meant for us.
    private static func isOurs(_ key: String) -> Bool {
        guard key.hasPrefix("KAFKA_") else { return false }
        return !["KAFKA_SERVICE_HOST", "KAFKA_SERVICE_PORT", "KAFKA_PORT"].contains {
            key == $0 || key.hasPrefix($0 + "_")
        }
    }
}

/// The settings and problems found so far.
private struct EnvironmentReading {
    var settings: [String: String] = [:]
    var problems: [String] = []
    var mentionsServers = false

    mutating func read(_ key: String, _ value: String) {
        let (name, isFile) = Self.setting(of: key)
        mentionsServers = mentionsServers || name == "bootstrap.servers"
        guard let value = isFile ? content(of: value, named: key) : value else { return }
        guard settings[name] == nil else {
            problems.append("\(key): the same setting is also given without _FILE")
            return
        }
        if name == "bootstrap.servers" || name == "client.id" {
            if value.isEmpty { problems.append("\(key) is empty") } else { settings[name] = value }
        } else if let problem = SettingRules.problem(name: name, value: value, shownAs: key) {
            problems.append(problem)
        } else {
            settings[name] = value
        }
    }

    /// librdkafka's name for a key: `KAFKA_SSL_CA_LOCATION` is `ssl.ca.location`, and `…_FILE` names a file unless
    /// librdkafka itself has a setting that ends so.
    private static func setting(of key: String) -> (name: String, isFile: Bool) {
        let name = key.dropFirst("KAFKA_".count).lowercased().replacing("_", with: ".")
        guard name.hasSuffix(".file"), !SettingRules.exists(name) else { return (name, false) }
        return (String(name.dropLast(".file".count)), true)
    }

    private mutating func content(of path: String, named key: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else {
            problems.append("\(key): the file \(path) cannot be read as text")
            return nil
        }
        // An editor ends the file with a line break that is no part of the secret.
        return String(text[..<(text.lastIndex { !$0.isNewline }.map(text.index(after:)) ?? text.startIndex)])
    }
}
