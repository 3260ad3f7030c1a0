// form[data-draft="<key>"]: keeps what is typed in this tab until the server has accepted it, puts it back when the
// form comes up empty again, and asks before the page is left with words unsent. The form's hidden key is kept with the
// text, so sending restored text a second time cannot make a second post.
//
// data-accepted="<key> …" anywhere in the page that follows names what was accepted; landing on a topic after a
// redirect counts too. data-unsent on the form: it shows text that the server has refused. [data-restored][hidden] in
// the form is shown when text was put back; a button[data-discard] in it drops that text.

import { names, read, remove, write } from './store.js';

const PREFIX = 'stoa:draft:';

let leaving = false;

const keyOf = (form) => form.querySelector('input[type="hidden"][name$="key"]');
const nameOf = (form) => PREFIX + form.dataset.draft;
const isRefused = (form) => 'unsent' in form.dataset;
const changed = (field) => field.value !== field.defaultValue;
const fieldsOf = (form) => [...form.elements].filter(
  (field) => field.name && field.matches('textarea, input[type="text"], input:not([type])'),
);

function save(form, sent = false) {
  const fields = fieldsOf(form);
  if (!isRefused(form) && !fields.some(changed)) { remove(nameOf(form)); return; }

  write(nameOf(form), {
    sent,
    key: keyOf(form)?.value,
    values: Object.fromEntries(fields.map((field) => [field.name, field.value])),
    bases: Object.fromEntries(fields.map((field) => [field.name, field.defaultValue])),
  });
}

// Forgets what was accepted. What was sent without an answer is kept for the form to come.
function settle() {
  const accepted = [...document.querySelectorAll('[data-accepted]')].flatMap((mark) => mark.dataset.accepted.split(' '));
  const refused = [...document.querySelectorAll('form[data-draft]')].filter(isRefused).map(nameOf);
  const arrival = performance.getEntriesByType('navigation')[0];
  const landed = arrival?.type === 'navigate' && arrival.redirectCount > 0 && /^\/(topic|post)\//.test(location.pathname);

  for (const name of names(PREFIX)) {
    const draft = read(name);
    const done = accepted.includes(name.slice(PREFIX.length)) || (draft?.sent && landed && !refused.includes(name));
    if (done) remove(name);
    else if (draft?.sent) write(name, { ...draft, sent: false });
  }
}

// Only an untouched form takes kept text back; one that the server or the browser has filled is newer.
function restore(form) {
  const draft = read(nameOf(form));
  if (!draft) return;

  const fields = fieldsOf(form).filter((field) => field.name in draft.values);
  if (fields.some((field) => changed(field) || field.value !== draft.bases[field.name])) return;

  for (const field of fields) field.value = draft.values[field.name];
  if (draft.key && keyOf(form)) keyOf(form).value = draft.key;
  for (const note of form.querySelectorAll('[data-restored]')) note.hidden = false;
}

function discard(form) {
  for (const field of fieldsOf(form)) field.value = field.defaultValue;
  for (const note of form.querySelectorAll('[data-restored]')) note.hidden = true;
  remove(nameOf(form));
  fieldsOf(form).at(-1)?.focus();
}

document.addEventListener('input', ({ target }) => {
  if (target.form?.matches('[data-draft]')) save(target.form);
});

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-discard]');
  if (button) discard(button.form);
});

// The same text may go out from another form than the one it was typed in: after a preview, or after signing in again.
function markSent(key) {
  for (const name of names(PREFIX)) {
    const draft = read(name);
    if (key && draft?.key === key) write(name, { ...draft, sent: true });
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  markSent(keyOf(form)?.value);
  if (!form.matches('[data-draft]')) return;
  leaving = true;
  save(form, true);
});

addEventListener('beforeunload', (event) => {
  const unsent = [...document.querySelectorAll('form[data-draft]')]
    .some((form) => isRefused(form) || fieldsOf(form).some(changed));
  if (unsent && !leaving) event.preventDefault();
});

addEventListener('pageshow', () => { leaving = false; });

settle();
for (const form of document.querySelectorAll('form[data-draft]')) restore(form);
