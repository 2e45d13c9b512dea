/** The question library beside the editor: a click puts a question into the editor and runs it; a word finds some. */

/**
 * @param {HTMLElement | null} library the groups of questions, each a link whose address holds the query
 * @param {(query: string) => void} choose takes the query of the question that is chosen
 */
export function findQuestions(library, choose) {
  if (!library) return;
  library.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    choose(new URL(link.href).searchParams.get("query"));
  });

  const label = document.createElement("label");
  label.className = "find";
  label.textContent = "Find a question";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "members, funding, housing …";
  label.append(input);
  library.before(label);
  const none = document.createElement("p");
  none.className = "muted none";
  none.setAttribute("role", "status");
  library.after(none);

  input.addEventListener("input", () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of library.querySelectorAll("details")) {
      let here = 0;
      for (const item of group.querySelectorAll("li")) {
        const text = plain(item.textContent);
        item.hidden = !words.every((word) => text.includes(word));
        here += !item.hidden;
      }
      group.hidden = !here;
      group.open = words.length > 0 && here > 0;
      found += here;
    }
    none.textContent = words.length ? `${found} question${found === 1 ? "" : "s"} found` : "";
  });
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
