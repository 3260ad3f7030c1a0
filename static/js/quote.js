// a[data-quote="<post id>"]: quotes the post, or the words selected in it, in the reply field of this page. Without a
// reply field, or when the text cannot be had, the link is followed.

import { replace } from './text.js';

let chosen = { post: '', words: '' };

// What would otherwise become formatting when plain words are read as Markdown.
const asPlain = (line) => line
  .replace(/[\\`*[\]<>]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|[|~](?=[|~])/gu, '\\$&')
  .replace(/^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=]+\s*$)/, '$1\\$2')
  .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');

function selectedIn(post) {
  const selection = getSelection();
  const body = post?.querySelector('.prose');
  if (!body || selection.isCollapsed || !selection.rangeCount || !body.contains(selection.getRangeAt(0).startContainer)) return '';

  const range = selection.getRangeAt(0);
  if (body.contains(range.endContainer)) return selection.toString();

  const part = range.cloneRange();
  part.setEndAfter(body.lastChild);
  return part.toString();
}

function lines(id, caption, words) {
  const quoted = words.trim().replace(/\n{3,}/g, '\n\n').split('\n').map((line) => `> ${asPlain(line)}`.trimEnd());
  return [`> [${asPlain(caption)}](/post/${id}/):`, '>', ...quoted].join('\n');
}

async function whole(id) {
  const answer = await fetch(`/post/${id}/quote`, { headers: { Accept: 'text/markdown' }, credentials: 'same-origin' });
  if (!answer.ok || answer.redirected) throw new Error(`quote: ${answer.status}`);
  return (await answer.text()).trimEnd();
}

function insert(area, text) {
  const at = area.value.trim() ? area.selectionEnd || area.value.length : area.value.length;
  const before = area.value.slice(0, at).trim() ? area.value.slice(0, at).match(/\n{0,2}$/)[0].length : 2;
  replace(area, at, at, `${'\n'.repeat(2 - before)}${text}\n\n`);
  area.scrollIntoView({ block: 'center' });
}

// Pressing the link clears the selection before the click arrives.
document.addEventListener('pointerdown', ({ target }) => {
  const link = target.closest?.('[data-quote]');
  if (link) chosen = { post: link.dataset.quote, words: selectedIn(document.getElementById(`post-${link.dataset.quote}`)) };
});

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-quote]');
  const area = document.querySelector('.reply .editor textarea');
  if (!link || !area || event.ctrlKey || event.metaKey || event.shiftKey) return;

  event.preventDefault();
  const { quote: id } = link.dataset;
  const name = document.querySelector(`#post-${id} .name`)?.textContent.trim() ?? '';
  const caption = (area.form.dataset.quoteCaption ?? '').replace('{name}', () => name);
  const words = (chosen.post === id && chosen.words) || selectedIn(document.getElementById(`post-${id}`));
  chosen = { post: '', words: '' };
  try {
    insert(area, words.trim() && caption ? lines(id, caption, words) : await whole(id));
  } catch {
    location.assign(link.href);
  }
});
