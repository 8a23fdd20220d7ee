/// Text that C functions write into a buffer of ours.
enum CText {
    /// Runs `body` with a buffer of 512 bytes; gives its result and the text that it left there.
    @unsafe static func filled<Result>(
        _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result
    ) -> (Result, String) {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            unsafe buffer.initialize(repeating: 0)
            let result = unsafe body(buffer.baseAddress, buffer.count)
            let end = unsafe buffer.firstIndex(of: 0) ?? buffer.count
            let bytes = unsafe buffer[..<end].map { UInt8(bitPattern: $0) }
            return (result, String(decoding: bytes, as: UTF8.self))
        }
    }
}
