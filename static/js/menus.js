// details.menu: one open at a time, closed by Escape or a press elsewhere. A link to a closed menu opens it.

// The title makes room for the follow menu: closing that one would move what is being pressed.
const PASSING = 'details.menu[open]:not(.follow-group *)';

function closeOthers(inside) {
  for (const menu of document.querySelectorAll(PASSING)) {
    if (!menu.contains(inside)) menu.open = false;
  }
}

document.addEventListener('pointerdown', ({ target }) => closeOthers(target));

// A press on plain text inside a panel moves the focus to the page around it; that is not leaving the menu.
document.addEventListener('focusin', ({ target }) => { if (!target.matches('main, body')) closeOthers(target); });

document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest?.('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.querySelector('summary').focus();
}

addEventListener('hashchange', openTarget);
openTarget();
