// The board by itself: fresh without a reload, filters without a press, arrow keys in the matrix. All works without it.
"use strict";
(() => {
  const main = document.getElementById("main"), live = document.getElementById("live");
  document.documentElement.classList.add("js");
  let asked = 0;

  const part = async (url, kind) => {
    const answer = await fetch(url, { headers: { "X-Part": kind }, cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  };

  const keep = () => {
    const at = document.activeElement, typed = at && at.matches("input[type=search]") ? at : null;
    const boxes = [...main.querySelectorAll(".heat-box, .counts, .filters")].map((box) => [box.scrollLeft, box.scrollTop]);
    const open = [...main.querySelectorAll("details[open]")].map((one) => one.id || one.closest("[id]").id);
    return { id: at && main.contains(at) ? at.id : "", cell: at && at.closest(".heat td") ? at.getAttribute("href") : "",
      value: typed && typed.value, caret: typed && typed.selectionStart, boxes, open, top: scrollY };
  };

  const restore = (was) => {
    main.querySelectorAll(".heat-box, .counts, .filters").forEach((box, n) => { if (was.boxes[n]) [box.scrollLeft, box.scrollTop] = was.boxes[n]; });
    was.open.forEach((id) => { const at = document.getElementById(id), one = at && (at.matches("details") ? at : at.querySelector("details")); if (one) one.open = true; });
    const at = was.id ? document.getElementById(was.id) : was.cell && main.querySelector(`.heat a[href="${CSS.escape(was.cell)}"]`);
    if (at) {
      at.focus({ preventScroll: true });
      if (was.value !== null && at.matches("input")) { at.value = was.value; at.setSelectionRange(was.caret, was.caret); }
    }
    scrollTo(scrollX, was.top);
  };

  const refresh = async (url = location.href) => {
    const mine = ++asked;
    const text = await part(url, "1");
    if (mine !== asked) return;
    const was = keep();
    main.innerHTML = text;
    const at = document.getElementById("seen-at");
    if (at) document.getElementById("live-at").textContent = at.value;
    prepare();
    restore(was);
  };

  const prepare = () => {
    const cells = main.querySelectorAll(".heat td > a");
    cells.forEach((cell) => { cell.tabIndex = -1; });
    const first = main.querySelector(".heat td > a[aria-current]") || cells[0];
    if (first) first.tabIndex = 0;
    const form = main.querySelector("form.filters");
    if (form) form.classList.add("auto");
  };

  const show = async (cell) => {
    main.querySelectorAll(".heat td > a[aria-current]").forEach((one) => { one.removeAttribute("aria-current"); one.tabIndex = -1; });
    cell.setAttribute("aria-current", "true");
    cell.tabIndex = 0;
    cell.focus({ preventScroll: false });
    history.replaceState(null, "", cell.href);
    const mine = ++asked, text = await part(cell.href, "cell");
    if (mine === asked) document.getElementById("cell").innerHTML = text;
  };

  const filter = (form) => {
    const url = `${form.getAttribute("action")}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;
    history.replaceState(null, "", url);
    refresh().catch(() => form.submit());
  };

  let typing;
  main.addEventListener("input", (event) => { clearTimeout(typing); if (event.target.form) typing = setTimeout(filter, 250, event.target.form); });
  main.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); filter(event.target); });
  main.addEventListener("click", (event) => {
    const cell = event.target.closest(".heat td > a");
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(cell).catch(() => location.assign(cell.href));
  });
  main.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".heat td > a"), by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || !by) return;
    event.preventDefault();
    const rows = [...main.querySelectorAll(".heat tbody tr")].filter((row) => row.querySelector("td > a"));
    const row = rows[rows.indexOf(cell.closest("tr")) + by[0]], next = row && row.cells[cell.parentNode.cellIndex + by[1]];
    if (next && next.querySelector("a") && next.matches("td")) show(next.querySelector("a")).catch(() => {});
  });

  const line = new EventSource(document.body.dataset.live);
  const up = (is) => { live.querySelector(".on").hidden = !is; live.querySelector(".off").hidden = is; };
  line.onopen = () => up(true);
  line.onerror = () => up(false);
  line.addEventListener("changed", () => refresh().catch(() => up(false)));
  line.addEventListener("ended", () => { line.close(); location.reload(); });
  prepare();
})();
