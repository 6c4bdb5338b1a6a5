// Shows PAGES, by name, in frames of WIDTHS, and leaves in #found what is seen of each.
const squeezed = (each) => each ? each.textContent.replace(/\s+/g, " ").trim() : "";
const clear = "rgba(0, 0, 0, 0)";

function brokenIn(node) {
  return [...node.data.matchAll(/[+\u2212]?[\d,.]*\d%?/g)].filter((number) => {
    const range = node.ownerDocument.createRange();
    range.setStart(node, number.index);
    range.setEnd(node, number.index + number[0].length);
    return new Set([...range.getClientRects()].map((each) => each.top)).size > 1;
  }).map((number) => number[0]);
}

function textsOf(frame) {
  const inside = frame.contentDocument, style = (each) => frame.contentWindow.getComputedStyle(each);
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), own = walker.currentNode.parentElement;
    if (!text || !own.checkVisibility()) continue;
    let ground = own, opacity = 1;
    while (ground.parentElement && style(ground).backgroundColor === clear) {
      ground = ground.parentElement;
    }
    for (let each = own; each; each = each.parentElement) opacity *= style(each).opacity;
    found.push({
      text, opacity, line: squeezed(own.closest("p, td, li, h1, h2, h3")),
      tile: squeezed(own.closest(".tile, .figures li")), broken: brokenIn(walker.currentNode),
      colour: style(own).color, ground: style(ground).backgroundColor,
      size: parseFloat(style(own).fontSize), weight: parseFloat(style(own).fontWeight),
    });
  }
  return found;
}

function seen(frame) {
  const inside = frame.contentDocument, root = inside.scrollingElement;
  const all = (selector) => [...inside.querySelectorAll(selector)];
  return {
    name: frame.name, width: frame.clientWidth, shown: root.clientWidth, needs: root.scrollWidth,
    outside: all("body *").filter((each) => each.getBoundingClientRect().right > root.clientWidth + 0.5)
      .map(squeezed),
    language: inside.documentElement.lang, title: inside.title, texts: textsOf(frame),
    mains: all("main, [role=main]").length, ids: all("[id]").map((each) => each.id),
    headings: all("h1, h2, h3, h4, h5, h6").map((each) => [Number(each.tagName[1]), squeezed(each)]),
    tables: all("table").map((each) => ({
      role: each.getAttribute("role") || "",
      headers: [...each.rows].flatMap((row) => [...row.cells]).filter((cell) => cell.tagName === "TH")
        .map((cell) => cell.getAttribute("scope") || ""),
    })),
    links: all("a").map((each) => each.getAttribute("aria-label") || squeezed(each)),
    images: all("img, svg, canvas, picture").map((each) => each.getAttribute("alt")),
    fetched: frame.contentWindow.performance.getEntriesByType("resource").map((each) => each.name),
  };
}

for (const [name, page] of Object.entries(PAGES)) for (const width of WIDTHS) {
  const frame = document.createElement("iframe");
  Object.assign(frame, { name, srcdoc: page, style: `border:0;width:${width}px` });
  document.body.append(frame);
}
addEventListener("load", () => {
  const found = document.createElement("pre");
  found.id = "found";
  found.textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(seen));
  document.body.replaceChildren(found);
});
