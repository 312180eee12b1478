"""The network as files for other programs: two tables, and GraphML.

Knows what may leave the house: trust, disputed ties and contacts never do, whoever asks; without
the right to see partners only sectors go, how many partners each has and how many ties run from
one to another.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import networkx as nx
import pandas as pd

from analysis import cooperation, tables
from analysis.language import N_, caution
from analysis.language import gettext as _
from analysis.partnership import PARTNERS, Partnership, without_marks
from analysis.views.view import table_csv

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NetworkFile(NamedTuple):
    """One file: its name, what it is (to be translated), its type, and what writes it."""

    name: str
    title: str
    mime: str
    content: Callable[[], bytes]


def network_files(network: Partnership, year: int) -> tuple[NetworkFile, ...]:
    """Return the files of a year's network that its reader may take along.

    Parameters
    ----------
    network
        As its reader may see it.
    year
        One of its years.

    Returns
    -------
    tuple of NetworkFile
        Both tables of :func:`network_tables` as CSV, safe for a spreadsheet,
        and :func:`graphml`.
    """
    found = network.overview(year)
    answered = cooperation.answered_text(found.answered, int(found.partners.sum()))
    source = _("answers of the partners, {year}, {answered}").format(year=year, answered=answered)
    nodes, ties = network_tables(network, year)
    names = ("partners", "ties") if network.may(PARTNERS) else ("sectors", "sector_ties")
    titles = {
        "partners": N_("Partners (CSV)"), "ties": N_("Ties (CSV)"),
        "sectors": N_("Sectors (CSV)"), "sector_ties": N_("Ties between sectors (CSV)"),
    }  # fmt: skip
    return (
        *(
            NetworkFile(f"network_{name}_{year}.csv", titles[name], "text/csv",
                        partial(table_csv, table, source))
            for name, table in zip(names, (nodes, ties), strict=True)
        ),
        NetworkFile(f"network_{year}.graphml", N_("Network (GraphML)"), "application/xml",
                    partial(graphml, network, year)),
    )  # fmt: skip


def network_tables(network: Partnership, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what of a year's network may leave the house, as two tables.

    Parameters
    ----------
    network
        As its reader may see it.
    year
        One of its years.

    Returns
    -------
    nodes, ties
        Partners and ties with the columns of ``partners.csv`` and ``ties.csv``,
        without trust, a disputed tie as one that is not confirmed. Without the
        right to see partners: ``sector, partners, essential``, and
        ``from, to, ties`` between sectors. The first column of ``nodes`` is
        what ``from`` and ``to`` name.
    """
    if network.may(PARTNERS):
        partners, ties = network.in_year(year)
        ties = without_marks(ties).astype({"strength": "Int64"})
        return partners.reset_index(drop=True), ties.reset_index(drop=True)
    found = network.overview(year)
    nodes = found.partners.rename_axis("sector").reset_index()
    nodes["essential"] = nodes["sector"].isin(found.essential)
    mixing = found.mixing.rename_axis(index="from", columns="to").reset_index()
    pairs = mixing.melt("from", var_name="to", value_name="ties").astype({"ties": "int64"})
    return nodes, pairs[pairs["ties"] > 0].reset_index(drop=True)


def network_graph(network: Partnership, year: int) -> nx.MultiDiGraph:
    """Return the network of a year as a directed graph with an edge per tie.

    Parameters
    ----------
    network, year
        As for :func:`network_tables`.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes and edges carry the columns of the tables; what is empty there
        is absent here. Nodes stand in the order of the table.
    """
    nodes, ties = network_tables(network, year)
    graph = nx.MultiDiGraph(year=year, caution=caution())
    key = nodes.columns[0]
    for node_id, row in zip(nodes[key], nodes.drop(columns=key).to_dict("records"), strict=True):
        graph.add_node(node_id, **_filled(row))
    ends = zip(ties["from"], ties["to"], ties.drop(columns=["from", "to"]).to_dict("records"),
               strict=True)  # fmt: skip
    for number, (one, other, row) in enumerate(ends):
        graph.add_edge(one, other, key=number, **_filled(row))
    return graph


def graphml(network: Partnership, year: int) -> bytes:
    """Return the network of a year as GraphML, which Gephi, yEd, R and networkx read.

    Returns
    -------
    bytes
        UTF-8, the same for the same network. A character that XML cannot hold
        stands as U+FFFD.

    References
    ----------
    Brandes, Eiglsperger, Herman, Himsolt and Marshall (2002), GraphML progress
    report, Graph Drawing, LNCS 2265: 501-512.
    """
    written = io.BytesIO()
    nx.write_graphml_xml(network_graph(network, year), written, named_key_ids=True)
    return written.getvalue()


def _filled(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What is filled of a row, whole numbers as such: GraphML has a type for each attribute."""
    whole = {column.name for table in (tables.PARTNERS, tables.TIES) for column in table.columns
             if column.kind == "integer"}  # fmt: skip
    kept: dict[str, Any] = {}
    for name, cell in row.items():
        if cell == "" or pd.isna(cell):
            continue
        text = _NOT_IN_XML.sub("\ufffd", cell) if isinstance(cell, str) else cell
        kept[name] = int(float(str(cell))) if name in whole else text
    return kept
