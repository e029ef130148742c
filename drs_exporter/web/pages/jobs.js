"use strict";
(() => {
  const SECONDS = 30;
  const byId = (id) => document.getElementById(id);
  const form = byId("controls"), search = byId("search"), refresh = byId("refresh").firstElementChild;
  const KEY = "drs-exporter.refresh";
  let asked = 0, pause = 0;

  const typed = () => {
    const query = new URLSearchParams(location.search);
    query.delete("limit");
    if (search.value.trim()) query.set("q", search.value.trim());
    else query.delete("q");
    return "?" + query;
  };

  // What is found is replaced, and nothing else: what somebody types, and where they are, stays.
  const show = async (address, { remember }) => {
    const mine = ++asked;
    const answer = await fetch(location.pathname + address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const focused = document.activeElement && document.activeElement.closest("#found")
      ? document.activeElement.getAttribute("href") : null;
    byId("found").replaceWith(page.getElementById("found"));
    if (focused) for (const link of byId("found").querySelectorAll("a")) if (link.getAttribute("href") === focused) link.focus();
    for (const old of form.querySelectorAll("input[type=hidden]")) old.remove();
    form.prepend(...page.querySelectorAll("#controls input[type=hidden]"));
    document.title = page.title;
    if (remember) history.replaceState(null, "", location.pathname + (address === "?" ? "" : address));
  };

  const tell = (error) => {
    const found = byId("found");
    let notice = byId("unreachable");
    if (!notice) {
      notice = Object.assign(document.createElement("p"), { id: "unreachable", className: "notice bad" });
      found.prepend(notice);
    }
    notice.textContent = `The exporter cannot be reached (${error.message}); what is shown may be old.`;
  };

  const again = () => show(location.search || "?", { remember: false }).catch(tell);

  form.querySelector("button").hidden = true;
  byId("refresh").hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); show(typed(), { remember: true }).catch(tell); });
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => show(typed(), { remember: true }).catch(tell), 150);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#found a[href^='?']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link.getAttribute("href"), { remember: true }).catch(tell);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    search.focus();
  });
  try { refresh.checked = localStorage.getItem(KEY) !== "off"; } catch { /* private windows keep nothing */ }
  refresh.addEventListener("change", () => {
    try { localStorage.setItem(KEY, refresh.checked ? "on" : "off"); } catch { /* as above */ }
  });
  setInterval(() => { if (refresh.checked && !document.hidden) again(); }, SECONDS * 1000);
})();
