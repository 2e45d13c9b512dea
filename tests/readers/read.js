// Reads graph files for the tests of exports: one request a line, {format, text}, one answer a line.
// An answer is {directed, attributes, nodes: {id: attributes}, edges: [[source, target, attributes]]} or {error}.
import { createInterface } from "node:readline";
import cytoscape from "cytoscape";
import graphology from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";
import { instance } from "@viz-js/viz";

function ofGraphology(graph) {
  return {
    directed: graph.type === "directed",
    attributes: graph.getAttributes(),
    nodes: Object.fromEntries(graph.mapNodes((id, attributes) => [id, attributes])),
    edges: graph.mapEdges((_, attributes, source, target) => [source, target, attributes]),
  };
}

function ofCytoscape(text) {
  const { data, elements, style } = JSON.parse(text);
  const graph = cytoscape({ headless: true, styleEnabled: true, data, elements, style });
  const read = {
    attributes: graph.data(),
    nodes: Object.fromEntries(
      graph.nodes().map((n) => [n.id(), { ...n.data(), position: n.position(), drawn: n.style("background-color") }]),
    ),
    edges: graph.edges().map((e) => [e.source().id(), e.target().id(), e.data()]),
  };
  graph.destroy();
  return read;
}

async function ofGraphviz(text) {
  const graphviz = await instance(); // a new one for each file: Graphviz keeps state, and fails in the end
  const result = graphviz.render(text, { format: "dot_json", engine: "nop" });
  // warnings are about labels that are wider than their node, and about widths of letters that this build lacks
  const errors = result.errors.filter(({ level }) => level !== "warning");
  if (result.status !== "success" || errors.length) throw new Error(JSON.stringify(errors));
  const { objects = [], edges = [], directed, ...attributes } = JSON.parse(result.output);
  return {
    directed,
    attributes,
    nodes: Object.fromEntries(objects.map(({ name, ...node }) => [name, node])),
    edges: edges.map(({ tail, head, ...edge }) => [objects[tail].name, objects[head].name, edge]),
  };
}

const readers = {
  gexf: (text) => ofGraphology(gexf.parse(graphology, text)),
  graphml: (text) => ofGraphology(graphml.parse(graphology, text)),
  cyjs: ofCytoscape,
  dot: ofGraphviz,
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { format, text } = JSON.parse(line);
    answer = await readers[format](text);
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0); // a library may have left a timer
