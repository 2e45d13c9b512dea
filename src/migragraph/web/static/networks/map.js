/**
 * The map: nodes that have coordinates at their place on the borders of Natural Earth, in the equal-area projection of
 * Lambert that statistics of Europe are drawn in (centre 10° E, 52° N). The borders lie below the picture and follow it.
 */
const { d3, topojson } = window;
const SVG = "http://www.w3.org/2000/svg";
/** The part of the earth that is seen first: corners in degrees, east and north. */
const FRAME = [[-9.5, 35.5], [32, 36], [31, 66], [-7, 66]];
/** What the map is as wide as, in the units of the picture. */
const UNIT = 1000;
const projection = d3.geoAzimuthalEqualArea().rotate([-10, -52]).translate([0, 0]).scale(UNIT).precision(0.2);

/** Return the place of a node on the map, y upwards; undefined without coordinates. */
export function placeOnMap(node) {
  if (node.lat === undefined) return undefined;
  const [x, y] = projection([node.long, node.lat]);
  return { x, y: -y };
}

/** Return the box that is seen first. */
export function frame() {
  const corners = FRAME.map((corner) => projection(corner));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => -y)];
  return { x: [Math.min(...xs), Math.max(...xs)], y: [Math.min(...ys), Math.max(...ys)] };
}

/** Draw the borders below a picture of sigma; returns what shows and hides them. */
export async function drawBorders(sigma, container, address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the borders cannot be read: ${answer.status}`);
  const topology = await answer.json();
  const drawing = document.createElementNS(SVG, "svg");
  drawing.classList.add("borders");
  drawing.setAttribute("aria-hidden", "true");
  const land = document.createElementNS(SVG, "path");
  const mirrored = d3.geoPath(projection);
  land.setAttribute("d", mirrored(topojson.feature(topology, topology.objects.countries)) ?? "");
  drawing.append(land);
  drawing.setAttribute("hidden", "");
  container.prepend(drawing);
  const follow = () => {
    if (drawing.hasAttribute("hidden")) return;
    const from = sigma.graphToViewport({ x: 0, y: 0 });
    const to = sigma.graphToViewport({ x: UNIT, y: 0 });
    const scale = (to.x - from.x) / UNIT;
    land.setAttribute("transform", `translate(${from.x} ${from.y}) scale(${scale})`);
  };
  sigma.on("afterRender", follow);
  return (isShown) => {
    drawing.toggleAttribute("hidden", !isShown);
    follow();
  };
}
