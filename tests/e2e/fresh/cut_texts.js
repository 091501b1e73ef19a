/**
 * Finds texts that a reader cannot read whole: cut off by their box, running out of it, or out of the window.
 * Texts may stay inside whatever scrolls sideways, and a field for typing may hold more than it shows.
 */
() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  const name = (element) => {
    const label = element.className?.baseVal ?? element.className;
    return `${element.tagName.toLowerCase()}${label ? `.${String(label).split(" ")[0]}` : ""}`;
  };
  const scrolls = (element) => {
    for (let at = element; at !== null; at = at.parentElement)
      if (
        /auto|scroll/.test(getComputedStyle(at).overflowX) &&
        at !== document.documentElement &&
        at !== document.body
      )
        return true;
    return false;
  };
  const drawnBox = (element) => {
    for (let at = element; at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === "inline") continue;
      if (
        parseFloat(style.borderRightWidth) > 0 ||
        !/, 0\)$|^transparent$/.test(style.backgroundColor)
      )
        return at;
      if (style.position === "absolute") break;
    }
    return document.body;
  };
  const box = (element) => {
    let at = element;
    while (
      at.parentElement !== null &&
      getComputedStyle(at).display === "inline"
    )
      at = at.parentElement;
    return at;
  };
  if (document.documentElement.scrollWidth > width + 1)
    found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const words = text.data.trim();
    const parent = text.parentElement;
    if (
      words === "" ||
      parent === null ||
      parent.closest("option, .visually-hidden, svg, script, style")
    )
      continue;
    if (!parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const drawn = range.getBoundingClientRect();
    if (drawn.width === 0) continue;
    const around = box(parent);
    const frame = drawnBox(parent).getBoundingClientRect();
    const whole = /\p{L}{4,}/gu;
    for (
      let word = whole.exec(text.data);
      word !== null;
      word = whole.exec(text.data)
    ) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = [...range.getClientRects()];
      // Behind a soft hyphen the first is the hyphen, at the end of the line before.
      if (text.data[word.index - 1] === "\u00AD" && lines.length > 1)
        lines.shift();
      const height =
        Math.max(...lines.map(({ bottom }) => bottom)) -
        Math.min(...lines.map(({ top }) => top));
      if (
        lines.length > 1 &&
        height > 1.6 * parseFloat(getComputedStyle(parent).fontSize) * 1.2
      )
        found.push(`“${word[0]}” is broken`);
    }
    const cut =
      getComputedStyle(around).overflowX !== "visible" &&
      around.scrollWidth > around.clientWidth + 1;
    if (cut) found.push(`${name(around)} cuts “${words}”`);
    else if (
      !scrolls(parent) &&
      (drawn.right > frame.right - 1 || drawn.left < frame.left + 1) &&
      frame.width < width
    )
      found.push(`“${words}” runs out of ${name(drawnBox(parent))}`);
    else if (drawn.right > width + 1 && !scrolls(parent))
      found.push(`“${words}” runs out of the window`);
  }
  const pen = document.createElement("canvas").getContext("2d");
  for (const field of document.querySelectorAll("select, input[placeholder]")) {
    const words =
      field.tagName === "SELECT"
        ? (field.selectedOptions[0]?.text ?? "")
        : field.placeholder;
    if (!field.checkVisibility()) continue;
    const style = getComputedStyle(field);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room =
      field.clientWidth -
      parseFloat(style.paddingLeft) -
      parseFloat(style.paddingRight);
    if (pen.measureText(words).width > room + 1)
      found.push(`${name(field)} cuts “${words}”`);
  }
  return [...new Set(found)];
};
