"""The two clouds, their regions, and where the services of a region are."""

import re
from typing import Final, Literal

Cloud = Literal["huaweicloud", "tcloud"]

HUAWEICLOUD: Final = (
    "ae-ad-1",
    "af-north-1",
    "af-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "cn-east-2",
    "cn-east-3",
    "cn-east-4",
    "cn-east-5",
    "cn-north-1",
    "cn-north-11",
    "cn-north-12",
    "cn-north-2",
    "cn-north-4",
    "cn-north-9",
    "cn-south-1",
    "cn-south-2",
    "cn-south-4",
    "cn-southwest-2",
    "cn-southwest-3",
    "eu-west-0",
    "eu-west-101",
    "la-north-2",
    "la-south-2",
    "me-east-1",
    "my-kualalumpur-1",
    "na-mexico-1",
    "ru-moscow-1",
    "ru-northwest-2",
    "sa-brazil-1",
    "tr-west-1",
)
"""Regions in which the vendor's SDK knows the service."""

TCLOUD: Final = ("eu-ch2", "eu-de", "eu-nl")
"""Regions of T Cloud Public."""

REGIONS: Final[dict[Cloud, tuple[str, ...]]] = {"huaweicloud": HUAWEICLOUD, "tcloud": TCLOUD}

_DOMAINS: Final = {"eu-west-101": "myhuaweicloud.eu", "eu-ch2": "sc.otc.t-systems.com"}
"""Regions whose hosts are not named like those of their cloud."""

_DOMAIN_OF: Final[dict[Cloud, str]] = {"huaweicloud": "myhuaweicloud.com", "tcloud": "otc.t-systems.com"}
_IAM_HOSTS: Final = {"eu-ch2": "iam-pub"}
_NAMED_LIKE_A_REGION: Final = re.compile(r"[a-z]+(?:-[a-z0-9]+){1,4}", re.ASCII)


def cloud_of(region: str) -> Cloud | None:
    """The cloud that has this region; `None` if neither is known to."""
    return next((cloud for cloud, regions in REGIONS.items() if region in regions), None)


def region_of(project: str) -> str | None:
    """The region that begins the name of a project in IAM, as in `eu-de_orders`; `None` if none does."""
    region = project.partition("_")[0]
    return region if _NAMED_LIKE_A_REGION.fullmatch(region) else None


def endpoints(cloud: Cloud, region: str) -> dict[str, str]:
    """Where DRS, IAM and Cloud Eye of a region are, by setting."""
    domain = f"{region}.{_DOMAINS.get(region, _DOMAIN_OF[cloud])}"
    return {
        "endpoint": f"https://drs.{domain}",
        "iam_endpoint": f"https://{_IAM_HOSTS.get(region, 'iam')}.{domain}",
        "cloud_eye_endpoint": f"https://ces.{domain}",
    }
