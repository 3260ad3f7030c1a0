// form[data-dismiss]: hides the announcement it stands in and tells the server in the background.

import { post } from './background.js';

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-dismiss]')) return;

  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  form.closest('.notice, .flash').hidden = true;
  document.getElementById('content')?.focus({ preventScroll: true });
  post(form.action, fields).catch(() => {});
});
