import HTTPClient
import JSON
import PlatformIDs

/// How an attempt to isolate machines, or to end it, came out.
public enum IsolationOutcome: Sendable, Equatable {
    /// The console answered for the sensors, by their `pylumId`.
    case answered([String: IsolationResult])
    /// The console refused it.
    case refused(Refusal)
    /// It was not carried out, provably.
    case notSent(NotSent)
    /// It may or may not have been carried out.
    case mayHaveRun(UncertainReason)
}

/// The console's word for one sensor.
public struct IsolationResult: RawRepresentable, Sendable, Hashable {
    /// The platform's word.
    public let rawValue: String

    /// A word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Carried out.
    public static let succeeded = Self(rawValue: "Succeeded")
    /// The sensor is away: the console will carry it out when it is back.
    public static let primed = Self(rawValue: "Primed")
    /// The sensor is away.
    public static let disconnected = Self(rawValue: "Disconnected")
    /// The console knows no such sensor.
    public static let unknownProbe = Self(rawValue: "UnknownProbe")
    /// The sensor was removed.
    public static let probeRemoved = Self(rawValue: "ProbeRemoved")
    /// The sensor cannot do it.
    public static let notSupported = Self(rawValue: "NotSupported")
    /// Our account may not do it.
    public static let unauthorizedUser = Self(rawValue: "UnauthorizedUser")
    /// The sensor could not do it.
    public static let failed = Self(rawValue: "Failed")
    /// The command did not get to the sensor.
    public static let failedSending = Self(rawValue: "FailedSending")
    /// The command did not get to the server that the sensor is connected to.
    public static let failedSendingToServer = Self(rawValue: "FailedSendingToServer")
    /// It was given up.
    public static let aborted = Self(rawValue: "Aborted")

    /// Whether the word says that nothing was done, and nothing will be. What is not on the vendor's list says nothing, and
    /// a time-out does not either.
    public var isFailure: Bool {
        let words: [Self] = [
            .unknownProbe, .probeRemoved, .notSupported, .unauthorizedUser, .failed, .failedSending,
            .failedSendingToServer, .aborted,
        ]
        return words.contains(self)
    }
}

extension ConsoleClient {
    /// Cuts machines off the network, all but the console.
    ///
    /// - Parameters:
    ///   - pylumIDs: the sensors' own ids (``MachineState/pylumID``), not GUIDs.
    ///   - malopID: the malop that this belongs to, if any.
    ///   - gate: as for ``remediate(_:deadline:gate:)``.
    public func isolate(
        _ pylumIDs: [String], malopID: String? = nil, deadline: ContinuousClock.Instant? = nil,
        gate: (@Sendable () -> Bool)? = nil
    ) async -> IsolationOutcome {
        await command("isolate", pylumIDs, malopID, deadline, gate)
    }

    /// Lets machines back on the network.
    public func unisolate(
        _ pylumIDs: [String], malopID: String? = nil, deadline: ContinuousClock.Instant? = nil,
        gate: (@Sendable () -> Bool)? = nil
    ) async -> IsolationOutcome {
        await command("un-isolate", pylumIDs, malopID, deadline, gate)
    }

    private func command(
        _ name: String, _ pylumIDs: [String], _ malopID: String?, _ deadline: ContinuousClock.Instant?,
        _ gate: (@Sendable () -> Bool)?
    ) async -> IsolationOutcome {
        do throws(ConsoleError) {
            guard !pylumIDs.isEmpty else { throw ConsoleError(.invalidArgument, "no machines") }
            for id in pylumIDs { try PlatformID.checked(id, "pylum id") }
            if let malopID { try PlatformID.checked(malopID, "malop id") }
        } catch {
            return .notSent(.invalid(error))
        }
        let call = Call.post(
            "/rest/monitor/global/commands/\(name)", Self.isolationBody(pylumIDs, malopID), .remediate,
            until: self.deadline(deadline, .remediate))
        switch await caller.once(call, gate: gate) {
        case .notSent(let reason): return .notSent(reason)
        case .refused(let status, let words): return .refused(Refusal(status: status, words: words))
        case .mayHaveRun(let reason): return .mayHaveRun(reason)
        case .answered(let response):
            if let results = Self.isolationResults(response.body) { return .answered(results) }
            let words = "answered without a result for any machine: \(Reply.words(response))"
            return .mayHaveRun(UncertainReason(.notUnderstood, words, status: response.status))
        }
    }

    private static func isolationBody(_ pylumIDs: [String], _ malopID: String?) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.field("pylumIds", pylumIDs)
            writer.key("malopId")
            if let malopID { writer.value(malopID) } else { writer.null() }
        }
        return writer.finish()
    }

    private static func isolationResults(_ body: [UInt8]) -> [String: IsolationResult]? {
        let results = try? PlatformJSON.read(body) { root throws(JSONError) -> [String: IsolationResult] in
            _ = try root.object()
            var results: [String: IsolationResult] = [:]
            for (key, value) in root.members { results[key] = value.asString.map(IsolationResult.init(rawValue:)) }
            return results
        }
        return results?.isEmpty == false ? results : nil
    }
}
