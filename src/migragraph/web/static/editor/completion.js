/**
 * What the editor offers while one types: our prefixes, the classes and properties of the graph with their names and
 * counts, and things by their names. Nothing is asked of anybody but this service: the completers that Yasqe brings,
 * which ask outside hosts, are not switched on.
 */

/** The most suggestions in one list. */
const MOST = 50;

/**
 * @param Yasqe the class of the editor
 * @param editor the editor
 * @param terms what /sparql/completions.json says
 * @param {string} names the address of /sparql/names.json
 */
export function offer(Yasqe, editor, terms, names) {
  const known = terms.prefixes;
  const { class: classes, property: properties, prefixes } = Yasqe.Autocompleters;
  /** Whether the reader asked for a list (Ctrl+Space), so that it is shown where nothing is typed yet. */
  let isAsked = false;
  /** What is said of each suggestion beside its text. */
  const about = new Map();

  const things = namespaces(known, /\/(?:id|concept)\//);
  let looked = null;

  register("terms-class", {
    isValidCompletionPosition: (yasqe) => isTyped(yasqe) && classes.isValidCompletionPosition(yasqe),
    get: (_yasqe, token) => near(terms.classes, token.string),
  });
  register("terms-property", {
    isValidCompletionPosition: (yasqe) =>
      isTyped(yasqe) && !classes.isValidCompletionPosition(yasqe) && isProperty(yasqe),
    get: (_yasqe, token) => near(terms.properties, token.string),
  });
  register("things", {
    isValidCompletionPosition: (yasqe) => {
      const { string, state } = yasqe.getCompleteToken();
      const [prefix, rest] = split(string);
      if (state.inPrefixDecl || classes.isValidCompletionPosition(yasqe)) return false;
      if (prefix !== null) return prefix in things && rest !== "" && !isProperty(yasqe);
      return isAsked && /^[\p{L}\p{N}]{2,}$/u.test(string) && !isProperty(yasqe);
    },
    get: (_yasqe, token) => find(token.string),
  });
  register("our-prefixes", {
    isValidCompletionPosition: prefixes.isValidCompletionPosition,
    preProcessToken: prefixes.preProcessToken,
    get: (_yasqe, token) => {
      const typed = token.string.toLowerCase();
      return Object.entries(known)
        .map(([prefix, iri]) => `${prefix}: <${iri}>`)
        .filter((line) => line.startsWith(typed.trim()))
        .sort();
    },
  });
  editor.enableCompleter("variables");
  editor.on("autocompletionShown", (_editor, list) => list?.hints.setAttribute("aria-label", "Suggestions"));
  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    "Ctrl-Space": () => {
      isAsked = true;
      editor.autocomplete();
      isAsked = false;
    },
  });
  editor.on("changes", (_editor, changes) => {
    const has = (...origins) => changes.some(({ origin }) => origins.includes(origin));
    if (has("undo", "redo") || !declareMissing(editor, known)) return;
    // the new line closes the list that was open
    if (has("+input")) setTimeout(() => editor.autocomplete(true));
  });

  function register(name, completer) {
    Yasqe.registerAutocompleter(
      { name, bulk: false, autoShow: true, postprocessHints: (_yasqe, hints) => hints.map(render), ...completer },
      false,
    );
    editor.enableCompleter(name);
  }

  /** Show a suggestion with what is said of it. */
  function render(hint) {
    const told = about.get(hint.text);
    hint.render = (element) => {
      element.append(hint.text);
      if (told) {
        const note = document.createElement("span");
        note.className = "about";
        note.textContent = told;
        element.append(note);
      }
    };
    return hint;
  }

  function isTyped(yasqe) {
    const { string, state } = yasqe.getCompleteToken();
    return !state.inPrefixDecl && !/^[?$]/.test(string) && (isAsked || /[\p{L}:]/u.test(string));
  }

  function isProperty(yasqe) {
    const { state } = yasqe.getCompleteToken();
    return state.possibleCurrent.includes("a");
  }

  /** Return the terms that begin as typed, or have a word in their name that does; the most used first. */
  function near(list, typed) {
    const [prefix, rest] = split(typed.trim());
    const start = rest.toLowerCase();
    const begins = (text) => text.toLowerCase().startsWith(start);
    const found = list.filter(({ name, iri, label }) => {
      if (typed.startsWith("<")) return iri.startsWith(typed.slice(1).replace(/>$/, ""));
      const [own, local] = split(name);
      return (prefix === null || own === prefix) && (begins(local) || label.split(/\s+/).some(begins) || begins(label));
    });
    for (const { name, label, count } of found) {
      about.set(name, count ? `${label}, ${count.toLocaleString("en")} ×` : `${label}, not used`);
    }
    const names = found.slice(0, MOST).map(({ name }) => name);
    return names.length === 1 && names[0] === typed ? [] : names;
  }

  /** Ask the service for things by their names, within the namespace of the prefix that is typed. */
  async function find(typed) {
    const [prefix, rest] = split(typed);
    looked?.abort();
    looked = new AbortController();
    const address = new URL(names, location.href);
    address.searchParams.set("q", rest.replace(/[-_]/g, " "));
    if (prefix !== null) address.searchParams.set("under", known[prefix]);
    try {
      const response = await fetch(address, { signal: looked.signal });
      const found = (await response.json()).names ?? [];
      for (const { name, label, spelling, kind } of found) {
        about.set(name, [spelling ? `${label} (${spelling})` : label, kind].filter(Boolean).join(", "));
      }
      const list = found.map(({ name }) => name);
      return list.length === 1 && list[0] === typed ? [] : list;
    } catch {
      return []; // more was typed, or the service is gone: then there is nothing to offer
    }
  }
}

/**
 * Declare the prefixes of ours that the query uses without a PREFIX line, above it, so that it can be taken elsewhere.
 * This service would answer without them. Returns whether there was any.
 */
export function declareMissing(editor, known) {
  const declared = editor.getPrefixesFromQuery();
  const missing = new Set();
  for (let line = 0; line < editor.getDoc().lineCount(); line += 1) {
    for (const { type, string, state } of editor.getLineTokens(line)) {
      const [prefix] = type === "string-2" && !state.inPrefixDecl ? split(string) : [null];
      if (prefix !== null && prefix in known && !(prefix in declared)) missing.add(prefix);
    }
  }
  if (!missing.size) return false;
  const lines = [...missing].sort().map((prefix) => `PREFIX ${prefix}: <${known[prefix]}>\n`);
  editor.getDoc().replaceRange(lines.join(""), { line: 0, ch: 0 });
  return true;
}

/** Split a prefixed name; the prefix is null where there is none. */
function split(name) {
  const at = name.indexOf(":");
  return at < 0 || name.startsWith("<") ? [null, name] : [name.slice(0, at), name.slice(at + 1)];
}

/** Return those prefixes whose namespace is of this form. */
function namespaces(prefixes, form) {
  return Object.fromEntries(Object.entries(prefixes).filter(([, iri]) => form.test(iri)));
}
