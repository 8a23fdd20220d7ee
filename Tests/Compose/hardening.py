"""What holds for containers and images whatever they do: no root, nothing writable, no rights, no secret in sight."""

import json
import urllib.request

from stack import SERVICES, docker, require, run

OURS = SERVICES + ["topics", "riposte", "simulator"]
LARGEST_IMAGE = 120_000_000


def service_of(container):
    return container["Config"]["Labels"]["com.docker.compose.service"]


def check_container(container):
    """As it was started, and as the kernel has it."""
    name, host = container["Name"], container["HostConfig"]
    require(container["Config"]["User"] not in ("", "root", "0") or service_of(container) == "kafka",
            f"{name} runs as root")
    require(host["ReadonlyRootfs"], f"{name} has a writable root")
    require(host["CapDrop"] == ["ALL"] and not host["CapAdd"], f"{name} has capabilities")
    require("no-new-privileges:true" in host["SecurityOpt"], f"{name} may gain privileges")
    require(not host["Privileged"], f"{name} is privileged")
    require(host["Memory"] > 0 and host["NanoCpus"] > 0 and host["PidsLimit"], f"{name} has no limits")
    require(host["LogConfig"]["Config"].get("max-size"), f"{name} may fill the disk with its log")
    if service_of(container) in SERVICES:
        require(not host["PortBindings"], f"{name} has a port of the host: it cannot be scaled")
        require(host["RestartPolicy"]["Name"] == "unless-stopped", f"{name} is not started again")
        require(int(container["Config"]["StopTimeout"]) > 30, f"{name} has less time to stop than it may take")
    for bindings in (host["PortBindings"] or {}).values():
        require(all(each["HostIp"] == "127.0.0.1" for each in bindings), f"{name} is open to the network")
    volumes = [each["Name"] for each in container["Mounts"] if each["Type"] == "volume"]
    require(all(each.startswith("riposte") for each in volumes), f"{name} leaves nameless volumes behind: {volumes}")
    status = dict(line.split(":", 1) for line in docker("exec", container["Id"], "cat", "/proc/1/status").splitlines()
                  if ":" in line)
    ids = status["Uid"].split() + status["Gid"].split()
    require(all(int(each) != 0 for each in ids), f"{name} runs as root, the kernel says")
    for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        require(int(status[kind], 16) == 0, f"{name}: {kind} is {status[kind].strip()}")
    require(status["NoNewPrivs"].strip() == "1", f"{name} may gain privileges, the kernel says")
    touched = run("docker", "exec", container["Id"], "touch", "/usr/local/bin/x", check=False)
    require("Read-only file system" in touched.stderr, f"{name} can write to its root: {touched.stderr}")


def metrics(container):
    address = next(iter(container["NetworkSettings"]["Networks"].values()))["IPAddress"]
    with urllib.request.urlopen(f"http://{address}:8080/metrics", timeout=10) as answer:
        return answer.read().decode()


def check_build(container, version):
    """Who looks at metrics sees which build runs."""
    told = f'riposte_build_info{{revision="revision-of-{version}",service="{service_of(container)}",version="{version}"}} 1'
    require(told in metrics(container), f"{container['Name']} does not say that it is {version}")


def check_secrets(stack, secret):
    """Nobody who may look at containers, their logs or their metrics sees the secret."""
    containers = stack.inspect(everyone=True)
    require(secret not in json.dumps(containers), "docker inspect shows a secret")
    require(secret not in stack.logs(), "a log shows a secret")
    require(secret not in stack.compose("config").stdout, "docker compose config shows a secret")
    for container in stack.inspect():
        if service_of(container) in SERVICES:
            text = metrics(container)
            require("riposte_" in text, f"{container['Name']} has no metrics")
            require(secret not in text, f"{container['Name']}: a metric shows a secret")
            environment = docker("exec", container["Id"], "cat", "/proc/1/environ")
            require(secret not in environment, f"{container['Name']} has a secret in its environment")


def check_images(version):
    """Their size in bytes, by their name."""
    sizes = {}
    for name in SERVICES + ["cli", "simulator"]:
        image = json.loads(docker("image", "inspect", f"riposte/{name}:{version}"))[0]
        labels = image["Config"]["Labels"]
        require(labels["org.opencontainers.image.title"] == f"riposte/{name}", f"{name} has no title")
        require(labels["org.opencontainers.image.version"] == version, f"{name} does not say its version")
        require(labels["org.opencontainers.image.revision"] == f"revision-of-{version}", f"{name} does not say its revision")
        require(image["Config"]["User"] == "10001:10001", f"{name} is not made for a user of its own")
        require(image["Size"] <= LARGEST_IMAGE, f"{name} has {image['Size']} bytes")
        sizes[name] = image["Size"]
    return sizes
