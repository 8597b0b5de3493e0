/* Passkeys. Shows the part of a page marked data-passkey="get" or "create" where the browser can
   use passkeys, and does what its button says: asks the server what to sign (data-options), lets
   the browser sign it, and posts the answer to the form's own action. data-with names a form whose
   fields go along. The server answers {"next": address} or {"sentence": what went wrong}.
   Without this script, a code is the way. Nothing is kept in the browser. */
"use strict";

(() => {
  /* Each sentence in the page's two languages. */
  const say = (english, spanish) => (document.documentElement.lang === "es" ? spanish : english);

  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const NOT_DONE = say(
    "The browser did not give a passkey. Try again, or type a code.",
    "El navegador no dio una llave de acceso. Inténtelo otra vez, o escriba un código.",
  );

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async (kind, options) => {
    options.challenge = bytes(options.challenge);
    if (kind === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = known(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  };

  const answerOf = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[part]) response[part] = text(given[part]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
    });
  };

  const post = (address, fields) =>
    fetch(address, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json", "X-Requested-By": "script" },
      credentials: "same-origin",
    });

  const fieldsOf = (part, form) => {
    const fields = new URLSearchParams(new FormData(form));
    const other = part.dataset.with && document.getElementById(part.dataset.with);
    if (other) {
      for (const [name, value] of new FormData(other)) {
        if (name !== "csrf_token") fields.set(name, value);
      }
    }
    return fields;
  };

  const run = async (part, form) => {
    const asked = await post(part.dataset.options, new URLSearchParams(new FormData(form)));
    if (!asked.ok) return NOT_DONE;
    const credential = await ask(part.dataset.passkey, await asked.json());
    const fields = fieldsOf(part, form);
    fields.set("credential", answerOf(credential));
    const done = await post(form.action, fields);
    const isJson = (done.headers.get("Content-Type") || "").includes("json");
    const said = isJson ? await done.json() : {};
    if (done.ok && said.next) {
      location.assign(said.next);
      return "";
    }
    return said.sentence || NOT_DONE;
  };

  for (const part of document.querySelectorAll("[data-passkey]")) {
    const form = part.querySelector("form");
    const status = part.querySelector("[data-passkey-status]");
    part.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      status.textContent = "";
      run(part, form)
        .catch(() => NOT_DONE)
        .then((sentence) => {
          status.textContent = sentence;
        });
    });
  }
})();
