#!/bin/sh
# A plugin of the host agent as a shell script: tells when the number of accounts is another. It reads one line, says
# that it is ready, and from then on says one JSON object a line. A signal ends it.
read -r start
echo '{"type":"ready"}'
before=$(wc -l < /etc/passwd)
while :; do
  now=$(wc -l < /etc/passwd)
  echo "{\"type\":\"health\",\"healthy\":true,\"text\":\"$now accounts\"}"
  if [ "$now" != "$before" ]; then
    data="{\"before\":$before,\"now\":$now}"
    echo "{\"type\":\"finding\",\"finding\":{\"kind\":\"report\",\"at\":$(date +%s)000,\"about\":\"accounts\",\"data\":$data}}"
    before=$now
  fi
  sleep 30
done
