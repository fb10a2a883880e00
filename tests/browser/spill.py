"""Text from right to left that could turn what stands beside it."""

SPILLED = r"""() => {
  const turns = /[\u0590-\u08ff\u202a-\u202e\u2066-\u2067\ufb1d-\ufdff\ufe70-\ufefc]/;
  const kept = /\u2068[^\u2069]*\u2069/g;
  const own = "bdi, [dir=auto], input, textarea, option, script, style, template";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const spilled = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!turns.test(data.replace(kept, "")) || parentElement.closest(own)) continue;
    spilled.push(parentElement.outerHTML.slice(0, 200));
  }
  return spilled;
}"""
"""Pieces of the page where such text stands neither in an element of its own nor between the marks that isolate it."""
