import Glibc

/// Everything that reads what comes from outside.
enum Surfaces {
    /// One that dies of some inputs, hangs at others and breaks its word at others again: what a run says of that is
    /// tested, too.
    static let sabotaged = Surface("sabotaged", seeds: [], refused: [FuzzInput("ABCDEFGHIJKLMNOPQRSTUVWXYZ")]) {
        input in
        let sum = (input[0] ?? []).reduce(0) { $0 + Int($1) }
        if sum % 101 == 7 { preconditionFailure("sabotage") }
        if sum % 211 == 9 { while true { sleep(60) } }
        try require(sum % 101 != 8, "it broke its word")
        return sum % 2 == 0 ? .understood : .refused("odd")
    }

    /// The surfaces, in the same order in every process: which one an input goes to follows from its number.
    static func all() async throws -> [Surface] {
        let bus = [
            RequestSurface.surface, try SignatureSurface.make(), DecisionSurface.surface, LedgerSurface.surface,
        ]
        let texts = [HeaderSurface.surface, ServerSurface.surface, PolicySurface.surface, ConfigurationSurface.surface]
        return try await Topics.all + bus + ConsoleSurfaces.make() + [IntelligenceSurface.make()] + texts
    }
}
