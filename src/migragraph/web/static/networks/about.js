/** What is said of the node that a reader looks at: its page, its measures, and what it is tied to. */
const NOTHING = "Click on a node, or take one from the table, to see what it is tied to.";
const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** Write about a node (null for none) into a panel; `onShow` is told the number of a neighbour that is asked for. */
export function about(panel, picture, i, near, onShow) {
  if (i === null) {
    panel.replaceChildren(element("p", { className: "muted", textContent: NOTHING }));
    return;
  }
  const node = picture.nodes[i];
  const head = element("h2");
  head.append(element("a", { href: node.page, textContent: node.label }));
  const facts = element("dl");
  const name = (code) => picture.names[code] ?? code;
  if (node.country) facts.append(element("dt", { textContent: "Country" }), element("dd", { textContent: name(node.country) }));
  if (node.themes) {
    const themes = node.themes.map(name).sort((a, b) => a.localeCompare(b));
    facts.append(element("dt", { textContent: "Themes" }), element("dd", { textContent: themes.join(", ") }));
  }
  for (const { name, title } of picture.measures) {
    if (node[name] === undefined) continue;
    facts.append(element("dt", { textContent: title }), element("dd", { textContent: number.format(node[name]) }));
  }
  if (node.community) {
    facts.append(element("dt", { textContent: "Community" }), element("dd", { textContent: String(node.community) }));
  }
  const others = element("ul", { className: "others" });
  const named = near.map((other) => [picture.nodes[other].label, other]);
  for (const [label, other] of named.sort((a, b) => a[0].localeCompare(b[0]))) {
    const button = element("button", { type: "button", textContent: label });
    button.addEventListener("click", () => {
      onShow(other);
      panel.querySelector("h2 a").focus();
    });
    const item = element("li");
    item.append(button);
    others.append(item);
  }
  panel.replaceChildren(head, facts, element("p", { textContent: `Tied to ${near.length}:` }), others);
}

function element(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}
