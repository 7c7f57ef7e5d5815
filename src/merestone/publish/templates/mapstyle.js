// How the live map draws each group: MapLibre style layers. Joined with map.js into one module.
const FONT = ["Noto Sans", "DejaVu Sans", "sans-serif"];
const ORDER = ["water", "parcel", "corridor", "district", "watershed", "river", "road", "enclave", "difference",
  "section", "band", "limit", "mark", "crossing", "settlement", "party"];
const HALO = { "text-halo-color": "#fbfaf7", "text-halo-width": 1.6 };

const grows = (far, near) => ["interpolate", ["linear"], ["zoom"], 6.5, far, 10.5, near];
const line = (paint, layout = {}) => ({ type: "line", layout: { "line-join": "round", ...layout }, paint });
const fill = (paint) => ({ type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint });
const named = (size, paint, layout = {}) => ({
  type: "symbol",
  filter: ["==", ["geometry-type"], "Point"],
  layout: { "text-font": FONT, "text-size": size, "text-field": "", ...layout },
  paint: { ...HALO, ...paint },
  named: true,
});

const DRAW = {
  water: () => [fill({ "fill-color": "#cfe0ea" }), line({ "line-color": "#7d9db3", "line-width": 0.7 }), named(11, { "text-color": "#2f5d7c" })],
  parcel: () => [line({ "line-color": "#8d877a", "line-width": 0.9 })],
  corridor: () => [line({ "line-color": "#77736a", "line-width": 1, "line-dasharray": [7, 4] })],
  district: () => [line({ "line-color": "#9a958a", "line-width": 1, "line-dasharray": [1.5, 2] }), named(12, { "text-color": "#4d5560" })],
  watershed: () => [line({ "line-color": "#8d877a", "line-width": 0.9, "line-dasharray": [4, 2] })],
  river: () => [line({ "line-color": "#7fa6c4", "line-width": 1 })],
  road: () => [line({ "line-color": "#8d877a", "line-width": 1.2 })],
  enclave: () => [fill({ "fill-color": "#b9b4d6", "fill-opacity": 0.35 }), {
    type: "symbol",
    filter: ["has", "label"],
    layout: { "text-font": FONT, "text-size": 12, "text-field": ["get", "label"], "text-offset": [0, -1] },
    paint: { "text-color": "#33314d", ...HALO },
  }],
  difference: (look) => look.kind === "own"
    ? [fill({ "fill-pattern": "hatch-own" }), line({ "line-color": "#4f4d6b", "line-width": 0.8, "line-dasharray": [3, 2] })]
    : [fill({ "fill-pattern": "hatch-between" }), line({ "line-color": "#7a4300", "line-width": look.kind === "smaller" ? 0.5 : 0.9 })],
  section: (look) => [line({ "line-color": look.colour, "line-opacity": 0.75, "line-width": grows(6, 16) })],
  band: (look) => [fill({ "fill-color": look.colour, "fill-opacity": 0.2 }), line({ "line-color": look.colour, "line-opacity": grows(0, 0.6), "line-width": 0.8 })],
  limit: (look) => [line({ "line-color": look.colour, "line-width": look.axis ? grows(1.5, 2.6) : grows(1.1, 2.1), ...(look.dash.length ? { "line-dasharray": look.dash } : {}) })],
  mark: () => [{ type: "circle", paint: { "circle-radius": 3, "circle-color": "#3d3d3d" } }, named(11, { "text-color": "#333333" }, { "text-offset": [0, -1] })],
  crossing: () => [{ type: "circle", paint: { "circle-radius": grows(1.8, 4), "circle-color": ["match", ["get", "verdict"], "clear", "#1b1f24", "#fbfaf7"], "circle-stroke-color": "#1b1f24", "circle-stroke-width": 1.1 } }],
  settlement: () => [
    { type: "circle", minzoom: 8, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 1.4, 13, 3.6], "circle-color": "#3d3d3d", "circle-stroke-color": "#fbfaf7", "circle-stroke-width": 0.8 } },
    { ...named(11, { "text-color": "#333333" }, { "text-offset": [0, 0.9], "text-anchor": "top" }), minzoom: 10 },
  ],
  party: () => [named(19, { "text-color": "#5a5a5a" }, { "text-letter-spacing": 0.15, "text-allow-overlap": true })],
};

// Shapes are [type, coordinates, properties]; each list of positions is flat, in steps of 1e-5 degrees.
function unpacked(shapes) {
  const features = shapes.map(([type, packed, properties]) => {
    const coordinates = positions(packed);
    return { type: "Feature", properties, geometry: { type, coordinates: type === "Point" ? coordinates[0] : coordinates } };
  });
  return { type: "FeatureCollection", features };
}

function positions(packed) {
  if (Array.isArray(packed[0])) return packed.map(positions);
  const list = [];
  let x = 0, y = 0;
  for (let k = 0; k < packed.length; k += 2) {
    x += packed[k];
    y += packed[k + 1];
    list.push([x / 1e5, y / 1e5]);
  }
  return list;
}

function styleOf(groups, visible) {
  const sources = {}, layers = [{ id: "paper", type: "background", paint: { "background-color": "#fbfaf7" } }];
  sources.graticule = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
  layers.push({ id: "graticule", source: "graticule", ...line({ "line-color": "#cfcabd", "line-width": 0.8 }) });
  const sorted = [...groups].sort((a, b) => ORDER.indexOf(a.draw) - ORDER.indexOf(b.draw));
  const texts = [];
  for (const group of sorted) {
    sources[group.key] = { type: "geojson", data: group.data, tolerance: 0.2 };
    DRAW[group.draw](group.look).forEach(({ named: hasName, ...layer }, k) => {
      const whole = { id: `${group.key}|${k}`, source: group.key, metadata: { named: hasName }, ...layer };
      whole.layout = { ...whole.layout, visibility: visible(group.key) ? "visible" : "none" };
      (layer.type === "symbol" ? texts : layers).push(whole);
    });
  }
  layers.push({ id: "graticule|text", source: "graticule", type: "symbol",
    layout: { "text-font": FONT, "text-size": 11, "text-field": ["get", "label"], "symbol-placement": "line", "text-offset": [0, -0.7] },
    paint: { "text-color": "#6b675c", ...HALO } });
  return { version: 8, sources, layers: [...layers, ...texts] };
}

// The name in the chosen language, else one of which the language is not said, else any.
function nameField(language, languages) {
  const codes = [language, "und", ...languages.filter((code) => code !== language)];
  return ["coalesce", ...codes.map((code) => ["get", `name:${code}`]), ""];
}

// Hatches as images: diagonal one way for areas between the parties, the other way for own ones.
function hatch(colour, ink, rising) {
  const size = 12, pixels = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) for (let x = 0; x < size; x += 1) {
    const on = (rising ? x + y : x - y + size) % size < 2;
    pixels.set(on ? ink : colour, 4 * (y * size + x));
  }
  return { width: size, height: size, data: pixels };
}

// Meridians and parallels at a step that suits the view.
function graticule(bounds) {
  const [west, south, east, north] = bounds;
  const step = [30, 20, 10, 5, 2, 1, 0.5, 0.25, 1 / 6, 1 / 12, 1 / 30, 1 / 60, 1 / 120, 1 / 360, 1 / 720]
    .find((one) => Math.min(east - west, (north - south) * 1.3) / one >= 2) ?? 1 / 3600;
  const features = [];
  const push = (label, coordinates) => features.push({ type: "Feature", properties: { label }, geometry: { type: "LineString", coordinates } });
  const low = Math.max(south - step, -85), high = Math.min(north + step, 85);
  for (let k = Math.ceil((west - step) / step); k * step <= east + step; k += 1) push(degrees(k * step, "EW"), [[k * step, low], [k * step, high]]);
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) push(degrees(k * step, "NS"), [[west - step, k * step], [east + step, k * step]]);
  return { type: "FeatureCollection", features };
}

function degrees(value, letters) {
  const lon = letters === "EW" ? ((value + 540) % 360) - 180 : value;
  const seconds = Math.round(Math.abs(lon) * 3600);
  const two = (n) => String(n).padStart(2, "0");
  const minutes = seconds % 3600 ? `${two(Math.floor(seconds % 3600 / 60))}′` : "";
  return `${Math.floor(seconds / 3600)}°${minutes}${seconds % 60 ? `${two(seconds % 60)}″` : ""}${seconds && seconds !== 648000 ? letters[lon < 0 ? 1 : 0] : ""}`;
}
