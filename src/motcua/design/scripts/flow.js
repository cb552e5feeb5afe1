// The flow's picture: fetched, drawn, and marked; the words beside it say the same without it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const words = (text) => (text || "").split(/\s+/).filter(Boolean);

async function draw(figure) {
  const place = figure.querySelector("[data-flow-picture]");
  const answer = await fetch(figure.dataset.flow, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(answer.statusText);
  place.hidden = false;
  const viewer = new NavigatedViewer({
    container: place,
    textRenderer: { defaultStyle: { fontFamily: '"Be Vietnam Pro", sans-serif' } },
  });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  const mark = (ids, name) => ids.filter((id) => elements.get(id)).forEach((id) => canvas.addMarker(id, name));
  mark(words(figure.dataset.done), "mc-is-done");
  mark(words(figure.dataset.here), "mc-is-here");
  const overlays = viewer.get("overlays");
  for (const pair of words(figure.dataset.counts)) {
    const [id, count] = pair.split("=");
    if (!elements.get(id)) continue;
    const badge = document.createElement("div");
    badge.className = "mc-flow__count";
    badge.textContent = count;
    overlays.add(id, { position: { top: -11, right: 11 }, html: badge });
  }
  canvas.zoom("fit-viewport", "auto");
}

// The picture is an extra: without it the steps in words stay, and the page says so in the reader's language.
function failed(figure) {
  const place = figure.querySelector("[data-flow-picture]");
  place.hidden = false;
  place.textContent = figure.dataset.failed;
}

// A closed picture has no size to fit into, so it is fetched and drawn when it is opened.
for (const figure of document.querySelectorAll("[data-flow]")) {
  const start = () => draw(figure).catch(() => failed(figure));
  const details = figure.querySelector("[data-flow-details]");
  if (!details || details.open) start();
  else details.addEventListener("toggle", start, { once: true });
}
