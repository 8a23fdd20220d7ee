import Model
import Policy

/// What holds for every request, from the configuration.
struct ExecutionRules: Sendable {
    /// The mode of the installation: with `observe` nothing is sent, whatever a request says.
    var mode = ResponseMode.observe
    /// The action types that are sent.
    var allowedActions = Set(ActionType.supported)
    /// Whether nothing is sent, and no approval counts, that is not signed: also what was taken when it need not be.
    var requiresSignatures = false
    /// How long after its `INTENT` was read a request may still come to the console. Nothing is concluded before.
    var inFlightWindow = Duration.seconds(120)
    /// How long an answer about a machine counts, and how often an offline one is asked for again.
    var machineRecheck = Duration.seconds(10)
    /// How long the console may leave a request without an answer before results show it. A refused account is shown at
    /// once.
    var patience = Duration.seconds(5)
    /// How far this host's clock and the console's may be apart.
    var clockTolerance = Duration.seconds(30)
    /// How long the console may leave it open what became of an attempt before a person is asked.
    var fateLimit = Duration.seconds(3600)
    /// How long a parked request waits for a person before it ends as unknown.
    var parkedLimit = Duration.seconds(24 * 3600)
    /// How many facts a request may have before new words on why it waits become ever less frequent.
    static let changesAtOnce = 20

    /// How long after the append of its `INTENT` began the exchange with the console must have ended, or else this process
    /// is killed: one that was stalled at the wrong place must not send when the request is somebody else's. Nil where
    /// the process has other things to do.
    var killAfter: Duration?
    /// Requests that may be on their way to the console at once.
    var concurrentPosts = 8

    /// How long after the append of its `INTENT` began a request may begin to be sent.
    var fireWithin: Duration { min(.seconds(10), inFlightWindow / 4) }
    /// How long the exchange with the console may take, so that it has ended long before the window has.
    var postTime: Duration { min(.seconds(60), inFlightWindow / 2) }
    /// The pause between two looks at the console's list.
    var lookGap: Duration { min(.seconds(10), inFlightWindow / 12) }
}
