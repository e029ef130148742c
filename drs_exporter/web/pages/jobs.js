"use strict";
(() => {
  const PAGE = 200;
  const byId = (id) => document.getElementById(id);
  const table = byId("jobs"), body = table.tBodies[0], search = byId("search"), select = byId("sort");
  const direction = byId("direction"), count = byId("count"), none = byId("none"), more = byId("more");
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.column);
  const rows = [...body.rows];
  const text = rows.map((row) => row.textContent.toLowerCase());
  const phase = rows.map((row) => row.cells[3].firstElementChild.textContent);
  const number = new Intl.NumberFormat();
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  let limit = PAGE;

  const fromAddress = () => {
    const given = new URLSearchParams(location.hash.length > 1 ? location.hash.slice(1) : location.search.slice(1));
    const column = given.get("sort");
    return { q: given.get("q") || "", sort: columns.includes(column) ? column : "", descending: given.get("order") === "desc" };
  };
  let state = fromAddress();

  const toAddress = () => {
    const kept = new URLSearchParams();
    if (state.q) kept.set("q", state.q);
    if (state.sort) kept.set("sort", state.sort);
    if (state.sort && state.descending) kept.set("order", "desc");
    history.replaceState(null, "", location.pathname + (kept.size ? "#" + kept : ""));
  };

  const matches = (i, words) => words.every((word) =>
    word.startsWith("phase:") ? phase[i] === word.slice(6) : text[i].includes(word));

  const valueOf = (row, index) => {
    const cell = row.cells[index];
    if (cell.classList.contains("number") || cell.dataset.value !== undefined) {
      return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
    }
    return cell.firstElementChild && cell.firstElementChild.tagName === "BDI"
      ? cell.firstElementChild.textContent : cell.textContent;
  };

  const ordered = (indices) => {
    if (!state.sort) return indices;
    const index = columns.indexOf(state.sort), sign = state.descending ? -1 : 1;
    const values = new Map(indices.map((i) => [i, valueOf(rows[i], index)]));
    return indices.sort((a, b) => {
      const one = values.get(a), other = values.get(b);
      if (one === null || other === null) return (one === null) - (other === null) || a - b;
      return sign * (typeof one === "number" ? one - other : collator.compare(one, other)) || a - b;
    });
  };

  const show = () => {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const found = ordered([...rows.keys()].filter((i) => matches(i, words)));
    body.replaceChildren(...found.slice(0, limit).map((i) => rows[i]));
    count.textContent = found.length === rows.length
      ? `${number.format(rows.length)} jobs` : `${number.format(found.length)} of ${number.format(rows.length)} jobs`;
    none.hidden = found.length > 0;
    more.hidden = found.length <= limit;
    more.firstElementChild.textContent = `Show all ${number.format(found.length)}`;
    select.value = state.sort;
    direction.textContent = state.descending ? "↓" : "↑";
    direction.setAttribute("aria-label", state.descending ? "descending" : "ascending");
    direction.disabled = !state.sort;
    for (const cell of table.tHead.rows[0].cells) {
      if (cell.dataset.column !== state.sort) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
    }
  };

  const change = (changes) => {
    state = { ...state, ...changes };
    limit = PAGE;
    toAddress();
    show();
  };

  const sortBy = (column) => {
    if (state.sort !== column) change({ sort: column, descending: ["delay", "remaining"].includes(column) });
    else change({ descending: !state.descending });
  };

  select.append(new Option("urgency", ""));
  for (const cell of table.tHead.rows[0].cells) {
    const column = cell.dataset.column, button = document.createElement("button");
    select.append(new Option(cell.textContent.toLowerCase(), column));
    button.type = "button";
    button.textContent = cell.textContent;
    button.addEventListener("click", () => sortBy(column));
    cell.replaceChildren(button);
  }
  select.addEventListener("change", () => change({ sort: select.value, descending: false }));
  direction.addEventListener("click", () => change({ descending: !state.descending }));
  search.addEventListener("input", () => change({ q: search.value }));
  more.firstElementChild.addEventListener("click", () => { limit = rows.length; show(); });
  window.addEventListener("hashchange", () => { state = fromAddress(); limit = PAGE; search.value = state.q; show(); });
  search.value = state.q;
  byId("controls").hidden = false;
  show();
})();
