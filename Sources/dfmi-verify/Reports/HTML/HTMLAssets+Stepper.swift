extension HTMLAssets {
  /// Steps through traces. Every step is a list item of the page; the script marks the current one
  /// there, in the diagram beside it, and in the source.
  static let stepper = #"""
    "use strict";
    (function () {
      const all = (root, selector) => Array.from(root.querySelectorAll(selector));
      const status = document.getElementById("status");
      let active = null;

      function markSource(step) {
        all(document, ".code tr.now").forEach((row) => row.classList.remove("now"));
        if (!step.dataset.file) return;
        const file = document.getElementById("f" + step.dataset.file);
        if (!file) return;
        file.open = true;
        let first = null;
        for (let line = +step.dataset.line; line <= +step.dataset.end; line++) {
          const row = document.getElementById("f" + step.dataset.file + "l" + line);
          if (row) { row.classList.add("now"); first = first || row; }
        }
        const aside = document.getElementById("source");
        if (first && getComputedStyle(aside).position === "sticky") {
          const top = first.getBoundingClientRect().top - aside.getBoundingClientRect().top;
          aside.scrollTop += top - 60;
        }
      }

      function makeStepper(article) {
        const steps = all(article, ".steps > li");
        const controls = article.querySelector(".controls");
        if (!controls || steps.length < 2) return null;
        const slider = controls.querySelector("input");
        const output = controls.querySelector("output");
        const stepper = { article, steps, current: steps.length - 1, show };
        function show(number, options) {
          const next = Math.max(0, Math.min(steps.length - 1, number));
          stepper.current = next;
          active = stepper;
          steps.forEach((step, index) => {
            step.classList.toggle("now", index === next);
            if (index === next) step.setAttribute("aria-current", "step");
            else step.removeAttribute("aria-current");
            const details = step.querySelector("details");
            if (details) details.open = index === next;
          });
          all(article, ".event").forEach((event) => {
            const isNow = +event.dataset.first <= next && next <= +event.dataset.last;
            event.classList.toggle("now", isNow);
          });
          slider.value = next;
          slider.setAttribute("aria-valuetext", steps[next].querySelector(".title").textContent);
          output.textContent = "step " + next + " of " + (steps.length - 1);
          all(controls, "button").forEach((button) => {
            const back = button.dataset.go === "first" || button.dataset.go === "back";
            button.disabled = back ? next === 0 : next === steps.length - 1;
          });
          if (!options || !options.quiet) {
            markSource(steps[next]);
            const changes = all(steps[next], ".changes li").map((item) => item.textContent);
            status.textContent = steps[next].querySelector(".title").textContent + ". " + changes.join(". ");
            steps[next].scrollIntoView({ block: "nearest" });
            try { history.replaceState(null, "", "#" + steps[next].id); } catch (error) { /* file of a mail */ }
          }
        }
        controls.hidden = false;
        article.classList.add("stepping");
        slider.addEventListener("input", () => show(+slider.value));
        controls.addEventListener("click", (event) => {
          const button = event.target.closest("button");
          if (!button) return;
          const targets = { first: 0, back: stepper.current - 1, next: stepper.current + 1, last: steps.length - 1 };
          show(targets[button.dataset.go]);
        });
        steps.forEach((step, index) => step.addEventListener("click", (event) => {
          if (event.target.closest("details")) return;
          show(index);
        }));
        show(steps.length - 1, { quiet: true });
        return stepper;
      }

      const steppers = all(document, "article.finding").map(makeStepper).filter(Boolean);

      function follow() {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        if (!target) return;
        const file = target.closest("aside details");
        if (file) { file.open = true; target.scrollIntoView({ block: "center" }); }
        const article = target.closest("article.finding");
        const stepper = steppers.find((candidate) => candidate.article === article);
        if (!stepper) return;
        active = stepper;
        if (target.dataset.step !== undefined) stepper.show(+target.dataset.step);
      }

      document.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
        const within = steppers.find((stepper) => stepper.article.contains(event.target));
        const stepper = within || active;
        if (!stepper) return;
        const moves = { ArrowLeft: -1, ArrowRight: 1 };
        if (event.key in moves) stepper.show(stepper.current + moves[event.key]);
        else if (event.key === "Home" && within) stepper.show(0);
        else if (event.key === "End" && within) stepper.show(stepper.steps.length - 1);
        else return;
        event.preventDefault();
      });
      window.addEventListener("hashchange", follow);
      window.addEventListener("beforeprint", () => all(document, "aside details").forEach((d) => { d.open = true; }));
      active = steppers.find((stepper) => stepper.article.matches(".bad, .expected")) || steppers[0] || null;
      if (active) markSource(active.steps[active.current]);
      follow();
    })();

    """#
}
