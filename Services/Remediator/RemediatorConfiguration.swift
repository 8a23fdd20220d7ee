import Connections
import Model
import Pipeline
import Policy
import Runtime

/// The settings of the remediator.
struct RemediatorConfiguration: ServiceConfiguration {
    var kafka: KafkaSettings
    var console: ConsoleConfiguration
    var policyFile: String
    var rules: ExecutionRules
    var defaultExpiry: Duration
    var maximumDetectionAge: Duration
    var memory: RequestMemory
    var signing: SigningSettings

    init(
        kafka: KafkaSettings, console: ConsoleConfiguration, policyFile: String, rules: ExecutionRules,
        defaultExpiry: Duration = .seconds(3600), maximumDetectionAge: Duration = .seconds(86_400),
        memory: Duration = .seconds(14 * 86_400), signing: SigningSettings = SigningSettings()
    ) {
        self.kafka = kafka
        self.policyFile = policyFile
        self.rules = rules
        self.defaultExpiry = defaultExpiry
        self.maximumDetectionAge = maximumDetectionAge
        self.console = console
        self.memory = RequestMemory(memory, setting: Self.memoryKey)
        self.signing = signing
        self.rules.requiresSignatures = signing.requirement == .required
    }

    private static let memoryKey = "REMEDIATOR_FORGET_AFTER_MS"

    init(reading reader: inout ConfigurationReader) {
        kafka = KafkaSettings(reading: &reader, clientID: "riposte-remediator")
        console = ConsoleConfiguration(reading: &reader)
        policyFile = reader.path("POLICY_FILE", "The response policy, a YAML file")
        rules = ExecutionRules(reading: &reader)
        defaultExpiry = reader.duration(
            "REMEDIATOR_DEFAULT_EXPIRY_MS",
            "How long after its record's time a request is still sent that does not say so itself",
            in: .seconds(1)...Duration.seconds(7 * 86_400), default: .seconds(3600))
        maximumDetectionAge = reader.duration(
            "REMEDIATOR_MAX_DETECTION_AGE_MS",
            "How old a detection may be that the policy acts on; what an older one leads to is a dry run",
            in: .seconds(60)...Duration.seconds(90 * 86_400), default: .seconds(86_400))
        let memory = reader.duration(
            Self.memoryKey,
            "How long after its end a request is remembered, so that its id is not done again; longer than records of"
                + " requests may be read",
            in: .seconds(1)...Duration.seconds(3650 * 86_400), default: .seconds(14 * 86_400))
        self.memory = RequestMemory(memory, setting: Self.memoryKey)
        signing = SigningSettings(reading: &reader)
        rules.requiresSignatures = signing.requirement == .required
    }
}

extension ExecutionRules {
    init(reading reader: inout ConfigurationReader) {
        self.init()
        mode = reader.choice(
            "RIPOSTE_MODE", "Whether requests are sent to the console, or only checked and reported", default: mode)
        inFlightWindow = reader.duration(
            "REMEDIATOR_IN_FLIGHT_WINDOW_MS",
            "How long a request without an answer may still come to the console; the time-out of a request is half of it,"
                + " at most 60000",
            in: .seconds(1)...Duration.seconds(3600), default: inFlightWindow)
        // After every limit of the exchange, and before anybody concludes anything from silence.
        killAfter = inFlightWindow * 0.9
        machineRecheck = reader.duration(
            "REMEDIATOR_MACHINE_RECHECK_MS", "How often an offline machine is asked for again",
            in: .milliseconds(100)...Duration.seconds(600), default: machineRecheck)
        patience = reader.duration(
            "REMEDIATOR_CONSOLE_PATIENCE_MS",
            "How long the console may leave a request without an answer before the results show that it waits",
            in: .zero...Duration.seconds(600), default: patience)
        allowedActions = Self.actions(reading: &reader, default: allowedActions)
    }

    private static func actions(
        reading reader: inout ConfigurationReader, default actions: Set<ActionType>
    ) -> Set<ActionType> {
        let key = "REMEDIATOR_ALLOWED_ACTIONS"
        let supported = ActionType.supported.map(\.rawValue)
        let names = reader.list(
            key,
            "Action types that are sent; a request for any other is refused. Known: "
                + supported.joined(separator: ", "),
            default: ActionType.supported.filter(actions.contains).map(\.rawValue))
        for name in names where !supported.contains(name) {
            reader.problem(key, "'\(name)' is not known. Allowed: \(supported.joined(separator: ", "))")
        }
        return Set(names.map { ActionType(rawValue: $0) })
    }
}
