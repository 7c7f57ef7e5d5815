// Tables: sort by a column's head, filter rows, and show long ones in part. Without this script all
// rows are there in the order of the comparison.
const FIRST = 40;

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    // No <button>: Chromium leaves those blank where it repeats a head on further printed pages.
    const button = document.createElement("span");
    button.className = "sorter";
    button.tabIndex = 0;
    button.setAttribute("role", "button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head, heads, column));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      sort(table, head, heads, column);
    });
  });
  limit(table);
}

function sort(table, head, heads, column) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of heads) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows].map((row) => [key(row.cells[column]), row]);
  rows.sort(([a], [b]) => compare(a, b, down ? -1 : 1));
  table.tBodies[0].append(...rows.map(([, row]) => row));
  limit(table);
}

// A figure where the cell carries one; an empty one stands last in both directions.
function key(cell) {
  const figure = cell.dataset.v;
  if (figure === undefined) return cell.textContent.trim();
  return figure === "" ? null : Number(figure);
}

function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), "en", { numeric: true });
}

function limit(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.out !== "1");
  const whole = table.dataset.whole === "1" || rows.length <= FIRST + 10;
  rows.forEach((row, k) => { row.hidden = !whole && k >= FIRST; });
  let more = table.parentElement.nextElementSibling;
  if (!more?.classList.contains("more-rows")) {
    more = document.createElement("p");
    more.className = "more-rows";
    table.parentElement.after(more);
  }
  more.replaceChildren();
  if (whole) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `Show all ${rows.length.toLocaleString("en")} rows (${FIRST} are shown)`;
  button.addEventListener("click", () => { table.dataset.whole = "1"; limit(table); });
  const printed = document.createElement("span");
  printed.className = "print-only";
  printed.textContent = `${FIRST} of ${rows.length.toLocaleString("en")} rows are printed; comparison.json holds them all.`;
  more.append(button, printed);
}

for (const form of document.querySelectorAll("form[data-filters]")) {
  form.hidden = false;
  const table = document.getElementById(form.dataset.filters);
  const apply = () => {
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const out = !passes(form, row);
      row.dataset.out = out ? "1" : "";
      row.hidden = out;
      shown += !out;
    }
    form.querySelector("output").textContent = `${shown.toLocaleString("en")} of ${table.tBodies[0].rows.length.toLocaleString("en")}`;
    limit(table);
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}

function passes(form, row) {
  for (const name of ["verdict", "kind"]) {
    const boxes = [...form.querySelectorAll(`[name="${name}"]`)];
    if (boxes.length && !boxes.some((box) => box.checked && box.value === row.dataset[name])) return false;
  }
  const assumed = form.querySelector('[name="assumed"]');
  return !assumed?.checked || row.dataset.assumed === "1";
}

// A link or another part of the page points at a row that may not be shown.
function reveal(id) {
  const row = document.getElementById(id);
  if (!(row instanceof HTMLTableRowElement)) return;
  row.hidden = false;
  document.querySelector("tr.pointed")?.classList.remove("pointed");
  row.classList.add("pointed");
}
addEventListener("hashchange", () => reveal(decodeURIComponent(location.hash.slice(1))));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link) reveal(decodeURIComponent(link.hash.slice(1)));
}, true);

// Buttons that show a place: the maps and profiles listen.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.show");
  if (!button) return;
  const { lon, lat, section, piece, from, to } = button.dataset;
  const detail = { lon: Number(lon), lat: Number(lat), section, piece, from: Number(from), to: Number(to) };
  document.dispatchEvent(new CustomEvent("merestone:show", { detail }));
  document.getElementById("map").scrollIntoView();
});
