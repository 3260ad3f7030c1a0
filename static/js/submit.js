// A form that is on its way cannot be sent again by a second press. Its buttons work again when one comes back to the
// page, or when no answer has come for a while.

const PATIENCE = 10_000;
const underWay = new WeakMap();

function release(form) {
  for (const button of underWay.get(form) ?? []) {
    button.disabled = false;
    button.ariaBusy = null;
  }
  underWay.delete(form);
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (underWay.has(form)) { event.preventDefault(); return; }

  const buttons = [...form.elements].filter((field) => field.type === 'submit' && !field.disabled);
  underWay.set(form, buttons);
  // The pressed button's name is read after this event, and a disabled one would be left out.
  setTimeout(() => {
    for (const button of buttons) button.disabled = true;
    if (event.submitter) event.submitter.ariaBusy = 'true';
  });
  setTimeout(release, PATIENCE, form);
});

addEventListener('pageshow', () => { for (const form of document.forms) release(form); });
