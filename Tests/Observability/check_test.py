"""What the checks find: each fault here must be seen, or they prove nothing."""
import unittest

import exported
from check import conventions
from queries import Query

TEXT = """\
# HELP riposte_polls_total Polls by outcome.
# TYPE riposte_polls_total counter
riposte_polls_total{outcome="whole"} 3
riposte_polls_total{outcome="failed"} 0
# HELP riposte_way_seconds Time.
# TYPE riposte_way_seconds histogram
riposte_way_seconds_bucket{from="a",le="+Inf"} 1
riposte_way_seconds_sum{from="a"} 0.5
riposte_way_seconds_count{from="a"} 1
"""
FAMILIES = exported.families({"detector": TEXT})


def family(name, kind, help="Some.", value=0, **labels):
    values = {label: set(texts) for label, texts in labels.items()}
    return exported.Family(name, help, kind, values, {"detector"}, 1, [value])


class Queries(unittest.TestCase):
    def fault(self, query, words):
        faults = Query(query, FAMILIES).faults
        self.assertTrue(any(words in fault for fault in faults), f"{query}: {faults}")

    def test_what_is_right(self):
        for query, labels in {
            'sum by (outcome) (rate(riposte_polls_total{outcome=~"wh.+|x"}[5m]))': {"outcome"},
            "histogram_quantile(0.5, sum by (le, from) (rate(riposte_way_seconds_bucket[5m])))": {"from"},
            "riposte_way_seconds_sum / riposte_way_seconds_count": {"from", "job", "instance"},
            'absent(up{job="detector"}) or up == 0': {"job", "instance"},
            "min_over_time(sum(riposte_polls_total)[15m:1m])": set(),
            "time() - max(riposte_polls_total) > 4 * 3600": set(),
            'riposte_polls_total{outcome!~"[123].."}': {"outcome", "job", "instance"},
        }.items():
            found = Query(query, FAMILIES)
            self.assertEqual((found.faults, found.labels), ([], labels), query)

    def test_what_does_not_parse(self):
        for query in ("sum(", "rate(riposte_polls_total)", "riposte_polls_total{outcome=}", ""):
            self.fault(query, "does not parse")

    def test_what_nobody_exports(self):
        self.fault("riposte_poll_total", "no service exports riposte_poll_total")
        self.fault("sum(rate(riposte_polls_total_bucket[5m]))", "no service exports")
        self.fault("riposte_polls_total > 1 and foo", "no service exports foo")
        self.fault("riposte_way_seconds", "is a histogram")

    def test_labels(self):
        self.fault('riposte_polls_total{result="whole"}', "no label result")
        self.fault('riposte_polls_total{outcome="hole"}', "never has outcome='hole'")
        self.fault('riposte_polls_total{outcome=~"h.le"}', "never has a outcome like")
        self.fault("sum by (topic) (riposte_polls_total)", "groups by topic")
        self.fault("sum by (le) (riposte_way_seconds_count)", "groups by le")


class Conventions(unittest.TestCase):
    def fault(self, family, words):
        faults = list(conventions(family))
        self.assertTrue(any(words in fault for fault in faults), f"{family}: {faults}")

    def test_what_is_right(self):
        for right in (
            family("riposte_polls_total", "counter", outcome=["whole"]), family("riposte_age_seconds", "gauge", value=7),
            family("riposte_ready", "gauge", "1 if ready, else 0.", 1), *FAMILIES.values(),
        ):
            self.assertEqual(list(conventions(right)), [], right.name)

    def test_what_is_not(self):
        self.fault(family("riposte_polls", "counter"), "_total")
        self.fault(family("riposte_age", "gauge"), "unit")
        self.fault(family("riposte_ready", "gauge", "1 if ready.", 2), "not 0 or 1")
        self.fault(family("riposte_way", "histogram"), "unit")
        self.fault(family("riposte_polls_total", "counter", ""), "no sentence")
        self.fault(family("riposte_x_total", "counter", machine=["FIN-WS-014"]), "tells 'FIN-WS-014'")
        self.fault(family("riposte_x_total", "counter", malop=["-1632138521.1198775089551518743"]), "tells")
        self.fault(family("riposte_x_total", "counter", path=[f"/{n}" for n in range(41)]), "41 values")


if __name__ == "__main__":
    unittest.main()
