/* Keeps a draft on the server while it is typed: every 10 seconds when something changed, when the
   focus leaves the form, and when the page is left. Nothing is kept in the browser.

   A form asks for it with data-autosave="<address>". The address gets the form's own fields by
   POST and answers with JSON:
     200  {"saved": "10:42 AM", "fields": {"seq": "8"}}   fields: hidden inputs to bring up to date
     409  {"sentence": "Dr Lee saved this draft at 10:40 AM. ..."}
     401 or 403: signed out.   422: {"sentence": ...}.
   What happened is said in [data-draft-status]; data-draft-words says what the draft is not yet.
   Without this script the form's own button saves. */
"use strict";

(() => {
  const EVERY = 10000;
  const SIGNED_OUT =
    "Not saved: you are signed out. Sign in again in another tab, then press Save draft here.";
  const CHANGED =
    "Not saved: someone else changed this draft. Press Save draft to see both side by side.";
  const REFUSED = "Not saved: something typed here cannot be kept. Press Save draft to see what.";
  const AWAY = "Not saved yet: the clinic’s server did not answer. Trying again in 10 seconds.";

  const keep = (form) => {
    const status = form.querySelector("[data-draft-status]");
    let dirty = false;
    let stopped = false;
    let sending = null;

    const say = (words, trouble) => {
      if (!status || status.textContent === words) return;
      status.textContent = words;
      status.classList.toggle("trouble", Boolean(trouble));
    };

    const refresh = (fields) => {
      for (const [name, value] of Object.entries(fields || {})) {
        const input = form.elements.namedItem(name);
        if (input && input.type === "hidden") input.value = value;
      }
    };

    const heard = async (response) => {
      if (response.redirected || response.status === 401 || response.status === 403) {
        stopped = true;
        say(SIGNED_OUT, true);
        return;
      }
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      const answer = isJson ? await response.json() : {};
      if (response.ok) {
        refresh(answer.fields);
        if (!dirty) form.dataset.unsaved = "";
        say(`Draft saved ${answer.saved || "just now"} – ${form.dataset.draftWords || "not signed"}`);
      } else if (response.status === 409) {
        stopped = true;
        say(answer.sentence || CHANGED, true);
      } else if (response.status < 500) {
        say(answer.sentence || REFUSED, true);
      } else {
        dirty = true;
        say(AWAY, true);
      }
    };

    /* A password is for the button that asks for it, never for a draft; what the form was made
       from would only be sent back. */
    const typed = () => {
      const fields = new URLSearchParams(new FormData(form));
      for (const left of form.querySelectorAll("input[type=password][name], [data-not-saved]")) {
        fields.delete(left.name);
      }
      return fields;
    };

    const save = (leaving) => {
      if (!dirty || stopped || sending) return sending;
      dirty = false;
      sending = fetch(form.dataset.autosave, {
        method: "POST",
        body: typed(),
        headers: { Accept: "application/json", "X-Requested-By": "script" },
        credentials: "same-origin",
        keepalive: Boolean(leaving),
      })
        .then(heard)
        .catch(() => {
          dirty = true;
          say(AWAY, true);
        })
        .finally(() => {
          sending = null;
        });
      return sending;
    };

    /* Marked on the form as well: what was not saved is kept another way when the screen locks. */
    const touched = () => {
      dirty = true;
      form.dataset.unsaved = "yes";
    };
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) save();
    });
    window.addEventListener("pagehide", () => save(true));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save(true);
    });
    document.addEventListener("tracker:leaving", (event) => {
      const saving = save(true);
      if (saving && event.detail) event.detail.wait(saving);
    });
    setInterval(save, EVERY);

    /* A save under way would make the form's own number old: let it end, then send the form. */
    form.addEventListener("submit", (event) => {
      if (sending) {
        event.preventDefault();
        const pressed = event.submitter;
        sending.then(() => form.requestSubmit(pressed));
        return;
      }
      stopped = true;
    });
    /* Coming back with the Back button shows this page again, still alive. */
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) stopped = false;
    });
  };

  document.querySelectorAll("form[data-autosave]").forEach(keep);
})();
