// Files dropped or chosen. With an upload address each is sent on its own, with its progress told to eye and ear;
// without one, or without this script, the plain input goes with its form.
(() => {
  const line = (list, name) => {
    const item = document.createElement("li");
    item.className = "upload";
    const title = document.createElement("span");
    title.className = "upload__name";
    title.textContent = name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    const state = document.createElement("span");
    state.className = "upload__state";
    item.append(title, bar, state);
    list.append(item);
    return { item, bar, state };
  };

  const reasons = (request, fallback) => {
    if ((request.getResponseHeader("Content-Type") || "").startsWith("application/json")) {
      return JSON.parse(request.responseText).errors.join(" ");
    }
    return fallback;
  };

  const send = (input, list, status, file) =>
    new Promise((resolve) => {
      const words = list.dataset;
      const { item, bar, state } = line(list, file.name);
      const fail = (why) => {
        item.classList.add("upload--failed");
        state.textContent = words.failed;
        const text = document.createElement("span");
        text.className = "upload__why";
        text.textContent = why;
        item.append(text);
        status.textContent = `${file.name}: ${words.failed}. ${why}`;
        resolve(false);
      };
      if (input.dataset.limit && file.size > Number(input.dataset.limit)) {
        fail(words.tooBig);
        return;
      }
      const body = new FormData();
      body.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
      body.append(input.name, file);
      const request = new XMLHttpRequest();
      request.open("POST", input.dataset.uploadUrl);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
      });
      request.addEventListener("error", () => fail(words.broken));
      request.addEventListener("load", () => {
        if (request.status === 413) return fail(words.tooBig);
        if (request.status >= 300) return fail(reasons(request, words.broken));
        bar.value = 100;
        item.classList.add("upload--sent");
        state.textContent = words.sent;
        status.textContent = `${file.name}: ${words.sent}`;
        const into = input.dataset.uploadInto && document.querySelector(input.dataset.uploadInto);
        if (into) {
          into.insertAdjacentHTML("beforeend", request.responseText);
          item.remove();
        }
        return resolve(true);
      });
      state.textContent = words.sending;
      status.textContent = `${file.name}: ${words.sending}`;
      request.send(body);
    });

  const sendAll = async (input, files) => {
    const field = input.closest(".field");
    const list = field.querySelector("[data-uploads]");
    const status = field.querySelector("[data-upload-status]");
    for (const file of files) await send(input, list, status, file);
    input.value = "";
  };

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("input[type=file][data-upload-url]") && input.files.length) sendAll(input, [...input.files]);
  });

  const zone = (event) => event.target instanceof Element && event.target.closest("[data-drop]");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      const drop = zone(event);
      if (!drop) return;
      event.preventDefault();
      drop.dataset.over = "yes";
    });
  }
  document.addEventListener("dragleave", (event) => {
    const drop = zone(event);
    if (drop && !drop.contains(event.relatedTarget)) delete drop.dataset.over;
  });
  document.addEventListener("drop", (event) => {
    const drop = zone(event);
    if (!drop) return;
    event.preventDefault();
    delete drop.dataset.over;
    const input = drop.querySelector("input[type=file]");
    if (input.disabled || !event.dataTransfer.files.length) return;
    if (input.dataset.uploadUrl) sendAll(input, [...event.dataTransfer.files]);
    else input.files = event.dataTransfer.files;
  });
})();
