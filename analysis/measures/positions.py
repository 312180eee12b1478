"""Where each partner stands in the picture of a network.

Knows how partners are laid out on a disc of radius 1 so that the picture can
be read and remembered: a partner stands in the wedge of its sector and in the
band of how many partners it has. Places are computed once, of **all** partners
of all years shown; filters and years then leave partners out and move nobody.

A new partner moves nobody else unless it must: wedges grow in steps, bands
have fixed limits, partners are placed one after the other in the order of
their rows (new ones come last), and places handed in as ``previous`` are kept
while sector and band are the same.

Angles are degrees, clockwise from the top; x goes right and y up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from analysis.errors import InputError, Problem

GAP = 9.0
"""Degrees at the top without a wedge: there the scale of the bands is written."""
FIRST_BAND = 3
"""From so many partners on, each band holds twice the number of the one before."""

_MARGIN = 0.034
"""Distance of a place from the edges of its wedge and band, in radii."""
_EMPTY_ROOM = 0.75
_NODE = 0.028
"""Half the side of the square that a partner's mark may fill, in radii."""
_SHIFTS = (0.0, -0.16, 0.16, -0.32, 0.32, -0.45, 0.45)
_CIRCLE = 0.64
_RIM, _CORE = 0.87, 0.2
_SCALE_BOX, _BELOW_EDGE = (0.13, 0.06), 0.036
"""Room for a figure of the scale at the top, in radii."""
_ON_TOP = 30
"""A mark on a mark weighs so many times a mark on a name."""
_ELBOW = 2.2
"""So many times the room of its mark a partner would like to have to itself."""
_STEPS = 24


@dataclass(frozen=True)
class Bands:
    """Bands of the number of partners, outermost first.

    Parameters
    ----------
    limits
        Fewest and most partners of each band: ``(0, 0), (1, 2), (3, 5), (6,
        11)`` and so on, up to the band of the largest number there is.
    """

    limits: tuple[tuple[int, int], ...]

    @property
    def edges(self) -> tuple[float, ...]:
        """Radii of the edges, from the rim to the centre: one more than there are bands.

        Who works with nobody has a narrow band, who works with most the core;
        the bands between are of one width.
        """
        between = np.linspace(_RIM, _CORE, len(self.limits) - 1)
        return (1.0, *map(float, between), 0.0)

    @property
    def scale(self) -> tuple[float, ...]:
        """Radii at which the top says what each band stands for: below its outer edge."""
        return tuple(edge - _BELOW_EDGE for edge in self.edges[:-1])

    def within(self, band: int) -> tuple[float, float]:
        """Return the inner and the outer radius of a band, 0 to 1."""
        return self.edges[band + 1], self.edges[band]


def bands(degree: pd.Series) -> tuple[Bands, pd.Series]:
    """Sort partners into bands by how many partners each has.

    Parameters
    ----------
    degree
        Number of partners, by ``partner_id``; missing counts as none.

    Returns
    -------
    bands, number
        The bands, and the number of each partner's band (0 the outermost).

    Examples
    --------
    >>> found, number = bands(pd.Series([0, 1, 2, 3, 6, 11], index=list("abcdef")))
    >>> found.limits
    ((0, 0), (1, 2), (3, 5), (6, 11))
    >>> number.tolist()
    [0, 1, 1, 2, 3, 3]
    """
    counts = degree.fillna(0).astype("int64")
    doubled = np.floor(np.log2(counts.clip(lower=FIRST_BAND).to_numpy() / FIRST_BAND))
    many = np.where(counts < FIRST_BAND, counts.clip(upper=1), doubled + 2).astype("int64")
    number = pd.Series(many, index=degree.index, name="band")
    limits = [(0, 0), (1, FIRST_BAND - 1)]
    while len(limits) <= many.max(initial=1):
        fewest = limits[-1][1] + 1
        limits.append((fewest, 2 * fewest - 1))
    return Bands(tuple(limits)), number


def wedges(
    partners: pd.DataFrame, sectors: Sequence[str], essential: Sequence[str] = ()
) -> pd.DataFrame:
    """Share the circle out among the sectors.

    Parameters
    ----------
    partners
        ``partner_id, sector``.
    sectors
        In the order they stand around the circle; further sectors of partners
        follow in the order they come.
    essential
        Sectors that have a wedge even without a partner, so that one sees them
        missing.

    Returns
    -------
    DataFrame
        Indexed by ``sector``: ``start, end`` (degrees), ``partners``. The
        width goes by the number of partners rounded up (1, 2, 4, 6, 9, 12,
        16, ...), so that few new partners change it.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": ["x", "y", "y"]})
    >>> wedges(partners, ["y", "x", "z"], essential=["z"]).round().to_dict("index")["z"]
    {'start': 305.0, 'end': 356.0, 'partners': 0}
    """
    counts = partners["sector"].value_counts()
    order = [one for one in dict.fromkeys([*sectors, *partners["sector"]])
             if one in counts.index or one in essential]  # fmt: skip
    number = counts.reindex(order, fill_value=0).astype("int64")
    root = np.ceil(2 * np.sqrt(number)).to_numpy()
    # 1, 2, 4, 6, 9, 12, 16: every square, and halfway between two of them.
    room = np.where(number > 0, np.floor(root * root / 4), 0) + _EMPTY_ROOM
    ends = GAP / 2 + np.cumsum(room) / room.sum() * (360 - GAP)
    starts = np.concatenate([[GAP / 2], ends[:-1]]) if len(ends) else ends
    index = pd.Index(order, name="sector", dtype="object")
    return pd.DataFrame({"start": starts, "end": ends, "partners": number.to_numpy()}, index=index)


def target(
    partners: pd.DataFrame,
    degree: pd.Series,
    around: pd.DataFrame,
    labels: pd.DataFrame,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Place partners in the wedge of their sector and the band of their partners.

    Parameters
    ----------
    partners
        ``partner_id, sector``; the newest last.
    degree
        Number of partners by ``partner_id``.
    around
        What :func:`wedges` returned.
    labels
        ``width, height`` of each name by ``partner_id``, in radii: room is
        left for it.
    previous
        Places to keep, as an earlier call returned them.

    Returns
    -------
    DataFrame
        Indexed by ``partner_id``: ``x, y`` within the disc, ``band``.

    Raises
    ------
    InputError
        A partner without a degree, a label or a wedge.
    """
    _all_there(partners, degree=degree, labels=labels)
    _all_there(partners.assign(partner_id=partners["sector"]), around=around)
    kinds, number = bands(degree)
    ids = pd.Index(partners["partner_id"], name="partner_id")
    sector = pd.Series(partners["sector"].to_numpy(), index=ids)
    # Its number within the sector, not the band, decides where a partner would like to stand.
    turn = sector.groupby(sector, sort=False).cumcount()
    kept = _still_fitting(previous, sector, number, around, kinds)
    table = _Table(kinds)
    places: dict[object, np.ndarray] = {}
    for one in [*kept.index, *(one for one in ids if one not in kept.index)]:
        wedge = around.loc[sector[one]]
        box = (float(labels.loc[one, "width"]), float(labels.loc[one, "height"]))
        if one in kept.index:
            spots = kept.loc[[one], ["x", "y"]].to_numpy()
            wish = np.zeros(1)
        else:
            spots, wish = _spots(
                float(wedge["start"]), float(wedge["end"]), *kinds.within(int(number[one])),
                _fraction(int(turn[one])),
            )  # fmt: skip
        places[one] = table.seat(spots, wish, *box)
    found = pd.DataFrame.from_dict(places, orient="index", columns=["x", "y"], dtype="float64")
    return found.reindex(ids).assign(band=number.reindex(ids).to_numpy())


def circular(partners: pd.DataFrame, degree: pd.Series, around: pd.DataFrame) -> pd.DataFrame:
    """Place partners on one circle, sector beside sector; columns as of :func:`target`.

    Each stands at a place of its own in its wedge that later ones do not change.
    """
    _all_there(partners, degree=degree)
    _, number = bands(degree)
    ids = pd.Index(partners["partner_id"], name="partner_id")
    sector = pd.Series(partners["sector"].to_numpy(), index=ids)
    turn = sector.groupby(sector, sort=False).cumcount()
    wedge = around.loc[sector]
    count = wedge["partners"].to_numpy()
    # As many places as the wedge is wide for: see wedges().
    rooms = np.floor(np.ceil(2 * np.sqrt(count)) ** 2 / 4)
    start, end = wedge["start"].to_numpy(), wedge["end"].to_numpy()
    angle = np.radians(start + (end - start) * (turn.to_numpy() + 0.5) / rooms)
    return pd.DataFrame(
        {"x": _CIRCLE * np.sin(angle), "y": _CIRCLE * np.cos(angle),
         "band": number.reindex(ids).to_numpy()}, index=ids,
    )  # fmt: skip


def force(
    ties: pd.DataFrame,
    start: pd.DataFrame,
    previous: pd.DataFrame | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw partners that are tied together, push the others apart.

    Parameters
    ----------
    ties
        ``from, to`` among the partners.
    start
        Where everybody begins: places of :func:`target`. Who has no tie stays
        there.
    previous
        Places to keep; only the others move then.
    seed
        Of the layout; the same seed gives the same places.

    Returns
    -------
    DataFrame
        As ``start``, within the disc.

    Notes
    -----
    Fruchterman and Reingold (1991), *Software: Practice and Experience* 21,
    1129-1164; by networkx.
    """
    tied = start.index[start.index.isin(pd.concat([ties["from"], ties["to"]]))]
    if tied.empty:
        return start.copy()
    graph = nx.Graph()
    graph.add_nodes_from(tied)
    graph.add_edges_from(zip(ties["from"], ties["to"], strict=True))
    begin = start.copy()
    kept = [] if previous is None else [one for one in tied if one in previous.index]
    if kept and previous is not None:
        begin.loc[kept, ["x", "y"]] = previous.loc[kept, ["x", "y"]]
    if len(kept) == len(tied):
        return begin
    found = nx.spring_layout(
        graph, pos={one: begin.loc[one, ["x", "y"]].to_numpy(dtype=float) for one in tied},
        fixed=kept or None, k=2.2 / np.sqrt(len(tied)), iterations=120, seed=seed, method="force",
    )  # fmt: skip
    spots = np.array([found[one] for one in tied])
    if not kept:
        spots = spots - (spots.max(axis=0) + spots.min(axis=0)) / 2
        spots *= 0.9 / max(np.hypot(*spots.T).max(), 1e-9)
    far = np.maximum(np.hypot(*spots.T) / 0.95, 1)
    begin.loc[tied, ["x", "y"]] = spots / far[:, None]
    return begin


# ------------------------------------------------------------------ places


def polar(places: pd.DataFrame) -> pd.DataFrame:
    """Return ``radius`` (0 to 1) and ``angle`` (degrees clockwise from the top) of places.

    >>> polar(pd.DataFrame({"x": [0.5], "y": [0.0]})).to_numpy().tolist()
    [[0.5, 90.0]]
    """
    angle = np.degrees(np.arctan2(places["x"], places["y"])) % 360
    return pd.DataFrame({"radius": np.hypot(places["x"], places["y"]), "angle": angle})


def _all_there(partners: pd.DataFrame, **given: pd.Series | pd.DataFrame) -> None:
    problems = [
        Problem(name, f"nothing about {str(one)!r}; hand in a row for it", code="unknown_id")
        for name, frame in given.items()
        for one in dict.fromkeys(partners["partner_id"])
        if one not in frame.index
    ]
    if problems:
        raise InputError(problems)


def _still_fitting(
    previous: pd.DataFrame | None,
    sector: pd.Series,
    number: pd.Series,
    around: pd.DataFrame,
    kinds: Bands,
) -> pd.DataFrame:
    """Earlier places that lie in the wedge and the band of today."""
    if previous is None:
        return pd.DataFrame(columns=["x", "y"], dtype="float64")
    known = previous[previous.index.isin(sector.index)]
    where = polar(known)
    wedge = around.loc[sector[known.index]]
    edges, band = np.array(kinds.edges), number[known.index].to_numpy()
    radius, angle = where["radius"].to_numpy(), where["angle"].to_numpy()
    fits = (radius >= edges[band + 1]) & (radius <= edges[band])
    fits &= (angle >= wedge["start"].to_numpy()) & (angle <= wedge["end"].to_numpy())
    return known[fits]


def _fraction(turn: int) -> float:
    """Place in the wedge of the n-th: 1/2, 1/4, 3/4, 1/8 ... (van der Corput 1935)."""
    place, share = 0.0, 0.5
    number = turn + 1
    while number:
        place += share * (number % 2)
        number, share = number // 2, share / 2
    return place


def _spots(
    start: float, end: float, inner: float, outer: float, fraction: float
) -> tuple[np.ndarray, np.ndarray]:
    """Places within a wedge and a band, and how far each is from where one would like to be."""
    middle = (inner + outer) / 2
    radius = middle + np.array(_SHIFTS) * (outer - inner)
    radius = np.clip(radius, min(inner + _MARGIN, middle), max(outer - _MARGIN, middle))
    shares = np.linspace(0, 1, _STEPS + 1)
    radius, shares = (one.ravel() for one in np.meshgrid(radius, shares))
    # Near the centre a wedge is narrow: its middle is all there is.
    edge = np.minimum(np.degrees(_MARGIN / np.maximum(radius, _MARGIN)), (end - start) / 2)
    angle = start + edge + shares * np.maximum(end - start - 2 * edge, 0)
    wanted = start + fraction * (end - start)
    wish = np.radians(np.abs(angle - wanted)) * radius + np.abs(radius - middle)
    spots = np.column_stack([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    return spots * radius[:, None], wish


class _Table:
    """Who is seated where, and the room that each with its name takes."""

    def __init__(self, kinds: Bands) -> None:
        self._taken = scale_boxes(kinds)
        self._marks = np.empty((0, 4))

    def seat(self, spots: np.ndarray, wish: np.ndarray, width: float, height: float) -> np.ndarray:
        """Take the nearest place without an overlap, else the one with the least."""
        marks = boxes(spots, 2 * _NODE, 2 * _NODE)
        hidden = overlap(marks, self._marks)
        close = overlap(boxes(spots, 2 * _NODE * _ELBOW, 2 * _NODE * _ELBOW), self._marks)
        best: tuple[float, int, np.ndarray] | None = None
        for labels in label_boxes(spots, width, height, _NODE):
            near = self._near(marks, labels)
            covered = overlap(marks, near) + overlap(labels, near)
            beyond = np.maximum(np.hypot(*_farthest(labels).T) - 1, 0)
            cost = wish + 1_000 * (covered + close / 2 + _ON_TOP * hidden) + 200 * beyond
            place = int(cost.argmin())
            if best is None or cost[place] < best[0] - 1e-9:
                best = float(cost[place]), place, labels[place]
        assert best is not None, "a name has four sides"
        _, place, label = best
        self._taken = np.vstack([self._taken, marks[place], label])
        self._marks = np.vstack([self._marks, marks[place]])
        return spots[place]

    def _near(self, marks: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """What is taken of the part of the disc that the places lie in."""
        low = np.minimum(marks, labels).min(axis=0)[:2]
        high = np.maximum(marks, labels).max(axis=0)[2:]
        return self._taken[
            (self._taken[:, 2:] > low).all(axis=1) & (self._taken[:, :2] < high).all(axis=1)
        ]


def scale_boxes(kinds: Bands) -> np.ndarray:
    """Boxes of the figures at the top that say what each band stands for."""
    return boxes(np.array([(0, radius) for radius in kinds.scale]), *_SCALE_BOX)


def boxes(centres: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return left, bottom, right, top of boxes around points."""
    half = np.array([width / 2, height / 2])
    return np.hstack([centres - half, centres + half])


def label_boxes(
    centres: np.ndarray, width: float, height: float, mark: float
) -> Iterator[np.ndarray]:
    """Boxes of a name to the right of a mark, to the left, below and above it."""
    beside, above = mark + width / 2, mark + height / 2
    for x, y in ((beside, 0), (-beside, 0), (0, -above), (0, above)):
        yield boxes(centres + np.array([x, y]), width, height)


def overlap(boxes: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return the area of each box that lies on some that are taken.

    >>> overlap(np.array([[0, 0, 2, 2]]), np.array([[1, 1, 3, 3], [5, 5, 6, 6]])).tolist()
    [1]
    """
    left, bottom, right, top = (side[:, None] for side in boxes.T)
    width = np.minimum(right, taken[:, 2]) - np.maximum(left, taken[:, 0])
    height = np.minimum(top, taken[:, 3]) - np.maximum(bottom, taken[:, 1])
    return (np.maximum(width, 0) * np.maximum(height, 0)).sum(axis=1)


def _farthest(boxes: np.ndarray) -> np.ndarray:
    """The corner of each box that is farthest from the middle of the disc."""
    return np.maximum(np.abs(boxes[:, :2]), np.abs(boxes[:, 2:]))
