/** The table of nodes: sorted by a click on a heading, and with the rows alone that are chosen in the picture. */

/**
 * Let the table follow the choice; `onShow` is told the id of a node whose ties are asked for. Where the service sent
 * fewer rows than there are nodes, its own links go on to sort and choose.
 */
export function followTable(table, nNodes, onShow) {
  const rows = [...table.tBodies[0].rows];
  table.addEventListener("click", (event) => {
    const button = event.target.closest("button.show");
    if (!button) return;
    event.preventDefault();
    onShow(button.value);
  });
  const isWhole = rows.length === nNodes;
  if (isWhole) {
    table.tHead.addEventListener("click", (event) => {
      const heading = event.target.closest("th[data-column]");
      if (!heading || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      sort(table, rows, heading);
    });
  }
  return {
    isWhole,
    /** Show the rows of these ids alone. */
    keep(ids) {
      for (const row of rows) row.hidden = !ids.has(row.dataset.id);
    },
    /** Mark the row of a node; null for none. */
    mark(id) {
      for (const row of rows) row.classList.toggle("chosen", row.dataset.id === id);
    },
  };
}

function sort(table, rows, heading) {
  const isNumber = heading.classList.contains("num");
  const before = heading.getAttribute("aria-sort");
  const isDown = before ? before === "ascending" : isNumber;
  const place = heading.cellIndex;
  const value = (row) => {
    const cell = row.cells[place];
    const text = cell.dataset.value ?? cell.textContent;
    return text === "" ? null : isNumber ? Number(text) : text.toLowerCase();
  };
  const name = (row) => row.cells[0].dataset.value;
  rows.sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return (a === null) - (b === null);
    const order = typeof a === "number" ? a - b : a.localeCompare(b);
    return (isDown ? -order : order) || name(one).localeCompare(name(other));
  });
  for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  table.tBodies[0].append(...rows);
}
