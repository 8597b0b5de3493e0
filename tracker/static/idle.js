/* Idle sign-off. The server ends the session by its own clock; this script says so in time and
   clears the screen. Only a person's own key or tap keeps the session alive: no timer does.

   <body data-idle-seconds="900" data-sign-in="/sign-in" data-keep-alive="/session/keep"
         data-sign-out="/sign-out">
   Two minutes before the end a dialog asks. At the end the page's content is removed, the session
   is ended, and the sign-in page opens with ?next=<path>: the path alone, never a query. The
   keep-alive address gets a POST with csrf_token and answers 204, or 401 when signed out. */
"use strict";

(() => {
  const body = document.body;
  const limit = Number(body.dataset.idleSeconds) * 1000;
  const { signIn, signOut, keepAlive } = body.dataset;
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

  const post = (address, more) => {
    const token = document.querySelector("input[name=csrf_token]");
    return fetch(address, {
      method: "POST",
      body: new URLSearchParams({ csrf_token: token ? token.value : "" }),
      headers: { Accept: "application/json", "X-Requested-By": "script" },
      credentials: "same-origin",
      ...more,
    });
  };

  const signOff = (why) => {
    if (gone) return;
    gone = true;
    document.dispatchEvent(new Event("tracker:leaving"));
    const address = new URL(signIn, location.href);
    address.searchParams.set("next", location.pathname);
    address.searchParams.set("why", why);
    const ended = signOut && why === "idle" ? post(signOut, { keepalive: true }) : null;
    const words = document.createElement("p");
    words.className = "empty";
    words.textContent = "You were signed out because nothing was typed for a while. ";
    const link = document.createElement("a");
    link.href = address.href;
    link.textContent = "Sign in to go on";
    words.append(link);
    document.title = "Signed out";
    body.removeAttribute("class");
    body.replaceChildren(words);
    const atMost = new Promise((done) => setTimeout(done, 1500));
    Promise.race([Promise.resolve(ended).catch(() => {}), atMost]).then(() =>
      location.replace(address.href),
    );
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
    title.textContent = "Are you still there?";
    const words = document.createElement("p");
    words.id = "idle-words";
    words.textContent = `You will be signed out at ${clockTime(told + limit)}. Drafts are saved.`;
    const row = document.createElement("div");
    row.className = "actions-row";
    const staying = button("Stay signed in", "primary");
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
