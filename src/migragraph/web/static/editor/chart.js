/**
 * A chart of a table that has a label and a number: bars, or a line over years and days, drawn as SVG. The table stays
 * beside it and says the same.
 */

/** The most rows in one chart. */
const MOST = { bars: 40, line: 1000 };
const SVG = "http://www.w3.org/2000/svg";
const DATE = /^-?\d{4}(?:-\d\d(?:-\d\d)?)?$/;
/** Of an answer in this page whether the reader wanted the chart; a link that ends in #chart wants it too. */
let isWanted = location.hash === "#chart";

/** Put a chart before a table that has a column of numbers and another one. */
export function addChart(table) {
  const columns = [...table.tHead.rows[0].cells].map((head, index) => ({
    index,
    name: head.textContent.trim(),
    isNumeric: head.classList.contains("num"),
    isLink: table.tBodies[0].rows[0].cells[index].querySelector("a") !== null,
  }));
  const numbers = columns.filter((column) => column.isNumeric);
  if (columns.length < 2 || !numbers.length) return;

  const words = columns.filter((column) => !column.isNumeric);
  const first = words.find((column) => !column.isLink) ?? words[0] ?? columns[0];
  const number = numbers.find((column) => column !== first);
  const place = document.createElement("details");
  place.className = "card fold chart";
  place.id = "chart";
  place.append(element("summary", "Chart"));
  const inner = element("div");
  inner.className = "inner";
  const choices = element("div");
  choices.className = "choices";
  const figure = element("figure");
  inner.append(choices, figure);
  place.append(inner);
  const label = choose(choices, "Label", columns, first);
  const value = choose(choices, "Number", numbers, number);
  const shapes = [{ index: "bars", name: "Bars" }, { index: "line", name: "Line" }];
  const dated = rowsOf(table, first.index, number.index);
  const isDated = dated.length > 2 && dated.every(({ text }) => DATE.test(text));
  const shape = choose(choices, "Shape", shapes, shapes[Number(isDated)]);

  let drawn = 0;
  function draw() {
    drawn = figure.clientWidth;
    if (!drawn) return;
    const rows = rowsOf(table, Number(label.value), Number(value.value));
    const names = [label, value].map((choice) => choice.selectedOptions[0].textContent);
    figure.replaceChildren(...drawing(rows, shape.value, names, drawn));
  }
  for (const choice of [label, value, shape]) choice.addEventListener("change", draw);
  new ResizeObserver(() => {
    if (figure.clientWidth !== drawn) draw();
  }).observe(figure);
  place.addEventListener("toggle", () => {
    isWanted = place.open;
    history.replaceState(null, "", location.pathname + location.search + (isWanted ? "#chart" : ""));
    draw();
  });
  table.closest(".scroll").before(place);
  place.open = isWanted;
}

/** Return the rows that can be drawn, in the order of the table: text of the label, and the number. */
function rowsOf(table, label, number) {
  return [...table.tBodies[0].rows]
    .map(({ cells }) => ({ text: textOf(cells[label]), value: Number(cells[number].textContent.trim()) }))
    .filter(({ value }) => Number.isFinite(value));
}

function textOf(cell) {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll(".note").forEach((note) => note.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

/** Return the picture and its caption. */
function drawing(all, shape, [label, number], width) {
  const rows = all.slice(0, MOST[shape]);
  const picture = node("svg", { role: "img", "aria-labelledby": "chart-title chart-about" });
  const title = `${number} by ${label}`;
  picture.append(node("title", { id: "chart-title" }, title));
  const sorted = [...rows].sort((a, b) => b.value - a.value);
  const about = rows.length
    ? `Highest: ${sorted[0].text}, ${sorted[0].value}. Lowest: ${sorted.at(-1).text}, ${sorted.at(-1).value}.`
    : "There is no number to draw.";
  picture.append(node("desc", { id: "chart-about" }, `${about} The table below has every value.`));
  const height = rows.length ? (shape === "line" ? drawLine : drawBars)(picture, rows, width) : 1;
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("height", height);
  const part = rows.length < all.length ? ` The first ${rows.length} of ${all.length} rows are drawn.` : "";
  return [picture, element("figcaption", `${title}.${part} The table below says the same.`)];
}

function drawBars(picture, rows, width) {
  const step = 26;
  const names = Math.min(width * 0.42, 24 + 7 * Math.max(...rows.map(({ text }) => text.length)));
  const most = Math.max(0, ...rows.map(({ value }) => value));
  const least = Math.min(0, ...rows.map(({ value }) => value));
  const figures = 12 + 8 * Math.max(...rows.map(({ value }) => short(value).length));
  const scale = (width - names - figures) / (most - least || 1);
  const zero = names - least * scale;
  rows.forEach(({ text, value }, index) => {
    const y = index * step;
    const name = node("text", { x: names - 8, y: y + 17, "text-anchor": "end" }, cut(text, (names - 16) / 7));
    const bar = node("rect", {
      class: "bar",
      x: zero + Math.min(0, value * scale),
      y: y + 4,
      width: Math.max(1, Math.abs(value * scale)),
      height: step - 8,
      rx: 2,
    });
    bar.append(node("title", {}, `${text}: ${value}`));
    const x = zero + Math.max(0, value * scale) + 6;
    picture.append(name, bar, node("text", { class: "tick", x, y: y + 17 }, short(value)));
  });
  return rows.length * step;
}

function drawLine(picture, rows, width) {
  const [height, left, right, top, bottom] = [280, 60, 20, 12, 30];
  const isDated = rows.every(({ text }) => DATE.test(text));
  const points = rows.map(({ text, value }, index) => ({ text, value, at: isDated ? Date.parse(text) : index }));
  if (isDated) points.sort((a, b) => a.at - b.at);
  const [from, to] = [points[0].at, points.at(-1).at];
  const most = Math.max(0, ...rows.map(({ value }) => value));
  const least = Math.min(0, ...rows.map(({ value }) => value));
  const x = ({ at }) => left + ((at - from) / (to - from || 1)) * (width - left - right);
  const y = (value) => top + ((most - value) / (most - least || 1)) * (height - top - bottom);
  for (let tick = 0; tick <= 4; tick += 1) {
    const value = least + ((most - least) * tick) / 4;
    picture.append(node("line", { class: "rule", x1: left, x2: width - right, y1: y(value), y2: y(value) }));
    picture.append(node("text", { class: "tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)));
  }
  picture.append(node("polyline", { class: "line", points: points.map((p) => `${x(p)},${y(p.value)}`).join(" ") }));
  let written = -Infinity;
  points.forEach((point, index) => {
    const dot = node("circle", { class: "point", cx: x(point), cy: y(point.value), r: 4 });
    dot.append(node("title", {}, `${point.text}: ${point.value}`));
    picture.append(dot);
    const room = 7 * Math.min(point.text.length, 14) + 12;
    if (x(point) - written < room) return;
    written = x(point);
    const anchor = index === 0 ? "start" : written > width - room ? "end" : "middle";
    picture.append(node("text", { class: "tick", x: written, y: height - 8, "text-anchor": anchor }, cut(point.text, 14)));
  });
  return height;
}

function choose(place, name, options, chosen) {
  const label = element("label", name);
  const select = element("select");
  for (const option of options) select.append(new Option(option.name, option.index, false, option === chosen));
  label.append(select);
  place.append(label);
  return select;
}

function short(value) {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function cut(text, most) {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, Math.floor(most) - 1))}…`;
}

function element(tag, text = "") {
  const made = document.createElement(tag);
  made.append(text);
  return made;
}

function node(tag, attributes, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(text);
  return made;
}
