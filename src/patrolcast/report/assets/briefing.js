"use strict";
// The briefing's own script: chooses what is shown, and draws the map that repeats the tables. Text reaches the page
// through textContent only. The packing it reads is explained in report/run/map_data.py.
(function () {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const byId = (id) => document.getElementById(id);
  const SHADES = ["#e7f7fb", "#aed9e9", "#79b9d8", "#4c98c6", "#2a76ae", "#165391", "#0e3370"];
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const LEVELS = LETTERS.length * LETTERS.length - 1;

  function rings() {
    const cellRings = [];
    let at = 0, newest = 0;
    for (let i = 0; i < data.ids.length; i++) {
      const ring = [];
      for (let k = data.outline.sides[i] || 6; k > 0; k--) {
        const corner = newest - data.outline.cells[at++];
        newest = Math.max(newest, corner + 1);
        ring.push(corner);
      }
      cellRings.push(ring);
    }
    return cellRings;
  }

  function valuesOf(text) {
    const [low, high] = data.scale;
    const expected = new Float64Array(data.ids.length);
    for (let i = 0; i < expected.length; i++) {
      const level = LETTERS.indexOf(text[2 * i]) * LETTERS.length + LETTERS.indexOf(text[2 * i + 1]);
      expected[i] = level ? Math.exp(low + (high - low) * (level - 1) / (LEVELS - 1)) : 0;
    }
    return expected;
  }

  function walked(steps) {
    const path = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      path.push([y / 1e5, x / 1e5]);
    }
    return path;
  }

  function nameOf(i) {
    const between = { "&": " & ", ",": ", " };
    const packed = data.names.of[i] || "";
    return packed.split(/([&,])/).map((part) => between[part] || (part ? data.names.parts[Number(part)] : "")).join("");
  }

  function shadeOf(value) {
    let step = 0;
    while (step < data.edges.length && value >= data.edges[step]) step++;
    return SHADES[step + SHADES.length - 1 - data.edges.length];
  }

  function element(name, text, className) {
    const node = document.createElement(name);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  // ---- what is shown -------------------------------------------------------------------------------------------
  const shiftChoice = byId("shift"), districtChoice = byId("district");
  const rows = new Map(); // shift id -> rows of its tables
  document.querySelectorAll(".shift").forEach((section) => {
    rows.set(section.dataset.shift, [...section.querySelectorAll("tr[data-cell]")]);
  });

  function shown(row) {
    const block = row.closest(".district");
    return !districtChoice.value || block.dataset.district === districtChoice.value;
  }

  // The choice lives in the address, so that a link opens one district's sheet: #district=12&shift=2
  function readAddress() {
    const address = new URLSearchParams(location.hash.slice(1));
    const offered = (choice, value) => value !== null && [...choice.options].some((option) => option.value === value);
    if (offered(districtChoice, address.get("district"))) districtChoice.value = address.get("district");
    if (!offered(shiftChoice, address.get("shift"))) return false;
    shiftChoice.value = address.get("shift");
    return true;
  }

  function writeAddress() {
    const address = new URLSearchParams();
    if (districtChoice.value) address.set("district", districtChoice.value);
    if (shiftChoice.value) address.set("shift", shiftChoice.value);
    try { history.replaceState(null, "", "#" + address); } catch (refused) { /* a page opened from a file may not */ }
  }

  // The running shift, else the next one; when all are over the last one stays, under its banner.
  function presentShift(now) {
    const at = data.shifts.findIndex((shift) => now < shift.end);
    return String(at < 0 ? data.shifts.length - 1 : at);
  }

  function dimWhatIsOver(now) {
    data.shifts.forEach((shift, i) => {
      const over = shift.end <= now, section = document.querySelector('.shift[data-shift="' + i + '"]');
      const option = [...shiftChoice.options].find((choice) => choice.value === String(i));
      if (section) section.classList.toggle("over", over);
      if (option) option.textContent = shift.short + (over ? " (over)" : now >= shift.start ? " (now)" : "");
    });
  }

  function choose() {
    let listed = 0;
    document.querySelectorAll(".shift").forEach((section) => {
      section.hidden = shiftChoice.value !== "all" && section.dataset.shift !== shiftChoice.value;
      section.querySelectorAll(".district").forEach((block) => {
        block.hidden = Boolean(districtChoice.value) && block.dataset.district !== districtChoice.value;
        if (!section.hidden && !block.hidden) listed += block.querySelectorAll("tr[data-cell]").length;
      });
    });
    document.body.classList.toggle("alone", Boolean(districtChoice.value) && shiftChoice.value !== "all"); // one sheet, with its map
    const where = districtChoice.options[districtChoice.selectedIndex].text;
    const when = shiftChoice.selectedIndex >= 0 ? shiftChoice.options[shiftChoice.selectedIndex].text : "no shift";
    byId("status").textContent = listed + (listed === 1 ? " suggestion: " : " suggestions: ") + where + ", " + when + ".";
    if (typeof draw === "function") draw();
  }

  // ---- the map -------------------------------------------------------------------------------------------------
  const mapElement = byId("map"), points = walked(data.outline.corners), cells = rings();
  const all = L.latLngBounds(points);
  const map = L.map("map", {
    preferCanvas: true, attributionControl: false, zoomSnap: 0.25, fadeAnimation: false, zoomAnimation: false,
    markerZoomAnimation: false, scrollWheelZoom: false, zoomControl: false, keyboardPanDelta: 0, renderer: L.canvas({ padding: 0.2 }),
  });
  map.getPane("popupPane").setAttribute("aria-live", "polite"); // a screen reader hears the cell that the keys reach
  map.fitBounds(all, { padding: [8, 8], animate: false });
  map.setMaxBounds(all.pad(2)); // room for a popup beside any cell
  L.control.scale({ imperial: true }).addTo(map);
  L.control.zoom({ position: "bottomright" }).addTo(map); // under the thumb, and no popup under it
  const north = L.control({ position: "topright" });
  north.onAdd = () => element("div", "\u2191 North", "north");
  north.addTo(map);

  const shapes = cells.map((ring, i) => {
    const shape = L.polygon(ring.map((k) => points[k]), { stroke: true, weight: 0.5, color: "#fff", fillOpacity: 1 });
    shape.on("click", () => tell(i));
    return shape.addTo(map);
  });
  (data.backdrop.water || []).forEach((rings) => {
    const style = { stroke: false, fillColor: "#b4c3cc", fillOpacity: 0.75, interactive: false };
    L.polygon(rings.map(walked), style).addTo(map);
  });
  // Streets are seen where cells are large enough to read between them; over a whole city they would be a hatch.
  const streets = (data.backdrop.street || []).map((lines) =>
    L.polyline(lines.map(walked), { color: "#2b3138", weight: 0.8, opacity: 0, interactive: false }).addTo(map));
  const middle = (i) => shapes[i].getBounds().getCenter();
  data.districts.forEach((district) => {
    const lines = district.rings.map((ring) => [...ring, ring[0]].map((k) => points[k]));
    L.polyline(lines, { color: "#2b3138", weight: 1.5, interactive: false }).addTo(map);
  });
  // Where a district's name may stand: the middles of its cells, the one nearest to their mean first.
  const nameSpots = data.districts.map((district, d) => {
    const middles = shapes.map((shape, i) => i).filter((i) => data.district_of[i] === d).map(middle);
    const lat = middles.reduce((sum, spot) => sum + spot.lat, 0) / middles.length;
    const lng = middles.reduce((sum, spot) => sum + spot.lng, 0) / middles.length;
    const narrow = Math.cos(lat * Math.PI / 180), far = (spot) => Math.hypot(spot.lat - lat, (spot.lng - lng) * narrow);
    return middles.sort((a, b) => far(a) - far(b));
  });
  const picked = L.layerGroup().addTo(map), labels = L.layerGroup().addTo(map);
  let values = null, current = "0", reached = -1;

  function label(where, text, className) {
    const box = element("div");
    box.append(element("span", text));
    const icon = L.divIcon({ html: box, className: className, iconSize: [0, 0] });
    return L.marker(where, { icon: icon, interactive: false, keyboard: false });
  }

  function draw() {
    current = shiftChoice.value === "all" || !shiftChoice.value ? "0" : shiftChoice.value;
    if (!data.shifts.length) return;
    const shift = data.shifts[Number(current)];
    values = valuesOf(shift.values);
    shapes.forEach((shape, i) => shape.setStyle({ fillColor: shadeOf(values[i]) }));
    picked.clearLayers();
    (rows.get(current) || []).filter(shown).forEach((row) => {
      const ring = (cells[row.dataset.cell] || []).map((k) => points[k]);
      if (!ring.length) return;
      L.polygon(ring, { color: "#fff", weight: 5, fill: false, interactive: false }).addTo(picked);
      L.polygon(ring, { color: "#b3380b", weight: 2.5, fill: false, interactive: false }).addTo(picked);
    });
    byId("map-caption").textContent =
      "Cells shaded by expected incidents, all categories together: " + shift.label + ". Select a cell for its figures, or go from cell to cell with the arrow keys.";
    map.closePopup();
    const chosen = data.districts.find((district) => district.name === districtChoice.value);
    const corner = chosen ? chosen.rings.flat().map((k) => points[k]) : all;
    map.fitBounds(L.latLngBounds(corner), { padding: [8, 8], animate: false });
    write();
  }

  // Ranks are written where the hexagons are large enough to hold them; district names where they are not.
  function write() {
    labels.clearLayers();
    if (!cells.length) return;
    const box = shapes[0].getBounds();
    const width = map.latLngToLayerPoint(box.getNorthEast()).x - map.latLngToLayerPoint(box.getSouthWest()).x;
    streets.forEach((line) => line.setStyle({ opacity: width >= 24 ? 0.4 : 0 }));
    if (width >= 15 || document.body.classList.contains("alone")) {
      (rows.get(current) || []).filter(shown).forEach((row) => {
        const i = Number(row.dataset.cell);
        if (i >= 0) label(middle(i), row.dataset.rank, "rank-label").addTo(labels);
      });
    } else if (data.districts.length > 1) {
      const taken = [];
      nameSpots.forEach((spots, d) => {
        const name = data.districts[d].name, half = 4 * name.length + 3;
        const free = (at) => taken.every(([other, more]) => Math.abs(at.x - other.x) >= half + more || Math.abs(at.y - other.y) >= 16);
        const at = spots.find((spot) => free(map.latLngToLayerPoint(spot)));
        if (!at) return; // no room at this zoom; a closer look has it
        taken.push([map.latLngToLayerPoint(at), half]);
        label(at, name, "district-label").addTo(labels);
      });
    }
  }
  map.on("zoomend", write);

  function tell(i) {
    reached = i;
    const box = element("div");
    const name = nameOf(i), district = data.districts[data.district_of[i]].label;
    box.append(element("strong", name || district));
    if (name) box.append(element("div", district));
    const row = (rows.get(current) || []).find((listed) => Number(listed.dataset.cell) === i);
    if (row) {
      const [, place, expected, visits] = row.children;
      box.append(element("div", "Suggested, rank " + row.dataset.rank + ", area " + place.querySelector(".area").textContent));
      box.append(element("div", "Expected incidents " + expected.childNodes[0].textContent + " " + expected.querySelector(".nowrap").textContent));
      box.append(element("div", visits.textContent));
      const back = box.appendChild(element("button", "Why here: see the list"));
      back.type = "button";
      back.addEventListener("click", () => {
        row.scrollIntoView({ block: "center" });
        row.querySelector("button").focus({ preventScroll: true });
      });
    } else {
      box.append(element("div", "Not suggested in this shift"));
      box.append(element("div", "Expected incidents about " + Number(values[i].toPrecision(2))));
    }
    box.append(element("div", data.ids[i], "code"));
    const size = { maxWidth: Math.min(300, mapElement.clientWidth - 60), maxHeight: mapElement.clientHeight - 90 };
    bringIn(L.popup({ ...size, autoPan: false }).setLatLng(middle(i)).setContent(box).openOn(map));
    document.querySelectorAll("tr.chosen").forEach((chosen) => chosen.classList.remove("chosen"));
    if (row) row.classList.add("chosen");
  }

  // Moves the map until the whole popup lies on it, at once: an animation would end elsewhere when the page is scrolled.
  function bringIn(popup) {
    const box = popup.getElement().getBoundingClientRect(), frame = mapElement.getBoundingClientRect();
    const over = (from, to, least, most) => Math.min(0, from - least - 5) || Math.max(0, to - most + 5);
    const across = over(box.left, box.right, frame.left, frame.right);
    map.panBy([across, over(box.top, box.bottom, frame.top, frame.bottom)], { animate: false });
  }

  // Arrow keys go from cell to cell: to the nearest one whose middle lies within 45 degrees of the arrow.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function next([right, down]) {
    const first = (rows.get(current) || []).find(shown);
    if (reached < 0) return first ? Number(first.dataset.cell) : 0;
    const from = map.latLngToLayerPoint(middle(reached));
    let nearest = reached, least = Infinity;
    shapes.forEach((shape, i) => {
      const away = map.latLngToLayerPoint(middle(i)).subtract(from);
      const along = away.x * right + away.y * down, far = Math.hypot(away.x, away.y);
      if (i !== reached && far < least && along >= far * Math.SQRT1_2) [nearest, least] = [i, far];
    });
    return nearest;
  }
  mapElement.addEventListener("keydown", (event) => {
    if (event.target === mapElement && ARROWS[event.key] && values) tell(next(ARROWS[event.key]));
  });

  rows.forEach((list, shift) => list.forEach((row) => {
    const cell = row.firstElementChild;
    row.dataset.rank = cell.textContent;
    const button = Object.assign(element("button", cell.textContent), { type: "button", title: "Show on the map" });
    button.setAttribute("aria-label", "Rank " + cell.textContent + ", show on the map");
    button.addEventListener("click", () => {
      if (shift !== current) { shiftChoice.value = shift; choose(); }
      tell(Number(row.dataset.cell));
      const at = mapElement.getBoundingClientRect();
      if (at.top < 0 || at.bottom > window.innerHeight) mapElement.scrollIntoView({ block: "center" }); // on a phone it is below
    });
    cell.replaceChildren(button);
  }));

  new ResizeObserver(() => {
    if (!window.matchMedia("print").matches) map.invalidateSize({ animate: false });
  }).observe(mapElement);
  // A canvas cannot be laid out anew while it prints: the map is drawn at the size of the paper before, and back after.
  function sizeMap(width, height) {
    Object.assign(mapElement.style, { width: width, height: height, minHeight: height && "0" });
    map.invalidateSize({ animate: false });
    draw();
  }
  window.addEventListener("beforeprint", () => sizeMap("180mm", document.body.classList.contains("alone") ? "54mm" : "150mm"));
  window.addEventListener("afterprint", () => sizeMap("", ""));

  for (const choice of [shiftChoice, districtChoice]) choice.addEventListener("change", () => { choose(); writeAddress(); });
  window.addEventListener("hashchange", () => { readAddress(); choose(); });
  byId("print").addEventListener("click", () => window.print());
  byId("controls").hidden = false;
  document.querySelectorAll(".fold").forEach((fold) => { fold.open = window.innerWidth > 576; }); // 36rem
  function watch() {
    const now = Date.now() / 1000;
    dimWhatIsOver(now);
  }
  watch();
  if (!readAddress() && data.shifts.length) shiftChoice.value = presentShift(Date.now() / 1000);
  setInterval(watch, 60000);
  choose();
})();
