import Runtime
import Testing

@testable import Runtime

@Suite("What --help says of a service")
struct ServiceHelpTests {
    private struct Settings: ServiceConfiguration {
        init(reading reader: inout ConfigurationReader) {
            _ = reader.url("CYBEREASON_URL", "The console's address")
            _ = reader.secret("CYBEREASON_PASSWORD", "The password of the console's user")
            _ = reader.duration(
                "DETECTOR_POLL_INTERVAL_MS", "Time between two queries", in: .seconds(1) ... .seconds(60),
                default: .seconds(30))
            _ = reader.url("CYBEREASON_URL", "The console's address")
            reader.passThrough(prefix: "KAFKA_", "Any setting of librdkafka, dots as underscores")
        }
    }

    @Test("it lists every key once, with meaning, unit, default and whether it is secret")
    func help() {
        let description = ServiceDescription(name: "detector", summary: "Finds detections.", version: "1")
        var reader = description.reader([:])
        _ = ServiceSettings<Settings>(reading: &reader)
        let help = description.help(reader)
        #expect(
            help.hasSuffix(
                """
                Configuration (environment variables):

                  HTTP_PORT
                      Port of /livez, /readyz and /metrics; 0 takes a free one and logs it.
                      Allowed: a whole number, 0 to 65535. Default: 8080.

                  LOG_LEVEL
                      Log lines below it are left out.
                      Allowed: one of debug, info, warning, error. Default: info.

                  CYBEREASON_URL
                      The console's address.
                      Allowed: an http:// or https:// address with a host, without user, password, query or fragment. \
                Required.

                  CYBEREASON_PASSWORD
                      The password of the console's user.
                      Allowed: text. Required. Secret; or the path of a file that holds it in CYBEREASON_PASSWORD_FILE.

                  DETECTOR_POLL_INTERVAL_MS
                      Time between two queries.
                      Allowed: milliseconds, 1000 to 60000. Unit: ms. Default: 30000.

                  KAFKA_…
                      Any setting of librdkafka, dots as underscores

                """))
    }

    @Test(
        "a service understands its few arguments and no other",
        arguments: [
            ([], .run), (["--help"], .help), (["-h"], .help), (["--version"], .version),
            (["healthcheck"], .healthcheck(.alive)), (["healthcheck", "ready"], .healthcheck(.ready)),
            (["run"], .wrong("run")), (["healthcheck", "x"], .wrong("x")), ([""], .wrong("")),
            (["healthcheck", "ready", "x"], .wrong("x")), (["--help", "x"], .wrong("x")), (["ready"], .wrong("ready")),
        ] as [([String], ServiceArguments)])
    func arguments(_ arguments: [String], _ expected: ServiceArguments) {
        #expect(ServiceArguments(arguments) == expected)
    }
}
