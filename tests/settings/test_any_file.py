"""Whatever a file or a variable holds, the settings are read, or one line says what is wrong."""

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drs_exporter.cli.preparation import load
from drs_exporter.errors import SettingsError
from drs_exporter.settings.document import read_document
from drs_exporter.settings.model import ENTRY_NAMES, TOP_NAMES

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**400, max_value=10**401),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["30s", "eu-de", "https://a.example", "jobs,status", "(", "/", ".", "\0", "${X}", "a=b", "1e999"]),
    st.dates(),
    st.binary(max_size=5),
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3))
ENTRIES = st.dictionaries(st.sampled_from(sorted(ENTRY_NAMES)), VALUES, max_size=5)
DOCUMENTS = st.builds(
    lambda top, projects: top | projects,
    st.dictionaries(st.sampled_from(sorted(TOP_NAMES)), VALUES, max_size=3),
    st.fixed_dictionaries({}, optional={"projects": VALUES | st.lists(ENTRIES, max_size=3)}),
)
WORDS = (
    "a|project_id|: |:|- |\n|  |[|]|{|}|,|&x |*x|<<: |!!int |!!set |!!timestamp |!!bool |!!omap |!!binary |"
    "!!python/name:os.system |?|>|%YAML 9.9|---|...|'|\"|\\|0x|1:1|\t|\ufeff|\x00|#|~|1e999|@|`"
)
SYNTAX = st.lists(st.sampled_from([*WORDS.split("|"), "|", "9" * 5000]), max_size=30).map("".join)
PLACE = {
    "DRS_EXPORTER_PROJECT_ID": "p",
    "DRS_EXPORTER_REGION": "eu-de",
    "DRS_EXPORTER_TOKEN": "t0ken",
}
PATIENT = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=400
)


def one_line(error: SettingsError) -> None:
    assert "\n" not in str(error)
    assert str(error)


@PATIENT
@given(document=DOCUMENTS)
def test_every_document_is_read_or_refused_in_one_line(document: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "drs.yml"
    with contextlib.suppress(yaml.YAMLError, ValueError):  # what no YAML can hold
        file.write_bytes(yaml.safe_dump(document, allow_unicode=True, encoding="utf-8"))
        try:
            load({"config_file": str(file)}, environ=PLACE, hostname=lambda: "pod-0")
        except SettingsError as exc:
            one_line(exc)


@PATIENT
@given(text=SYNTAX)
def test_every_text_is_yaml_or_refused_in_one_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "drs.yml"
    file.write_text(text, encoding="utf-8")
    try:
        read_document(file, spelled="config_file")
    except SettingsError as exc:
        one_line(exc)


@PATIENT
@given(name=st.sampled_from(sorted(TOP_NAMES)), value=SCALARS.map(str))
def test_every_variable_is_read_or_refused_in_one_line(name: str, value: str) -> None:
    try:
        load(environ=PLACE | {f"DRS_EXPORTER_{name.upper()}": value}, hostname=lambda: "pod-0")
    except SettingsError as exc:
        one_line(exc)


def test_a_reference_to_itself_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "drs.yml"
    file.write_text("projects: &a [*a]")
    with pytest.raises(SettingsError, match=r"^projects\[0\]: must be a mapping of settings$"):
        load({"config_file": str(file)}, environ={})
