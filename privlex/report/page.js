"use strict";
// Filters over the rows of a table, and the way from a row to its words and back. Works without a pointer.
(function () {
  const rows = Array.from(document.querySelectorAll("tbody tr[data-filter]"));
  const controls = Array.from(document.querySelectorAll("[data-control]"));
  const count = document.querySelector("[data-count]");

  function filter() {
    let shown = 0;
    for (const row of rows) {
      const facts = JSON.parse(row.dataset.filter);
      const fits = controls.every(function (control) {
        const wanted = control.value.trim().toLowerCase();
        if (!wanted) return true;
        const name = control.dataset.control;
        if (name === "words") return row.textContent.toLowerCase().includes(wanted);
        return (facts[name] || []).includes(wanted);
      });
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    if (count) count.textContent = shown + " of " + rows.length;
  }

  function choose(row) {
    document.querySelectorAll(".chosen").forEach(function (e) { e.classList.remove("chosen"); });
    document.querySelectorAll(".on").forEach(function (e) { e.classList.remove("on"); });
    row.classList.add("chosen");
    let first = null;
    for (const id of (row.dataset.go || "").split(" ").filter(Boolean)) {
      document.querySelectorAll('[data-p~="' + id + '"]').forEach(function (e) {
        e.classList.add("on");
        if (!first) first = e;
      });
    }
    if (first) {
      let unfold = first.closest("details");
      while (unfold) { unfold.open = true; unfold = unfold.parentElement.closest("details"); }
      first.scrollIntoView({ block: "center" });
    }
  }

  for (const row of rows) {
    row.addEventListener("click", function () { choose(row); });
    row.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(row); }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const visible = rows.filter(function (r) { return !r.hidden; });
        const next = visible[visible.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
        if (next) next.focus();
      }
    });
  }
  document.querySelectorAll("[data-p]").forEach(function (place) {
    place.addEventListener("click", function () {
      const id = place.dataset.p.split(" ")[0];
      const row = rows.find(function (r) { return (r.dataset.go || "").split(" ").includes(id); });
      if (row) { choose(row); row.scrollIntoView({ block: "center" }); }
    });
  });
  for (const control of controls) {
    control.addEventListener("input", filter);
    control.addEventListener("change", filter);
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
  filter();
})();
