import CCurl

/// libcurl's multi handle. Everything but `wake` belongs to the engine's thread.
@safe struct MultiHandle: Sendable {
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer

    init?(_ pointer: UnsafeMutableRawPointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = unsafe pointer
    }

    /// Ends the engine's wait; the one call that libcurl allows from any thread.
    func wake() { unsafe curl_multi_wakeup(pointer) }

    /// Closes every idle connection and frees the handle; nothing may use it afterwards.
    func cleanUp() { unsafe curl_multi_cleanup(pointer) }
}
