// Conveniences only. Each page does the same things with plain HTML, so any of these may fail to load.

import './preferences.js';
import './menus.js';
import './dismiss.js';
import './copy.js';
import './editor.js';
import './quote.js';
import './selection.js';
import './drafts.js';
import './submit.js';
import './times.js';
