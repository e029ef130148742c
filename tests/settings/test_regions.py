"""Which cloud has a region, and where its services are."""

from collections.abc import Callable

import pytest
from huaweicloudsdkdrs.v5.region.drs_region import DrsRegion

from drs_exporter.cli.preparation import load
from drs_exporter.settings import Settings
from drs_exporter.settings.regions import HUAWEICLOUD, TCLOUD, cloud_of, endpoints


@pytest.mark.parametrize(("region", "known"), sorted(DrsRegion.static_fields.items()))
def test_the_vendors_sdk_has_the_same_endpoint(region: str, known: object) -> None:
    assert region in HUAWEICLOUD
    assert endpoints("huaweicloud", region)["endpoint"] in getattr(known, "endpoints")  # noqa: B009 - the SDK has no types


def test_no_region_is_invented() -> None:
    assert set(HUAWEICLOUD) == set(DrsRegion.static_fields)
    assert not set(HUAWEICLOUD) & set(TCLOUD)


@pytest.mark.parametrize(
    ("region", "cloud", "hosts"),
    [
        ("eu-de", "tcloud", ("drs", "iam", "ces", "eu-de.otc.t-systems.com")),
        ("eu-ch2", "tcloud", ("drs", "iam-pub", "ces", "eu-ch2.sc.otc.t-systems.com")),
        ("cn-north-4", "huaweicloud", ("drs", "iam", "ces", "cn-north-4.myhuaweicloud.com")),
        ("eu-west-101", "huaweicloud", ("drs", "iam", "ces", "eu-west-101.myhuaweicloud.eu")),
    ],
)
def test_cloud_and_endpoints_follow_from_the_region(
    region: str, cloud: str, hosts: tuple[str, ...], environ: dict[str, str]
) -> None:
    del environ["DRS_EXPORTER_CLOUD"]
    (project,) = load({"region": region}, environ=environ).projects
    *services, domain = hosts
    assert project.cloud == cloud_of(region) == cloud
    assert (project.endpoint, project.iam_endpoint, project.cloud_eye_endpoint) == tuple(
        f"https://{service}.{domain}" for service in services
    )


def test_a_region_nobody_knows_is_tried_and_worth_a_warning(environ: dict[str, str]) -> None:
    del environ["DRS_EXPORTER_CLOUD"]
    settings = load({"region": "cn-north-44"}, environ=environ)
    assert settings.projects[0].endpoint == "https://drs.cn-north-44.myhuaweicloud.com"
    assert settings.warnings == (
        "--region: cn-north-44 is not known to be a region of huaweicloud; did you mean cn-north-4?",
    )
    assert load({"region": "xx"}, environ=environ).warnings == (
        "--region: xx is not known to be a region of huaweicloud; its endpoints are a guess",
    )


def test_with_an_endpoint_of_its_own_any_region_will_do(
    from_file: Callable[..., Settings], environ: dict[str, str]
) -> None:
    environ |= {"DRS_EXPORTER_CLOUD": "huaweicloud"}
    settings = from_file("endpoint: http://127.0.0.1:1", **environ)
    assert (settings.projects[0].cloud, settings.warnings) == ("huaweicloud", ())
