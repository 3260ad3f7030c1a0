// time[datetime]: the title tells the moment in the reader's own zone and language; the text stays the server's.

const locale = document.documentElement.lang || undefined;
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' });

for (const time of document.querySelectorAll('time[datetime]')) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.valueOf())) continue;
  time.title = (time.dateTime.length <= 10 ? day : moment).format(at);
}
