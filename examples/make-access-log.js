// Prints a short access log that ended just now: an attacker with sqlmap, a visitor with a browser, a broken line.
const NOW = Date.now();
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `22/Nov/2026:04:01:10 +0000`, so many seconds ago. */
function time(secondsAgo) {
  const at = new Date(NOW - secondsAgo * 1000);
  const [clock] = at.toISOString().slice(11).split('.');
  return `${String(at.getUTCDate()).padStart(2, '0')}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clock} +0000`;
}

const SQLMAP = 'sqlmap/1.7.2#stable (https://sqlmap.org)';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const REQUESTS = [
  ['198.51.100.23', 60, '/index.php?id=1%20UNION%20SELECT%20user,password%20FROM%20users--', 200, SQLMAP],
  ['198.51.100.23', 59, '/index.php?id=1%27%20AND%20SLEEP(5)--%20-', 500, SQLMAP],
  ['198.51.100.23', 58, '/index.php?id=-1%27%20OR%20%271%27=%271', 200, SQLMAP],
  ['203.0.113.9', 20, '/', 200, FIREFOX],
  ['203.0.113.9', 19, '/style.css', 200, FIREFOX],
];

const lines = REQUESTS.map(
  ([address, ago, path, status, agent]) =>
    `${address} - - [${time(ago)}] "GET ${path} HTTP/1.1" ${status} 512 "-" "${agent}"`,
);
process.stdout.write(`${[...lines, 'this line is broken'].join('\n')}\n`);
