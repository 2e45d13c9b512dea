/**
 * The editor of /sparql: the text field of the page becomes Yasqe (vendor/yasqe), and its answers are fetched without
 * leaving the page. The service writes the answers in both cases, so a link shows what the reader saw who sent it.
 * Without this script the page is a form that works.
 */
import { enhance, textOf } from "./answer.js";
import { declareMissing, offer } from "./completion.js";
import { findQuestions } from "./questions.js";

const Yasqe = window.Yasqe.default ?? window.Yasqe;
/** The longest address, in characters, that is asked by GET; the service reads 65,535 bytes. */
const LONGEST = 60_000;
const form = document.getElementById("ask");
const field = document.getElementById("query");
const answer = document.getElementById("answer");
const editor = replaceField();
const said = add(form, "p", { className: "said", role: "status" });
const stop = addButton("Stop", () => running?.abort());
stop.hidden = true;
addButton("Copy link", copyLink);
const keys = add(form, "p", { className: "muted keys", id: "keys" });
keys.innerHTML =
  "<kbd>Ctrl</kbd>+<kbd>Enter</kbd> runs, <kbd>Ctrl</kbd>+<kbd>Space</kbd> completes, <kbd>Tab</kbd> leaves the editor.";
/** The part of the address that names the query whose answer is shown. */
let shown = location.search;
/** What ends the query that is being answered; null while none is. */
let running = null;
/** What takes the mark of a fault away; null while there is none. */
let unmark = null;

document.querySelector(`label[for="${field.id}"]`).addEventListener("click", () => editor.focus());
form.addEventListener("submit", (event) => {
  if (document.getElementById("format").value === "html") {
    event.preventDefault();
    run();
  }
});
window.addEventListener("popstate", () => {
  if (location.search === shown) return; // a link within the page
  shown = location.search;
  const query = new URL(location.href).searchParams.get("query");
  if (query === null) {
    answer.replaceChildren();
  } else {
    editor.setValue(query);
    run({ isNew: false });
  }
});
findQuestions(document.getElementById("library"), (query) => {
  editor.setValue(query);
  run();
});
showFault();
enhance(answer, say);
loadTerms();

/** Put the editor where the text field is; the field stays in the form, hidden, with the same text. */
function replaceField() {
  const place = document.createElement("div");
  field.after(place);
  field.hidden = true;
  field.required = false;
  Yasqe.defaults.autocompleters = [];
  const made = new Yasqe(place, {
    value: field.value,
    theme: "migragraph",
    screenReaderLabel: "Query",
    editorHeight: "auto",
    resizeable: false,
    showQueryButton: false,
    createShareableLink: null,
    consumeShareLink: null,
    persistenceId: null,
    extraKeys: {
      "Ctrl-Enter": () => run(),
      "Cmd-Enter": () => run(),
      "Ctrl-S": false,
      Esc: false,
      // the keyboard has to find a way out
      Tab: false,
      "Shift-Tab": false,
    },
  });
  made.getInputField().setAttribute("aria-describedby", "keys");
  made.on("change", () => {
    field.value = made.getValue();
    unmark?.();
  });
  return made;
}

/** Offer what the service knows while one types; without it the editor is only an editor. */
async function loadTerms() {
  try {
    const response = await fetch(form.dataset.completions);
    if (!response.ok) throw new Error(response.statusText);
    const terms = await response.json();
    offer(Yasqe, editor, terms, form.dataset.names);
    // a fault is told by its line, which a new line above would make wrong
    if (!unmark) declareMissing(editor, terms.prefixes);
  } catch {
    say("Names are not completed: the service did not list them.");
  }
}

/** Return the address that shows the answer to what is in the editor, and keeps what else the form says. */
function address() {
  const found = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (name !== "format") found.searchParams.append(name, value);
  }
  return found;
}

/** Ask, show the answer, and note its address, unless it is the one that the browser is at already. */
async function run({ isNew = true } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  const asked = address();
  unmark?.();
  stop.hidden = false;
  say("Asking …");
  try {
    const isLong = asked.href.length > LONGEST;
    const response = await fetch(isLong ? asked.pathname : asked, {
      ...(isLong && { method: "POST", body: asked.searchParams }),
      headers: { Accept: "text/html" },
      signal: mine.signal,
    });
    const text = await response.text();
    if (isNew && !isLong) history.pushState(null, "", asked);
    shown = location.search;
    if (response.headers.get("Content-Type")?.startsWith("text/html")) {
      show(new DOMParser().parseFromString(text, "text/html"));
      if (isLong) say("The query is too long for a link: this answer has no address.");
    } else {
      showProblem([text]);
    }
  } catch (error) {
    if (running !== mine) return; // another question was put meanwhile
    answer.replaceChildren();
    if (error.name === "AbortError") say("Stopped.");
    else showProblem(["The service did not answer.", "It may be down or out of reach: try again a little later."]);
  } finally {
    if (running === mine) {
      running = null;
      stop.hidden = true;
    }
  }
}

/** Put the answer of a page into this one. */
function show(page) {
  const found = page.getElementById("answer");
  if (found) {
    answer.replaceChildren(...found.childNodes);
    showFault();
    enhance(answer, say);
    const head = answer.querySelector("h2");
    say(head ? textOf(head) : "");
  } else {
    showProblem([...page.querySelectorAll(".problem .lead, .problem .lead + p")].map(textOf));
  }
  const top = answer.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight - 120) answer.scrollIntoView();
}

/** Say what went wrong where the query is not at fault. */
function showProblem([what, remedy]) {
  const alert = document.createElement("div");
  alert.className = "alert";
  alert.setAttribute("role", "alert");
  add(alert, "strong", { textContent: what ?? "The service gave no answer that can be shown." });
  alert.append(remedy ?? "");
  answer.replaceChildren(alert);
  say("");
}

/** Mark the place of a fault in the editor, and lead the cursor there. */
function showFault() {
  const fault = document.getElementById("fault");
  if (!fault) return;
  const input = editor.getInputField();
  const marks = [];
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "fault keys");
  const doc = editor.getDoc();
  const line = Number(fault.dataset.line) - 1;
  if (line >= 0 && line < doc.lineCount()) {
    // the service counts characters, the editor 16-bit units
    const start = [...doc.getLine(line)].slice(0, Number(fault.dataset.column) - 1).join("").length;
    const end = Math.max(editor.getTokenAt({ line, ch: start + 1 }).end, start + 1);
    const marked = editor.addLineClass(line, "background", "fault-line");
    const text = doc.markText({ line, ch: start }, { line, ch: end }, { className: "fault-text" });
    marks.push(() => editor.removeLineClass(marked, "background", "fault-line"), () => text.clear());
    doc.setCursor({ line, ch: start });
  }
  unmark = () => {
    unmark = null;
    marks.forEach((take) => take());
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", "keys");
  };
}

/** Put the address of what is in the editor on the clipboard, or show it where that is not allowed. */
async function copyLink() {
  const link = address().href;
  if (link.length > LONGEST) {
    say("The query is too long for a link.");
    return;
  }
  try {
    await navigator.clipboard.writeText(link);
    say("The link is copied: it opens this page with the query run.");
  } catch {
    const shown = document.querySelector(".link-field") ?? add(form, "input", { className: "link-field", readOnly: true });
    shown.setAttribute("aria-label", "Link to this query");
    shown.value = link;
    shown.select();
    say("Copy the link from the field.");
  }
}

function addButton(name, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet", textContent: name });
  button.addEventListener("click", act);
  form.querySelector(".editor-row").append(button);
  return button;
}

function add(place, tag, properties) {
  const made = Object.assign(document.createElement(tag), properties);
  if (properties.role) made.setAttribute("role", properties.role);
  place.append(made);
  return made;
}

/** Tell readers, and those who listen, what has happened. */
function say(text) {
  said.textContent = text;
}
