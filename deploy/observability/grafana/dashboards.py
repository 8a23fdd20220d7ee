#!/usr/bin/env python3
"""Writes the dashboards beside it, dashboards/*.json, from the panels below: `dashboards.py [FOLDER]`.

A panel is (title, width in 24ths, kind, unit, what it shows, {legend: PromQL}). Rows break where a title stands alone.
"""
import json
import pathlib
import sys

DATASOURCE = {"type": "prometheus", "uid": "riposte-prometheus"}


def quantiles(metric, by=""):
    by = f", {by}" if by else ""
    legend = "{{%s}} " % by[2:] if by else ""
    return {
        f"{legend}{name}": f"histogram_quantile({q}, sum by (le{by}) (rate({metric}_bucket[$__rate_interval])))"
        for name, q in (("half", 0.5), ("95 %", 0.95))
    }


SOC = [
    "Now",
    ("Remediation", 4, "stat", "halt", "Whether requests are sent. Halted: by an operator, or the switch cannot be read.",
     {"": "max(riposte_halted)"}),
    ("Open requests", 4, "stat", "short", "Taken and not ended.", {"": "sum(riposte_remediation_open_requests)"}),
    ("Wait for approval", 4, "stat", "some", "riposte approve --list",
     {"": 'sum(riposte_remediation_held_requests{reason="approval-required"})'}),
    ("Parked", 4, "stat", "bad", "Whether the console acted only a person can find out: riposte resolve.",
     {"": 'sum(riposte_remediation_open_requests{phase="parked"})'}),
    ("Oldest open request", 4, "stat", "s", "", {"": "max(riposte_remediation_oldest_open_seconds)"}),
    ("Last whole poll", 4, "stat", "s", "Since the console last answered a poll in whole.",
     {"": "time() - max(riposte_last_whole_poll_timestamp_seconds)"}),
    "Found",
    ("Detections", 8, "bars", "short", "Revisions of malops whose automatic protection failed.",
     {"published": "sum(increase(riposte_detections_published_total[$__rate_interval]))",
      "enriched": "sum(increase(riposte_detections_enriched_total[$__rate_interval]))"}),
    ("Verdicts", 8, "bars", "short", "On the indicators of enriched detections.",
     {"{{verdict}}": "sum by (verdict) (increase(riposte_verdicts_total[$__rate_interval]))"}),
    ("Threat intelligence knows", 4, "stat", "percentunit", "Of the indicators that it was asked for.",
     {"": 'sum(increase(riposte_reputation_lookups_total{outcome="classified"}[$__range])) '
          '/ sum(increase(riposte_reputation_lookups_total[$__range]))'}),
    ("Without a verdict", 4, "stat", "some", "Published detections that still wait for a verdict.",
     {"": "sum(riposte_incomplete_detections)"}),
    "Done",
    ("Ends", 12, "bars", "short", "Requests by their end state.",
     {"{{state}}": "sum by (state) (increase(riposte_requests_ended_total[$__rate_interval]))"}),
    ("Of all", 4, "share", "short", "In the time that is shown.",
     {"{{state}}": "sum by (state) (increase(riposte_requests_ended_total[$__range])) > 0"}),
    ("What a query showed", 8, "bars", "short", "Ends that were held against a new query of the console.",
     {"{{outcome}}": "sum by (outcome) (increase(riposte_verifications_total[$__rate_interval]))"}),
    ("Detection to POST", 8, "lines", "s", "For what the policy asks, from the detection to the request at the console.",
     quantiles('riposte_remediation_to_post_seconds', "from")),
    ("POST to end", 8, "lines", "s", "From the console's acceptance to the end.", quantiles("riposte_submit_to_end_seconds")),
    ("Detection to verdicts", 8, "lines", "s", "From the detection to its complete enrichment.",
     quantiles("riposte_detection_enriched_seconds")),
    "Waits",
    ("Open requests by where they stand", 12, "area", "short", "",
     {"{{phase}}": "sum by (phase) (riposte_remediation_open_requests)"}),
    ("Held requests by what they wait for", 12, "area", "short", "",
     {"{{reason}}": "sum by (reason) (riposte_remediation_held_requests)"}),
    "Failed and refused",
    ("Refusals", 8, "bars", "short", "By Riposte's own rules or by the console.",
     {"{{reason}}": 'sum by (reason) (increase(riposte_remediation_requests_ended_total{state="REFUSED"}[$__rate_interval])) > 0'}),
    ("POSTs by outcome", 8, "bars", "short", "What came of requests that were handed to the console.",
     {"{{outcome}}": "sum by (outcome) (increase(riposte_remediation_posts_total[$__rate_interval])) > 0"}),
    ("Dead letters", 8, "bars", "short", "Records that no service could use: riposte dead-letters list.",
     {"{{reason}}": "sum by (reason) (increase(riposte_dead_letters_total[$__rate_interval])) > 0"}),
    ("Aborts at the deadline", 8, "bars", "short", "",
     {"{{outcome}}": "sum by (outcome) (increase(riposte_deadline_aborts_total[$__rate_interval]))"}),
    ("Reported after the end", 8, "bars", "short", "Ends after which the console said more, and foreign ends in the topic.",
     {"amended": "sum(increase(riposte_results_amended_total[$__rate_interval]))",
      "contradicting": "sum(increase(riposte_results_contradicting_total[$__rate_interval]))"}),
    ("Too old to act on", 8, "bars", "short", "Detections that only led to dry runs.",
     {"detections": "sum(increase(riposte_detections_too_old_total[$__rate_interval]))"}),
]

PLATFORM = [
    "Health",
    ("Ready", 8, "state", "short", "1 for each instance that is ready.", {"{{job}} {{instance}}": "riposte_ready"}),
    ("What is needed", 8, "state", "short", "0 while it does not answer.",
     {"{{job}}: {{dependency}}": "min by (job, dependency) (riposte_dependency_up)"}),
    ("Outages", 4, "share", "short", "In the time that is shown.",
     {"{{dependency}}": "sum by (dependency) (increase(riposte_dependency_outages_total[$__range]))"}),
    ("Versions", 4, "share", "short", "Instances by their build.", {"{{version}}": "count by (version) (riposte_build_info)"}),
    ("Policy file", 4, "stat", "valid", "Whether it is right; if not, the one before it is in force.",
     {"": "min(riposte_policy_valid)"}),
    ("Policy in force since", 4, "stat", "s", "", {"": "time() - max(riposte_policy_loaded_timestamp_seconds)"}),
    ("Detectors that poll", 4, "stat", "short", "One, and the others stand by.", {"": "sum(riposte_detector_active)"}),
    ("Polls", 6, "bars", "short", "",
     {"{{outcome}}": "sum by (outcome) (increase(riposte_polls_total[$__rate_interval]))"}),
    ("Starts", 6, "bars", "short", "", {"{{job}}": "sum by (job) (changes(riposte_process_start_time_seconds[$__rate_interval]))"}),
    "Kafka",
    ("Consumer lag", 12, "area", "short", "Offsets between the first record without an outcome and the end.",
     {"{{group}} {{topic}}": "sum by (group, topic) (riposte_consumer_lag_records)"}),
    ("Records handled per second", 12, "lines", "reqps", "",
     {"{{stage}}": "sum by (stage) (rate(riposte_records_handled_total[$__rate_interval]))",
      "intake {{outcome}}": "sum by (outcome) (rate(riposte_remediation_intake_total[$__rate_interval]))"}),
    ("In flight", 6, "lines", "short", "Records whose outcome is not known yet.",
     {"{{job}} {{consumer}}": "sum by (job, consumer) (riposte_consumer_in_flight_records)"}),
    ("Oldest in flight", 6, "lines", "s", "", {"{{job}} {{consumer}}": "max by (job, consumer) (riposte_consumer_oldest_in_flight_seconds)"}),
    ("Since the last poll", 6, "lines", "s", "Growing: a consumer's thread hangs.",
     {"{{job}} {{consumer}}": "max by (job, consumer) (riposte_consumer_since_poll_seconds)"}),
    ("Rebalances and failed commits", 6, "bars", "short", "",
     {"{{job}} {{consumer}}": "sum by (job, consumer) (increase(riposte_consumer_rebalances_total[$__rate_interval]))",
      "{{job}} {{consumer}} commits failed":
          'sum by (job, consumer) (increase(riposte_consumer_commits_total{outcome="failed"}[$__rate_interval]))'}),
    ("Time in a stage", 6, "lines", "s", "From a record's receipt to its outcome.", quantiles("riposte_stage_duration_seconds", "stage")),
    ("Retries in stages", 6, "bars", "short", "",
     {"{{stage}}": "sum by (stage) (increase(riposte_stage_retries_total[$__rate_interval]))"}),
    ("Producers: not acknowledged", 6, "lines", "short", "Records that Kafka has not acknowledged yet.",
     {"{{job}} {{producer}}": "sum by (job, producer) (riposte_producer_unacknowledged_records)"}),
    ("Producers: failed and made anew", 6, "bars", "short", "",
     {"{{job}} {{producer}} failed":
          'sum by (job, producer) (increase(riposte_producer_records_total{outcome="failed"}[$__rate_interval]))',
      "{{job}} {{producer}} made anew": "sum by (job, producer) (increase(riposte_producer_rebirths_total[$__rate_interval]))"}),
    ("Client errors", 12, "bars", "short", "As librdkafka names them.",
     {"{{job}} {{error}}": "sum by (job, error) (increase(riposte_kafka_errors_total[$__rate_interval])) > 0"}),
    ("Connected brokers", 6, "lines", "short", "", {"{{job}} {{client}}": "min by (job, client) (riposte_kafka_connected_brokers)"}),
    ("Dead letters by service", 6, "bars", "short", "",
     {"{{job}}": "sum by (job) (increase(riposte_dead_letters_total[$__rate_interval]))"}),
    "Console and threat intelligence",
    ("Requests per second by route", 12, "lines", "reqps", "",
     {"{{server}} {{route}}": "sum by (server, route) (rate(riposte_platform_requests_total[$__rate_interval]))"}),
    ("Requests by status", 12, "bars", "short", "The HTTP status, or why no answer came.",
     {"{{server}} {{outcome}}": "sum by (server, outcome) (increase(riposte_platform_requests_total[$__rate_interval])) > 0"}),
    ("Time to the whole answer, 95 %", 12, "lines", "s", "",
     {"{{server}} {{route}}": "histogram_quantile(0.95, sum by (le, server, route) "
                              "(rate(riposte_platform_request_duration_seconds_bucket[$__rate_interval])))"}),
    ("Repeated requests", 6, "bars", "short", "",
     {"{{server}} {{route}}": "sum by (server, route) (increase(riposte_platform_retries_total[$__rate_interval])) > 0"}),
    ("Logins", 6, "bars", "short", "", {"{{job}} {{outcome}}": "sum by (job, outcome) (increase(riposte_platform_logins_total[$__rate_interval])) > 0"}),
    ("Open circuit breakers", 6, "state", "short", "1 while calls of this kind are held back.",
     {"{{server}} {{class}}": "max by (server, class) (riposte_platform_breaker_open)"}),
    ("Account refused", 6, "state", "short", "", {"{{job}}": "max by (job) (riposte_platform_account_refused)"}),
    ("Clock difference", 6, "lines", "s", "The console's clock less ours. From 30 s on nothing is sent.",
     {"{{job}} {{instance}}": "riposte_platform_clock_difference_seconds"}),
    ("Polls of remediations", 6, "bars", "short", "",
     {"{{outcome}}": "sum by (outcome) (increase(riposte_progress_polls_total[$__rate_interval]))"}),
    ("Reputations: known without asking", 8, "lines", "percentunit", "Of the indicators of detections.",
     {"from memory": 'sum(rate(riposte_reputation_cache_total{result="hit"}[$__rate_interval])) '
                     '/ sum(rate(riposte_reputation_cache_total[$__rate_interval]))'}),
    ("Reputations: lookups", 8, "bars", "short", "",
     {"{{endpoint}} {{outcome}}": "sum by (endpoint, outcome) (increase(riposte_reputation_lookups_total[$__rate_interval])) > 0"}),
    ("Reputations in memory", 8, "lines", "short", "", {"{{instance}}": "riposte_reputation_cache_entries"}),
    "Processes",
    ("Memory", 8, "lines", "bytes", "", {"{{job}} {{instance}}": "riposte_process_resident_memory_bytes"}),
    ("Processors", 8, "lines", "short", "Processors that are kept busy.",
     {"{{job}} {{instance}}": "rate(riposte_process_cpu_seconds_total[$__rate_interval])"}),
    ("File descriptors", 8, "lines", "short", "", {"{{job}} {{instance}}": "riposte_process_open_fds"}),
]


def steps(*values):
    return {"mode": "absolute", "steps": [{"value": v, "color": c} for v, c in values]}


def mapped(low, high):
    texts = {"0": {"text": low[0], "color": low[1]}, "1": {"text": high[0], "color": high[1]}}
    return {"mappings": [{"type": "value", "options": texts}]}


# What is no unit of Grafana's.
UNITS = {
    "halt": {"unit": "short", **mapped(("sends", "green"), ("HALTED", "red"))},
    "valid": {"unit": "short", **mapped(("WRONG", "red"), ("right", "green"))},
    "some": {"unit": "short", "thresholds": steps((None, "green"), (1, "orange"))},
    "bad": {"unit": "short", "thresholds": steps((None, "green"), (1, "red"))},
}
KINDS = {
    "lines": ("timeseries", 8, {"lineWidth": 1}),
    "area": ("timeseries", 8, {"fillOpacity": 25, "stacking": {"mode": "normal"}}),
    "bars": ("timeseries", 8, {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal"}}),
    "state": ("state-timeline", 8, {"fillOpacity": 80}),
    "share": ("bargauge", 8, {}),
    "stat": ("stat", 4, {}),
}


def panel(number, spec, x, y):
    title, width, kind, unit, words, queries = spec
    shape, height, custom = KINDS[kind]
    defaults = {**UNITS.get(unit, {"unit": unit}), "min": 0, "custom": custom}
    if title == "Clock difference":
        del defaults["min"]
    if kind == "state":
        defaults["thresholds"] = steps((None, "red"), (1, "green")) if title in ("Ready", "What is needed") else steps(
            (None, "green"), (1, "red"))
        defaults["color"] = {"mode": "thresholds"}
    options = {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
    if shape in ("stat", "bargauge"):
        options = {"reduceOptions": {"calcs": ["lastNotNull"]}, "orientation": "auto"}
    return {
        "id": number, "type": shape, "title": title, "description": words, "datasource": DATASOURCE,
        "gridPos": {"x": x, "y": y, "w": width, "h": height}, "options": options,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": DATASOURCE, "expr": query, "legendFormat": legend,
             "instant": shape == "bargauge", "range": shape != "bargauge"}
            for index, (legend, query) in enumerate(queries.items())
        ],
    }


def layout(specs):
    panels, x, y, height = [], 0, 0, 0
    for spec in specs:
        if isinstance(spec, str):
            x, y, height = 0, y + height, 0
            panels.append({"id": len(panels) + 1, "type": "row", "title": spec, "collapsed": False, "panels": [],
                           "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
            y += 1
            continue
        if x + spec[1] > 24:
            x, y, height = 0, y + height, 0
        panels.append(panel(len(panels) + 1, spec, x, y))
        x, height = x + spec[1], max(height, KINDS[spec[2]][1])
    return panels


def dashboard(uid, title, specs, since):
    return {
        "uid": uid, "title": title, "tags": ["riposte"], "schemaVersion": 39, "version": 1, "editable": False,
        "refresh": "30s", "time": {"from": f"now-{since}", "to": "now"}, "timezone": "browser",
        "links": [{"type": "dashboards", "title": "Riposte", "tags": ["riposte"], "asDropdown": False}],
        "templating": {"list": []}, "annotations": {"list": []}, "panels": layout(specs),
    }


def text(board):
    """JSON with a line for each panel, so that a change of one is a change of a line."""
    panels = ",\n  ".join(json.dumps(panel) for panel in board.pop("panels"))
    head = json.dumps(board)[:-1]
    return f'{head}, "panels": [\n  {panels}\n]}}\n'


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "dashboards"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "response.json").write_text(text(dashboard("riposte-response", "Riposte: response", SOC, "24h")))
    (folder / "services.json").write_text(text(dashboard("riposte-services", "Riposte: services", PLATFORM, "3h")))


main()
