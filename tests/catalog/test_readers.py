"""Readers name the key that places their rows in a split."""

from __future__ import annotations

from zoodsl.catalog.readers import OPERATORS


def test_rows_are_placed_by_what_stays_the_same_wherever_the_data_are():
    assert {reader.name: reader.key for reader in OPERATORS} == {
        "Sample": "row",
        "IDX": "row",
        "Images": "origin",
        "Video": "origin",
        "CSV": "row",
        "Delimited": "row",
        "JSON": "row",
        "Parquet": "content",
        "Table": "content",
        "JDBC": "content",
    }
