"""What the checks of the bus share: where the broker is, who logs in how, and our own command line."""

import argparse
import os
import subprocess
import sys

PREFIX = "riposte."

# The table of who writes and reads which topic, told here once more and by hand: the code's own is what is judged.
TABLE = {
    "detections": ("detector", "detector enricher approver operator dashboard"),
    "detections.enriched": ("enricher", "enricher remediator operator dashboard"),
    "reputations": ("enricher", "enricher operator dashboard"),
    "remediation.requests": ("remediator requester", "remediator"),
    "remediation.decisions": ("approver", "remediator"),
    "remediation.ledger": ("remediator tracker", "remediator tracker"),
    "remediation.results": ("tracker", "tracker requester approver operator dashboard"),
    "control": ("operator topics", "detector remediator operator topics"),
    "dead-letters": ("detector enricher remediator tracker", "operator"),
}
GROUPS = {
    "riposte.detector": "detector",
    "riposte.enricher": "enricher",
    "riposte.planner": "remediator",
    "riposte.executor": "remediator",
    "riposte.tracker": "tracker",
    "requester.soar": "requester",
    "dashboard.grafana": "dashboard",
    "riposte.tracker.follower": "",
    "riposte.cli.follower": "",
    "anything": "",
}
SERVICES = ["detector", "enricher", "remediator", "tracker"]
ROLES = SERVICES + ["requester", "approver", "operator", "dashboard", "topics", "scaler", "nobody"]


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--broker", required=True)
    parser.add_argument("--passwords", required=True)
    parser.add_argument("--plain", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--executables", required=True)
    return parser.parse_args()


def certificate(options, principal):
    """librdkafka's settings for a principal that logs in by its certificate, or comes without."""
    if principal == "nobody":
        return {"bootstrap.servers": options.plain}
    own = f"{options.work}/tls/{principal}.pem"
    return {
        "bootstrap.servers": options.broker,
        "security.protocol": "ssl",
        "ssl.ca.location": f"{options.work}/tls/ca.pem",
        "ssl.certificate.location": own,
        "ssl.key.location": own,
    }


def environment(settings, **more):
    """The same as the environment of our executables, and nothing else of ours."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LD_LIBRARY_PATH") if key in os.environ}
    ours = {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}
    return kept | ours | {"USER": "bus"} | more


def riposte(options, settings, *arguments, code=0, **more):
    """Runs our command line; gives what it printed."""
    done = subprocess.run(
        [f"{options.executables}/riposte", *arguments],
        env=environment(settings, **more), capture_output=True, text=True, timeout=120,
    )
    if done.returncode != code:
        sys.exit(f"riposte {' '.join(arguments)}: {done.returncode}, expected {code}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def prepare(options):
    """Creates the topics as the job's own principal, after an administrator has given everybody what they need."""
    admin = certificate(options, "admin")
    print(riposte(options, admin, "topics", "acls", "--apply").strip())
    print(riposte(options, certificate(options, "topics"), "topics", "apply", "--partitions", "2").strip())


def check(name, problems):
    if problems:
        sys.exit(f"{name}: " + "\n  ".join(["is not as the table says:", *problems]))
