public import Kafka

extension KafkaError {
    /// Sends a value and, as long as Kafka finds it too large, a smaller one in its place.
    ///
    /// - Parameters:
    ///   - smaller: The same with something left out; nil if there is nothing left to leave out.
    ///   - send: One try.
    /// - Returns: What was sent in the end.
    /// - Throws: What `send` throws; that it is too large only if it is so whatever is left out.
    public static func asMuchAsFits<Value>(
        of value: Value, smaller: (Value) -> Value?, send: (Value) async throws -> Void
    ) async throws -> Value {
        var value = value
        while true {
            do {
                try await send(value)
                return value
            } catch let error as KafkaError where error.code == .messageTooLarge {
                guard let next = smaller(value) else { throw error }
                value = next
            }
        }
    }
}
