"""A page that shows a graph and steps through it: one file that needs nothing from anywhere else."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["page"]

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  body {{ margin: 0; font: 15px/1.5 system-ui, "Hiragino Sans", "Noto Sans CJK JP", sans-serif; color: #111; }}
  header {{ padding: 10px 16px; border-bottom: 1px solid #ccc; display: flex; gap: 12px; align-items: center;
            flex-wrap: wrap; position: sticky; top: 0; background: #fff; }}
  h1 {{ font-size: 17px; margin: 0; flex: 1 1 auto; }}
  button {{ font: inherit; padding: 4px 14px; }}
  main {{ display: flex; flex-wrap: wrap; gap: 16px; padding: 12px 16px; align-items: flex-start; }}
  #graph {{ overflow: auto; max-width: 100%; max-height: 84vh; flex: 0 1 auto; }}
  #step {{ flex: 1 1 340px; min-width: 0; position: sticky; top: 64px; }}
  #step h2 {{ font-size: 16px; margin: 0 0 6px; }}
  #lines {{ white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.6 ui-monospace, Menlo, Consolas,
            "DejaVu Sans Mono", monospace; margin: 0; }}
  #hint {{ color: #555; font-size: 13px; }}
  .box.here rect {{ stroke: #D55E00; stroke-width: 3.5; }}
  .box.next rect {{ stroke: #0072B2; stroke-width: 3; }}
  .box.done {{ opacity: 0.55; }}
  .line.used {{ stroke: #0072B2; stroke-width: 3; }}
</style>
</head>
<body>
<header>
  <h1>{title}</h1>
  <button id="back" type="button">&#8592; {back}</button>
  <span id="place" aria-live="polite"></span>
  <button id="forward" type="button">{forward} &#8594;</button>
</header>
<main>
  <div id="graph">{picture}</div>
  <section id="step" aria-live="polite">
    <h2 id="title"></h2>
    <pre id="lines"></pre>
    <p id="hint">{help}</p>
  </section>
</main>
<script id="steps" type="application/json">{steps}</script>
<script>
  const steps = JSON.parse(document.getElementById("steps").textContent);
  const of = {of};
  let now = 0;
  function show(number) {{
    now = Math.max(0, Math.min(steps.length - 1, number));
    const step = steps[now];
    document.getElementById("title").textContent = step.title;
    document.getElementById("lines").textContent = step.lines.join("\\n");
    document.getElementById("place").textContent = of.replace("{{number}}", now).replace("{{count}}", steps.length - 1);
    document.getElementById("back").disabled = now === 0;
    document.getElementById("forward").disabled = now === steps.length - 1;
    for (const box of document.querySelectorAll(".box")) box.classList.remove("here", "next", "done");
    for (const line of document.querySelectorAll(".line")) line.classList.remove("used");
    for (const before of steps.slice(1, now)) mark(before.box, "done");
    mark(step.box, "here");
    for (const target of Object.keys(step.to || {{}})) {{
      mark(target, "next");
      const line = document.querySelector(`.line[data-from="${{target}}"][data-to="${{step.box}}"]`);
      if (line) line.classList.add("used");
    }}
    const here = document.getElementById("box" + step.box);
    if (here) here.scrollIntoView({{ block: "nearest", inline: "nearest" }});
  }}
  function mark(number, kind) {{
    const box = document.getElementById("box" + number);
    if (box) {{ box.classList.remove("done"); box.classList.add(kind); }}
  }}
  document.getElementById("back").onclick = () => show(now - 1);
  document.getElementById("forward").onclick = () => show(now + 1);
  document.addEventListener("keydown", (event) => {{
    const to = {{ ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0,
                 End: steps.length - 1 }}[event.key];
    if (to !== undefined) {{ event.preventDefault(); show(to); }}
  }});
  show(0);
</script>
</body>
</html>
"""


def page(lang: str, title: str, picture: str, steps: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    """The page, as text.

    Args:
        lang: The language, for the browser.
        title: What it is about.
        picture: The graph, as SVG whose boxes have numbers.
        steps: Of each its title, its lines, the box that it is about, and the boxes that something goes `to`.
        words: What stands on and beside the buttons.
    """
    return _PAGE.format(
        lang=lang,
        title=html.escape(title),
        picture=picture,
        steps=_script(steps),
        of=_script(words["of"]),
        **{each: html.escape(words[each]) for each in ("help", "back", "forward")},
    )


def _script(value: Any) -> str:
    """A value as JSON that can stand in a page: nothing in it ends the script."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
