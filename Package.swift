// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with: the language mode and checks that the project holds itself to.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A C library of the system: a module map and, where its interface is variadic, typed inline shims. No logic.
func systemLibrary(_ name: String, pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(
        name: name, path: "Shared/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A module that several services share.
func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: strict)
}

/// A shared module that talks to C: every unsafe expression in it is marked.
func sharedOverC(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: exclude,
        swiftSettings: strict + [.strictMemorySafety()])
}

/// An executable with its own folder under `Services`.
func service(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Services/\(name)", exclude: exclude, swiftSettings: strict)
}

/// The tests of one module or service.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)Tests",
        swiftSettings: strict)
}

/// Built with Thread Sanitizer (`RIPOSTE_TSAN=1 swift test --sanitize thread`), every executable that uses librdkafka needs
/// C11 threads that the sanitizer can see.
let threadSanitizer: [Target.Dependency] =
    Context.environment["RIPOSTE_TSAN"] == "1" ? ["ThreadSanitizerThreads"] : []

let package = Package(
    name: "riposte",
    products: [
        .executable(name: "detector", targets: ["Detector"]),
        .executable(name: "enricher", targets: ["Enricher"]),
        .executable(name: "remediator", targets: ["Remediator"]),
        .executable(name: "tracker", targets: ["Tracker"]),
        .executable(name: "riposte", targets: ["Riposte"]),
        .executable(name: "simulator", targets: ["Simulator"]),
    ],
    targets: [
        systemLibrary("CRdkafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        systemLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        systemLibrary("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        systemLibrary("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        systemLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        .systemLibrary(name: "CSystem", path: "Shared/CLibraries/CSystem"),

        sharedOverC("JSON", []),
        shared("PlatformIDs"),
        sharedOverC("Model", ["JSON", "PlatformIDs", "CCrypto"], exclude: ["Contracts"]),
        sharedOverC("Kafka", ["CRdkafka", "CSystem"] + threadSanitizer),
        sharedOverC("HTTPClient", ["CCurl", "CSystem"]),
        sharedOverC("HTTPServer", ["CMicrohttpd", "CSystem"]),
        sharedOverC("Signing", ["CCrypto"]),
        sharedOverC("Policy", ["CYAML", "Model", "PlatformIDs", "Signing"]),
        sharedOverC("Runtime", ["HTTPServer", "CSystem"]),
        shared("Cybereason", ["HTTPClient", "JSON", "PlatformIDs"]),
        shared("Pipeline", ["Kafka", "Model", "JSON", "Runtime"]),
        shared("Connections", ["Cybereason", "HTTPClient", "Runtime"]),

        service("Detector", ["Pipeline", "Connections", "Cybereason", "Kafka", "Model", "JSON", "Runtime"]),
        service("Enricher", ["Pipeline", "Connections", "Cybereason", "Kafka", "Model", "JSON", "Runtime"]),
        service(
            "Remediator",
            [
                "Pipeline", "Connections", "Cybereason", "Policy", "Signing", "Kafka", "Model", "JSON", "Runtime",
                "HTTPClient",
            ]),
        service("Tracker", ["Pipeline", "Connections", "Cybereason", "Kafka", "Model", "JSON", "Runtime"]),
        service(
            "Riposte",
            [
                "Pipeline", "Connections", "Cybereason", "Kafka", "Model", "JSON", "Runtime", "HTTPClient", "Policy",
                "Signing",
            ]),
        service("Simulator", ["HTTPServer", "JSON"], exclude: ["Scenarios"]),

        .target(
            name: "TestSupport", dependencies: ["Kafka", "Model", "JSON", "Pipeline", "Runtime"],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("JSON", ["JSON"]),
        tests("Model", ["Model", "JSON"]),
        tests("Kafka", ["Kafka"]),
        tests("HTTPClient", ["HTTPClient", "CSystem"]),
        tests("HTTPServer", ["HTTPServer"]),
        tests("Signing", ["Signing", "Runtime"]),
        tests("Policy", ["Policy", "Signing", "Model"]),
        tests("Runtime", ["Runtime", "JSON", "HTTPServer", "RuntimeProbe"]),
        .executableTarget(
            name: "RuntimeProbe", dependencies: ["Runtime"], path: "Tests/RuntimeProbe", swiftSettings: strict),
        tests("Cybereason", ["Cybereason", "HTTPClient", "HTTPServer", "JSON", "Simulator"]),
        tests("Pipeline", ["Pipeline", "Kafka", "Model", "JSON", "Runtime"]),
        tests(
            "Detector",
            ["Detector", "Connections", "Cybereason", "Simulator", "Kafka", "Model", "JSON", "Pipeline", "Runtime"]),
        tests(
            "Enricher",
            ["Enricher", "Simulator", "Pipeline", "Connections", "Cybereason", "Kafka", "Model", "JSON", "Runtime"]),
        tests(
            "Remediator",
            [
                "Remediator", "Simulator", "Pipeline", "Connections", "Cybereason", "Policy", "Signing", "Kafka",
                "Model", "JSON", "Runtime", "HTTPServer",
            ]),
        tests(
            "Tracker",
            [
                "Tracker", "Simulator", "Pipeline", "Connections", "Cybereason", "Kafka", "Model", "JSON", "Runtime",
                "HTTPClient",
            ]),
        tests(
            "Riposte",
            [
                "Riposte", "Simulator", "Cybereason", "Pipeline", "Policy", "Signing", "Kafka", "Model", "JSON",
                "Runtime",
            ]),
        tests("Simulator", ["Simulator", "HTTPServer", "JSON"]),
        tests(
            "EndToEnd",
            [
                "Detector", "Enricher", "Remediator", "Tracker", "Kafka", "Model", "JSON", "Pipeline", "Runtime",
                "HTTPClient",
            ]),
        tests(
            "Fuzz",
            [
                "Detector", "Enricher", "Remediator", "Tracker", "Riposte", "Simulator", "Pipeline", "Policy",
                "Cybereason", "PlatformIDs", "HTTPClient", "HTTPServer", "Kafka", "Model", "JSON", "Runtime", "Signing",
            ]),
        .executableTarget(
            name: "Chaos", dependencies: ["HTTPClient", "JSON", "Kafka", "Model", "Pipeline", "Runtime"],
            path: "Tests/Chaos", exclude: ["check.py", "check_test.py", "requirements.txt", "without"],
            swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["JSON", "Model"], path: "Tests/Benchmarks", exclude: ["halt.py"],
            swiftSettings: strict),
    ]
        + (threadSanitizer.isEmpty
            ? [] : [.target(name: "ThreadSanitizerThreads", path: "Tests/ThreadSanitizerThreads")])
)
