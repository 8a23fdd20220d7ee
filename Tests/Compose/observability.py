"""The profile observability: Prometheus finds every instance and takes the rules. There is no Grafana here."""

import json
import urllib.request

from stack import docker, require, run, until

IMAGES = ("v3.5.0", "latest")


def image_here():
    """The tag of a Prometheus that this machine has: nothing is pulled by a test."""
    for tag in IMAGES:
        if run("docker", "image", "inspect", f"prom/prometheus:{tag}", check=False).returncode == 0:
            return tag
    return None


def ask(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{path}", timeout=10) as answer:
        return json.loads(answer.read())["data"]


def check_prometheus(stack, tag, image, port, instances):
    stack.env |= {"PROMETHEUS_VERSION": tag, "PROMETHEUS_PORT": str(port)}
    # From here on for every command: `down` leaves alone what is in no profile of its own.
    stack.start += ["--profile", "observability"]
    # The image's own folder for data belongs to its user; a stand-in may have none, so the volume gets its owner here.
    volume = f"{stack.project}_prometheus-data"
    docker("volume", "create", "--label", f"com.docker.compose.project={stack.project}",
           "--label", "com.docker.compose.volume=prometheus-data", volume)
    docker("run", "--rm", "--user", "0", "--volume", f"{volume}:/data", "--entrypoint", "chown", image, "65534:65534",
           "/data")
    stack.compose("up", "--detach", "--wait", "--wait-timeout", "120", "--no-deps", "prometheus")

    def found():
        return {target["scrapeUrl"]: target["labels"]["job"] for target in ask(port, "targets")["activeTargets"]
                if target["health"] == "up"}

    until(f"Prometheus reads {instances} instances", lambda: len(found()) == instances, 90)

    def unsound():
        rules = [rule for group in ask(port, "rules")["groups"] for rule in group["rules"]]
        return [rule["name"] for rule in rules if rule["health"] != "ok"] if rules else ["there are none"]

    until("every rule is evaluated", lambda: not unsound(), 90)
    firing = [alert["labels"]["alertname"] for alert in ask(port, "alerts")["alerts"] if alert["state"] == "firing"]
    require("RiposteServiceAbsent" not in firing, f"alerts: {firing}")
    return len(found()), firing
