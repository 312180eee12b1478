"""What headings say: where a table begins, which words name areas, periods and counts.

Knows the words of headings in the languages of European publishers, and how to find the rows of
headings among preambles, merged cells and rows that number the columns.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from analysis.intake import markers, written_periods
from analysis.intake.grids import (
    Grid,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CODE = _words(
    "code codes cod codi codigo código codice kode kod koodi cd id ids gss ags rs ars nuts lau insee"
    " istat ine bfs gkz schlüssel schluessel kennziffer kennung geo geocode siruta nis cbs cusec"
    " codgeo nr kommunenr kommunenummer kommunnr key fips iso geoid dguid ref_area itter107 iris plr"
    " lor rs lsoa msoa lad lsoa21 msoa21 oa lga sa2 sa3 datazone sezione gemeindenummer mnemonic"
)

NAME = _words(
    "name names nom noms nombre nome namn navn naam nazwa nimi název bezeichnung label libelle"
    " libellé libgeo geography geografia district districts municipality municipalities gemeinde"
    " gemeinden kommune kommuner kommun commune communes municipio municipi barri barrio bezirk"
    " stadtteil quartier quartiers wijk wijken buurt ward wards borough boroughs region regionen"
    " regió región région kreis land provincia province kunta gmina powiat comune comuni place lieu"
    " authority authorities neighbourhood neighbourhoods gebiet raum ort stadt area areas territory"
    " territorio zone zona local nm arrondissement departement département canton kanton county"
    " counties distrito districte fylke län regio regio's regios gebieden alue kunnat omrade område"
    " områden omrade territoire territori comarca comarques okres obec województwo concelho freguesia"
    " municípios município municipios municipis barris barrios secciones seccions distritos districtes"
    " provincias comunidades kreise bezirke stadtteile stadtbezirk stadtbezirke ortsteil ortsteile"
    " parish parishes suburb tract zone precinct beat gebietseinheit lieux sectie gemeentenaam"
)

LEVEL = _words("level levels ebene niveau nivel nivell livello nivå taso poziom arealevel")
_YEAR_WORDS = _words("year years jahr jahre annee année any año anyo ano anno jaar år vuosi rok an")
PERIOD_WORDS = (
    _words(
        "period periode período periodo période zeit zeitraum time date datum fecha data stichtag tid"
        " kausi okres temps tiempo tempo calendar perioden day tag jour dia día dag when"
    )
    | _YEAR_WORDS
)

QUARTER = _words("quarter quartal trimestre trimestri kwartaal kvartal kwartał qtr trim neljännes")
MONTH = _words("month monat mois mes mese maand måned månad kuukausi miesiąc monthly")
HALF = _words("semester halbjahr semestre half halvår halfjaar półrocze")
MEASURE = _words(
    "measure measures statistics indicator indicators variable indikator indikatoren merkmal indicateur"
    " indicador indicatore series serie statistic statistik contents maßzahl kennzahl mål variabel"
    " wskaźnik muuttuja unit units einheit unidad unité unità unitat eenheid enhet enhed"
)

FLAG = _words("flag flags obs_status status obs_flag symbol symbols footnote footnotes fußnote")
COUNT = _words(
    "count counts number anzahl n cases fälle nombre numero número aantal antal antall lukumäärä"
    " liczba total totals events incidents"
)

BASE = _words(
    "population residents inhabitants einwohner bevölkerung població población popolazione inwoners"
    " headcount base denominator households haushalte befolkning väkiluku ludność respondents"
)

RATE = _words(
    "percent percentage pc pct rate rates share shares proportion prozent anteil quote ratio taux"
    " tasa taxa tasso percentatge porcentaje per mean median average mittelwert index score"
)

LIMITS = {
    "sd": _words("sd stdev std standardabweichung stddev"),
    "lower": _words("lower lcl lci ll untere"),
    "upper": _words("upper ucl uci ul obere"),
}

LONGITUDE = _words("lon lng long longitude longitud x easting coord_x utm_x xcoord länge")
LATITUDE = _words("lat latitude latitud y northing coord_y utm_y ycoord breite")
ROW_NUMBER = _words("fid objectid ogc_fid rownum index oid row")
OBS_STATUS = _words("obs_status observation_status")
MULTIPLIER = _words("unit_mult scalar_factor multiplier")
"""Columns that say by which power of ten the figures are to be multiplied."""
TECHNICAL = _words(
    "structure structure_id structure_name action dataflow freq frequency decimals unit_measure uom"
    " uom_id scalar_id vector coordinate symbol terminated conf_status obs_conf obs_pre_break"
    " statistics_code statistics_label time_code time_label value_unit value_variable_code"
    " value_variable_label last_update"
)
"""Columns of SDMX and of offices' flat exports that describe figures and are none."""
THOUSANDS = re.compile(
    r"in thousands|\(thousands|'000|\bin 1[., \u00a0]?000|in tausend|\btsd\b|en milliers|en miles"
    r"|en milers|in migliaia|x ?1[., ]?000\b|tusental|i tusen|tuhat|w tysiącach"
)

MILLIONS = re.compile(r"in millions|in mio|in millionen|en millions|en millones|en milions")
TOTAL = re.compile(
    r"(grand |sub)?(total|totaal|totale|totalt|gesamt|insgesamt|zusammen|summe|ensemble|i alt|ialt"
    r"|alt|sum|yhteensä|razem|ogółem|celkem|all|all areas|alle|tutti|todos|tots|tous"
    r"|hele landet|koko maa|riket|whole country|total nacional|both sexes|ambos sexos|begge køn"
    r"|begge kjønn|totalt antal|totaal mannen en vrouwen)"
    r"|(total|totaal|totale|totalt|summe|ensemble|gesamt) .*|.* (insgesamt|gesamt|total|totalt)"
)


_UNNAMED = re.compile(r"column \d+")


def is_unnamed(name: str) -> bool:
    """Tell whether a column has no heading of its own."""
    return bool(_UNNAMED.fullmatch(name))


def is_technical(name: str, words: frozenset[str]) -> bool:
    """Tell whether a whole heading, or its code before a colon, is one of the words.

    >>> is_technical("UNIT_MULT: Unit multiplier", MULTIPLIER), is_technical("unit", MULTIPLIER)
    (True, False)
    """
    return name.split(":")[0].strip().casefold().replace(" ", "_") in words


@lru_cache(maxsize=4096)
def words_in(name: str) -> frozenset[str]:
    """Return the words of a heading: parted at signs, digits and capitals."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])|(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)", " ", name)
    found = frozenset(re.findall(r"[^\W_]+", apart.casefold()))
    return found | frozenset(re.findall(r"[^\W]+", name.casefold()))


def says(name: str, words: frozenset[str]) -> bool:
    """Tell whether a heading holds one of the words."""
    return bool(words_in(name) & words)


_NUMBERISH = re.compile(
    r"[^\w\s]?\s?[-+−]?\d[\d.,'’ \u00a0\u202f]*%?[)\]]?"
    r"(\s?[a-zA-Z*]{1,2}|\s?[¹²³⁰⁴-⁹]{1,2}|\s\d\)|\s?[(\[]\w{1,4}[)\]])?"
    r"|[-+−]?[.,]\d+%?"
)

_PLAIN_YEAR = re.compile(r"(19|20)\d\d(\.0)?")
_NUMBERING = re.compile(r"[(\[]?(\d{1,3}|[A-Z])[)\]]?")


def find_table(
    rows: Sequence[Sequence[str]], heading_rows: int | None = None
) -> tuple[int, int, int] | None:
    """Find headings and body among the first rows of a file.

    Parameters
    ----------
    rows
        Cells, blanks around them removed.
    heading_rows
        How many rows of headings there are, when that is known.

    Returns
    -------
    tuple of int, or None
        Position of the first heading row and of the first body row, and the
        number of columns; None when no two rows look like a table.

    Examples
    --------
    >>> find_table([["Rents"], ["ags", "2019", "2020"], ["01001", "5,1", "."]])
    (1, 2, 3)
    """
    filled = [sum(1 for cell in row if cell) for row in rows]
    lengths = Counter(len(row) for row, count in zip(rows, filled, strict=True) if count >= 2)
    if not lengths:
        return None
    width = max(lengths, key=lambda length: (lengths[length], length))
    inside = [at for at, row in enumerate(rows) if len(row) == width and filled[at] >= 2]
    below = [at for at in range(inside[0] + 1, len(rows)) if len(rows[at]) == width]
    if heading_rows is None and is_square(rows[inside[0]], [rows[at][0] for at in below]):
        return inside[0], below[0], width
    if len(inside) < 2:
        return None
    later = [rows[at] for at in inside[len(inside) // 2 :]]
    numeric = [at for at in range(width) if _is_numeric([row[at] for row in later])]
    years = {at for at in numeric if mostly([row[at] for row in later], is_period)}
    body = next(
        (at for at in inside if _is_body(rows[at], numeric, years, later)),
        inside[1],
    )
    if not numeric:
        body = inside[1]
    first, above = body, body - 1
    while above >= 0:
        if _is_heading(rows[above], width, numeric, filled[above]) or (
            first < body and _completes(rows[above], rows[first], numeric)
        ):
            first = above
        elif first == body and _parts_the_table(rows, above, width, numeric, filled):
            first = body = above
        elif filled[above] or first < body:
            break
        above -= 1
    if heading_rows is not None:
        said = [at for at in range(first, len(rows)) if filled[at]]
        body = said[heading_rows] if heading_rows < len(said) else len(rows)
    return first, body, width


_FEWEST_HEADS = 3


def is_square(across: Sequence[str], down: Sequence[str]) -> bool:
    """Tell whether a row of headings names the same things as the first column: a matrix of ties.

    Both may be numbers, and neither need be whole or in the same order.

    Parameters
    ----------
    across
        The row, its first cell the corner, which is no number.
    down
        The first column below it.

    Examples
    --------
    >>> is_square(["", "3", "1", "2"], ["1", "2", "3"])
    True
    >>> is_square(["area", "2019", "2020", "2021"], ["1", "2", "3"])
    False
    """
    heads, rows = [one for one in across[1:] if one], [one for one in down if one]
    if _NUMBERISH.fullmatch(across[0]) or len(set(heads)) < _FEWEST_HEADS:
        return False
    return 2 * len(set(heads) & set(rows)) >= max(len(set(rows)), _FEWEST_HEADS)


def _is_numeric(cells: Sequence[str]) -> bool:
    said = [cell for cell in cells if cell and not markers.is_known(cell)]
    return bool(said) and sum(map(bool, map(_NUMBERISH.fullmatch, said))) >= 0.8 * len(said)


def mostly(cells: Sequence[str], holds: Callable[[str], bool]) -> bool:
    """Tell whether more than half of the filled cells hold to something."""
    said = [cell for cell in cells if cell]
    return bool(said) and sum(map(holds, said)) > 0.5 * len(said)


def is_period(cell: str) -> bool:
    """Tell whether a cell alone reads as a period."""
    cell = without_note(cell)[0]
    read = written_periods.read_periods([cell], answers={"pooled": "no"}).iso
    return bool(_PLAIN_YEAR.fullmatch(cell)) or bool(read)


def _is_body(
    row: Sequence[str], numeric: Sequence[int], years: set[int], later: Sequence[Sequence[str]]
) -> bool:
    cells = [(at, row[at]) for at in numeric if row[at]]
    if not cells:
        others = [at for at in range(len(row)) if at not in numeric and row[at]]
        return any(_shaped_like(row[at], at, later) for at in others)
    signs = [cell for _, cell in cells if not _NUMBERISH.fullmatch(cell)]
    words = [cell for cell in signs if not markers.is_known(cell)]
    if len(words) > 0.5 * len(cells):
        return False
    if len(signs) == len(cells) and (words or _are_bands(signs)):
        return False
    rest = [cell for at, cell in cells if at not in years and cell not in words]
    if rest and all(map(is_period, rest)):
        beside = [at for at in range(len(row)) if row[at] and (at not in numeric or at in years)]
        if words or not any(_shaped_like(row[at], at, later) for at in beside):
            return False
    return not _is_numbering(row)


def _are_bands(cells: Sequence[str]) -> bool:
    """Tell headings that are bands (0-4, 5-9, 65+) from bands that stand for figures."""
    return len(cells) > 2 and len(set(cells)) == len(cells) and all(map(_BAND.fullmatch, cells))


_BAND = re.compile(r"[<>]?\d{1,3}([-–]\d{1,3}|\+)?")


def _shaped_like(cell: str, at: int, later: Sequence[Sequence[str]]) -> bool:
    """Tell whether a cell with digits looks like those further down in its column."""
    if not re.search(r"\d", cell):
        return False
    shape = re.sub(r"\d", "9", cell)
    return any(re.sub(r"\d", "9", row[at]) == shape for row in later)


def _is_numbering(row: Sequence[str]) -> bool:
    """Tell a row that numbers the columns, as German yearbooks have it."""
    said = [cell for cell in row if cell]
    if len(said) < 3 or not all(map(_NUMBERING.fullmatch, said)):
        return False
    numbers = [re.sub(r"\D", "", cell) for cell in said]
    wanted = list(range(int(numbers[0] or 0), int(numbers[0] or 0) + len(said)))
    return [int(number or -1) for number in numbers] == wanted and wanted[0] in (0, 1)


def _is_heading(row: Sequence[str], width: int, numeric: Sequence[int], filled: int) -> bool:
    if len(row) != width or not filled:
        return False
    if filled >= max(2, 0.5 * width):
        return True
    over = sum(1 for at in numeric if at and row[at])
    return over >= 1 and over >= 0.5 * filled


def _parts_the_table(
    rows: Sequence[Sequence[str]],
    at: int,
    width: int,
    numeric: Sequence[int],
    filled: Sequence[int],
) -> bool:
    """Tell a lone text between the headings and the first row: it heads a block of rows."""
    return (
        at > 0
        and width > 2
        and filled[at] == 1
        and len(rows[at]) == width
        and not any(rows[at][each] for each in numeric if each)
        and _is_heading(rows[at - 1], width, numeric, filled[at - 1])
        and filled[at - 1] > 1
    )


def _completes(upper: Sequence[str], lower: Sequence[str], numeric: Sequence[int]) -> bool:
    """Tell whether a row over headings names the columns they leave blank, and some of theirs."""
    if len(upper) != len(lower) or not any(upper[at] for at in numeric if at):
        return False
    named = [at for at in range(len(upper)) if upper[at] and at not in numeric]
    return bool(named) and not any(lower[at] for at in named)


def column_names(grid: Grid) -> list[str]:
    """One name per column: heading rows joined, merged headings carried to the right."""
    square = len(grid.headings) == 1 and bool(grid.columns) and is_square(
        grid.headings[0], grid.columns[0].texts
    )  # fmt: skip
    rows = [list(row) for row in grid.headings if square or not _is_numbering(row)]
    width = len(grid.columns)
    for upper, lower in itertools.pairwise(rows):
        for at in range(1, width):
            if not upper[at] and lower[at] and upper[at - 1] and lower[at - 1]:
                upper[at] = upper[at - 1]
    names: list[str] = []
    for at in range(width):
        parts = list(dict.fromkeys(row[at] for row in rows if row[at]))
        name = re.sub(r"\s+", " ", " / ".join(parts)).strip()
        name = name or f"column {at + 1}"
        same = names.count(name) and sum(
            1 for each in names if each == name or re.fullmatch(re.escape(name) + r" \(\d+\)", each)
        )
        names.append(f"{name} ({same + 1})" if same else name)
    return names


_IN_HEADING = re.compile(
    r"(?:(?:q|t|k|h|s)\s?[1-4][ /_-]?(?:19|20)\d\d)"
    r"|(?:(?<!\d)(?:19|20)\d\d[ _-]?(?:q|t|k|h|s|m)\d{1,2}(?!\d))"
    r"|(?:(?<!\d)\d{1,2}\.\d{1,2}\.(?:19|20)\d\d)"
    r"|(?:[1-4]\.? ?(?:quartal|trimestre|kvartal|halbjahr|semestre|quarter) (?:de )?(?:19|20)\d\d)"
    r"|(?:[^\W\d_]{3,}\.? (?:de )?(?:19|20)\d\d(?!\d|[-–/]\d))"
    r"|(?:(?<!\d)(?:19|20)\d\d[/–-]\d{2}(?:\d\d)?(?!\d))"
    r"|(?:(?<!\d)(?:19|20)\d\d(?!\d|[-–/]\d))",
    re.IGNORECASE,
)


_NOTED_YEAR = re.compile(
    r"((?:19|20)\d\d) ?(\d\)|[¹²³⁰⁴-⁹]{1,2}|\*{1,3}|[a-zA-Z]"
    r"|\([^\W\d_]{1,2}\)|\[(?:[^\W\d_]{1,2}|notes? [\d, ]+)\])"
)
_MONTHS = re.compile(
    r"(?<![^\W\d])[^\W\d]{3,9}\.?(?: (?:19|20)\d\d)?(?: ?[-–] ?| (?:to|bis|à|al|til|till|tot) )"
    r"[^\W\d]{3,9}\.? (?:19|20)\d\d"
)


def without_note(heading: str) -> tuple[str, str]:
    """Return a heading that is a year with a mark, without the mark; and the mark.

    >>> without_note("2021 1)"), without_note("2023p"), without_note("rate 2023")
    (('2021', '1)'), ('2023', 'p'), ('rate 2023', ''))
    """
    *above, last = heading.split(" / ")
    match = _NOTED_YEAR.fullmatch(last)
    if not match:
        return heading, ""
    note = match[2] if re.fullmatch(r"\d\)", match[2]) else match[2].strip("()[]")
    return " / ".join([*above, str(match[1])]), note


_UNDERSCORED = re.compile(r"(?<!\d)((?:19|20)\d\d)_(\d\d)(?!\d)")
_SEVERAL_YEARS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(_to_|[_/]| ?[-–] ?| (?:to|bis|à|al?) )((?:19|20)\d\d|\d\d)(?![\d-])",
    re.IGNORECASE,
)


def _spans_years(first: str, between: str, last: str) -> bool:
    """Tell several years (2009-13, 2011 to 2014) from a school year and from a month."""
    if len(last) == 2 and 1 <= int(last) <= 12 and between in ("-", "/", "_"):
        return False
    return int(last[-2:]) != (int(first) + 1) % 100


def period_in_heading(
    name: str, languages: Sequence[str], *, pooled: bool | None = None, short: bool = False
) -> tuple[str, str] | None:
    """Return the rest of a heading and the one period it names.

    Parameters
    ----------
    pooled
        Whether ``2008-10`` means three years together, as all headings say;
        None when this is the only one.
    short
        Whether ``Jan 22`` is a month of 2022.

    Examples
    --------
    >>> period_in_heading("rate_2015_16", ["en"]), period_in_heading("rate 2008-10", ["en"])
    (('rate', '2015/2016'), None)
    """
    forms = {} if pooled is None else {"pooled": "yes" if pooled else "no"}
    forms |= {"short_years": "yes"} if short else {}
    name = without_note(name)[0]
    name = _UNDERSCORED.sub(r"\1/\2", name)
    if any(_spans_years(*match.groups()) for match in _SEVERAL_YEARS.finditer(name)):
        return None
    whole = written_periods.read_periods([name], languages, forms).iso
    if whole:
        return "", next(iter(whole.values()))
    parts = [without_note(part)[0] for part in name.split(" / ")]
    for part in parts:
        read = written_periods.read_periods([part], languages, forms).iso
        if not read:
            continue
        beside, period = [each for each in parts if each != part], next(iter(read.values()))
        within = [each for each in beside if written_periods.part_of_year(each, languages)]
        if len(within) == 1 and _PLAIN_YEAR.fullmatch(period):
            beside.remove(within[0])
            period += f"-{written_periods.part_of_year(within[0], languages)}"
        return " / ".join(beside), period
    if _MONTHS.search(name):
        return None  # several months that are no period
    for match in _IN_HEADING.finditer(name):
        for token in (match.group(), re.sub(r"^[^\W\d_]{3,}\.? ", "", match.group())):
            read = written_periods.read_periods([token], languages, forms).iso
            if read:
                rest = name.replace(token, "", 1)
                rest = re.sub(r"([_,.:;/-])\s*(?=[_,.:;/-])", "", rest)
                return re.sub(r"^[\s_,.:;/-]+|[\s_,.:;/-]+$", "", rest), next(iter(read.values()))
    return None
