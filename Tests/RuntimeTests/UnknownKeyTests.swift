import Runtime
import Testing

@Suite("Unknown configuration keys")
struct UnknownKeyTests {
    private func reader(_ environment: [String: String]) -> ConfigurationReader {
        var reader = ConfigurationReader(
            environment: environment, strictPrefixes: ["DETECTOR_", "RIPOSTE_"], sharedPrefixes: ["CYBEREASON_"])
        _ = reader.int("DETECTOR_LIMIT", "A limit", in: 1...10, default: 1)
        _ = reader.optional("CYBEREASON_PASSWORD", "The password", .secret)
        reader.passThrough(prefix: "KAFKA_", "Settings of librdkafka")
        return reader
    }

    @Test("a misspelt key of the service's own is a problem", arguments: ["DETECTOR_LIMITT", "DETECTOR_LIMIT_FILE"])
    func misspelt(_ key: String) {
        var reader = reader([key: "3"])
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(error?.problems == ["\(key): is not a key of this service. --help lists them"])
    }

    @Test("a key that another service may read is a warning")
    func shared() throws {
        var reader = reader(["CYBEREASON_PASWORD": "x"])
        try reader.finish()
        #expect(reader.warnings == ["CYBEREASON_PASWORD: is not a key of this service, and is ignored"])
    }

    @Test(
        "other keys are no concern of ours",
        arguments: [
            "KAFKA_SASL_MECHANISM", "PATH", "RIPOSTE_MODE", "TRACKER_LIMIT", "DETECTOR_SERVICE_HOST",
            "DETECTOR_SERVICE_PORT_HTTP", "DETECTOR_PORT", "DETECTOR_PORT_8080_TCP", "DETECTOR_PORT_8080_TCP_ADDR",
        ])
    func others(_ key: String) throws {
        var reader = reader([key: "x"])
        try reader.finish()
        #expect(reader.warnings.isEmpty)
    }

    @Test("a prefix of the whole product is watched once a key of it was read")
    func productPrefix() {
        var reader = reader(["RIPOSTE_MDOE": "enforce"])
        _ = reader.string("RIPOSTE_MODE", "The mode", default: "observe")
        #expect(throws: ConfigurationError.self) { try reader.finish() }
    }
}
