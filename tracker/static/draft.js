/* Keeps a draft on the server while it is typed: every 10 seconds when something changed, when the
   focus leaves the form, and when the page is left. Nothing is kept in the browser.

   A form asks for it with data-autosave="<address>". The address gets the form's own fields by
   POST and answers with JSON:
     200  {"saved": "10:42 AM", "fields": {"seq": "8"}}   fields: hidden inputs to bring up to date
     409  {"sentence": "Dr Lee saved this draft at 10:40 AM. ..."}
     401 or 403: signed out.   422: {"sentence": ...}.
   What happened is said in [data-draft-status], in the words that it carries (macros/forms.html).
   Without this script the form's own button saves. */
"use strict";

(() => {
  const EVERY = 10000;

  const keep = (form) => {
    const status = form.querySelector("[data-draft-status]");
    const words = status ? status.dataset : {};
    let dirty = false;
    let stopped = false;
    let sending = null;

    const say = (told, trouble) => {
      if (!status || !told || status.textContent === told) return;
      status.textContent = told;
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
        say(words.signedOut, true);
        return;
      }
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      const answer = isJson ? await response.json() : {};
      if (response.ok) {
        refresh(answer.fields);
        if (!dirty) form.dataset.unsaved = "";
        const yet = form.dataset.draftWords || words.notSigned;
        const at = answer.saved || words.justNow;
        say((words.saved || "").replace("{saved}", () => at).replace("{words}", () => yet));
      } else if (response.status === 409) {
        stopped = true;
        say(answer.sentence || words.changed, true);
      } else if (response.status < 500) {
        say(answer.sentence || words.refused, true);
      } else {
        dirty = true;
        say(words.away, true);
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
          say(words.away, true);
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
