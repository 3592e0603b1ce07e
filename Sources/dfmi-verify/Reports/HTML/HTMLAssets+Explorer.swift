extension HTMLAssets {
  /// Walks in the graph of a model. All texts of the spec are put into the page as text.
  static let explorer = #"""
    (function () {
      const root = document.getElementById("explore");
      const graph = JSON.parse(document.getElementById("graph").textContent);
      const find = (selector) => root.querySelector(selector);
      const status = document.getElementById("status");
      const element = (name, text, className) => {
        const made = document.createElement(name);
        if (text !== undefined) made.textContent = text;
        if (className) made.className = className;
        return made;
      };
      const text = (state, column) => {
        const number = graph.states[state][column];
        return number < 0 ? "-" : graph.columns[column].values[number];
      };
      // What changes somewhere: the rest is shown, but neither drawn nor asked for.
      const varying = graph.columns.map((_, column) =>
        graph.states.some((row) => row[column] !== graph.states[0][column]));
      const charted = (() => {
        const numbers = graph.columns.map((_, index) => index)
          .filter((index) => graph.columns[index].number && varying[index]);
        const owned = numbers.filter((index) => graph.columns[index].owner !== null);
        const chosen = owned.length ? owned : numbers;
        return chosen.sort((a, b) => {
          const [left, right] = [graph.columns[a].owner || "", graph.columns[b].owner || ""];
          return left < right ? -1 : left > right ? 1 : a - b;
        }).slice(0, 16);
      })();

      // walk.states[0] is initial; walk.choices[i] is the edge taken from states[i].
      let walk = { states: [0], choices: [], position: 0 };

      function follow(hash) {
        const numbers = hash.slice(1).split(".").map(Number);
        if (!(numbers[0] >= 0 && numbers[0] < graph.initial)) return false;
        const next = { states: [numbers[0]], choices: [], position: 0 };
        for (const choice of numbers.slice(1)) {
          const edge = graph.edges[next.states[next.states.length - 1]][choice];
          if (!edge) break;
          next.choices.push(choice);
          next.states.push(edge[0]);
        }
        next.position = next.states.length - 1;
        walk = next;
        return true;
      }

      function take(choice) {
        const here = walk.states[walk.position];
        walk.states.length = walk.position + 1;
        walk.choices.length = walk.position;
        walk.choices.push(choice);
        walk.states.push(graph.edges[here][choice][0]);
        walk.position += 1;
        show(true);
      }

      function go(position) {
        walk.position = Math.max(0, Math.min(walk.states.length - 1, position));
        show(true);
      }

      function label(position) {
        const edge = graph.edges[walk.states[position - 1]][walk.choices[position - 1]];
        return graph.labels[edge[1]];
      }

      function show(isMoved) {
        const here = walk.states[walk.position];
        const before = walk.position > 0 ? walk.states[walk.position - 1] : null;
        find(".where").textContent = "State " + here + ", " + walk.position
          + (walk.position === 1 ? " step" : " steps") + " from the start";
        const marks = find(".marks");
        marks.replaceChildren();
        graph.marks[here].forEach((index) => {
          const property = graph.properties[index];
          const line = property.witness ? property.name + " is reached" : property.name + " is false";
          marks.append(element("b", line + " ", property.witness ? "good" : "bad"));
        });
        const rows = graph.columns.map((column, index) => {
          const row = element("tr");
          const changed = before !== null && graph.states[before][index] !== graph.states[here][index];
          if (changed) row.className = "changed";
          const name = element("th", column.name);
          name.scope = "row";
          row.append(name, element("td", changed ? text(before, index) + " -> " + text(here, index) : text(here, index)));
          return row;
        });
        find(".state tbody").replaceChildren(...rows);
        const menu = find(".menu");
        menu.replaceChildren(...graph.edges[here].map((edge, choice) => {
          const button = element("button", graph.labels[edge[1]]);
          button.type = "button";
          if (edge[0] === here) button.append(element("span", "  changes nothing", "hint"));
          button.addEventListener("click", () => { take(choice); focusMenu(); });
          return button;
        }));
        if (!graph.edges[here].length) menu.append(element("p", "Nothing: no step is enabled here."));
        find(".refused ul").replaceChildren(...graph.refused[here].map((index) => {
          const [title, reason] = graph.refusals[index].split("\n");
          const item = element("li", title + "  ");
          item.append(element("code", reason || "refused"));
          return item;
        }));
        find(".walk").replaceChildren(...walk.states.map((_, position) => {
          const item = element("li", undefined, position === walk.position ? "now" : "");
          const button = element("button", position === 0 ? "start" : label(position));
          button.type = "button";
          if (position === walk.position) button.setAttribute("aria-current", "step");
          button.addEventListener("click", () => go(position));
          item.append(button);
          return item;
        }));
        find('[data-walk="back"]').disabled = find('[data-walk="start"]').disabled = walk.position === 0;
        find('[data-walk="forward"]').disabled = walk.position === walk.states.length - 1;
        find('[data-walk="initial"]').value = walk.states[0];
        drawCharts();
        markSource();
        if (!isMoved) return;
        const changes = find(".state tbody").querySelectorAll(".changed");
        status.textContent = (walk.position > 0 ? label(walk.position) + ". " : "Start. ")
          + Array.from(changes, (row) => row.textContent).join(". ") + ". " + marks.textContent;
        try {
          history.replaceState(null, "", "#w" + [walk.states[0], ...walk.choices].join("."));
        } catch (error) { /* a file in a mail */ }
      }

      function focusMenu() { const first = find(".menu button"); if (first) first.focus(); }

      function markSource() {
        document.querySelectorAll(".code tr.now").forEach((row) => row.classList.remove("now"));
        if (walk.position === 0) return;
        const edge = graph.edges[walk.states[walk.position - 1]][walk.choices[walk.position - 1]];
        const place = graph.places[edge[1]];
        if (!place) return;
        let first = null;
        for (let line = place[1]; line <= place[2]; line++) {
          const row = document.getElementById("f" + place[0] + "l" + line);
          if (row) { row.classList.add("now"); first = first || row; }
        }
        const aside = document.getElementById("source");
        if (first && aside && getComputedStyle(aside).position === "sticky") {
          aside.scrollTop += first.getBoundingClientRect().top - aside.getBoundingClientRect().top - 60;
        }
      }

      function drawCharts() {
        const space = "http://www.w3.org/2000/svg";
        find(".charts").replaceChildren(...charted.map((column) => {
          const values = walk.states.map((state) => Number(text(state, column)));
          const known = values.filter((value) => !Number.isNaN(value));
          const [low, high] = [Math.min(0, ...known), Math.max(1, ...known)];
          const [width, height] = [150, 40];
          const x = (index) => values.length < 2 ? 4 : 4 + index * (width - 12) / (values.length - 1);
          const y = (value) => height - 4 - (value - low) * (height - 8) / (high - low);
          const figure = element("figure");
          const now = text(walk.states[walk.position], column);
          figure.append(element("figcaption", graph.columns[column].name + " = " + now));
          const svg = document.createElementNS(space, "svg");
          svg.setAttribute("width", width);
          svg.setAttribute("height", height);
          svg.setAttribute("role", "img");
          svg.setAttribute("aria-label", graph.columns[column].name + " over the walk: " + values.join(", "));
          const line = document.createElementNS(space, "path");
          let path = "";
          values.forEach((value, index) => {
            if (Number.isNaN(value)) return;
            path += (path ? "H" + x(index) + "V" + y(value) : "M" + x(index) + " " + y(value));
          });
          line.setAttribute("d", path);
          line.setAttribute("fill", "none");
          line.setAttribute("stroke", "currentColor");
          line.setAttribute("stroke-width", "1.5");
          const dot = document.createElementNS(space, "circle");
          dot.setAttribute("cx", x(walk.position));
          dot.setAttribute("cy", y(values[walk.position] || 0));
          dot.setAttribute("r", "3");
          svg.append(line, dot);
          figure.append(svg);
          return figure;
        }));
      }

      // MARK: How to reach a state

      const form = find(".find");
      const conditions = [];
      const signs = {
        "=": (a, b) => a === b, "differs from": (a, b) => a !== b,
        "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
      };

      function fillForm() {
        const options = [];
        graph.properties.forEach((property, index) => {
          if (!graph.marks.some((marks) => marks.includes(index))) return;
          const option = element("option", property.name + (property.witness ? " is true" : " is false"));
          option.value = "p" + index;
          options.push(option);
        });
        const dead = element("option", "nothing can be done");
        dead.value = "dead";
        if (graph.edges.some((edges) => !edges.length)) options.push(dead);
        graph.columns.forEach((column, index) => {
          if (!varying[index]) return;
          const option = element("option", column.name);
          option.value = "c" + index;
          options.push(option);
        });
        form.elements.column.replaceChildren(...options);
        fillValues();
      }

      function fillValues() {
        const chosen = form.elements.column.value;
        const isColumn = chosen.startsWith("c");
        form.elements.sign.hidden = form.elements.value.hidden = !isColumn;
        if (!isColumn) return;
        const column = graph.columns[+chosen.slice(1)];
        const known = Object.keys(signs).slice(0, column.number ? 6 : 2);
        form.elements.sign.replaceChildren(...known.map((sign) => element("option", sign)));
        const values = column.values.slice();
        if (column.number) values.sort((a, b) => Number(a) - Number(b)); else values.sort();
        form.elements.value.replaceChildren(...values.map((value) => element("option", value)));
      }

      function condition() {
        const chosen = form.elements.column.value;
        if (chosen === "dead") return { text: "nothing can be done", test: (state) => !graph.edges[state].length };
        const index = +chosen.slice(1);
        if (chosen.startsWith("p")) {
          return {
            text: form.elements.column.selectedOptions[0].textContent,
            test: (state) => graph.marks[state].includes(index),
          };
        }
        const [sign, value] = [form.elements.sign.value, form.elements.value.value];
        const read = graph.columns[index].number ? Number : String;
        return {
          text: graph.columns[index].name + " " + sign + " " + value,
          test: (state) => signs[sign](read(text(state, index)), read(value)),
        };
      }

      function showConditions() {
        find(".conditions").replaceChildren(...conditions.map((entry, index) => {
          const item = element("li", entry.text + " ");
          const remove = element("button", "remove");
          remove.type = "button";
          remove.setAttribute("aria-label", "remove: " + entry.text);
          remove.addEventListener("click", () => { conditions.splice(index, 1); showConditions(); });
          item.append(remove);
          return item;
        }));
      }

      function reach(sources, wanted) {
        const from = new Map(sources.map((state) => [state, null]));
        const queue = sources.slice();
        for (let next = 0; next < queue.length; next++) {
          const state = queue[next];
          if (wanted.every((entry) => entry.test(state))) {
            const choices = [];
            let place = state;
            while (from.get(place)) { choices.push(from.get(place)[1]); place = from.get(place)[0]; }
            return { start: place, choices: choices.reverse() };
          }
          graph.edges[state].forEach((edge, choice) => {
            if (!from.has(edge[0])) { from.set(edge[0], [state, choice]); queue.push(edge[0]); }
          });
        }
        return null;
      }

      function lead(isHere, wanted, output) {
        const here = walk.states[walk.position];
        const sources = isHere ? [here] : Array.from({ length: graph.initial }, (_, index) => index);
        const found = reach(sources, wanted);
        if (!found) {
          output.textContent = isHere ? "No way leads there from here." : "No reachable state is like that.";
          return;
        }
        if (isHere) {
          walk.states.length = walk.position + 1;
          walk.choices.length = walk.position;
        } else {
          walk = { states: [found.start], choices: [], position: 0 };
        }
        found.choices.forEach((choice) => {
          const last = walk.states[walk.states.length - 1];
          walk.choices.push(choice);
          walk.states.push(graph.edges[last][choice][0]);
        });
        walk.position = walk.states.length - 1;
        output.textContent = found.choices.length
          + (found.choices.length === 1 ? " step" : " steps") + ", no shorter way exists.";
        show(true);
      }

      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const isHere = event.submitter && event.submitter.dataset.find === "here";
        lead(isHere, conditions.length ? conditions : [condition()], form.querySelector("output"));
      });
      root.querySelectorAll("[data-goto]").forEach((button) => {
        const states = new Set(graph.found[+button.dataset.goto]);
        const output = button.parentElement.querySelector("output");
        button.addEventListener("click", () => {
          lead("here" in button.dataset, [{ test: (state) => states.has(state) }], output);
        });
      });
      form.elements.column.addEventListener("change", fillValues);
      form.querySelector('[data-find="add"]').addEventListener("click", () => {
        conditions.push(condition());
        showConditions();
      });

      // MARK: Controls

      const initial = find('[data-walk="initial"]');
      for (let index = 0; index < Math.min(graph.initial, 500); index++) initial.append(element("option", String(index)));
      initial.parentElement.hidden = graph.initial < 2;
      initial.addEventListener("change", () => { walk = { states: [+initial.value], choices: [], position: 0 }; show(true); });
      find('[data-walk="start"]').addEventListener("click", () => go(0));
      find('[data-walk="back"]').addEventListener("click", () => go(walk.position - 1));
      find('[data-walk="forward"]').addEventListener("click", () => go(walk.position + 1));
      root.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
        const digit = "123456789".indexOf(event.key);
        if (event.key === "ArrowLeft") go(walk.position - 1);
        else if (event.key === "ArrowRight") go(walk.position + 1);
        else if (digit >= 0 && digit < graph.edges[walk.states[walk.position]].length) take(digit);
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
      window.addEventListener("hashchange", () => { if (location.hash.startsWith("#w") && follow(location.hash.slice(1))) show(false); });
      find(".controls").hidden = false;
      fillForm();
      if (location.hash.startsWith("#w")) follow(location.hash.slice(1));
      show(false);
    })();

    """#
}
