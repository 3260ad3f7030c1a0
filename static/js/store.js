// Session storage that may be full, forbidden or hold something unreadable: then nothing is kept.

export function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
}

export function write(name, value) {
  try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* Nothing is kept. */ }
}

export function remove(name) {
  try { sessionStorage.removeItem(name); } catch { /* Nothing was kept. */ }
}

export function names(prefix) {
  try { return Object.keys(sessionStorage).filter((name) => name.startsWith(prefix)); } catch { return []; }
}
