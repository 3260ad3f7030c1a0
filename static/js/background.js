// Sends a form's data without leaving the page, as if the form had been submitted. A redirect counts as done and is
// not followed. Rejects when the server refuses or cannot be reached.

export async function post(url, fields) {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    credentials: 'same-origin',
    redirect: 'manual',
    keepalive: true,
  });
  if (!answer.ok && answer.type !== 'opaqueredirect') throw new Error(`${url}: ${answer.status}`);
}
