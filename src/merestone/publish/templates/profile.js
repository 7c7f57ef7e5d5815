// Chainage–offset profiles: drawn anew at the width of the page, with a cursor, values and zoom. The
// static pictures that they replace have the same content.
const data = JSON.parse(document.getElementById("profile-data").textContent);
const tools = document.getElementById("profile-tools");
const SVG = "http://www.w3.org/2000/svg";
const EDGE = { left: 74, right: 12, top: 34, bottom: 42 };
const sourceIds = Object.keys(data.sources).filter((id) => id !== data.axis);
const hidden = new Set();
let bent = data.bend_m !== null;

const plots = [...document.querySelectorAll("figure.profile")].map((figure) =>
  plotOf(figure, data.pieces.find((piece) => piece.id === figure.dataset.piece)));

if (tools && plots.length) {
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("profile-scale")?.addEventListener("change", (event) => {
    bent = event.target.value === "bent";
    for (const plot of plots) plot.draw();
  });
  document.getElementById("profile-sources").addEventListener("change", (event) => {
    const id = event.target.dataset.curve;
    if (event.target.checked) hidden.delete(id); else hidden.add(id);
    for (const plot of plots) plot.draw();
  });
}

function plotOf(figure, piece) {
  const box = figure.querySelector(".plot");
  const values = figure.querySelector(".values");
  const last = piece.km[piece.km.length - 1];
  const plot = { piece, box, values, range: [0, last], whole: last, at: null, draw: () => draw(plot) };
  box.tabIndex = 0;
  box.setAttribute("role", "slider");
  box.setAttribute("aria-label", `Place along ${piece.id}`);
  box.setAttribute("aria-valuemin", "0");
  box.setAttribute("aria-valuemax", String(last));
  box.addEventListener("pointermove", (event) => point(plot, stationAt(plot, event)));
  box.addEventListener("click", (event) => { point(plot, stationAt(plot, event)); show(plot); });
  box.addEventListener("keydown", (event) => press(plot, event));
  const buttons = figure.querySelector(".zoom");
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const act = { closer: () => zoom(plot, 0.5), farther: () => zoom(plot, 2), whole: () => zoom(plot, Infinity), earlier: () => pan(plot, -0.6), later: () => pan(plot, 0.6) };
    act[event.target.dataset.do]?.();
  });
  new ResizeObserver(() => draw(plot)).observe(box);
  return plot;
}

// Scales. A minus is never written: up and down are named by the parties.
const shareOf = (m) => bent
  ? Math.asinh(m / data.bend_m) / Math.asinh(data.most_m / data.bend_m)
  : m / data.most_m;
const yOf = (plot, m) => EDGE.top + (plot.height - EDGE.top - EDGE.bottom) / 2 * (1 - shareOf(m));
const xOf = (plot, km) => EDGE.left
  + (plot.width - EDGE.left - EDGE.right) * (km - plot.range[0]) / (plot.range[1] - plot.range[0]);

function draw(plot) {
  plot.width = Math.max(plot.box.clientWidth, 280);
  plot.height = plot.width < 600 ? 280 : 340;
  const svg = make("svg", { viewBox: `0 0 ${plot.width} ${plot.height}`, class: "profile-svg", role: "img", "aria-label": `Offsets of every source along ${plot.piece.id}` });
  const clip = `clip-${plot.piece.id}`;
  const right = plot.width - EDGE.right, bottom = plot.height - EDGE.bottom;
  add(svg, "clipPath", { id: clip }).append(make("rect", { x: EDGE.left, y: 0, width: right - EDGE.left, height: plot.height }));
  drawGrid(plot, svg, right, bottom);
  drawBands(plot, svg, clip);
  const curves = add(svg, "g", { "clip-path": `url(#${clip})` });
  for (const id of sourceIds) if (plot.piece.offsets[id] && !hidden.has(id)) drawCurve(plot, curves, id);
  text(svg, EDGE.left + 6, EDGE.top + 14, `toward ${data.up} ↑`, "side");
  text(svg, EDGE.left + 6, bottom - 6, `toward ${data.down} ↓`, "side");
  text(svg, right, bottom + 34, `km along ${plot.piece.id}`, "xtick", "end");
  plot.cursor = add(svg, "path", { class: "cursor", d: "" });
  plot.dots = add(svg, "g", {});
  plot.box.replaceChildren(svg);
  if (plot.at !== null) mark(plot);
}

function drawGrid(plot, svg, right, bottom) {
  const [above, below] = [yOf(plot, data.tolerance_m), yOf(plot, -data.tolerance_m)];
  add(svg, "rect", { class: "tolerance", x: EDGE.left, y: above, width: right - EDGE.left, height: below - above });
  for (const m of offsetTicks()) for (const side of [1, -1]) {
    const y = yOf(plot, side * m);
    add(svg, "path", { class: "gridline", d: `M${EDGE.left} ${y}H${right}` });
    text(svg, EDGE.left - 6, y + 4, metres(m), "ytick", "end");
  }
  const step = roundUp((plot.range[1] - plot.range[0]) / Math.max(3, Math.floor(plot.width / 95)));
  for (let k = Math.ceil(plot.range[0] / step); k * step <= plot.range[1] + 1e-9; k += 1) {
    const x = xOf(plot, k * step);
    add(svg, "path", { class: "gridline", d: `M${x} ${EDGE.top}V${bottom}` });
    text(svg, x, bottom + 16, String(Number((k * step).toPrecision(8))), "xtick", "middle");
  }
  add(svg, "path", { class: "zero", d: `M${EDGE.left} ${yOf(plot, 0)}H${right}` });
}

function drawBands(plot, svg, clip) {
  const group = add(svg, "g", { "clip-path": `url(#${clip})` });
  for (const [id, from, to, verdict] of plot.piece.sections) {
    const x = xOf(plot, from), width = xOf(plot, to) - x;
    if (x + width < EDGE.left || x > plot.width) continue;
    const band = add(group, "rect", { x, y: EDGE.top - 22, width, height: 13, class: `band-${verdict}` });
    add(band, "title", {}).textContent = `${id} ${data.verdicts[verdict]}`;
    const pattern = { differing: "p-differing", "cannot-say": "p-cannot-say" }[verdict];
    if (pattern) add(group, "rect", { x, y: EDGE.top - 22, width, height: 13, fill: `url(#${pattern})`, "pointer-events": "none" });
  }
}

function drawCurve(plot, group, id) {
  const { piece } = plot, offsets = piece.offsets[id], look = data.sources[id];
  const style = { fill: "none", stroke: look.colour, "stroke-width": 1.5, "stroke-linejoin": "round" };
  if (look.dash) style["stroke-dasharray"] = look.dash;
  const unsigned = new Set(piece.unsigned[id] ?? []);
  const some = (keep, side) => curve(plot, offsets.map((m, k) => (m !== null && unsigned.has(k) === keep ? side * m : null)));
  if (unsigned.size < offsets.length) add(group, "path", { ...style, d: some(false, 1) });
  if (unsigned.size) add(group, "path", { ...style, "stroke-opacity": 0.55, d: some(true, 1) + some(true, -1) });
  const shift = 17 * (sourceIds.indexOf(id) % 5);
  for (let x = EDGE.left + 12 + shift; x < plot.width - EDGE.right; x += 91) {
    const k = nearest(piece.km, plot.range[0] + (x - EDGE.left) / (plot.width - EDGE.left - EDGE.right) * (plot.range[1] - plot.range[0]));
    if (offsets[k] === null) continue;
    for (const side of unsigned.has(k) ? [1, -1] : [1]) {
      const place = `translate(${xOf(plot, piece.km[k])} ${yOf(plot, side * offsets[k])})`;
      add(group, "path", { d: look.marker, fill: look.colour, transform: place });
    }
  }
}

// Path data: of each pixel column the first, least, greatest and last value; null breaks the line.
function curve(plot, offsets) {
  const { km } = plot.piece;
  const parts = [];
  let column = null, pen = false, from = 0, low = 0, high = 0;
  const flush = (to) => {
    if (column === null) return;
    for (const k of [...new Set([from, low, high, to])].sort((a, b) => a - b)) {
      parts.push(`${pen ? "L" : "M"}${xOf(plot, km[k]).toFixed(1)} ${yOf(plot, offsets[k]).toFixed(1)}`);
      pen = true;
    }
    column = null;
  };
  const first = Math.max(0, nearest(km, plot.range[0]) - 1);
  const end = Math.min(km.length - 1, nearest(km, plot.range[1]) + 1);
  for (let k = first; k <= end; k += 1) {
    if (offsets[k] === null) {
      flush(k - 1);
      pen = false;
      continue;
    }
    const x = Math.floor(xOf(plot, km[k]));
    if (x !== column) {
      flush(k - 1);
      [column, from, low, high] = [x, k, k, k];
    }
    if (offsets[k] < offsets[low]) low = k;
    if (offsets[k] > offsets[high]) high = k;
  }
  flush(end);
  return parts.join("");
}

function stationAt(plot, event) {
  const x = event.clientX - plot.box.getBoundingClientRect().left - plot.box.clientLeft;
  const share = (x - EDGE.left) / (plot.width - EDGE.left - EDGE.right);
  return nearest(plot.piece.km, plot.range[0] + Math.min(Math.max(share, 0), 1) * (plot.range[1] - plot.range[0]));
}

function point(plot, station) {
  plot.at = station;
  mark(plot);
}

function mark(plot) {
  const { piece, at } = plot, x = xOf(plot, piece.km[at]);
  const inside = x >= EDGE.left - 1 && x <= plot.width - EDGE.right + 1;
  plot.cursor.setAttribute("d", inside ? `M${x} ${EDGE.top - 22}V${plot.height - EDGE.bottom}` : "");
  plot.dots.replaceChildren();
  for (const id of sourceIds) {
    const m = piece.offsets[id]?.[at] ?? null;
    if (m === null || !inside || hidden.has(id)) continue;
    const sides = (piece.unsigned[id] ?? []).includes(at) ? [1, -1] : [1];
    for (const side of sides) add(plot.dots, "circle", { cx: x, cy: yOf(plot, side * m), r: 3.5, fill: data.sources[id].colour, stroke: "#fff" });
  }
  const told = describe(piece, at);
  const list = document.createElement("ul");
  for (const [id, words] of told.offsets) {
    const item = document.createElement("li");
    item.style.setProperty("--dot", data.sources[id].colour);
    item.textContent = `${id} ${words}`;
    list.append(item);
  }
  const head = document.createElement("b");
  head.textContent = told.head;
  plot.values.replaceChildren(head, list);
  plot.box.setAttribute("aria-valuenow", String(piece.km[at]));
  plot.box.setAttribute("aria-valuetext", `${told.head}; ${told.offsets.map(([id, words]) => `${id} ${words}`).join("; ")}`);
}

// What a station says, in words; the map's panel uses it as well.
function describe(piece, at) {
  const km = piece.km[at];
  const section = piece.sections.find(([, from, to]) => km >= from && km <= to);
  const head = `${piece.id} at ${km.toFixed(3)} km${section ? ` · ${section[0]} ${data.verdicts[section[3]]}` : ""}`;
  const offsets = sourceIds.filter((id) => piece.offsets[id]).map((id) => {
    const m = piece.offsets[id][at];
    if (m === null) return [id, "does not reach here"];
    const sided = !(piece.unsigned[id] ?? []).includes(at);
    const toward = m === 0 || !sided ? (sided ? "" : " (no side known)") : ` toward ${m > 0 ? data.up : data.down}`;
    return [id, `${metres(Math.abs(m))}${toward}, ${data.sources[id].radius}`];
  });
  return { head, offsets, section: section?.[0] };
}

function press(plot, event) {
  const step = event.shiftKey ? 10 : 1;
  const moves = { ArrowRight: step, ArrowLeft: -step, PageUp: 50, PageDown: -50 };
  if (event.key in moves) point(plot, Math.min(Math.max((plot.at ?? 0) + moves[event.key], 0), plot.piece.km.length - 1));
  else if (event.key === "Home") point(plot, 0);
  else if (event.key === "End") point(plot, plot.piece.km.length - 1);
  else if (event.key === "Enter" && plot.at !== null) show(plot);
  else if (event.key === "+" || event.key === "=") zoom(plot, 0.5);
  else if (event.key === "-") zoom(plot, 2);
  else if (event.key === "0") zoom(plot, Infinity);
  else return;
  event.preventDefault();
}

function zoom(plot, factor) {
  const width = Math.min(plot.whole, Math.max((plot.range[1] - plot.range[0]) * factor, plot.whole / 400));
  const middle = plot.at === null ? (plot.range[0] + plot.range[1]) / 2 : plot.piece.km[plot.at];
  const from = Math.min(Math.max(middle - width / 2, 0), plot.whole - width);
  plot.range = [from, from + width];
  draw(plot);
}

addEventListener("beforeprint", () => { for (const plot of plots) zoom(plot, Infinity); });

function pan(plot, share) {
  const width = plot.range[1] - plot.range[0];
  const from = Math.min(Math.max(plot.range[0] + share * width, 0), plot.whole - width);
  plot.range = [from, from + width];
  draw(plot);
}

function show(plot) {
  const { piece, at } = plot;
  const detail = { lon: piece.lon[at], lat: piece.lat[at], station: { piece: piece.id, at } };
  document.dispatchEvent(new CustomEvent("merestone:show", { detail }));
}

// The map asks what the nearest station says, and moves the cursor there.
document.addEventListener("merestone:ask", (event) => {
  const { lon, lat } = event.detail;
  const squeeze = Math.cos(lat * Math.PI / 180);
  let best = null;
  for (const plot of plots) plot.piece.km.forEach((_, at) => {
    const east = ((plot.piece.lon[at] - lon + 540) % 360 - 180) * squeeze, north = plot.piece.lat[at] - lat;
    const square = east * east + north * north;
    if (best === null || square < best.square) best = { square, plot, at };
  });
  if (best === null) return;
  point(best.plot, best.at);
  const { piece } = best.plot;
  event.detail.answer = { ...describe(piece, best.at), lon: piece.lon[best.at], lat: piece.lat[best.at] };
});

// A section shown elsewhere is zoomed to here.
document.addEventListener("merestone:show", (event) => {
  const { piece, section, from, to } = event.detail;
  const plot = section && plots.find((one) => one.piece.id === piece);
  if (!plot) return;
  const margin = Math.max((to - from) * 0.6, plot.whole / 400);
  plot.range = [Math.max(0, from - margin), Math.min(plot.whole, to + margin)];
  plot.at = nearest(plot.piece.km, (from + to) / 2);
  draw(plot);
});

function offsetTicks() {
  if (!bent) {
    const step = roundUp(data.most_m / 4);
    return [1, 2, 3, 4].map((k) => k * step).filter((m) => m <= data.most_m * 1.0001);
  }
  const ticks = [data.bend_m];
  for (let m = 10 ** Math.ceil(Math.log10(data.bend_m * 1.5)); m <= data.most_m; m *= 10) ticks.push(m);
  return ticks;
}

function nearest(sorted, value) {
  let low = 0, high = sorted.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle; else high = middle;
  }
  return value - sorted[low] <= sorted[high] - value ? low : high;
}

function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value * 0.9999999);
}

function metres(m) {
  if (m >= 9.95) return `${Math.round(m).toLocaleString("en")} m`;
  return m >= 1 ? `${m.toFixed(1)} m` : `${m.toFixed(3)} m`;
}

function make(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
function add(parent, name, attributes) {
  return parent.appendChild(make(name, attributes));
}
function text(svg, x, y, words, kind, anchor = "start") {
  add(svg, "text", { x, y, class: kind, "text-anchor": anchor }).textContent = words;
}
