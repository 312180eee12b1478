"""Texts that stand in millions of rows and are few: kept as numbers that point into them.

Knows how columns of texts become categories whose order is that of the texts, and how frames of
such columns are put under each other without losing that; so sorting, grouping and comparing
is done on numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals


def categories(codes: np.ndarray, texts: Sequence[str]) -> pd.Categorical:
    """Return one category per distinct text, in the order of the texts.

    Parameters
    ----------
    codes
        For each row the place of its text in ``texts``.
    texts
        Few; may repeat.

    Examples
    --------
    >>> categories(np.array([0, 1, 0]), ["b", "a"]).codes.tolist()
    [1, 0, 1]
    """
    distinct = sorted(set(texts)) or [""]
    place = {text: number for number, text in enumerate(distinct)}
    # A row without a text points behind the last one, and stays without.
    at = np.array([*(place[text] for text in texts), -1], dtype="int32")
    return pd.Categorical.from_codes(
        at[codes], categories=pd.Index(distinct, dtype="str"), validate=False
    )


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same rows, each column of texts as ordered texts and numbers.

    Examples
    --------
    >>> coded(pd.DataFrame({"period": ["2024", "2023"], "value": [1.0, 2.0]}))["period"].cat.codes.tolist()
    [1, 0]
    """
    texts: pd.Index = frame.select_dtypes("str").columns
    return frame.assign(**{name: _of_texts(frame[name]) for name in texts}) if len(texts) else frame


def _of_texts(column: pd.Series) -> pd.Categorical:
    codes, texts = pd.factorize(column)
    return categories(codes, texts.to_list())


def written(frame: pd.DataFrame, names: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the same rows with their texts written out, all of them or those of some columns.

    Examples
    --------
    >>> written(coded(pd.DataFrame({"period": ["2024"]})))["period"].dtype == "str"
    True
    """
    columns = frame.select_dtypes("category").columns
    wanted = columns if names is None else columns.intersection(list(names))
    return frame.assign(**{name: _texts_of(frame[name]) for name in wanted})


def _texts_of(column: pd.Series) -> pd.Series:
    """The texts of a coded column; taken by number, as to write out each anew takes far longer."""
    texts = pd.Index(column.cat.categories, dtype="str").array
    return pd.Series(
        texts.take(column.cat.codes.to_numpy().astype("int64"), allow_fill=True), index=column.index
    )


def under_each_other(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of coded frames with the same columns, numbered anew.

    Examples
    --------
    >>> one, two = (coded(pd.DataFrame({"period": [year]})) for year in ("2024", "2023"))
    >>> under_each_other([one, two])["period"].cat.categories.tolist()
    ['2023', '2024']
    """
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    shared = frames[0].select_dtypes("category").columns
    alike = {
        name: union_categoricals([frame[name] for frame in frames], sort_categories=True)
        for name in shared
    }
    rest = pd.concat([frame.drop(columns=shared) for frame in frames], ignore_index=True)
    return rest.assign(**alike)[list(frames[0].columns)]


def combined(frame: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return a number per row, the same for rows that share all these texts, in their order.

    Examples
    --------
    >>> rows = coded(pd.DataFrame({"level": ["a", "a"], "period": ["2024", "2023"]}))
    >>> combined(rows, ["level", "period"]).tolist()
    [1, 0]
    """
    columns = [frame[name].cat for name in names]
    return _one_number(
        [one.codes.to_numpy() for one in columns], [len(one.categories) for one in columns]
    )


def _one_number(columns: Sequence[np.ndarray], widths: Sequence[int]) -> np.ndarray:
    key, room = np.zeros(len(columns[0]), dtype="int64"), 1
    for codes, width in zip(columns, widths, strict=True):
        if width <= 1:
            continue
        if room * width > 2**62:
            key = np.unique(key, return_inverse=True)[1].astype("int64")
            room = int(key.max(initial=0)) + 1
        key = key * width + codes
        room *= width
    return key


def positions(rows: pd.DataFrame, among: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return for each row where its texts stand first among other coded rows; -1 for nowhere.

    Examples
    --------
    >>> rows = coded(pd.DataFrame({"period": ["2024", "2030"]}))
    >>> positions(rows, coded(pd.DataFrame({"period": ["2023", "2024"]})), ["period"]).tolist()
    [1, -1]
    """
    columns, widths = [], []
    unknown = np.zeros(len(rows), dtype=bool)
    for name in names:
        texts, codes = among[name].cat.categories, rows[name].cat.codes.to_numpy()
        own = np.append(texts.get_indexer(rows[name].cat.categories), -1)[codes]
        unknown |= own < 0
        columns.append(np.concatenate([among[name].cat.codes.to_numpy(), np.maximum(own, 0)]))
        widths.append(len(texts))
    key = _one_number(columns, widths)
    first, at = pd.Index(key[: len(among)]), np.arange(len(among))
    if not first.is_unique:
        again = first.duplicated()
        first, at = first[~again], at[~again]
    found = first.get_indexer(key[len(among) :])
    return np.where(unknown | (found < 0), -1, np.append(at, -1)[found])
