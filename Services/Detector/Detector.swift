@main
struct Detector {
    static func main() {}
}
