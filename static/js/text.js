// Replaces a stretch of a text field so that the browser's own undo can take it back.

export function replace(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (document.execCommand?.(text ? 'insertText' : 'delete', false, text)) return;
  area.setRangeText(text, start, end, 'end');
  area.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
