// uPlot in the colours of the page, redrawn when width or theme change.

import uPlot from "./uPlot.esm.js";
import { h } from "./ui.js";

const HEIGHT = 240;

/** A colour of the style sheet in the theme of now, as a canvas understands it. */
export function colour(name) {
  const probe = document.body.appendChild(h("span", { hidden: true }));
  probe.style.color = `var(--${name})`;
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/**
 * A chart with a fixed place.
 *
 * options(): uPlot's, but for the size; draw(data, names): uPlot's columns, and what tells whether the series are the same; end() when the page is left.
 */
export function chart(label, options) {
  const place = h("div", { class: "chart", role: "img", "aria-label": label });
  let plot = null;
  let data = null;
  let series = "";
  const redraw = () => {
    plot?.destroy();
    plot = null;
    if (data && place.clientWidth > 0) {
      plot = new uPlot({ width: place.clientWidth, height: HEIGHT, ...options(), legend: { show: false } }, data, place);
    }
  };
  const size = new ResizeObserver(() => {
    if (plot) plot.setSize({ width: place.clientWidth, height: HEIGHT });
    else redraw();
  });
  size.observe(place);
  addEventListener("kvasir-theme", redraw);
  return {
    place,
    draw(columns, names = "") {
      const same = plot && names === series;
      series = names;
      data = columns;
      if (same) plot.setData(columns);
      else redraw();
    },
    end() {
      size.disconnect();
      removeEventListener("kvasir-theme", redraw);
      plot?.destroy();
    },
  };
}

/** An axis in the page's colours. */
export function axis(more) {
  return {
    stroke: colour("soft"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    ...more,
  };
}
