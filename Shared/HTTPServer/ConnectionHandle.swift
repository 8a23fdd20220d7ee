internal import CMicrohttpd

/// libmicrohttpd's connection. Valid while a request of it is being handled, which a suspended connection is until it
/// is resumed: a handle is used in that time only.
@safe struct ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// On the daemon's thread alone. The daemon neither reads nor writes the connection until it is resumed.
    func suspend() {
        unsafe MHD_suspend_connection(pointer)
    }

    /// From any thread, once for each `suspend()`.
    func resume() {
        unsafe MHD_resume_connection(pointer)
    }

    func setIdleSeconds(_ seconds: UInt32) {
        unsafe cmhd_set_idle_seconds(pointer, seconds)
    }

    /// Ends the connection with RST.
    func reset() {
        unsafe cmhd_reset(cmhd_descriptor(pointer))
    }
}
