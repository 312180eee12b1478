"""Display tables and the download of a view."""

import io

import numpy as np
import pandas as pd

from analysis import language, tables
from analysis.catalogue import Catalogue, Indicator
from analysis.views import tables as shown
from analysis.views.view import View, to_csv

NAN = float("nan")


def make_indicator(**given: str) -> Indicator:
    row = {
        "indicator_id": "unsafe", "title": "Unsafe in the evening", "factor": "risk",
        "higher_is": "more", "theme": "tensions", "source_kind": "survey",
        "measure": "proportion", "unit": "% of adults", "multiplier": "100", "decimals": "1",
    }  # fmt: skip
    typed, problems = tables.validate(
        pd.DataFrame([row | given], index=[2], dtype="str"), tables.INDICATORS
    )
    assert not problems
    return Catalogue(typed)["unsafe"]


AREAS = pd.DataFrame(
    {
        "name": ["Staalwick", "Skerrholm", "Eskevale", "Oldevar"],
        "value": [41.6, NAN, NAN, 25.0],
        "lower": [33.7, NAN, NAN, NAN],
        "upper": [50.0, NAN, NAN, NAN],
        "status": ["provisional", "observed", "suppressed", "observed"],
        "reason": ["", "too_few_answers", "suppressed", "no_interval"],
        "class_": ["clearly_worse", "not_assessed", "not_assessed", ""],
    }
)


def test_area_table_says_in_words_why_there_is_no_figure():
    table = shown.area_table(AREAS, make_indicator(), benchmark_name="Merrelhaven")
    assert table["Unsafe in the evening"].tolist() == [
        "41.6\u00a0%", "not assessed: too few answers", "hidden to protect people", "25.0\u00a0%",
    ]  # fmt: skip
    assert table["compared with Merrelhaven"].iloc[0] == "clearly higher"
    assert table["95 % interval"].tolist() == ["33.7–50.0", "", "", "no interval"]
    assert table["remark"].tolist() == ["provisional", "", "", ""]


def test_tables_name_their_columns_of_figures_and_hold_no_nan():
    table = shown.area_table(AREAS, make_indicator())
    assert table.attrs["right"] == ("Unsafe in the evening", "95 % interval")
    assert not table.isna().any(axis=None)
    assert not table.map(lambda cell: "nan" in cell.lower().split()).any(axis=None)


def test_numbers_of_a_table_follow_the_language():
    with language.use("de_DE"):
        table = shown.area_table(AREAS, make_indicator())
    assert table.iloc[0, 1] == "41,6\u00a0%"


def test_series_table_has_periods_in_words_and_says_where_a_series_starts_anew():
    rows = pd.DataFrame(
        {
            "period": ["2024-Q1", "2024-Q2"],
            "value": [3.0, 4.0],
            "lower": NAN,
            "upper": NAN,
            "status": "observed",
            "break": [False, True],
        }
    )
    table = shown.series_table(rows, make_indicator(frequency="Q"))
    assert next(iter(table.columns)) == "period"
    assert table["period"].tolist() == ["first quarter of 2024", "second quarter of 2024"]
    assert table["remark"].tolist() == ["", "a new series begins"]


def test_spine_table_gives_figure_benchmark_and_comparison_or_the_reason():
    row = {
        "theme_title": "tensions", "factor": "risk", "title": "Unsafe", "unit": "% of adults",
        "value_text": "41.6 %", "value": 41.6, "benchmark": 25.2, "benchmark_text": "25.2 %",
        "favourable": -1, "class_": "clearly_worse", "reason_text": "",
    }  # fmt: skip
    hidden = row | {
        "value": NAN, "class_": "not_assessed", "reason_text": "hidden to protect people",
        "benchmark": NAN,
    }  # fmt: skip
    table = shown.spine_table(
        pd.DataFrame([row, hidden]), area_name="Staalwick", benchmark_name="Staalwick"
    )
    assert table["Staalwick"].tolist() == ["41.6 %", "hidden to protect people"]
    assert table["benchmark"].tolist() == ["25.2 %", "not compared: no benchmark"]
    assert table["comparison"].tolist() == ["clearly higher", "hidden to protect people"]
    assert table["side"].tolist() == ["weighs", "weighs"]


# ---------------------------------------------------------------- download


def make_view(download: pd.DataFrame) -> View:
    return View(
        title="Unsafe in the evening", subline="", picture=None, table=pd.DataFrame(),
        download=download, source="Citizens' panel 2024", alt="", licence="CC BY 4.0",
    )  # fmt: skip


def read_back(view: View) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(to_csv(view)))


def test_download_is_read_back_by_pandas_without_tricks():
    download = pd.DataFrame(
        {"area_id": ["MH16", "MH14"], "value": [41.605839416, NAN], "status": ["observed", "x"]}
    )
    back = read_back(make_view(download))
    assert list(back.columns) == ["area_id", "value", "status", "source", "licence", "caution"]
    np.testing.assert_array_equal(back["value"], download["value"])
    assert set(back["caution"]) == {"A district's value says nothing about a resident."}
    assert set(back["licence"]) == {"CC BY 4.0"}


def test_download_begins_with_a_byte_order_mark_so_that_spreadsheets_read_its_letters():
    content = to_csv(make_view(pd.DataFrame({"name": ["Ærøskøbing"]})))
    assert content.startswith(b"\xef\xbb\xbfname,")
    assert "Ærøskøbing" in content.decode("utf-8-sig")


def test_download_runs_no_formula_and_keeps_negative_numbers():
    download = pd.DataFrame({"=name": ["=1+1", "@x"], "value": [-1.5, 2.0], "text": ["-2.5", "+a"]})
    back = read_back(make_view(download))
    assert back["'=name"].tolist() == ["'=1+1", "'@x"]
    assert back["value"].tolist() == [-1.5, 2.0]
    assert back["text"].tolist() == ["-2.5", "'+a"]


def test_download_keeps_the_source_of_each_row_where_it_has_one():
    download = pd.DataFrame({"source": ["register", "panel"], "value": [1, 2]})
    back = read_back(make_view(download))
    assert list(back.columns) == ["value", "source", "licence", "caution"]
    assert back["source"].tolist() == ["register", "panel"]


def test_download_of_nothing_still_has_its_header():
    content = to_csv(make_view(pd.DataFrame({"area_id": [], "value": []})))
    assert content.decode("utf-8-sig").strip() == "area_id,value,source,licence,caution"


def test_download_leaves_the_frame_of_the_view_as_it_was():
    download = pd.DataFrame({"name": ["=1"]})
    before = download.copy()
    to_csv(make_view(download))
    pd.testing.assert_frame_equal(download, before)
