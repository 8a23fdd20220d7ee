"""What people do with a deployment: ask the doctor, halt, look at Grafana."""

import json
import shutil
import subprocess

from stack import ROOT, docker, require, until


def riposte(stack, *arguments, **environment):
    """The command line as it is in the docs; what it printed and its exit code."""
    settings = [word for item in environment.items() for word in ("--env", "=".join(item))]
    done = stack.compose("run", "--rm", "-T", *settings, "riposte", *arguments, check=False)
    return done.stdout + done.stderr, done.returncode


def check_doctor(stack):
    """It looks at all that the services use, and says what is wrong with it."""
    heard = []

    def is_content():
        text, code = riposte(stack, "doctor")
        heard[:] = [text]
        return code == 0

    try:
        until("the doctor is content: the simulated console fails now and then", is_content, 60)
    finally:
        print("".join(heard), flush=True)
    for finding in ("topics are as they must be", "logged in to http://simulator:8443", "may query and respond",
                    "clock and this host's agree", "http://simulator:8443 answers", "policy.yaml: 2 rules, mode enforce",
                    "REMEDIATOR_SIGNATURES is not required"):
        require(finding in heard[0], f"riposte doctor does not say '{finding}': {heard[0]}")
    require("not looked at" not in heard[0], f"riposte doctor leaves something out: {heard[0]}")
    text, code = riposte(stack, "doctor", CYBEREASON_USERNAME="nobody@northwind.example")
    require(code == 1 and "CYBEREASON_USERNAME" in text, f"riposte doctor with a wrong account: {code}\n{text}")
    text, code = riposte(stack, "doctor", TOPIC_PREFIX="other.")
    require(code == 1 and "other.detections" in text, f"riposte doctor on other topics: {code}\n{text}")


def check_names(stack):
    """Who did it is who typed it."""
    stack.env["USER"] = "judith"
    text, code = riposte(stack, "halt", "--reason", "a trial")
    require(code == 0 and "by judith" in text, f"riposte halt: {code}\n{text}")
    text, code = riposte(stack, "resume", "--reason", "a trial", "--by", "ann")
    require(code == 0 and "by ann" in text, f"riposte resume: {code}\n{text}")


def check_grafana_password(stack, folder, image):
    """The user that Grafana runs as can read what deploy/secrets/make has made; nobody else's container can."""
    shutil.copy(f"{ROOT}/deploy/secrets/make", folder)
    subprocess.run([f"{folder}/make", "grafana-password"], input="a trial", text=True, check=True, capture_output=True)
    asked = stack.compose("--profile", "observability", "config", "--format", "json", "grafana").stdout
    grafana = json.loads(asked)["services"]["grafana"]
    groups = [word for group in grafana["group_add"] for word in ("--group-add", str(group))]
    read = docker("run", "--rm", "--user", grafana["user"], *groups, "--volume",
                  f"{folder}/grafana-password:/run/secrets/grafana-password:ro", "--entrypoint", "cat", image,
                  "/run/secrets/grafana-password")
    require(read == "a trial", f"grafana reads: {read}")
