// button[data-copy][hidden]: shown, and copies the field beside it or the element whose id it names. data-done holds
// the word that confirms it.

for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;

const sourceOf = (button) => (button.dataset.copy
  ? document.getElementById(button.dataset.copy)
  : button.parentElement.querySelector('input, textarea'));

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('[data-copy]');
  if (!button) return;

  const source = sourceOf(button);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
  } catch {
    source.select?.();
    return;
  }

  const label = button.textContent;
  if (!button.dataset.done || label === button.dataset.done) return;
  button.ariaLive = 'polite';
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1600);
});

// A press on the address selects the whole of it, ready for a copy by hand.
document.addEventListener('focusin', ({ target }) => {
  if (target.matches('input[readonly]')) target.select();
});
