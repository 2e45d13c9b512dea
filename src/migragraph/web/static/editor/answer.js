/** An answer of the service that is a table: rows can be sorted and filtered, numbers are drawn as a chart. */
import { addChart } from "./chart.js";

/**
 * @param {HTMLElement} answer what the service wrote
 * @param {(text: string) => void} say tells the reader what has happened
 */
export function enhance(answer, say) {
  const table = answer.querySelector("table");
  if (!table) return;
  addChart(table);
  sortByHeads(table);
  if (table.tBodies[0].rows.length > 10) addFilter(table, say);
}

/** Return the text that a reader sees in an element, with single spaces. */
export function textOf(element) {
  return element.textContent.replace(/\s+/g, " ").trim();
}

function sortByHeads(table) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      sort(table.tBodies[0], column, head.classList.contains("num"), order === "ascending" ? 1 : -1);
    });
  }
}

/** Sort rows by a column; those without a value stay last. */
function sort(body, column, isNumeric, direction) {
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const keyed = [...body.rows].map((row) => {
    const cell = row.cells[column];
    const text = cell.querySelector("[title='no value']") ? null : textOf(cell);
    return { row, key: isNumeric && text !== null ? Number(text) : text };
  });
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    return direction * (isNumeric ? a.key - b.key : compare(a.key, b.key));
  });
  body.append(...keyed.map(({ row }) => row));
}

function addFilter(table, say) {
  const label = document.createElement("label");
  label.className = "filter";
  label.textContent = "Filter the rows shown";
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  table.closest(".scroll").before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) row.hidden = !textOf(row).toLowerCase().includes(wanted);
    say(`${rows.filter((row) => !row.hidden).length} of ${rows.length} rows shown`);
  });
}
