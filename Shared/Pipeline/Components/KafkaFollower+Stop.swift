public import Kafka
internal import Runtime

extension KafkaFollower {
    /// Ends with its service: waits for the batch that is being handled, but leaves time to those that are stopped later.
    public func stopWithService() async {
        await stop(within: StopTime.share(atMost: .seconds(3), leaving: .seconds(3)))
    }
}
