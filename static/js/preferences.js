// [data-prefs="<address>"]: a choice of theme, contrast, accent, text size or typeface shows at once and is sent to
// the address, which keeps it in a cookie or with the account. Forms without an address send to their own action.

import { post } from './background.js';
import { read, write } from './store.js';

const NAMES = ['theme', 'contrast', 'accent', 'text', 'face'];
const KEPT = 'stoa:prefs';

function show(prefs) {
  for (const [name, value] of Object.entries(prefs)) {
    if (!NAMES.includes(name)) continue;
    document.documentElement.dataset[name] = value;
    for (const radio of document.querySelectorAll(`[data-prefs] [name="${name}"]`)) radio.checked = radio.value === value;
  }
}

const chosen = (form) => Object.fromEntries([...new FormData(form)].filter(([name]) => NAMES.includes(name)));

document.addEventListener('change', async ({ target }) => {
  const form = target.form;
  if (!form?.matches('[data-prefs]') || !NAMES.includes(target.name)) return;

  const prefs = chosen(form);
  show(prefs);
  write(KEPT, prefs);
  try {
    await post(form.dataset.prefs || form.action, prefs);
  } catch {
    for (const button of form.querySelectorAll('.no-js-only')) button.classList.remove('no-js-only');
  }
});

// A page taken back from the browser's history still has the attributes it was left with.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) show(read(KEPT) ?? {});
});
