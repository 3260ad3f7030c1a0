// .editor: buttons with data-mark put Markdown around the selection or before its lines; pressing again takes it off.
// Control or Command with B, I or K do the same, with Enter they send.

import { replace } from './text.js';

const LINE_MARKS = {
  '> ': { has: /^> ?/, put: (line) => `> ${line}`, blank: '>' },
  '- ': { has: /^[-*+] /, put: (line) => `- ${line}`, blank: '' },
  '1. ': { has: /^\d+[.)] /, put: (line, number) => `${number}. ${line}`, blank: '' },
};

const KEYS = { b: '**', i: '_', k: '[' };

function markLines(area, { has, put, blank }) {
  const { value, selectionStart, selectionEnd } = area;
  const start = value.slice(0, selectionStart).lastIndexOf('\n') + 1;
  const next = value.indexOf('\n', Math.max(selectionEnd - 1, selectionStart));
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split('\n');

  const filled = lines.filter((line) => line.trim());
  const marked = filled.length > 0 && filled.every((line) => has.test(line));
  let number = 0;
  const marking = (line) => (line.trim() || !filled.length ? put(line, number += 1) : blank);
  const text = lines.map((line) => (marked ? line.replace(has, '') : marking(line))).join('\n');
  const above = value.slice(0, start).split('\n').at(-2) ?? '';
  const gap = !marked && above.trim() && !has.test(above) ? '\n' : '';

  replace(area, start, end, gap + text);
  const from = start + gap.length;
  area.setSelectionRange(selectionStart === selectionEnd ? from + text.length : from, from + text.length);
}

function markWords(area, mark) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const size = mark.length;
  const words = value.slice(start, end);

  if (value.slice(start - size, start) === mark && value.slice(end, end + size) === mark) {
    replace(area, start - size, end + size, words);
    area.setSelectionRange(start - size, end - size);
  } else if (words.length > 2 * size && words.startsWith(mark) && words.endsWith(mark)) {
    replace(area, start, end, words.slice(size, -size));
    area.setSelectionRange(start, end - 2 * size);
  } else if (words.trim()) {
    // Marks hold only within a line, and only when they touch the words.
    const text = words.replace(/\S[^\n]*\S|\S/g, (line) => mark + line + mark);
    replace(area, start, end, text);
    if (words.includes('\n')) area.setSelectionRange(start, start + text.length);
    else area.setSelectionRange(start + text.indexOf(mark) + size, start + text.lastIndexOf(mark));
  } else {
    replace(area, start, start, mark + mark);
    area.setSelectionRange(start + size, start + size);
  }
}

function fence(area) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const words = value.slice(start, end).replace(/^\n+|\n+$/g, '');
  const ticks = '`'.repeat(Math.max(3, ...(words.match(/`+/g) ?? []).map((run) => run.length + 1)));
  const open = `${start > 0 && value[start - 1] !== '\n' ? '\n' : ''}${ticks}\n`;

  replace(area, start, end, `${open}${words}\n${ticks}\n`);
  area.setSelectionRange(start + open.length, start + open.length + words.length);
}

function link(area) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const words = value.slice(start, end);

  if (/^(https?:\/\/|mailto:)\S+$/.test(words)) {
    replace(area, start, end, `[](${words})`);
    area.setSelectionRange(start + 1, start + 1);
    return;
  }

  replace(area, start, end, `[${words}](https://)`);
  const address = start + words.length + 3;
  if (words) area.setSelectionRange(address, address + 'https://'.length);
  else area.setSelectionRange(start + 1, start + 1);
}

function apply(area, mark) {
  const words = area.value.slice(area.selectionStart, area.selectionEnd);
  if (mark in LINE_MARKS) markLines(area, LINE_MARKS[mark]);
  else if (mark === '[') link(area);
  else if (mark === '`' && words.trim().includes('\n')) fence(area);
  else markWords(area, mark);
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-mark]');
  const area = button?.closest('.editor')?.querySelector('textarea');
  if (area) apply(area, button.dataset.mark);
});

document.addEventListener('keydown', (event) => {
  const area = event.target;
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing || !area.matches?.('.editor textarea')) return;

  const mark = !event.shiftKey && KEYS[event.key.toLowerCase()];
  if (mark) {
    event.preventDefault();
    apply(area, mark);
  } else if (event.key === 'Enter') {
    event.preventDefault();
    area.form.requestSubmit(area.form.querySelector('.btn-primary'));
  }
});
