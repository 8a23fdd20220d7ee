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

    private static func isOurs(_ key: String) -> Bool {
        key.hasPrefix("KAFKA_") && !isFromKubernetes(key)
    }

    /// Kubernetes puts variables like `KAFKA_SERVICE_HOST` and `KAFKA_UI_PORT_80_TCP_ADDR` into every pod of a namespace
    /// that has services named `kafka` and `kafka-ui`; they are not meant for us. No setting of librdkafka looks so.
    private static func isFromKubernetes(_ key: String) -> Bool {
        if key.hasSuffix("_SERVICE_HOST") || key.contains("_SERVICE_PORT") || key.hasSuffix("_PORT") { return true }
        guard let range = key.firstRange(of: "_PORT_") else { return false }
        let rest = key[range.upperBound...].split(separator: "_")
        return rest.count >= 2 && Int(rest[0]) != nil && ["TCP", "UDP", "SCTP"].contains(rest[1])
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
        let words = key.dropFirst("KAFKA_".count).lowercased()
        let name = self.name(of: words)
        guard words.hasSuffix("_file"), !SettingRules.exists(name) else { return (name, false) }
        return (self.name(of: String(words.dropLast("_file".count))), true)
    }

    /// Nearly all names have dots; a few, such as `log_level`, have underscores.
    private static func name(of words: String) -> String {
        let dotted = words.replacing("_", with: ".")
        return !SettingRules.exists(dotted) && SettingRules.exists(words) ? words : dotted
    }

    private mutating func content(of path: String, named key: String) -> String? {
        let text: String
        do {
            text = try SettingFile.text(of: path)
        } catch {
            problems.append("\(key): the file \(path) \(error.reason)")
            return nil
        }
        // An editor ends the file with a line break that is no part of the secret.
        return String(text[..<(text.lastIndex { !$0.isNewline }.map(text.index(after:)) ?? text.startIndex)])
    }
}
