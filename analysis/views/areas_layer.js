/*
 * The map in the page: one canvas of areas over Leaflet, coloured by class.
 *
 * What no other file knows: how the bytes of a geometry become pixels, and what
 * the reader can do with them. It computes nothing about a result: classes,
 * colours and words arrive ready (analysis/views/maps.py).
 *
 *   groundwork.mount(map, options)   fetches the geometry once, fits it, adds the controls
 *   groundwork.classLayer(content)   a result; adding it to the map recolours, without a remount
 *
 * Names are the words of strangers: they reach the page through fillText and
 * textContent only, never as HTML.
 */
(function () {
  "use strict";

  const EARTH = 2 * Math.PI * 6378137;
  const groundwork = (window.groundwork = window.groundwork || {});
  const report = (window.groundworkMap = { painted: null, recolours: 0, lastRecolourMs: null });

  /* ------------------------------------------------------------------ geometry */

  function decode(buffer) {
    const bytes = new Uint8Array(buffer);
    if (String.fromCharCode(...bytes.subarray(0, 4)) !== "GWG1") throw new Error("not a geometry");
    const length = new DataView(buffer).getUint32(4, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    let at = 8 + length;
    const number = () => {
      let value = 0;
      let unit = 1;
      for (;;) {
        const byte = bytes[at++];
        value += (byte & 127) * unit;
        if (byte < 128) return value;
        unit *= 128;
      }
    };
    const stream = (size) => {
      const end = at + size;
      const numbers = [];
      while (at < end) numbers.push(number());
      return numbers;
    };
    const counts = stream(header.streams[0]);
    const sizes = stream(header.streams[1]);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const points = new Int32Array(2 * total);
    let x = 0;
    let y = 0;
    for (let place = 0; place < 2 * total; place += 2) {
      const east = number();
      const north = number();
      x += east % 2 ? -(east + 1) / 2 : east / 2;
      y += north % 2 ? -(north + 1) / 2 : north / 2;
      points[place] = x;
      points[place + 1] = y;
    }

    // ringStart[r] is the first point of ring r; firstRing[i] the first ring of area i.
    const ringStart = new Uint32Array(sizes.length + 1);
    sizes.forEach((size, ring) => (ringStart[ring + 1] = ringStart[ring] + size));
    const firstRing = new Uint32Array(counts.length + 1);
    counts.forEach((count, area) => (firstRing[area + 1] = firstRing[area] + count));

    const areas = header.ids.length;
    const boxes = new Int32Array(4 * areas);
    const sides = [];
    for (let area = 0; area < areas; area++) {
      let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
      const end = 2 * ringStart[firstRing[area + 1]];
      for (let place = 2 * ringStart[firstRing[area]]; place < end; place += 2) {
        west = Math.min(west, points[place]);
        east = Math.max(east, points[place]);
        south = Math.min(south, points[place + 1]);
        north = Math.max(north, points[place + 1]);
      }
      boxes.set([west, south, east, north], 4 * area);
      sides.push(Math.max(east - west, north - south));
    }
    sides.sort((a, b) => a - b);
    return {
      ids: header.ids,
      names: header.names,
      labels: header.labels,
      grid: header.grid,
      origin: header.origin,
      points,
      ringStart,
      firstRing,
      boxes,
      areas,
      middlingSide: sides[areas >> 1],
      finder: finder(boxes, areas),
    };
  }

  // Which areas may lie at a point: a coarse table of the areas whose box touches each cell.
  function finder(boxes, areas) {
    const side = Math.min(256, Math.max(1, Math.ceil(Math.sqrt(areas))));
    let [east, north] = [1, 1];
    for (let area = 0; area < areas; area++) {
      east = Math.max(east, boxes[4 * area + 2]);
      north = Math.max(north, boxes[4 * area + 3]);
    }
    const cells = Array.from({ length: side * side }, () => []);
    const column = (x) => Math.min(side - 1, Math.max(0, Math.floor((x / (east + 1)) * side)));
    const row = (y) => Math.min(side - 1, Math.max(0, Math.floor((y / (north + 1)) * side)));
    for (let area = 0; area < areas; area++) {
      const [x0, y0, x1, y1] = boxes.subarray(4 * area, 4 * area + 4);
      for (let r = row(y0); r <= row(y1); r++)
        for (let c = column(x0); c <= column(x1); c++) cells[r * side + c].push(area);
    }
    return (x, y) => cells[row(y) * side + column(x)];
  }

  function holds(geometry, area, x, y) {
    const { points, ringStart, firstRing, boxes } = geometry;
    const box = 4 * area;
    if (x < boxes[box] || y < boxes[box + 1] || x > boxes[box + 2] || y > boxes[box + 3])
      return false;
    let inside = false;
    for (let ring = firstRing[area]; ring < firstRing[area + 1]; ring++) {
      const end = 2 * ringStart[ring + 1];
      let before = end - 2;
      for (let here = 2 * ringStart[ring]; here < end; before = here, here += 2) {
        const below = points[here + 1];
        const above = points[before + 1];
        if (below > y === above > y) continue;
        const cut = points[here] + ((y - below) * (points[before] - points[here])) / (above - below);
        if (cut > x) inside = !inside;
      }
    }
    return inside;
  }

  function areaAt(geometry, x, y) {
    const found = geometry.finder(x, y).find((area) => holds(geometry, area, x, y));
    return found === undefined ? null : found;
  }

  /* ------------------------------------------------------------------ patterns */

  const MARKS = {
    hatch: [8, (c) => [[-2, 2, 2, -2], [0, 8, 8, 0], [6, 10, 10, 6]].forEach((l) => line(c, ...l, 1))],
    dots: [6, (c) => { c.beginPath(); c.arc(3, 3, 0.95, 0, 7); c.fill(); }],
    stripes: [5, (c) => c.fillRect(0, 0, 5, 2.5)],
    lines: [6, (c) => line(c, 3, 0, 3, 6, 0.9)],
  };

  function line(context, x0, y0, x1, y1, width) {
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  // A pattern stays where it is on the ground: it is shifted by what the canvas was moved.
  function fillOf(context, style, ratio, shift) {
    if (!style.pattern) return style.fill;
    const [side, draw] = MARKS[style.pattern];
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(side * ratio);
    const c = tile.getContext("2d");
    c.scale(tile.width / side, tile.height / side);
    if (style.fill) {
      c.fillStyle = style.fill;
      c.fillRect(0, 0, side, side);
    }
    c.fillStyle = c.strokeStyle = style.ink;
    draw(c);
    const pattern = context.createPattern(tile, "repeat");
    const wrap = (length) => ((length % side) + side) % side;
    pattern.setTransform(
      new DOMMatrix().translate(-wrap(shift.x), -wrap(shift.y)).scale(side / tile.width)
    );
    return pattern;
  }

  // Signs that would cover each other step aside, the later ones, to the nearest free place; the
  // same as in the picture to take home (maps.py).
  function apart(spots) {
    const near = 15;
    const cells = new Map();
    const cell = (x, y) => `${Math.floor(x / near)} ${Math.floor(y / near)}`;
    const free = ([x, y]) => {
      for (const across of [-near, 0, near])
        for (const down of [-near, 0, near])
          for (const [east, south] of cells.get(cell(x + across, y + down)) || [])
            if (Math.hypot(east - x, south - y) < near) return false;
      return true;
    };
    return spots.map(([x, y]) => {
      let found = [x, y];
      search: for (const away of free(found) ? [] : [8, 15, 22, 29])
        for (let turn = 0; turn < 12; turn++) {
          const angle = (turn * Math.PI) / 6;
          const tried = [x + away * Math.cos(angle), y + away * Math.sin(angle)];
          if (free(tried)) {
            found = tried;
            break search;
          }
        }
      const key = cell(...found);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(found);
      return found;
    });
  }

  /* ------------------------------------------------------------------ the layer */

  // L.Renderer brings a padded box that follows the map, also while it zooms.
  const AreaLayer = L.Renderer.extend({
    options: { pane: "overlayPane", padding: 0.2, opacity: 1 },

    initialize(options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._geometry = null;
      this._content = null;
      this._hovered = null;
      this._spots = [];
      this._widths = new Map();
    },

    _initContainer() {
      const box = (this._container = L.DomUtil.create("div", "groundwork-areas"));
      this._ground = L.DomUtil.create("canvas", "", box);
      this._marks = L.DomUtil.create("canvas", "", box);
      this._ground.setAttribute("role", "img");
      this._marks.setAttribute("aria-hidden", "true");
      for (const canvas of [this._ground, this._marks])
        Object.assign(canvas.style, { position: "absolute", left: 0, top: 0 });
    },

    _destroyContainer() {
      L.DomUtil.remove(this._container);
      delete this._container;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      const drawn = [this._map.getZoom(), this._map.getPixelOrigin(), this._bounds.min, size, ratio];
      if (drawn.join() === this._drawn) return;
      this._drawn = drawn.join();
      this._ratio = ratio;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      for (const canvas of [this._ground, this._marks]) {
        const [wide, high] = [size.x * this._ratio, size.y * this._ratio].map(Math.round);
        if (canvas.width !== wide || canvas.height !== high) {
          canvas.width = wide;
          canvas.height = high;
        }
        canvas.style.width = size.x + "px";
        canvas.style.height = size.y + "px";
      }
      this._draw();
    },

    setGeometry(geometry) {
      this._geometry = geometry;
      this._draw();
    },

    setContent(content) {
      const started = performance.now();
      this._content = content;
      this._ground.setAttribute("aria-label", content.alt);
      this._draw();
      if (!this._ready()) return;
      report.recolours += 1;
      report.lastRecolourMs = performance.now() - started;
      this._map.getContainer().dataset.recolours = report.recolours;
    },

    setHovered(area) {
      if (area === this._hovered) return;
      this._hovered = area;
      if (this._ready()) this._drawMarks();
    },

    areaAt(latlng) {
      if (!this._geometry) return null;
      const { grid, origin } = this._geometry;
      const metres = L.CRS.EPSG3857.project(latlng);
      return areaAt(this._geometry, (metres.x - origin[0]) / grid, (metres.y - origin[1]) / grid);
    },

    _ready() {
      return Boolean(
        this._map && this._bounds && this._geometry && this._content &&
          this._content.codes.length === this._geometry.areas
      );
    },

    // From steps of the grid to pixels of the canvas: x * k + left, bottom - y * k.
    _view() {
      const { grid, origin } = this._geometry;
      const scale = this._map.options.crs.scale(this._map.getZoom());
      const pixels = this._map.getPixelOrigin().add(this._bounds.min);
      return {
        k: (scale * grid) / EARTH,
        left: scale * (origin[0] / EARTH + 0.5) - pixels.x,
        bottom: scale * (0.5 - origin[1] / EARTH) - pixels.y,
        shift: pixels,
        size: this._bounds.getSize(),
      };
    },

    _context(canvas, size) {
      const context = canvas.getContext("2d");
      context.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
      context.clearRect(0, 0, size.x, size.y);
      context.lineJoin = "round";
      return context;
    },

    _draw() {
      if (!this._ready()) return;
      const { codes, styles, colours } = this._content;
      const geometry = this._geometry;
      const view = this._view();
      const context = this._context(this._ground, view.size);

      const byCode = new Map();
      const seen = [];
      for (let area = 0; area < geometry.areas; area++) {
        const [west, south, east, north] = geometry.boxes.subarray(4 * area, 4 * area + 4);
        if (
          view.left + east * view.k < 0 || view.left + west * view.k > view.size.x ||
          view.bottom - north * view.k > view.size.y || view.bottom - south * view.k < 0
        )
          continue;
        seen.push(area);
        const code = codes[area];
        if (!byCode.has(code)) byCode.set(code, []);
        byCode.get(code).push(area);
      }

      const side = geometry.middlingSide * view.k;
      const border = side >= 40 ? 1.2 : side >= 20 ? 0.8 : side >= 6 ? 0.4 : 0;
      context.globalAlpha = this.options.opacity;
      for (const [code, own] of byCode) {
        const style = styles[code];
        if (!style.fill && !style.pattern) continue;
        context.fillStyle = fillOf(context, style, this._ratio, view.shift);
        // Without borders, a hair of the own colour closes the seams between neighbours.
        context.strokeStyle = context.fillStyle;
        context.lineWidth = 0.6;
        this._batches(own, (area) => this._trace(context, view, area), context, () => {
          context.fill();
          if (!border) context.stroke();
        });
      }
      context.globalAlpha = 1;
      if (border) {
        context.strokeStyle = colours.ground;
        context.lineWidth = border;
        this._batches(seen, (area) => this._trace(context, view, area), context, () =>
          context.stroke()
        );
      }
      for (const [code, own] of byCode) {
        const style = styles[code];
        if (!style.edge) continue;
        // Edges of areas too small for a pattern would turn the map grey.
        const edged = own.filter((area) => this._side(area) * view.k >= (style.dashed ? 16 : 10));
        context.strokeStyle = style.edge;
        context.lineWidth = side >= 20 ? 1 : 0.6;
        context.setLineDash(style.dashed ? [4, 3] : []);
        this._batches(edged, (area) => this._trace(context, view, area), context, () =>
          context.stroke()
        );
      }
      context.setLineDash([]);
      this._drawOutlines(context, view);
      this._drawCircles(context, view, seen);
      this._spots = this._placed(view);
      this._drawLabels(context, view, seen);
      this._drawPoints(context);
      this._drawMarks();
      if (report.painted === null) {
        report.painted = performance.now();
        this._map.getContainer().dataset.painted = Math.round(report.painted);
      }
    },

    _side(area) {
      const [west, south, east, north] = this._geometry.boxes.subarray(4 * area, 4 * area + 4);
      return Math.max(east - west, north - south);
    },

    // One path for a few dozen areas: a path of all is slow to fill, a path each slow to start.
    _batches(areas, trace, context, paint) {
      for (let from = 0; from < areas.length; from += 48) {
        context.beginPath();
        for (const area of areas.slice(from, from + 48)) trace(area);
        paint();
      }
    },

    _trace(context, view, area, open) {
      const { points, ringStart, firstRing } = this._geometry;
      const { k, left, bottom } = view;
      for (let ring = firstRing[area]; ring < firstRing[area + 1]; ring++) {
        const end = 2 * ringStart[ring + 1];
        let place = 2 * ringStart[ring];
        let x = left + points[place] * k;
        let y = bottom - points[place + 1] * k;
        context.moveTo(x, y);
        for (place += 2; place < end; place += 2) {
          const nextX = left + points[place] * k;
          const nextY = bottom - points[place + 1] * k;
          // Points closer than half a pixel cannot be told apart; the last one closes a line.
          if (Math.abs(nextX - x) + Math.abs(nextY - y) < 0.5 && place < end - 2) continue;
          context.lineTo((x = nextX), (y = nextY));
        }
        if (!open) context.closePath();
      }
    },

    _drawOutlines(context, view) {
      const { areas, firstRing } = this._geometry;
      const { colours } = this._content;
      const trace = (kind) => {
        context.beginPath();
        this._trace(context, view, areas + kind, true);
      };
      if (firstRing[areas + 2] > firstRing[areas + 1]) {
        trace(1);
        context.globalAlpha = 0.85;
        context.strokeStyle = colours.ground;
        context.lineWidth = 2.2;
        context.stroke();
        context.globalAlpha = 1;
        context.strokeStyle = colours.border;
        context.lineWidth = 0.9;
        context.stroke();
      }
      trace(0);
      context.strokeStyle = colours.border;
      context.lineWidth = 1;
      context.stroke();
    },

    _anchor(view, area) {
      const { labels } = this._geometry;
      return [view.left + labels[3 * area] * view.k, view.bottom - labels[3 * area + 1] * view.k];
    },

    _drawCircles(context, view, seen) {
      const { circles, codes } = this._content;
      if (!circles) return;
      const drawn = seen.filter((area) => circles.radii[area] > 0);
      drawn.sort((a, b) => circles.radii[b] - circles.radii[a] || a - b);
      for (const area of drawn) {
        const style = codes[area] === "a" ? circles.provisional : circles.style;
        const [x, y] = this._anchor(view, area);
        context.beginPath();
        context.arc(x, y, circles.radii[area], 0, 7);
        context.globalAlpha = 0.88;
        context.fillStyle = style.fill;
        context.fill();
        context.globalAlpha = 1;
        context.strokeStyle = style.edge;
        context.lineWidth = 1;
        context.setLineDash(style.dashed ? [3, 2] : []);
        context.stroke();
      }
      context.setLineDash([]);
    },

    // Where a place in degrees lies on the canvas.
    _spot(view, latlng) {
      const { grid, origin } = this._geometry;
      const metres = L.CRS.EPSG3857.project(latlng);
      const east = ((metres.x - origin[0]) / grid) * view.k;
      return [view.left + east, view.bottom - ((metres.y - origin[1]) / grid) * view.k];
    },

    // Places on top of the areas: near ones stand side by side.
    _placed(view) {
      const points = this._content.points || [];
      const spots = apart(points.map((point) => this._spot(view, L.latLng(point.at))));
      return spots.map(([x, y], place) => [x, y, points[place]]);
    },

    _drawPoints(context) {
      const { colours } = this._content;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.font = `600 10px ${this.options.typeface}`;
      context.lineWidth = 1;
      for (const [x, y, point] of this._spots) {
        context.beginPath();
        context.arc(x, y, 7, 0, 7);
        context.fillStyle = colours.ground;
        context.fill();
        context.strokeStyle = context.fillStyle = colours.ink;
        context.stroke();
        context.fillText(point.letter, x, y + 3.6);
      }
    },

    pointAt(latlng) {
      if (!this._spots.length) return undefined;
      const [x, y] = this._spot(this._view(), latlng);
      const near = this._spots.find(([east, south]) => Math.hypot(east - x, south - y) <= 8);
      return near && near[2];
    },

    _drawLabels(context, view, seen) {
      const { names, labels } = this._geometry;
      const { codes, styles, figures, circles, colours } = this._content;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      for (const area of seen) {
        if (labels[3 * area + 2] * view.k < 18) continue;
        const style = styles[codes[area]];
        let [x, y] = this._anchor(view, area);
        const away = circles && circles.radii[area] > 0 ? circles.radii[area] + 9 : 0;
        const fit = (at) => this._fitting(context, view, area, names[area], figures[area], x, at);
        let rows = fit((y += away));
        if (!rows && away) rows = fit((y -= 2 * away));
        // A name makes way for the places that lie where it would stand.
        const middle = y;
        for (const step of this._spots.length ? [-15, 15, -26, 26] : [])
          if (!rows) rows = fit((y = middle + step));
        if (!rows) continue;
        let baseline = y - 6.5 * rows.length + 10;
        for (const [text, font] of rows) {
          context.font = font;
          if (style.pattern) {
            context.strokeStyle = style.fill || colours.ground;
            context.lineWidth = 4;
            context.strokeText(text, x, baseline);
          }
          context.fillStyle = style.label;
          context.fillText(text, x, baseline);
          baseline += 13;
        }
      }
    },

    // The largest label that lies inside the area: with its figure, in two lines, a little smaller.
    _fitting(context, view, area, name, figure, x, y) {
      const face = this.options.typeface;
      const halves = halved(name);
      for (const number of figure ? [figure, null] : [null])
        for (const size of [11, 10])
          for (const lines of halves ? [[name], halves] : [[name]]) {
            const rows = lines.map((text) => [text, `400 ${size}px ${face}`]);
            if (number) rows.push([number, `600 11px ${face}`]);
            const wide = Math.max(...rows.map((row) => this._width(context, ...row)));
            if (this._boxInside(view, area, x, y, wide / 2 + 2, 6.5 * rows.length)) return rows;
          }
      return null;
    },

    _width(context, text, font) {
      const key = font + text;
      if (!this._widths.has(key)) {
        context.font = font;
        this._widths.set(key, context.measureText(text).width);
      }
      return this._widths.get(key);
    },

    _boxInside(view, area, x, y, halfWidth, halfHeight) {
      const covers = ([east, south]) =>
        Math.abs(east - x) < halfWidth + 7 && Math.abs(south - y) < halfHeight + 7;
      if (this._spots.some(covers)) return false;
      for (const across of [-1, 1, 0])
        for (const down of [-1, 1, 0]) {
          const east = (x + across * halfWidth - view.left) / view.k;
          const north = (view.bottom - (y + down * halfHeight)) / view.k;
          if (!holds(this._geometry, area, east, north)) return false;
        }
      return true;
    },

    // The chosen area and the one under the pointer, on a canvas of their own: cheap to redraw.
    _drawMarks() {
      const view = this._view();
      const context = this._context(this._marks, view.size);
      const { selected, colours } = this._content;
      const outline = (area, strokes) => {
        context.beginPath();
        this._trace(context, view, area);
        for (const [width, colour] of strokes) {
          context.lineWidth = width;
          context.strokeStyle = colour;
          context.stroke();
        }
      };
      if (this._hovered !== null && this._hovered !== selected)
        outline(this._hovered, [[3.4, colours.ground], [1.4, colours.ink]]);
      if (selected !== null) outline(selected, [[5, colours.ground], [2.4, colours.ink]]);
    },
  });

  function halved(name) {
    let best = -1;
    for (let place = 0; place < name.length; place++)
      if (" -".includes(name[place]))
        if (best < 0 || Math.abs(place - name.length / 2) < Math.abs(best - name.length / 2))
          best = place;
    if (best < 0) return null;
    const [first, second] = [name.slice(0, best + 1).trimEnd(), name.slice(best + 1).trimStart()];
    return first && second ? [first, second] : null;
  }

  /* ------------------------------------------------------------------ what a reader can do */

  function addPointer(map, layer) {
    const container = map.getContainer();
    const tip = L.DomUtil.create("div", "groundwork-tip", container);
    tip.setAttribute("aria-hidden", "true");
    const title = L.DomUtil.create("strong", "", tip);
    const text = L.DomUtil.create("span", "", tip);
    const hide = () => {
      tip.style.display = "none";
      layer.setHovered(null);
      container.classList.remove("groundwork-over");
    };
    hide();
    map.on("mousemove", (event) => {
      const area = layer._ready() ? layer.areaAt(event.latlng) : null;
      if (area === null || map._animatingZoom || (map.dragging && map.dragging.moving()))
        return hide();
      layer.setHovered(area);
      container.classList.add("groundwork-over");
      const place = layer.pointAt(event.latlng);
      title.textContent = place ? place.name : layer._geometry.names[area];
      text.textContent = place ? place.words : layer._content.tooltips[area] || "";
      tip.style.display = "block";
      const size = map.getSize();
      const { x, y } = event.containerPoint;
      const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
      const left = x + 14 + wide > size.x ? x - 14 - wide : x + 14;
      const top = y + 16 + high > size.y ? y - 10 - high : y + 16;
      tip.style.left = Math.max(2, Math.min(left, size.x - wide - 2)) + "px";
      tip.style.top = Math.max(2, top) + "px";
    });
    map.on("mouseout movestart zoomstart", hide);
    map.on("click", (event) => {
      const area = layer._ready() ? layer.areaAt(event.latlng) : null;
      if (area === null) return;
      // streamlit-folium hands back what toGeoJSON returns, and only when it differs from the
      // last one: the time makes a second click on the same area a click of its own.
      const feature = {
        type: "Feature",
        properties: { index: area, area_id: layer._geometry.ids[area], clicked: Date.now() },
        geometry: { type: "Point", coordinates: [event.latlng.lng, event.latlng.lat] },
      };
      layer.fire("click", { latlng: event.latlng, layer: { toGeoJSON: () => feature } });
    });
  }

  // The page must scroll on over a map: the wheel zooms only where the reader has gone into the
  // map (click or Tab), or with Ctrl. The same for a finger that drags.
  function addWheel(map) {
    const container = map.getContainer();
    let inside = false;
    const enter = (now) => {
      inside = now;
      map.scrollWheelZoom[now ? "enable" : "disable"]();
      if (L.Browser.mobile) map.dragging[now ? "enable" : "disable"]();
    };
    enter(false);
    container.addEventListener("focusin", () => enter(true));
    container.addEventListener("focusout", () => enter(false));
    container.addEventListener("mousedown", () => enter(true));
    container.addEventListener("mouseleave", () => enter(false));
    container.addEventListener(
      "wheel",
      (event) => {
        if (inside || map.scrollWheelZoom.enabled() === event.ctrlKey) return;
        map.scrollWheelZoom[event.ctrlKey ? "enable" : "disable"]();
      },
      { capture: true, passive: true }
    );
  }

  function addButtons(map, options, fit) {
    const Buttons = L.Control.extend({
      onAdd() {
        const bar = L.DomUtil.create("div", "leaflet-bar groundwork-buttons");
        const add = (words, drawing, act) => {
          const button = L.DomUtil.create("button", "", bar);
          button.type = "button";
          button.title = words;
          button.setAttribute("aria-label", words);
          const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
          picture.setAttribute("viewBox", "0 0 16 16");
          picture.setAttribute("aria-hidden", "true");
          const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
          path.setAttribute("d", drawing);
          picture.append(path);
          button.append(picture);
          L.DomEvent.on(button, "click", act);
        };
        const { words } = options;
        add(words.zoom_in, "M8 3v10M3 8h10", () => map.zoomIn(1));
        add(words.zoom_out, "M3 8h10", () => map.zoomOut(1));
        add(words.whole, "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4", fit);
        L.DomEvent.disableClickPropagation(bar);
        L.DomEvent.disableScrollPropagation(bar);
        return bar;
      },
    });
    new Buttons({ position: "topright" }).addTo(map);
  }

  // Maps of the same geometry in one page keep one view. Each lives in a frame of its own, so
  // they meet in the page around them.
  function addCompanions(map, options) {
    let page = window;
    try {
      if (window.parent.document) page = window.parent;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a page of another origin: stay alone
    }
    const all = (page.groundworkMaps = page.groundworkMaps || []);
    const self = { window, map, geometry: options.geometry, following: false };
    const others = () => {
      const alive = all.filter((one) => one.window && !one.window.closed);
      all.splice(0, all.length, ...alive);
      return alive.filter((one) => one !== self && one.geometry === self.geometry);
    };
    const lead = (act) => {
      if (self.following || map.groundworkQuiet) return;
      for (const other of others()) {
        if (other.following) continue;
        other.following = true;
        try {
          act(other.map);
        } finally {
          other.following = false;
        }
      }
    };
    const shift = (other) =>
      other.project(map.getCenter(), other.getZoom()).subtract(other.project(other.getCenter()));
    map.on("move", () =>
      lead((other) => {
        if (other.getZoom() !== map.getZoom() || map._animatingZoom) return;
        const offset = shift(other).round();
        if (!offset.x && !offset.y) return;
        other._rawPanBy(offset);
        other.fire("move");
      })
    );
    map.on("zoomanim", (event) =>
      lead((other) => {
        if (event.noUpdate) return;
        other.setView(event.center, event.zoom, { animate: true });
      })
    );
    map.on("moveend", () =>
      lead((other) => {
        if (other._animatingZoom || map._animatingZoom) return;
        if (other.getZoom() === map.getZoom()) other.fire("moveend");
        else other.setView(map.getCenter(), map.getZoom(), { animate: false });
      })
    );
    const elder = others().find((one) => one.map.groundworkMoved);
    all.push(self);
    window.addEventListener("pagehide", () => {
      const place = all.indexOf(self);
      if (place >= 0) all.splice(place, 1);
    });
    if (elder) {
      map.setView(elder.map.getCenter(), elder.map.getZoom(), { animate: false });
      map.groundworkMoved = true;
    }
    return others;
  }

  // The typeface of the page around the frame, which has loaded it already.
  function borrowTypeface() {
    const faces = [];
    try {
      for (const sheet of window.parent.document.styleSheets)
        for (const rule of sheet.cssRules)
          if (rule.type === 5 && /Source Sans/.test(rule.style.fontFamily)) {
            const source = rule.style.getPropertyValue("src");
            const base = sheet.href || window.parent.document.baseURI;
            const url = /url\(["']?([^"')]+)["']?\)/.exec(source);
            if (!url || /ital/i.test(rule.style.fontStyle)) continue;
            const weight = rule.style.fontWeight || "400";
            faces.push(
              new FontFace("Source Sans 3", `url("${new URL(url[1], base)}")`, { weight })
            );
          }
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // no access: the system's typeface does
    }
    return Promise.all(
      faces.map((face) => face.load().then((loaded) => document.fonts.add(loaded)))
    ).catch(() => undefined);
  }

  const SHEET = `
    .leaflet-container { background: transparent; font: 400 13px/1.35 var(--typeface); }
    .leaflet-container:focus { outline: none; }
    .leaflet-container:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
    .leaflet-container.groundwork-over { cursor: pointer; }
    .groundwork-areas { pointer-events: none; }
    .groundwork-tip { position: absolute; z-index: 900; pointer-events: none; max-width: 260px;
      padding: 6px 9px; background: var(--ground); color: var(--ink);
      border: 1px solid var(--rule); border-radius: 2px; box-shadow: 0 1px 4px rgb(0 0 0 / .12);
      white-space: pre-line; overflow-wrap: anywhere; }
    .groundwork-tip strong { display: block; font-weight: 600; }
    .groundwork-tip span { color: var(--secondary); }
    .groundwork-tip span:empty { display: none; }
    .leaflet-bar.groundwork-buttons { border: 1px solid var(--rule); border-radius: 2px;
      box-shadow: none; background: var(--ground); }
    .groundwork-buttons button { display: block; width: 26px; height: 26px; padding: 5px;
      border: 0; border-bottom: 1px solid var(--rule); background: none; color: var(--secondary);
      cursor: pointer; }
    .groundwork-buttons button:last-child { border-bottom: 0; }
    .groundwork-buttons button:hover { color: var(--ink); background: var(--panel); }
    .groundwork-buttons button:focus-visible { outline: 2px solid var(--accent); }
    .groundwork-buttons svg { display: block; fill: none; stroke: currentColor;
      stroke-width: 1.5; }
    .groundwork-unavailable { position: absolute; inset: 0; display: flex; z-index: 800;
      align-items: center; justify-content: center; color: var(--ink, #656D74); }
    .leaflet-control-attribution { background: var(--ground); color: var(--secondary); }
  `;

  /* ------------------------------------------------------------------ mount, result */

  groundwork.mount = function (map, options) {
    const container = map.getContainer();
    container.setAttribute("role", "group");
    container.setAttribute("aria-label", options.name);
    container.style.setProperty("--typeface", options.typeface);
    const sheet = document.createElement("style");
    sheet.textContent = SHEET;
    document.head.append(sheet);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches)
      map._zoomAnimated = map.options.inertia = false;

    const bounds = L.latLngBounds(options.bounds);
    const fit = () => {
      map.groundworkQuiet = true; // each map fits itself, its companions need not follow
      map.setMinZoom(0);
      map.fitBounds(bounds, { padding: [6, 6], animate: false });
      map.setMinZoom(map.getZoom() - 1);
      map.groundworkQuiet = map.groundworkMoved = false;
    };
    map.groundworkFit = fit;
    map.setMaxBounds(bounds.pad(0.6));
    const layer = (map.groundworkLayer = new AreaLayer({
      typeface: options.typeface,
      opacity: options.tiles ? 0.8 : 1,
    }));
    fit();
    layer.addTo(map);
    if (options.tiles) {
      L.tileLayer(options.tiles.url, { attribution: options.tiles.thanks }).addTo(map);
      L.control.attribution({ prefix: false }).addTo(map);
    }
    addPointer(map, layer);
    addWheel(map);
    const companions = addCompanions(map, options);
    addButtons(map, options, () => {
      fit();
      companions().forEach((other) => other.map.groundworkFit());
    });
    // Until the reader moves the map, it shows the whole territory at whatever size it gets.
    map.on("dragstart zoomstart", () => (map.groundworkMoved = !map.groundworkQuiet));
    map.on("resize", () => map.groundworkMoved || fit());
    // While the page is laid out anew a frame has no size for a moment: that is no size to take
    // over. And what one frame does must not push the maps in the others.
    const resize = () => {
      if (!container.clientWidth || !container.clientHeight) return;
      map.groundworkQuiet = true;
      map.invalidateSize({ pan: false });
      map.groundworkQuiet = false;
    };
    new ResizeObserver(resize).observe(container);

    // For tests: where an area lies on the screen.
    report.place = (id) => {
      const area = layer._geometry.ids.indexOf(id);
      const { labels, grid, origin } = layer._geometry;
      const point = L.point(
        labels[3 * area] * grid + origin[0], labels[3 * area + 1] * grid + origin[1]
      );
      return map.latLngToContainerPoint(L.CRS.EPSG3857.unproject(point));
    };
    report.view = () => ({ zoom: map.getZoom(), center: map.getCenter() });

    borrowTypeface().then(() => {
      layer._widths.clear();
      layer._draw();
    });
    fetch(options.geometry)
      .then((response) => {
        if (!response.ok) throw new Error(`${options.geometry} answered ${response.status}`);
        return response.arrayBuffer();
      })
      .then((buffer) => layer.setGeometry(decode(buffer)))
      .catch((error) => {
        console.error(error);
        const said = L.DomUtil.create("div", "groundwork-unavailable", container);
        said.setAttribute("role", "alert");
        said.textContent = options.words.unavailable;
      });
  };

  // Only carries a result to the layer; what it replaces stays until it is painted over.
  const ClassLayer = L.Layer.extend({
    initialize(content) {
      this._content = content;
    },
    onAdd(map) {
      const container = map.getContainer();
      for (const name of ["ground", "panel", "ink", "secondary", "rule", "accent"])
        container.style.setProperty("--" + name, this._content.colours[name]);
      container.dataset.mode = this._content.colours.mode;
      map.groundworkLayer.setContent(this._content);
      this._content = null;
    },
    onRemove() {},
  });

  groundwork.classLayer = (content) => new ClassLayer(content);
})();
