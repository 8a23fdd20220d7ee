"""Renders deploy/kubernetes and checks what comes of it: against Kubernetes' own schemas, strictly, and for what we promise."""

import os
import shutil
import subprocess
import sys
import tempfile

import kubernetes_validate
import yaml

FOLDER = "deploy/kubernetes"
SERVICES = {"detector", "enricher", "remediator", "tracker"}
VERSIONS = ["1.29", "1.33", "1.37"]
# Kinds that an add-on brings; their schemas are not among Kubernetes' own.
FOREIGN = {"ScaledObject", "TriggerAuthentication"}
problems = []


def expect(condition, words):
    if not condition:
        problems.append(words)


def rendered(folder):
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{folder}: {done.stderr}")
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def example(scaled):
    """The example as a reader of it would make it, with files that it names."""
    with tempfile.TemporaryDirectory() as work:
        copy = f"{work}/kubernetes"
        shutil.copytree(FOLDER, copy)
        here = f"{copy}/example"
        shutil.copy("deploy/policy.yaml", here)
        os.mkdir(f"{here}/secrets")
        with open(f"{here}/kustomization.yaml") as file:
            text = file.read()
        for word in text.replace(",", " ").replace("]", " ").split():
            if "=secrets/" in word:
                open(f"{here}/{word.split('=')[1]}", "w").close()
        if scaled:
            text = text.replace("# components:", "components:")
            with open(f"{here}/kustomization.yaml", "w") as file:
                file.write(text)
        return rendered(here)


def pods(documents):
    for document in documents:
        if document["kind"] in ("Deployment", "Job"):
            yield document["metadata"]["name"], document["spec"]["template"]


def judge_schemas(name, documents):
    for document in documents:
        if document["kind"] in FOREIGN:
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                problems.append(f"{name}: {document['kind']} {document['metadata']['name']}: {error.message}")


def judge_pod(name, template):
    spec = template["spec"]
    pod = spec["securityContext"]
    expect(pod["runAsNonRoot"] and pod["runAsUser"] > 0, f"{name} may be root")
    expect(pod["seccompProfile"] == {"type": "RuntimeDefault"}, f"{name} has no seccomp profile")
    expect(spec["automountServiceAccountToken"] is False, f"{name} has a token")
    expect(spec["serviceAccountName"] == "riposte", f"{name} has another account")
    expect(spec["enableServiceLinks"] is False, f"{name} gets the variables of services")
    expect(template["metadata"]["labels"].get("app.kubernetes.io/part-of") == "riposte", f"{name} is in no network policy")
    for volume in spec["volumes"]:
        if "secret" in volume:
            expect(volume["secret"]["defaultMode"] & 0o007 == 0, f"{name}: everybody can read {volume['name']}")
    for container in spec["containers"]:
        own = container["securityContext"]
        expect(own["allowPrivilegeEscalation"] is False, f"{name} may become more than it is")
        expect(own["readOnlyRootFilesystem"] is True, f"{name} may write")
        expect(own["capabilities"] == {"drop": ["ALL"]}, f"{name} has capabilities")
        expect("memory" in container["resources"]["limits"], f"{name} has no limit of memory")
        expect("memory" in container["resources"]["requests"], f"{name} reserves nothing")
        secret = [v["name"] for v in container.get("env", []) if "PASSWORD" in v["name"] and not v["name"].endswith("_FILE")]
        expect(not secret, f"{name} has {secret} in its environment")


def judge_service(name, template):
    container = template["spec"]["containers"][0]
    expect(template["spec"]["terminationGracePeriodSeconds"] > 25, f"{name} is killed before it has stopped")
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        expect(container[probe]["httpGet"] == {"path": path, "port": "http"}, f"{name}: {probe} is not {path}")
    expect({"name": "http", "containerPort": 8080} in container["ports"], f"{name} has no port 8080")
    expect({"name": "HTTP_PORT", "value": "8080"} in container["env"], f"{name} serves on another port than it is asked on")


def judge(name, documents):
    judge_schemas(name, documents)
    by_kind = {}
    for document in documents:
        by_kind.setdefault(document["kind"], {})[document["metadata"]["name"]] = document
    expect(set(by_kind["Deployment"]) == SERVICES, f"{name}: deployments {set(by_kind['Deployment'])}")
    expect(set(by_kind["PodDisruptionBudget"]) == SERVICES, f"{name}: not every service has a budget")
    for service, budget in by_kind["PodDisruptionBudget"].items():
        always = budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow"
        expect(always, f"{name}: while the console is away, {service} keeps its node from being drained")
    expect("topics" in by_kind["Job"], f"{name}: no job makes the topics")
    expect(by_kind["ServiceAccount"]["riposte"]["automountServiceAccountToken"] is False, f"{name}: the account has a token")
    for pod, template in pods(documents):
        judge_pod(f"{name}: {pod}", template)
        if pod in SERVICES:
            judge_service(f"{name}: {pod}", template)
    for service in SERVICES:
        labels = by_kind["Deployment"][service]["spec"]["template"]["metadata"]["labels"]
        for kind in ("Deployment", "PodDisruptionBudget"):
            selector = by_kind[kind][service]["spec"]["selector"]["matchLabels"]
            expect(selector.items() <= labels.items(), f"{name}: {kind} {service} selects no pod of it")
    judge_network(name, by_kind["NetworkPolicy"], documents)
    return by_kind


def judge_network(name, policies, documents):
    for pod, template in pods(documents):
        labels = template["metadata"]["labels"]
        held = [p for p in policies.values() if selects(p["spec"]["podSelector"], labels)]
        for direction in ("Ingress", "Egress"):
            expect(any(direction in p["spec"]["policyTypes"] for p in held), f"{name}: {pod}: {direction} is open")


def selects(selector, labels):
    return (selector.get("matchLabels", {}).items() <= labels.items()
            and all(labels.get(e["key"]) in e["values"] for e in selector.get("matchExpressions", [])))


def judge_references(name, documents, by_kind):
    """What pods name is there, under the name that it was given."""
    for pod, template in pods(documents):
        for volume in template["spec"]["volumes"]:
            if "secret" in volume:
                expect(volume["secret"]["secretName"] in by_kind["Secret"], f"{name}: {pod} names a secret that is not there")
            if "configMap" in volume:
                expect(volume["configMap"]["name"] in by_kind["ConfigMap"], f"{name}: {pod} names a map that is not there")
        for source in template["spec"]["containers"][0]["envFrom"]:
            reference = source["configMapRef"]
            expect(
                reference.get("optional") or reference["name"] in by_kind["ConfigMap"],
                f"{name}: {pod} names settings that are not there")
        image = template["spec"]["containers"][0]["image"]
        expect(image.startswith("registry.example.com/riposte/"), f"{name}: {pod} has the image {image}")


def judge_scaling(name, by_kind):
    objects = by_kind["ScaledObject"]
    expect(set(objects) == SERVICES - {"detector", "tracker"}, f"{name}: {set(objects)} scale")
    for service, scaled in objects.items():
        spec = scaled["spec"]
        expect(spec["scaleTargetRef"]["name"] == service, f"{name}: {service} scales another one")
        expect(spec["minReplicaCount"] >= 1, f"{name}: {service} scales to nothing")
        expect("replicas" not in by_kind["Deployment"][service]["spec"], f"{name}: two decide on the replicas of {service}")
        expect(all(t["type"] == "kafka" for t in spec["triggers"]), f"{name}: {service} scales by something else")
        for trigger in spec["triggers"]:
            expect(trigger["authenticationRef"]["name"] in by_kind["TriggerAuthentication"], f"{name}: {service} has no login")


def main():
    if shutil.which("kubectl") is None:
        sys.exit("kubectl is not here, which renders deploy/kubernetes")
    judge("base", rendered(f"{FOLDER}/base"))
    for scaled in (False, True):
        name = "example with scaling" if scaled else "example"
        documents = example(scaled)
        by_kind = judge(name, documents)
        judge_references(name, documents, by_kind)
        if scaled:
            judge_scaling(name, by_kind)
    if problems:
        sys.exit("\n".join(problems))
    print(f"deploy/kubernetes: base, example and scaling are as Kubernetes {', '.join(VERSIONS)} takes them, and as we promise")


main()
