"""Boundary files of every format and system end as valid polygons at the right place."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import boundaries
from analysis.boundaries import AREA_COLUMNS, Boundary, Version

#: Three squares of about 700 m in the Harz, with the accents a reader must keep.
PLACES = gpd.GeoDataFrame(
    {
        "code": ["01", "02", "10"],
        "label": ["Mühlental", "Ça Rà", "Łódź-Żabieniec"],
        "above": ["T", "T", "T"],
    },
    geometry=[shapely.box(10 + x, 51, 10 + x + 0.01, 51.01) for x in (0, 0.01, 0.02)],
    crs="EPSG:4326",
)
#: Latin-1 text only, for what cannot hold more.
LATIN = PLACES.assign(label=["Mühlental", "Ça Rà", "Señorío"])


def entry(file: str, **more: str) -> Boundary:
    return Boundary(file, "district", "code", "label", "above", **more)


def read(path: Path, **more: str) -> gpd.GeoDataFrame:
    """Read a file that must be without a problem."""
    areas, problems = boundaries.read_boundary(path, entry(path.name, **more))
    assert problems == []
    return areas


def told(path: Path, content: object = None, **more: str) -> list[str]:
    """Read a file, written first if there is content; answer with what is told about it."""
    if content is not None:
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    _, problems = boundaries.read_boundary(path, entry(path.name, **more))
    return [f"{one.level}: {one}" for one in problems]


def geojson(*shapes: object, **members: object) -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"{number}", "label": f"Area {number}", "above": "T"},
            "geometry": shape,
        }
        for number, shape in enumerate(shapes, start=1)
    ]
    return {"type": "FeatureCollection", **members, "features": features}


def square(x: float = 10, y: float = 51, side: float = 0.01) -> dict[str, object]:
    return shapely.geometry.mapping(shapely.box(x, y, x + side, y + side))


def ring(*points: tuple[float, float]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def topology(*layers: str) -> dict[str, object]:
    """Two squares that share an arc, in each of the layers; ``type`` comes last."""
    arcs = [
        [[10.01, 51], [10.01, 51.01]],
        [[10.01, 51.01], [10, 51.01], [10, 51], [10.01, 51]],
        [[10.01, 51], [10.02, 51], [10.02, 51.01], [10.01, 51.01]],
    ]

    def collection(layer: str) -> dict[str, object]:
        return {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": ring_, "id": code,
                 "properties": {"label": f"{layer} é {code}", "above": "T"}}
                for code, ring_ in (("01", [[0, 1]]), ("02", [[2, -1]]))
            ],
        }  # fmt: skip

    return {"arcs": arcs, "objects": {one: collection(one) for one in layers}, "type": "Topology"}


# ------------------------------------------------------------------------------------- formats
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:25832", "EPSG:3857", "EPSG:31467"])
@pytest.mark.parametrize("file", ["a.geojson", "a.gpkg", "a.shp", "a.parquet", "a.geoparquet"])
def test_every_format_in_every_system_gives_the_same_areas(tmp_path, file, crs):
    path = tmp_path / file
    places = PLACES.to_crs(crs)
    if "parquet" in file:
        places.to_parquet(path)
    else:
        options = {"encoding": "UTF-8"} if file.endswith(".shp") else {}
        places.to_file(path, **options)
    areas = read(path)
    assert list(areas.columns) == AREA_COLUMNS
    assert areas.crs == "EPSG:4326"
    assert areas["area_id"].tolist() == PLACES["code"].tolist()
    assert areas["name"].tolist() == PLACES["label"].tolist()
    assert areas["parent_id"].tolist() == ["T", "T", "T"]
    assert areas["version"].unique().tolist() == ["a"]
    middle = shapely.centroid(areas.geometry.to_numpy())
    off = shapely.distance(middle, shapely.centroid(PLACES.geometry.to_numpy()))
    assert (off < 1e-6).all(), "more than a hand's breadth away"


def test_british_grid_ends_in_degrees_at_the_right_place(tmp_path):
    tower = gpd.GeoDataFrame(
        {"code": ["1"], "label": ["Tower Hill"], "above": ["T"]},
        geometry=[shapely.box(533500, 180500, 533700, 180700)],
        crs="EPSG:27700",
    )
    tower.to_file(tmp_path / "a.gpkg")
    centre = read(tmp_path / "a.gpkg").geometry.iloc[0].centroid
    # The Tower of London, to about a hundred metres.
    assert (centre.x, centre.y) == pytest.approx((-0.0762, 51.5081), abs=0.002)


@pytest.mark.parametrize("file", ["a.geojson.gz", "a.json.gz"])
def test_a_gzipped_geojson_is_read(tmp_path, file):
    (tmp_path / file).write_bytes(gzip.compress(PLACES.to_json().encode()))
    assert read(tmp_path / file)["name"].tolist() == PLACES["label"].tolist()


@pytest.mark.parametrize("file", ["a.json", "a.topojson", "a.geojson", "a.topojson.gz"])
def test_a_topojson_is_read_even_when_its_type_comes_last(tmp_path, file):
    raw = json.dumps(topology("wards"), ensure_ascii=False).encode()
    (tmp_path / file).write_bytes(gzip.compress(raw) if file.endswith(".gz") else raw)
    one = Boundary(file, "district", "id", "label")
    areas, problems = boundaries.read_boundary(tmp_path / file, one)
    assert problems == []
    assert areas["area_id"].tolist() == ["01", "02"]
    assert areas["name"].tolist() == ["wards é 01", "wards é 02"]
    assert shapely.area(areas.geometry.to_numpy()) == pytest.approx([1e-4, 1e-4])
    assert areas.total_bounds == pytest.approx([10, 51, 10.02, 51.01])


def test_a_topojson_of_several_layers_needs_one_stated(tmp_path):
    path = tmp_path / "a.json"
    assert told(path, topology("wards", "parts")) == [
        "error: boundaries/a.json: holds 2 layers (wards, parts); state which in boundaries.toml,"
        ' layer = "..."'
    ]
    assert told(path, layer="streets") == [
        "error: boundaries/a.json: has no layer 'streets'; layers: wards, parts"
    ]
    one = Boundary("a.json", "district", "id", "label", layer="parts")
    areas, problems = boundaries.read_boundary(path, one)
    assert problems == []
    assert areas["name"].tolist() == ["parts é 01", "parts é 02"]
    assert areas["version"].unique().tolist() == ["a_parts"]


def test_a_geopackage_of_several_layers_needs_one_stated(tmp_path):
    path = tmp_path / "a.gpkg"
    for layer in ("old", "new"):
        PLACES.assign(label=layer).to_file(path, layer=layer)
    assert told(path) == [
        "error: boundaries/a.gpkg: holds 2 layers (old, new); state which in boundaries.toml,"
        ' layer = "..."'
    ]
    assert read(path, layer="new")["name"].unique().tolist() == ["new"]


def test_a_table_beside_the_only_layer_with_shapes_does_not_matter(tmp_path):
    path = tmp_path / "a.gpkg"
    PLACES.to_file(path, layer="areas")
    pyogrio.write_dataframe(pd.DataFrame({"style": ["thin"]}), path, layer="layer_styles")
    assert len(read(path)) == 3


def test_a_shapefile_in_utf8_that_does_not_say_so_keeps_its_accents(tmp_path):
    PLACES.to_file(tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.cpg").unlink()
    assert read(tmp_path / "a.shp")["name"].tolist() == PLACES["label"].tolist()


def test_a_shapefile_in_latin_1_that_does_not_say_so_keeps_its_accents(tmp_path):
    LATIN.to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    assert read(tmp_path / "a.shp")["name"].tolist() == LATIN["label"].tolist()


def test_a_shapefile_is_read_in_the_encoding_it_states(tmp_path):
    LATIN.to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").write_text("ISO-8859-1")
    assert read(tmp_path / "a.shp")["name"].tolist() == LATIN["label"].tolist()


def test_a_csv_lists_areas_of_a_level_without_shapes(tmp_path):
    (tmp_path / "a.csv").write_bytes(
        b"\xef\xbb\xbf" + 'code,label,above\n01,"Mühl, tal",T\nNA,Ça,T\n'.encode()
    )
    areas = read(tmp_path / "a.csv")
    assert areas["area_id"].tolist() == ["01", "NA"]
    assert areas["name"].tolist() == ["Mühl, tal", "Ça"]
    assert areas.geometry.isna().all()
    assert areas.crs == "EPSG:4326"


def test_ids_keep_leading_zeros_and_whole_numbers_get_no_decimal_point(tmp_path):
    for codes, expected in (
        (["007", "7"], ["007", "7"]),
        ([7, 8], ["7", "8"]),
        ([7.0, 8.0], ["7", "8"]),
    ):
        PLACES.iloc[:2].assign(code=codes).to_file(tmp_path / "a.geojson")
        assert read(tmp_path / "a.geojson")["area_id"].tolist() == expected


# ------------------------------------------------------------------- coordinate reference system
@pytest.mark.parametrize("file", ["a.gpkg", "a.shp", "a.parquet"])
def test_a_missing_system_is_an_error_that_says_how_to_state_it(tmp_path, file):
    places = PLACES.to_crs("EPSG:25832").set_crs(None, allow_override=True)
    if file.endswith(".parquet"):
        places.to_parquet(tmp_path / file)
    else:
        pyogrio.write_dataframe(LATIN.assign(geometry=places.geometry), tmp_path / file)
        (tmp_path / "a.prj").unlink(missing_ok=True)
    if file == "a.gpkg":
        (tmp_path / file).unlink()
        with pytest.warns(UserWarning, match="crs"):
            places.to_file(tmp_path / file)
    assert told(tmp_path / file) == [
        f"error: boundaries/{file}, column 'crs': states no coordinate reference system; state it"
        ' in boundaries.toml, crs = "EPSG:..."'
    ]
    areas = read(tmp_path / file, crs="EPSG:25832")
    assert areas.total_bounds == pytest.approx(PLACES.total_bounds, abs=1e-6)


def test_an_unknown_system_is_told_with_one_that_is_known(tmp_path):
    PLACES.to_file(tmp_path / "a.geojson")
    assert told(tmp_path / "a.geojson", crs="EPSG:1") == [
        "error: boundaries/boundaries.toml, column 'crs': crs 'EPSG:1' is not known; write for"
        " example EPSG:25832"
    ]


def test_metres_passed_off_as_degrees_are_an_error(tmp_path):
    path = tmp_path / "a.geojson"
    assert told(path, geojson(square(565_000, 5_650_000, 700))) == [
        "error: boundaries/a.geojson, column 'crs': area '1' is nowhere on Earth: its coordinates"
        ' are not EPSG:4326; state the right system in boundaries.toml, crs = "EPSG:..."'
    ]
    centre = read(path, crs="EPSG:25832").geometry.iloc[0].centroid
    assert (centre.x, centre.y) == pytest.approx((9.94, 51.0), abs=0.01)


def test_an_old_geojson_that_states_its_system_is_placed_by_it(tmp_path):
    system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    path = tmp_path / "a.geojson"
    assert told(path, geojson(square(565_000, 5_650_000, 700), crs=system)) == []
    assert read(path).geometry.iloc[0].centroid.x == pytest.approx(9.94, abs=0.01)


def test_a_building_sites_own_system_has_no_place_on_earth(tmp_path):
    site = pyproj.CRS.from_wkt(
        'ENGCRS["site",EDATUM["corner"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
        'LENGTHUNIT["metre",1]]'
    )
    PLACES.set_crs(site, allow_override=True).to_parquet(tmp_path / "a.parquet")
    assert told(tmp_path / "a.parquet") == [
        "error: boundaries/a.parquet, column 'crs': its coordinate reference system site has no"
        ' place on Earth; state the right one in boundaries.toml, crs = "EPSG:..."'
    ]


def test_a_system_stated_against_the_files_own_is_used_and_told(tmp_path):
    PLACES.to_crs("EPSG:25832").to_file(tmp_path / "a.gpkg")
    assert told(tmp_path / "a.gpkg", crs="EPSG:25833") == [
        "note: boundaries/a.gpkg, column 'crs': states EPSG:25832 itself, but crs = 'EPSG:25833'"
        " of boundaries.toml is used; take that line out when the file is right"
    ]
    areas, _ = boundaries.read_boundary(tmp_path / "a.gpkg", entry("a.gpkg", crs="EPSG:25833"))
    assert areas.total_bounds[0] == pytest.approx(16, abs=0.1)


# ------------------------------------------------------------------------------------- repairs
def test_an_invalid_polygon_is_repaired_to_polygons_only(tmp_path):
    # A square of 0.02 with a spike that is a line, which a repair would leave as one.
    path = tmp_path / "a.geojson"
    spike = ring((10, 51), (10.02, 51), (10.02, 51.02), (10.03, 51.03), (10.02, 51.02), (10, 51.02),
                 (10, 51))  # fmt: skip
    assert told(path, geojson(spike, square())) == []
    mended = read(path).geometry.iloc[0]
    assert mended.is_valid
    assert mended.geom_type == "Polygon"
    assert mended.area == pytest.approx(0.0004)


def test_a_repair_that_moves_more_than_a_ten_thousandth_is_a_note_with_the_id(tmp_path):
    # A square with a loop of a tenth of its side, drawn the wrong way round.
    loop = ring((10, 51), (10.01, 51), (10.01, 51.01), (10.011, 51.011), (10.011, 51.01),
                (10.01, 51.011), (10, 51.01), (10, 51))  # fmt: skip
    path = tmp_path / "a.geojson"
    (note,) = told(path, geojson(square(), loop))
    assert note.startswith(
        "note: boundaries/a.geojson, row 2: area '2' was invalid; its repair changed its surface by"
    )
    assert note.endswith("%; look at its border")


def test_a_bow_tie_whose_halves_cancel_is_told_as_changed_wholly(tmp_path):
    bow = ring((10, 51), (10.1, 51.1), (10.1, 51), (10, 51.1), (10, 51))
    (note,) = told(tmp_path / "a.geojson", geojson(bow))
    changed = float(note.partition(" by ")[2].partition("%")[0])
    assert 99 < changed <= 100


def test_a_sound_polygon_is_not_touched_by_reading(tmp_path):
    PLACES.to_file(tmp_path / "a.gpkg")
    assert read(tmp_path / "a.gpkg").geometry.geom_equals(PLACES.geometry).all()


def test_of_a_collection_only_the_polygons_are_kept(tmp_path):
    both = {
        "type": "GeometryCollection",
        "geometries": [square(), {"type": "Point", "coordinates": [10, 51]}],
    }
    path = tmp_path / "a.geojson"
    assert told(path, geojson(both)) == []
    assert read(path).geometry.iloc[0].geom_type == "Polygon"


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        ({"type": "Point", "coordinates": [10, 51]}, "point"),
        ({"type": "LineString", "coordinates": [[10, 51], [10, 52]]}, "linestring"),
        ({"type": "MultiPoint", "coordinates": [[10, 51], [10, 52]]}, "multipoint"),
        ({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
         "geometrycollection"),
    ],
)  # fmt: skip
def test_what_is_no_polygon_is_an_error_with_the_id(tmp_path, shape, word):
    assert told(tmp_path / "a.geojson", geojson(square(), shape)) == [
        f"error: boundaries/a.geojson, row 2: area '2' is a {word}; areas are polygons"
    ]


def test_an_area_without_a_shape_is_kept_and_told(tmp_path):
    path = tmp_path / "a.geojson"
    assert told(path, geojson(square(), None)) == [
        "note: boundaries/a.geojson, row 2: area '2' has no shape, so no map shows it; draw it if"
        " it has one"
    ]
    areas, _ = boundaries.read_boundary(path, entry("a.geojson"))
    assert areas["area_id"].tolist() == ["1", "2"]
    assert areas.geometry.isna().tolist() == [False, True]


def test_a_polygon_that_collapses_to_a_line_is_told_as_without_a_shape(tmp_path):
    flat = ring((10, 51), (10.1, 51.1), (10.2, 51.2), (10, 51))
    (note,) = told(tmp_path / "a.geojson", geojson(square(), flat))
    assert note.startswith("note: boundaries/a.geojson, row 2: area '2' has no shape")


def test_a_file_in_which_no_area_has_a_shape_is_an_error(tmp_path):
    assert told(tmp_path / "a.geojson", geojson(None, None)) == [
        "error: boundaries/a.geojson: no area has a shape; draw them, or list the areas in a .csv"
    ]


def test_a_ring_that_is_not_closed_is_closed_and_told(tmp_path):
    path = tmp_path / "a.geojson"
    (note,) = told(path, geojson(ring((10, 51), (10.01, 51), (10.01, 51.01)), square()))
    assert note == (
        "note: boundaries/a.geojson: read with a complaint: Non closed ring detected; look at the"
        " areas on the map"
    )
    areas, _ = boundaries.read_boundary(path, entry("a.geojson"))
    assert areas.geometry.is_valid.all()


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=9, unique=True)
)
def test_whatever_ring_comes_in_valid_polygons_or_nothing_comes_out(points):
    closed = shapely.Polygon([(10 + x / 100, 51 + y / 100) for x, y in points])
    shapes, _ = boundaries._repair(
        gpd.GeoSeries([closed, PLACES.geometry[0]], crs="EPSG:4326"), pd.Series(["1", "2"]), "a"
    )
    mended = shapes.iloc[0]
    assert mended is None or (mended.is_valid and mended.geom_type in ("Polygon", "MultiPolygon"))
    assert shapes.iloc[1].equals(PLACES.geometry[0])


# ------------------------------------------------------------------------------- ids and columns
def test_an_id_that_stands_twice_names_both_rows(tmp_path):
    PLACES.assign(code=["1", "2", "1"]).to_file(tmp_path / "a.geojson")
    assert told(tmp_path / "a.geojson") == [
        "error: boundaries/a.geojson, row 3, column 'code': id '1' stands in row 1 too; ids are"
        " unique within a boundary file, so correct or merge one"
    ]


def test_an_empty_id_is_an_error_with_its_row(tmp_path):
    PLACES.assign(code=["1", None, "2"]).to_file(tmp_path / "a.geojson")
    assert told(tmp_path / "a.geojson") == [
        "error: boundaries/a.geojson, row 2, column 'code': empty id; give every area one"
    ]


def test_rows_of_a_csv_are_lines_of_the_file(tmp_path):
    assert told(tmp_path / "a.csv", "code,label,above\n1,one,T\n\n1,two,T\n") == [
        "error: boundaries/a.csv, row 4, column 'code': id '1' stands in row 2 too; ids are unique"
        " within a boundary file, so correct or merge one"
    ]


def test_an_area_without_a_name_goes_by_its_id_and_that_is_told(tmp_path):
    path = tmp_path / "a.geojson"
    PLACES.assign(label=["one", None, " "]).to_file(path)
    assert told(path) == [
        f"note: boundaries/a.geojson, row {row}, column 'label': area {code!r} has no name; its id"
        " stands in"
        for row, code in ((2, "02"), (3, "10"))
    ]
    areas, _ = boundaries.read_boundary(path, entry("a.geojson"))
    assert areas["name"].tolist() == ["one", "02", "10"]


def test_every_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    PLACES.rename(columns={"code": "id", "above": "over"}).to_file(tmp_path / "a.geojson")
    assert told(tmp_path / "a.geojson") == [
        "error: boundaries/a.geojson, column 'code': no column 'code' for the id; columns: id,"
        " label, over, geometry",
        "error: boundaries/a.geojson, column 'above': no column 'above' for the parent; columns:"
        " id, label, over, geometry",
    ]


# ----------------------------------------------------------------------------- unreadable files
def test_a_file_that_does_not_exist_is_told(tmp_path):
    assert told(tmp_path / "a.gpkg") == [
        "error: boundaries/a.gpkg: does not exist; put it there or correct boundaries.toml"
    ]


@pytest.mark.parametrize(
    "file", ["a.geojson", "a.json", "a.gpkg", "a.shp", "a.parquet", "a.geojson.gz", "a.zip", "a"]
)
@pytest.mark.parametrize("content", [b"", b"not a boundary at all", b"\xff\xfe\x00{", b"{}"])
def test_an_unreadable_file_is_one_error_without_a_path_of_this_machine(tmp_path, file, content):
    (tmp_path / file).write_bytes(content)
    (line,) = told(tmp_path / file)
    assert line.startswith(f"error: boundaries/{file}: ")
    assert "; " in line, "says no way out"
    assert str(tmp_path) not in line
    assert "vsimem" not in line


def test_json_that_breaks_off_is_told_with_its_line(tmp_path):
    (line,) = told(tmp_path / "a.geojson", '{"type":\n "FeatureCollection", ')
    assert line.startswith("error: boundaries/a.geojson: not readable as geojson: ")
    assert "line 2" in line


def test_json_of_something_else_is_told(tmp_path):
    assert told(tmp_path / "a.json", [1, 2]) == [
        "error: boundaries/a.json: holds no shapes; put GeoJSON or TopoJSON there"
    ]


def test_a_gzip_that_breaks_off_is_told(tmp_path):
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(PLACES.to_json().encode())[:-20])
    (line,) = told(tmp_path / "a.geojson.gz")
    assert "not readable as geojson.gz" in line


def test_a_file_without_areas_is_told(tmp_path):
    empty = "holds no area; put the areas of the level into it"
    assert told(tmp_path / "a.geojson", geojson()) == [f"error: boundaries/a.geojson: {empty}"]
    assert told(tmp_path / "a.csv", "code,label,above\n") == [f"error: boundaries/a.csv: {empty}"]


# ------------------------------------------------------------------------------ boundaries.toml
def folder(tmp_path: Path, declared: str | None, **files: str) -> Path:
    (tmp_path / "boundaries").mkdir(exist_ok=True)
    if declared is not None:
        (tmp_path / "boundaries" / "boundaries.toml").write_text(declared, "utf-8")
    for name, content in files.items():
        (tmp_path / "boundaries" / f"{name}.csv").write_text(content, "utf-8")
    return tmp_path


def said(path: Path, *levels: str) -> list[str]:
    _, problems, _ = boundaries.read_boundaries(path, levels)
    return [str(one) for one in problems]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["no [[boundary]] entry; add one per file"]),
        ("[[boundaries]]\nfile = 'a'", ["unknown key 'boundaries'; begin each entry with"
                                        " [[boundary]]"]),
        ("[boundary]\nfile = 'a'", ["'boundary' is no list of entries; begin each with"
                                    " [[boundary]]"]),
        ("boundary = 3", ["'boundary' is no list of entries; begin each with [[boundary]]"]),
        ("[[boundary]]\nfile = 'a.csv'", ["boundary 1: 'level' is missing; every boundary needs"
                                          " file and level"]),
        ("[[boundary]]\nlevel = 'x'\nfile = 3",
         ["boundary 1: 'file' is 3; write a text in quotes"]),
        ("[[boundary]]\nlevel = 'x'\nfile = 'n.csv'\nvalid_from = '1.1.2022'",
         ["boundary 1: valid_from '1.1.2022' is not a date; write 2022-01-01"]),
        ("[[boundary]]\nlevel = 'x'\nfile = 'n.csv'\nvalid_from = '2022-01-01'\n"
         "valid_to = '2021-12-31'",
         ["boundary 1: ends on 2021-12-31, before it began; correct one of the days"]),
    ],
)  # fmt: skip
def test_a_broken_declaration_is_told_with_the_way_out(tmp_path, text, messages):
    path = folder(tmp_path, text, n="area_id,name\n1,one\n")
    shown = [line for line in said(path) if line.startswith("boundaries/boundaries.toml")]
    assert [line.partition(": ")[2] for line in shown] == messages


def test_an_unknown_key_is_told_and_the_file_is_checked_all_the_same(tmp_path):
    path = folder(tmp_path, "[[boundary]]\nfile='n.csv'\nlevel='x'\ncolour='red'",
                  n="area_id,name\n,one\n")  # fmt: skip
    unknown, empty = said(path)
    assert unknown == (
        "boundaries/boundaries.toml, column 'colour': boundary 1: unknown key 'colour'; known: crs,"
        " file, id, layer, level, name, parent, source, valid_from, valid_to"
    )
    assert empty.endswith("empty id; give every area one")


def test_a_declaration_that_is_no_toml_is_told(tmp_path):
    (line,) = said(folder(tmp_path, "file = \n"))
    assert line.startswith("boundaries/boundaries.toml: not readable as TOML: ")


def test_no_boundary_file_at_all_is_told(tmp_path):
    assert said(tmp_path) == [
        "boundaries: no boundary file; put one there (GeoJSON, GeoPackage, Shapefile, ...)"
    ]


def test_one_file_needs_no_declaration_when_its_columns_speak_for_themselves(tmp_path):
    path = folder(tmp_path, None)
    places = PLACES.rename(columns={"code": "CODE", "label": "Name"})[["Name", "CODE", "geometry"]]
    places.to_file(path / "boundaries" / "wards.geojson")
    areas, problems, (found,) = boundaries.read_boundaries(path, ())
    assert problems == []
    assert (found.level, found.id, found.name) == ("district", "CODE", "Name")
    assert areas["area_id"].tolist() == ["01", "02", "10"]


def test_one_undeclared_file_that_cannot_be_read_is_told(tmp_path):
    (folder(tmp_path, None) / "boundaries" / "wards.gpkg").write_text("nonsense")
    (line,) = said(tmp_path)
    assert line.startswith("boundaries/wards.gpkg: not readable as gpkg: ")


def test_several_files_need_a_declaration(tmp_path):
    path = folder(tmp_path, None, one="area_id,name\n", two="area_id,name\n")
    assert said(path) == [
        "boundaries/boundaries.toml: missing, and there are several files (one.csv, two.csv); say"
        " which level each holds"
    ]


def declared(*entries: dict[str, str]) -> str:
    return "\n".join(
        "[[boundary]]\n" + "\n".join(f'{key} = "{text}"' for key, text in one.items())
        for one in entries
    )


TOP = {"file": "top.csv", "level": "town"}
LOW = {"file": "low.csv", "level": "district", "parent": "above"}


def test_a_level_that_is_not_in_the_settings_is_told(tmp_path):
    path = folder(tmp_path, declared(TOP), top="area_id,name\nT,Town\n")
    assert said(path, "city", "district") == [
        "boundaries/boundaries.toml, column 'level': level 'town' of top.csv is not in"
        " territory.toml; levels: city, district"
    ]


def test_a_child_without_its_parent_is_told(tmp_path):
    path = folder(tmp_path, declared(TOP, LOW), top="area_id,name\nT,Town\n",
                  low="area_id,name,above\n1,one,T\n2,two,X\n3,three,\n")  # fmt: skip
    assert said(path, "town", "district") == [
        "boundaries/low.csv, column 'above': area '3' names no parent; write the id of its town, or"
        " leave parent out of boundaries.toml",
        "boundaries/low.csv, column 'above': area '2' has the parent 'X', which is no town; correct"
        " one",
    ]


def test_parents_with_no_level_above_are_told_once(tmp_path):
    path = folder(tmp_path, declared(LOW), low="area_id,name,above\n1,one,T\n2,two,T\n")
    assert said(path, "town", "district") == [
        "boundaries/low.csv, column 'above': areas of level 'district' name parents, but no level"
        " stands above it; add that level or leave the parent column out"
    ]


def test_children_are_not_blamed_for_a_level_above_that_could_not_be_read(tmp_path):
    path = folder(tmp_path, declared(TOP, LOW), low="area_id,name,above\n1,one,T\n")
    assert said(path, "town", "district") == [
        "boundaries/top.csv: does not exist; put it there or correct boundaries.toml"
    ]


def test_two_files_of_one_level_need_days_that_tell_them_apart(tmp_path):
    files = {"north": "area_id,name\n1,one\n", "south": "area_id,name\n2,two\n"}
    entries = [{"file": f"{name}.csv", "level": "district"} for name in files]
    assert said(folder(tmp_path, declared(*entries), **files)) == [
        "boundaries/boundaries.toml, column 'file': north.csv and south.csv are both level"
        " 'district' since ever; state another valid_from, or put their areas into one file"
    ]
    entries[1]["valid_from"] = "2022-01-01"
    assert said(folder(tmp_path, declared(*entries), **files)) == []


def test_two_boundaries_of_a_level_must_not_go_by_one_name(tmp_path):
    (tmp_path / "boundaries" / "old").mkdir(parents=True)
    (tmp_path / "boundaries" / "old" / "low.csv").write_text("area_id,name\n1,one\n")
    entries = [
        {"file": "old/low.csv", "level": "district"},
        {"file": "low.csv", "level": "district", "valid_from": "2022-01-01"},
    ]
    assert said(folder(tmp_path, declared(*entries), low="area_id,name\n1,one\n")) == [
        "boundaries/boundaries.toml, column 'file': old/low.csv and low.csv of level 'district' go"
        " by the same name 'low'; rename one file"
    ]


# ------------------------------------------------------------------------------------- versions
OLD, NEW = Version("old", "2015-01-01", "2021-12-31"), Version("new", "2022-01-01", "")


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2014-12-31", "old"),
        ("2015-01-01", "old"),
        ("2021-12-31", "old"),
        ("2022-01-01", "new"),
        ("2099-01-01", "new"),
    ],
)
def test_the_boundary_of_a_day_is_the_one_valid_then_else_the_nearest(day, version):
    assert boundaries.valid_version([OLD, NEW], dt.date.fromisoformat(day)) == version


def test_a_boundary_without_a_last_day_ends_where_the_next_begins():
    versions = [Version("old", "", ""), NEW]
    assert boundaries.valid_version(versions, dt.date(2021, 12, 31)) == "old"
    assert boundaries.valid_version(versions, dt.date(2022, 1, 1)) == "new"


def test_the_versions_of_a_level_stand_in_order_of_time():
    rows = [("d", one.version, one.valid_from, one.valid_to) for one in (NEW, OLD, NEW)]
    areas = pd.DataFrame(rows, columns=["level", "version", "valid_from", "valid_to"])
    assert boundaries.versions_by_level(areas) == {"d": (OLD, NEW)}


@pytest.mark.parametrize(
    ("level", "above"), [("nation", None), ("district", "nation"), ("x", None)]
)
def test_the_level_above_is_the_nearest_that_has_areas(level, above):
    areas = pd.DataFrame({"level": ["nation", "district"]})
    assert boundaries.parent_level(areas, level, ("nation", "region", "district")) == above


# ------------------------------------------------------------------------------------ real files
def real(
    realdata: Path, file: str, **more: str
) -> tuple[gpd.GeoDataFrame, list[boundaries.Problem]]:
    path = realdata / file
    areas, problems = boundaries.read_boundary(path, Boundary(path.name, "area", **more))
    assert [one for one in problems if one.level == "error"] == []
    return areas, problems


def test_spains_municipalities_are_read_and_their_59_invalid_polygons_repaired(realdata):
    file = realdata / "spain" / "municipalities.json"
    areas, notes = real(realdata, "spain/municipalities.json", layer="municipalities", id="id")
    assert len(areas) == areas["area_id"].nunique() == 8213
    drawn = areas.geometry.dropna()
    assert drawn.is_valid.all()
    assert set(drawn.geom_type) == {"Polygon", "MultiPolygon"}
    names = areas.set_index("area_id")["name"]
    assert (names["15030"], names["26089"]) == ("A Coruña", "Logroño")
    raw = boundaries._rewritten_topology(file.read_bytes())
    shapes = pyogrio.read_dataframe(raw, layer="municipalities").geometry
    assert (~shapely.is_valid(shapes[~shapely.is_missing(shapes)])).sum() == 59
    assert {one.code for one in notes} == {"repaired", "no_shape"}
    ids = set(areas["area_id"])
    assert all(one.value in ids for one in notes)
    assert areas.geometry.isna().sum() == sum(one.code == "no_shape" for one in notes)


def test_barcelonas_shapefile_keeps_its_accents_without_a_stated_encoding(realdata):
    file = "barcelona/boundaries/0301040100_Barris_UNITATS_ADM.shp"
    areas, notes = real(realdata, file, id="BARRI", name="NOM")
    assert (len(areas), notes) == (73, [])
    names = areas.set_index("area_id")["name"]
    assert (names["02"], names["06"]) == ("el Barri Gòtic", "la Sagrada Família")
    twin = gpd.read_file(realdata / "barcelona/boundaries/barris.geojson").set_index("BARRI")
    assert names.to_dict() == twin["NOM"].to_dict()
    centres = twin.geometry.to_crs("EPSG:25831").centroid
    ours = areas.set_index("area_id").geometry.to_crs("EPSG:25831").centroid
    assert (ours.distance(centres) < 1).all(), "more than a metre away"


def test_englands_gzipped_file_gives_382_authorities(realdata):
    file = "england/boundaries/uk_lad_2019-generalised_005.geojson.gz"
    areas, notes = real(realdata, file, id="lad19cd", name="lad19nm")
    assert len(areas) == areas["area_id"].nunique() == 382
    assert areas.geometry.is_valid.all()
    assert "Ynys Môn" in set(areas["name"]) or "Isle of Anglesey" in set(areas["name"])
    assert [one.code for one in notes if one.code != "repaired"] == []


@pytest.mark.parametrize(("folder_", "count"), [("columbus", 49), ("sids2", 100)])
def test_a_real_shapefile_without_a_projection_says_how_to_state_it(realdata, folder_, count):
    path = realdata / "spatial" / folder_ / f"{folder_}.shp"
    column = {"columbus": "POLYID", "sids2": "FIPS"}[folder_]
    one = Boundary(path.name, "area", column, column)
    areas, (problem,) = boundaries.read_boundary(path, one)
    assert areas is None
    assert problem.code == "no_crs"
    areas, _ = boundaries.read_boundary(path, Boundary(path.name, "area", column, column,
                                                       crs="EPSG:4267"))  # fmt: skip
    assert len(areas) == count
    assert np.isfinite(areas.total_bounds).all()
