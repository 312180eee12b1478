"""Files the browser fetches by itself: Leaflet, our map layer, outlines of areas.

What no other module knows: where they lie in the app's ``static/`` folder and
under which address a map's frame finds them. The address holds a digest of the
content, because these files are served without a date to ask for. They are
served without sign-in: outlines of public boundaries, never a value.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from xstatic.pkg import leaflet

if TYPE_CHECKING:
    from analysis.geometry import Geometry

FROM_FRAME = "../../app/static/"
"""The static folder as seen from the frame of a streamlit-folium map."""


@dataclass(frozen=True)
class StaticFiles:
    """Addresses of what every map needs, relative to its frame."""

    leaflet_js: str
    leaflet_css: str
    layer_js: str
    prefix: str = FROM_FRAME

    def geometry_url(self, geometry: Geometry) -> str:
        """Return the address of a geometry."""
        return f"{self.prefix}geometry/{geometry.file_name}"


def write_static(directory: Path, *, prefix: str = FROM_FRAME) -> StaticFiles:
    """Copy Leaflet and our layer into the static folder, where they are not there yet.

    Parameters
    ----------
    directory
        The ``static`` folder beside the app's entry file; made when missing.
    prefix
        The same folder as the browser sees it.

    Returns
    -------
    StaticFiles
        The addresses. Any number of processes may do this at once.
    """
    vendor = Path(leaflet.BASE_DIR)
    sources = {
        "leaflet_js": ("leaflet", ".js", (vendor / "leaflet.js").read_bytes()),
        "leaflet_css": ("leaflet", ".css", (vendor / "leaflet.css").read_bytes()),
        "layer_js": ("areas", ".js", files(__package__).joinpath("areas_layer.js").read_bytes()),
    }
    urls = {}
    for name, (stem, ending, content) in sources.items():
        digest = hashlib.sha256(content).hexdigest()[:16]
        path = Path("vendor") / f"{stem}-{digest}{ending}"
        _write_once(directory / path, content)
        urls[name] = prefix + path.as_posix()
    return StaticFiles(**urls, prefix=prefix)


def write_geometry(directory: Path, geometry: Geometry) -> Path:
    """Write a geometry under the name of its content, where it is not there yet."""
    path = directory / "geometry" / geometry.file_name
    _write_once(path, geometry.encoded)
    return path


def _write_once(path: Path, content: bytes) -> None:
    """Put a file in place at once, so that no reader ever sees half of it."""
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.chmod(0o644)
        part.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
