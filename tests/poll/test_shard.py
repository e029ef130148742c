"""Shards share the jobs out: every job has one, the same everywhere, and few move when their number changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drs_exporter.poll.shard import shard_of

TOTALS = st.integers(1, 200)


@given(st.text(st.characters(exclude_categories=["Cs"])), TOTALS)
def test_every_id_belongs_to_exactly_one_of_any_number_of_shards(key: str, total: int) -> None:
    """Each shard asks for itself; together they are disjoint and complete."""
    assert [shard for shard in range(total) if shard_of(key, total) == shard] == [shard_of(key, total)]
    assert 0 <= shard_of(key, total) < total


@given(st.text(st.characters(exclude_categories=["Cs"])), TOTALS)
def test_one_shard_more_moves_ids_to_that_one_only(key: str, total: int) -> None:
    before, after = shard_of(key, total), shard_of(key, total + 1)
    assert after in (before, total)


@pytest.mark.parametrize("total", [1, 2, 4, 9])
def test_one_shard_more_moves_no_more_ids_than_it_must(total: int) -> None:
    keys = [f"{number:032x}" for number in range(5000)]
    moved = sum(shard_of(key, total) != shard_of(key, total + 1) for key in keys)
    assert moved == pytest.approx(len(keys) / (total + 1), rel=0.1)


@pytest.mark.parametrize("total", [2, 3, 5, 16])
def test_shards_are_of_about_one_size(total: int) -> None:
    keys = [f"{number:08x}-2308-4bb5-a6bc-1040402fjb21" for number in range(8000)]
    sizes = [0] * total
    for key in keys:
        sizes[shard_of(key, total)] += 1
    assert max(sizes) < 1.15 * len(keys) / total
    assert min(sizes) > 0.85 * len(keys) / total


@pytest.mark.parametrize(
    ("key", "shards"),
    [
        ("", (0, 2, 2, 5, 62)),
        ("a", (0, 0, 0, 6, 11)),
        ("140a3d2d-2308-4bb5-a6bc-1040402fjb21", (1, 1, 4, 4, 89)),
        ("f8d5f9cc-94cf-4f14-bb4c-fbd8ebbejb01", (1, 1, 1, 1, 85)),
        ("é中", (0, 2, 2, 2, 98)),
    ],
)
def test_the_shard_of_an_id_never_changes_between_versions(key: str, shards: tuple[int, ...]) -> None:
    """During an upgrade two versions run side by side: of 2, 3, 5, 10 and 100 shards."""
    assert tuple(shard_of(key, total) for total in (2, 3, 5, 10, 100)) == shards
