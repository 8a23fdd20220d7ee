@main
struct Tracker {
    static func main() {}
}
