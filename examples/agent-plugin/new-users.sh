#!/bin/sh
# A plugin of the host agent as a shell script: tells when the number of accounts is another. It reads one line, says
# that it is ready, and then one JSON object a line; when its standard input ends it is to end.
read -r start
echo '{"type":"ready"}'
before=$(wc -l < /etc/passwd)
echo "{\"type\":\"health\",\"healthy\":true,\"text\":\"$before accounts\"}"
while ! read -r -t 5 stop 2>/dev/null; do
  # A shell whose read knows no -t ends here at once, and is started again later each time: use bash, busybox or ksh.
  now=$(wc -l < /etc/passwd)
  if [ "$now" != "$before" ]; then
    echo "{\"type\":\"finding\",\"finding\":{\"kind\":\"report\",\"at\":$(date +%s)000,\"about\":\"accounts\",\"data\":{\"before\":$before,\"now\":$now}}}"
    before=$now
  fi
done
