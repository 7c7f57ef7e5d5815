// The live map, its switches, and what is at a chosen place. Where the browser has no WebGL 2 the static
// map stays, with the same switches. Nothing is fetched: MapLibre GL is unpacked from this page.
const live = JSON.parse(document.getElementById("map-data").textContent);
const box = document.getElementById("livemap");
const still = document.getElementById("staticmap");
const readout = document.getElementById("readout");
const picked = document.getElementById("picked");
const state = document.getElementById("mapstate");
const switches = document.getElementById("switches");
const language = document.getElementById("language");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const READY = "Drag to move, Ctrl and scroll (or two fingers) to zoom; with the keyboard arrows, + and −.";
for (const group of live.groups) group.data = unpacked(group.shapes);
let map = null, marker = null, maplibre = null;

const visible = (key) => switches.querySelector(`[data-group="${CSS.escape(key)}"]`)?.checked ?? true;

switches.addEventListener("submit", (event) => event.preventDefault());
switches.addEventListener("change", (event) => {
  const key = event.target.dataset.group;
  if (!key) return;
  const on = event.target.checked;
  for (const group of still.querySelectorAll(`[data-group="${CSS.escape(key)}"]`)) {
    if (on) group.removeAttribute("display"); else group.setAttribute("display", "none");
  }
  for (const layer of map?.getStyle().layers ?? []) {
    if (layer.source === key) map.setLayoutProperty(layer.id, "visibility", on ? "visible" : "none");
  }
});

async function unpack(id) {
  const packed = Uint8Array.from(atob(document.getElementById(id).textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = await new Response(stream).arrayBuffer();
  return URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
}

async function start() {
  if (!live.mercator) return;
  if (!document.createElement("canvas").getContext("webgl2")) {
    state.textContent = "This browser has no WebGL 2: this is the static map. The switches work all the same.";
    return;
  }
  maplibre = await import(await unpack("maplibre-gl"));
  maplibre.setWorkerUrl(await unpack("maplibre-gl-worker"));
  box.hidden = false;
  still.hidden = true;
  map = new maplibre.Map({
    container: box,
    style: styleOf(live.groups, visible),
    bounds: live.bounds,
    fitBoundsOptions: { padding: 36, maxZoom: 17 },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: true,
    locale: { "Map.Title": "Map of all limits, sections and differences" },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addImage("hatch-between", hatch([242, 163, 58, 100], [122, 67, 0, 165], true), { pixelRatio: 2 });
  map.addImage("hatch-own", hatch([154, 152, 181, 70], [79, 77, 107, 190], false), { pixelRatio: 2 });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 160, unit: "metric" }), "bottom-left");
  map.on("mousemove", (event) => told(event.lngLat));
  map.on("click", (event) => pick(event.lngLat, event.point));
  map.on("moveend", grid);
  map.on("error", (event) => { state.textContent = `The live map reports: ${event.error?.message ?? "an error"}.`; });
  map.once("idle", () => { document.documentElement.dataset.map = "ready"; });
  map.once("load", () => { grid(); name(); });
  language?.addEventListener("change", name);
  const canvas = map.getCanvas();
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Enter") pick(map.getCenter(), map.project(map.getCenter()));
    box.classList.add("aiming");
    told(map.getCenter());
  });
  canvas.addEventListener("blur", () => box.classList.remove("aiming"));
  addEventListener("beforeprint", () => { still.hidden = false; });
  addEventListener("afterprint", () => { still.hidden = true; });
  state.textContent = READY;
}

function grid() {
  map.getSource("graticule")?.setData(graticule(map.getBounds().toArray().flat()));
}

function name() {
  const field = nameField(language?.value ?? live.languages[0] ?? "und", live.languages);
  for (const layer of map.getStyle().layers) if (layer.metadata?.named) map.setLayoutProperty(layer.id, "text-field", field);
}

// Degrees, minutes, seconds to 0.1″ and decimal degrees; the longitude between 180° W and 180° E.
function told({ lng, lat }) {
  const lon = ((lng + 540) % 360 + 360) % 360 - 180;
  readout.textContent = `${dms(lat, "NS")} ${dms(lon, "EW")} · ${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`;
  return readout.textContent;
}

function dms(value, letters) {
  const tenths = Math.round(Math.abs(value) * 36000);
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(tenths / 36000)}°${two(Math.floor(tenths / 600) % 60)}′${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}″${letters[value < 0 ? 1 : 0]}`;
}

function pick(lngLat, screen) {
  const near = [[screen.x - 6, screen.y - 6], [screen.x + 6, screen.y + 6]];
  const found = map.queryRenderedFeatures(near).filter((feature) => feature.source !== "graticule");
  panel(lngLat, found);
  mark(lngLat);
}

function mark(lngLat) {
  marker?.remove();
  marker = new maplibre.Marker({ color: "#1b1f24", scale: 0.7 }).setLngLat(lngLat).addTo(map);
}

const RANK = { difference: 0, station: 1, enclave: 2, section: 3, limit: 4 };

// The panel repeats rows of the tables below, so that a figure is worded once.
function panel(lngLat, found) {
  const parts = [];
  const seen = new Set();
  for (const feature of found) {
    const group = live.groups.find((one) => one.key === feature.source);
    const key = `${group?.key}|${group?.draw === "limit" ? "" : feature.properties.id ?? ""}`;
    if (!group || seen.has(key)) continue;
    seen.add(key);
    parts.push([RANK[group.draw] ?? 9, toldOf(group, feature)]);
  }
  const question = { lon: lngLat.lng, lat: lngLat.lat };
  document.dispatchEvent(new CustomEvent("merestone:ask", { detail: question }));
  if (question.answer) {
    parts.push([RANK.station, [heading(`Nearest station of the axis: ${question.answer.head}`), list(question.answer.offsets)]]);
  }
  parts.sort(([a], [b]) => a - b);
  picked.replaceChildren(paragraph(told(lngLat)), ...parts.flatMap(([, nodes]) => nodes));
  picked.scrollTop = 0;
}

function toldOf(group, feature) {
  const { id } = feature.properties;
  if (group.draw === "difference" && id) return fromRow(`difference-${id}`, `Difference ${id}`);
  if (group.draw === "difference") return [heading("A smaller difference"), paragraph(`${Number(feature.properties.km2).toFixed(4)} km²; too small for a 95 % interval`)];
  if (group.draw === "section") return fromRow(`section-${id}`, `Section ${id}`);
  if (group.draw === "enclave") return fromRow(`enclave-${id}`, `Enclave ${id}`);
  if (group.draw === "limit") return [heading(`Limit shown by ${group.title}`), paragraph(accuracyOf(group.title))];
  const names = Object.entries(feature.properties).filter(([key]) => key.startsWith("name:")).map(([key, value]) => [key.slice(5), value]);
  if (["corridor", "party"].includes(group.draw) || !names.length) return [];
  const party = feature.properties.party ? ` (${feature.properties.party} in that layer)` : "";
  return [heading(`${group.title}${party}`), list(names.map(([code, value]) => [code === "und" ? "name" : code, value]))];
}

function accuracyOf(id) {
  return document.querySelector(`[id="source-${CSS.escape(id)}"] dl div dd`)?.textContent ?? "";
}

function fromRow(id, title) {
  const row = document.getElementById(id);
  if (!row) return [];
  const heads = [...row.closest("table").tHead.rows[0].cells].map((cell) => words(cell));
  const pairs = [...row.cells].slice(1).map((cell, k) => [heads[k + 1], words(cell)]).filter(([, value]) => value && value !== "–");
  const link = document.createElement("a");
  link.href = `#${id}`;
  link.textContent = title;
  const head = heading("");
  head.append(link);
  return [head, list(pairs)];
}

function words(cell) {
  const copy = cell.cloneNode(true);
  for (const node of copy.querySelectorAll("button.show, title")) node.remove();
  for (const node of copy.querySelectorAll(".label:not(:last-child)")) node.append("; ");
  for (const node of copy.querySelectorAll(".label b")) node.append(": ");
  for (const node of copy.querySelectorAll("small, .verdict")) node.append(" ");
  for (const node of copy.querySelectorAll("small")) node.prepend("; ");
  return copy.textContent.replace(/\s+/g, " ").replace(/ ;/g, ";").trim();
}

function heading(text) {
  const node = document.createElement("h3");
  node.textContent = text;
  return node;
}
function paragraph(text) {
  const node = document.createElement("p");
  node.textContent = text;
  return node;
}
function list(pairs) {
  const node = document.createElement("dl");
  for (const [key, value] of pairs) {
    const term = document.createElement("dt"), text = document.createElement("dd");
    term.textContent = key;
    text.textContent = value;
    node.append(term, text);
  }
  return node;
}

// Other parts of the page ask for a place, or for a section.
document.addEventListener("merestone:show", (event) => {
  const { lon, lat, section } = event.detail;
  const lngLat = { lng: lon, lat };
  if (!map) {
    showStill(lngLat);
    panel(lngLat, []);
    return;
  }
  const line = section && live.groups.flatMap((group) => (group.draw === "section" ? group.data.features : [])).find((feature) => feature.properties.id === section);
  if (line) {
    const bounds = new maplibre.LngLatBounds();
    for (const place of line.geometry.coordinates) bounds.extend(place);
    map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: !calm });
    marker?.remove();
    picked.replaceChildren(...fromRow(`section-${section}`, `Section ${section}`));
    return;
  }
  map.easeTo({ center: lngLat, zoom: Math.max(map.getZoom(), 11), animate: !calm });
  mark(lngLat);
  map.once("idle", () => {
    // The map keeps its centre within 180°; the place may have come from beyond.
    const turns = Math.round((lon - map.getCenter().lng) / 360);
    const here = { lng: lon - 360 * turns, lat };
    pick(here, map.project(here));
  });
});

// The static map's projection (stereographic), for the mark of a chosen place.
function showStill({ lng, lat }) {
  const [lon0, lat0, scale, x0, y0] = live.frame, rad = Math.PI / 180;
  const l = (lng - lon0) * rad, p = lat * rad, p0 = lat0 * rad;
  const k = 2 * 6371008.8 / (1 + Math.sin(p0) * Math.sin(p) + Math.cos(p0) * Math.cos(p) * Math.cos(l));
  const x = x0 + scale * k * Math.cos(p) * Math.sin(l);
  const y = y0 - scale * k * (Math.cos(p0) * Math.sin(p) - Math.sin(p0) * Math.cos(p) * Math.cos(l));
  const pin = document.getElementById("staticpick");
  pin.setAttribute("transform", `translate(${x} ${y})`);
  pin.removeAttribute("display");
}

start().catch((error) => {
  box.hidden = true;
  still.hidden = false;
  map = null;
  state.textContent = `The live map could not start (${error.message}); this is the static map. The switches work all the same.`;
});
