"""The Helm chart: what it renders is valid, hardened, and a configuration that the exporter takes."""

import base64
import copy
from collections import Counter
from pathlib import Path
from typing import Any

import helm_python
import pytest
import yaml

from deploy.helm import values_page
from drs_exporter import __version__
from drs_exporter.web.config.document import read as read_web_config
from tests.deploy import chart
from tests.deploy.container import fill, of_kind, pod_of, settings_in
from tests.deploy.manifests import ROOT, check, documents

HASHED = "sha256:" + "0" * 64


@pytest.mark.parametrize("name", chart.SETS)
def test_lint_has_nothing_against_the_chart(name: str) -> None:
    assert list(chart.findings(chart.values(name))) == []


@pytest.mark.parametrize("name", chart.SETS)
def test_every_object_is_valid(name: str) -> None:
    rendered = chart.objects(chart.values(name))
    for item in rendered:
        check(item)
    names = Counter((item["kind"], item["metadata"]["name"]) for item in rendered)
    assert names.total() == len(names)


@pytest.mark.parametrize("name", chart.SETS)
def test_the_exporter_takes_the_configuration(name: str, tmp_path: Path) -> None:
    given = chart.values(name)
    if given.get("demo"):
        assert pod_of(chart.objects(given))["spec"]["containers"][0]["args"][0] == "demo"
        return
    others = {
        f"secret {given.get('existingSecret')}": chart.secrets_named(given["config"]),
        "secret drs-exporter-tls": {"tls.crt": "", "tls.key": "", "ca.crt": ""},
        "authority": {"authority.crt": ""},
    }
    settings = settings_in(tmp_path, chart.objects(given), others=others, hostname="drs-exporter-2")
    projects = given["config"].get("projects", [given["config"]])
    assert [project.project_id for project in settings.projects] == [project["project_id"] for project in projects]
    assert settings.total_shards == given.get("shards", 1)
    assert settings.shard == (2 if "shards" in given else 0)
    if "webConfig" in given:
        assert settings.web_config_file is not None
        assert list(read_web_config(settings.web_config_file).basic_auth_users) == ["prometheus"]


def test_pods_hear_nothing_of_services() -> None:
    """The variables about a Service of this name would begin with our prefix."""
    assert pod_of(chart.objects(chart.values("password-values.yaml")))["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("name", chart.SETS)
def test_the_pod_can_do_nothing_it_does_not_need(name: str) -> None:
    spec = pod_of(chart.objects(chart.values(name)))["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["terminationGracePeriodSeconds"] == 10
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert all(mount["readOnly"] for mount in spec["containers"][0].get("volumeMounts", ()))


def test_probes_ask_the_exporter_itself() -> None:
    container = pod_of(chart.objects(chart.values("password-values.yaml")))["spec"]["containers"][0]
    assert container["livenessProbe"]["httpGet"] == {"path": "/-/healthy", "port": "http", "scheme": "HTTP"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/-/ready", "port": "http", "scheme": "HTTP"}


@pytest.mark.parametrize(
    ("web", "asks"),
    [
        ({"basic_auth_users": {"prometheus": "$2y$10$x"}}, "tcpSocket"),
        ({"tls_server_config": {"cert_file": "a", "client_auth_type": "RequireAndVerifyClientCert"}}, "tcpSocket"),
        ({"tls_server_config": {"cert_file": "a", "key_file": "b"}}, "httpGet"),
    ],
)
def test_probes_only_knock_where_a_password_or_certificate_is_needed(web: dict[str, Any], asks: str) -> None:
    given = chart.values("password-values.yaml") | {"webConfig": web}
    probe = pod_of(chart.objects(given))["spec"]["containers"][0]["livenessProbe"]
    assert asks in probe
    assert probe.get("httpGet", {}).get("scheme") == ("HTTPS" if asks == "httpGet" else None)


def test_probes_can_be_replaced() -> None:
    mine = {"exec": {"command": ["true"]}}
    given = chart.values("tls-values.yaml") | {"livenessProbe": mine, "readinessProbe": mine}
    container = pod_of(chart.objects(given))["spec"]["containers"][0]
    assert (container["livenessProbe"], container["readinessProbe"]) == (mine, mine)


def test_shards_are_a_stateful_set_with_names_of_its_own() -> None:
    rendered = chart.objects(chart.values("shards-values.yaml"))
    shards = of_kind(rendered, "StatefulSet")
    assert shards["spec"]["replicas"] == 3
    services = {item["metadata"]["name"]: item for item in rendered if item["kind"] == "Service"}
    assert services[shards["spec"]["serviceName"]]["spec"]["clusterIP"] == "None"


def test_a_scrape_finds_each_pod_once() -> None:
    rendered = chart.objects(chart.values("shards-values.yaml"))
    wanted = of_kind(rendered, "ServiceMonitor")["spec"]["selector"]["matchLabels"].items()
    chosen = [item for item in rendered if item["kind"] == "Service" and wanted <= item["metadata"]["labels"].items()]
    assert len(chosen) == 1


def test_one_process_is_never_two() -> None:
    workload = of_kind(chart.objects(chart.values("password-values.yaml")), "Deployment")
    assert workload["spec"]["replicas"] == 1
    assert workload["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize("name", ["projects-values.yaml", "shards-values.yaml", "tls-values.yaml"])
def test_scrapes_have_the_job_name_that_rules_and_dashboards_know(name: str) -> None:
    endpoint = of_kind(chart.objects(chart.values(name)), "ServiceMonitor")["spec"]["endpoints"][0]
    assert {"targetLabel": "job", "replacement": "drs-exporter"} in endpoint["relabelings"]
    assert endpoint["scheme"] == ("https" if name == "tls-values.yaml" else "http")


def test_pods_can_be_scraped_without_the_service() -> None:
    """The scrape is the same; both at once would read every pod twice."""
    by_service = chart.objects({"demo": True, "serviceMonitor": {"enabled": True}})
    by_pod = chart.objects({"demo": True, "podMonitor": {"enabled": True}})
    (endpoint,) = of_kind(by_pod, "PodMonitor")["spec"]["podMetricsEndpoints"]
    assert [endpoint] == of_kind(by_service, "ServiceMonitor")["spec"]["endpoints"]
    labels = pod_of(by_pod)["metadata"]["labels"]
    assert of_kind(by_pod, "PodMonitor")["spec"]["selector"]["matchLabels"].items() <= labels.items()
    with pytest.raises(helm_python.HelmError, match="every pod would be scraped twice"):
        chart.objects({"demo": True, "podMonitor": {"enabled": True}, "serviceMonitor": {"enabled": True}})


@pytest.mark.parametrize(("monitor", "kind"), [("serviceMonitor", "ServiceMonitor"), ("podMonitor", "PodMonitor")])
def test_a_large_number_stays_a_whole_one(monitor: str, kind: str) -> None:
    """Helm holds every number as a float and writes millions as `2e+06`, which Kubernetes refuses."""
    given: dict[str, Any] = {"demo": True, "terminationGracePeriodSeconds": 1_000_000}
    given["podSecurityContext"] = {"runAsUser": 1_000_650_000}
    given["tolerations"] = [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1_000_000}]
    given["serviceMonitor"] = {"sampleLimit": 2_000_000}
    given[monitor] = given.get(monitor, {}) | {"enabled": True}
    rendered = chart.objects(given)
    spec = pod_of(rendered)["spec"]
    numbers = (
        of_kind(rendered, kind)["spec"]["sampleLimit"],
        spec["terminationGracePeriodSeconds"],
        spec["securityContext"]["runAsUser"],
        spec["tolerations"][0]["tolerationSeconds"],
    )
    assert numbers == (2_000_000, 1_000_000, 1_000_650_000, 1_000_000)
    assert {type(number) for number in numbers} == {int}


def test_a_drain_takes_one_shard_at_a_time_and_never_waits_for_a_lone_pod() -> None:
    budget = of_kind(chart.objects(chart.values("shards-values.yaml")), "PodDisruptionBudget")
    assert budget["spec"]["maxUnavailable"] == 1
    lone = chart.objects({"demo": True, "podDisruptionBudget": {"enabled": True}})
    assert "PodDisruptionBudget" not in {item["kind"] for item in lone}


def test_alerts_lead_to_the_runbooks_of_the_company_and_carry_its_labels() -> None:
    rules = of_kind(chart.objects(chart.values("extras-values.yaml")), "PrometheusRule")["spec"]["groups"]
    alerts = [rule for group in rules for rule in group["rules"] if "alert" in rule]
    assert alerts
    for rule in alerts:
        assert rule["annotations"]["runbook_url"] == f"https://wiki.example.test/drs/{rule['alert']}.md"
        assert {"severity", "team"} <= rule["labels"].keys() <= {"severity", "team", "tag_owner"}
    assert all("labels" not in rule for group in rules for rule in group["rules"] if "record" in rule)


def test_more_of_everything_goes_where_it_belongs() -> None:
    rendered = chart.objects(chart.values("extras-values.yaml"))
    spec = pod_of(rendered)["spec"]
    assert [container["name"] for container in spec["containers"]] == ["drs-exporter", "beside"]
    assert [container["name"] for container in spec["initContainers"]] == ["wait"]
    assert spec["containers"][0]["args"] == ["demo", "--log.level=debug"]
    assert spec["containers"][0]["envFrom"] == [{"configMapRef": {"name": "proxies", "optional": True}}]
    assert spec["topologySpreadConstraints"]
    names = {item["metadata"]["name"] for item in rendered if item["kind"] == "ConfigMap"}
    assert "drs-exporter-notes" in names


@pytest.mark.parametrize("name", chart.SETS)
def test_the_restricted_profile_of_kubernetes_lets_it_run(name: str) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, of the exporter's own pod."""
    spec = pod_of(chart.objects(chart.values(name)))["spec"]
    security = spec["containers"][0]["securityContext"]
    assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
    assert all({"configMap", "secret", "emptyDir", "projected"} & volume.keys() for volume in spec.get("volumes", ()))
    assert all("hostPort" not in port for port in spec["containers"][0]["ports"])
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert not security.get("privileged", False)
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"


def test_the_rules_are_the_generated_ones() -> None:
    rules = of_kind(chart.objects(chart.values("projects-values.yaml")), "PrometheusRule")
    generated = [
        group
        for path in sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    ]
    assert rules["spec"]["groups"] == generated
    assert rules["metadata"]["labels"]["release"] == "prometheus"


def test_the_dashboards_are_the_generated_ones() -> None:
    maps = [
        item for item in chart.objects({"demo": True, "dashboards": {"enabled": True}}) if item["kind"] == "ConfigMap"
    ]
    generated = {
        path.name: path.read_text(encoding="utf-8").strip() for path in (ROOT / "grafana" / "dashboards").glob("*.json")
    }
    assert {name: text for item in maps for name, text in item["data"].items()} == generated
    assert {item["metadata"]["labels"]["grafana_dashboard"] for item in maps} == {"1"}


def test_the_archive_holds_the_files_that_are_linked(tmp_path: Path) -> None:
    with helm_python.Chart.load_archive(chart.archive(tmp_path)) as packed:
        names = {file["name"] for file in packed.files}
        again = packed.render(chart.values("projects-values.yaml"), name="drs-exporter", namespace="monitoring")
    assert {name for name in names if name.startswith("files/dashboards/")}
    assert {name for name in names if name.startswith("files/rules/")}
    assert not any(name.startswith("ci/") for name in names)
    assert again == chart.texts(chart.values("projects-values.yaml"))


def test_the_archive_fits_into_the_secret_in_which_helm_keeps_it(tmp_path: Path) -> None:
    """Kubernetes takes a Secret of 1 MiB; Helm puts the chart and what it rendered there, compressed, in base64."""
    rendered = "".join(chart.texts(chart.values("projects-values.yaml")).values()).encode()
    assert len(base64.b64encode(chart.archive(tmp_path))) + len(base64.b64encode(rendered)) // 4 < 1024 * 1024


def test_without_a_project_nothing_is_installed() -> None:
    with pytest.raises(helm_python.HelmError, match="name at least one project, or set demo=true"):
        chart.objects({})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"confg": {}}, "confg"),
        ({"shards": 0}, "shards"),
        ({"config": {"password": "x", "region": "eu-de"}}, "invalid propertyName 'password'"),
        ({"config": {"projects": [{"name": "a", "secret_key": "x"}]}}, "secret_key|projects"),
        ({"config": {"web_listen_address": ":1"}}, "invalid propertyName 'web_listen_address'"),
        ({"secrets": {"password": ""}}, "password"),
        ({"secrets": {"password": "x"}, "existingSecret": "y"}, "give only one of the two"),
        ({"demo": True, "shards": 2}, "demo needs shards=1"),
        ({"image": {"digest": "sha256:short"}}, "digest"),
        ({"podDisruptionBudget": {"maxUnavailable": "one"}}, "maxUnavailable"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(helm_python.HelmError, match=message):
        chart.objects(copy.deepcopy(chart.values("password-values.yaml")) | {"secrets": {}} | change)


def test_names_follow_the_release() -> None:
    given = chart.values("password-values.yaml")
    assert of_kind(chart.objects(given, "drs-exporter"), "Deployment")["metadata"]["name"] == "drs-exporter"
    assert of_kind(chart.objects(given, "west"), "Deployment")["metadata"]["name"] == "west-drs-exporter"
    long = chart.objects(given | {"fullnameOverride": "x" * 80, "shards": 2})
    assert max(len(item["metadata"]["name"]) for item in long) <= 63 - len("-10")


def test_a_changed_configuration_makes_a_new_pod_and_a_changed_secret_does_not() -> None:
    given = chart.values("password-values.yaml")
    before = pod_of(chart.objects(given))
    assert pod_of(chart.objects(given | {"secrets": {"password": "another"}})) == before
    assert pod_of(chart.objects(given | {"config": given["config"] | {"poll_interval": "30s"}})) != before


def test_the_image_is_by_digest_where_one_is_given() -> None:
    image = {"repository": "example.test/drs-exporter", "digest": HASHED}
    pod = pod_of(chart.objects(chart.values("password-values.yaml") | {"image": image}))
    assert pod["spec"]["containers"][0]["image"] == f"example.test/drs-exporter@{HASHED}"


def test_nothing_secret_is_in_a_config_map_or_a_variable(tmp_path: Path) -> None:
    given = chart.values("password-values.yaml") | {"secrets": {"password": "do-not-show"}}
    rendered = chart.objects(given)
    fill(tmp_path, pod_of(rendered), rendered, {})
    assert (tmp_path / "etc/drs-exporter/secrets/password").read_text() == "do-not-show"
    assert "do-not-show" not in yaml.safe_dump([item for item in rendered if item["kind"] != "Secret"])


def test_the_notes_say_what_to_do_next() -> None:
    notes = next(text for path, text in chart.texts(chart.values("tls-values.yaml")).items() if "NOTES" in path)
    assert "https://127.0.0.1:9877/jobs" in notes
    assert "exec deployment/drs-exporter -- drs-exporter check" in notes


def test_the_chart_is_of_this_version() -> None:
    (metadata,) = documents((chart.CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert metadata["appVersion"] == __version__


def test_the_readme_is_made_of_the_values() -> None:
    assert {
        path: (ROOT / path).read_text(encoding="utf-8") for path in values_page.generate()
    } == values_page.generate()


def test_the_readme_has_every_value() -> None:
    def leaves(tree: dict[str, Any], path: tuple[str, ...] = ()) -> set[str]:
        found: set[str] = set()
        for key, value in tree.items():
            deeper = isinstance(value, dict) and value and key not in {"labels", "annotations"}
            found |= leaves(value, (*path, key)) if deeper else {".".join((*path, key))}
        return found

    text = (chart.CHART / "values.yaml").read_text(encoding="utf-8")
    assert {value.path for value in values_page.values(text)} == leaves(yaml.safe_load(text))
