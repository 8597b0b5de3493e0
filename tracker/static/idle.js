/* The idle lock. The server locks the session by its own clock; this script says so in time and
   clears the screen. Only a person's own key or tap keeps the session open: no timer does.

   <body data-idle-seconds="900" data-sign-in="/sign-in" data-keep-alive="/session/keep"
         data-lock="/lock" data-kept="/kept-page">
   Two minutes before, a dialog asks. Then the page's content is removed, what was typed goes to
   the server (data-lock: path, body), and the sign-in page opens with ?next=<path>: the path alone,
   never a query. It comes back to <path>#resume, and data-kept gives what was typed, once. A
   password is never sent along. Nothing is kept in the browser. The keep-alive address gets a POST
   with csrf_token and answers 204, or 401 when the session is locked or ended. */
"use strict";

(() => {
  /* Each sentence in the page's two languages. */
  const say = (english, spanish) => (document.documentElement.lang === "es" ? spanish : english);

  const body = document.body;
  const limit = Number(body.dataset.idleSeconds) * 1000;
  const { signIn, lock, kept, keepAlive } = body.dataset;
  if (!limit || !signIn) return;

  const WARN = Math.min(120000, limit / 2);
  const TELL_SERVER_EVERY = Math.min(30000, limit / 10);
  const others = "BroadcastChannel" in window ? new BroadcastChannel("tracker-activity") : null;
  /* Counted from what the server was told, so that both clocks end together. */
  let told = Date.now();
  let gone = false;
  let dialog = null;

  const clockTime = (at) =>
    new Date(at).toLocaleTimeString(document.documentElement.lang, {
      hour: "numeric",
      minute: "2-digit",
    });

  const token = document.querySelector("input[name=csrf_token]");
  const post = (address, more, fields) =>
    fetch(address, {
      method: "POST",
      body: new URLSearchParams({ csrf_token: token ? token.value : "", ...fields }),
      headers: { Accept: "application/json", "X-Requested-By": "script" },
      credentials: "same-origin",
      ...more,
    });

  /* What was typed: each changed form's fields by name, place among those of its name, and value.
     Its hidden fields go along, so that a record which changed meanwhile is noticed as ever. */
  const isTyped = (field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked !== field.defaultChecked;
    }
    if (field.tagName === "SELECT") {
      return [...field.options].some((one) => one.selected !== one.defaultSelected);
    }
    return "defaultValue" in field && field.value !== field.defaultValue;
  };
  const current = (field) => {
    if (field.tagName === "SELECT") return [...field.selectedOptions].map((one) => one.value);
    return field.type === "checkbox" || field.type === "radio" ? field.checked : field.value;
  };
  const NEVER = ["password", "file", "submit", "button", "reset", "image"];
  const fieldsOf = (form) => {
    const seen = new Map();
    const found = [];
    for (const field of form.elements) {
      if (!field.name || field.name === "csrf_token" || NEVER.includes(field.type)) continue;
      const place = seen.get(field.name) || 0;
      seen.set(field.name, place + 1);
      const hidden = field.type === "hidden";
      found.push([form.getAttribute("action"), field.name, place, current(field), hidden]);
    }
    return found;
  };
  const changedForms = () =>
    [...document.forms]
      .filter((form) => form.method === "post")
      .filter((form) => [...form.elements].some((one) => one.type !== "hidden" && isTyped(one)))
      .map((form) => ({ form, fields: fieldsOf(form) }));

  const keepTyped = (forms, focus) => {
    if (!lock) return null;
    /* A draft that was saved comes back by itself, but for what no draft holds (data-undrafted). */
    const isDrafted = (form) => form.dataset.autosave && form.dataset.unsaved !== "yes";
    const isLeftOut = (form, name) => "undrafted" in (form.elements[name].dataset || {});
    const fields = forms.flatMap(({ form, fields: own }) =>
      isDrafted(form) ? own.filter(([, name]) => isLeftOut(form, name)) : own,
    );
    const typed = JSON.stringify({ focus, fields });
    /* The browser sends little on its own once the page is left. */
    return post(
      lock,
      { keepalive: typed.length < 50000 },
      { path: location.pathname, body: typed },
    );
  };

  const signOff = (why) => {
    if (gone) return;
    gone = true;
    const at = document.activeElement;
    const focus = at && at !== body ? { id: at.id || "", name: at.name || "" } : {};
    const forms = changedForms();
    const saves = [];
    const wait = (save) => saves.push(save);
    document.dispatchEvent(new CustomEvent("tracker:leaving", { detail: { wait } }));
    const address = new URL(signIn, location.href);
    address.searchParams.set("next", location.pathname);
    address.searchParams.set("why", why);
    const words = document.createElement("p");
    words.className = "empty";
    words.textContent = say(
      "The screen is locked because nothing was typed for a while. ",
      "La pantalla se bloqueó porque no se escribió nada por un rato. ",
    );
    const link = document.createElement("a");
    link.href = address.href;
    link.textContent = say("Type your password to go on", "Escriba su contraseña para seguir");
    words.append(link);
    document.title = "Locked";
    body.removeAttribute("class");
    body.replaceChildren(words);
    const atMost = () => new Promise((done) => setTimeout(done, 1500));
    Promise.race([Promise.allSettled(saves), atMost()])
      .then(() => Promise.race([Promise.resolve(keepTyped(forms, focus)).catch(() => {}), atMost()]))
      .then(() => location.replace(address.href));
  };

  const tellServer = () => {
    told = Date.now();
    if (others) others.postMessage("active");
    if (!keepAlive) return;
    post(keepAlive)
      .then((response) => {
        if (response.status === 401 || response.redirected) signOff("ended");
      })
      .catch(() => {});
  };

  const closeDialog = () => {
    if (!dialog) return;
    dialog.close();
    dialog.remove();
    dialog = null;
  };

  const active = () => {
    if (Date.now() - told > TELL_SERVER_EVERY) tellServer();
  };

  const stay = () => {
    closeDialog();
    tellServer();
  };

  const button = (words, kind) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `button ${kind}`;
    made.textContent = words;
    return made;
  };

  const warn = () => {
    dialog = document.createElement("dialog");
    dialog.setAttribute("role", "alertdialog");
    dialog.setAttribute("aria-labelledby", "idle-title");
    dialog.setAttribute("aria-describedby", "idle-words");
    const title = document.createElement("h2");
    title.id = "idle-title";
    title.textContent = say("Are you still there?", "¿Sigue ahí?");
    const words = document.createElement("p");
    words.id = "idle-words";
    const at = clockTime(told + limit);
    words.textContent = say(
      `The screen locks at ${at}. What you typed is kept.`,
      `La pantalla se bloquea a las ${at}. Lo que escribió se guarda.`,
    );
    const row = document.createElement("div");
    row.className = "actions-row";
    const staying = button(say("Stay signed in", "Seguir con la sesión"), "primary");
    staying.autofocus = true;
    staying.addEventListener("click", stay);
    row.append(staying);
    dialog.append(title, words, row);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      stay();
    });
    body.append(dialog);
    dialog.showModal();
    staying.focus();
  };

  const look = () => {
    const idle = Date.now() - told;
    if (idle >= limit) signOff("idle");
    else if (idle >= limit - WARN && !dialog) warn();
  };

  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (event.isTrusted && !dialog && !gone) active();
      },
      { capture: true, passive: true },
    );
  }
  /* Coming back: put everything where it was typed, and the focus where it was. */
  const fill = (field, value) => {
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) {
      for (const one of field.options) one.selected = value.includes(one.value);
    } else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const sayHomeless = (texts) => {
    const note = document.createElement("p");
    note.className = "caution caution-note";
    note.textContent =
      say(
        "Typed before the screen locked, in fields that are not on the page now: ",
        "Escrito antes de que se bloqueara la pantalla, en campos que ya no están en la página: ",
      ) + texts.join("; ");
    document.getElementById("main").prepend(note);
  };
  const resume = ({ focus, fields }) => {
    const homeless = [];
    for (const [action, name, place, value, hidden] of fields || []) {
      const forms = [...document.forms].filter((one) => one.getAttribute("action") === action);
      const named = forms.flatMap((form) =>
        [...form.elements].filter((one) => one.name === name && one.type !== "password"),
      );
      if (!named[place]) {
        if (!hidden && typeof value === "string" && value) homeless.push(value);
      } else if (hidden) named[place].value = value;
      else if (JSON.stringify(current(named[place])) !== JSON.stringify(value)) {
        fill(named[place], value);
      }
    }
    if (homeless.length) sayHomeless(homeless);
    if (!focus) return;
    const at =
      (focus.id && document.getElementById(focus.id)) ||
      (focus.name && document.getElementsByName(focus.name)[0]);
    if (at) at.focus();
  };
  if (kept && location.hash === "#resume") {
    history.replaceState(null, "", location.pathname + location.search);
    post(kept, {}, { path: location.pathname })
      .then((response) => (response.ok ? response.json() : {}))
      .then(resume)
      .catch(() => {});
  }

  if (others) {
    others.onmessage = () => {
      told = Date.now();
      closeDialog();
    };
    others.postMessage("active");
  }
  /* A laptop that slept must not show the page again for even a second. */
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  setInterval(look, 1000);
})();
