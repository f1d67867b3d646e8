// Files dropped or chosen. With an upload address each is sent on its own, in parts, with its progress told to eye and
// ear, and goes on from what has arrived after a failed network (requests_app/views/uploads.py): it is then a document, or,
// sent ahead of a form, a box that the form takes along. Without an address, or without this script, the plain input goes
// with its form.
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
    state.textContent = list.dataset.queued;
    item.append(title, bar, state);
    list.append(item);
    return { item, bar, state };
  };

  // What the server says to one step of a sending; null where the network or the server fails.
  const ask = (method, url, body, headers = {}, onProgress = null) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("X-CSRFToken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (onProgress) request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
      request.timeout = 120000;
      for (const end of ["error", "timeout", "abort"]) request.addEventListener(end, () => resolve(null));
      request.addEventListener("load", () => {
        if (request.status >= 500) return resolve(null);
        // Led elsewhere: whoever was signed in is not any more.
        const isLed = new URL(request.responseURL).pathname !== new URL(url, location.href).pathname;
        if (isLed) return resolve({ status: 403, said: {}, html: "" });
        const isJson = (request.getResponseHeader("Content-Type") || "").startsWith("application/json");
        return resolve({
          status: request.status,
          said: isJson ? JSON.parse(request.responseText) : {},
          html: isJson ? "" : request.responseText,
        });
      });
      request.send(body);
    });

  // Until the network is said to be back, or some seconds later and later.
  const pause = (tries) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(500 * 2 ** tries, 30000));
      window.addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    });

  class Refusal extends Error {}
  class Lost extends Error {}

  // Begins, or goes on from what has arrived; a step that fails is tried again, and nothing is sent twice.
  const transfer = async (input, file, tell) => {
    let tries = 0;
    const insist = async (step) => {
      for (;;) {
        const answer = await step();
        if (answer) {
          if (answer.status >= 400 && !("received" in answer.said)) {
            throw new Refusal((answer.said.errors || []).join(" ") || (answer.status === 413 ? tell.words.tooBig : ""));
          }
          return answer;
        }
        tries += 1;
        if (tries > Number(input.dataset.uploadTries || 12)) throw new Lost();
        tell.waits();
        await pause(tries);
      }
    };
    const form = new FormData();
    for (const [name, value] of [["name", file.name], ["size", file.size], ["mark", file.lastModified]]) form.append(name, value);
    const { url, received, part } = (await insist(() => ask("POST", input.dataset.uploadUrl, form))).said;
    let offset = received;
    tell.goesOn(offset);
    while (offset < file.size) {
      const piece = file.slice(offset, offset + part);
      const headers = { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" };
      const answer = await ask("POST", url, piece, headers, (loaded) => tell.progress(offset + loaded));
      if (answer && answer.status < 400) {
        offset = answer.said.received;
        tries = 0;
      } else if (answer && !("received" in answer.said)) {
        throw new Refusal((answer.said.errors || []).join(" "));
      } else {
        if (!answer) {
          tries += 1;
          if (tries > Number(input.dataset.uploadTries || 12)) throw new Lost();
          tell.waits();
          await pause(tries);
        } else if ((tries += 1) > 12) throw new Lost();
        offset = (await insist(() => ask("GET", url))).said.received;
        tell.goesOn(offset);
      }
      tell.progress(offset);
    }
    const name = new FormData();
    name.append("field", input.name);
    const end = await insist(() => ask("POST", `${url}fin/`, name));
    if (end.status >= 400) throw new Lost();
    return end.html;
  };

  const send = async (input, list, status, file, { item, bar, state }) => {
    const words = list.dataset;
    const say = (word, more = "") => {
      state.textContent = word;
      status.textContent = `${file.name}, ${word}${more}`;
    };
    const fail = (why, again) => {
      item.classList.add("upload--failed");
      say(words.failed, `. ${why}`);
      const text = document.createElement("span");
      text.className = "upload__why";
      text.textContent = why;
      item.append(text);
      if (!again) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--small upload__again";
      button.textContent = words.again;
      button.addEventListener("click", () => { item.remove(); sendAll(input, [file]); });
      item.append(button);
    };
    if (input.dataset.limit && file.size > Number(input.dataset.limit)) return fail(words.tooBig, false);
    let told = 0;
    const tell = {
      words,
      progress(sent) {
        bar.value = (100 * sent) / file.size;
        // For the ear, each quarter is enough.
        const quarter = Math.floor(bar.value / 25) * 25;
        if (quarter > told && quarter < 100) say(words.sending, ` ${quarter} %`);
        told = Math.max(told, quarter);
      },
      waits: () => say(words.waiting),
      goesOn(sent) {
        say(words.sending, sent ? ` ${Math.floor((100 * sent) / file.size)} %` : "");
        this.progress(sent);
      },
    };
    try {
      const html = await transfer(input, file, tell);
      bar.value = 100;
      item.classList.add("upload--sent");
      say(words.sent);
      put(input, html);
      if (html || !input.dataset.uploadInto) item.remove();
    } catch (error) {
      forms.get(input.form)?.failed.push(file);
      if (error instanceof Refusal) fail(error.message || words.broken, false);
      else if (error instanceof Lost) fail(words.broken, true);
      else throw error;
    }
  };

  // The row of the file, or its box; the same file chosen again has one, and a single one takes the place of the last.
  const put = (input, html) => {
    const isAhead = "uploadAhead" in input.dataset;
    const into = isAhead ? input.closest(".field").querySelector("[data-arrived]") : input.dataset.uploadInto && document.querySelector(input.dataset.uploadInto);
    if (!into) return;
    if (isAhead && !input.multiple) into.replaceChildren();
    into.insertAdjacentHTML("beforeend", html);
    if (!isAhead) return;
    const { value } = into.lastElementChild.querySelector("input");
    for (const box of [...into.querySelectorAll(`input[value="${value}"]`)].slice(0, -1)) box.closest("li").remove();
  };

  // A form whose files are on their way is sent after them, and stays where one of them did not arrive.
  const forms = new Map();
  const begun = (input) => {
    if (!("uploadAhead" in input.dataset)) return;
    const work = forms.get(input.form) || { count: 0, failed: [], press: null };
    work.count += 1;
    forms.set(input.form, work);
  };
  const done = (input) => {
    const work = forms.get(input.form);
    if (!work) return;
    work.count -= 1;
    if (work.count) return;
    forms.delete(input.form);
    if (!work.press) return;
    work.press.button?.removeAttribute("aria-busy");
    if (!work.failed.length) input.form.requestSubmit(work.press.button);
  };
  document.addEventListener("submit", (event) => {
    const work = forms.get(event.target);
    if (!work) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    work.press = { button: event.submitter };
    event.submitter?.setAttribute("aria-busy", "true");
    for (const list of event.target.querySelectorAll("[data-uploads]:not(:empty)")) {
      list.closest(".field").querySelector("[data-upload-status]").textContent = list.dataset.then;
    }
  }, true);

  const sendAll = async (input, files) => {
    begun(input);
    const field = input.closest(".field");
    const list = field.querySelector("[data-uploads]");
    const status = field.querySelector("[data-upload-status]");
    input.value = "";
    // All of them show at once, and go one after another.
    const lines = files.map((file) => [file, line(list, file.name)]);
    for (const [file, shown] of lines) await send(input, list, status, file, shown);
    input.dispatchEvent(new CustomEvent("uploads:done", { bubbles: true }));
    done(input);
  };

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("input[type=file][data-upload-url]") && input.files.length) sendAll(input, [...input.files]);
  });

  // Chosen while the page was still coming, before anybody listened.
  for (const input of document.querySelectorAll("input[type=file][data-upload-url]")) {
    if (input.files.length) sendAll(input, [...input.files]);
  }

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
