// form.mod-bar: counts the ticks that point at it. With data-selection="<address>" the ticks of several pages are kept
// by the server: changes go there as `ticked` and `unticked`, with the form's hidden fields. data-elsewhere is the
// number ticked on other pages. Shift selects a range.

import { post } from './background.js';

const DELAY = 250;
const waiting = new Map();
let last = null;

const ticksOf = (form) => [...form.elements].filter((field) => field.matches('.tick input'));

function recount(form) {
  const here = ticksOf(form).filter((tick) => tick.checked).length;
  for (const count of form.querySelectorAll('[data-count]')) count.textContent = here + Number(form.dataset.elsewhere ?? 0);
}

function send(form) {
  const changes = waiting.get(form);
  if (!changes) return;
  clearTimeout(changes.timer);
  waiting.delete(form);

  const fields = [...form.elements].filter((field) => field.type === 'hidden').map(({ name, value }) => [name, value]);
  for (const [id, checked] of changes.ids) fields.push([checked ? 'ticked' : 'unticked', id]);
  post(form.dataset.selection, fields).catch(() => {});
}

function keep(form, ticks) {
  if (!form.dataset.selection) return;
  const changes = waiting.get(form) ?? { ids: new Map(), timer: 0 };
  for (const tick of ticks) changes.ids.set(tick.value, tick.checked);
  clearTimeout(changes.timer);
  changes.timer = setTimeout(send, DELAY, form);
  waiting.set(form, changes);
}

function rangeTo(tick) {
  const ticks = ticksOf(tick.form);
  const ends = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
  return ends[0] < 0 ? [tick] : ticks.slice(ends[0], ends[1] + 1);
}

document.addEventListener('click', (event) => {
  const tick = event.target;
  if (!tick.matches('.tick input') || !tick.form) return;

  const changed = event.shiftKey ? rangeTo(tick) : [tick];
  for (const other of changed) other.checked = tick.checked;
  last = tick;
  recount(tick.form);
  keep(tick.form, changed);
});

addEventListener('pagehide', () => { for (const form of [...waiting.keys()]) send(form); });

// Browsers may put ticks back when one returns to a page.
addEventListener('pageshow', () => { for (const form of document.querySelectorAll('.mod-bar')) recount(form); });
