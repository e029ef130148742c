"""The Terraform example: everything it refers to is declared in it, and it gives the rights that the docs ask for."""

import re

from tests.deploy.manifests import ROOT

TEXT = re.sub(r"#.*", "", (ROOT / "deploy" / "terraform" / "reader.tf").read_text(encoding="utf-8"))


def test_what_is_referred_to_is_declared() -> None:
    declared = {f"{kind}.{name}" for kind, name in re.findall(r'^resource "(\w+)" "(\w+)"', TEXT, re.MULTILINE)}
    declared |= {f"data.{kind}.{name}" for kind, name in re.findall(r'^data "(\w+)" "(\w+)"', TEXT, re.MULTILINE)}
    declared |= {f"var.{name}" for name in re.findall(r'^variable "(\w+)"', TEXT, re.MULTILINE)}
    outside = re.sub(r'"[^"]*"', '""', TEXT)
    referred = set(re.findall(r"\b(?:data\.)?huaweicloud_\w+\.\w+|\bvar\.\w+", outside))
    assert referred
    assert referred <= declared
    assert {name for name in declared if name.startswith("var.")} <= referred


def test_braces_are_closed() -> None:
    assert TEXT.count("{") == TEXT.count("}")


def test_it_gives_the_policies_that_reading_needs_and_no_others() -> None:
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    given = set(re.findall(r'"(\w+ \w*Access)"', TEXT))
    assert given == {"DRS ReadOnlyAccess", "CES ReadOnlyAccess"}
    assert all(f"**{policy}**" in page for policy in given)
