import Runtime
import Testing

@testable import Runtime

@Suite("Metrics")
struct MetricsTests {
    private let metrics = Metrics()

    @Test("families are sorted, each with help and type once and its samples together")
    func text() {
        let records = metrics.counters("records_total", help: "Records.", labels: ["topic", "outcome"])
        metrics.gauge("queue_length", help: "Waiting.").set(3)
        records.with("b", "ok").add(2)
        records.with("a", "ok").add()
        records.with("a", "failed").add(5)
        #expect(
            metrics.render() == """
                # HELP riposte_queue_length Waiting.
                # TYPE riposte_queue_length gauge
                riposte_queue_length 3
                # HELP riposte_records_total Records.
                # TYPE riposte_records_total counter
                riposte_records_total{topic="a",outcome="failed"} 5
                riposte_records_total{topic="a",outcome="ok"} 1
                riposte_records_total{topic="b",outcome="ok"} 2

                """)
    }

    @Test("a histogram's buckets are cumulative, and the last is the count")
    func histogram() {
        let histogram = metrics.histogram(
            "stage_seconds", help: "Time.", buckets: [0.1, 1, 2.5], labels: ["stage": "detect"])
        for value in [0.05, 0.1, 0.5, 2.5, 100] { histogram.observe(value) }
        histogram.observe(.milliseconds(1500))
        histogram.observe(.nan)
        #expect(
            metrics.render() == """
                # HELP riposte_stage_seconds Time.
                # TYPE riposte_stage_seconds histogram
                riposte_stage_seconds_bucket{stage="detect",le="0.1"} 2
                riposte_stage_seconds_bucket{stage="detect",le="1"} 3
                riposte_stage_seconds_bucket{stage="detect",le="2.5"} 5
                riposte_stage_seconds_bucket{stage="detect",le="+Inf"} 6
                riposte_stage_seconds_sum{stage="detect"} 104.65
                riposte_stage_seconds_count{stage="detect"} 6

                """)
    }

    @Test("what would break a line is escaped, in label values and in help")
    func escapes() {
        metrics.gauge("a", help: "one\\two\n\"three\"", labels: ["path": "a\\b\"c\nd"]).set(1)
        #expect(
            metrics.render() == """
                # HELP riposte_a one\\\\two\\n"three"
                # TYPE riposte_a gauge
                riposte_a{path="a\\\\b\\"c\\nd"} 1

                """)
    }

    @Test(
        "numbers are written as Prometheus reads them",
        arguments: [
            (0, "0"), (-2, "-2"), (0.1, "0.1"), (1e6, "1000000"), (1e300, "1e+300"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func numbers(_ number: Double, _ text: String) {
        #expect(LabelText.number(number) == text)
    }

    @Test("the same name and labels give the same handle, in whatever order")
    func sameHandle() {
        let first = metrics.counter("a_total", help: "A.", labels: ["x": "1", "y": "2"])
        let second = metrics.counter("a_total", help: "A.", labels: ["y": "2", "x": "1"])
        #expect(first === second)
        #expect(metrics.counter("a_total", help: "A.", labels: ["x": "2", "y": "2"]) !== first)
    }

    @Test("what is prepared is shown as 0 before it is first counted, and keeps its count")
    func prepared() {
        let polls = metrics.counters("polls_total", help: "Polls.", labels: ["outcome"])
        polls.with("whole").add()
        polls.prepare(["whole", "failed"])
        #expect(
            metrics.render().hasSuffix(
                "riposte_polls_total{outcome=\"failed\"} 0\nriposte_polls_total{outcome=\"whole\"} 1\n"))
    }

    @Test("a counter never falls")
    func counterNeverFalls() {
        let counter = metrics.counter("a_total", help: "A.")
        counter.add(3)
        counter.add(-2)
        counter.add(0)
        #expect(counter.value == 3)
    }

    @Test("nothing is lost when many count at once")
    func concurrent() async {
        let counter = metrics.counter("a_total", help: "A.")
        let gauge = metrics.gauge("b", help: "B.")
        let histogram = metrics.histogram("c", help: "C.", buckets: [1])
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.add()
                        gauge.add(0.5)
                        histogram.observe(0.5)
                    }
                }
            }
        }
        #expect(counter.value == 8000)
        #expect(gauge.value == 4000)
        #expect(histogram.count == 8000)
        #expect(histogram.sum == 4000)
    }

    @Test("a reading is taken when it is shown, left out when there is none, and replaced by a new one")
    func readings() {
        metrics.reading("age_seconds", help: "Age.") { nil }
        #expect(metrics.render() == "# HELP riposte_age_seconds Age.\n# TYPE riposte_age_seconds gauge\n")
        metrics.reading("age_seconds", help: "Age.") { 1.5 }
        #expect(metrics.render().hasSuffix("riposte_age_seconds 1.5\n"))
    }

    @Test("a series that is removed is no longer shown")
    func removal() {
        let lag = metrics.gauges("lag", help: "Lag.", labels: ["partition"])
        lag.with("0").set(1)
        lag.with("1").set(2)
        lag.remove("0")
        #expect(metrics.render().contains("riposte_lag{partition=\"1\"} 2\n"))
        #expect(!metrics.render().contains("partition=\"0\""))
        lag.remove("1")
        #expect(metrics.render().isEmpty)
    }

    @Test("the process's own figures and the build are there")
    func process() throws {
        metrics.registerProcess(service: "detector", version: "1.2.3", revision: "4f2a9c1")
        let text = metrics.render()
        #expect(text.contains("riposte_build_info{revision=\"4f2a9c1\",service=\"detector\",version=\"1.2.3\"} 1\n"))
        for name in [
            "process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total",
            "process_start_time_seconds",
        ] {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("riposte_\(name) ") })
            let value = try #require(Double(line.split(separator: " ")[1]))
            #expect(value > 0, "\(name)")
        }
    }

    @Test(
        "names that Prometheus would refuse are mistakes in the program",
        arguments: [("a", true), ("_a9:b", true), ("9a", false), ("a-b", false), ("", false), ("é", false)])
    func names(_ name: String, _ isValid: Bool) {
        #expect(MetricName.isValid(name) == isValid)
        #expect(!MetricName.isValidLabel("le") && !MetricName.isValidLabel("__name") && !MetricName.isValidLabel("a:b"))
    }
}
