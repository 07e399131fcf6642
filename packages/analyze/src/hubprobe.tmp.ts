import { readdirSync, readFileSync } from 'node:fs';
import { detectFormat } from './readers/detect-format.ts';
import { logEvents } from './readers/log-events.ts';
const hub = '/work/shared/data/logs/hub';
for (const name of readdirSync(hub)) {
  if (name === 'LICENSE') continue;
  const log = /log_file: (\S+)/.exec(readFileSync(`${hub}/${name}/config.yaml`, 'utf8'))?.[1];
  const lines = readFileSync(`${hub}/${name}/${log}`, 'utf8').split('\n').filter(Boolean);
  const format = detectFormat(lines);
  if (!format.ok) { console.log(name, 'NO FORMAT', format.error.message.slice(0,200)); continue; }
  const read = logEvents(format.value.format);
  const kinds = new Map<string, number>();
  let at = 0;
  for (const line of lines) {
    const r = read(line, Date.now());
    const key = !r.ok ? 'ERR ' + r.error.message.slice(0, 50) : r.value.length === 0 ? '-' : r.value.map((e) => { at = e.event.at; return e.event.kind === 'notice' ? `${e.event.service}/${e.event.event}` : e.event.kind === 'login' ? `login ${e.event.service} ${e.event.failure ?? 'ok'}` : e.event.kind; }).join();
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  console.log(name, format.value.format, at ? new Date(at).toISOString() : '', [...kinds].map(([k, n]) => `${k}:${n}`).join(' | '));
}
