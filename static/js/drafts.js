// form[data-draft="<key>"]: keeps what is typed in this tab until the server has accepted it, puts it back when the
// form comes up empty again, and asks before the page is left with words unsent. The idempotency key is kept with the
// text, so sending restored text a second time cannot make a second post.
//
// A page that follows acceptance names the key in [data-accepted]; landing on a topic after a redirect counts too.
// data-unsent on the form: the server shows text it has refused. [data-restored][hidden] in the form: shown when text
// was put back; a [data-discard] button in it drops that text.

const PREFIX = 'stoa:draft:';
const KEY_FIELD = 'key';

const fieldsOf = (form) => [...form.elements].filter(
  (field) => field.name && field.matches('textarea, input[type="text"], input:not([type])'),
);
const changed = (field) => field.value !== field.defaultValue;

const read = (name) => {
  try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
};
const write = (name, draft) => {
  try { sessionStorage.setItem(name, JSON.stringify(draft)); } catch { /* full or forbidden: the guard remains */ }
};

const leaving = new WeakSet();
const typed = new WeakSet();

function save(form, sent = false) {
  const fields = fieldsOf(form);
  const name = PREFIX + form.dataset.draft;
  if (!fields.some(changed) && !('unsent' in form.dataset)) { sessionStorage.removeItem(name); return; }

  write(name, {
    sent,
    key: form.elements[KEY_FIELD]?.value,
    values: Object.fromEntries(fields.map((field) => [field.name, field.value])),
    bases: Object.fromEntries(fields.map((field) => [field.name, field.defaultValue])),
  });
}

function restore(form) {
  const draft = read(PREFIX + form.dataset.draft);
  if (!draft) return;

  const fields = fieldsOf(form).filter((field) => field.name in draft.values);
  if (fields.some((field) => changed(field) || field.value !== draft.bases[field.name])) return;
  if (fields.every((field) => field.value === draft.values[field.name])) return;

  for (const field of fields) field.value = draft.values[field.name];
  if (draft.key && form.elements[KEY_FIELD]) form.elements[KEY_FIELD].value = draft.key;
  typed.add(form);
  for (const note of form.querySelectorAll('[data-restored]')) note.hidden = false;
}

function settle() {
  const accepted = [...document.querySelectorAll('[data-accepted]')].flatMap((mark) => mark.dataset.accepted.split(' '));
  const arrival = performance.getEntriesByType('navigation')[0];
  const landed = arrival?.type === 'navigate' && arrival.redirectCount > 0 && /^\/(topic|post)\//.test(location.pathname);
  const shown = new Set([...document.querySelectorAll('form[data-draft][data-unsent]')].map((form) => form.dataset.draft));

  for (const name of Object.keys(sessionStorage).filter((item) => item.startsWith(PREFIX))) {
    const draft = read(name);
    const key = name.slice(PREFIX.length);
    if (accepted.includes(key) || (draft?.sent && landed && !shown.has(key))) sessionStorage.removeItem(name);
    else if (draft?.sent) write(name, { ...draft, sent: false });
  }
}

document.addEventListener('input', ({ target }) => {
  const form = target.form;
  if (!form?.matches('[data-draft]')) return;
  typed.add(form);
  save(form);
});

document.addEventListener('click', ({ target }) => {
  const form = target.closest('[data-discard]')?.form;
  if (!form) return;
  for (const field of fieldsOf(form)) field.value = field.defaultValue;
  typed.delete(form);
  sessionStorage.removeItem(PREFIX + form.dataset.draft);
  for (const note of form.querySelectorAll('[data-restored]')) note.hidden = true;
});

document.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return;
  leaving.add(document);
  const form = event.target;
  if (form.matches('[data-draft]')) save(form, true);
});

addEventListener('beforeunload', (event) => {
  if (leaving.has(document)) return;
  for (const form of document.querySelectorAll('form[data-draft]')) {
    if ('unsent' in form.dataset || (typed.has(form) && fieldsOf(form).some(changed))) event.preventDefault();
  }
});

addEventListener('pageshow', () => leaving.delete(document));

settle();
for (const form of document.querySelectorAll('form[data-draft]')) restore(form);
