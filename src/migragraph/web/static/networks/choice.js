/**
 * Which nodes are chosen, and what colour and size each has. The service follows the same rules for those without
 * scripts (depiction/choice.py).
 */
const MARKS = /\p{M}/gu;
const SMALLEST = 3;
const LARGEST = 14;

/** Return a text in lower case, without accents. */
export function folded(text) {
  return text.toLowerCase().normalize("NFD").replace(MARKS, "");
}

/** Tell whether one of the single ties behind a tie can have held in a year; an unknown end excludes nothing. */
export function held(tie, year) {
  return year === null || tie[3].some(([start, end]) => (start ?? year) <= year && (end ?? year) >= year);
}

/**
 * Return the numbers of the nodes that are chosen, of those that are shown with them since they are tied to one, and
 * of the ties that are shown. Where nothing is asked for, every node is chosen.
 */
export function choose(picture, asked) {
  const words = folded(asked.q).split(/\s+/u).filter(Boolean);
  const kept = picture.ties.map((tie) => held(tie, asked.year));
  const isTied = ([a, b], i) => kept[i] && (asked.group === null || a === asked.group || b === asked.group);
  const ends = new Set(picture.ties.filter(isTied).flatMap(([a, b]) => [a, b]));
  const chosen = new Set();
  picture.nodes.forEach((node, i) => {
    if (
      words.every((word) => node.folded.includes(word)) &&
      (!asked.country || node.country === asked.country) &&
      (!asked.kind || node.kind === asked.kind) &&
      (!asked.theme || node.themes?.includes(asked.theme)) &&
      ((asked.year === null && asked.group === null) || ends.has(i))
    ) {
      chosen.add(i);
    }
  });
  const beside = new Set();
  const ties = new Set();
  picture.ties.forEach(([a, b], i) => {
    if (!kept[i] || (!chosen.has(a) && !chosen.has(b))) return;
    ties.add(i);
    for (const end of [a, b]) if (!chosen.has(end)) beside.add(end);
  });
  return { chosen, beside, ties };
}

/** Return the colour of each node by an attribute, and the legend: the most frequent values have colours of their own. */
export function colours(picture, attribute, say) {
  const counts = new Map();
  for (const node of picture.nodes) {
    if (node[attribute] !== undefined) counts.set(node[attribute], (counts.get(node[attribute]) ?? 0) + 1);
  }
  const { colours: palette, other, unknown } = picture.palette;
  const ranked = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
  const colourOf = new Map(ranked.slice(0, palette.length).map((value, i) => [value, palette[i]]));
  const legend = [...colourOf].map(([value, colour]) => ({ colour, text: `${say(value)} (${counts.get(value)})` }));
  const rest = ranked.slice(palette.length);
  const nRest = rest.reduce((sum, value) => sum + counts.get(value), 0);
  if (rest.length) legend.push({ colour: other, text: `${rest.length === 1 ? "1 other" : `${rest.length} others`} (${nRest})` });
  const nUnknown = picture.nodes.length - [...counts.values()].reduce((a, b) => a + b, 0);
  if (nUnknown) legend.push({ colour: unknown, text: `unknown (${nUnknown})` });
  const found = picture.nodes.map((node) =>
    node[attribute] === undefined ? unknown : (colourOf.get(node[attribute]) ?? other),
  );
  return { colours: found, legend };
}

/** Return the radius of each node in pixels; the area grows with the measure. */
export function sizes(picture, measure) {
  const values = picture.nodes.map((node) => node[measure]);
  const known = values.filter((value) => value !== undefined);
  const least = Math.min(...known);
  const span = Math.max(...known) - least;
  return values.map((value) => {
    const share = value === undefined || !(span > 0) ? 0 : (value - least) / span;
    return Math.sqrt(SMALLEST ** 2 + share * (LARGEST ** 2 - SMALLEST ** 2));
  });
}

/** Return the width of each tie in pixels, from 1.2 to 4.2; it grows with the root of the weight. */
export function widths(picture) {
  const most = Math.max(...picture.ties.map(([, , weight]) => weight));
  const least = Math.min(...picture.ties.map(([, , weight]) => weight));
  return picture.ties.map(([, , weight]) => 1.2 + (most > least ? 3 * Math.sqrt((weight - least) / (most - least)) : 0));
}
