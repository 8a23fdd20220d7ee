import FoundationEssentials
import Glibc
import Testing

/// Damaged inputs for everything that reads what comes from outside: nothing stops a service, nothing holds it up, and
/// each input is understood or refused with a reason.
///
/// A few seconds of it run with the other tests; `make fuzz` has the long run.
@Suite struct FuzzTests {
    @Test("Whatever comes from outside is understood or refused, and costs no more than its size")
    func everything() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard environment["FUZZ_CHILD"] == nil else { return }
        let plan = try FuzzPlan(environment)
        let all = try await Surfaces.all()
        let run = try FuzzRun(plan, surfaces: all, environment: environment)
        try await run.run()
        let (violations, surfaces) = (await run.violations, await run.surfaces)
        for line in await run.table { print(line) }
        for violation in violations { Issue.record("\(violation)") }
        let fed = await run.sum.damaged
        #expect(fed == plan.counted, "of \(plan.counted) damaged inputs, \(fed) were fed in \(plan.seconds) s")
        if plan.count >= 5000 {
            for surface in all {
                // A surface that knows only one of the two is not reached by what it is fed.
                #expect((surfaces[surface.name]?.understood ?? 0) > 0, "\(surface.name) has understood nothing")
                #expect((surfaces[surface.name]?.refused ?? 0) > 0, "\(surface.name) has refused nothing")
            }
        }
        print(await run.summary)
    }

    @Test("A death of the process, a hang and a broken promise are told, each with the input that it came of")
    func sabotage() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard environment["FUZZ_CHILD"] == nil, environment["FUZZ_FIRST"] == nil else { return }
        var plan = try FuzzPlan([:])
        plan.count = 400
        plan.hang = 2
        let run = try FuzzRun(plan, surfaces: [Surfaces.sabotaged], environment: environment, isSabotaged: true)
        try await run.run()
        let violations = await run.violations
        #expect(
            violations.contains { $0.contains("it died") && $0.contains("sabotaged") && $0.contains("FUZZ_FIRST=") })
        #expect(violations.contains { $0.contains("it hung, sabotaged") && $0.contains("FUZZ_FIRST=") })
        #expect(violations.contains { $0.contains("it broke its word") && $0.contains("FUZZ_FIRST=") })
        let all = await run.sum
        #expect(all.understood > 50 && all.refused > 50)
    }
}

/// The process that is fed, which is this one started again.
@Suite struct FuzzChildTests {
    static let isChild = ProcessInfo.processInfo.environment["FUZZ_CHILD"] != nil

    @Test("A share of the inputs", .enabled(if: isChild))
    func share() async throws {
        let environment = ProcessInfo.processInfo.environment
        let words = (environment["FUZZ_CHILD"] ?? "").split(separator: " ", maxSplits: 2)
        let isSabotaged = environment["FUZZ_SABOTAGED"] != nil
        let process = try #require(words.first.flatMap { Int($0) })
        let start = try #require(words.dropFirst().first.flatMap { Int($0) })
        let recorder = try FlightRecorder(path: String(try #require(words.last)))
        signal(SIGALRM, SIG_DFL)
        var child = FuzzChild(
            try FuzzPlan(environment), process: process, recorder: recorder,
            surfaces: isSabotaged ? [Surfaces.sabotaged] : try await Surfaces.all())
        await child.run(from: start)
    }
}
