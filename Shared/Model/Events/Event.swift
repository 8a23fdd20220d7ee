public import JSON

/// A message that Riposte carries on a topic.
///
/// An event is described by a JSON Schema of the same name under `Contracts/`. Readers ignore fields that they do not
/// know; a different ``supportedSchemaVersion`` is a change that old readers cannot understand.
public protocol Event: JSONRecord {
    /// The CloudEvents type, for example `riposte.detection.v1`.
    static var eventType: String { get }

    /// The version of the message's schema as sent; absent means 1.
    var schemaVersion: Int? { get set }

    /// An id that is derived from what the event says, so that saying it again makes the same id.
    var eventID: String { get }

    /// When what the event says came about, for the CloudEvents `time`.
    var eventTime: Timestamp { get }
}

/// The only schema version that this release writes and understands.
public let supportedSchemaVersion = 1
