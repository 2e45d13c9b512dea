/**
 * The picture of a network: sigma draws what the service has placed (picture.json), and the form above chooses. All
 * that can be seen here stands in the table below too, which follows the choice.
 */
import { choose, colours, folded, sizes, widths } from "./choice.js";
import { about } from "./about.js";
import { drawBorders, frame, placeOnMap } from "./map.js";
import { followTable } from "./table.js";

const { graphology, Sigma } = window;
const STEP = 0.1;
const see = document.getElementById("see");
const canvas = document.getElementById("canvas");
const said = document.getElementById("said");
const form = document.getElementById("choose");
const panel = document.getElementById("about");
const table = document.getElementById("table");

see.hidden = false;
try {
  await start();
} catch (error) {
  showStill(error);
}

/** Show the picture that the service drew, where this browser cannot draw. */
function showStill(error) {
  const still = document.createElement("img");
  Object.assign(still, { src: see.dataset.still, className: "still", alt: "Picture of the network; the table says the same." });
  canvas.replaceWith(still);
  see.querySelector(".see-bar").hidden = true;
  panel.hidden = true;
  said.textContent = `The picture cannot be moved in this browser (${error.message}); the table below says the same.`;
}

/** Return what is drawn: it stands in the page where the service would not give the same again. */
async function readPicture() {
  if (see.dataset.drawn) return JSON.parse(see.dataset.drawn);
  const answer = await fetch(see.dataset.picture);
  if (!answer.ok) throw new Error(`its data cannot be read: ${answer.status}`);
  return answer.json();
}

/** Return the fields that choose nodes, without those that say which network it is, and the buttons. */
function fields() {
  return [...form.elements].filter(({ name, type }) => name && type !== "hidden" && type !== "submit");
}

async function start() {
  const picture = await readPicture();
  const isTwoMode = picture.nodes.some((node) => node.bipartite !== undefined);
  for (const node of picture.nodes) {
    node.folded = folded(node.label);
    if (isTwoMode) node.side = node.bipartite ? "groups" : "actors";
    if (node.community !== undefined) node.community += 1;
  }
  const numberOf = new Map(picture.nodes.map((node, i) => [node.id, i]));
  const state = { found: null, chosen: null, hovered: null, near: new Set(), isMap: false, colours: [], sizes: [], widths: widths(picture) };
  const graph = new graphology.Graph({ type: picture.directed ? "directed" : "undirected" });
  picture.nodes.forEach((node, i) => graph.addNode(i, { x: node.x, y: node.y, label: node.label }));
  picture.ties.forEach(([a, b], i) => graph.addEdgeWithKey(`t${i}`, a, b));
  const ink = () => getComputedStyle(document.body);
  const colour = (name) => ink().getPropertyValue(name).trim();

  takeColours();
  offerLooks();
  state.found = choose(picture, read());
  const sigma = new Sigma(graph, canvas, {
    labelColor: { color: colour("--text") },
    labelFont: "system-ui, sans-serif",
    labelDensity: 0.6,
    labelRenderedSizeThreshold: 6,
    defaultEdgeType: picture.directed ? "arrow" : "line",
    minEdgeThickness: 1,
    zIndex: true,
    minCameraRatio: 0.02,
    maxCameraRatio: 4,
    defaultDrawNodeHover: drawName,
    nodeReducer: (key, data) => nodeLook(Number(key), data),
    edgeReducer: (key, data) => tieLook(Number(key.slice(1)), key, data),
  });

  function nodeLook(i, data) {
    const { chosen, beside } = state.found;
    const isHere = chosen.has(i) || beside.has(i);
    if (!isHere || (state.isMap && picture.nodes[i].lat === undefined)) return { ...data, hidden: true };
    const isFaded = beside.has(i) || (state.chosen !== null && state.chosen !== i && !state.near.has(i));
    const isMarked = i === state.chosen || i === state.hovered;
    return {
      ...data,
      size: state.sizes[i] * (state.isMap ? 0.7 : 1),
      color: isFaded ? mixed(state.colours[i], state.ground) : state.colours[i],
      zIndex: isMarked ? 2 : isFaded ? 0 : 1,
      highlighted: i === state.chosen,
      forceLabel: isMarked || (state.near.has(i) && state.near.size <= 12),
      label: isFaded && !state.near.has(i) && state.chosen !== null ? "" : data.label,
    };
  }

  function tieLook(i, key, data) {
    const [a, b] = picture.ties[i];
    if (!state.found.ties.has(i)) return { ...data, hidden: true };
    const isNear = a === state.chosen || b === state.chosen;
    const isFaded = state.chosen !== null && !isNear;
    return { ...data, size: state.widths[i] + (isNear ? 0.8 : 0), zIndex: isNear ? 1 : 0, color: isNear ? state.accent : mixed("#8a8a8a", state.ground, isFaded ? 0.2 : 0.65) };
  }

  /** Read the colours of the page, which follow the colour scheme; sigma takes opaque ones alone. */
  function takeColours() {
    state.ground = colour("--surface");
    state.accent = colour("--accent");
  }

  /** Draw the name of the node below the pointer on a ground of its own, in the colours of the page. */
  function drawName(context, data, settings) {
    context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(data.label).width;
    context.fillStyle = colour("--surface");
    context.strokeStyle = colour("--accent");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(data.x, data.y, data.size + 2, 0, 2 * Math.PI);
    context.stroke();
    if (!data.label) return;
    const x = data.x + data.size + 5;
    context.fillRect(x - 2, data.y - settings.labelSize / 2 - 4, width + 8, settings.labelSize + 8);
    context.fillStyle = colour("--text");
    context.fillText(data.label, x + 2, data.y + settings.labelSize / 3);
  }

  const rows = table && followTable(table, picture.nodes.length, (id) => show(numberOf.get(id), true));

  function read() {
    const given = new FormData(form);
    const year = String(given.get("year") ?? "");
    return {
      q: String(given.get("q") ?? ""),
      country: given.get("country") ?? "",
      kind: given.get("kind") ?? "",
      theme: given.get("theme") ?? "",
      group: numberOf.get(given.get("network")) ?? null,
      year: /^\d{4}$/u.test(year) ? Number(year) : null,
    };
  }

  /** Draw what the form asks for, and say how much it is. */
  function follow() {
    state.found = choose(picture, read());
    if (state.chosen !== null && !state.found.chosen.has(state.chosen) && !state.found.beside.has(state.chosen)) show(null);
    const { chosen, beside, ties } = state.found;
    if (rows?.isWhole) {
      rows.keep(new Set([...chosen].map((i) => picture.nodes[i].id)));
      document.getElementById("n-rows").textContent = chosen.size.toLocaleString("en");
      document.getElementById("none").hidden = chosen.size > 0;
      document.getElementById("rows").hidden = chosen.size === 0;
    }
    const shown = [...chosen, ...beside];
    const nPlaced = shown.filter((i) => picture.nodes[i].lat !== undefined).length;
    const more = beside.size ? `, with ${beside.size} that they are tied to` : "";
    const where = state.isMap ? ` ${nPlaced} of these ${shown.length} have a place on the map.` : "";
    said.textContent = `${chosen.size} of ${picture.nodes.length} nodes${more}; ${ties.size} ${ties.size === 1 ? "edge" : "edges"}.${where}`;
    sigma.refresh();
  }

  /** Keep what is chosen in the address, so that a link to it shows the same. */
  function remember() {
    const address = new URL(location.href);
    const keep = (name, value) => (value ? address.searchParams.set(name, value) : address.searchParams.delete(name));
    for (const field of fields()) keep(field.name, field.value.trim());
    keep("node", state.chosen === null ? "" : picture.nodes[state.chosen].id);
    if (address.href !== location.href) history.replaceState(null, "", address);
  }

  /** Look at a node, or at none (null); `go` brings it into view. */
  function show(i, go = false) {
    state.chosen = i;
    state.near = new Set(i === null ? [] : graph.neighbors(i).map(Number));
    about(panel, picture, i, [...state.near], (other) => show(other, true));
    rows?.mark(i === null ? null : picture.nodes[i].id);
    if (i !== null && !state.found.chosen.has(i) && !state.found.beside.has(i)) {
      form.reset();
      for (const field of fields()) field.value = "";
      follow();
    }
    remember();
    sigma.refresh();
    if (i !== null && go) {
      const data = sigma.getNodeDisplayData(i);
      const camera = sigma.getCamera();
      if (data && !data.hidden) camera.setState({ x: data.x, y: data.y, ratio: Math.min(camera.ratio, 0.6) });
      canvas.scrollIntoView({ block: "nearest" });
    }
  }

  offerNames();
  follow();
  form.addEventListener("input", () => rows?.isWhole !== false && follow());
  form.addEventListener("change", () => rows?.isWhole !== false && remember());
  form.addEventListener("submit", (event) => {
    if (rows?.isWhole === false || event.submitter?.name === "node") return;
    if (event.submitter?.hasAttribute("formaction")) return; // a file of what is chosen
    event.preventDefault();
    follow();
    remember();
    const only = [...state.found.chosen];
    if (read().q && only.length === 1) show(only[0], true);
  });
  form.querySelector(".again").addEventListener("click", (event) => {
    if (rows?.isWhole === false) return;
    event.preventDefault();
    for (const field of fields()) field.value = "";
    show(null);
    follow();
  });
  sigma.on("enterNode", ({ node }) => hover(Number(node)));
  sigma.on("leaveNode", () => hover(null));
  sigma.on("clickNode", ({ node }) => show(Number(node)));
  sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
    preventSigmaDefault();
    location.assign(picture.nodes[Number(node)].page);
  });
  sigma.on("clickStage", () => show(null));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    takeColours();
    sigma.setSetting("labelColor", { color: colour("--text") });
    sigma.refresh();
  });
  steer();
  if (picture.nodes.some((node) => node.lat !== undefined)) offerMap();
  const given = new URL(location.href).searchParams.get("node");
  if (numberOf.has(given)) show(numberOf.get(given));
  see.dataset.ready = "true";

  function hover(i) {
    state.hovered = i;
    canvas.classList.toggle("over", i !== null);
    sigma.refresh({ skipIndexation: true });
  }

  function offerLooks() {
    const colour = document.getElementById("colour");
    const size = document.getElementById("size");
    const titles = { kind: "Kind", side: "Side", country: "Country", community: "Community" };
    const has = (name) => {
      const n = new Set(picture.nodes.map((node) => node[name])).size;
      return n > 1 && n < picture.nodes.length; // where each node has a value of its own, colours say nothing
    };
    for (const [name, title] of Object.entries(titles)) if (has(name)) colour.add(new Option(title, name));
    for (const { name, title } of picture.measures) size.add(new Option(title, name));
    const apply = () => {
      const found = colours(picture, colour.value || "kind", (value) => words(colour.value, value));
      state.colours = found.colours;
      state.sizes = sizes(picture, size.value);
      showLegend(found.legend);
      if (state.found) sigma.refresh();
    };
    colour.addEventListener("change", apply);
    size.addEventListener("change", apply);
    apply();
  }

  function words(attribute, value) {
    if (attribute !== "kind") return picture.names[value] ?? String(value);
    return form.querySelector(`[name="kind"] option[value="${CSS.escape(value)}"]`)?.textContent ?? value;
  }

  function offerNames() {
    const names = [...new Set(picture.nodes.map((node) => node.label))].sort((a, b) => a.localeCompare(b));
    document.getElementById("names").append(...names.map((name) => new Option(name)));
  }

  /** Buttons and keys that move the picture and go from node to node. */
  function steer() {
    const camera = sigma.getCamera();
    const near = (factor) => camera.setState({ ratio: camera.getBoundedRatio(camera.ratio * factor) });
    const whole = () => camera.setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
    const move = (dx, dy) => camera.setState({ x: camera.x + dx * camera.ratio, y: camera.y + dy * camera.ratio });
    document.getElementById("nearer").addEventListener("click", () => near(1 / 1.5));
    document.getElementById("further").addEventListener("click", () => near(1.5));
    document.getElementById("whole").addEventListener("click", whole);
    const next = (step) => {
      const size = state.sizes;
      const order = [...state.found.chosen].sort((a, b) => size[b] - size[a] || a - b);
      if (!order.length) return;
      const at = order.indexOf(state.chosen);
      show(order[(at + (at < 0 && step < 0 ? 0 : step) + order.length) % order.length], true);
    };
    const keys = {
      ArrowLeft: () => move(-STEP, 0),
      ArrowRight: () => move(STEP, 0),
      ArrowUp: () => move(0, STEP),
      ArrowDown: () => move(0, -STEP),
      "+": () => near(1 / 1.5),
      "-": () => near(1.5),
      0: whole,
      n: () => next(1),
      p: () => next(-1),
      Escape: () => show(null),
      Enter: () => state.chosen !== null && location.assign(picture.nodes[state.chosen].page),
    };
    canvas.addEventListener("keydown", (event) => {
      const act = keys[event.key] ?? keys[event.key.toLowerCase()];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
  }

  function offerMap() {
    const button = document.getElementById("map");
    let borders = null;
    button.hidden = false;
    button.addEventListener("click", async () => {
      state.isMap = !state.isMap;
      button.setAttribute("aria-pressed", String(state.isMap));
      picture.nodes.forEach((node, i) => graph.mergeNodeAttributes(i, (state.isMap && placeOnMap(node)) || { x: node.x, y: node.y }));
      sigma.setCustomBBox(state.isMap ? frame() : null);
      follow();
      sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
      borders ??= drawBorders(sigma, canvas, see.dataset.borders);
      try {
        (await borders)(state.isMap);
      } catch (error) {
        borders = null;
        said.textContent = `The map has no borders: ${error.message}.`;
      }
    });
  }
}

/** Return a colour with less weight on a ground; both are #rrggbb. */
function mixed(colour, ground, share = 0.25) {
  const part = (text, i) => parseInt(text.slice(1 + 2 * i, 3 + 2 * i), 16);
  const parts = [0, 1, 2].map((i) => Math.round(share * part(colour, i) + (1 - share) * part(ground, i)));
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function showLegend(entries) {
  const items = entries.map(({ colour, text }) => {
    const item = document.createElement("li");
    item.innerHTML = '<svg width="12" height="12" aria-hidden="true"><circle cx="6" cy="6" r="5.5"/></svg>';
    item.querySelector("circle").setAttribute("fill", colour);
    item.append(text);
    return item;
  });
  document.getElementById("legend").replaceChildren(...items);
}
